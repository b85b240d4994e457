//! The SQL of customers. Many rows go through few statements; none is run per customer.

use std::fmt;

use base::{Code, CustomerId, Problem};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use store::{Dialect, Row, Tx, Value, args};

pub(crate) mod attribute;
pub(crate) mod change;
pub(crate) mod customer;
pub(crate) mod erased;
pub(crate) mod identity;
pub(crate) mod range;
pub(crate) mod token;

/// The upper end of the range of texts that begin with `prefix`: `token >= prefix AND token < end_of(prefix)`.
pub(crate) fn end_of(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

/// Runs a query over many rows (see [`Tx::fetch_many`]) and hands every row found to `each`: `columns` integers or texts.
pub(crate) async fn find_many(
    tx: &mut Tx,
    sql: &str,
    columns: usize,
    (width, rows): (usize, Rows<'_>),
    mut each: impl FnMut(&[Value]) -> Result<(), Problem> + Send,
) -> Result<(), Problem> {
    if tx.dialect() == Dialect::Postgres {
        let cells = |row: Row| (0..columns).map(|at| row.value(at)).collect::<Result<Vec<_>, _>>();
        return tx.fetch_many(sql, width, rows, |row| each(&cells(row)?)).await;
    }
    // The SQLite driver copies every cell from thread to thread; a page of rows as one JSON text costs a fraction of that.
    let names = (0..columns).map(|n| format!("c{n}")).collect::<Vec<_>>().join(", ");
    let sql = format!("WITH found ({names}) AS ({sql}) SELECT json_group_array(json_array({names})) FROM found");
    tx.fetch_many(&sql, width, rows, |page| {
        let page: Vec<Vec<Cell>> = serde_json::from_str(&page.at::<String>(0)?)
            .map_err(|e| Problem::internal("a page of rows is not what was asked for", e))?;
        page.into_iter().try_for_each(|row| each(&row.into_iter().map(|cell| cell.0).collect::<Vec<_>>()))
    })
    .await
}

/// A cell of a page of rows.
struct Cell(Value);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Cell;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer, a text or nothing")
            }

            fn visit_i64<E>(self, v: i64) -> Result<Cell, E> {
                Ok(Cell(v.into()))
            }

            fn visit_u64<E: de::Error>(self, v: u64) -> Result<Cell, E> {
                i64::try_from(v).map(|v| Cell(v.into())).map_err(E::custom)
            }

            fn visit_str<E>(self, v: &str) -> Result<Cell, E> {
                Ok(Cell(v.into()))
            }

            fn visit_string<E>(self, v: String) -> Result<Cell, E> {
                Ok(Cell(v.into()))
            }

            fn visit_unit<E>(self) -> Result<Cell, E> {
                Ok(Cell(Value::Text(None)))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Rows to come, of a type that can be named: otherwise the compiler cannot see that a future which holds them may change threads.
pub(crate) type Rows<'a> = Box<dyn Iterator<Item = Vec<Value>> + Send + 'a>;

/// Makes [`Rows`].
pub(crate) fn rows<'a, T>(
    of: impl IntoIterator<Item = T, IntoIter: Send + 'a>,
    row: impl Fn(T) -> Vec<Value> + Send + 'a,
) -> Rows<'a> {
    Box::new(of.into_iter().map(row))
}

/// Ids as rows of one column.
pub(crate) fn id_rows(ids: &[CustomerId]) -> Rows<'_> {
    rows(ids, |id| args![id.0])
}

/// Something that has columns by position.
pub(crate) trait Columns {
    /// The column as it is.
    fn column(&self, index: usize) -> Result<Value, Problem>;
}

impl Columns for Row {
    fn column(&self, index: usize) -> Result<Value, Problem> {
        self.value(index)
    }
}

impl Columns for [Value] {
    fn column(&self, index: usize) -> Result<Value, Problem> {
        self.get(index).cloned().ok_or_else(|| Problem::new(Code::Internal, format!("there is no column {index}")))
    }
}

/// A column of a type that must hold a value.
pub(crate) fn int(row: &(impl Columns + ?Sized), index: usize) -> Result<i64, Problem> {
    maybe_int(row, index)?.ok_or_else(|| Problem::new(Code::Internal, format!("column {index} is empty")))
}

/// A column of integers.
pub(crate) fn maybe_int(row: &(impl Columns + ?Sized), index: usize) -> Result<Option<i64>, Problem> {
    match row.column(index)? {
        Value::Int(value) => Ok(value),
        other if other.is_missing() => Ok(None),
        _ => Err(Problem::new(Code::Internal, format!("column {index} is not an integer"))),
    }
}

/// A column of text that must hold a value.
pub(crate) fn text(row: &(impl Columns + ?Sized), index: usize) -> Result<String, Problem> {
    maybe_text(row, index)?.ok_or_else(|| Problem::new(Code::Internal, format!("column {index} is empty")))
}

/// A column of text.
pub(crate) fn maybe_text(row: &(impl Columns + ?Sized), index: usize) -> Result<Option<String>, Problem> {
    match row.column(index)? {
        Value::Text(value) => Ok(value),
        other if other.is_missing() => Ok(None),
        _ => Err(Problem::new(Code::Internal, format!("column {index} is not text"))),
    }
}
