//! Writing one immutable Parquet file.

mod encode;
mod stats;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, Schema, SchemaRef, TimestampMicrosecondType};
use base::{Code, Problem};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;

use crate::error;
use crate::files::NewFileSink;
use crate::{Lake, Month, TableDef};

pub use stats::ColumnStat;

/// A block of file ids that no other file has or will have.
#[derive(Clone, Debug)]
pub struct FileIds {
    next: Arc<AtomicI64>,
    end: i64,
}

impl FileIds {
    pub(crate) fn new(first: i64, count: i64) -> Self {
        Self { next: Arc::new(AtomicI64::new(first)), end: first + count }
    }

    /// A block reserved in the caller's transaction: `store::next_ids(tx, "lake_file", count)`.
    pub fn block(first: i64, count: i64) -> Self {
        Self::new(first, count)
    }

    fn take(&self) -> Result<i64, Problem> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        if id < self.end {
            return Ok(id);
        }
        Err(Problem::new(Code::Internal, "the block of file ids is used up"))
    }
}

/// A finished file: durable, but not visible until it is registered in the catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct NewFile {
    /// The id, also the file's name.
    pub id: i64,
    /// The table it belongs to.
    pub table_id: i64,
    /// The month, `None` for tables that are not split.
    pub month: Option<Month>,
    /// Relative to the lake's root.
    pub path: String,
    /// How many rows.
    pub rows: i64,
    /// Its size.
    pub bytes: i64,
    /// The hash of its content (its bits).
    pub hash: i64,
    /// The size of the Parquet footer without its 8 closing bytes.
    pub footer_bytes: i64,
    /// Bounds of `time`, when the table has that column.
    pub time: Option<(i64, i64)>,
    /// Bounds of the known customers.
    pub customers: Option<(i64, i64)>,
    /// Size, missing values and bounds of every column.
    pub stats: Vec<ColumnStat>,
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub struct WriteOptions {
    /// The level of zstd, 1 (fast) … 22 (small).
    pub compression: i32,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { compression: 1 }
    }
}

/// Writes sorted batches to a new file. Given up without [`FileWriter::finish`], nothing stays.
pub struct FileWriter {
    table: Arc<TableDef>,
    month: Option<Month>,
    id: i64,
    path: String,
    options: WriteOptions,
    /// Created but not yet given to the Parquet writer, which needs the first batch's types.
    sink: Option<NewFileSink>,
    out: Option<ArrowWriter<NewFileSink>>,
    schema: SchemaRef,
    last: Option<(Option<i64>, Option<i64>)>,
    rows: i64,
}

impl FileWriter {
    /// Begins a file of `table` for `month` (`None` when the table is not split by month).
    pub fn new(
        lake: &Lake,
        table: &Arc<TableDef>,
        month: Option<Month>,
        ids: &FileIds,
        options: WriteOptions,
    ) -> Result<Self, Problem> {
        if table.monthly != month.is_some() {
            return Err(Problem::new(Code::Internal, format!("the month of a file of {} is wrong", table.name)));
        }
        let id = ids.take()?;
        let path = format!("{}/month={}/{id}.parquet", table.name, Month::text(month));
        let sink = lake.files().create(&path)?;
        let (table, schema) = (Arc::clone(table), table.schema());
        Ok(Self { table, month, id, path, options, sink: Some(sink), out: None, schema, last: None, rows: 0 })
    }

    /// How many rows were written so far.
    pub fn rows(&self) -> i64 {
        self.rows
    }

