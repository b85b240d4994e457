//! Birthdays, with or without the year.

use std::fmt;

use base::{Micros, clock::DAY};

use super::bad::BadReason;
use super::clock_time::plain_text;
use super::cursor::Cursor;
use super::date::{DateFault, civil, day_number, parse_date};
use super::text::{is_null, trim};
use crate::mapping::DateForm;

/// A day of the year, and the year when it is known. Prints as ISO 8601: `1990-05-20`, `--05-20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Birthday {
    /// Year of birth.
    pub year: Option<i16>,
    /// 1 … 12
    pub month: u8,
    /// 1 … 31
    pub day: u8,
}

impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}-{:02}-{:02}", self.month, self.day),
            None => write!(f, "--{:02}-{:02}", self.month, self.day),
        }
    }
}

/// Reads a birthday; `None` when the cell is empty. Years before 1900 and days after `now` are refused.
pub fn parse_birthday(cell: &[u8], form: DateForm, now: Micros) -> Result<Option<Birthday>, BadReason> {
    let cell = trim(cell);
    if is_null(cell) {
        return Ok(None);
    }
    if let Some((month, day)) = without_year(cell, form) {
        day_number(2000, month, day)?;
        return Ok(Some(Birthday { year: None, month: month as u8, day: day as u8 }));
    }
    let Some(stamp) = parse_date(cell, form)? else { return Ok(None) };
    let (year, month, day) = civil(stamp.day);
    if year < 1900 {
        return Err(BadReason::DateTooEarly);
    }
    if i64::from(stamp.day) * DAY > now {
        return Err(BadReason::DateTooLate);
    }
    let year = i16::try_from(year).map_err(|_| DateFault::Impossible)?;
    Ok(Some(Birthday { year: Some(year), month: month as u8, day: day as u8 }))
}

/// `05-20`, `5/20`, `5月20日`, `0520`, `--05-20`; the day first where dates have the day first.
fn without_year(cell: &[u8], form: DateForm) -> Option<(u32, u32)> {
    let plain = plain_text(cell);
    let mut cursor = Cursor::new(plain.strip_prefix("--").unwrap_or(&plain).as_bytes());
    let first = cursor.number()?;
    if first.1 == 4 && cursor.at_end() {
        return Some((first.0 / 100, first.0 % 100));
    }
    cursor.skip_date_separator()?;
    let second = cursor.number()?;
    if first.1 > 2 || second.1 > 2 || !cursor.at_end() {
        return None;
    }
    Some(if form == DateForm::DayFirst { (second.0, first.0) } else { (first.0, second.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_and_without_the_year() {
        let now = 1_700_000_000_000_000;
        let read = |text: &str, form| parse_birthday(text.as_bytes(), form, now).map(|b| b.map(|b| b.to_string()));
        for text in ["1990-05-20", "19900520", "1990/5/20", "1990年5月20日"] {
            assert_eq!(read(text, DateForm::YearFirst), Ok(Some("1990-05-20".into())), "{text}");
        }
        for text in ["05-20", "5/20", "5月20日", "0520", "--05-20"] {
            assert_eq!(read(text, DateForm::YearFirst), Ok(Some("--05-20".into())), "{text}");
        }
        assert_eq!(read("20/05", DateForm::DayFirst), Ok(Some("--05-20".into())));
        assert_eq!(read("2月29日", DateForm::YearFirst), Ok(Some("--02-29".into())));
        assert_eq!(read("", DateForm::YearFirst), Ok(None));
        assert_eq!(read("2月30日", DateForm::YearFirst), Err(BadReason::ImpossibleDate));
        assert_eq!(read("1821-01-01", DateForm::YearFirst), Err(BadReason::DateTooEarly));
        assert_eq!(read("2090-01-01", DateForm::YearFirst), Err(BadReason::DateTooLate));
        assert_eq!(read("soon", DateForm::YearFirst), Err(BadReason::UnreadableDate));
    }
}
