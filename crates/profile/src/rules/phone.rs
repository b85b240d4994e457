//! Telephone numbers as identities: E.164.

use std::fmt;
use std::str::FromStr;

use base::problem::did_you_mean;
use base::{Code, Problem};
use phonenumber::{Mode, country, metadata::DATABASE};
use unicode_normalization::UnicodeNormalization;

use super::text::{is_digits, without_zero_fraction};

/// The country whose numbers are written without a country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region(country::Id);

impl Region {
    /// Mainland China, the product's default.
    pub const CHINA: Self = Self(country::Id::CN);

    /// The country calling code, e.g. 86. For countries other than China the first call loads the table of all countries.
    pub fn calling_code(self) -> u16 {
        match self.0 {
            country::Id::CN => 86,
            other => DATABASE.by_id(other.as_ref()).map_or(0, phonenumber::Metadata::country_code),
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref())
    }
}

impl FromStr for Region {
    type Err = Problem;

    /// Reads an ISO 3166-1 code of two letters, e.g. `CN`.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let wanted = text.trim().to_ascii_uppercase();
        country::Id::from_str(&wanted).map(Self).map_err(|_| {
            let near = did_you_mean(&wanted, ["CN", "HK", "MO", "TW", "SG", "US", "GB", "DE", "FR", "JP"]);
            Problem::new(Code::InvalidConfig, format!("\"{text}\" is not a country"))
                .hint(near.unwrap_or_else(|| "use an ISO 3166-1 code of two letters such as CN, HK or GB".into()))
        })
    }
}

/// The number in E.164 (`+8613812345678`); numbers without a country code belong to `region`. Numbers that are only one
/// digit repeated, or end in eight zeros, are nobody's: `Ok(None)`.
pub fn phone(raw: &str, region: Region) -> Result<Option<String>, Problem> {
    let text = clean(raw);
    let text = without_zero_fraction(&text);
    if is_placeholder(text) {
        return Ok(None);
    }
    if let Some(mobile) = chinese_mobile(text, region) {
        return Ok(Some(format!("+86{mobile}")));
    }
    let wrong = || {
        Problem::new(Code::InvalidInput, format!("\"{}\" is not a telephone number", raw.trim()))
            .hint("write it with its country code, such as +8613812345678")
    };
    let short_enough = (5..=32).contains(&text.len());
    if !short_enough || !text.bytes().enumerate().all(|(i, b)| b.is_ascii_digit() || (b == b'+' && i == 0)) {
        return Err(wrong());
    }
    let number = phonenumber::parse(Some(region.0), text).map_err(|_| wrong())?;
    if !number.is_valid() {
        return Err(wrong());
    }
    Ok(Some(number.format().mode(Mode::E164).to_string()))
}

/// The digits of a number in E.164 without its country code; `None` for what is no such number.
pub fn national(e164: &str) -> Option<String> {
    let digits = e164.strip_prefix('+')?;
    let number = phonenumber::parse(None, e164).ok()?;
    digits.strip_prefix(&number.code().value().to_string()).map(ToOwned::to_owned)
}

/// Half-width, without the marks people write between digits.
fn clean(raw: &str) -> String {
    let raw = raw.trim();
    let raw = raw.strip_prefix("tel:").unwrap_or(raw);
    let dropped = |c: char| {
        c.is_whitespace()
            || matches!(c, '-' | '(' | ')' | '/' | '·' | '‐' | '‑' | '–' | '—' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
    };
    let text: String = raw.nfkc().filter(|c| !dropped(*c)).collect();
    // Dots between groups are marks too; the dot of "13812345678.0" is read by the caller.
    if text.matches('.').count() > 1 { text.replace('.', "") } else { text }
}

fn chinese_mobile(text: &str, region: Region) -> Option<&str> {
    let abroad = text.strip_prefix("+86").or_else(|| text.strip_prefix("0086"));
    let national = match abroad {
        Some(rest) => rest,
        None if region != Region::CHINA => return None,
        None if text.len() == 13 => text.strip_prefix("86")?,
        None => text,
    };
    let bytes = national.as_bytes();
    (bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]) && is_digits(national))
        .then_some(national)
}

fn is_placeholder(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let Some(first) = digits.bytes().next() else { return true };
    is_digits(digits) && (digits.bytes().all(|b| b == first) || (digits.len() >= 11 && digits.ends_with("00000000")))
}
