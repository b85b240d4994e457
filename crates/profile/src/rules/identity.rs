//! One way to write an identity, so that equal people compare equal.

use base::{Code, Problem};
use unicode_normalization::UnicodeNormalization;

use super::phone::{Region, phone};
use super::text::{settle, without_zero_fraction};
use super::{email::email, is_nullish};
use crate::model::{Identity, IdentityKind};

/// The normal form of an identity, or `None` for a value that stands for nobody (see [`is_nullish`]). Normalising twice
/// changes nothing.
pub fn normalise_or_missing(kind: &IdentityKind, raw: &str, region: Region) -> Result<Option<String>, Problem> {
    if is_nullish(raw) {
        return Ok(None);
    }
    match kind {
        k if *k == IdentityKind::EMAIL => email(raw).map(Some),
        k if *k == IdentityKind::PHONE => phone(raw, region),
        k if *k == IdentityKind::CARD => code(raw, 64, kind).map(Some),
        _ => id(raw, 128, kind).map(Some),
    }
}

/// As [`normalise_or_missing`], a missing value being an error.
pub fn normalise(kind: &IdentityKind, raw: &str, region: Region) -> Result<Identity, Problem> {
    let value = normalise_or_missing(kind, raw, region)?.ok_or_else(|| {
        Problem::new(Code::InvalidInput, format!("\"{raw}\" stands for nobody: it cannot identify a customer"))
    })?;
    Ok(Identity { kind: kind.clone(), value })
}

/// Card numbers: upper case, without spaces and dashes; leading zeros stay, they are part of the number.
fn code(raw: &str, longest: usize, kind: &IdentityKind) -> Result<String, Problem> {
    let mark = |c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '—');
    let text = if raw.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        raw.to_owned()
    } else {
        settle(raw, |t| t.nfkc().collect::<String>().to_uppercase().nfkc().filter(|c| !mark(*c)).collect())
    };
    check(raw, without_zero_fraction(&text), longest, kind)
}

/// External ids keep their case: `oUpF8uMuAJO` and `OUPF8UMUAJO` may be two people.
fn id(raw: &str, longest: usize, kind: &IdentityKind) -> Result<String, Problem> {
    let text = if raw.is_ascii() {
        raw.trim().to_owned()
    } else {
        settle(raw, |t| t.nfkc().collect::<String>().trim().to_owned())
    };
    check(raw, without_zero_fraction(&text), longest, kind)
}

fn check(raw: &str, text: &str, longest: usize, kind: &IdentityKind) -> Result<String, Problem> {
    let refuse = |why: &str| {
        let shown: String = raw.chars().take(40).collect();
        Err(Problem::new(Code::InvalidInput, format!("\"{shown}\" cannot be a {kind}: {why}")))
    };
    if text.chars().any(char::is_control) {
        refuse("it holds control characters")
    } else if !text.chars().any(char::is_alphanumeric) {
        refuse("it has neither letters nor digits")
    } else if text.len() > longest {
        refuse(&format!("it is longer than {longest} bytes"))
    } else {
        Ok(text.to_owned())
    }
}
