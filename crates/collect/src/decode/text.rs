//! Cells as people type them, in one spelling: trimmed, full-width digits made plain, words for "nothing" made empty.

use std::borrow::Cow;

use crate::mapping::synonyms::half_width;

/// The cell without white space at its ends, also the wide and unbreakable kinds.
#[inline]
pub fn trim(cell: &[u8]) -> &[u8] {
    match (cell.first(), cell.last()) {
        (Some(b'!'..=b'~'), Some(b'!'..=b'~')) | (None, _) => cell,
        _ => std::str::from_utf8(cell).map_or(cell, |text| text.trim_matches(is_space).as_bytes()),
    }
}

/// White space, and the invisible marks that spreadsheets and web pages leave behind.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
}

/// Whether the trimmed cell says that there is no value.
#[inline]
pub fn is_null(cell: &[u8]) -> bool {
    match cell.len() {
        0 => true,
        2..=4 => {
            matches!(cell, b"\\N" | b"N/A" | b"n/a" | b"#N/A")
                || [&b"null"[..], b"nan"].iter().any(|w| cell.eq_ignore_ascii_case(w))
        }
        _ => false,
    }
}

/// Full-width letters, digits and marks made plain. Borrows when there is nothing to do.
#[inline]
pub fn fold_width(cell: &[u8]) -> Cow<'_, [u8]> {
    if cell.is_ascii() {
        return Cow::Borrowed(cell);
    }
    let text = std::str::from_utf8(cell).unwrap_or_default();
    if text.chars().all(|c| half_width(c) == c) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(text.chars().map(half_width).collect::<String>().into_bytes())
}

/// The key of a customer, or `None` for the many ways to write that there is none. `17850.0`, the trace a spreadsheet
/// or data frame leaves of an integer, is `17850`.
pub fn customer_key(cell: &[u8]) -> Option<Cow<'_, [u8]>> {
    let folded = match fold_width(trim(cell)) {
        Cow::Borrowed(key) => Cow::Borrowed(without_zero_fraction(key)),
        Cow::Owned(key) => Cow::Owned(without_zero_fraction(trim(&key)).to_vec()),
    };
    (!is_nobody(&folded)).then_some(folded)
}

fn without_zero_fraction(key: &[u8]) -> &[u8] {
    match key.strip_suffix(b".0").or_else(|| key.strip_suffix(b".00")) {
        Some(whole) if !whole.is_empty() && whole.iter().all(u8::is_ascii_digit) => whole,
        _ => key,
    }
}

/// Keys that stand for "no customer" in real files.
fn is_nobody(key: &[u8]) -> bool {
    const WORDS: [&[u8]; 13] = [
        b"undefined",
        b"none",
        b"nil",
        b"unknown",
        b"anonymous",
        b"guest",
        b"walk-in",
        b"walkin",
        b"n.a.",
        b"na",
        b"(null)",
        b"-",
        b"--",
    ];
    const CHINESE: [&str; 9] = ["无", "匿名", "散客", "空", "未知", "非会员", "游客", "普通顾客", "匿名用户"];
    if is_null(key) || key.iter().all(|b| *b == b'0') {
        return true;
    }
    key.len() <= 12
        && !key[0].is_ascii_digit()
        && (WORDS.iter().any(|w| key.eq_ignore_ascii_case(w)) || CHINESE.iter().any(|w| w.as_bytes() == key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_never_a_customer() {
        for cell in [
            "",
            "  ",
            "null",
            "NULL",
            "undefined",
            "NaN",
            "0",
            "0.0",
            "０",
            "000",
            "n/a",
            "无",
            "匿名",
            "散客",
            " 散客\u{3000}",
        ] {
            assert_eq!(customer_key(cell.as_bytes()), None, "{cell:?}");
        }
    }

    #[test]
    fn keys_have_one_spelling() {
        for (cell, key) in [
            ("17850.0", "17850"),
            (" 17850 ", "17850"),
            ("１７８５０", "17850"),
            ("00123", "00123"),
            ("VIP-1.0", "VIP-1.0"),
            ("王小明", "王小明"),
        ] {
            assert_eq!(customer_key(cell.as_bytes()).as_deref(), Some(key.as_bytes()), "{cell:?}");
        }
    }
}
