//! The same traits computed the plain way: by filtering and sorting records, sharing nothing with the fold.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, Zoned, tz::TimeZone};

use super::lines::{Line, Value, define};

const DAY: i64 = 86_400_000_000;

/// One customer's lines up to the reference date.
pub(super) struct Naive<'a> {
    pub(super) lines: Vec<&'a Line>,
    pub(super) as_of: i64,
    pub(super) zone: TimeZone,
}

type Check = fn(&Naive<'_>) -> Value;

impl<'a> Naive<'a> {
    pub(super) fn only(&self, test: impl Fn(&Line) -> bool) -> Naive<'a> {
        let lines = self.lines.iter().copied().filter(|l| test(l)).collect();
        Naive { lines, as_of: self.as_of, zone: self.zone.clone() }
    }

    fn sales(&self) -> Naive<'a> {
        self.only(|l| l.kind == "sale")
    }

    fn wall(&self, at: i64) -> Zoned {
        Timestamp::from_microsecond(at).unwrap().to_zoned(self.zone.clone())
    }

    fn day(&self, at: i64) -> i64 {
        let since = self.wall(at).date().since(jiff::civil::date(1970, 1, 1)).unwrap();
        i64::from(since.get_days())
    }

    fn sum(&self, of: fn(&Line) -> Option<i64>) -> i128 {
        self.lines.iter().filter_map(|l| of(l)).map(i128::from).sum()
    }

    fn orders(&self) -> usize {
        self.lines.iter().map(|l| l.order).collect::<BTreeSet<_>>().len()
    }

    fn gaps(&self) -> Vec<f64> {
        let days: Vec<i64> = self.lines.iter().map(|l| self.day(l.time)).collect::<BTreeSet<_>>().into_iter().collect();
        days.windows(2).map(|w| (w[1] - w[0]) as f64).collect()
    }

    fn mode<K: Ord + Clone>(&self, of: impl Fn(&Line) -> Option<K>, weight: impl Fn(&Line) -> i64) -> Option<K> {
        let mut sums: BTreeMap<K, i64> = BTreeMap::new();
        for line in &self.lines {
            if let Some(key) = of(line) {
                *sums.entry(key).or_default() += weight(line);
            }
        }
        let best = sums.values().max()?;
        sums.iter().find(|(_, sum)| *sum == best).map(|(key, _)| key.clone())
    }

    fn top(&self, of: fn(&Line) -> Option<&'static str>) -> Value {
        self.sales().mode(of, |l| l.amount).map_or(Value::Null, |t| Value::Text(t.into()))
    }

    fn days_since(&self, at: Option<i64>) -> Value {
        at.map_or(Value::Null, |at| Value::Count(self.day(self.as_of) - self.day(at)))
    }

    fn order_share(&self, test: impl Fn(&Zoned) -> bool) -> Value {
        let sales = self.sales();
        let some = sales.only(|l| test(&self.wall(l.time)));
        ratio(some.orders() as f64, sales.orders() as f64)
    }

    fn hours(&self, from: i8) -> Value {
        self.order_share(|at| (from..from + 6).contains(&at.hour()))
    }

    fn weekday(&self, n: i8) -> Value {
        self.order_share(|at| at.weekday().to_monday_one_offset() == n)
    }

    fn last_days(&self, days: i64) -> Naive<'a> {
        self.only(|l| l.time > self.as_of - days * DAY)
    }

    fn last_months(&self, months: i32) -> Naive<'a> {
        let from = self.wall(self.as_of).checked_sub(jiff::Span::new().months(months)).unwrap();
        self.only(|l| l.time > from.timestamp().as_microsecond())
    }
}

fn ratio(a: f64, b: f64) -> Value {
    if b == 0.0 { Value::Null } else { Value::Number(a / b) }
}

/// n / d to the nearest whole, ties to the even one.
fn rounded(n: i128, d: usize) -> Value {
    if d == 0 {
        return Value::Null;
    }
    let d = d as i128;
    let below = n.div_euclid(d);
    let twice = 2 * (n - below * d);
    Value::Money(if twice > d || (twice == d && below % 2 != 0) { below + 1 } else { below })
}

fn count(n: usize) -> Value {
    Value::Count(n as i64)
}