    /// Adds rows. Columns are taken by name (missing nullable ones become nulls), text plain or with a dictionary, decimals of
    /// 64 or 128 bits. Rows must continue the order of (`customer_id` nulls first, `time`); anything else is refused.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Problem> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        if self.out.is_none() {
            self.begin(batch)?;
        }
        let batch = self.aligned(batch)?;
        self.check_order(&batch)?;
        self.rows += batch.num_rows() as i64;
        let out = self.out.as_mut().ok_or_else(|| Problem::new(Code::Internal, "the file is closed"))?;
        out.write(&batch).map_err(error::parquet(&self.path))
    }

    /// Ends the file and makes it durable; `None` when no row was written (then there is no file).
    pub fn finish(mut self) -> Result<Option<NewFile>, Problem> {
        let Some(mut out) = self.out.take() else { return Ok(None) };
        let metadata = out.finish().map_err(error::parquet(&self.path))?;
        let (bytes, hash) = out.inner_mut().finish()?;
        let mut file = NewFile {
            id: self.id,
            table_id: self.table.id,
            month: self.month,
            path: std::mem::take(&mut self.path),
            rows: self.rows,
            bytes: bytes as i64,
            hash: hash as i64,
            footer_bytes: 0,
            time: stats::bounds(&metadata, "time"),
            customers: stats::bounds(&metadata, "customer_id"),
            stats: stats::columns(&self.table, &metadata),
        };
        file.footer_bytes = stats::footer_bytes(out.inner())?;
        Ok(Some(file))
    }

    /// The first batch decides whether text comes with dictionaries; later ones are cast to the same.
    fn begin(&mut self, first: &RecordBatch) -> Result<(), Problem> {
        let fields = self.table.columns.iter().map(|column| {
            let given = first.column_by_name(&column.name).map(|a| a.data_type().clone());
            let storage = column.kind.storage();
            column.field(given.filter(|g| compatible(g, &storage)).unwrap_or(storage))
        });
        self.schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let properties = encode::properties(&self.table, self.options.compression)?;
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let sink = self.sink.take().ok_or_else(|| Problem::new(Code::Internal, "the file is closed"))?;
        let out = ArrowWriter::try_new_with_options(sink, Arc::clone(&self.schema), options);
        self.out = Some(out.map_err(error::parquet(&self.path))?);
        Ok(())
    }

    fn aligned(&self, batch: &RecordBatch) -> Result<RecordBatch, Problem> {
        let columns = self.schema.fields().iter().map(|field| -> Result<ArrayRef, Problem> {
            match batch.column_by_name(field.name()) {
                Some(array) if array.data_type() == field.data_type() => Ok(Arc::clone(array)),
                Some(array) => cast(array, field.data_type()).map_err(error::arrow),
                None => Ok(arrow::array::new_null_array(field.data_type(), batch.num_rows())),
            }
        });
        let columns = columns.collect::<Result<Vec<_>, Problem>>()?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(error::arrow)
    }

    fn check_order(&mut self, batch: &RecordBatch) -> Result<(), Problem> {
        let Some(customers) = batch.column_by_name("customer_id").and_then(|a| a.as_primitive_opt::<Int64Type>())
        else {
            return Ok(());
        };
        let times = batch.column_by_name("time").and_then(|a| a.as_primitive_opt::<TimestampMicrosecondType>());
        let times = times.filter(|_| self.table.sort.iter().any(|s| s == "time")).map(PrimitiveArray::values);
        let key = |row: usize| (customers.is_valid(row).then(|| customers.value(row)), times.map(|t| t[row]));
        // `None < Some(_)`: missing customers first, as the table's order wants it.
        let follows = self.last.is_none_or(|last| last <= key(0));
        if !follows || (1..batch.num_rows()).any(|row| key(row - 1) > key(row)) {
            return Err(Problem::new(Code::Internal, format!("rows for {} are not in order", self.table.name)));
        }
        self.last = Some(key(batch.num_rows() - 1));
        Ok(())
    }
}

/// Whether values of `given` are written without a conversion.
fn compatible(given: &DataType, storage: &DataType) -> bool {
    match (given, storage) {
        (DataType::Dictionary(key, value), _) => **key == DataType::Int32 && **value == *storage,
        (DataType::Decimal64(p, s), DataType::Decimal128(sp, ss)) => (p, s) == (sp, ss),
        _ => given == storage,
    }
}
