//! Dates and times as files write them.

use base::clock::DAY;

use super::clock_time::{self, TimeOfDay};
use super::cursor::Cursor;
use super::number::parse_scaled;
use super::text::{is_null, trim};
use crate::mapping::{DateForm, DecimalMark};

/// A date as written, with its time of day and offset where it has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Days since 1970-01-01 on the wall.
    pub day: i32,
    /// Microseconds since midnight on the wall; `None` when only the date was written.
    pub time: Option<i64>,
    /// Microseconds east of UTC, when an offset was written.
    pub offset: Option<i64>,
}

/// Why a cell is not a usable date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// It does not read as a date of the form.
    Unreadable,
    /// It reads as a date that no calendar has: 2011-02-30.
    Impossible,
}

/// Reads a date in a form. `None` when the cell is empty.
pub fn parse_date(cell: &[u8], form: DateForm) -> Result<Option<Stamp>, DateFault> {
    if matches!(form, DateForm::YearFirst | DateForm::DayFirst | DateForm::MonthFirst)
        && let Some(stamp) = iso(cell)
    {
        return stamp.map(Some);
    }
    let cell = trim(cell);
    if is_null(cell) {
        return Ok(None);
    }
    match form {
        DateForm::ExcelSerial => excel(cell).map(Some),
        DateForm::UnixSeconds => unix(cell, 1_000_000).map(Some),
        DateForm::UnixMillis => unix(cell, 1_000).map(Some),
        _ => written(cell, form).map(Some),
    }
}

/// `2010-12-01`, `2010-12-01 08:26`, `2010-12-01T08:26:00` and nothing else; the rest is for [`written`].
fn iso(cell: &[u8]) -> Option<Result<Stamp, DateFault>> {
    let date: &[u8; 10] = cell.first_chunk()?;
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let year = two(date[0], date[1])? * 100 + two(date[2], date[3])?;
    let (month, day) = (two(date[5], date[6])?, two(date[8], date[9])?);
    let time = match &cell[10..] {
        [] => None,
        [b' ' | b'T', h1, h2, b':', m1, m2] => Some((two(*h1, *h2)?, two(*m1, *m2)?, 0)),
        [b' ' | b'T', h1, h2, b':', m1, m2, b':', s1, s2] => Some((two(*h1, *h2)?, two(*m1, *m2)?, two(*s1, *s2)?)),
        _ => return None,
    };
    if time.is_some_and(|(h, m, s)| h > 23 || m > 59 || s > 59) {
        return Some(Err(DateFault::Impossible));
    }
    let time = time.map(|(h, m, s)| i64::from(h * 3600 + m * 60 + s) * 1_000_000);
    Some(day_number(i64::from(year), month, day).map(|day| Stamp { day, time, offset: None }))
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens * 10 + ones))
}

