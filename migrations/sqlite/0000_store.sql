-- Dense ids: one counter per kind of thing.
CREATE TABLE sequence (
    name  TEXT PRIMARY KEY NOT NULL,
    value BIGINT NOT NULL
);
