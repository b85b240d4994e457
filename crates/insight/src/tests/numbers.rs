//! Metrics, cohorts, hours and sets.

use std::collections::{BTreeMap, BTreeSet};

use base::hash::mix;
use store::testing::TestDb;

use super::shop::{Shop, heat, period, seal};
use crate::day::{Compare, Day, Period};
use crate::index::Made;
use crate::metrics::{METRICS, Unit};
use crate::top::Dimension;

store::on_both!(
    every_metric_is_its_sql,
    stays_right_when_data_changes,
    lines_outside_of_files_count_the_same,
    sets_are_their_sql,
    top_is_its_sql
);

/// Days around the changes of the clocks, the turn of the year, ends of months; single days; all; nothing.
const PERIODS: [&str; 12] = [
    "2025-11-02..2025-11-02",
    "2026-03-08..2026-03-08",
    "2026-03-07..2026-03-09",
    "2025-08-31..2025-09-01",
    "2025-12-31..2026-01-01",
    "2025-09-01..2025-09-30",
    "2025-10-01..2026-03-31",
    "2025-11-15..2026-02-14",
    "2000-01-01..2049-12-31",
    "2026-05-30..2026-07-01",
    "2019-01-01..2019-12-31",
    "2031-01-01..2031-12-31",
];

const SCALE: fn(Unit) -> u32 = |unit| match unit {
    Unit::Money => 4,
    Unit::Count => 0,
    Unit::Share => 6,
};

/// Every one once, ascending.
fn sorted(customers: impl Iterator<Item = i64>) -> Vec<i64> {
    customers.collect::<BTreeSet<_>>().into_iter().collect()
}

async fn check(shop: &Shop, period: Period) {
    let overview = shop.insight.overview(period, None).await.unwrap();
    for measured in overview.metrics {
        let metric = measured.metric;
        let sql = metric.sql(period, &shop.insight.business.zone).unwrap();
        let expected = shop.sql(&sql, SCALE(metric.unit)).await;
        // SQL says that nothing sums up to nothing; and cuts the mean where we round.
        let expected = if metric.name == "revenue" { expected.or(Some(0)) } else { expected };
        let near = match (measured.value, expected) {
            (Some(a), Some(b)) => (a - b).abs() <= i128::from(metric.name == "average_order"),
            (a, b) => a == b,
        };
        assert!(near, "{} of {}: {:?}, SQL says {expected:?}\n{sql}", metric.name, period.text(), measured.value);
    }
}

async fn every_metric_is_its_sql(t: TestDb) {
    let shop = Shop::open(&t).await;
    for text in PERIODS {
        check(&shop, period(text)).await;
    }
    // Some have to be there, or nothing was compared.
    let all = shop.insight.overview(period(PERIODS[8]), Some(Compare::Previous)).await.unwrap();
    assert!(all.metrics.iter().all(|m| m.value.is_some_and(|v| v > 0) || m.metric.name == "returning_customers"));
    // A series is the numbers of its pieces; its comparison those of the pieces of the comparison.
    let quarter = period("2026-01-01..2026-03-31");
    let overview = shop.insight.overview(quarter, Some(Compare::Previous)).await.unwrap();
    assert_eq!(overview.comparison, Some(period("2025-10-01..2025-12-31")));
    let pieces = quarter.pieces(overview.step);
    for (at, piece) in pieces.iter().enumerate().step_by(5) {
        let alone = shop.insight.overview(*piece, None).await.unwrap();
        let then = overview.comparison.unwrap().pieces(overview.step)[at];
        let then = shop.insight.overview(then, None).await.unwrap();
        for ((whole, alone), then) in overview.metrics.iter().zip(alone.metrics).zip(then.metrics) {
            let point = whole.series[at];
            assert_eq!((point.day, point.value, point.before), (piece.from, alone.value, then.value));
        }
    }
}

