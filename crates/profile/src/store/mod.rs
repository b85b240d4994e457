//! The SQL of customers. Many rows go through few statements; none is run per customer.

use std::fmt::Write as _;

use base::{Code, Problem};
use store::{Dialect, Row, Tx, Value};

pub(crate) mod attribute;
pub(crate) mod change;
pub(crate) mod customer;
pub(crate) mod identity;
pub(crate) mod range;
pub(crate) mod token;

/// Rows of one statement: more gain nothing, and few sizes keep the statement cache warm.
pub(crate) const CHUNK: usize = 500;

/// Rows that are turned into parameters at once; a multiple of [`CHUNK`].
pub(crate) const BLOCK: usize = 10 * CHUNK;

/// The upper end of the range of texts that begin with `prefix`: `token >= prefix AND token < end_of(prefix)`.
pub(crate) fn end_of(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

/// `$2, $3, $4`: `count` parameters from number `first`. SQLite gets them without names, binding a named one takes time in proportion to
/// how many there are; so all parameters of a statement must come from here, in their order: the two sorts do not mix.
pub(crate) fn parameters(dialect: Dialect, first: usize, count: usize) -> String {
    let mut sql = String::with_capacity(count * 6);
    for n in first..first + count {
        sql.push_str(if n == first { "" } else { ", " });
        match dialect {
            Dialect::Sqlite => sql.push('?'),
            Dialect::Postgres => drop(write!(sql, "${n}")),
        }
    }
    sql
}

/// `($1, $2), ($3, $4)`: the rows of a `VALUES`, its parameters being the first of the statement.
pub(crate) fn rows(dialect: Dialect, width: usize, count: usize) -> String {
    let rows: Vec<String> =
        (0..count).map(|row| format!("({})", parameters(dialect, row * width + 1, width))).collect();
    rows.join(", ")
}

/// Inserts rows of `width` values: `head` is `INSERT INTO t (a, b) VALUES`, `tail` what to do about those that exist. Returns how
/// many went in.
pub(crate) async fn insert(
    tx: &mut Tx,
    head: &str,
    width: usize,
    all: Vec<Vec<Value>>,
    tail: &str,
) -> Result<u64, Problem> {
    let dialect = tx.dialect();
    let statement = |count| format!("{head} {} {tail}", rows(dialect, width, count));
    let (full, last) = (statement(CHUNK), statement(all.len() % CHUNK));
    let (mut inserted, mut all) = (0, all.into_iter());
    while all.len() > 0 {
        let sql = if all.len() >= CHUNK { &full } else { &last };
        inserted += tx.execute(sql, all.by_ref().take(CHUNK).flatten().collect()).await?;
    }
    Ok(inserted)
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
