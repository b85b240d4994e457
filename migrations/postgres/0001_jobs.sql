-- Background work.
CREATE TABLE job (
    id           BIGINT PRIMARY KEY NOT NULL,
    name         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    state        TEXT NOT NULL,
    attempts     BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    run_at       BIGINT NOT NULL,
    lease_until  BIGINT,
    cancel_asked BIGINT NOT NULL,
    done         BIGINT NOT NULL,
    total        BIGINT NOT NULL,
    stage        TEXT NOT NULL,
    error        TEXT,
    result       TEXT,
    created_at   BIGINT NOT NULL,
    ended_at     BIGINT
);
CREATE INDEX job_due ON job (state, run_at);
