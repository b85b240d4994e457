//! Days on the clocks of the business, and periods of them.

use std::fmt;
use std::ops::{Range, RangeInclusive};

use base::{Code, Micros, Problem, Zone};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use lake::Month;

/// Days later than this are not counted: 2149-06-05. Earlier ones than 1970-01-01 are not taken by any import.
const LAST: i32 = 65_533;
/// The longest period, in days.
const LONGEST: i32 = 36_600;

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// Reads `2026-03-31`; `field` is what the problem names.
    pub fn parse(text: &str, field: &str) -> Result<Self, Problem> {
        let wrong = |why: &str| {
            Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a day{why}"))
                .hint("write days as 2026-03-31")
                .field(field, "write days as 2026-03-31")
        };
        // The library reads more forms than the API has.
        let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let day = text.parse::<Date>().ok().filter(|_| plain).map(Self::of).ok_or_else(|| wrong(""))?;
        if (0..=LAST).contains(&day.0) { Ok(day) } else { Err(wrong(" between 1970-01-01 and 2149-06-05")) }
    }

    /// The number of a date.
    pub fn of(day: Date) -> Self {
        Self((day.duration_since(date(1970, 1, 1)).as_hours() / 24) as i32)
    }

    /// The date.
    pub fn date(self) -> Date {
        date(1970, 1, 1).saturating_add(self.0.days())
    }

    /// The month, counted from January of the year 0.
    pub fn month(self) -> i32 {
        let day = self.date();
        i32::from(day.year()) * 12 + i32::from(day.month()) - 1
    }

    /// The first day of a month that is counted like [`Day::month`].
    pub fn first_of(month: i32) -> Self {
        Self::of(date(month.div_euclid(12).clamp(0, 9999) as i16, (month.rem_euclid(12) + 1) as i8, 1))
    }

    /// Monday = 1 … Sunday = 7.
    pub const fn weekday(self) -> u8 {
        ((self.0 + 3).rem_euclid(7) + 1) as u8
    }

    /// The first instant of the day.
    pub fn start(self, zone: &Zone) -> Result<Micros, Problem> {
        zone.instant(self.date().at(0, 0, 0, 0))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

/// What a period is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    /// The period right before it: as many whole months when it is whole months, else as many days.
    Previous,
    /// The same dates a year earlier.
    Year,
}

/// How fine a series is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Up to 45 days.
    Day,
    /// Up to 190 days: seven days each, counted from the first day of the period.
    Week,
    /// More: calendar months, the first and the last cut to the period.
    Month,
}

impl Step {
    /// The name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// Days with both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

impl Period {
    /// A period that makes sense.
    pub fn new(from: Day, to: Day) -> Result<Self, Problem> {
        let wrong = |message: String| {
            Err(Problem::new(Code::InvalidArgument, message.clone())
                .hint("give the first and the last day of the period, at most 100 years")
                .field("to", message))
        };
        if to < from {
            return wrong(format!("the last day {to} is before the first, {from}"));
        }
        if to.0 - from.0 >= LONGEST {
            return wrong(format!("{from} to {to} is longer than 100 years"));
        }
        Ok(Self { from, to })
    }

    /// Reads `2026-01-01..2026-03-31`.
    pub fn parse(text: &str, field: &str) -> Result<Self, Problem> {
        let Some((from, to)) = text.split_once("..") else {
            return Err(Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a period"))
                .hint("write 2026-01-01..2026-03-31")
                .field(field, "write periods as 2026-01-01..2026-03-31"));
        };
        Self::new(Day::parse(from, field)?, Day::parse(to, field)?)
    }

    /// How many days.
    pub const fn days(self) -> i32 {
        self.to.0 - self.from.0 + 1
    }

    /// How many months, when it is whole months.
    fn whole_months(self) -> Option<i32> {
        let next = Day(self.to.0 + 1);
        let first = |day: Day| day.date().day() == 1;
        (first(self.from) && first(next)).then(|| next.month() - self.from.month())
    }

