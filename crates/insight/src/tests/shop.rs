//! A made-up business: orders over nine months in New York, around midnight, changes of the clocks and ends of months; some
//! torn over files, days and customers.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use base::hash::mix;
use base::{Micros, Zone};
use lake::catalog::file::file_add;
use lake::engine::QueryLimits;
use lake::{FileState, FileWriter, Lake, Month, ORDER_LINE, WriteOptions};
use store::testing::TestDb;
use web::testing::{World, settings};

use crate::day::Period;
use crate::{Business, Insight};

const HOUR: i64 = 3_600_000_000;

/// A line of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub customer: Option<i64>,
    pub time: Micros,
    pub order: i64,
    pub number: i32,
    pub kind: &'static str,
    pub product: String,
    pub category: Option<String>,
    pub store: Option<String>,
    pub pieces: i64,
    pub amount: i64,
    pub import: i64,
}

/// The lines that a seed gives.
pub(super) fn lines(seed: u64, orders: u64) -> Vec<Line> {
    let zone = zone();
    let start = zone.instant(jiff::civil::date(2025, 8, 1).at(0, 0, 0, 0)).unwrap();
    // Ends of months, changes of the clocks (2025-11-02, 2026-03-08), the turn of the year.
    let edges =
        [(2025, 9, 1, 0), (2025, 11, 2, 1), (2025, 11, 2, 2), (2026, 1, 1, 0), (2026, 3, 8, 3), (2026, 3, 9, 0)];
    let edges = edges.map(|(y, m, d, h)| zone.instant(jiff::civil::date(y, m, d).at(h, 0, 0, 0)).unwrap());
    let mut lines = Vec::new();
    for order in 1..=orders {
        let random = |salt: u64| mix(mix(seed ^ (salt << 40)) ^ order);
        let time = match random(1) % 4 {
            0 => edges[(random(2) % 6) as usize] + (random(3) % 7_200) as i64 * 1_000_000 - HOUR,
            1 => start + (random(2) % 270) as i64 * 24 * HOUR + (random(3) % 3_000_001) as i64 - 1_500_000,
            _ => start + (random(2) % (270 * 24 * 3_600)) as i64 * 1_000_000,
        };
        let customer = (!random(4).is_multiple_of(9)).then(|| (1 + random(5) % 70) as i64);
        let kind = match random(6) % 12 {
            0 => "return",
            1 => "adjustment",
            _ => "sale",
        };
        for number in 0..=(random(7) % 4) {
            let random = |salt: u64| mix(random(salt + 20) ^ number);
            let torn = random(1).is_multiple_of(8);
            // A torn order goes on later: a second, hours, weeks.
            let later = [1_000_000, 5 * HOUR, 24 * HOUR, 40 * 24 * HOUR][(random(2) % 4) as usize];
            let kind = if random(3).is_multiple_of(15) {
                ["sale", "return", "adjustment"][(random(4) % 3) as usize]
            } else {
                kind
            };
            let sign = if kind == "return" { -1 } else { 1 };
            lines.push(Line {
                customer: match random(5) % 30 {
                    0 => None,
                    1 => Some((1 + random(6) % 70) as i64),
                    _ => customer,
                },
                time: if torn { time + later } else { time },
                order: (mix(order) >> 1) as i64 - (1 << 61),
                number: number as i32,
                kind,
                product: format!("P{}", random(7) % 23),
                category: (random(7) % 23 > 3).then(|| format!("c{}", random(7) % 5)),
                store: (!mix(order).is_multiple_of(10)).then(|| format!("S{}", mix(order) % 3)),
                pieces: sign * (1 + random(8) % 5) as i64,
                amount: sign * (random(9) % 1_000_000) as i64,
                import: 1 + (random(10) % 3) as i64,
            });
        }
    }
    lines
}

pub(super) fn zone() -> Zone {
    Zone::named("America/New_York").unwrap()
}

