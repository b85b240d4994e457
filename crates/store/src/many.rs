//! Statements over many rows: few round trips, and texts that the statement caches know.

use std::borrow::Cow;
use std::fmt::Write as _;

use base::{Code, Problem};

use crate::{Dialect, Row, Tx, Value};

/// What stands for the rows in a statement.
const ROWS: &str = "{rows}";
/// More rows in one statement gain nothing on SQLite.
const SQLITE_ROWS: usize = 500;
/// On PostgreSQL every statement is a round trip.
const POSTGRES_ROWS: usize = 10_000;

impl Tx {
    /// Runs a statement over many rows; `{rows}` in it stands for a query of them:
    /// `WITH v (id, name) AS ({rows}) UPDATE t SET name = v.name FROM v WHERE t.id = v.id`.
    ///
    /// Every row has `width` values, all values of a column are of one type, and the statement has no other parameters. It runs as often as
    /// needed, each time with some of the rows in their order. Returns how many rows it touched.
    pub async fn execute_many(
        &mut self,
        sql: &str,
        width: usize,
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<u64, Problem> {
        let mut statements = Statements::new(self.dialect, sql, width, rows.into_iter());
        let mut touched = 0;
        while let Some((sql, args)) = statements.next()? {
            touched += self.execute(&sql, args).await?;
        }
        Ok(touched)
    }

    /// As [`Tx::execute_many`] for a query: hands what it finds to `each`.
    pub async fn fetch_many(
        &mut self,
        sql: &str,
        width: usize,
        rows: impl IntoIterator<Item = Vec<Value>>,
        mut each: impl FnMut(Row) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut statements = Statements::new(self.dialect, sql, width, rows.into_iter());
        while let Some((sql, args)) = statements.next()? {
            self.fetch_each(&sql, args, &mut each).await?;
        }
        Ok(())
    }

    /// Inserts many rows: `head` is `INSERT INTO t (a, b) VALUES`, `tail` e.g. `ON CONFLICT DO NOTHING`. See [`Tx::execute_many`].
    /// Returns how many rows went in.
    pub async fn insert_many(
        &mut self,
        head: &str,
        width: usize,
        rows: impl IntoIterator<Item = Vec<Value>>,
        tail: &str,
    ) -> Result<u64, Problem> {
        let head = head.trim_end();
        let head = head.strip_suffix("VALUES").unwrap_or(head);
        self.execute_many(&format!("{head} {ROWS} {tail}"), width, rows).await
    }
}

/// A text and its parameters.
type Statement<'a> = (Cow<'a, str>, Vec<Value>);

/// The statements that bring rows in.
struct Statements<'a, I> {
    dialect: Dialect,
    sql: &'a str,
    width: usize,
    rows: I,
    full: Option<String>,
}

impl<'a, I: Iterator<Item = Vec<Value>>> Statements<'a, I> {
    const fn new(dialect: Dialect, sql: &'a str, width: usize, rows: I) -> Self {
        Self { dialect, sql, width, rows, full: None }
    }

    /// The next statement with its parameters, until all rows are in one.
    fn next(&mut self) -> Result<Option<Statement<'_>>, Problem> {
        match self.dialect {
            Dialect::Sqlite => Ok(self.values()),
            Dialect::Postgres => self.arrays(),
        }
    }

    /// A parameter per value. They have no numbers: SQLite finds a numbered one by comparing it with all before it.
    fn values(&mut self) -> Option<Statement<'_>> {
        let most = (self.dialect.max_parameters() / self.width.max(1)).clamp(1, SQLITE_ROWS);
        let mut args = Vec::with_capacity(most.min(self.rows.size_hint().0) * self.width);
        let mut count = 0;
        for row in self.rows.by_ref().take(most) {
            debug_assert_eq!(row.len(), self.width, "every row has the same columns");
            args.extend(row);
            count += 1;
        }
        let text = |count: usize| {
            let row = format!("({})", vec!["?"; self.width].join(", "));
            self.sql.replacen(ROWS, &format!("VALUES {}", vec![row.as_str(); count].join(", ")), 1)
        };
        match count {
            0 => None,
            _ if count == most => {
                let full = self.full.take().unwrap_or_else(|| text(most));
                Some((Cow::Borrowed(self.full.insert(full)), args))
            }
            _ => Some((Cow::Owned(text(count)), args)),
        }
    }

    /// A parameter per column, an array written as text, because `any` has no arrays: one text of the statement for any number of rows,
    /// and nothing for the planner to do.
    fn arrays(&mut self) -> Result<Option<Statement<'_>>, Problem> {
        let Some(first) = self.rows.next() else { return Ok(None) };
        let kinds: Vec<&'static str> = first.iter().map(kind).collect();
        let mut columns = vec![String::from("{"); self.width];
        for row in std::iter::once(first).chain(self.rows.by_ref().take(POSTGRES_ROWS - 1)) {
            if row.len() != kinds.len() || row.iter().zip(&kinds).any(|(value, wanted)| kind(value) != *wanted) {
                return Err(Problem::new(Code::Internal, "rows of one statement have columns of different types"));
            }
            for (column, value) in columns.iter_mut().zip(&row) {
                if column.len() > 1 {
                    column.push(',');
                }
                element(column, value);
            }
        }
        let args = columns.into_iter().map(|column| Value::from(column + "}")).collect();
        if self.full.is_none() {
            let arrays: Vec<String> =
                kinds.iter().enumerate().map(|(n, kind)| format!("CAST(${} AS {kind}[])", n + 1)).collect();
            self.full = Some(self.sql.replacen(ROWS, &format!("SELECT * FROM unnest({})", arrays.join(", ")), 1));
        }
        Ok(self.full.as_deref().map(|sql| (Cow::Borrowed(sql), args)))
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Int(_) => "BIGINT",
        Value::Real(_) => "DOUBLE PRECISION",
        Value::Text(_) => "TEXT",
        Value::Blob(_) => "BYTEA",
    }
}

/// A value as an element of an array.
fn element(array: &mut String, value: &Value) {
    let _ = match value {
        Value::Int(Some(v)) => write!(array, "{v}"),
        Value::Real(Some(v)) => write!(array, "{v}"),
        Value::Text(Some(text)) => {
            array.push('"');
            for c in text.chars() {
                if matches!(c, '"' | '\\') {
                    array.push('\\');
                }
                array.push(c);
            }
            array.push('"');
            Ok(())
        }
        Value::Blob(Some(bytes)) => {
            array.push_str("\"\\\\x");
            bytes.iter().try_for_each(|b| write!(array, "{b:02x}")).map(|()| array.push('"'))
        }
        _ => {
            array.push_str("NULL");
            Ok(())
        }
    };
}
