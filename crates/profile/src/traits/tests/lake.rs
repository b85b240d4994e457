//! Over a real lake: the rebuild equals the touched customers, and both equal SQL.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array, RecordBatch, StringArray, new_null_array};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use base::hash::mix;
use base::{Code, CustomerId, Zone};
use lake::catalog::file::file_add;
use lake::engine::QueryLimits;
use lake::{FileState, FileWriter, Lake, Month, ORDER_LINE, WriteOptions, hot_append};

use super::lines::{Line, Value, batch, value};
use super::oracle::CORE;
use crate::traits::{Plan, Traits, of_customers, rebuild};

const DAY: i64 = 86_400_000_000;
const CUSTOMERS: u64 = 40;

/// Lines of a month. Few different values, so that ties are common.
fn lines(month: Month, count: u64, seed: u64) -> Vec<Line> {
    let span = (month.end() - month.start()) as u64;
    let line = |i: u64| {
        let draw = |salt: u64, of: u64| mix(mix(seed << 32 | salt) ^ i) % of;
        let text =
            |salt: u64, values: &[&'static str]| values.get(draw(salt, values.len() as u64 + 1) as usize).copied();
        let kind = ["sale", "sale", "sale", "return", "adjustment"][draw(1, 5) as usize];
        let sign = if kind == "sale" { 1 } else { -1 };
        Line {
            customer: draw(2, CUSTOMERS) as i64 + 1,
            // Whole hours: several lines at one instant.
            time: month.start() + draw(3, span / 3_600_000_000) as i64 * 3_600_000_000,
            order: (seed * 50 + draw(4, 50)) as i64,
            kind,
            product: text(5, &["P1", "P10", "P2", "茶"]),
            category: text(6, &["tea", "Tea"]),
            store: text(7, &["North", "South", "Nord"]),
            channel: text(8, &["shop", "online"]),
            device: text(9, &["mobile", "desktop", "tablet"]),
            quantity: sign * 500 * (1 + draw(10, 4) as i64),
            unit_price: None,
            amount: sign * 5_000 * (1 + draw(11, 6) as i64),
            discount: (draw(12, 3) > 0).then(|| draw(13, 4) as i64 * 2_500),
        }
    };
    let mut lines: Vec<Line> = (0..count).map(line).collect();
    lines.sort_by_key(|l| (l.customer, l.time, l.order));
    lines
}

/// All columns of the table.
fn whole(lines: &[Line]) -> RecordBatch {
    let some = batch(lines, false);
    let rows = lines.len();
    let columns = ORDER_LINE.columns.iter().map(|c| -> ArrayRef {
        match (some.column_by_name(&c.name), c.kind.storage()) {
            (Some(array), kind) => cast(array, &kind).unwrap(),
            (None, kind) if c.nullable => new_null_array(&kind, rows),
            (None, DataType::Int64) => Arc::new(Int64Array::from(vec![1; rows])),
            (None, DataType::Int32) => Arc::new(Int32Array::from_iter_values(0..rows as i32)),
            (None, _) => Arc::new(StringArray::from(vec!["CNY"; rows])),
        }
    });
    RecordBatch::try_new(ORDER_LINE.schema(), columns.collect()).unwrap()
}

async fn filled(t: &store::testing::TestDb) -> Lake {
    let lake = Lake::open(t.db.clone(), &t.dir.path().join("lake")).await.unwrap();
    let ids = lake.file_ids().await.unwrap();
    // Two files of one month, one of another, and hot rows, some of them late.
    for (seed, month) in [(1, "2024-01"), (2, "2024-01"), (3, "2024-03")] {
        let month: Month = month.parse().unwrap();
        let mut writer = FileWriter::new(&lake, &ORDER_LINE, Some(month), &ids, WriteOptions::default()).unwrap();
        writer.write(&whole(&lines(month, 150, seed))).unwrap();
        let file = writer.finish().unwrap().unwrap();
        let mut tx = t.db.write().await.unwrap();
        file_add(&mut tx, &lake, 0, &[file], FileState::Live, None).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = t.db.write().await.unwrap();
    for (seed, month) in [(4, "2024-02"), (5, "2024-05")] {
        hot_append(&mut tx, &whole(&lines(month.parse().unwrap(), 60, seed))).await.unwrap();
    }
    tx.commit().await.unwrap();
    lake
}

/// SQL for every core trait: `customer_id` and the value, over `s` (sales) and `l` (all lines up to the reference date).
fn sql(name: &str, as_of: i64) -> String {
    let by = |value: &str, from: &str| format!("SELECT customer_id, {value} AS v FROM {from} GROUP BY customer_id");
    let orders = "count(DISTINCT order_key)";
    let days = |edge: &str| format!("{} - floor(date_part('epoch', {edge}(time)) / 86400)", as_of.div_euclid(DAY));
    let share = |test: &str, from: &str| {
        by(&format!("CAST(count(DISTINCT CASE WHEN {test} THEN order_key END) AS DOUBLE) / {orders}"), from)
    };
    let hours = |from: i32| share(&format!("date_part('hour', time) BETWEEN {from} AND {}", from + 5), "s");
    let weekday = |n: i32| share(&format!("date_part('dow', time) = {n}"), "s");
    let gaps = |value: &str| {
        format!(
            "SELECT customer_id, {value}(gap) AS v FROM (SELECT customer_id, day - lag(day) OVER (PARTITION BY customer_id \
             ORDER BY day) AS gap FROM (SELECT DISTINCT customer_id, floor(date_part('epoch', time) / 86400) AS day FROM s)) \
             GROUP BY customer_id"
        )
    };
    let top = |column: &str| {
        format!(
            "SELECT customer_id, {column} AS v FROM (SELECT customer_id, {column}, row_number() OVER (PARTITION BY customer_id \
             ORDER BY w DESC, {column}) AS n FROM (SELECT customer_id, {column}, sum(amount) AS w FROM s WHERE {column} IS NOT \
             NULL GROUP BY customer_id, {column})) WHERE n = 1"
        )
    };
    let double = |value: &str| format!("CAST({value} AS DOUBLE)");
    match name {
        "recency" => by(&days("max"), "s"),
        "tenure" => by(&days("min"), "s"),
        "frequency" => by(orders, "s"),
        "monetary" => by("sum(amount)", "l WHERE kind IN ('sale', 'return')"),
        "average_order" => by(&format!("{} / {orders}", double("sum(amount)")), "s"),
        "pieces_per_order" => by(&format!("{} / {orders}", double("sum(quantity)")), "s"),
        "frequency_90d" => by(orders, &format!("s WHERE CAST(time AS BIGINT) > {}", as_of - 90 * DAY)),
        "monetary_12m" => by("sum(amount)", "l WHERE kind <> 'adjustment' AND time > TIMESTAMP '2023-05-10T05:00:00Z'"),
        "first_purchase" => by("CAST(min(time) AS BIGINT)", "s"),
        "last_purchase" => by("CAST(max(time) AS BIGINT)", "s"),
        "gap_mean" => gaps("avg"),
        "gap_sd" => gaps("stddev"),
        "return_rate" => by(
            &format!(
                "-{} / NULLIF({}, 0)",
                double("sum(CASE WHEN kind = 'return' THEN amount ELSE 0 END)"),
                double("sum(CASE WHEN kind = 'sale' THEN amount ELSE 0 END)")
            ),
            "l",
        ),
        "discount_share" => {
            let off = double("COALESCE(sum(discount), 0)");
            by(&format!("{off} / ({off} + {})", double("sum(amount)")), "s")
        }
        "products" => by("count(DISTINCT product)", "s"),
        "share_night" => hours(0),
        "share_morning" => hours(6),
        "share_afternoon" => hours(12),
        "share_evening" => hours(18),
        "share_sunday" => weekday(0),
        "share_monday" => weekday(1),
        "share_tuesday" => weekday(2),
        "share_wednesday" => weekday(3),
        "share_thursday" => weekday(4),
        "share_friday" => weekday(5),
        "share_saturday" => weekday(6),
        "share_mobile" => share("device <> 'desktop'", "s WHERE device IS NOT NULL"),
        other => top(other.strip_prefix("top_").unwrap()),
    }
}

/// A value that SQL gave: text, or a number that is compared as floating number.
async fn asked(lake: &Lake, name: &str, as_of: i64) -> HashMap<i64, Value> {
    let with = format!(
        "WITH l AS (SELECT * FROM order_line WHERE CAST(time AS BIGINT) <= {as_of}), s AS (SELECT * FROM l WHERE kind = 'sale') {}",
        sql(name, as_of)
    );
    let result = lake.query(&with, QueryLimits::default(), vec![]).await.unwrap();
    let mut found = HashMap::new();
    for batch in result.batches {
        let ids = batch.column(0).as_primitive::<Int64Type>();
        let values = batch.column(1);
        let text = *values.data_type() == DataType::Utf8;
        let cast = cast(values, if text { &DataType::Utf8 } else { &DataType::Float64 }).unwrap();
        for row in 0..batch.num_rows() {
            let value = match (cast.is_null(row), text) {
                (true, _) => Value::Null,
                (_, true) => Value::Text(cast.as_string::<i32>().value(row).into()),
                _ => Value::Number(cast.as_primitive::<Float64Type>().value(row)),
            };
            found.insert(ids.value(row), value);
        }
    }
    found
}

/// As floating number, for comparison with SQL's.
fn real(value: Value) -> Value {
    match value {
        Value::Count(n) | Value::Time(n) => Value::Number(n as f64),
        Value::Money(n) => Value::Number(n as f64 / 1e4),
        other => other,
    }
}

store::on_both!(all_three_agree, a_rebuild_can_be_cancelled);

async fn all_three_agree(t: store::testing::TestDb) {
    let lake = filled(&t).await;
    let plan = Plan::compile(&Traits::core().unwrap(), &Zone::utc()).unwrap();
    // 2024-05-10T05:00Z: within the latest rows.
    let as_of = 1_715_317_200_000_000;
    let snapshot = lake.snapshot().await.unwrap();
    let done = AtomicU64::new(0);
    let count = |n| {
        done.fetch_add(n, Ordering::Relaxed);
    };
    let batches = rebuild(&snapshot, &plan, as_of, 2, &AtomicBool::new(false), &count).unwrap();
    let rebuilt = concat_batches(plan.schema(), &batches).unwrap();
    assert_eq!((rebuilt.num_rows() as u64, done.into_inner()), (CUSTOMERS, CUSTOMERS));
    let ids: Vec<CustomerId> = (1..=CUSTOMERS as i64).map(CustomerId).collect();
    assert_eq!(rebuilt, of_customers(&snapshot, &plan, as_of, &ids).unwrap());
    for (name, _) in CORE {
        let by_sql = asked(&lake, name, as_of).await;
        for (row, id) in ids.iter().enumerate() {
            let found = real(value(&rebuilt, name, row));
            let absent = matches!(name, "frequency" | "frequency_90d" | "products" | "monetary" | "monetary_12m");
            let told = by_sql.get(&id.0).cloned();
            let told = told.unwrap_or(if absent { Value::Number(0.0) } else { Value::Null });
            // Money is rounded at the fourth digit, SQL's quotient is not.
            let same = match (&found, &told) {
                (Value::Number(a), Value::Number(b)) if name == "average_order" => (a - b).abs() < 5.1e-5,
                (a, b) => a == b,
            };
            assert!(same, "{name} of {id}: {found:?}, by SQL {told:?}");
        }
    }
}

async fn a_rebuild_can_be_cancelled(t: store::testing::TestDb) {
    let lake = filled(&t).await;
    let plan = Plan::compile(&Traits::core().unwrap(), &Zone::utc()).unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let problem = rebuild(&snapshot, &plan, i64::MAX, 2, &AtomicBool::new(true), &|_| {}).unwrap_err();
    assert_eq!(problem.code, Code::Cancelled);
}
