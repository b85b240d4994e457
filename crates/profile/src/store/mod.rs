//! The SQL of customers. Many rows go through few statements; none is run per customer.

use std::fmt::Write as _;

use base::{Code, Problem};
use store::{Row, Value};

pub(crate) mod attribute;
pub(crate) mod change;
pub(crate) mod customer;
pub(crate) mod identity;
pub(crate) mod token;

/// Rows of one statement: more gain nothing, and few sizes keep the statement cache warm.
pub(crate) const CHUNK: usize = 500;

/// Rows that are turned into parameters at once; a multiple of [`CHUNK`].
pub(crate) const BLOCK: usize = 10 * CHUNK;

/// The upper end of the range of texts that begin with `prefix`: `token >= prefix AND token < end_of(prefix)`.
pub(crate) fn end_of(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

/// `$2, $3, $4`: `count` parameters from number `first`.
pub(crate) fn parameters(first: usize, count: usize) -> String {
    let mut sql = String::with_capacity(count * 6);
    for n in first..first + count {
        let _ = write!(sql, "{}${n}", if n == first { "" } else { ", " });
    }
    sql
}

/// `($1, $2), ($3, $4)`: the rows of a `VALUES`.
pub(crate) fn rows(width: usize, count: usize) -> String {
    let rows: Vec<String> = (0..count).map(|row| format!("({})", parameters(row * width + 1, width))).collect();
    rows.join(", ")
}

/// A column of a type that must hold a value.
pub(crate) fn int(row: &Row, index: usize) -> Result<i64, Problem> {
    maybe_int(row, index)?.ok_or_else(|| Problem::new(Code::Internal, format!("column {index} is empty")))
}

/// A column of integers.
pub(crate) fn maybe_int(row: &Row, index: usize) -> Result<Option<i64>, Problem> {
    match row.value(index)? {
        Value::Int(value) => Ok(value),
        other if other.is_missing() => Ok(None),
        _ => Err(Problem::new(Code::Internal, format!("column {index} is not an integer"))),
    }
}

/// A column of text that must hold a value.
pub(crate) fn text(row: &Row, index: usize) -> Result<String, Problem> {
    maybe_text(row, index)?.ok_or_else(|| Problem::new(Code::Internal, format!("column {index} is empty")))
}

/// A column of text.
pub(crate) fn maybe_text(row: &Row, index: usize) -> Result<Option<String>, Problem> {
    match row.value(index)? {
        Value::Text(value) => Ok(value),
        other if other.is_missing() => Ok(None),
        _ => Err(Problem::new(Code::Internal, format!("column {index} is not text"))),
    }
}
