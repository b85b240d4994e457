//! Runs, lists, single customers and moves over a small lake, on both databases.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{
    ArrayRef, AsArray, Decimal64Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::Int64Type;
use base::clock::DAY;
use base::{Code, CustomerId, FixedClock, Micros, Zone};
use lake::Lake;
use lake::engine::QueryLimits;
use profile::traits::Traits;
use store::testing::TestDb;

use super::*;
use crate::facts::Pass;
use crate::model::{Dimension, Lang};
use crate::rules::book::Book;

/// A sale of one line: customer, day, order, amount in units.
pub(crate) type Sale = (i64, i64, i64, i64);

pub(crate) fn lines(sales: &[Sale]) -> RecordBatch {
    let texts = |text: fn(&Sale) -> String| Arc::new(StringArray::from_iter_values(sales.iter().map(text))) as ArrayRef;
    let ints = |int: fn(&Sale) -> i64| Arc::new(Int64Array::from_iter_values(sales.iter().map(int))) as ArrayRef;
    let decimals = |int: fn(&Sale) -> i64, scale| {
        let array = Decimal64Array::from_iter_values(sales.iter().map(int));
        Arc::new(array.with_precision_and_scale(18, scale).unwrap()) as ArrayRef
    };
    let time = TimestampMicrosecondArray::from_iter_values(sales.iter().map(|s| s.1 * DAY + s.2));
    RecordBatch::try_from_iter([
        ("customer_id", ints(|s| s.0)),
        ("time", Arc::new(time.with_timezone("UTC")) as ArrayRef),
        ("order_id", texts(|s| s.2.to_string())),
        ("order_key", ints(|s| s.2)),
        ("line_no", Arc::new(Int32Array::from(vec![0; sales.len()])) as ArrayRef),
        ("kind", texts(|s| if s.3 < 0 { "return".into() } else { "sale".into() })),
        ("quantity", decimals(|s| s.3.signum() * 1000, 3)),
        ("amount", decimals(|s| s.3 * 10_000, 4)),
        ("currency", texts(|_| "CNY".into())),
        ("line_hash", ints(|s| s.2)),
        ("import_id", ints(|_| 1)),
    ])
    .unwrap()
}

/// Sixty customers: customer `c` bought `c % 7 + 1` times, every `c % 5 + 3` days, the last time on day `1000 - c`; every
/// tenth took something back. A customer who only ever returned something is no customer of the runs.
fn history() -> Vec<Sale> {
    let mut sales = Vec::new();
    for c in 1..=60i64 {
        for n in 0..=c % 7 {
            sales.push((c, 1000 - c - n * (c % 5 + 3), c * 100 + n, c % 11 + 1));
        }
        if c % 10 == 0 {
            sales.push((c, 1000 - c, c * 100 + 50, -1));
        }
    }
    sales.push((61, 900, 6100, -5));
    sales
}

async fn lake(db: &TestDb, sales: &[Sale]) -> Lake {
    let lake = Lake::open(db.db.clone(), &db.dir.path().join("lake")).await.unwrap();
    add(&lake, sales).await;
    lake
}

pub(crate) async fn add(lake: &Lake, sales: &[Sale]) {
    let mut tx = lake.db().write().await.unwrap();
    lake::hot_append(&mut tx, &lines(sales)).await.unwrap();
    tx.commit().await.unwrap();
}

static RUNNING: AtomicBool = AtomicBool::new(false);

fn pass() -> Pass<'static> {
    Pass { threads: 2, cancel: &RUNNING, progress: &|_| {} }
}

const NOW: Micros = 1001 * DAY;

struct Setting {
    book: Book,
    traits: Traits,
    zone: Zone,
    known: Vec<CustomerId>,
}

impl Setting {
    fn new() -> Self {
        let known = (1..=63).map(CustomerId).collect();
        Self { book: Book::standard(), traits: Traits::core().unwrap(), zone: Zone::utc(), known }
    }

    fn request(&self) -> Request<'_> {
        let Self { book, traits, zone, known } = self;
        Request { book, settings: &book.settings, traits, zone, known }
    }
}

