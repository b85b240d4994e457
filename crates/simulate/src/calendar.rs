//! The calendar of the business: weekdays, seasons, and festivals, Chinese ones included.

use base::{Code, Problem};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// Days before the first one for which the calendar knows dates: members joined up to three years earlier.
pub(crate) const HISTORY: i32 = 1100;

/// First day of the lunar year (month, day), 2010 … 2040.
const SPRING_FESTIVAL: [(i8, i8); 31] = [
    (2, 14),
    (2, 3),
    (1, 23),
    (2, 10),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 16),
    (2, 5),
    (1, 25),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 29),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 13),
    (2, 3),
    (1, 23),
    (2, 11),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 15),
    (2, 4),
    (1, 24),
    (2, 12),
];
const FIRST_YEAR: i16 = 2010;

/// Demand by month of the year, before festivals.
pub(crate) const SEASON: [f64; 12] = [0.95, 0.92, 1.05, 1.05, 1.08, 1.08, 1.0, 0.95, 1.02, 1.0, 0.98, 1.02];

/// A span of days on which people shop more, or less.
#[derive(Clone, Debug)]
pub(crate) struct Festival {
    pub(crate) name: &'static str,
    pub(crate) from: Date,
    /// The last day.
    pub(crate) to: Date,
    /// Orders relative to an ordinary day.
    pub(crate) factor: f64,
    /// The code of a price promotion, if it is one: position in `coupon::CODES`.
    pub(crate) promotion: Option<u8>,
}

/// What the model needs to know of one day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day {
    /// Months since the start.
    pub(crate) month: u16,
    /// 0 spring (March …) to 3 winter.
    pub(crate) season: u8,
    pub(crate) weekend: bool,
    /// Season and festivals, without promotions.
    pub(crate) factor: f64,
    pub(crate) promotion: f64,
    /// The promotion's code, 0 = none.
    pub(crate) code: u8,
}

/// All days of a scenario.
pub(crate) struct Calendar {
    pub(crate) start: Date,
    pub(crate) days: Vec<Day>,
    pub(crate) festivals: Vec<Festival>,
    text: Vec<[u8; 10]>,
}

impl Calendar {
    /// The days of `months` months from `start`.
    pub(crate) fn new(start: Date, months: u32) -> Result<Self, Problem> {
        let far = |e: jiff::Error| Problem::new(Code::InvalidArgument, "the span is too long").caused_by(e);
        let end = start.checked_add(i64::from(months).months()).map_err(far)?;
        let last = offset(end, -1);
        if start.year() <= FIRST_YEAR || last.year() >= FIRST_YEAR + SPRING_FESTIVAL.len() as i16 {
            let message = format!("{start} with {months} months leaves the years whose festivals are known");
            return Err(Problem::new(Code::InvalidArgument, message).hint("stay between 2011-01-01 and 2040-12-31"));
        }
        let festivals: Vec<Festival> =
            (start.year()..=last.year()).flat_map(festivals).filter(|f| f.to >= start && f.from <= last).collect();
        let length = days_between(start, end);
        let days = (0..length).map(|d| describe(start, offset(start, d), &festivals)).collect();
        let text = (-HISTORY..=length + HISTORY).map(|d| digits(offset(start, d))).collect();
        Ok(Self { start, days, festivals, text })
    }

    /// Number of days in the span.
    pub(crate) const fn len(&self) -> i32 {
        self.days.len() as i32
    }

    /// Day `day` after the start as `YYYY-MM-DD`.
    pub(crate) fn text(&self, day: i32) -> &[u8; 10] {
        &self.text[(day + HISTORY) as usize]
    }

    /// The date of day `day` after the start.
    pub(crate) fn date(&self, day: i32) -> Date {
        offset(self.start, day)
    }
}

fn offset(start: Date, day: i32) -> Date {
    start.saturating_add(i64::from(day).days())
}

fn days_between(from: Date, to: Date) -> i32 {
    (from.duration_since(to).as_hours() / -24) as i32
}

fn digits(date: Date) -> [u8; 10] {
    let mut text = *b"0000-00-00";
    let put = |text: &mut [u8; 10], at: usize, n: i16| {
        text[at] += (n / 10) as u8;
        text[at + 1] += (n % 10) as u8;
    };
    put(&mut text, 0, date.year() / 100);
    put(&mut text, 2, date.year() % 100);
    put(&mut text, 5, i16::from(date.month()));
    put(&mut text, 8, i16::from(date.day()));
    text
}

