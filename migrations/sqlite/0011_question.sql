-- Questions in SQL that somebody saved. chart: JSON.
CREATE TABLE question (
    id          BIGINT PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    text        TEXT NOT NULL,
    chart       TEXT NOT NULL,
    shared      BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    made_by     TEXT NOT NULL,
    version     BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
CREATE INDEX question_user ON question (user_id);
