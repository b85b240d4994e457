//! Where windows begin and end, and whose clock hours are read from.

use base::Zone;
use jiff::civil::date;

use super::lines::{Value, define, value};
use crate::traits::window::Window;

const DAY: i64 = 86_400_000_000;

fn bounds(text: &str, as_of: i64, zone: &str) -> (i64, i64) {
    Window::parse(text).unwrap().bounds(as_of, &Zone::named(zone).unwrap())
}

fn at(zone: &str, wall: jiff::civil::DateTime) -> i64 {
    Zone::named(zone).unwrap().instant(wall).unwrap()
}

#[test]
fn a_relative_window_leaves_out_its_first_instant_and_includes_the_last() {
    assert_eq!(bounds("90d", 1000 * DAY, "UTC"), (910 * DAY + 1, 1000 * DAY));
    assert_eq!(bounds("2 weeks", 1000 * DAY, "UTC"), (986 * DAY + 1, 1000 * DAY));
    assert_eq!(bounds("all", 7, "UTC"), (i64::MIN, 7));
}

#[test]
fn months_keep_the_wall_clock_and_shorten_to_the_last_day() {
    let zone = "America/New_York";
    // Standard time in between: 24 h × days would miss by an hour.
    let (from, to) = (at(zone, date(2024, 2, 29).at(9, 30, 0, 0)), at(zone, date(2024, 3, 31).at(9, 30, 0, 0)));
    assert_eq!(bounds("1 month", to, zone), (from + 1, to));
    assert_eq!(
        bounds("1 year", at(zone, date(2024, 2, 29).at(0, 0, 0, 0)), zone).0,
        at(zone, date(2023, 2, 28).at(0, 0, 0, 0)) + 1
    );
}

#[test]
fn dates_are_whole_days_of_the_business_and_end_at_the_reference_date() {
    let zone = "Asia/Shanghai";
    let (from, until) = (at(zone, date(2024, 1, 1).at(0, 0, 0, 0)), at(zone, date(2025, 1, 1).at(0, 0, 0, 0)));
    assert_eq!(bounds("2024-01-01..2024-12-31", i64::MAX, zone), (from, until - 1));
    assert_eq!(bounds("2024-01-01..2024-12-31", from + 5, zone), (from, from + 5));
    assert_eq!(bounds("..2024-12-31", i64::MAX, zone), (i64::MIN, until - 1));
    assert_eq!(bounds("2024-01-01..", i64::MAX, zone), (from, i64::MAX));
    // London's days of clock changes have 23 and 25 hours.
    let (from, to) = bounds("2024-03-31..2024-03-31", i64::MAX, "Europe/London");
    assert_eq!(to - from + 1, 23 * DAY / 24);
    let (from, to) = bounds("2024-10-27..2024-10-27", i64::MAX, "Europe/London");
    assert_eq!(to - from + 1, 25 * DAY / 24);
}

#[test]
fn hours_follow_the_clock_change() {
    use super::equal::run;
    use crate::traits::{Plan, Traits};
    let text =
        define("morning", "count()", "part_of_day = 'morning'", "all") + &define("six", "count()", "hour = 6", "all");
    let plan = Plan::compile(&Traits::parse(&text).unwrap(), &Zone::named("Europe/London").unwrap()).unwrap();
    // 05:30 UTC is 05:30 on the wall in winter and 06:30 in summer.
    let winter = at("UTC", date(2024, 3, 30).at(5, 30, 0, 0));
    let lines: Vec<_> = [winter, winter + DAY].map(super::equal::sale_at).to_vec();
    let out = run(&plan, i64::MAX, &[super::lines::batch(&lines, true)], &[vec![1, 1]]);
    assert_eq!([value(&out, "morning", 0), value(&out, "six", 0)], [Value::Count(1), Value::Count(1)]);
}
