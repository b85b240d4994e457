-- What erased people were known by: HMAC-SHA-256 of kind and normalised value in hexadecimal, with the key in setting
-- `erased_identity_key`. Tells that a row of a file is an erased person's, and nothing about whom to those without the row.
CREATE TABLE erased_identity (
    hash TEXT PRIMARY KEY NOT NULL,
    at   BIGINT NOT NULL
);