async fn a_run_is_stored_listed_and_replaced(db: TestDb) {
    let lake = lake(&db, &history()).await;
    let setting = Setting::new();
    assert_eq!(rfm_latest(&lake).await.unwrap_err().code, Code::NotFound);
    let clock = FixedClock::at(NOW + 5);
    let run = rfm_run(&lake, &clock, setting.request(), NOW, pass()).await.unwrap();
    assert_eq!((run.customers, run.buyers, run.learned.customers), (63, 60, 60));
    assert_eq!(rfm_latest(&lake).await.unwrap(), run);

    let snapshot = lake.snapshot().await.unwrap();
    for dimension in Dimension::ALL {
        let of: Vec<_> = run.counts.iter().filter(|c| c.dimension == dimension).collect();
        let all = if dimension == Dimension::Stage { 63 } else { 60 };
        assert_eq!(of.iter().map(|c| c.customers).sum::<u64>(), all, "{dimension:?}");
        for count in of {
            let name = format!("{}:{}", dimension.as_str(), count.name);
            let mut paged = group_list(&snapshot, &run, &name, None, 4).unwrap();
            while let Some(last) = paged.last().filter(|_| paged.len().is_multiple_of(4)).map(|l| l.customer) {
                let next = group_list(&snapshot, &run, &name, Some(last), 4).unwrap();
                if next.is_empty() {
                    break;
                }
                paged.extend(next);
            }
            let mut all = Vec::new();
            let each = |row| {
                all.push(row);
                ControlFlow::Continue(())
            };
            group_each(&snapshot, &run, &name, None, each).unwrap();
            assert_eq!(paged, all, "{name}");
            let sql = format!("SELECT customer_id FROM rfm WHERE {} = '{}' ORDER BY 1", dimension.column(), count.name);
            let answer = snapshot.query(&sql, QueryLimits::default(), Vec::new()).await.unwrap();
            let ids = answer.batches.iter().flat_map(|b| b.column(0).as_primitive::<Int64Type>().values().to_vec());
            assert_eq!(ids.collect::<Vec<_>>(), all.iter().map(|l| l.customer.0).collect::<Vec<_>>(), "{name}");
            assert_eq!(all.len() as u64, count.customers, "{name}");
            let money: i64 = all.iter().filter_map(|l| l.monetary).map(|m| m.0).sum();
            assert_eq!(money, count.monetary.0, "{name}");
        }
    }
    let problem = group_list(&snapshot, &run, "champion", None, 1).unwrap_err();
    assert_eq!(problem.hint.as_deref(), Some("did you mean \"champions\"?"));

    add(&lake, &[(64, 999, 9999, 5)]).await;
    let again = rfm_run(&lake, &clock, setting.request(), NOW, pass()).await.unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    assert_eq!(snapshot.rows(snapshot.table("rfm").unwrap()), 64);
    assert_eq!((again.id, again.customers, again.buyers), (run.id + 1, 64, 61));
    assert_eq!(rfm_runs(&lake).await.unwrap(), [again, run]);
}

async fn one_customer_is_placed_as_the_run_placed_him(db: TestDb) {
    let lake = lake(&db, &history()).await;
    let setting = Setting::new();
    let run = rfm_run(&lake, &FixedClock::at(NOW), setting.request(), NOW, pass()).await.unwrap();
    let classifier = Classifier::of_run(run, &setting.traits).unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let title = |d: Dimension, at: u8| classifier.run().book.titles(d)[usize::from(at)].name.clone();
    for customer in (1..=63).map(CustomerId) {
        let place = classifier.classify(&snapshot, customer, NOW).unwrap();
        let row = rfm_of(&snapshot, customer).unwrap().unwrap();
        assert_eq!(place.rfm.map(|r| (r.recency_days, i64::from(r.frequency))), row.recency.zip(row.frequency));
        assert_eq!(place.rfm.map(|r| r.monetary), row.monetary);
        assert_eq!(place.rfm.map(|r| title(Dimension::Group, r.group)), row.group);
        assert_eq!(place.rfm.map(|r| title(Dimension::Tier, r.tier)), row.tier);
        assert_eq!(title(Dimension::Stage, place.stage), row.stage);
    }
    // A prospect who buys much after the run is best in recency and money, new, and worst in frequency.
    add(&lake, &[(62, 1003, 6200, 900)]).await;
    let snapshot = lake.snapshot().await.unwrap();
    let place = classifier.classify(&snapshot, CustomerId(62), NOW + 3 * DAY).unwrap();
    let rfm = place.rfm.unwrap();
    assert_eq!((rfm.recency_days, rfm.scores.r, rfm.scores.f, rfm.scores.m), (0, 5, 1, 5));
    assert_eq!(title(Dimension::Group, rfm.group), "new_customers");
    assert_eq!((title(Dimension::Stage, place.stage), title(Dimension::Tier, rfm.tier)), ("new".into(), "a".into()));
}

