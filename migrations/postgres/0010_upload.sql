-- Files that were sent by the API, to be looked at and imported.
CREATE TABLE upload (
    id          BIGINT PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL,
    size        BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);

-- How an import came in by the API: the file, the job, who began it, and the import whose bad rows it mends.
CREATE TABLE import_origin (
    import_id BIGINT PRIMARY KEY NOT NULL REFERENCES import (id),
    upload_id BIGINT,
    job_id    BIGINT NOT NULL,
    made_by   TEXT NOT NULL,
    mends     BIGINT
);
CREATE INDEX import_origin_upload ON import_origin (upload_id);
