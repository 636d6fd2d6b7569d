-- A JSON list of the files of a folder that are not sent, and why; null for none.
ALTER TABLE document ADD COLUMN left_out TEXT;