/// The core traits.
pub(super) const CORE: [(&str, Check); 31] = [
    ("recency", |n| n.days_since(n.sales().lines.iter().map(|l| l.time).max())),
    ("frequency", |n| count(n.sales().orders())),
    ("monetary", |n| Value::Money(n.only(|l| l.kind != "adjustment").sum(|l| Some(l.amount)))),
    ("average_order", |n| rounded(n.sales().sum(|l| Some(l.amount)), n.sales().orders())),
    ("pieces_per_order", |n| ratio(n.sales().sum(|l| Some(l.quantity)) as f64 / 1e3, n.sales().orders() as f64)),
    ("frequency_90d", |n| count(n.last_days(90).sales().orders())),
    ("monetary_12m", |n| Value::Money(n.last_months(12).only(|l| l.kind != "adjustment").sum(|l| Some(l.amount)))),
    ("first_purchase", |n| n.sales().lines.iter().map(|l| l.time).min().map_or(Value::Null, Value::Time)),
    ("last_purchase", |n| n.sales().lines.iter().map(|l| l.time).max().map_or(Value::Null, Value::Time)),
    ("tenure", |n| n.days_since(n.sales().lines.iter().map(|l| l.time).min())),
    ("gap_mean", |n| {
        let gaps = n.sales().gaps();
        ratio(gaps.iter().sum(), gaps.len() as f64)
    }),
    ("gap_sd", |n| {
        let gaps = n.sales().gaps();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let squares: f64 = gaps.iter().map(|g| (g - mean) * (g - mean)).sum();
        if gaps.len() < 2 { Value::Null } else { Value::Number((squares / (gaps.len() - 1) as f64).sqrt()) }
    }),
    ("return_rate", |n| {
        let back = n.only(|l| l.kind == "return").sum(|l| Some(l.amount));
        ratio(-(back as f64), n.sales().sum(|l| Some(l.amount)) as f64)
    }),
    ("discount_share", |n| {
        let off = n.sales().sum(|l| l.discount) as f64;
        ratio(off, off + n.sales().sum(|l| Some(l.amount)) as f64)
    }),
    ("top_category", |n| n.top(|l| l.category)),
    ("top_product", |n| n.top(|l| l.product)),
    ("top_store", |n| n.top(|l| l.store)),
    ("top_channel", |n| n.top(|l| l.channel)),
    ("products", |n| count(n.sales().lines.iter().filter_map(|l| l.product).collect::<BTreeSet<_>>().len())),
    ("share_night", |n| n.hours(0)),
    ("share_morning", |n| n.hours(6)),
    ("share_afternoon", |n| n.hours(12)),
    ("share_evening", |n| n.hours(18)),
    ("share_monday", |n| n.weekday(1)),
    ("share_tuesday", |n| n.weekday(2)),
    ("share_wednesday", |n| n.weekday(3)),
    ("share_thursday", |n| n.weekday(4)),
    ("share_friday", |n| n.weekday(5)),
    ("share_saturday", |n| n.weekday(6)),
    ("share_sunday", |n| n.weekday(7)),
    ("share_mobile", |n| {
        let known = n.sales().only(|l| l.device.is_some());
        ratio(known.only(|l| l.device != Some("desktop")).orders() as f64, known.orders() as f64)
    }),
];

