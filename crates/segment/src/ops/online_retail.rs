//! Online Retail (UCI): the whole run over the lake equals the same questions asked in SQL of the raw file.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{
    ArrayRef, Decimal64Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use base::{FixedClock, Zone};
use lake::catalog::file::{FileState, file_add};
use lake::{FileWriter, Lake, Month, ORDER_LINE, WriteOptions};
use profile::traits::Traits;
use sqlx::{Connection, Row as _, SqliteConnection};

use super::*;
use crate::facts::Pass;
use crate::rules::book::Book;
use crate::table::Listed;

/// A line of the file: invoice, customer, quantity, price in 1/10000, local time.
struct Line {
    invoice: String,
    customer: i64,
    quantity: i64,
    price: i64,
    date: String,
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/online_retail.csv.gz");

/// All lines with a customer.
fn read() -> Option<Vec<Line>> {
    let file = std::fs::File::open(Path::new(FILE)).ok()?;
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let mut lines = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).unwrap() {
        let Ok(customer) = record[6].parse::<f64>() else { continue };
        lines.push(Line {
            invoice: record[0].to_owned(),
            customer: customer as i64,
            quantity: record[3].parse().unwrap(),
            price: (record[5].parse::<f64>().unwrap() * 1e4).round() as i64,
            date: record[4].to_owned(),
        });
    }
    Some(lines)
}

/// What the importer makes of such a line.
fn kind(line: &Line) -> &'static str {
    match line.invoice.as_bytes()[0] {
        b'C' if line.price > 0 => "return",
        b'0'..=b'9' if line.price > 0 && line.quantity > 0 => "sale",
        _ => "adjustment",
    }
}

fn batch(lines: &[(i64, &Line)]) -> RecordBatch {
    let ints =
        |int: fn(&(i64, &Line)) -> i64| Arc::new(Int64Array::from_iter_values(lines.iter().map(int))) as ArrayRef;
    let decimals = |int: fn(&Line) -> i64, scale| {
        let array = Decimal64Array::from_iter_values(lines.iter().map(|(_, l)| int(l)));
        Arc::new(array.with_precision_and_scale(18, scale).unwrap()) as ArrayRef
    };
    let texts = |text: fn(&Line) -> &str| {
        Arc::new(StringArray::from_iter_values(lines.iter().map(|(_, l)| text(l)))) as ArrayRef
    };
    let time = TimestampMicrosecondArray::from_iter_values(lines.iter().map(|(time, _)| *time));
    RecordBatch::try_from_iter([
        ("customer_id", ints(|(_, l)| l.customer)),
        ("time", Arc::new(time.with_timezone("UTC")) as ArrayRef),
        ("order_id", texts(|l| &l.invoice)),
        ("order_key", ints(|(_, l)| base::hash::stable(l.invoice.as_bytes()) as i64)),
        ("line_no", Arc::new(Int32Array::from(vec![0; lines.len()])) as ArrayRef),
        ("kind", texts(kind)),
        ("quantity", decimals(|l| l.quantity * 1000, 3)),
        ("amount", decimals(|l| l.quantity * l.price, 4)),
        ("currency", texts(|_| "GBP")),
        ("line_hash", ints(|_| 0)),
        ("import_id", ints(|_| 1)),
    ])
    .unwrap()
}

async fn fill(lake: &Lake, lines: &[Line]) {
    let mut months: BTreeMap<Month, Vec<(i64, &Line)>> = BTreeMap::new();
    for line in lines {
        let time: jiff::civil::DateTime = line.date.parse().unwrap();
        let time = Zone::utc().instant(time).unwrap();
        months.entry(Month::of(time)).or_default().push((time, line));
    }
    let ids = lake.file_ids().await.unwrap();
    let mut files = Vec::new();
    for (month, mut lines) in months {
        lines.sort_by_key(|(time, line)| (line.customer, *time));
        let mut writer = FileWriter::new(lake, &ORDER_LINE, Some(month), &ids, WriteOptions::default()).unwrap();
        writer.write(&batch(&lines)).unwrap();
        files.extend(writer.finish().unwrap());
    }
    let mut tx = lake.db().write().await.unwrap();
    file_add(&mut tx, lake, 0, &files, FileState::Live, None).await.unwrap();
    tx.commit().await.unwrap();
}

