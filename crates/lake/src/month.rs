//! Calendar months in UTC: how the files of a table are split.

use std::fmt;
use std::str::FromStr;

use base::{Code, Micros, Problem};
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

/// A month in UTC, counted from January of the year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

impl Month {
    /// The month of an instant.
    pub fn of(at: Micros) -> Self {
        let day = Timestamp::from_microsecond(at).unwrap_or_default().to_zoned(TimeZone::UTC).date();
        Self(i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
    }

    /// The first instant.
    pub fn start(self) -> Micros {
        let first = date(self.0.div_euclid(12) as i16, (self.0.rem_euclid(12) + 1) as i8, 1);
        first.to_zoned(TimeZone::UTC).map_or(0, |z| z.timestamp().as_microsecond())
    }

    /// The first instant of the next month.
    pub fn end(self) -> Micros {
        Self(self.0 + 1).start()
    }

    /// The form of the catalog: `2026-11`, or `all` for tables that are not split.
    pub fn text(month: Option<Self>) -> String {
        month.map_or_else(|| "all".to_owned(), |m| m.to_string())
    }

    /// Reads [`Month::text`].
    pub fn parse(text: &str) -> Result<Option<Self>, Problem> {
        if text == "all" { Ok(None) } else { text.parse().map(Some) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

impl FromStr for Month {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let parts = text.split_once('-').and_then(|(y, m)| Some((y.parse::<i32>().ok()?, m.parse::<i32>().ok()?)));
        match parts {
            Some((year @ 0..=9999, month @ 1..=12)) => Ok(Self(year * 12 + month - 1)),
            _ => Err(Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a month")).hint("write 2026-11")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_and_end_at_midnight_utc() {
        let november: Month = "2026-11".parse().unwrap();
        assert_eq!(Month::of(november.start()), november);
        assert_eq!(Month::of(november.start() - 1).to_string(), "2026-10");
        assert_eq!(Month::of(november.end()), "2026-12".parse().unwrap());
        assert_eq!(Month::of(-1).to_string(), "1969-12");
        assert_eq!(november.end() - november.start(), 30 * base::clock::DAY);
        assert!("2026-13".parse::<Month>().is_err() && "x".parse::<Month>().is_err());
    }
}
