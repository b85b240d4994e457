//! The lake table `rfm`: one row per customer, replaced as a whole by each run.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{
    Array, ArrayRef, AsArray, Decimal64Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal64Type, Float64Type, Int32Type, Int64Type};
use base::{Amount, Code, CustomerId, Micros, Problem};
use lake::{ColumnType, FileWriter, Lake, NewFile, Reading, Snapshot, TableDef, WriteOptions};
use serde::Serialize;

use crate::model::{Dimension, Place, Rfm};
use crate::rules::book::Book;

/// The name of the table.
pub const NAME: &str = "rfm";

/// The columns: values (days, orders, money), scores, the combined score (0 … 100), and the three places by name. All but
/// the stage are empty for customers without a sale inside the window.
pub const COLUMNS: [(&str, ColumnType); 12] = [
    ("customer_id", ColumnType::Int64),
    ("as_of", ColumnType::Time),
    ("recency", ColumnType::Int64),
    ("frequency", ColumnType::Int64),
    ("monetary", ColumnType::Decimal(4)),
    ("r", ColumnType::Int32),
    ("f", ColumnType::Int32),
    ("m", ColumnType::Int32),
    ("score", ColumnType::Float64),
    ("rfm_group", ColumnType::Text),
    ("value_tier", ColumnType::Text),
    ("life_stage", ColumnType::Text),
];

/// Rows of a batch that is written.
const BATCH_ROWS: usize = 65_536;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    /// The customer.
    pub customer: CustomerId,
    /// Days from the last sale inside the window to the reference date.
    pub recency: Option<i64>,
    /// Orders inside the window.
    pub frequency: Option<i64>,
    /// Sales less returns inside the window.
    #[serde(serialize_with = "crate::json::money_if_any")]
    pub monetary: Option<Amount>,
    /// Score of recency.
    pub r: Option<i32>,
    /// Score of frequency.
    pub f: Option<i32>,
    /// Score of monetary value.
    pub m: Option<i32>,
    /// Combined score, 0 … 100.
    pub score: Option<f64>,
    /// Name of the RFM group.
    pub group: Option<String>,
    /// Name of the value tier.
    pub tier: Option<String>,
    /// Name of the life-cycle stage.
    pub stage: String,
}

/// Writes the places (ascending by customer) to a new file of the table, not yet visible. `None` when there are none.
pub(crate) async fn write(
    lake: &Lake,
    table: &Arc<TableDef>,
    places: &[Place],
    book: &Book,
    as_of: Micros,
) -> Result<Option<NewFile>, Problem> {
    let ids = lake.file_ids().await?;
    let mut writer = FileWriter::new(lake, table, None, &ids, WriteOptions::default())?;
    for chunk in places.chunks(BATCH_ROWS) {
        writer.write(&batch(chunk, book, as_of)?)?;
    }
    writer.finish()
}

fn batch(places: &[Place], book: &Book, as_of: Micros) -> Result<RecordBatch, Problem> {
    let rfm = || places.iter().map(|p| p.rfm.as_ref());
    let ints = |value: fn(&Rfm) -> i64| Arc::new(rfm().map(|r| r.map(value)).collect::<Int64Array>()) as ArrayRef;
    let scores = |value: fn(&Rfm) -> u8| {
        Arc::new(rfm().map(|r| r.map(|r| i32::from(value(r)))).collect::<Int32Array>()) as ArrayRef
    };
    let names = |dimension: Dimension, value: fn(&Place) -> Option<u8>| {
        let titles = book.titles(dimension);
        let names = places.iter().map(|p| value(p).map(|at| titles[usize::from(at)].name.as_str()));
        Arc::new(names.collect::<StringArray>()) as ArrayRef
    };
    let money = rfm().map(|r| r.map(|r| r.monetary.0)).collect::<Decimal64Array>();
    let money = money.with_precision_and_scale(18, Amount::SCALE as i8).map_err(internal)?;
    let columns: [ArrayRef; 12] = [
        Arc::new(Int64Array::from_iter_values(places.iter().map(|p| p.customer))),
        Arc::new(TimestampMicrosecondArray::from_value(as_of, places.len()).with_timezone("UTC")),
        ints(|r| r.recency_days),
        ints(|r| i64::from(r.frequency)),
        Arc::new(money),
        scores(|r| r.scores.r),
        scores(|r| r.scores.f),
        scores(|r| r.scores.m),
        Arc::new(rfm().map(|r| r.map(|r| r.score)).collect::<Float64Array>()),
        names(Dimension::Group, |p| p.rfm.map(|r| r.group)),
        names(Dimension::Tier, |p| p.rfm.map(|r| r.tier)),
        names(Dimension::Stage, |p| Some(p.stage)),
    ];
    RecordBatch::try_from_iter(COLUMNS.iter().map(|(name, _)| *name).zip(columns)).map_err(internal)
}

