//! Parquet files: batches of columns into rows of text.

use std::fs::File;
use std::path::Path;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Decimal256Array, Float32Array,
    Float64Array, Int64Array, StringArray, Time64MicrosecondArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use base::{Code, Problem};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::chunk::{RawChunk, RowFault};
use super::input::open_file;
use super::pool::{Part, guarded};
use super::value::{write_clock, write_day, write_decimal, write_f32, write_f64, write_time};

/// Most rows read at a time.
const BATCH_ROWS: i64 = 8_192;

/// An opened file: its columns and a reader of its batches.
pub(super) struct Table {
    pub(super) columns: Vec<String>,
    pub(super) rows: u64,
    reader: ParquetRecordBatchReader,
}

/// Opens a file; batches hold about `batch_bytes` or fewer.
pub(super) fn open(path: &Path, batch_bytes: usize) -> Result<Table, Problem> {
    let file: File = open_file(path)?;
    guarded(|| {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(unreadable)?;
        let columns = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let meta = builder.metadata();
        let rows = meta.file_metadata().num_rows().max(0);
        let bytes: i64 =
            meta.row_groups().iter().map(|group| group.total_byte_size().max(0)).fold(0, i64::saturating_add);
        let row_bytes = (bytes / rows.max(1)).max(1);
        let batch = (batch_bytes as i64 / row_bytes).clamp(16, BATCH_ROWS) as usize;
        let reader = builder.with_batch_size(batch).build().map_err(unreadable)?;
        Ok(Table { columns, rows: rows as u64, reader })
    })
}

impl Table {
    /// The next rows, still as columns.
    pub(super) fn next(&mut self) -> Result<Option<RecordBatch>, Problem> {
        guarded(|| self.reader.next().transpose().map_err(unreadable))
    }
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> Problem {
    Problem::new(Code::InvalidInput, format!("the Parquet file cannot be read: {error}"))
        .hint("write it again uncompressed, or with zstd or snappy compression")
        .caused_by(error)
}

/// The rows of a batch, the first of which is row `first` of the file (from 1). Rows count as lines.
pub(super) fn rows(batch: &RecordBatch, first: u64) -> Part {
    let columns: Vec<Column> = batch.columns().iter().map(Column::new).collect();
    let mut chunk = RawChunk::new(first);
    let mut text = String::new();
    for row in 0..batch.num_rows() {
        let mut fault = None;
        for (i, column) in columns.iter().enumerate() {
            text.clear();
            let valid = column.write(row, &mut text);
            if text.contains('\0') || !valid {
                text = text.replace('\0', "\u{fffd}");
                fault.get_or_insert(RowFault::InvalidText { column: i as u32 });
            }
            chunk.push_cell(&text);
        }
        chunk.end_row(first + row as u64, fault);
    }
    Part { chunk, lines: 0 }
}

/// A column in one of the few forms that are written here; the many others are converted to these.
enum Column {
    Text(StringArray),
    Bytes(BinaryArray),
    Int(Int64Array),
    UInt(UInt64Array),
    F32(Float32Array),
    F64(Float64Array),
    Bool(BooleanArray),
    Dec128(Decimal128Array, i8),
    Dec256(Decimal256Array, i8),
    Day(Date32Array),
    Time(TimestampMicrosecondArray, bool),
    Clock(Time64MicrosecondArray),
    Null,
    Other(ArrayRef),
}

impl Column {
    fn new(array: &ArrayRef) -> Self {
        use arrow::datatypes::{
            Date32Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int64Type, Time64MicrosecondType,
            TimestampMicrosecondType, UInt64Type,
        };
        let to = plain(array.data_type());
        let Ok(array) = cast(array, &to) else { return Self::Other(array.clone()) };
        match to {
            DataType::Utf8 => Self::Text(array.as_string().clone()),
            DataType::Binary => Self::Bytes(array.as_binary().clone()),
            DataType::Int64 => Self::Int(array.as_primitive::<Int64Type>().clone()),
            DataType::UInt64 => Self::UInt(array.as_primitive::<UInt64Type>().clone()),
            DataType::Float32 => Self::F32(array.as_primitive::<Float32Type>().clone()),
            DataType::Float64 => Self::F64(array.as_primitive::<Float64Type>().clone()),
            DataType::Boolean => Self::Bool(array.as_boolean().clone()),
            DataType::Decimal128(_, scale) => Self::Dec128(array.as_primitive::<Decimal128Type>().clone(), scale),
            DataType::Decimal256(_, scale) => Self::Dec256(array.as_primitive::<Decimal256Type>().clone(), scale),
            DataType::Date32 => Self::Day(array.as_primitive::<Date32Type>().clone()),
            DataType::Timestamp(_, zone) => {
                Self::Time(array.as_primitive::<TimestampMicrosecondType>().clone(), zone.is_some())
            }
            DataType::Time64(_) => Self::Clock(array.as_primitive::<Time64MicrosecondType>().clone()),
            DataType::Null => Self::Null,
            _ => Self::Other(array),
        }
    }