    /// What it is compared with. Days before 1970 are cut off, nothing was sold there.
    #[must_use]
    pub fn before(self, compare: Compare) -> Self {
        let year = |day: Day| Day::of(day.date().saturating_sub(1.year()));
        match (compare, self.whole_months()) {
            (Compare::Year, Some(_)) => {
                // The last of February stays the last of February.
                let next = Day(self.to.0 + 1);
                Self { from: year(self.from), to: Day(year(next).0 - 1) }
            }
            (Compare::Year, None) => Self { from: year(self.from), to: year(self.to) },
            (Compare::Previous, Some(months)) => {
                Self { from: Day::first_of(self.from.month() - months), to: Day(self.from.0 - 1) }
            }
            (Compare::Previous, None) => Self { from: Day(self.from.0 - self.days()), to: Day(self.from.0 - 1) },
        }
    }

    /// How fine its series is.
    pub const fn step(self) -> Step {
        match self.days() {
            ..=45 => Step::Day,
            46..=190 => Step::Week,
            _ => Step::Month,
        }
    }

    /// Its parts, one for each point of a series.
    pub fn pieces(self, step: Step) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut from = self.from;
        while from <= self.to {
            let next = match step {
                Step::Day => Day(from.0 + 1),
                Step::Week => Day(from.0 + 7),
                Step::Month => Day::first_of(from.month() + 1),
            };
            pieces.push(Self { from, to: Day(next.0 - 1).min(self.to) });
            from = next;
        }
        pieces
    }

    /// Its instants.
    pub fn instants(self, zone: &Zone) -> Result<Range<Micros>, Problem> {
        Ok(self.from.start(zone)?..Day(self.to.0 + 1).start(zone)?)
    }

    /// The months of the lake (UTC) that it touches.
    pub fn months(self, zone: &Zone) -> Result<RangeInclusive<Month>, Problem> {
        let instants = self.instants(zone)?;
        Ok(Month::of(instants.start)..=Month::of(instants.end - 1))
    }

    /// As in addresses: `2026-01-01..2026-03-31`.
    pub fn text(self) -> String {
        format!("{}..{}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        Period::parse(text, "period").unwrap()
    }

    #[test]
    fn compares_like_with_like() {
        let before = |text: &str, compare| period(text).before(compare).text();
        assert_eq!(before("2026-03-05..2026-03-14", Compare::Previous), "2026-02-23..2026-03-04");
        assert_eq!(before("2026-01-01..2026-03-31", Compare::Previous), "2025-10-01..2025-12-31");
        assert_eq!(before("2024-01-01..2025-12-31", Compare::Previous), "2022-01-01..2023-12-31");
        assert_eq!(before("2024-02-01..2024-02-29", Compare::Year), "2023-02-01..2023-02-28");
        assert_eq!(before("2025-02-01..2025-02-28", Compare::Year), "2024-02-01..2024-02-29");
        assert_eq!(before("2024-02-20..2024-02-29", Compare::Year), "2023-02-20..2023-02-28");
    }

    #[test]
    fn pieces_cover_the_period_once() {
        for (text, step, count) in [
            ("2026-01-01..2026-01-31", Step::Day, 31),
            ("2026-01-05..2026-03-31", Step::Week, 13),
            ("2024-01-15..2026-01-10", Step::Month, 25),
        ] {
            let whole = period(text);
            let pieces = whole.pieces(whole.step());
            assert_eq!((whole.step(), pieces.len()), (step, count));
            assert_eq!(pieces.iter().map(|p| p.days()).sum::<i32>(), whole.days());
            assert_eq!((pieces[0].from, pieces[count - 1].to), (whole.from, whole.to));
        }
    }

    #[test]
    fn what_is_not_a_day_is_refused() {
        for text in ["2026-02-30", "2026-1-1", "1969-12-31", "2149-06-06", "2026-01-01T00:00", "", "x"] {
            assert!(Day::parse(text, "from").is_err(), "{text}");
        }
        assert!(Period::parse("2026-02-01..2026-01-01", "from").is_err());
        assert_eq!(Day::parse("2010-12-01", "from").unwrap().weekday(), 3);
    }
}