/// Days since 1970-01-01 of a date of the Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
pub fn day_number(year: i64, month: u32, day: u32) -> Result<i32, DateFault> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) {
        return Err(DateFault::Impossible);
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * i64::from((month + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Ok((era * 146_097 + day_of_era - 719_468) as i32)
}

/// Year, month and day of a day number, the inverse of [`day_number`].
pub fn civil(day: i32) -> (i64, u32, u32) {
    let shifted = i64::from(day) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

const fn days_in(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Everything that is written with a year, a month and a day.
fn written(cell: &[u8], form: DateForm) -> Result<Stamp, DateFault> {
    let plain = clock_time::plain_text(cell);
    let mut cursor = Cursor::new(plain.as_bytes());
    cursor.skip_weekday();
    let compact = cursor.compact_digits();
    let (day, time) = match compact {
        Some(digits) => compact_date(digits)?,
        None => (three_parts(&mut cursor, form)?, None),
    };
    if let Some(time) = time {
        return if cursor.at_end() {
            Ok(Stamp { day, time: Some(time), offset: None })
        } else {
            Err(DateFault::Unreadable)
        };
    }
    cursor.skip_weekday();
    if cursor.at_end() {
        return Ok(Stamp { day, time: None, offset: None });
    }
    cursor.skip_time_separator();
    let TimeOfDay { micros, offset } = clock_time::read(&mut cursor)?;
    if cursor.at_end() { Ok(Stamp { day, time: Some(micros), offset }) } else { Err(DateFault::Unreadable) }
}

/// `20101201`, `201012010826`, `20101201082600`.
fn compact_date(digits: &[u8]) -> Result<(i32, Option<i64>), DateFault> {
    let pair = |at: usize| two(digits[at], digits[at + 1]).ok_or(DateFault::Unreadable);
    let day = day_number(i64::from(pair(0)? * 100 + pair(2)?), pair(4)?, pair(6)?)?;
    if digits.len() == 8 {
        return Ok((day, None));
    }
    let (hour, minute) = (pair(8)?, pair(10)?);
    let second = if digits.len() == 14 { pair(12)? } else { 0 };
    if hour > 23 || minute > 59 || second > 59 {
        return Err(DateFault::Impossible);
    }
    Ok((day, Some(i64::from(hour * 3600 + minute * 60 + second) * 1_000_000)))
}

/// Day, month and year in the order that the form, a year of four digits or the name of the month tells.
fn three_parts(cursor: &mut Cursor<'_>, form: DateForm) -> Result<i32, DateFault> {
    let unreadable = DateFault::Unreadable;
    if let Some(month) = cursor.month_name() {
        cursor.skip_date_separator();
        let day = cursor.number().ok_or(unreadable)?;
        cursor.skip_ordinal();
        cursor.skip_date_separator();
        let year = cursor.number().ok_or(unreadable)?;
        return day_number(full_year(year)?, month, day.0);
    }
    let first = cursor.number().ok_or(unreadable)?;
    cursor.skip_ordinal();
    let separator = cursor.skip_date_separator().ok_or(unreadable)?;
    if let Some(month) = cursor.month_name() {
        cursor.skip_date_separator();
        let last = cursor.number().ok_or(unreadable)?;
        let (year, day) = if first.1 == 4 { (first, last) } else { (last, first) };
        return day_number(full_year(year)?, month, day.0);
    }
    let second = cursor.number().ok_or(unreadable)?;
    if cursor.skip_date_separator() != Some(separator) {
        return Err(unreadable);
    }
    let third = cursor.number().ok_or(unreadable)?;
    match form {
        _ if first.1 == 4 => day_number(full_year(first)?, second.0, third.0),
        DateForm::DayFirst => day_number(full_year(third)?, second.0, first.0),
        DateForm::MonthFirst => day_number(full_year(third)?, first.0, second.0),
        _ if third.1 <= 2 => day_number(full_year(first)?, second.0, third.0),
        _ => Err(unreadable),
    }
}

/// A year of four digits, or of two: 69 … 99 are 1969 … 1999, 00 … 68 are 2000 … 2068 (POSIX).
fn full_year((year, digits): (u32, usize)) -> Result<i64, DateFault> {
    match digits {
        4 => Ok(i64::from(year)),
        2 => Ok(i64::from(if year >= 69 { 1900 + year } else { 2000 + year })),
        _ => Err(DateFault::Unreadable),
    }
}

/// Days since 1899-12-30 with a fraction; the fraction is rounded to milliseconds, finer than spreadsheets keep.
fn excel(cell: &[u8]) -> Result<Stamp, DateFault> {
    let days = parse_scaled(cell, 9, DecimalMark::Point).or_else(|_| parse_scaled(cell, 9, DecimalMark::Comma));
    let Ok(Some(nanodays)) = days else { return Err(DateFault::Unreadable) };
    if !(1_000_000_000..2_958_466_000_000_000).contains(&nanodays) {
        return Err(DateFault::Impossible);
    }
    let millis = (i128::from(nanodays) * 86_400_000 + 500_000_000).div_euclid(1_000_000_000);
    let day = (millis.div_euclid(86_400_000) - 25_569) as i32;
    let time = millis.rem_euclid(86_400_000) as i64 * 1_000;
    Ok(Stamp { day, time: (nanodays % 1_000_000_000 != 0).then_some(time), offset: None })
}

/// A count of units since 1970-01-01T00:00:00Z, `unit` in microseconds.
fn unix(cell: &[u8], unit: i64) -> Result<Stamp, DateFault> {
    let decimals = if unit == 1_000 { 3 } else { 6 };
    let Ok(Some(micros)) = parse_scaled(cell, decimals, DecimalMark::Point) else { return Err(DateFault::Unreadable) };
    let day = i32::try_from(micros.div_euclid(DAY)).map_err(|_| DateFault::Impossible)?;
    Ok(Stamp { day, time: Some(micros.rem_euclid(DAY)), offset: Some(0) })
}