async fn stays_right_when_data_changes(t: TestDb) {
    let shop = Shop::open(&t).await;
    let all = period(PERIODS[8]);
    check(&shop, all).await;
    let before = shop.insight.overview(all, None).await.unwrap().stamp;
    // Again without a look at the lake: the same data, and the summaries of its files are kept.
    assert_eq!(shop.insight.overview(all, None).await.unwrap().stamp, before);
    let more = super::shop::lines(12, 200);
    heat(&shop.insight.lake, &more[..60]).await;
    check(&shop, all).await;
    let (_, index) = shop.insight.index().await.unwrap();
    assert!(matches!(index.made, Made::Whole), "orders with lines in files cannot be added");
    seal(&shop.insight.lake, &more[60..], 2).await;
    check(&shop, all).await;
    shop.insight.lake.seal(0).await.unwrap();
    check(&shop, all).await;
    check(&shop, period("2025-11-15..2026-02-14")).await;
    assert_ne!(shop.insight.overview(all, None).await.unwrap().stamp, before);
    // A new process reads what was kept, and damage to it does no harm.
    for entry in std::fs::read_dir(t.dir.path().join("cache")).unwrap().take(2) {
        std::fs::write(entry.unwrap().path(), b"damaged").unwrap();
    }
    let again = Shop::over(&t, &shop.insight.lake, &super::shop::zone(), Vec::new());
    check(&again, all).await;
    let live = shop.insight.lake.snapshot().await.unwrap();
    let kept = |ending: &str| {
        let names = std::fs::read_dir(t.dir.path().join("cache")).unwrap().map(|e| e.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().ends_with(ending)).count()
    };
    for _ in 0..100 {
        if kept(".index") == 1 && kept(".part") == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!((kept(".orders"), kept(".index")), (live.files(&lake::ORDER_LINE).count(), 1));
    // What is of files that are gone goes when a person is erased, too.
    std::fs::write(t.dir.path().join("cache/0123456789abcdef.orders"), b"old").unwrap();
    crate::forget(&shop.insight.lake, &super::shop::zone(), &t.dir.path().join("cache")).await.unwrap();
    assert_eq!((kept(".orders"), kept(".index")), (live.files(&lake::ORDER_LINE).count(), 1));
}

/// What has just come in is added to what is known of the files; the same numbers must come out as from files alone.
async fn lines_outside_of_files_count_the_same(t: TestDb) {
    let shop = Shop::open(&t).await;
    shop.insight.lake.seal(0).await.unwrap();
    // Orders of their own, by customers known and new, most of them some months before and after what is known.
    let more: Vec<super::shop::Line> = super::shop::lines(13, 60)
        .into_iter()
        .map(|line| {
            let later = [-150, 0, 100][(mix(line.order.cast_unsigned()) % 3) as usize] * base::clock::DAY;
            let customer = line.customer.map(|c| if c % 5 == 0 { c + 500 } else { c });
            super::shop::Line { order: line.order ^ 1, time: line.time + later, customer, ..line }
        })
        .collect();
    let all = period("2024-06-01..2027-06-30");
    shop.insight.cohorts(all).await.unwrap();
    let orders: Vec<_> = more.chunk_by(|a, b| a.order == b.order).collect();
    for part in orders.chunks(20) {
        heat(&shop.insight.lake, &part.concat()).await;
        let hot = (shop.insight.cohorts(all).await.unwrap(), shop.insight.by_hour(all).await.unwrap());
        let (_, index) = shop.insight.index().await.unwrap();
        assert!(matches!(index.made, Made::Over(_)), "added, not made anew");
        check(&shop, all).await;
        check(&shop, period("2025-03-01..2025-09-15")).await;
        // Another process, which knows nothing, with the same lines in files.
        let other = Shop::over(&t, &shop.insight.lake, &super::shop::zone(), Vec::new());
        shop.insight.lake.seal(0).await.unwrap();
        let cold = (other.insight.cohorts(all).await.unwrap(), other.insight.by_hour(all).await.unwrap());
        assert_eq!((&hot.0.cohorts, &hot.0.mean, hot.1), (&cold.0.cohorts, &cold.0.mean, cold.1));
    }
}

async fn sets_are_their_sql(t: TestDb) {
    let shop = Shop::open(&t).await;
    let wall = shop.on_the_wall();
    // Orders of known customers: who, which, when placed (day, weekday, hour), with the wall clock of their first sale.
    let mut orders: BTreeMap<(i64, i64), (i64, i32, u8, u8)> = BTreeMap::new();
    for (line, day, weekday, hour) in wall.iter().filter(|(l, ..)| l.kind == "sale") {
        if let Some(customer) = line.customer {
            let placed = (line.time, *day, *weekday, *hour);
            let known = orders.entry((customer, line.order)).or_insert(placed);
            *known = placed.min(*known);
        }
    }
    let set = async |text: String| shop.insight.within(&text).await.unwrap().unwrap().customers.to_vec();
    for text in &PERIODS[..9] {
        let days = period(text);
        let inside: Vec<_> = orders.iter().filter(|(_, o)| (days.from.0..=days.to.0).contains(&o.1)).collect();
        let active: BTreeSet<i64> = inside.iter().map(|((c, _), _)| *c).collect();
        assert_eq!(set(format!("metric:active_customers@{text}")).await, sorted(active.iter().copied()), "{text}");
        let old: BTreeSet<i64> = orders.iter().filter(|(_, o)| o.1 < days.from.0).map(|((c, _), _)| *c).collect();
        assert_eq!(set(format!("metric:new_customers@{text}")).await, sorted(active.difference(&old).copied()));
        let back = active.intersection(&old).copied();
        assert_eq!(set(format!("metric:returning_customers@{text}")).await, sorted(back));
        let twice = active.iter().filter(|c| inside.iter().filter(|((who, _), _)| who == *c).count() > 1).copied();
        assert_eq!(set(format!("metric:repurchase_rate@{text}")).await, sorted(twice), "{text}");
        for (weekday, hour) in [(7, 1), (1, 0), (4, 23)] {
            let there = inside.iter().filter(|(_, o)| (o.2, o.3) == (weekday, hour)).map(|((c, _), _)| *c);
            let expected = sorted(there);
            assert_eq!(set(format!("hour:{weekday}-{hour}@{text}")).await, expected);
        }
        for (by, value) in [(Dimension::Product, "P3"), (Dimension::Category, "c2"), (Dimension::Store, "S1")] {
            let fits = |line: &super::shop::Line| match by {
                Dimension::Product => line.product == value,
                Dimension::Category => line.category.as_deref() == Some(value),
                _ => line.store.as_deref() == Some(value),
            };
            let bought = wall
                .iter()
                .filter(|(line, day, ..)| line.kind == "sale" && (days.from.0..=days.to.0).contains(day) && fits(line));
            let expected = sorted(bought.filter_map(|(line, ..)| line.customer));
            let name = format!("bought:{}/{value}@{text}", by.as_str());
            assert_eq!(set(name.clone()).await, expected, "{name}");
            assert_eq!(set(name).await, expected);
        }
    }
    cohorts(&shop, &orders, &wall).await;
    hours(&shop, &wall).await;
}

/// The heat map of cohorts, and the customers behind its cells.
async fn cohorts(
    shop: &Shop,
    orders: &BTreeMap<(i64, i64), (i64, i32, u8, u8)>,
    wall: &[(&super::shop::Line, i32, u8, u8)],
) {
    let month = |day: i32| Day(day).month();
    let mut born: BTreeMap<i64, i32> = BTreeMap::new();
    for ((customer, _), order) in orders {
        let known = born.entry(*customer).or_insert(month(order.1));
        *known = month(order.1).min(*known);
    }
    let days = period("2025-09-10..2026-02-03");
    let guide = include_str!("../../../../docs/guide/en/numbers.md");
    let sql = guide.split("```sql\n").find(|block| block.starts_with("with o as")).unwrap();
    let sql = sql.split("```").next().unwrap().replace("Asia/Shanghai", "America/New_York");
    let found = shop.insight.cohorts(days).await.unwrap();
    assert_eq!(found.months, 6);
    assert!(!found.cohorts.is_empty());
    for cohort in &found.cohorts {
        assert_eq!(cohort.customers.len(), (days.to.month() - cohort.month + 1) as usize);
        for (after, (count, revenue)) in cohort.customers.iter().zip(&cohort.revenues).enumerate() {
            let at = cohort.month + after as i32;
            let mine = |customer: i64| born.get(&customer) == Some(&cohort.month);
            let there = orders.iter().filter(|((c, _), o)| mine(*c) && month(o.1) == at).map(|((c, _), _)| *c);
            let there = sorted(there);
            assert_eq!(*count, there.len() as u64, "{} + {after}", cohort.month);
            let paid = wall.iter().filter(|(l, day, ..)| l.customer.is_some_and(mine) && month(*day) == at);
            assert_eq!(*revenue, paid.map(|(l, ..)| i128::from(l.amount)).sum::<i128>(), "{} + {after}", cohort.month);
            let day = |month: i32| Day::first_of(month);
            let cell = format!("cohort = date '{}' and month = date '{}'", day(cohort.month), day(at));
            let said = shop.sql(&format!("select sum(customers) from ({sql}) where {cell}"), 0).await.unwrap_or(0);
            assert_eq!(i128::from(*count), said, "{cell}");
            let name = format!("cohort:{}/{after}", lake::Month(cohort.month));
            let set = shop.insight.within(&name).await.unwrap().unwrap();
            assert_eq!(set.customers.to_vec(), there, "{name}");
        }
    }
    assert!((found.mean[0] - 1.0).abs() < 1e-12 && found.mean[1] < 1.0);
    let none = shop.insight.cohorts(period(PERIODS[10])).await.unwrap();
    assert!(none.cohorts.is_empty() && none.mean.is_empty());
}

/// Sums by hour, with the hours that the changes of the clocks leave out or repeat.
async fn hours(shop: &Shop, wall: &[(&super::shop::Line, i32, u8, u8)]) {
    let mut placed: BTreeMap<i64, (i64, i32, u8, u8)> = BTreeMap::new();
    for (line, day, weekday, hour) in wall.iter().filter(|(l, ..)| l.kind == "sale") {
        let at = (line.time, *day, *weekday, *hour);
        let known = placed.entry(line.order).or_insert(at);
        *known = at.min(*known);
    }
    for text in &PERIODS[..9] {
        let days = period(text);
        let cells = shop.insight.by_hour(days).await.unwrap();
        for (weekday, hours) in (1u8..).zip(&cells) {
            for (hour, (revenue, orders)) in (0u8..).zip(hours) {
                let inside = |day: i32| (days.from.0..=days.to.0).contains(&day);
                let mine = wall.iter().filter(|(_, day, w, h)| inside(*day) && (*w, *h) == (weekday, hour));
                assert_eq!(*revenue, mine.map(|(l, ..)| i128::from(l.amount)).sum::<i128>(), "{text} {weekday} {hour}");
                let mine = placed.values().filter(|o| inside(o.1) && (o.2, o.3) == (weekday, hour)).count();
                assert_eq!(*orders, mine as u64, "{text} {weekday} {hour}");
            }
        }
    }
}

async fn top_is_its_sql(t: TestDb) {
    let shop = Shop::open(&t).await;
    for by in Dimension::ALL {
        for text in ["2025-10-01..2026-03-31", "2026-03-08..2026-03-08", "2000-01-01..2049-12-31"] {
            let days = period(text);
            let top = shop.insight.top(by, days, Some(Compare::Previous), 4).await.unwrap();
            let of = |column: &str, days: Period, key: &str| {
                let at = days.instants(&shop.insight.business.zone).unwrap();
                let (from, until) = (web::Instant(at.start), web::Instant(at.end));
                let whose = if key.is_empty() { String::new() } else { format!("and {} = '{key}'", by.as_str()) };
                format!(
                    "select {column} from order_line where kind in ('sale', 'return') and time >= '{from}' and time < '{until}' {whose}"
                )
            };
            let all = shop.sql(&of("sum(amount)", days, ""), 4).await.unwrap_or(0);
            assert_eq!(top.revenue, all);
            assert_eq!(top.others, all - top.rows.iter().map(|r| r.sold.revenue).sum::<i128>());
            assert!(top.rows.is_sorted_by(|a, b| a.sold.revenue >= b.sold.revenue) && top.rows.len() <= 4);
            assert!(by == Dimension::Channel || !top.rows.is_empty());
            for row in top.rows {
                let key = &row.sold.key;
                let number = |column: &str, days: Period| of(column, days, key);
                assert_eq!(Some(row.sold.revenue), shop.sql(&number("sum(amount)", days), 4).await, "{key}");
                assert_eq!(Some(row.sold.pieces), shop.sql(&number("sum(quantity)", days), 3).await);
                let orders = "count(distinct case when kind = 'sale' then order_key end)";
                assert_eq!(Some(row.sold.orders as i128), shop.sql(&number(orders, days), 0).await);
                let customers = "count(distinct case when kind = 'sale' then customer_id end)";
                assert_eq!(Some(row.sold.customers as i128), shop.sql(&number(customers, days), 0).await);
                let before = shop.sql(&number("sum(amount)", days.before(Compare::Previous)), 4).await.unwrap_or(0);
                let reaches = days.before(Compare::Previous).from >= period("2025-08-01..2025-08-01").from;
                assert_eq!(row.before, reaches.then_some(before));
            }
        }
    }
    assert!(METRICS.iter().all(|m| m.who.is_some() != m.orders.is_some()));
}
