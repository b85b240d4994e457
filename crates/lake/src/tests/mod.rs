//! The suite of the history store, on both databases.

mod ducklake;
mod engine;
mod evolution;
mod keep;
mod maintain;
mod reading;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{
    Array, ArrayAccessor, ArrayRef, AsArray, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{Decimal64Type, Int64Type};
use base::hash::mix;
use store::testing::TestDb;

use crate::catalog::file::file_add;
use crate::{FileState, FileWriter, Lake, Month, NewFile, ORDER_LINE, Reading, WriteOptions};

pub(crate) static GO: AtomicBool = AtomicBool::new(false);
pub(crate) const NOW: i64 = 1_800_000_000_000_000;

/// A made-up order line: everything follows from these numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub customer: Option<i64>,
    pub time: i64,
    pub order: i64,
    pub number: i32,
    pub amount: i64,
    pub import: i64,
}

pub(crate) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// `count` lines of a month, for customers of a range, from a seed; about one in sixteen has no customer.
pub(crate) fn lines(month: Month, customers: Range<i64>, count: usize, seed: u64) -> Vec<Line> {
    let span = (month.end() - month.start()) as u64;
    let width = (customers.end - customers.start) as u64;
    let line = |i: usize| {
        let random = |salt: u64| mix(mix(seed ^ (salt << 40)) ^ i as u64);
        Line {
            customer: (!random(1).is_multiple_of(16)).then(|| customers.start + (random(2) % width) as i64),
            time: month.start() + (random(3) % span) as i64 / 1_000_000 * 1_000_000,
            order: (random(4) >> 1) as i64,
            number: (random(5) % 5) as i32,
            amount: (random(6) % 1_000_000) as i64 - 100_000,
            import: (seed % 1000) as i64,
        }
    };
    let mut lines: Vec<Line> = (0..count).map(line).collect();
    lines.sort_unstable();
    lines
}

/// The lines as a batch of the table.
pub(crate) fn batch(lines: &[Line]) -> RecordBatch {
    let texts =
        |f: &dyn Fn(&Line) -> Option<String>| -> ArrayRef { Arc::new(lines.iter().map(f).collect::<StringArray>()) };
    let whole =
        |f: &dyn Fn(&Line) -> i64| -> ArrayRef { Arc::new(lines.iter().map(|l| Some(f(l))).collect::<Int64Array>()) };
    let money = |scale, f: &dyn Fn(&Line) -> Option<i64>| -> ArrayRef {
        let values = lines.iter().map(|l| f(l).map(i128::from)).collect::<Decimal128Array>();
        Arc::new(values.with_precision_and_scale(18, scale).unwrap())
    };
    let code = |l: &Line| mix(l.order as u64) % 500;
    let columns = ORDER_LINE.columns.iter().map(|c| match c.name.as_str() {
        "customer_id" => Arc::new(lines.iter().map(|l| l.customer).collect::<Int64Array>()) as ArrayRef,
        "time" => {
            Arc::new(TimestampMicrosecondArray::from_iter_values(lines.iter().map(|l| l.time)).with_timezone("UTC"))
        }
        "order_id" => texts(&|l| Some(format!("A{:08}", l.order % 100_000_000))),
        "order_key" => whole(&|l| l.order),
        "line_no" => Arc::new(Int32Array::from_iter_values(lines.iter().map(|l| l.number))),
        "kind" => texts(&|l| Some(if l.amount < 0 { "return" } else { "sale" }.into())),
        "product" => texts(&|l| Some(format!("P{:05}", code(l)))),
        "product_name" => texts(&|l| Some(format!("Thing number {} of the shop", code(l)))),
        "category" => texts(&|l| (code(l) % 7 != 0).then(|| format!("Category {}", code(l) % 20))),
        "quantity" => money(3, &|l| Some(l.amount.signum() * 1000)),
        "unit_price" => money(4, &|l| Some(l.amount.abs())),
        "amount" => money(4, &|l| Some(l.amount)),
        "discount" => money(4, &|l| (l.amount % 3 == 0).then_some(500)),
        "currency" => texts(&|_| Some("CNY".into())),
        "store" => texts(&|l| Some(format!("Store {}", l.order % 40))),
        "channel" => texts(&|l| Some(["web", "app", "shop"][(l.order % 3) as usize].into())),
        "country" => texts(&|_| Some("CN".into())),
        "line_hash" => whole(&|l| mix(l.order as u64 ^ l.number as u64) as i64),
        "import_id" => whole(&|l| l.import),
        _ => texts(&|_| None),
    });
    RecordBatch::try_new(ORDER_LINE.schema(), columns.collect()).unwrap()
}

pub(crate) async fn lake(t: &TestDb) -> Lake {
    Lake::open(t.db.clone(), &t.dir.path().join("lake")).await.unwrap()
}

/// Writes sorted lines of one month to a file.
pub(crate) async fn write(lake: &Lake, month: Month, lines: &[Line]) -> NewFile {
    let ids = lake.file_ids().await.unwrap();
    let mut writer = FileWriter::new(lake, &ORDER_LINE, Some(month), &ids, WriteOptions::default()).unwrap();
    for chunk in lines.chunks(10_000) {
        writer.write(&batch(chunk)).unwrap();
    }
    writer.finish().unwrap().unwrap()
}

/// Writes lines and makes them visible.
pub(crate) async fn add(lake: &Lake, month: Month, lines: &[Line], import: Option<i64>) -> NewFile {
    let file = write(lake, month, lines).await;
    let mut tx = lake.db().write().await.unwrap();
    file_add(&mut tx, lake, NOW, std::slice::from_ref(&file), FileState::Live, import).await.unwrap();
    tx.commit().await.unwrap();
    file
}

/// What the readers give back of a line.
pub(crate) fn read_back(batch: &RecordBatch, rows: Range<usize>) -> Vec<(Option<i64>, i64, String)> {
    let ids = batch.column_by_name("customer_id").unwrap().as_primitive::<Int64Type>();
    let amounts = batch.column_by_name("amount").unwrap().as_primitive::<Decimal64Type>();
    let products = batch.column_by_name("product").unwrap().as_dictionary::<arrow::datatypes::Int32Type>();
    let products = products.downcast_dict::<StringArray>().unwrap();
    rows.map(|r| (ids.is_valid(r).then(|| ids.value(r)), amounts.value(r), products.value(r).to_owned())).collect()
}

pub(crate) const COLUMNS: [&str; 3] = ["customer_id", "amount", "product"];

pub(crate) fn reading(columns: &'static [&'static str]) -> Reading<'static> {
    Reading { columns, threads: 2, cancel: &GO }
}

/// All rows of the history, sorted, by a plain scan.
pub(crate) fn everything(lake: &crate::Snapshot) -> Vec<(Option<i64>, i64, String)> {
    let states = lake.scan(&ORDER_LINE, reading(&COLUMNS), None, Vec::new, |all, batch| {
        all.extend(read_back(batch, 0..batch.num_rows()));
        Ok(())
    });
    let mut all: Vec<_> = states.unwrap().into_iter().flatten().collect();
    all.sort();
    all
}

/// The same, from the lines themselves.
pub(crate) fn expected<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Vec<(Option<i64>, i64, String)> {
    let mut all: Vec<_> =
        lines.into_iter().map(|l| (l.customer, l.amount, format!("P{:05}", mix(l.order as u64) % 500))).collect();
    all.sort();
    all
}
