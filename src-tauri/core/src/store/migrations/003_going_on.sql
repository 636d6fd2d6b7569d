-- Every further attempt goes on from the text that is there, so nothing has to remember which ones do.
ALTER TABLE task DROP COLUMN continues;
