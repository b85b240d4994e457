-- Rows of files of bad rows that were mended and imported: a second import of the same mended rows adds nothing.
-- import_id, row_no: the row that was bad; order_key: the order it came into; mended_by: the import that brought it.
CREATE TABLE import_mended (
    import_id BIGINT NOT NULL,
    row_no    BIGINT NOT NULL,
    order_key BIGINT NOT NULL,
    mended_by BIGINT NOT NULL,
    PRIMARY KEY (import_id, row_no)
);
CREATE INDEX import_mended_by_order ON import_mended (order_key);
CREATE INDEX import_mended_by_import ON import_mended (mended_by);
