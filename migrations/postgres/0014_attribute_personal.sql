-- Whether an attribute says who somebody is, or how to reach him: then it is masked. A file may hold anything, so it does unless
-- somebody says that it does not; yes and no name nobody.
ALTER TABLE attribute ADD COLUMN personal BIGINT NOT NULL DEFAULT 1;
UPDATE attribute SET personal = 0 WHERE type = 'bool';