const SQL: &str = "
WITH line AS (
    SELECT customer, invoice, date(date) AS day, quantity * price AS amount,
        CASE WHEN invoice LIKE 'C%' AND price > 0 THEN 'return'
             WHEN invoice GLOB '[CA]*' OR price <= 0 OR quantity <= 0 THEN 'adjustment' ELSE 'sale' END AS kind
    FROM raw WHERE date < '2011-12-10'),
person AS (
    SELECT customer, CAST(julianday('2011-12-10') - julianday(max(day) FILTER (WHERE kind = 'sale')) AS INTEGER) AS recency,
        CAST(julianday('2011-12-10') - julianday(min(day) FILTER (WHERE kind = 'sale')) AS INTEGER) AS tenure,
        count(DISTINCT CASE WHEN kind = 'sale' THEN invoice END) AS frequency,
        sum(CASE WHEN kind = 'adjustment' THEN 0 ELSE amount END) AS monetary
    FROM line GROUP BY customer HAVING count(CASE WHEN kind = 'sale' THEN 1 END) > 0),
scored AS (
    SELECT *, 1 + 5 * (rank() OVER (ORDER BY recency DESC) - 1) / count(*) OVER () AS r,
        1 + 5 * (rank() OVER (ORDER BY frequency) - 1) / count(*) OVER () AS f,
        1 + 5 * (rank() OVER (ORDER BY monetary) - 1) / count(*) OVER () AS m,
        coalesce(sum(max(monetary, 0)) OVER (ORDER BY monetary DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
            AS larger,
        sum(max(monetary, 0)) OVER () AS revenue
    FROM person),
gap AS (
    SELECT customer, day, julianday(day) - julianday(lag(day) OVER (PARTITION BY customer ORDER BY day)) AS days,
        row_number() OVER (PARTITION BY customer ORDER BY day DESC) AS back
    FROM (SELECT DISTINCT customer, day FROM line WHERE kind = 'sale')),
rhythm AS (
    SELECT customer, count(days) AS gaps, avg(days) AS mean, avg(days) FILTER (WHERE back > 1) AS before,
        max(CASE WHEN back = 1 THEN coalesce(days, 0) END) AS last_gap
    FROM gap GROUP BY customer),
median AS (
    SELECT avg(mean) AS days FROM (
        SELECT mean, row_number() OVER (ORDER BY mean) AS n, count(*) OVER () AS all_of FROM rhythm WHERE gaps >= 2)
    WHERE n IN ((all_of + 1) / 2, (all_of + 2) / 2)),
paced AS (
    SELECT scored.*, gaps, last_gap, CASE WHEN gaps >= 2 THEN mean ELSE days END AS own,
        CASE WHEN gaps >= 3 THEN before ELSE days END AS own_before
    FROM scored JOIN rhythm USING (customer) CROSS JOIN median)
SELECT customer, recency, frequency, monetary, r, f, m, 100.0 * (r + f + m - 3) / 12 AS score,
    CASE WHEN r >= 4 AND f + m >= 8 THEN 'champions'
         WHEN r = 5 AND f = 1 THEN 'new_customers'
         WHEN r = 4 AND f = 1 THEN 'promising'
         WHEN r >= 3 AND f + m >= 6 AND f >= 2 THEN 'loyal'
         WHEN r >= 4 THEN 'potential_loyalists'
         WHEN r = 3 AND f + m >= 4 THEN 'need_attention'
         WHEN r = 3 THEN 'about_to_sleep'
         WHEN f + m >= 8 THEN 'cannot_lose'
         WHEN f + m >= 5 THEN 'at_risk'
         WHEN r = 2 THEN 'hibernating' ELSE 'lost' END AS rfm_group,
    CASE WHEN monetary > 0 AND larger * 100 < revenue * 80 THEN 'a'
         WHEN monetary > 0 AND larger * 100 < revenue * 95 THEN 'b' ELSE 'c' END AS tier,
    CASE WHEN recency > min(max(4 * own, 90), 365) THEN 'lapsed'
         WHEN recency > min(max(2 * own, 30), 180) THEN 'at_risk'
         WHEN last_gap > min(max(4 * own_before, 90), 365) THEN 'won_back'
         WHEN gaps = 0 OR tenure <= 30 THEN 'new'
         WHEN frequency >= 5 AND tenure >= 180 THEN 'loyal' ELSE 'active' END AS stage
FROM paced";

async fn by_sql(lines: &[Line]) -> HashMap<i64, Listed> {
    let mut db = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let create = "CREATE TABLE raw (invoice TEXT, customer INTEGER, quantity INTEGER, price INTEGER, date TEXT)";
    sqlx::query(create).execute(&mut db).await.unwrap();
    for chunk in lines.chunks(4000) {
        let holes = vec!["(?, ?, ?, ?, ?)"; chunk.len()].join(", ");
        let insert = sqlx::AssertSqlSafe(format!("INSERT INTO raw VALUES {holes}"));
        let insert = chunk.iter().fold(sqlx::query(insert), |q, l| {
            q.bind(&l.invoice).bind(l.customer).bind(l.quantity).bind(l.price).bind(&l.date)
        });
        insert.execute(&mut db).await.unwrap();
    }
    let rows = sqlx::query(SQL).fetch_all(&mut db).await.unwrap();
    let listed = rows.iter().map(|row| Listed {
        customer: CustomerId(row.get("customer")),
        recency: row.get("recency"),
        frequency: row.get("frequency"),
        monetary: row.get::<Option<i64>, _>("monetary").map(base::Amount),
        r: row.get("r"),
        f: row.get("f"),
        m: row.get("m"),
        score: row.get("score"),
        group: row.get("rfm_group"),
        tier: row.get("tier"),
        stage: row.get("stage"),
    });
    listed.map(|l| (l.customer.0, l)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_run_over_online_retail_equals_sql_over_the_raw_file() {
    let Some(lines) = read() else {
        println!("skipped: ../shared/data is not here");
        return;
    };
    let db = store::testing::sqlite().await;
    let lake = Lake::open(db.db.clone(), &db.dir.path().join("lake")).await.unwrap();
    fill(&lake, &lines).await;
    let (book, traits, zone) = (Book::standard(), Traits::core().unwrap(), Zone::utc());
    let request = Request { book: &book, settings: &book.settings, traits: &traits, zone: &zone, known: &[] };
    let as_of = zone.instant(jiff::civil::date(2011, 12, 10).at(0, 0, 0, 0)).unwrap();
    let pass = Pass { threads: 2, cancel: &AtomicBool::new(false), progress: &|_| {} };
    let run = rfm_run(&lake, &FixedClock::at(as_of), request, as_of, pass).await.unwrap();
    assert_eq!((run.customers, run.buyers), (4_372, 4_338));

    let expected = by_sql(&lines).await;
    let snapshot = lake.snapshot().await.unwrap();
    let mut found = 0;
    group_each(&snapshot, &run, "all", None, |row| {
        if row.stage == "prospect" {
            assert_eq!((row.group, row.recency), (None, None));
            return ControlFlow::Continue(());
        }
        let wanted = &expected[&row.customer.0];
        let near = row.score.zip(wanted.score).is_some_and(|(a, b)| (a - b).abs() < 1e-9);
        assert!(near, "{row:?} {wanted:?}");
        assert_eq!(Listed { score: wanted.score, ..row }, *wanted);
        found += 1;
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((found, expected.len()), (4_338, 4_338));
    for count in &run.counts {
        println!("{} {} {} {}", count.dimension.as_str(), count.name, count.customers, count.monetary);
    }
}