async fn a_customer_is_explained_in_both_languages(db: TestDb) {
    let lake = lake(&db, &history()).await;
    let setting = Setting::new();
    rfm_run(&lake, &FixedClock::at(NOW), setting.request(), NOW, pass()).await.unwrap();
    let classifier = Classifier::latest(&lake, &setting.traits).await.unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let explanation = classifier.explain(&snapshot, CustomerId(13)).unwrap();
    let mut english = explanation.lines(Lang::En);
    assert_eq!(english.split_off(8).last().map(String::as_str), Some("Stage \"Active\": yes, it takes the rest"));
    assert_eq!(
        english,
        [
            "Until 1972-09-28 (window: the whole history): last purchase on 1972-09-14, 14 days ago; 7 orders; 21.00 net of returns",
            "Recency score 4 of 5: 14 to 25 days (quantiles of 60 customers)",
            "Frequency score 5 of 5: 7 orders or more (quantiles of 60 customers)",
            "Monetary score 3 of 5: 14.00 to under 25.00 (quantiles of 60 customers)",
            "Combined score 75.0 of 100 (weights: recency 1, frequency 1, monetary 1)",
            "Group \"Champions\": yes, recency score >= 4 [4] ✓ and mean of frequency and monetary score >= 4 [4] ✓",
            "Value tier A: high value: 18.00 or more, the best 80% of revenue",
            "Own rhythm: every 6 days (7 purchase days within 36 days)",
        ]
    );
    // Programs read exact decimals and RFC 3339, as from a query.
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["as_of"], "1972-09-28T00:00:00Z");
    assert_eq!((&json["steps"][0]["monetary"], &json["steps"][1]["least"]), (&"21.00".into(), &14.into()));
    assert_eq!((&json["steps"][3]["least"], &json["steps"][3]["greatest"]), (&"14.00".into(), &"24.9999".into()));
    assert_eq!((&json["steps"][6]["least"], &json["steps"][6]["better"]), (&"18.00".into(), &serde_json::Value::Null));
    let chinese = explanation.lines(Lang::Zh);
    for (line, said) in [
        (0, "截至 1972-09-28（窗口：全部历史）：最近购买 1972-09-14，距今 14 天；7 单；净消费 21.00"),
        (3, "金额得分 3/5：14.00 至不足 25.00（60 位客户的分位）"),
        (5, "分组「冠军客户」：是，最近一次消费得分 >= 4 [4] ✓ 且 频次与金额的平均得分 >= 4 [4] ✓"),
        (9, "界限「沉寂」：30 天（2 倍节奏，最少 30 天，最多 180 天）"),
        (14, "阶段「新客户」：否，购买天数 <= 1 [7] ✗ 或 首次购买至今天数 <= 30 [50] ✗"),
    ] {
        assert_eq!(chinese[line], said);
    }
    assert_eq!(classifier.explain(&snapshot, CustomerId(99)).unwrap_err().code, Code::NotFound);
    let prospect = classifier.explain(&snapshot, CustomerId(63)).unwrap().lines(Lang::En);
    assert_eq!(prospect[0], "No purchase inside the window (the whole history): no scores, group or tier");
    assert!(prospect[1].starts_with("Stage \"Prospect\": yes"), "{prospect:?}");
    // What the run said is checked against the history as it is now.
    add(&lake, &[(13, 990, 1399, 7)]).await;
    let snapshot = lake.snapshot().await.unwrap();
    let steps = classifier.explain(&snapshot, CustomerId(13)).unwrap().steps;
    assert_eq!(steps.last(), Some(&crate::Step::Changed));
}

async fn moves_name_who_moved(db: TestDb) {
    let lake = lake(&db, &history()).await;
    let setting = Setting::new();
    let snapshot = lake.snapshot().await.unwrap();
    let moved = moves(&snapshot, setting.request(), (970 * DAY, NOW), pass()).unwrap();
    for dimension in Dimension::ALL {
        let table = moved.table(dimension);
        for (from, row) in table.places.iter().zip(&table.cells) {
            for (to, count) in table.places.iter().zip(row) {
                assert_eq!(moved.who(dimension, from, to).unwrap().len() as u64, *count, "{from} to {to}");
            }
        }
        // Who is placed at the second date is in the run of that date.
        let run = rfm_run(&lake, &FixedClock::at(NOW), setting.request(), NOW, pass()).await.unwrap();
        for count in run.counts.iter().filter(|c| c.dimension == dimension && c.name != "prospect") {
            let at = table.places.iter().position(|p| *p == count.name).unwrap();
            assert_eq!(table.to_totals()[at], count.customers, "{}", count.name);
        }
    }
    let none = moved.table(Dimension::Group);
    let newcomers = none.cells.last().unwrap().iter().sum::<u64>();
    // Customers 1 to 30 who bought once bought after day 970.
    assert_eq!(newcomers, (1..=30).filter(|c| (1000 - c - (c % 7) * (c % 5 + 3)) >= 970).count() as u64);
    // One buyer is not enough to learn from: he is placed by what was learned at the second date, and that is said.
    let few = moves(&snapshot, setting.request(), (915 * DAY, NOW), pass()).unwrap();
    assert!(few.note().unwrap().en.contains("at 1972-07-04: 1, too few"), "{:?}", few.note());
    assert_eq!(few.table(Dimension::Stage).from_totals().iter().sum::<u64>(), 60);
    assert_eq!(few.table(Dimension::Stage).from_totals().pop(), Some(59));
    assert!(moved.note().is_none());
    let problem = moves(&snapshot, setting.request(), (914 * DAY, 915 * DAY), pass()).unwrap_err();
    assert_eq!(problem.code, Code::TooLittleData);
    assert!(problem.message.starts_with("at 1972-07-04: 1 customers "), "{}", problem.message);
    // Before the business began everybody was yet to come.
    let all = moves(&snapshot, setting.request(), (100 * DAY, NOW), pass()).unwrap();
    let table = all.table(Dimension::Stage);
    // Customer 61 has only given something back.
    assert_eq!(table.from_totals().pop(), Some(60));
    assert_eq!(table.cells.last().unwrap().iter().sum::<u64>(), 60);
}

store::on_both!(
    a_run_is_stored_listed_and_replaced,
    one_customer_is_placed_as_the_run_placed_him,
    a_customer_is_explained_in_both_languages,
    moves_name_who_moved,
);
