//! E-mail addresses as identities.

use base::{Code, Problem};
use unicode_normalization::UnicodeNormalization;

use super::text::settle;

/// The address in the form it is compared by: NFKC, trimmed, lower case on both sides of the `@` (no mailbox of today tells
/// `Li@` from `li@`, people do). An error says what is wrong with it.
pub fn email(raw: &str) -> Result<String, Problem> {
    let text = if raw.is_ascii() {
        raw.trim().to_ascii_lowercase()
    } else {
        settle(raw, |t| t.nfkc().collect::<String>().to_lowercase().trim().nfkc().collect())
    };
    let text = text.strip_prefix("mailto:").unwrap_or(&text);
    let text = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text);
    match fault(text) {
        None => Ok(text.to_owned()),
        Some(what) => {
            Err(Problem::new(Code::InvalidInput, format!("\"{}\" is not an e-mail address: {what}", raw.trim()))
                .hint("it looks like name@example.com"))
        }
    }
}

fn fault(text: &str) -> Option<&'static str> {
    let Some((local, domain)) = text.split_once('@') else { return Some("the @ is missing") };
    if text.len() > 254 || local.len() > 64 {
        return Some("it is too long");
    }
    let allowed = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    if local.is_empty() || !local.chars().all(allowed) {
        return Some("the part before the @ is not valid");
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Some("a dot stands where none may be");
    }
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    match domain.rsplit_once('.') {
        None => Some("the domain has no dot"),
        Some((_, top)) if top.bytes().all(|b| b.is_ascii_digit()) => Some("the domain does not end in letters"),
        Some(_) if !domain.split('.').all(label) => Some("the domain is not valid"),
        Some(_) => None,
    }
}
