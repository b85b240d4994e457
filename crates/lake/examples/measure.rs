//! Measures the readers on made-up history: `cargo run -p lake --example measure -- FOLDER LINES CUSTOMERS [MONTHS]`.
//! The folder is filled on the first run and used again after.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use arrow::array::{
    ArrayRef, AsArray, Decimal64Array, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, new_null_array,
};
use arrow::datatypes::{Decimal64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use base::Problem;
use base::hash::mix;
use lake::catalog::file::file_add;
use lake::engine::QueryLimits;
use lake::{FileState, FileWriter, Lake, Month, ORDER_LINE, Reading, WriteOptions};

const COLUMNS: [&str; 6] = ["customer_id", "time", "order_key", "kind", "amount", "category"];

#[tokio::main]
async fn main() -> Result<(), Problem> {
    let args: Vec<String> = std::env::args().collect();
    let number = |at: usize, default: i64| args.get(at).and_then(|a| a.parse().ok()).unwrap_or(default);
    let folder = args.get(1).map_or("target/lake-measure", String::as_str);
    let (lines, customers, months) = (number(2, 1_000_000), number(3, 100_000), number(4, 24));
    std::fs::create_dir_all(folder)?;
    let db = store::Db::open(&format!("sqlite://{folder}/guanxi.db")).await?;
    let lake = Lake::open(db, &Path::new(folder).join("lake")).await?;
    if lake.snapshot().await?.rows(&ORDER_LINE) == 0 {
        timed("write", || fill(&lake, lines, customers, months)).await?;
    }
    let snapshot = lake.snapshot().await?;
    let bytes: i64 = snapshot.files(&ORDER_LINE).map(|f| f.bytes).sum();
    let (files, rows) = (snapshot.files(&ORDER_LINE).count(), snapshot.rows(&ORDER_LINE));
    report(&format!("{rows} lines in {files} files, {bytes} bytes, {:.1} per line", bytes as f64 / rows as f64));
    for round in 0..2 {
        let before = lake.bytes_read();
        let start = Instant::now();
        for customer in (0..20).map(|i| 1 + i * customers / 20) {
            snapshot.of_customer(&ORDER_LINE, customer, &ORDER_LINE.names())?;
        }
        let read = (lake.bytes_read() - before) / 20;
        let share = 100.0 * read as f64 / bytes as f64;
        report(&format!("look-up {round}: {:?} and {read} bytes each, {share:.3} %", start.elapsed() / 20));
    }
    for _ in 0..2 {
        let start = Instant::now();
        let (seen, sum) = pass(&snapshot)?;
        report(&format!("sorted pass: {seen} customers, sum {sum}, {:?}", start.elapsed()));
    }
    let sql = "SELECT count(*), sum(amount), count(DISTINCT customer_id) FROM order_line";
    let start = Instant::now();
    snapshot.query(sql, QueryLimits::default(), vec![]).await?;
    report(&format!("{sql}: {:?}", start.elapsed()));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a program that prints its findings")]
fn report(text: &str) {
    println!("{text}");
}

async fn timed<F: Future<Output = Result<(), Problem>>>(what: &str, work: impl FnOnce() -> F) -> Result<(), Problem> {
    let start = Instant::now();
    work().await?;
    report(&format!("{what}: {:?}", start.elapsed()));
    Ok(())
}

/// Last sale, orders, money and the category bought most often, of every customer: what the core traits need.
fn pass(snapshot: &lake::Snapshot) -> Result<(u64, i128), Problem> {
    let cancel = AtomicBool::new(false);
    let reading = Reading { columns: &COLUMNS, threads: 2, cancel: &cancel };
    let prepare = |batch: &RecordBatch| {
        let kinds = batch.column(3).as_dictionary::<Int32Type>();
        let sale: Vec<bool> = kinds.values().as_string::<i32>().iter().map(|k| k == Some("sale")).collect();
        let keys = kinds.keys().values().iter().map(|k| sale[*k as usize]).collect::<Vec<bool>>();
        Ok(keys)
    };
    let states = snapshot.by_customer(
        &ORDER_LINE,
        reading,
        prepare,
        || (0u64, 0i128),
        |state, _, rows| {
            let (mut last, mut orders, mut money, mut key) = (i64::MIN, 0u64, 0i64, 0i64);
            for slice in rows.iter() {
                let times = slice.batch.column(1).as_primitive::<TimestampMicrosecondType>().values();
                let orders_of = slice.batch.column(2).as_primitive::<Int64Type>().values();
                let amounts = slice.batch.column(4).as_primitive::<Decimal64Type>().values();
                for row in slice.rows() {
                    if slice.prepared[row] {
                        last = last.max(times[row]);
                        orders += u64::from(orders_of[row] != key);
                        key = orders_of[row];
                    }
                    money += amounts[row];
                }
            }
            state.0 += u64::from(orders > 0 && last > 0);
            state.1 += i128::from(money);
            Ok(())
        },
    )?;
    Ok(states.into_iter().fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)))
}