fn describe(start: Date, date: Date, festivals: &[Festival]) -> Day {
    let months = (i32::from(date.year()) - i32::from(start.year())) * 12 + i32::from(date.month() - start.month());
    let begun = i32::from(date.day() < start.day().min(date.days_in_month()));
    let here = festivals.iter().filter(|f| f.from <= date && date <= f.to);
    let product = |of_promotions: bool| -> f64 {
        here.clone().filter(|f| f.promotion.is_some() == of_promotions).map(|f| f.factor).product()
    };
    Day {
        month: (months - begun) as u16,
        season: ((date.month() + 9) % 12 / 3) as u8,
        weekend: date.weekday().to_monday_one_offset() >= 6,
        factor: SEASON[date.month() as usize - 1] * product(false),
        promotion: product(true),
        code: here.clone().find_map(|f| f.promotion).unwrap_or(0),
    }
}

/// The festivals of a year.
fn festivals(year: i16) -> Vec<Festival> {
    let (month, day) = SPRING_FESTIVAL[(year - FIRST_YEAR) as usize];
    let lunar = date(year, month, day);
    let eve = offset(lunar, -1);
    let span = |name, from: (i8, i8), to: (i8, i8), factor, promotion| Festival {
        name,
        from: date(year, from.0, from.1),
        to: date(year, to.0, to.1),
        factor,
        promotion,
    };
    let around = |name, from: i32, to: i32, factor| Festival {
        name,
        from: offset(eve, from),
        to: offset(eve, to),
        factor,
        promotion: None,
    };
    vec![
        span("New Year", (1, 1), (1, 1), 1.2, None),
        around("before Spring Festival", -14, -1, 1.5),
        around("Spring Festival", 0, 6, 0.35),
        span("Women's Day", (3, 6), (3, 8), 1.5, None),
        span("Labour Day", (5, 1), (5, 5), 1.25, None),
        span("618", (6, 1), (6, 15), 1.25, Some(crate::coupon::CODE_618)),
        span("618 peak", (6, 16), (6, 18), 1.9, Some(crate::coupon::CODE_618)),
        span("National Day", (10, 1), (10, 7), 1.3, None),
        span("Double 11", (11, 1), (11, 10), 1.35, Some(crate::coupon::CODE_1111)),
        span("Double 11 peak", (11, 11), (11, 11), 2.5, Some(crate::coupon::CODE_1111)),
        span("after Double 11", (11, 12), (11, 20), 0.75, None),
        span("Double 12", (12, 12), (12, 12), 1.5, None),
        span("Christmas", (12, 24), (12, 25), 1.2, None),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_know_their_month_weekday_and_festival() {
        let calendar = Calendar::new(date(2024, 1, 1), 24).unwrap();
        assert_eq!(calendar.len(), 731);
        assert_eq!(calendar.text(-1), b"2023-12-31");
        assert_eq!(calendar.text(730), b"2025-12-31");
        let day = |d: Date| calendar.days[days_between(calendar.start, d) as usize];
        assert!(day(date(2024, 11, 11)).promotion > 2.0 && day(date(2024, 11, 11)).code == crate::coupon::CODE_1111);
        assert!(day(date(2025, 1, 29)).factor < 0.5, "Spring Festival");
        assert!(day(date(2025, 10, 4)).weekend && !day(date(2025, 10, 3)).weekend);
        assert_eq!((day(date(2025, 12, 31)).month, day(date(2024, 1, 31)).month), (23, 0));
        assert_eq!([2, 3, 6, 9].map(|m| day(date(2024, m, 1)).season), [3, 0, 1, 2]);
    }

    #[test]
    fn months_count_from_the_day_of_the_start() {
        let calendar = Calendar::new(date(2024, 1, 31), 3).unwrap();
        let months: Vec<u16> = calendar.days.iter().map(|d| d.month).collect();
        assert!(months.is_sorted() && months[0] == 0 && months[months.len() - 1] == 2, "{months:?}");
    }

    #[test]
    fn unknown_festivals_are_refused() {
        let problem = Calendar::new(date(2039, 6, 1), 24).err().unwrap();
        assert!(problem.hint.is_some());
    }
}
