//! The list of orders against a plain look at all lines.

use std::collections::BTreeMap;

use base::hash::mix;
use lake::order::{Kind, Order};
use store::testing::TestDb;

use super::shop::{Line, Shop};
use crate::day::Day;
use crate::orders::{Filter, Sort};

store::on_both!(lists_are_what_a_plain_look_finds, an_order_is_told_whole);

/// An order as a plain look sees it.
#[derive(Clone, Debug)]
struct Plain<'a> {
    key: i64,
    placed: i64,
    kind: Kind,
    amount: i128,
    lines: Vec<&'a Line>,
}

fn plain(shop: &Shop) -> Vec<Plain<'_>> {
    let mut by_key: BTreeMap<i64, Vec<&Line>> = BTreeMap::new();
    for line in &shop.lines {
        by_key.entry(line.order).or_default().push(line);
    }
    let order = |(key, lines): (i64, Vec<&'_ Line>)| {
        let first = |kind: &str| lines.iter().filter(|l| kind.is_empty() || l.kind == kind).map(|l| l.time).min();
        let kind = match (first("sale"), first("return")) {
            (Some(_), _) => Kind::Sale,
            (None, Some(_)) => Kind::Return,
            _ => Kind::Adjustment,
        };
        let amount = lines.iter().filter(|l| l.kind != "adjustment").map(|l| i128::from(l.amount)).sum();
        (key, first("sale").or(first("")).unwrap(), kind, amount)
    };
    let all = by_key.into_iter().map(|(key, lines)| {
        let (key, placed, kind, amount) = order((key, lines.clone()));
        Plain { key, placed, kind, amount, lines }
    });
    all.collect()
}

fn fits(order: &Plain<'_>, filter: &Filter, shop: &Shop) -> bool {
    let at = jiff::Timestamp::from_microsecond(order.placed).unwrap().to_zoned(shop.insight.business.zone.tz().clone());
    let text = |wanted: &Option<String>, value: Option<&str>| wanted.is_none() || wanted.as_deref() == value;
    let line = |l: &&Line| {
        text(&filter.product, Some(&l.product))
            && text(&filter.category, l.category.as_deref())
            && text(&filter.store, l.store.as_deref())
            && text(&filter.channel, None)
            && filter.customer.is_none_or(|c| l.customer == Some(c))
            && filter.import.is_none_or(|i| l.import == i)
    };
    let day = Day::of(at.date());
    order.lines.iter().any(line)
        && filter.from.is_none_or(|from| day >= from)
        && filter.to.is_none_or(|to| day <= to)
        && filter.kind.is_none_or(|kind| kind == order.kind)
        && filter.weekday.is_none_or(|d| d == at.weekday().to_monday_one_offset() as u8)
        && filter.hour.is_none_or(|h| h == at.hour() as u8)
}

fn filters() -> Vec<Filter> {
    let day = |text: &str| Some(Day::parse(text, "x").unwrap());
    let none = Filter::default();
    vec![
        none.clone(),
        Filter { from: day("2025-11-02"), to: day("2025-11-02"), ..none.clone() },
        Filter { from: day("2025-12-31"), kind: Some(Kind::Return), ..none.clone() },
        Filter { to: day("2025-09-01"), kind: Some(Kind::Sale), ..none.clone() },
        Filter { product: Some("P3".into()), store: Some("S1".into()), ..none.clone() },
        Filter { category: Some("c2".into()), import: Some(2), ..none.clone() },
        Filter { weekday: Some(7), hour: Some(1), ..none.clone() },
        Filter { kind: Some(Kind::Adjustment), hour: Some(0), ..none.clone() },
        Filter { channel: Some("web".into()), ..none.clone() },
        Filter { product: Some("nothing".into()), ..none },
    ]
}

async fn lists_are_what_a_plain_look_finds(t: TestDb) {
    let shop = Shop::open(&t).await;
    let all = plain(&shop);
    for (at, filter) in filters().into_iter().enumerate() {
        for sort in [Sort::Newest, Sort::Oldest, Sort::Largest, Sort::Smallest] {
            let mut expected: Vec<&Plain<'_>> = all.iter().filter(|o| fits(o, &filter, &shop)).collect();
            expected.sort_by_key(|o| {
                let rank = match sort {
                    Sort::Newest => -i128::from(o.placed),
                    Sort::Oldest => i128::from(o.placed),
                    Sort::Largest => -o.amount,
                    Sort::Smallest => o.amount,
                };
                (rank, o.key)
            });
            let (mut found, mut after): (Vec<Order>, _) = (Vec::new(), None);
            let limit = [3, 40, 200][at % 3] + mix(at as u64) as usize % 3;
            // All pages when there are few, else the first ones: the total is counted by the first.
            for _ in 0..if limit < 10 { 6 } else { 500 } {
                let page = shop.insight.orders(filter.clone(), sort, after, limit).await.unwrap();
                assert_eq!(page.total.orders, expected.len() as u64, "{filter}");
                assert_eq!(page.total.amount, expected.iter().map(|o| o.amount).sum::<i128>(), "{filter}");
                assert!(page.orders.len() == limit || page.next.is_none());
                found.extend(page.orders.into_iter().map(|o| o.order));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let keys = |orders: &[&Plain<'_>]| orders.iter().map(|o| o.key).collect::<Vec<_>>();
            let seen: Vec<i64> = found.iter().map(|o| o.key).collect();
            assert_eq!(seen, keys(&expected[..seen.len()]), "{filter} {sort:?}");
            assert!(after.is_some() || found.len() == expected.len());
            for (order, plain) in found.iter().zip(expected) {
                same(order, plain);
            }
        }
    }
    // His lines only, when the list is of one customer.
    let his = Filter { customer: Some(7), ..Filter::default() };
    let page = shop.insight.orders(his, Sort::Newest, None, 500).await.unwrap();
    let mut expected: Vec<i64> = shop.lines.iter().filter(|l| l.customer == Some(7)).map(|l| l.order).collect();
    expected.sort_unstable();
    expected.dedup();
    let mut seen: Vec<i64> = page.orders.iter().map(|o| o.order.key).collect();
    seen.sort_unstable();
    assert_eq!(seen, expected);
}

/// Whether an order is told as it is, with all lines.
fn same(order: &Order, plain: &Plain<'_>) {
    assert_eq!((order.key, order.time, order.kind), (plain.key, plain.placed, plain.kind));
    assert_eq!(i128::from(order.amount.0), plain.amount);
    let mut lines: Vec<(i32, &str, i64)> =
        order.lines.iter().map(|l| (l.line_no, l.product.as_deref().unwrap(), l.amount.0)).collect();
    let mut expected: Vec<(i32, &str, i64)> =
        plain.lines.iter().map(|l| (l.number, l.product.as_str(), l.amount)).collect();
    lines.sort_unstable();
    expected.sort_unstable();
    assert_eq!(lines, expected);
}

async fn an_order_is_told_whole(t: TestDb) {
    let shop = Shop::open(&t).await;
    for plain in plain(&shop).iter().step_by(17) {
        same(&shop.insight.order(plain.key).await.unwrap().order, plain);
    }
    assert!(shop.insight.order(42).await.is_err_and(|p| p.code == base::Code::NotFound && p.hint.is_some()));
}