/// Hands every row in which `dimension` is `name` (every row without) to `each`, ascending by customer, from the customer
/// behind `after` on.
pub(crate) fn each_row(
    snapshot: &Snapshot,
    wanted: Option<(Dimension, &str)>,
    after: i64,
    cancel: &AtomicBool,
    mut each: impl FnMut(Listed) -> Result<(), Problem> + Send,
) -> Result<(), Problem> {
    let table = table(snapshot)?;
    let columns: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    // One thread reads the one file in its order.
    let reading = Reading { columns: &columns, threads: 1, cancel };
    let each = std::sync::Mutex::new(&mut each);
    snapshot.scan(
        table,
        reading,
        None,
        || (),
        |(), batch| {
            let mut each = each.lock().map_err(|_| Problem::new(Code::Internal, "a reader of the list gave up"))?;
            let rows = Reader::new(batch)?;
            let places = wanted.map(|(dimension, name)| (rows.texts(dimension), name));
            for row in 0..batch.num_rows() {
                let inside = places.is_none_or(|(column, name)| column.is_valid(row) && column.value(row) == name);
                if inside && rows.customers.value(row) > after {
                    each(rows.row(row))?;
                }
            }
            Ok(())
        },
    )?;
    Ok(())
}

/// The row of one customer.
pub(crate) fn row_of(snapshot: &Snapshot, customer: CustomerId) -> Result<Option<Listed>, Problem> {
    let columns: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let batches = snapshot.of_customer(table(snapshot)?, customer.0, &columns)?;
    batches.iter().find(|b| b.num_rows() > 0).map(|b| Ok(Reader::new(b)?.row(0))).transpose()
}

fn table(snapshot: &Snapshot) -> Result<&Arc<TableDef>, Problem> {
    snapshot.table(NAME).map_err(|_| no_run())
}

/// What is said when there is no run yet.
pub(crate) fn no_run() -> Problem {
    Problem::new(Code::NotFound, "no RFM run was made yet").hint("run `guanxi segment rfm` first")
}

fn internal(error: arrow::error::ArrowError) -> Problem {
    Problem::internal("the table rfm does not hold together", error)
}

/// The columns of a batch as read.
struct Reader {
    customers: Int64Array,
    ints: [Int64Array; 2],
    money: Decimal64Array,
    scores: [Int32Array; 3],
    score: Float64Array,
    texts: [StringArray; 3],
}

impl Reader {
    fn new(batch: &RecordBatch) -> Result<Self, Problem> {
        let column = |name: &str| {
            let column = batch.column_by_name(name);
            column.ok_or_else(|| Problem::new(Code::Internal, format!("the table rfm lacks the column {name}")))
        };
        let ints = |name: &str| column(name).map(|c| c.as_primitive::<Int64Type>().clone());
        let scores = |name: &str| column(name).map(|c| c.as_primitive::<Int32Type>().clone());
        let texts = |dimension: Dimension| -> Result<StringArray, Problem> {
            let plain = cast(column(dimension.column())?, &DataType::Utf8).map_err(internal)?;
            Ok(plain.as_string::<i32>().clone())
        };
        Ok(Self {
            customers: ints("customer_id")?,
            ints: [ints("recency")?, ints("frequency")?],
            money: column("monetary")?.as_primitive::<Decimal64Type>().clone(),
            scores: [scores("r")?, scores("f")?, scores("m")?],
            score: column("score")?.as_primitive::<Float64Type>().clone(),
            texts: [texts(Dimension::Group)?, texts(Dimension::Tier)?, texts(Dimension::Stage)?],
        })
    }

    const fn texts(&self, dimension: Dimension) -> &StringArray {
        &self.texts[dimension as usize]
    }

    fn row(&self, row: usize) -> Listed {
        let int = |column: &Int64Array| column.is_valid(row).then(|| column.value(row));
        let score = |column: &Int32Array| column.is_valid(row).then(|| column.value(row));
        let text = |column: &StringArray| column.is_valid(row).then(|| column.value(row).to_owned());
        Listed {
            customer: CustomerId(self.customers.value(row)),
            recency: int(&self.ints[0]),
            frequency: int(&self.ints[1]),
            monetary: self.money.is_valid(row).then(|| Amount(self.money.value(row))),
            r: score(&self.scores[0]),
            f: score(&self.scores[1]),
            m: score(&self.scores[2]),
            score: self.score.is_valid(row).then(|| self.score.value(row)),
            group: text(&self.texts[0]),
            tier: text(&self.texts[1]),
            stage: text(&self.texts[2]).unwrap_or_default(),
        }
    }
}
