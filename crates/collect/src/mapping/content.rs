//! What the values of a column look like.

use std::collections::HashSet;

use super::attribute::read_bool;
use super::detect::{Detected, MOST_DATES, date_form};
use super::{AttributeType, DateForm, DecimalMark};
use crate::decode::clock_time::{parse_time_of_day, plain_text};
use crate::decode::currency::currency_code;
use crate::decode::number::parse_scaled;
use crate::decode::text::{fold_width, is_null, trim};

/// Shares of a column's non-empty values that look like something, each 0 … 1.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// How many values are not empty.
    pub filled: usize,
    /// How many rows were looked at.
    pub rows: usize,
    /// How many different values there are.
    pub distinct: usize,
    /// Dates, and in which form.
    pub dates: Option<Detected<DateForm>>,
    /// E-mail addresses.
    pub emails: f64,
    /// Phone numbers: Chinese mobiles, or international with `+`.
    pub phones: f64,
    /// Whole numbers.
    pub integers: f64,
    /// Numbers, whole or not.
    pub numbers: f64,
    /// Numbers with a fraction.
    pub fractions: f64,
    /// Shares of one: between 0 and 1, or with `%` or `折`.
    pub rates: f64,
    /// Codes: letters and digits without spaces, with at least one digit.
    pub codes: f64,
    /// Times of day.
    pub clocks: f64,
    /// Currencies.
    pub currencies: f64,
    /// Yes or no.
    pub bools: f64,
    /// Numbers with a zero in front, which are codes: `00123`.
    pub padded: f64,
    /// Values equal to the one before.
    pub repeats: f64,
    /// Mean length in characters.
    pub length: f64,
    /// The largest number.
    pub largest: f64,
}

impl Content {
    /// Looks at the values of a column.
    pub fn of<'a>(cells: impl Iterator<Item = &'a [u8]>, mark: DecimalMark) -> Self {
        let all: Vec<&[u8]> = cells.map(trim).collect();
        let cells: Vec<&[u8]> = all.iter().copied().filter(|c| !is_null(c)).collect();
        let mut content = Self { filled: cells.len(), rows: all.len(), ..Self::default() };
        if cells.is_empty() {
            return content;
        }
        let share = |fits: &dyn Fn(&[u8]) -> bool| cells.iter().filter(|c| fits(c)).count() as f64 / cells.len() as f64;
        let number = |cell: &[u8]| parse_scaled(cell, 4, mark).ok().flatten();
        content.distinct = cells.iter().collect::<HashSet<_>>().len();
        content.dates = date_form(cells.iter().copied());
        content.emails = share(&|c| is_email(c));
        content.phones = share(&|c| is_phone(c));
        content.numbers = share(&|c| number(c).is_some());
        content.integers = share(&|c| number(c).is_some_and(|n| n % 10_000 == 0));
        content.fractions = content.numbers - content.integers;
        content.rates = share(&|c| is_rate(c, number(c)));
        content.codes = share(&|c| is_code(c));
        content.clocks = share(&|c| plain_text(c).contains(':') && matches!(parse_time_of_day(c), Ok(Some(_))));
        content.currencies = share(&|c| currency_code(c).is_some());
        content.bools = share(&|c| std::str::from_utf8(c).is_ok_and(|t| read_bool(t).is_some()));
        content.padded = share(&|c| matches!(c, [b'0', b'0'..=b'9', ..]));
        content.repeats = cells.windows(2).filter(|w| w[0] == w[1]).count() as f64 / cells.len() as f64;
        content.length = cells.iter().map(|c| characters(c)).sum::<usize>() as f64 / cells.len() as f64;
        content.largest = cells.iter().filter_map(|c| number(c)).max().unwrap_or(0) as f64 / 10_000.0;
        content
    }

    /// Whether nearly all values are dates.
    pub fn is_date(&self) -> bool {
        self.dates.as_ref().is_some_and(|dates| dates.share >= MOST_DATES)
    }

    /// Whether nearly all values are numbers.
    pub fn is_number(&self) -> bool {
        self.filled > 0 && self.numbers >= 0.8
    }

    /// The type of a custom attribute with these values.
    pub fn attribute_type(&self) -> AttributeType {
        if self.filled == 0 {
            AttributeType::Text
        } else if self.is_date() && !self.is_number() {
            AttributeType::Date
        } else if self.bools >= 1.0 && self.distinct <= 2 {
            AttributeType::Bool
        } else if self.numbers >= 1.0 && self.padded == 0.0 {
            AttributeType::Number
        } else {
            AttributeType::Text
        }
    }

    /// Whether the column has a handful of values that come again and again.
    pub const fn is_few(&self) -> bool {
        self.distinct > 0 && self.distinct <= 60 && self.distinct * 4 <= self.filled
    }
}

fn characters(cell: &[u8]) -> usize {
    std::str::from_utf8(cell).unwrap_or_default().chars().count()
}

/// Whether a cell looks like an e-mail address.
pub fn is_email(cell: &[u8]) -> bool {
    let Some((user, host)) = std::str::from_utf8(cell).ok().and_then(|t| t.split_once('@')) else { return false };
    let dotted = host.rsplit_once('.').is_some_and(|(name, top)| !name.is_empty() && top.len() >= 2);
    !user.is_empty() && dotted && !host.contains(['@', ' ']) && !user.contains(' ')
}

/// Whether a cell looks like a phone number: a Chinese mobile, masked or not, or any with `+` and a country code.
pub fn is_phone(cell: &[u8]) -> bool {
    let folded = fold_width(cell);
    let plain: Vec<u8> = folded.iter().copied().filter(|b| !matches!(b, b' ' | b'-' | b'(' | b')')).collect();
    let digits = |text: &[u8]| text.iter().all(|b| b.is_ascii_digit() || *b == b'*');
    match plain.as_slice() {
        [b'+', rest @ ..] => (8..=15).contains(&rest.len()) && digits(rest),
        [b'8', b'6', b'1', b'3'..=b'9', rest @ ..] | [b'1', b'3'..=b'9', rest @ ..] => rest.len() == 9 && digits(rest),
        [b'0', rest @ ..] => cell.contains(&b'-') && (9..=11).contains(&rest.len()) && digits(rest),
        _ => false,
    }
}

fn is_rate(cell: &[u8], number: Option<i64>) -> bool {
    cell.ends_with(b"%") || cell.ends_with("折".as_bytes()) || number.is_some_and(|n| (0..=10_000).contains(&n))
}

fn is_code(cell: &[u8]) -> bool {
    cell.iter().any(u8::is_ascii_digit)
        && cell.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.' | b'#'))
}
