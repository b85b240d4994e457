//! Small helpers over text.

/// Applies `step` until nothing changes any more, a few times at most: with exotic letters one rule of Unicode undoes another.
pub fn settle(raw: &str, step: impl Fn(&str) -> String) -> String {
    let mut text = step(raw);
    for _ in 0..6 {
        let next = step(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

/// What spreadsheets make of whole numbers: `17850.0` is `17850`. Other text is returned as it is.
pub fn without_zero_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if is_digits(whole) && !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    }
}

/// Only ASCII digits, at least one.
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
