//! What is told from quarters of an hour equals what the fold over all lines gives.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use base::Zone;
use lake::keep::pack::Fixed;
use proptest::prelude::*;

use super::*;
use crate::facts::FactsPlan;
use profile::traits::Traits;

/// When in seconds since the first day, which order, what kind, how much in 1/10000.
type Line = (i64, i64, u8, i64);

/// 2023-10-20: clocks go back a few days later in Europe, and on Lord Howe Island, by half an hour, half a year later.
const FIRST: i64 = 1_697_760_000;

fn batch(lines: &[Line]) -> RecordBatch {
    let times = lines.iter().map(|l| (FIRST + l.0) * 1_000_000 + 999_999);
    let kind = |l: &Line| ["sale", "return", "adjustment"][usize::from(l.2)];
    let amounts = Decimal64Array::from_iter_values(lines.iter().map(|l| if l.2 == 1 { -l.3 } else { l.3 }));
    RecordBatch::try_from_iter([
        ("time", Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC")) as ArrayRef),
        ("order_key", Arc::new(Int64Array::from_iter_values(lines.iter().map(|l| l.1))) as ArrayRef),
        ("kind", Arc::new(StringArray::from_iter_values(lines.iter().map(kind))) as ArrayRef),
        ("amount", Arc::new(amounts.with_precision_and_scale(18, 4).unwrap()) as ArrayRef),
    ])
    .unwrap()
}

fn traits(frequency: &str) -> Traits {
    let words = "label = { en = \"f\", zh = \"f\" }\ndescription = { en = \"f\", zh = \"f\" }\nunit = \"\"";
    let text =
        format!("[[trait]]\nname = \"frequency\"\n{words}\nvalue = \"{frequency}\"\nwhere = \"kind = 'sale'\"\n");
    Traits::parse(&text).unwrap()
}

fn nothing(zone: &Zone) -> Purchases {
    Purchases { lists: Arc::default(), days: Days::new(zone) }
}

/// The last instant of a day, counted from the first one.
fn end_of(zone: &Zone, day: i64) -> Micros {
    let date = jiff::civil::date(2023, 10, 20).checked_add(jiff::Span::new().days(day + 1)).unwrap();
    zone.instant(date.at(0, 0, 0, 0)).unwrap() - 1
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_date_and_window_is_told_as_by_the_fold(
        lines in prop::collection::vec((0..250 * 86_400i64, 0..40i64, 0..3u8, 0..90_000i64), 0..60),
        gathered in prop::collection::vec((0..3 * 86_400i64, 0..4i64, 0..3u8, 0..90_000i64), 0..20),
        zone in prop::sample::select(vec!["UTC", "Asia/Shanghai", "Europe/London", "Australia/Lord_Howe", "America/St_Johns"]),
        frequency in prop::sample::select(vec!["distinct(order)", "distinct(day)", "count()"]),
        window in prop::sample::select(vec!["all", "1d", "30d", "2 months", "2023-11-01..2024-03-31", "2024-02-01.."]),
        day in 0..260i64,
    ) {
        let zone = Zone::named(zone).unwrap();
        let plan = FactsPlan::new(&traits(frequency), window, &zone).unwrap();
        let as_of = end_of(&zone, day);
        let (by, dates) = plan.lines(&[as_of]).unwrap_or_else(|| panic!("{window} at {as_of}"));
        // In the order of the history: by time, the files one after the other.
        let batches = [lines, gathered].map(|mut part| {
            part.sort_unstable();
            batch(&part)
        });
        let nobody = nothing(&zone);
        let own = by.own(&nobody, &batches).unwrap().unwrap();
        let told = nobody.facts_by(7, &own, &dates[0]).unwrap();
        let folded = plan.of_batches(&batches, as_of, CustomerId(7)).unwrap();
        let none = Facts { customer: 7, history: None, window: None };
        prop_assert_eq!(told.unwrap_or(none), folded);
    }
}

#[test]
fn other_definitions_and_instants_are_left_to_the_fold() {
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let plan = |frequency: &str| FactsPlan::new(&traits(frequency), "30d", &zone).unwrap();
    let end = end_of(&zone, 3);
    assert!(plan("count()").lines(&[end]).is_some());
    assert!(plan("count()").lines(&[end, end - 1]).is_none());
    for frequency in ["distinct(product)", "distinct(order) + 1", "distinct(order where hour > 1) * 2"] {
        assert!(plan(frequency).lines(&[end]).is_none(), "{frequency}");
    }
    assert!(plan("distinct(order where hour > 1)").lines(&[end]).is_some());
}

#[test]
fn what_has_no_known_day_is_not_told() {
    // Until 1901 clocks of Shanghai were 8 h 5 min 43 s ahead.
    let days = Days::new(&Zone::named("Asia/Shanghai").unwrap());
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
    assert_eq!(days.slot(at("1899-01-01T00:00:00Z")), None);
    assert_eq!(days.of(days.slot(at("1970-01-01T15:59:59Z")).unwrap()), 0);
    assert_eq!(days.of(days.slot(at("1970-01-01T16:00:00Z")).unwrap()), 1);
    assert_eq!(days.slot(at("2300-01-01T00:00:00Z")), None);
    // Until 2011 those of Newfoundland were changed at a minute past midnight.
    let days = Days::new(&Zone::named("America/St_Johns").unwrap());
    assert_eq!(days.slot(at("2011-07-01T12:00:00Z")), None);
    assert!(days.slot(at("2011-12-01T12:00:00Z")).is_some());
}

#[test]
fn sums_beyond_the_room_are_refused() {
    let zone = Zone::utc();
    let plan = FactsPlan::new(&traits("count()"), "all", &zone).unwrap();
    let as_of = end_of(&zone, 300);
    let (by, dates) = plan.lines(&[as_of]).unwrap();
    let most = 999_999_999_999_999_999;
    let lines = batch(&[(0, 1, 0, most), (86_400, 2, 0, 1)]);
    let nobody = nothing(&zone);
    let own = by.own(&nobody, std::slice::from_ref(&lines)).unwrap().unwrap();
    let told = nobody.facts_by(7, &own, &dates[0]).unwrap_err();
    let folded = plan.of_batches(&[lines], as_of, CustomerId(7)).unwrap_err();
    assert_eq!((told.code, told.hint), (folded.code, folded.hint));
    let many: Vec<Line> = (0..20).map(|order| (order, order, 0, most)).collect();
    assert_eq!(by.own(&nobody, &[batch(&many)]).unwrap(), None, "a quarter of an hour holds 64 bits");
}

#[test]
fn cells_come_back_as_they_were() {
    let cell = |money| Cell { money, slot: -3, counted: 0xfe00_0007 };
    let cells = [cell(i64::MIN), cell(5)];
    let mut bytes = Vec::new();
    Cell::put_all(&cells, &mut bytes);
    assert_eq!(bytes.len(), 32);
    assert_eq!(Cell::read_all(&bytes).as_deref(), Some(&cells[..]));
    assert_eq!(Cell::read_all(&bytes[1..]), None);
}
