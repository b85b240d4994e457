//! How fast the fold is on lines in memory, on one thread; run by hand:
//! `cargo nextest run -p profile --run-ignored only --no-capture speed`.

use std::sync::Arc;
use std::time::Instant;

use arrow::array::{
    ArrayRef, Decimal64Array, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use base::hash::mix;
use base::{CustomerId, Zone};

use crate::traits::{Folder, Plan, Traits};

const DAY: u64 = 86_400_000_000;
/// Batches as large as the lake's, each with lines of whole orders of four lines.
const ROWS: u64 = 8192;

fn lines(batch: u64, texts: &[ArrayRef; 3]) -> RecordBatch {
    let draw = |row: u64, salt: u64, of: u64| mix(mix(batch * ROWS + row) ^ salt) % of;
    let order = |row: u64| draw(row / 4, 1, u64::MAX) as i64;
    let times = (0..ROWS).map(|row| (1_600_000_000_000_000 + row / 4 % 25 * 14 * DAY + draw(row / 4, 2, DAY)) as i64);
    let text = |values: &ArrayRef, per: u64, salt: u64| -> ArrayRef {
        let of = values.len() as u64;
        let keys = (0..ROWS).map(|row| draw(row / per, salt, of) as i32).collect::<Int32Array>();
        Arc::new(DictionaryArray::new(keys, Arc::clone(values)))
    };
    let decimal = |scale: i8, of: u64, salt: u64| -> ArrayRef {
        let values = (0..ROWS).map(|row| draw(row, salt, of) as i64).collect::<Decimal64Array>();
        Arc::new(values.with_precision_and_scale(18, scale).unwrap())
    };
    let [kinds, few, many] = texts;
    RecordBatch::try_from_iter([
        ("time", Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC")) as ArrayRef),
        ("order_key", Arc::new((0..ROWS).map(order).collect::<Int64Array>())),
        ("kind", text(kinds, 4, 3)),
        ("product", text(many, 1, 4)),
        ("category", text(few, 1, 5)),
        ("store", text(few, 4, 6)),
        ("channel", text(few, 4, 7)),
        ("device", text(few, 4, 8)),
        ("quantity", decimal(3, 10_000, 9)),
        ("amount", decimal(4, 1_000_000, 10)),
        ("discount", decimal(4, 10_000, 11)),
    ])
    .unwrap()
}

/// Time this thread had on a processor; the wall's where the system does not tell.
fn spent(start: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanos.unwrap_or_else(|| start.elapsed().as_nanos() as f64)
}

/// Nanoseconds a row for preparing, and for folding in runs of `run` lines and finishing customers of 100 lines.
fn measure(batches: &[RecordBatch], run: usize, start: Instant) -> (f64, f64) {
    let traits = Traits::core().unwrap();
    let plan = Plan::compile(&traits, &Zone::named("Europe/London").unwrap()).unwrap();
    let mut folder = Folder::new(&plan, 2_000_000_000_000_000);
    let (mut preparing, mut folding, mut customer) = (0.0, 0.0, 0);
    for batch in batches.iter().cycle().take(4 * batches.len()) {
        let before = spent(start);
        let prepared = folder.prepare(batch).unwrap();
        let between = spent(start);
        for whole in (0..ROWS as usize / 100).map(|n| n * 100) {
            for from in (whole..whole + 100).step_by(run) {
                folder.fold(&prepared, from..from + run);
            }
            customer += 1;
            folder.finish(CustomerId(customer)).unwrap();
        }
        folding += spent(start) - between;
        preparing += between - before;
        folder.recycle(prepared);
    }
    assert_eq!(folder.take().unwrap().num_rows() as i64, customer);
    let rows = 4.0 * batches.len() as f64 * ROWS as f64;
    (preparing / rows, folding / rows)
}

#[test]
#[ignore = "a measurement"]
fn speed_of_the_core_traits() {
    let texts =
        |n: usize| -> ArrayRef { Arc::new((0..n).map(|i| Some(format!("value {i}"))).collect::<StringArray>()) };
    let kinds: ArrayRef = Arc::new(StringArray::from(vec!["sale", "sale", "sale", "sale", "return"]));
    let texts = [kinds, texts(12), texts(4000)];
    let batches: Vec<_> = (0..60).map(|n| lines(n, &texts)).collect();
    let start = Instant::now();
    for run in [100, 20, 4] {
        let (prepare, fold) = measure(&batches, run, start);
        let speed = 1e3 / (prepare + fold);
        println!("runs of {run}: prepare {prepare:.1} ns a row, fold {fold:.1} ns a row, {speed:.1} M rows/s");
    }
}