async fn fill(lake: &Lake, lines: i64, customers: i64, months: i64) -> Result<(), Problem> {
    let ids = lake.file_ids().await?;
    for m in 0..months {
        let month = Month(2024 * 12 + m as i32);
        let span = (month.end() - month.start()) / 1_000_000;
        let orders = lines / months / 3;
        let order = |i: i64| {
            let r = |salt: u64| mix(mix((m * orders + i) as u64) ^ salt) as i64 & i64::MAX;
            // Some customers buy more than others.
            let customer = 1 + (r(1) % customers) * (r(2) % 1000) / 1000;
            (customer, month.start() + r(3) % span * 1_000_000, r(4), r(5) % 20 == 0)
        };
        let mut all: Vec<Order> = (0..orders).map(order).collect();
        all.sort_unstable();
        let mut writer = FileWriter::new(lake, &ORDER_LINE, Some(month), &ids, WriteOptions::default())?;
        for chunk in all.chunks(3_000) {
            writer.write(&batch(chunk))?;
        }
        let file = writer.finish()?;
        let mut tx = lake.db().write().await?;
        file_add(&mut tx, lake, 1, file.as_slice(), FileState::Live, None).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Customer, time, key, whether it is a return.
type Order = (i64, i64, i64, bool);
/// An order and which of its lines.
type Line = (Order, i32);

/// Three lines for every order.
fn batch(orders: &[Order]) -> RecordBatch {
    let lines: Vec<Line> = orders.iter().flat_map(|o| (0..3).map(move |n| (*o, n))).collect();
    let whole = |f: &dyn Fn(&Line) -> i64| lines.iter().map(f).collect::<Vec<i64>>();
    let product = |l: &Line| {
        let r = mix(l.0.2 as u64 ^ l.1 as u64);
        ((r % 5000) * ((r >> 20) % 1000) / 1000) as i64
    };
    let text = |distinct: i64, name: &dyn Fn(i64) -> String, f: &dyn Fn(&Line) -> i64| -> ArrayRef {
        let values: StringArray = (0..distinct).map(|i| Some(name(i))).collect();
        let keys: Int32Array = lines.iter().map(|l| Some(f(l) as i32)).collect();
        Arc::new(DictionaryArray::<Int32Type>::new(keys, Arc::new(values)))
    };
    let money = |scale: i8, values: Vec<i64>| -> ArrayRef {
        Arc::new(
            Decimal64Array::from(values)
                .with_precision_and_scale(18, scale)
                .unwrap_or_else(|_| Decimal64Array::from(vec![0])),
        )
    };
    let price = |l: &Line| (product(l) % 300 + 1) * 9_900;
    let sign = |l: &Line| if l.0.3 { -1 } else { 1 };
    let columns = ORDER_LINE.columns.iter().map(|c| -> ArrayRef {
        match c.name.as_str() {
            "customer_id" => Arc::new(Int64Array::from(whole(&|l| l.0.0))),
            "time" => Arc::new(TimestampMicrosecondArray::from(whole(&|l| l.0.1)).with_timezone("UTC")),
            "order_id" => {
                Arc::new(lines.iter().map(|l| Some(format!("{:010}", l.0.2 % 10_000_000_000))).collect::<StringArray>())
            }
            "order_key" => Arc::new(Int64Array::from(whole(&|l| l.0.2))),
            "line_no" => Arc::new(lines.iter().map(|l| Some(l.1)).collect::<Int32Array>()),
            "kind" => text(2, &|i| ["sale", "return"][i as usize].into(), &|l| i64::from(l.0.3)),
            "product" => text(5000, &|i| format!("P{i:06}"), &product),
            "product_name" => {
                text(5000, &|i| format!("Thing {i} in one of the {} colours of the shop", i % 37), &product)
            }
            "category" => text(60, &|i| format!("Category {i}"), &|l| product(l) % 60),
            "quantity" => money(3, whole(&|l| sign(l) * 1_000 * (1 + product(l) % 3))),
            "unit_price" => money(4, whole(&price)),
            "amount" => money(4, whole(&|l| sign(l) * price(l) * (1 + product(l) % 3))),
            "discount" => money(4, whole(&|l| if l.0.2 % 4 == 0 { 5_000 } else { 0 })),
            "currency" => text(1, &|_| "CNY".into(), &|_| 0),
            "store" => text(300, &|i| format!("Store {i}"), &|l| l.0.0 % 300),
            "channel" => text(4, &|i| format!("channel {i}"), &|l| l.0.2 % 4),
            "country" => text(1, &|_| "CN".into(), &|_| 0),
            "line_hash" => Arc::new(Int64Array::from(whole(&|l| mix(l.0.2 as u64 ^ (l.1 as u64) << 50) as i64))),
            "import_id" => Arc::new(Int64Array::from(whole(&|_| 1))),
            _ => new_null_array(&c.kind.read(), lines.len()),
        }
    });
    let columns: Vec<ArrayRef> = columns.collect();
    let named = ORDER_LINE.columns.iter().map(|c| c.name.clone()).zip(columns);
    RecordBatch::try_from_iter(named).unwrap_or_else(|_| RecordBatch::new_empty(ORDER_LINE.schema()))
}
