-- People, programs and what they did.
CREATE TABLE web_user (
    id            BIGINT PRIMARY KEY NOT NULL,
    email         TEXT NOT NULL,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled      BIGINT NOT NULL,
    totp_secret   TEXT,
    totp_on       BIGINT NOT NULL,
    totp_step     BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    password_at   BIGINT NOT NULL,
    last_seen_at  BIGINT
);
CREATE UNIQUE INDEX web_user_email ON web_user (email);

-- Codes that replace the second factor once each, hashed.
CREATE TABLE web_recovery_code (
    user_id   BIGINT NOT NULL REFERENCES web_user (id),
    code_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

-- Log-ins. Only the hash of the token in the cookie is kept.
CREATE TABLE web_session (
    id         BIGINT PRIMARY KEY NOT NULL,
    user_id    BIGINT NOT NULL REFERENCES web_user (id),
    token_hash TEXT NOT NULL,
    ip         TEXT NOT NULL,
    device     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX web_session_token ON web_session (token_hash);
CREATE INDEX web_session_user ON web_session (user_id);

-- Keys of programs, hashed. scopes: permissions separated by spaces.
CREATE TABLE web_key (
    id         BIGINT PRIMARY KEY NOT NULL,
    user_id    BIGINT NOT NULL REFERENCES web_user (id),
    name       TEXT NOT NULL,
    prefix     TEXT NOT NULL,
    key_hash   TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at    BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX web_key_hash ON web_key (key_hash);

-- Invitations by link, hashed.
CREATE TABLE web_invitation (
    id          BIGINT PRIMARY KEY NOT NULL,
    email       TEXT NOT NULL,
    role        TEXT NOT NULL,
    token_hash  TEXT NOT NULL,
    invited_by  BIGINT REFERENCES web_user (id),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    accepted_at BIGINT,
    revoked_at  BIGINT
);
CREATE UNIQUE INDEX web_invitation_token ON web_invitation (token_hash);

-- Tokens good for one thing for a short time: the second step of a log-in, a new password. Hashed.
CREATE TABLE web_token (
    token_hash TEXT PRIMARY KEY NOT NULL,
    kind       TEXT NOT NULL,
    user_id    BIGINT NOT NULL REFERENCES web_user (id),
    tries      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Failed log-ins by account and by address (hashed): survives restarts.
CREATE TABLE web_throttle (
    bucket     TEXT PRIMARY KEY NOT NULL,
    failures   BIGINT NOT NULL,
    blocked_to BIGINT NOT NULL,
    failed_at  BIGINT NOT NULL
);

-- Who did what to what, when, from where, and how it ended. detail: JSON without personal data of customers.
CREATE TABLE web_audit (
    id      BIGINT PRIMARY KEY NOT NULL,
    at      BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    user_id BIGINT,
    key_id  BIGINT,
    ip      TEXT NOT NULL,
    request TEXT NOT NULL,
    action  TEXT NOT NULL,
    object  TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail  TEXT NOT NULL
);
CREATE INDEX web_audit_object ON web_audit (object, id);
CREATE INDEX web_audit_user ON web_audit (user_id, id);
CREATE INDEX web_audit_at ON web_audit (at);

-- Answers kept for requests that are sent again with the same Idempotency-Key.
CREATE TABLE web_answer (
    who        TEXT NOT NULL,
    idem_key   TEXT NOT NULL,
    request    TEXT NOT NULL,
    state      TEXT NOT NULL,
    status     BIGINT NOT NULL,
    headers    TEXT NOT NULL,
    body       BLOB NOT NULL,
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (who, idem_key)
);