/// Further definitions: value, condition, window and what they should give. They use what the core traits do not.
const MORE: [(&str, &str, &str, Check); 18] = [
    ("count()", "", "all", |n| count(n.lines.len())),
    ("count()", "not (device = 'mobile')", "all", |n| {
        count(n.only(|l| l.device.is_some_and(|d| d != "mobile")).lines.len())
    }),
    ("count()", "unit_price > 9.99 or discount is null", "30d", |n| {
        count(n.last_days(30).only(|l| l.unit_price.is_some_and(|p| p > 99_900) || l.discount.is_none()).lines.len())
    }),
    ("count()", "not (unit_price between 2 and 9.99 or device not in ('mobile', 'tablet'))", "all", |n| {
        let price = |l: &Line| l.unit_price.is_some_and(|p| !(20_000..=99_900).contains(&p));
        count(n.only(|l| price(l) && matches!(l.device, Some("mobile" | "tablet"))).lines.len())
    }),
    ("last(store)", "", "all", |n| {
        let last = n.only(|l| l.store.is_some());
        let best = last.lines.iter().max_by(|a, b| a.time.cmp(&b.time).then(b.store.cmp(&a.store)));
        best.map_or(Value::Null, |l| Value::Text(l.store.unwrap().into()))
    }),
    ("first(unit_price)", "amount > -2.5", "all", |n| {
        let dear = n.only(|l| l.unit_price.is_some() && l.amount > -25_000);
        let best = dear.lines.iter().min_by_key(|l| (l.time, l.unit_price));
        best.map_or(Value::Null, |l| Value::Money(i128::from(l.unit_price.unwrap())))
    }),
    ("min(discount)", "", "all", |n| {
        n.lines.iter().filter_map(|l| l.discount).min().map_or(Value::Null, |d| Value::Money(d.into()))
    }),
    ("max(quantity) - min(quantity)", "", "all", |n| {
        let all = || n.lines.iter().map(|l| l.quantity);
        all().max().map_or(Value::Null, |max| Value::Number((max - all().min().unwrap()) as f64 / 1e3))
    }),
    ("mean(amount)", "product > 'P1'", "all", |n| {
        let some = n.only(|l| l.product.is_some_and(|p| p > "P1"));
        rounded(some.sum(|l| Some(l.amount)), some.lines.len())
    }),
    ("mean(quantity)", "", "all", |n| ratio(n.sum(|l| Some(l.quantity)) as f64 / 1e3, n.lines.len() as f64)),
    ("mode(hour)", "", "all", |n| {
        n.mode(|l| Some(n.wall(l.time).hour()), |_| 1).map_or(Value::Null, |h| Value::Count(h.into()))
    }),
    ("mode(part_of_day by quantity)", "", "all", |n| {
        let part = |l: &Line| Some(["night", "morning", "afternoon", "evening"][n.wall(l.time).hour() as usize / 6]);
        n.mode(part, |l| l.quantity).map_or(Value::Null, |p| Value::Text(p.into()))
    }),
    ("share(weekend of amount)", "", "all", |n| {
        let weekend = n.only(|l| n.wall(l.time).weekday().to_monday_one_offset() > 5);
        ratio(weekend.sum(|l| Some(l.amount)) as f64, n.sum(|l| Some(l.amount)) as f64)
    }),
    ("distinct(month) + distinct(day)", "", "6 months", |n| {
        let late = n.last_months(6);
        let months: BTreeSet<_> = late.lines.iter().map(|l| n.wall(l.time).month()).collect();
        count(months.len() + late.lines.iter().map(|l| n.day(l.time)).collect::<BTreeSet<_>>().len())
    }),
    ("sum(quantity)", "month = 12 or hour not between 9 and 11 and category = 'tea'", "all", |n| {
        let test = |l: &Line| {
            let at = n.wall(l.time);
            at.month() == 12 || (!(9..=11).contains(&at.hour()) && l.category == Some("tea"))
        };
        Value::Number(n.only(test).sum(|l| Some(l.quantity)) as f64 / 1e3)
    }),
    ("sum(amount)", "", "2024-03-10..2024-04-02", |n| {
        let test = |l: &Line| {
            let day = n.wall(l.time).date();
            (jiff::civil::date(2024, 3, 10)..=jiff::civil::date(2024, 4, 2)).contains(&day)
        };
        Value::Money(n.only(test).sum(|l| Some(l.amount)))
    }),
    ("0.5 * count() + (recency() - 3) / 2", "", "all", |n| match n.days_since(n.lines.iter().map(|l| l.time).max()) {
        Value::Count(days) => Value::Number(0.5 * n.lines.len() as f64 + (days - 3) as f64 / 2.0),
        _ => Value::Null,
    }),
    ("-2 * sum(amount where kind = 'return') + max(unit_price)", "", "all", |n| {
        let max = n.lines.iter().filter_map(|l| l.unit_price).max();
        let back = n.only(|l| l.kind == "return").sum(|l| Some(l.amount));
        max.map_or(Value::Null, |max| Value::Money(i128::from(max) - 2 * back))
    }),
];

/// All definitions as TOML, and what each should give.
pub(super) fn all() -> (String, Vec<(String, Check)>) {
    let mut text = crate::traits::Traits::core_text().to_owned();
    let mut checks: Vec<(String, Check)> = CORE.iter().map(|(name, check)| ((*name).to_owned(), *check)).collect();
    for (i, (value, condition, window, check)) in MORE.iter().enumerate() {
        let name = format!("more_{i}");
        text.push_str(&define(&name, value, condition, window));
        checks.push((name, *check));
    }
    (text, checks)
}