/// Lines as the lake takes them.
pub(super) fn batch(lines: &[Line]) -> RecordBatch {
    let texts =
        |f: &dyn Fn(&Line) -> Option<String>| -> ArrayRef { Arc::new(lines.iter().map(f).collect::<StringArray>()) };
    let money = |scale, f: &dyn Fn(&Line) -> Option<i64>| -> ArrayRef {
        let values = lines.iter().map(|l| f(l).map(i128::from)).collect::<Decimal128Array>();
        Arc::new(values.with_precision_and_scale(18, scale).unwrap())
    };
    let columns = ORDER_LINE.columns.iter().map(|c| -> ArrayRef {
        match c.name.as_str() {
            "customer_id" => Arc::new(lines.iter().map(|l| l.customer).collect::<Int64Array>()),
            "time" => {
                let times = lines.iter().map(|l| l.time);
                Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC"))
            }
            "order_id" => texts(&|l| Some(format!("O{}", l.order))),
            "order_key" => Arc::new(lines.iter().map(|l| Some(l.order)).collect::<Int64Array>()),
            "line_no" => Arc::new(lines.iter().map(|l| Some(l.number)).collect::<Int32Array>()),
            "kind" => texts(&|l| Some(l.kind.into())),
            "product" => texts(&|l| Some(l.product.clone())),
            "category" => texts(&|l| l.category.clone()),
            "store" => texts(&|l| l.store.clone()),
            "quantity" => money(3, &|l| Some(l.pieces * 1_000)),
            "amount" => money(4, &|l| Some(l.amount)),
            "unit_price" | "discount" => money(4, &|_| None),
            "currency" => texts(&|_| Some("USD".into())),
            "import_id" => Arc::new(lines.iter().map(|l| Some(l.import)).collect::<Int64Array>()),
            "line_hash" => Arc::new(lines.iter().map(|l| Some(l.order)).collect::<Int64Array>()),
            _ => texts(&|_| None),
        }
    });
    RecordBatch::try_new(ORDER_LINE.schema(), columns.collect()).unwrap()
}

/// Puts lines into files, `parts` per month.
pub(super) async fn seal(lake: &Lake, lines: &[Line], parts: u64) {
    let ids = lake.file_ids().await.unwrap();
    let mut groups: BTreeMap<(Month, u64), Vec<Line>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        groups.entry((Month::of(line.time), mix(at as u64) % parts)).or_default().push(line.clone());
    }
    let mut files = Vec::new();
    for ((month, _), mut lines) in groups {
        lines.sort_by_key(|l| (l.customer, l.time, l.order, l.number));
        let mut writer = FileWriter::new(lake, &ORDER_LINE, Some(month), &ids, WriteOptions::default()).unwrap();
        writer.write(&batch(&lines)).unwrap();
        files.extend(writer.finish().unwrap());
    }
    let mut tx = lake.db().write().await.unwrap();
    file_add(&mut tx, lake, 0, &files, FileState::Live, None).await.unwrap();
    tx.commit().await.unwrap();
}

/// Puts lines where events are before they are in files.
pub(super) async fn heat(lake: &Lake, lines: &[Line]) {
    let mut tx = lake.db().write().await.unwrap();
    lake::hot_append(&mut tx, &batch(lines)).await.unwrap();
    tx.commit().await.unwrap();
}

/// A business with 900 orders, the last lines of them not in files yet.
pub(super) struct Shop {
    pub lines: Vec<Line>,
    pub insight: Insight,
    pub world: World,
}

impl Shop {
    pub(super) async fn open(t: &TestDb) -> Self {
        let lake = Lake::open(t.db.clone(), &t.dir.path().join("lake")).await.unwrap();
        let lines = lines(11, 900);
        seal(&lake, &lines[..2_000], 3).await;
        heat(&lake, &lines[2_000..]).await;
        Self::over(t, &lake, &zone(), lines)
    }

    pub(super) fn over(t: &TestDb, lake: &Lake, zone: &Zone, lines: Vec<Line>) -> Self {
        let cache = t.dir.path().join("cache");
        let make = |app: &web::App| {
            let business = Business { zone: zone.clone(), currency: "USD".into() };
            Insight::new(app.clone(), lake.clone(), business, 2, &cache)
        };
        let world = World::new(t.db.clone(), settings(), |app| crate::http::routes(make(app))).unwrap();
        Self { lines, insight: make(&world.app), world }
    }

    /// The answer of one number in SQL, at a scale; `None` when there is none.
    pub(super) async fn sql(&self, sql: &str, scale: u32) -> Option<i128> {
        let answer = self.insight.lake.query(sql, QueryLimits::default(), Vec::new()).await;
        let answer = answer.unwrap_or_else(|p| panic!("{p} {:?}\n{sql}", p.hint));
        let column = answer.batches[0].column(0);
        let text = arrow::util::display::array_value_to_string(column, 0).unwrap();
        let number: f64 = if text.is_empty() { f64::NAN } else { text.parse().unwrap() };
        (!number.is_nan()).then(|| (number * 10f64.powi(scale as i32)).round() as i128)
    }

    /// The lines of kinds sale and return with their day, weekday and hour, told by the library of times.
    pub(super) fn on_the_wall(&self) -> Vec<(&Line, i32, u8, u8)> {
        let zone = self.insight.business.zone.clone();
        let mut all = Vec::new();
        for line in self.lines.iter().filter(|l| l.kind != "adjustment") {
            let at = jiff::Timestamp::from_microsecond(line.time).unwrap().to_zoned(zone.tz().clone());
            let day = crate::day::Day::of(at.date());
            all.push((line, day.0, at.weekday().to_monday_one_offset() as u8, at.hour() as u8));
        }
        all
    }
}

pub(super) fn period(text: &str) -> Period {
    Period::parse(text, "period").unwrap()
}
