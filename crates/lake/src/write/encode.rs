//! How columns are encoded. Chosen for two readers: one sorted pass over everything, and the look-up of one customer, which
//! should touch a page of some kilobytes per column.

use base::{Code, Problem};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use crate::{ColumnDef, ColumnType, TableDef};

/// Rows of a row group: large enough that its dictionaries pay, small enough for fine parallel work.
pub(crate) const ROW_GROUP_ROWS: usize = 131_072;
/// The least rows of a page.
const PAGE_ROWS: usize = 1_024;
/// A page ends when its values take so much: a look-up of one customer fetches a page per column, yet the position of every page is
/// read when a file is opened, so narrow columns get pages of many rows and wide ones of few.
const PAGE_BYTES: usize = 4 << 10;
/// The most rows of a page: what a look-up decodes of a column that hardly changes.
const WIDE_PAGE_ROWS: usize = 16_384;
/// How often the filter of a row group's order keys wrongly says "perhaps".
const FALSE_POSITIVES: f64 = 0.001;
/// A dictionary that grew past this is not worth reading for one customer: the column falls back to plain values.
const DICTIONARY_BYTES: usize = 384 << 10;
/// The same for numbers, which are cheap to store plainly.
const NUMBER_DICTIONARY_BYTES: usize = 32 << 10;

/// The properties of a file of `table`.
pub(crate) fn properties(table: &TableDef, level: i32) -> Result<WriterProperties, Problem> {
    let level = ZstdLevel::try_new(level)
        .map_err(|e| Problem::new(Code::InvalidConfig, "the compression level must be 1 … 22").caused_by(e))?;
    let sorted = table.sort.iter().filter_map(|name| table.columns.iter().position(|c| c.name == *name));
    let sorted = sorted.map(|at| SortingColumn { column_idx: at as i32, descending: false, nulls_first: true });
    let mut builder = WriterProperties::builder()
        .set_created_by(concat!("guanxi ", env!("CARGO_PKG_VERSION")).into())
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(WIDE_PAGE_ROWS)
        .set_data_page_size_limit(PAGE_BYTES)
        .set_write_batch_size(PAGE_ROWS)
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_sorting_columns(Some(sorted.collect()));
    for column in &table.columns {
        let path = ColumnPath::from(column.name.as_str());
        let plain = |b: WriterPropertiesBuilder, encoding| {
            b.set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path.clone(), encoding)
        };
        builder = match (column.name.as_str(), column.kind) {
            // Its pages tell where a customer is: always the fewest rows.
            ("customer_id", _) => plain(builder, Encoding::DELTA_BINARY_PACKED)
                .set_column_data_page_size_limit(path.clone(), 1)
                .set_column_statistics_enabled(path.clone(), EnabledStatistics::Page),
            // Leads from an order to its lines, whoever they belong to.
            ("order_key", _) => plain(builder, Encoding::PLAIN)
                .set_column_bloom_filter_fpp(path.clone(), FALSE_POSITIVES)
                .set_column_bloom_filter_max_ndv(path.clone(), ROW_GROUP_ROWS as u64),
            ("line_no", _) => plain(builder, Encoding::DELTA_BINARY_PACKED),
            // Nearly every order has its own number: a dictionary would be as large as the column.
            ("order_id" | "return_of", _) => plain(builder, Encoding::DELTA_BYTE_ARRAY),
            // Read as a whole, to compare a file with what is known.
            ("line_hash", _) => {
                plain(builder, Encoding::PLAIN).set_column_data_page_size_limit(path.clone(), 16 * PAGE_BYTES)
            }
            (_, ColumnType::Float64 | ColumnType::Time) => plain(builder, Encoding::PLAIN),
            (_, ColumnType::Text) => builder,
            _ => builder.set_column_dictionary_page_size_limit(path.clone(), NUMBER_DICTIONARY_BYTES),
        };
        builder = builder.set_column_compression(path.clone(), compression(column, level));
    }
    Ok(builder.build())
}

/// Zstd where it earns its keep: long text. A reader of a zstd column sets up a decoder of some hundred kilobytes per row group,
/// which costs more than reading a few pages, so what nearly every pass reads (numbers, short codes) gets the quick Snappy, and
/// what does not get smaller is left as it is.
fn compression(column: &ColumnDef, level: ZstdLevel) -> Compression {
    match (column.name.as_str(), column.kind) {
        ("customer_id" | "line_no" | "line_hash" | "import_id", _) => Compression::UNCOMPRESSED,
        ("order_id" | "return_of" | "product_name", _) => Compression::ZSTD(level),
        _ => Compression::SNAPPY,
    }
}
