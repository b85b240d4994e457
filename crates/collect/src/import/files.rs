//! Turns waiting lines into sorted files, one per month.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::Int32Type;
use base::Problem;
use lake::{FileIds, FileWriter, Lake, Month, NewFile, ORDER_LINE, WriteOptions};

use super::lines::{KEPT, Lines};
use crate::decode::{Dictionary, LineKind, NULL};

/// Rows handed to the Parquet writer at a time.
const BATCH: usize = 16_384;

#[derive(Clone, Copy)]
struct Key {
    month: i32,
    customer: i64,
    time: i64,
    order: i64,
    line_no: u32,
    at: u32,
}

/// Writes the lines, sorted as the lake wants them, to new files: one per month that occurs. The files are not registered.
pub(super) fn write(lake: &Lake, ids: &FileIds, import_id: i64, lines: &Lines) -> Result<Vec<NewFile>, Problem> {
    let keys = sorted(lines);
    let shared = Shared::new(lines);
    let mut files = Vec::new();
    for month in keys.chunk_by(|a, b| a.month == b.month) {
        let mut writer = FileWriter::new(lake, &ORDER_LINE, Some(Month(month[0].month)), ids, WriteOptions::default())?;
        for rows in month.chunks(BATCH) {
            writer.write(&batch(lines, &shared, rows, import_id)?)?;
        }
        files.extend(writer.finish()?);
    }
    Ok(files)
}

fn sorted(lines: &Lines) -> Vec<Key> {
    let mut months = MonthOf::default();
    let mut keys: Vec<Key> = (0..lines.len())
        .map(|at| Key {
            month: months.of(lines.time[at]),
            customer: lines.customer[at],
            time: lines.time[at],
            order: lines.order_key[at].cast_signed(),
            line_no: lines.line_no[at],
            at: at as u32,
        })
        .collect();
    keys.sort_unstable_by_key(|k| (k.month, k.customer, k.time, k.order, k.line_no, k.at));
    keys
}

/// The UTC month of instants, remembering the bounds of the last one.
#[derive(Default)]
struct MonthOf {
    from: i64,
    until: i64,
    month: i32,
}

impl MonthOf {
    fn of(&mut self, at: i64) -> i32 {
        if at < self.from || at >= self.until {
            let month = Month::of(at);
            (self.from, self.until, self.month) = (month.start(), month.end(), month.0);
        }
        self.month
    }
}

/// Dictionaries as Arrow arrays, made once per part.
struct Shared {
    texts: Vec<Arc<StringArray>>,
    linked: Arc<StringArray>,
    kinds: Arc<StringArray>,
}

impl Shared {
    fn new(lines: &Lines) -> Self {
        let array = |d: &Dictionary| Arc::new(StringArray::from_iter_values(d.iter()));
        let kinds = [LineKind::Sale, LineKind::Return, LineKind::Adjustment].map(LineKind::as_str);
        Self {
            texts: lines.texts.iter().map(|t| array(&t.values)).collect(),
            linked: array(&lines.linked),
            kinds: Arc::new(StringArray::from_iter_values(kinds)),
        }
    }
}

fn batch(lines: &Lines, shared: &Shared, rows: &[Key], import_id: i64) -> Result<RecordBatch, Problem> {
    let error = |e: arrow::error::ArrowError| Problem::internal("order lines could not be put in columns", e);
    let wide = |values: &[i64]| rows.iter().map(|k| i128::from(values[k.at as usize])).collect::<Decimal128Array>();
    let optional = |values: &[Option<i64>]| {
        rows.iter().map(|k| values[k.at as usize].map(i128::from)).collect::<Decimal128Array>()
    };
    let coded = |codes: &[u32], values: &Arc<StringArray>| -> Result<ArrayRef, Problem> {
        let keys = rows.iter().map(|k| (codes[k.at as usize] != NULL).then(|| codes[k.at as usize] as i32));
        let keys = keys.collect::<Int32Array>();
        let array = DictionaryArray::<Int32Type>::try_new(keys, Arc::clone(values) as ArrayRef).map_err(error)?;
        Ok(Arc::new(array))
    };
    let decimal = |array: Decimal128Array, scale: i8| -> Result<ArrayRef, Problem> {
        Ok(Arc::new(array.with_precision_and_scale(18, scale).map_err(error)?))
    };
    let text = |at: usize| coded(&lines.texts[at].codes, &shared.texts[at]);
    let customers = rows.iter().map(|k| (k.customer != 0).then_some(k.customer)).collect::<Int64Array>();
    let times = TimestampMicrosecondArray::from_iter_values(rows.iter().map(|k| k.time)).with_timezone("UTC");
    let kinds = Int32Array::from_iter_values(rows.iter().map(|k| lines.kind[k.at as usize] as i32));
    let kinds = DictionaryArray::<Int32Type>::try_new(kinds, Arc::clone(&shared.kinds) as ArrayRef).map_err(error)?;
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(customers),
        Arc::new(times),
        text(0)?,
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|k| k.order))),
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|k| k.line_no as i32))),
        Arc::new(kinds),
        text(1)?,
        text(2)?,
        text(3)?,
        decimal(wide(&lines.quantity), 3)?,
        decimal(optional(&lines.unit_price), 4)?,
        decimal(wide(&lines.amount), 4)?,
        decimal(optional(&lines.discount), 4)?,
    ];
    for at in 4..KEPT.len() {
        columns.push(text(at)?);
    }
    columns.push(coded(&lines.return_of, &shared.linked)?);
    columns.push(Arc::new(Int64Array::from_iter_values(
        rows.iter().map(|k| lines.line_hash[k.at as usize].cast_signed()),
    )));
    columns.push(Arc::new(Int64Array::from_value(import_id, rows.len())));
    let fields = ORDER_LINE.columns.iter().zip(&columns).map(|(c, array)| c.field(array.data_type().clone()));
    let schema = Arc::new(arrow::datatypes::Schema::new(fields.collect::<Vec<_>>()));
    RecordBatch::try_new(schema, columns).map_err(error)
}

/// The lines as one batch in the order of the table, for the hot rows of the intake.
pub(super) fn as_batch(lines: &Lines, import_id: i64) -> Result<RecordBatch, Problem> {
    batch(lines, &Shared::new(lines), &sorted(lines), import_id)
}
