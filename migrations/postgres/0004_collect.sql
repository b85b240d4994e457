-- Imports of files.
CREATE TABLE import (
    id         BIGINT PRIMARY KEY NOT NULL,
    kind       TEXT NOT NULL,
    request    TEXT NOT NULL,
    source     TEXT NOT NULL,
    file       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    head_hash  BIGINT NOT NULL,
    state      TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at   BIGINT,
    report     TEXT,
    error      TEXT
);

-- Blocks of customer ids that an import has reserved, in order: a resumed one uses the same.
CREATE TABLE import_id_block (
    import_id BIGINT NOT NULL REFERENCES import (id),
    first_id  BIGINT NOT NULL,
    count     BIGINT NOT NULL,
    PRIMARY KEY (import_id, first_id)
);

-- Parts of an import whose files are staged.
CREATE TABLE import_part (
    import_id BIGINT NOT NULL REFERENCES import (id),
    part      BIGINT NOT NULL,
    PRIMARY KEY (import_id, part)
);

-- Which earlier imports lost lines to a later one: they cannot be undone before it.
CREATE TABLE import_replaced (
    import_id   BIGINT NOT NULL REFERENCES import (id),
    replaced_id BIGINT NOT NULL,
    PRIMARY KEY (import_id, replaced_id)
);

-- Rows that could not be taken; the file of bad rows holds them whole.
CREATE TABLE import_bad_row (
    import_id BIGINT NOT NULL REFERENCES import (id),
    row_no    BIGINT NOT NULL,
    line_no   BIGINT NOT NULL,
    col       TEXT NOT NULL,
    value     TEXT NOT NULL,
    reason    TEXT NOT NULL,
    message   TEXT NOT NULL,
    PRIMARY KEY (import_id, row_no)
);

-- Mappings saved under a name, as TOML.
CREATE TABLE import_mapping (
    name       TEXT PRIMARY KEY NOT NULL,
    toml       TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- The products known from sales and product lists. Prices in 1/10000.
CREATE TABLE product (
    code           TEXT PRIMARY KEY NOT NULL,
    name           TEXT,
    name_en        TEXT,
    name_zh        TEXT,
    category       TEXT,
    brand          TEXT,
    price          BIGINT,
    cost           BIGINT,
    first_sold     BIGINT,
    last_sold      BIGINT,
    created_import BIGINT,
    updated_at     BIGINT NOT NULL
);

-- What a product was before an import changed it (NULL: it did not exist), for undoing.
CREATE TABLE product_before (
    import_id BIGINT NOT NULL REFERENCES import (id),
    code      TEXT NOT NULL,
    before    TEXT,
    PRIMARY KEY (import_id, code)
);

-- Accepted batches of events: durable before the answer, applied in order.
CREATE TABLE intake_batch (
    id          BIGINT PRIMARY KEY NOT NULL,
    source      TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    rows        BIGINT NOT NULL,
    body        BYTEA NOT NULL,
    applied_at  BIGINT,
    import_id   BIGINT,
    report      TEXT,
    failed_at   BIGINT,
    error       TEXT
);
CREATE INDEX intake_batch_waiting ON intake_batch (applied_at, id);

-- Settings of the installation.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);
