-- Its answer is made in a batch at the provider: for half the price, some time within a day.
ALTER TABLE task ADD COLUMN in_batch INTEGER NOT NULL DEFAULT 0;
