//! Decimal numbers as files write them, to integers scaled by a power of ten.

use base::amount::round_half_even;

use super::text::{fold_width, is_null, trim};
use crate::mapping::DecimalMark;

/// Why a cell is not a usable number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// It does not read as a number.
    NotANumber,
    /// It does not fit into 18 digits, those after the decimal point included.
    OutOfRange,
}

/// The largest scaled value: 18 digits, as the lake keeps them.
pub const LIMIT: i64 = 999_999_999_999_999_999;

const POWERS: [i64; 10] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// Reads a number scaled by `10^scale` (scale ≤ 9); digits beyond are rounded half to even. `None` when the cell is empty.
///
/// Grouped thousands, currency marks at either end, `(5.00)`, `5.00-` and exponents are understood. A group mark where no
/// group can end (`1,23` with a decimal point) is a fault: it is the sign of a wrong decimal mark.
#[inline]
pub fn parse_scaled(cell: &[u8], scale: u32, mark: DecimalMark) -> Result<Option<i64>, NumberFault> {
    if let Some(value) = plain(cell, scale, mark.byte()) {
        return Ok(Some(value));
    }
    let cell = trim(cell);
    if is_null(cell) {
        return Ok(None);
    }
    general(&fold(cell), scale, mark).map(Some)
}

/// `-123.45` and nothing else, short enough not to overflow.
#[inline]
fn plain(cell: &[u8], scale: u32, mark: u8) -> Option<i64> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, cell),
    };
    if digits.is_empty() || digits.len() > 12 {
        return None;
    }
    let mut value = 0i64;
    let mut point = digits.len();
    for (at, byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            value = value * 10 + i64::from(digit);
        } else if *byte == mark && point == digits.len() && at > 0 && at + 1 < digits.len() {
            point = at;
        } else {
            return None;
        }
    }
    let decimals = digits.len() - point.min(digits.len() - 1) - 1;
    let decimals = if point == digits.len() { 0 } else { decimals };
    let missing = (scale as usize).checked_sub(decimals)?;
    let value = value * POWERS.get(missing)?;
    (value <= LIMIT).then_some(if negative { -value } else { value })
}

/// Plain ASCII for all the ways to write the same marks.
fn fold(cell: &[u8]) -> String {
    let folded = fold_width(cell);
    let text = std::str::from_utf8(&folded).unwrap_or_default();
    text.chars()
        .map(|c| match c {
            '\u{2212}' | '\u{2013}' => '-',
            '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
            '\u{2019}' => '\'',
            '、' => ',',
            c => c.to_ascii_lowercase(),
        })
        .collect()
}

const CURRENCY_MARKS: [&str; 22] = [
    "hk$", "us$", "nt$", "cn¥", "rmb", "cny", "usd", "eur", "gbp", "hkd", "twd", "jpy", "chf", "元", "圆", "块", "¥",
    "￥", "$", "€", "£", "円",
];

fn general(text: &str, scale: u32, mark: DecimalMark) -> Result<i64, NumberFault> {
    let (text, negative) = sign(text)?;
    let (mantissa, exponent) = match text.split_once('e') {
        None => (text, 0),
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| NumberFault::NotANumber)?),
    };
    let (whole, part) = match mantissa.split_once(mark.byte() as char) {
        None => (mantissa, ""),
        Some((whole, part)) => (whole, part),
    };
    let mut digits = ungrouped(whole, mark)?;
    if digits.len() + part.len() == 0 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberFault::NotANumber);
    }
    let part = &part[..part.len().min(30)];
    digits.push_str(part);
    let significant = digits.trim_start_matches('0');
    if significant.len() > 37 {
        return Err(NumberFault::OutOfRange);
    }
    let value: i128 = significant.parse().unwrap_or(0);
    let power = i64::from(exponent) - part.len() as i64 + i64::from(scale);
    let scaled = shifted(value, power).ok_or(NumberFault::OutOfRange)?;
    let scaled = i64::try_from(scaled).ok().filter(|v| *v <= LIMIT).ok_or(NumberFault::OutOfRange)?;
    Ok(if negative { -scaled } else { scaled })
}

/// `value × 10^power`, rounded half to even; `None` when it does not fit.
fn shifted(value: i128, power: i64) -> Option<i128> {
    match (value, power) {
        (0, _) => Some(0),
        (_, 0..=37) => value.checked_mul(10i128.checked_pow(power as u32)?),
        (_, -37..0) => Some(round_half_even(value, 10i128.pow(power.unsigned_abs() as u32))),
        (_, ..-37) => Some(0),
        _ => None,
    }
}

/// Takes sign, brackets and currency marks away; tells whether the number is negative.
fn sign(text: &str) -> Result<(&str, bool), NumberFault> {
    let (mut text, mut negative) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (inner.trim(), true),
        None => (text, false),
    };
    let mut signs = 0;
    loop {
        let before = text.len();
        if let Some(rest) = text.strip_prefix(['-', '+']).or_else(|| text.strip_suffix('-')) {
            negative ^= text.starts_with('-') || !text.starts_with('+');
            signs += 1;
            text = rest.trim();
        }
        for currency in CURRENCY_MARKS {
            if let Some(rest) = text.strip_prefix(currency).or_else(|| text.strip_suffix(currency)) {
                text = rest.trim();
            }
        }
        if text.len() == before {
            return if signs > 1 { Err(NumberFault::NotANumber) } else { Ok((text, negative)) };
        }
    }
}

/// The digits of the whole part, its group marks taken out when they stand where groups end.
fn ungrouped(whole: &str, mark: DecimalMark) -> Result<String, NumberFault> {
    let other = if mark == DecimalMark::Point { ',' } else { '.' };
    let Some(group) = whole.chars().find(|c| !c.is_ascii_digit()) else { return Ok(whole.to_owned()) };
    if ![other, ' ', '\''].contains(&group) {
        return Err(NumberFault::NotANumber);
    }
    let groups: Vec<&str> = whole.split(group).collect();
    let last = groups.len() - 1;
    // Groups of three; of two before the last in South Asia.
    let fits = |(at, g): (usize, &&str)| match at {
        0 => (1..=3).contains(&g.len()),
        _ if at == last => g.len() == 3,
        _ => g.len() == 3 || g.len() == 2,
    };
    if groups.iter().enumerate().all(fits) { Ok(groups.concat()) } else { Err(NumberFault::NotANumber) }
}
