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

-- hash: XXH3 of the content. state: staged (written, not yet visible), live, retired (replaced by an import that can be undone), dropped (deleted after the grace period).
CREATE TABLE lake_file (
    id BIGINT PRIMARY KEY,
    table_id BIGINT NOT NULL REFERENCES lake_table (id),
    month TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    hash BIGINT NOT NULL,
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
CREATE INDEX hot_order_line_order ON hot_order_line (order_key);

-- The list above in the shape of a DuckLake 1.0 catalog, for DuckDB: ATTACH 'ducklake:postgres:…' AS lake (READ_ONLY).
-- It shows what is in files: hot rows appear with the next sealing.
CREATE VIEW ducklake_metadata AS
    SELECT CAST('version' AS VARCHAR) AS key, CAST('1.0' AS VARCHAR) AS value, CAST(NULL AS VARCHAR) AS scope, CAST(NULL AS BIGINT) AS scope_id
    UNION ALL SELECT 'created_by', 'Guanxi', NULL, NULL
    UNION ALL SELECT 'data_path', value, NULL, NULL FROM lake_setting WHERE name = 'root'
    UNION ALL SELECT 'encrypted', 'false', NULL, NULL;

CREATE VIEW ducklake_snapshot AS
    SELECT id AS snapshot_id,
        to_timestamp(time / 1000000) + (time % 1000000) * INTERVAL '1 microsecond' AS snapshot_time,
        schema_version, CAST(1000000 AS BIGINT) AS next_catalog_id, CAST(1000000000 AS BIGINT) AS next_file_id
    FROM lake_snapshot;

CREATE VIEW ducklake_snapshot_changes AS
    SELECT id AS snapshot_id, what AS changes_made, CAST('Guanxi' AS VARCHAR) AS author, CAST(NULL AS VARCHAR) AS commit_message,
        CAST(NULL AS VARCHAR) AS commit_extra_info
    FROM lake_snapshot;

CREATE VIEW ducklake_schema AS
    SELECT CAST(0 AS BIGINT) AS schema_id, CAST('00000000-0000-4000-8000-000000000000' AS UUID) AS schema_uuid, CAST(0 AS BIGINT) AS begin_snapshot,
        CAST(NULL AS BIGINT) AS end_snapshot, CAST('main' AS VARCHAR) AS schema_name, CAST('' AS VARCHAR) AS path, true AS path_is_relative;

CREATE VIEW ducklake_table AS
    SELECT id AS table_id, CAST('00000000-0000-4000-8000-' || lpad(to_hex(id), 12, '0') AS UUID) AS table_uuid, begin_snapshot,
        CAST(NULL AS BIGINT) AS end_snapshot, CAST(0 AS BIGINT) AS schema_id, name AS table_name, name || '/' AS path,
        true AS path_is_relative
    FROM lake_table;

CREATE VIEW ducklake_column AS
    SELECT field_id AS column_id, begin_snapshot, end_snapshot, table_id, field_id AS column_order, name AS column_name,
        type AS column_type, CAST(NULL AS VARCHAR) AS initial_default, CAST('NULL' AS VARCHAR) AS default_value, nullable <> 0 AS nulls_allowed,
        CAST(NULL AS BIGINT) AS parent_column, CAST('literal' AS VARCHAR) AS default_value_type, CAST('duckdb' AS VARCHAR) AS default_value_dialect
    FROM lake_column;

CREATE VIEW ducklake_data_file AS
    SELECT f.id AS data_file_id, f.table_id, f.begin_snapshot, f.end_snapshot, CAST(NULL AS BIGINT) AS file_order,
        substr(f.path, length(t.name) + 2) AS path, true AS path_is_relative, CAST('parquet' AS VARCHAR) AS file_format,
        f.rows AS record_count, f.bytes AS file_size_bytes, f.footer_bytes AS footer_size, f.first_row AS row_id_start,
        CAST(NULL AS BIGINT) AS partition_id, CAST(NULL AS VARCHAR) AS encryption_key, CAST(NULL AS BIGINT) AS mapping_id,
        CAST(NULL AS BIGINT) AS partial_max
    FROM lake_file f JOIN lake_table t ON t.id = f.table_id
    WHERE f.begin_snapshot IS NOT NULL;

CREATE VIEW ducklake_file_column_stats AS
    SELECT s.file_id AS data_file_id, f.table_id, s.field_id AS column_id, s.bytes AS column_size_bytes,
        f.rows - s.nulls AS value_count, s.nulls AS null_count, s.min AS min_value, s.max AS max_value,
        CAST(NULL AS BOOLEAN) AS contains_nan, CAST(NULL AS VARCHAR) AS extra_stats
    FROM lake_file_stat s JOIN lake_file f ON f.id = s.file_id
    WHERE f.begin_snapshot IS NOT NULL;

CREATE VIEW ducklake_table_stats AS
    SELECT t.id AS table_id, CAST(COALESCE(sum(f.rows), 0) AS BIGINT) AS record_count, t.next_row AS next_row_id,
        CAST(COALESCE(sum(f.bytes), 0) AS BIGINT) AS file_size_bytes
    FROM lake_table t LEFT JOIN lake_file f ON f.table_id = t.id AND f.state = 'live'
    GROUP BY t.id, t.next_row;

CREATE VIEW ducklake_schema_versions AS
    SELECT begin_snapshot, CAST(1 AS BIGINT) AS schema_version, id AS table_id FROM lake_table;

-- Parts of a catalog that the lake does not use.
CREATE VIEW ducklake_column_mapping AS
    SELECT CAST(NULL AS BIGINT) AS mapping_id, CAST(NULL AS BIGINT) AS table_id, CAST(NULL AS VARCHAR) AS type
    WHERE 1 = 0;

CREATE VIEW ducklake_column_tag AS
    SELECT CAST(NULL AS BIGINT) AS table_id, CAST(NULL AS BIGINT) AS column_id,
        CAST(NULL AS BIGINT) AS begin_snapshot, CAST(NULL AS BIGINT) AS end_snapshot, CAST(NULL AS VARCHAR) AS key,
        CAST(NULL AS VARCHAR) AS value
    WHERE 1 = 0;

CREATE VIEW ducklake_delete_file AS
    SELECT CAST(NULL AS BIGINT) AS delete_file_id, CAST(NULL AS BIGINT) AS table_id,
        CAST(NULL AS BIGINT) AS begin_snapshot, CAST(NULL AS BIGINT) AS end_snapshot,
        CAST(NULL AS BIGINT) AS data_file_id, CAST(NULL AS VARCHAR) AS path,
        CAST(NULL AS BOOLEAN) AS path_is_relative, CAST(NULL AS VARCHAR) AS format,
        CAST(NULL AS BIGINT) AS delete_count, CAST(NULL AS BIGINT) AS file_size_bytes,
        CAST(NULL AS BIGINT) AS footer_size, CAST(NULL AS VARCHAR) AS encryption_key,
        CAST(NULL AS BIGINT) AS partial_max
    WHERE 1 = 0;

CREATE VIEW ducklake_file_partition_value AS
    SELECT CAST(NULL AS BIGINT) AS data_file_id, CAST(NULL AS BIGINT) AS table_id,
        CAST(NULL AS BIGINT) AS partition_key_index, CAST(NULL AS VARCHAR) AS partition_value
    WHERE 1 = 0;

CREATE VIEW ducklake_file_variant_stats AS
    SELECT CAST(NULL AS BIGINT) AS data_file_id, CAST(NULL AS BIGINT) AS table_id, CAST(NULL AS BIGINT) AS column_id,
        CAST(NULL AS VARCHAR) AS variant_path, CAST(NULL AS VARCHAR) AS shredded_type,
        CAST(NULL AS BIGINT) AS column_size_bytes, CAST(NULL AS BIGINT) AS value_count,
        CAST(NULL AS BIGINT) AS null_count, CAST(NULL AS VARCHAR) AS min_value, CAST(NULL AS VARCHAR) AS max_value,
        CAST(NULL AS BOOLEAN) AS contains_nan, CAST(NULL AS VARCHAR) AS extra_stats
    WHERE 1 = 0;

CREATE VIEW ducklake_files_scheduled_for_deletion AS
    SELECT CAST(NULL AS BIGINT) AS data_file_id, CAST(NULL AS VARCHAR) AS path,
        CAST(NULL AS BOOLEAN) AS path_is_relative, CAST(NULL AS TIMESTAMPTZ) AS schedule_start
    WHERE 1 = 0;

CREATE VIEW ducklake_macro AS
    SELECT CAST(NULL AS BIGINT) AS schema_id, CAST(NULL AS BIGINT) AS macro_id, CAST(NULL AS VARCHAR) AS macro_name,
        CAST(NULL AS BIGINT) AS begin_snapshot, CAST(NULL AS BIGINT) AS end_snapshot
    WHERE 1 = 0;

CREATE VIEW ducklake_macro_impl AS
    SELECT CAST(NULL AS BIGINT) AS macro_id, CAST(NULL AS BIGINT) AS impl_id, CAST(NULL AS VARCHAR) AS dialect,
        CAST(NULL AS VARCHAR) AS sql, CAST(NULL AS VARCHAR) AS type
    WHERE 1 = 0;

CREATE VIEW ducklake_macro_parameters AS
    SELECT CAST(NULL AS BIGINT) AS macro_id, CAST(NULL AS BIGINT) AS impl_id, CAST(NULL AS BIGINT) AS column_id,
        CAST(NULL AS VARCHAR) AS parameter_name, CAST(NULL AS VARCHAR) AS parameter_type,
        CAST(NULL AS VARCHAR) AS default_value, CAST(NULL AS VARCHAR) AS default_value_type
    WHERE 1 = 0;

CREATE VIEW ducklake_name_mapping AS
    SELECT CAST(NULL AS BIGINT) AS mapping_id, CAST(NULL AS BIGINT) AS column_id,
        CAST(NULL AS VARCHAR) AS source_name, CAST(NULL AS BIGINT) AS target_field_id,
        CAST(NULL AS BIGINT) AS parent_column, CAST(NULL AS BOOLEAN) AS is_partition
    WHERE 1 = 0;

CREATE VIEW ducklake_partition_column AS
    SELECT CAST(NULL AS BIGINT) AS partition_id, CAST(NULL AS BIGINT) AS table_id,
        CAST(NULL AS BIGINT) AS partition_key_index, CAST(NULL AS BIGINT) AS column_id,
        CAST(NULL AS VARCHAR) AS transform
    WHERE 1 = 0;

CREATE VIEW ducklake_partition_info AS
    SELECT CAST(NULL AS BIGINT) AS partition_id, CAST(NULL AS BIGINT) AS table_id,
        CAST(NULL AS BIGINT) AS begin_snapshot, CAST(NULL AS BIGINT) AS end_snapshot
    WHERE 1 = 0;

CREATE VIEW ducklake_sort_expression AS
    SELECT CAST(NULL AS BIGINT) AS sort_id, CAST(NULL AS BIGINT) AS table_id, CAST(NULL AS BIGINT) AS sort_key_index,
        CAST(NULL AS VARCHAR) AS expression, CAST(NULL AS VARCHAR) AS dialect,
        CAST(NULL AS VARCHAR) AS sort_direction, CAST(NULL AS VARCHAR) AS null_order
    WHERE 1 = 0;

CREATE VIEW ducklake_sort_info AS
    SELECT CAST(NULL AS BIGINT) AS sort_id, CAST(NULL AS BIGINT) AS table_id, CAST(NULL AS BIGINT) AS begin_snapshot,
        CAST(NULL AS BIGINT) AS end_snapshot
    WHERE 1 = 0;

CREATE VIEW ducklake_table_column_stats AS
    SELECT CAST(NULL AS BIGINT) AS table_id, CAST(NULL AS BIGINT) AS column_id,
        CAST(NULL AS BOOLEAN) AS contains_null, CAST(NULL AS BOOLEAN) AS contains_nan,
        CAST(NULL AS VARCHAR) AS min_value, CAST(NULL AS VARCHAR) AS max_value, CAST(NULL AS VARCHAR) AS extra_stats
    WHERE 1 = 0;

CREATE VIEW ducklake_tag AS
    SELECT CAST(NULL AS BIGINT) AS object_id, CAST(NULL AS BIGINT) AS begin_snapshot,
        CAST(NULL AS BIGINT) AS end_snapshot, CAST(NULL AS VARCHAR) AS key, CAST(NULL AS VARCHAR) AS value
    WHERE 1 = 0;

CREATE VIEW ducklake_view AS
    SELECT CAST(NULL AS BIGINT) AS view_id, CAST(NULL AS UUID) AS view_uuid,
        CAST(NULL AS BIGINT) AS begin_snapshot, CAST(NULL AS BIGINT) AS end_snapshot,
        CAST(NULL AS BIGINT) AS schema_id, CAST(NULL AS VARCHAR) AS view_name, CAST(NULL AS VARCHAR) AS dialect,
        CAST(NULL AS VARCHAR) AS sql, CAST(NULL AS VARCHAR) AS column_aliases
    WHERE 1 = 0;

CREATE VIEW ducklake_inlined_data_tables AS
    SELECT CAST(NULL AS BIGINT) AS table_id, CAST(NULL AS VARCHAR) AS table_name, CAST(NULL AS BIGINT) AS schema_version
    WHERE 1 = 0;
