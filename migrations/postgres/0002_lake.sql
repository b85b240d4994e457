-- The list of the lake's files. Every visible change is a new snapshot.
CREATE TABLE lake_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE lake_snapshot (
    id BIGINT PRIMARY KEY,
    time BIGINT NOT NULL,
    schema_version BIGINT NOT NULL,
    what TEXT NOT NULL
);

CREATE TABLE lake_table (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    monthly BIGINT NOT NULL,
    sort TEXT NOT NULL,
    begin_snapshot BIGINT NOT NULL,
    next_row BIGINT NOT NULL DEFAULT 0
);

-- type is a DuckLake type name. Field ids are never used again; a column that ended stays here.
CREATE TABLE lake_column (
    table_id BIGINT NOT NULL REFERENCES lake_table (id),
    field_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    nullable BIGINT NOT NULL,
    begin_snapshot BIGINT NOT NULL,
    end_snapshot BIGINT,
    PRIMARY KEY (table_id, field_id)
);

-- state: staged (written, not yet visible), live, retired (replaced by an import that can be undone), dropped (deleted after the grace period).
CREATE TABLE lake_file (
    id BIGINT PRIMARY KEY,
    table_id BIGINT NOT NULL REFERENCES lake_table (id),
    month TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    footer_bytes BIGINT NOT NULL,
    min_time BIGINT,
    max_time BIGINT,
    min_customer BIGINT,
    max_customer BIGINT,
    first_row BIGINT NOT NULL,
    state TEXT NOT NULL,
    import_id BIGINT,
    replaced_by BIGINT,
    begin_snapshot BIGINT,
    end_snapshot BIGINT,
    dropped_at BIGINT
);
CREATE INDEX lake_file_state ON lake_file (state, table_id, month);
CREATE INDEX lake_file_import ON lake_file (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX lake_file_replaced_by ON lake_file (replaced_by) WHERE replaced_by IS NOT NULL;

CREATE TABLE lake_file_stat (
    file_id BIGINT NOT NULL REFERENCES lake_file (id) ON DELETE CASCADE,
    field_id BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    nulls BIGINT NOT NULL,
    min TEXT,
    max TEXT,
    PRIMARY KEY (file_id, field_id)
);

-- A pin keeps the files of a snapshot from being deleted, e.g. while a back-up copies them.
CREATE TABLE lake_pin (
    id BIGINT PRIMARY KEY,
    snapshot_id BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    note TEXT NOT NULL
);

-- Order lines that are not yet sealed into a file. Money in 1/10000, quantities in 1/1000.
CREATE TABLE hot_order_line (
    id BIGINT PRIMARY KEY,
    customer_id BIGINT,
    time BIGINT NOT NULL,
    order_id TEXT NOT NULL,
    order_key BIGINT NOT NULL,
    line_no BIGINT NOT NULL,
    kind TEXT NOT NULL,
    product TEXT,
    product_name TEXT,
    category TEXT,
    quantity BIGINT NOT NULL,
    unit_price BIGINT,
    amount BIGINT NOT NULL,
    discount BIGINT,
    currency TEXT NOT NULL,
    store TEXT,
    channel TEXT,
    device TEXT,
    country TEXT,
    coupon TEXT,
    return_of TEXT,
    line_hash BIGINT NOT NULL,
    import_id BIGINT NOT NULL
);
CREATE INDEX hot_order_line_customer ON hot_order_line (customer_id);
