//! Literals of a condition, checked against the column they are compared with.

use base::problem::did_you_mean;

use super::field::{Attr, KINDS, Number, PARTS};
use super::lexer::{Fault, Kind};

pub(super) use super::lexer::Token;

/// A decimal as unscaled integer of the column.
pub(super) fn decimal(token: Token<'_>, minus: bool, number: Number) -> Result<i64, Fault> {
    if token.kind != Kind::Number {
        return Err(Fault::new(token.at, format!("{} is a number, {} is not", number.column(), token.shown())));
    }
    let (whole, part) = token.text.split_once('.').unwrap_or((token.text, ""));
    let scale = number.scale() as usize;
    if part.len() > scale {
        let message = format!("{} has {scale} digits after the point, {} has more", number.column(), token.shown());
        return Err(Fault::new(token.at, message));
    }
    let digits = format!("{whole}{part:0<scale$}");
    let value =
        digits.parse::<i64>().map_err(|_| Fault::new(token.at, format!("{} is not a number", token.shown())))?;
    Ok(if minus { -value } else { value })
}

/// Text; that of `kind` must be one of the three kinds.
pub(super) fn text(token: Token<'_>, minus: bool, attr: Attr) -> Result<String, Fault> {
    if token.kind != Kind::Text || minus {
        return Err(Fault::new(token.at, format!("{} is text, {} is not", attr.name(), token.shown()))
            .hint("text goes in single quotes".to_owned()));
    }
    let value = token.unquoted();
    if attr == Attr::Kind && !KINDS.contains(&value.as_str()) {
        return Err(one_of(token, "kind of line", &KINDS));
    }
    Ok(value)
}

/// A number of the clock within its bounds.
pub(super) fn clock(token: Token<'_>, minus: bool, attr: Attr) -> Result<i64, Fault> {
    let (low, high) = attr.bounds();
    let value = token.text.parse::<i64>().ok().filter(|n| !minus && (low..=high).contains(n));
    value.ok_or_else(|| {
        let message = format!("{} is a whole number from {low} to {high}, not {}", attr.name(), token.shown());
        let monday = (attr == Attr::Weekday).then(|| "Monday is 1, Sunday is 7".to_owned());
        Fault::new(token.at, message).hint(monday)
    })
}

/// The number of a part of the day.
pub(super) fn part(token: Token<'_>, minus: bool) -> Result<i64, Fault> {
    let found = PARTS.iter().position(|p| token.kind == Kind::Text && !minus && token.unquoted() == *p);
    found.map(|i| i as i64).ok_or_else(|| one_of(token, "part of the day", &PARTS))
}

fn one_of(token: Token<'_>, what: &str, known: &[&str]) -> Fault {
    let listed = known.iter().map(|k| format!("'{k}'")).collect::<Vec<_>>().join(", ");
    let near = did_you_mean(token.text.trim_matches('\''), known.iter().copied());
    Fault::new(token.at, format!("{} is not a {what}", token.text))
        .hint(near.map_or_else(|| format!("one of {listed}"), |near| near.replace('"', "'")))
}
