//! The whole store as text, table by table: the same for both databases, so that a back-up of one fills the other.

use std::io::{BufRead, Write};

use base::{Code, Problem};
use serde_json::Value as Json;

use crate::{Dialect, Row, Tx, Value, migrate};

/// The tables in an order in which their references hold, without those of the migrator.
pub fn tables(dialect: Dialect) -> Vec<String> {
    let mut tables = Vec::new();
    for (_, _, sql) in migrate::migrations(dialect) {
        for line in sql.lines() {
            let Some(rest) = line.trim_start().strip_prefix("CREATE TABLE ") else { continue };
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            tables.push(name);
        }
    }
    tables
}

/// The newest schema version.
pub fn version(dialect: Dialect) -> i64 {
    migrate::migrations(dialect).last().map_or(0, |m| m.0)
}

/// Writes a table: a line with the names of the columns, then a JSON array per row. Returns the number of rows.
pub async fn dump(tx: &mut Tx, table: &str, out: &mut (impl Write + Send)) -> Result<u64, Problem> {
    let mut rows = 0;
    tx.fetch_each(&format!("SELECT * FROM {table}"), Vec::new(), |row| {
        if rows == 0 {
            writeln!(out, "{}", Json::from(row.names()))?;
        }
        writeln!(out, "{}", Json::from(cells(&row)?))?;
        rows += 1;
        Ok(())
    })
    .await?;
    Ok(rows)
}

fn cells(row: &Row) -> Result<Vec<Json>, Problem> {
    (0..row.len())
        .map(|at| {
            Ok(match row.value(at)? {
                Value::Int(Some(v)) => v.into(),
                Value::Real(Some(v)) => serde_json::json!({ "f": v }),
                Value::Text(Some(v)) => v.into(),
                Value::Blob(Some(v)) => serde_json::json!({ "b": hex(&v) }),
                _ => Json::Null,
            })
        })
        .collect()
}

/// Fills a table from what [`dump`] wrote. Returns the number of rows.
pub async fn load(tx: &mut Tx, table: &str, input: impl BufRead) -> Result<u64, Problem> {
    let damaged = |why: String| Problem::new(Code::InvalidInput, format!("the back-up of {table} is damaged: {why}"));
    let mut lines = input.lines();
    let Some(head) = lines.next() else { return Ok(0) };
    let head = head.map_err(|e| damaged(e.to_string()))?;
    let columns: Vec<String> = serde_json::from_str(&head).map_err(|e| damaged(e.to_string()))?;
    let kinds = column_kinds(tx, table, &columns).await?;
    let sql = format!("INSERT INTO {table} ({}) VALUES", columns.join(", "));
    let mut count = 0;
    let mut batch = Vec::new();
    loop {
        let line = lines.next().transpose().map_err(|e| damaged(e.to_string()))?;
        let ended = line.is_none();
        if let Some(line) = line {
            let cells: Vec<Json> = serde_json::from_str(&line).map_err(|e| damaged(e.to_string()))?;
            if cells.len() != kinds.len() {
                return Err(damaged(format!("a row has {} cells instead of {}", cells.len(), kinds.len())));
            }
            let row = cells
                .into_iter()
                .zip(&kinds)
                .map(|(cell, kind)| value(cell, kind).ok_or_else(|| damaged(format!("this cannot be read: {line}"))));
            batch.push(row.collect::<Result<Vec<_>, _>>()?);
        }
        if ended || batch.len() == 5_000 {
            count += tx.insert_many(&sql, columns.len(), std::mem::take(&mut batch), "").await?;
        }
        if ended {
            return Ok(count);
        }
    }
}

/// A missing value of the type of each column: PostgreSQL wants nulls typed.
async fn column_kinds(tx: &mut Tx, table: &str, columns: &[String]) -> Result<Vec<Value>, Problem> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => format!("SELECT name AS name, lower(type) AS type FROM pragma_table_info('{table}')"),
        Dialect::Postgres => format!(
            "SELECT CAST(column_name AS TEXT) AS name, CAST(data_type AS TEXT) AS type FROM information_schema.columns
             WHERE table_name = '{table}' AND table_schema = current_schema()"
        ),
    };
    let mut kinds = std::collections::HashMap::new();
    for row in tx.fetch_all(&sql, Vec::new()).await? {
        let kind = match row.get::<String>("type")?.as_str() {
            "bigint" | "integer" | "int" | "smallint" => Value::Int(None),
            "double precision" | "real" => Value::Real(None),
            "bytea" | "blob" => Value::Blob(None),
            _ => Value::Text(None),
        };
        kinds.insert(row.get::<String>("name")?, kind);
    }
    let of = |name: &String| {
        kinds.get(name).cloned().ok_or_else(|| {
            Problem::new(
                Code::IncompatibleStore,
                format!("the back-up has a column {table}.{name} that is not known here"),
            )
            .hint("restore it with the version that made it, or a newer one")
        })
    };
    columns.iter().map(of).collect()
}

fn value(cell: Json, kind: &Value) -> Option<Value> {
    Some(match cell {
        Json::Null => kind.clone(),
        Json::Number(n) => Value::Int(Some(n.as_i64()?)),
        Json::String(s) => Value::Text(Some(s)),
        Json::Object(o) => match (o.get("b"), o.get("f")) {
            (Some(Json::String(hex)), _) => Value::Blob(Some(unhex(hex)?)),
            (_, Some(Json::Number(n))) => Value::Real(Some(n.as_f64()?)),
            _ => return None,
        },
        _ => return None,
    })
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let pair = |p: &[u8]| u8::from_str_radix(std::str::from_utf8(p).ok()?, 16).ok();
    if digits.len().is_multiple_of(2) { digits.chunks(2).map(pair).collect() } else { None }
}