    /// Appends the text of a value; false when it holds bytes that are not text.
    fn write(&self, row: usize, out: &mut String) -> bool {
        if self.is_null(row) {
            return true;
        }
        match self {
            Self::Text(array) => out.push_str(array.value(row)),
            Self::Bytes(array) => {
                let text = String::from_utf8_lossy(array.value(row));
                out.push_str(&text);
                return matches!(text, std::borrow::Cow::Borrowed(_));
            }
            Self::Int(array) => out.push_str(&array.value(row).to_string()),
            Self::UInt(array) => out.push_str(&array.value(row).to_string()),
            Self::F32(array) => write_f32(out, array.value(row)),
            Self::F64(array) => write_f64(out, array.value(row)),
            Self::Bool(array) => out.push_str(if array.value(row) { "true" } else { "false" }),
            Self::Dec128(array, scale) => write_decimal(out, &array.value(row).to_string(), *scale),
            Self::Dec256(array, scale) => write_decimal(out, &array.value(row).to_string(), *scale),
            Self::Day(array) => {
                let days = i64::from(array.value(row));
                if !write_day(out, days) {
                    out.push_str(&days.to_string());
                }
            }
            Self::Time(array, instant) => {
                if !write_time(out, array.value(row), *instant) {
                    out.push_str(&array.value(row).to_string());
                }
            }
            Self::Clock(array) => write_clock(out, array.value(row)),
            Self::Null => {}
            Self::Other(array) => {
                if let Ok(values) = ArrayFormatter::try_new(array.as_ref(), &FormatOptions::default()) {
                    // A value that cannot be shown stays empty.
                    let _ = values.value(row).write(out);
                }
            }
        }
        true
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Text(a) => a.is_null(row),
            Self::Bytes(a) => a.is_null(row),
            Self::Int(a) => a.is_null(row),
            Self::UInt(a) => a.is_null(row),
            Self::F32(a) => a.is_null(row),
            Self::F64(a) => a.is_null(row),
            Self::Bool(a) => a.is_null(row),
            Self::Dec128(a, _) => a.is_null(row),
            Self::Dec256(a, _) => a.is_null(row),
            Self::Day(a) => a.is_null(row),
            Self::Time(a, _) => a.is_null(row),
            Self::Clock(a) => a.is_null(row),
            Self::Null => true,
            Self::Other(a) => a.is_null(row),
        }
    }
}

/// The form in which a type is written.
fn plain(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            DataType::Binary
        }
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => DataType::Int64,
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => DataType::UInt64,
        DataType::Float16 | DataType::Float32 => DataType::Float32,
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) => DataType::Decimal128(38, *scale),
        DataType::Date32 | DataType::Date64 => DataType::Date32,
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        DataType::Time32(_) | DataType::Time64(_) => DataType::Time64(TimeUnit::Microsecond),
        DataType::Dictionary(_, value) => plain(value),
        other => other.clone(),
    }
}
