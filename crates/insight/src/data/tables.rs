//! The tables of the business: what is in them, how fresh they are, their rows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use arrow::datatypes::SchemaRef;
use base::{Code, Micros, Problem};
use lake::catalog::state::{TableState, table_states};
use lake::engine::QueryResult;
use lake::{ORDER_LINE, Snapshot, TableDef};
use web::Mask;

use super::{Data, OperationalTable};

/// Where a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Lake,
    Operational,
}

/// A table as it is.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub name: String,
    pub place: Place,
    pub rows: i64,
    pub bytes: i64,
    pub files: usize,
    pub time: Option<(Micros, Micros)>,
    pub updated_at: Option<Micros>,
    pub schema: SchemaRef,
    /// Rows with a value, by column, and of how many rows that is known.
    pub filled: BTreeMap<String, i64>,
    pub counted: i64,
}

impl Data {
    /// All tables: the history first, then what was computed from it, then the operational store.
    pub(crate) async fn described(&self) -> Result<Vec<Described>, Problem> {
        let snapshot = self.lake.snapshot().await?;
        let states = table_states(&mut self.app.db.read().await?).await?;
        let nothing = TableState::default();
        let lake = snapshot.tables().map(|t| of_lake(&snapshot, t, states.get(&t.id).unwrap_or(&nothing)));
        let mut tables: Vec<Described> = lake.collect();
        tables.extend(self.tables.list().await?.into_iter().map(of_store));
        Ok(tables)
    }

    /// A page of the rows of a table, and where the next one begins. Order lines come newest first, all others by their key.
    pub(crate) async fn table_page(
        &self,
        name: &str,
        cursor: Option<&str>,
        limit: usize,
        mask: Mask,
    ) -> Result<(QueryResult, Option<String>, i64), Problem> {
        let snapshot = self.lake.snapshot().await?;
        if let Some(table) = self.tables.list().await?.into_iter().find(|t| t.name == name) {
            return self.store_page(&table, cursor, limit, mask).await;
        }
        let table = snapshot.table(name).map_err(|p| p.hint("GET /api/v1/tables lists them"))?.clone();
        let total = snapshot.rows(&table).cast_signed();
        if table.id == ORDER_LINE.id {
            let (answer, next) = self.lines("TRUE", Some(&snapshot), cursor, limit).await?;
            return Ok((answer, next, total));
        }
        let key = &table.columns[0].name;
        let after = cursor.map(number).transpose()?.unwrap_or(i64::MIN);
        let sql = format!("SELECT * FROM {name} WHERE {key} > {after} ORDER BY {key} LIMIT {}", limit + 1);
        let answer = self.engine.ask_of(&snapshot, &sql, limit + 1, mask).await?;
        let (answer, next) = cut(answer, limit, &[key])?;
        Ok((answer, next, total))
    }

    async fn store_page(
        &self,
        table: &OperationalTable,
        cursor: Option<&str>,
        limit: usize,
        mask: Mask,
    ) -> Result<(QueryResult, Option<String>, i64), Problem> {
        let batch = self.tables.page(table.name, cursor, limit + 1).await?;
        let (schema, batches) = (batch.schema(), vec![super::engine::masked_page(batch, mask)?]);
        let key = schema.field(0).name().clone();
        let (answer, next) = cut(QueryResult { schema, batches, truncated: false }, limit, &[&key])?;
        Ok((answer, next, table.rows))
    }

    /// A page of the order lines for which a condition holds, newest first. With `whole`, when nearly all do, only the files are read
    /// that are needed for a page.
    pub(crate) async fn lines(
        &self,
        condition: &str,
        whole: Option<&Snapshot>,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<(QueryResult, Option<String>), Problem> {
        let after = cursor.map(place).transpose()?;
        let mut sql = format!("SELECT * FROM order_line WHERE ({condition})");
        if let Some((time, order, line)) = after {
            let at = instant(time);
            let _ = write!(
                sql,
                " AND time <= {at} AND (time < {at} OR order_key > {order} OR (order_key = {order} AND line_no > {line}))"
            );
        }
        if let Some(from) = whole.and_then(|s| enough(s, after.map_or(Micros::MAX, |a| a.0), limit)) {
            let _ = write!(sql, " AND time >= {}", instant(from));
        }
        let _ = write!(sql, " ORDER BY time DESC, order_key, line_no LIMIT {}", limit + 1);
        let answer = self.engine.ask(&sql, limit + 1, Mask::Off).await?;
        cut(answer, limit, &["time", "order_key", "line_no"])
    }
}

fn of_lake(snapshot: &Snapshot, table: &TableDef, state: &TableState) -> Described {
    let files: Vec<_> = snapshot.files(table).collect();
    let times = files.iter().filter_map(|f| f.time);
    let counted = files.iter().map(|f| f.rows).sum();
    let known = |c: &lake::ColumnDef| Some((c.name.clone(), counted - state.nulls.get(&c.field_id)?));
    Described {
        name: table.name.clone(),
        place: Place::Lake,
        rows: snapshot.rows(table).cast_signed(),
        bytes: files.iter().map(|f| f.bytes).sum(),
        files: files.len(),
        time: times.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))),
        updated_at: state.changed_at,
        schema: table.schema(),
        filled: table.columns.iter().filter_map(known).collect(),
        counted,
    }
}

fn of_store(table: OperationalTable) -> Described {
    Described {
        name: table.name.to_owned(),
        place: Place::Operational,
        rows: table.rows,
        bytes: 0,
        files: 0,
        time: None,
        updated_at: table.updated_at,
        schema: table.schema,
        filled: table.filled.into_iter().collect(),
        counted: table.rows,
    }
}

/// The instant from which on the files hold at least `limit` rows before `until`; `None`: all are needed.
fn enough(snapshot: &Snapshot, until: Micros, limit: usize) -> Option<Micros> {
    let mut files: Vec<_> = snapshot.files(&ORDER_LINE).filter_map(|f| Some((f.time?, f.rows))).collect();
    files.sort_by_key(|((from, _), _)| std::cmp::Reverse(*from));
    let mut rows = 0;
    let mut least = Micros::MAX;
    for ((from, to), count) in files {
        least = least.min(from);
        // A file that reaches beyond may have all its rows there.
        rows += if to < until { count } else { 0 };
        if rows > limit as i64 {
            return Some(least);
        }
    }
    None
}

pub(crate) fn instant(at: Micros) -> String {
    format!("arrow_cast({at}, 'Timestamp(Microsecond, Some(\"UTC\"))')")
}

pub(crate) fn wrong_cursor() -> Problem {
    let message = "does not belong to this list";
    Problem::new(Code::InvalidArgument, "the cursor is not one of this list")
        .hint("take \"next\" of the page before; leave it out for the first page")
        .field("cursor", message)
}

pub(crate) fn number(cursor: &str) -> Result<i64, Problem> {
    cursor.parse().map_err(|_| wrong_cursor())
}

fn place(cursor: &str) -> Result<(Micros, i64, i64), Problem> {
    let parts: Vec<i64> = cursor.split('.').map(number).collect::<Result<_, _>>()?;
    let [time, order, line] = parts[..] else { return Err(wrong_cursor()) };
    Ok((time, order, line))
}

/// The first `limit` rows, and the values of `key` in the last of them, if there are more.
pub(crate) fn cut(answer: QueryResult, limit: usize, key: &[&str]) -> Result<(QueryResult, Option<String>), Problem> {
    use arrow::array::AsArray;
    use arrow::compute::{cast, concat_batches};
    use arrow::datatypes::{DataType, Int64Type};

    let internal = |e| Problem::internal("a page cannot be cut", e);
    let batch = concat_batches(&answer.schema, &answer.batches).map_err(internal)?;
    if batch.num_rows() <= limit {
        return Ok((QueryResult { batches: vec![batch], ..answer }, None));
    }
    let last = limit.saturating_sub(1);
    let values = key.iter().map(|name| {
        let column = batch.column_by_name(name).ok_or_else(|| Problem::new(Code::Internal, "a list lacks its key"))?;
        Ok(match column.data_type() {
            DataType::Utf8 => column.as_string::<i32>().value(last).to_owned(),
            _ => cast(column, &DataType::Int64).map_err(internal)?.as_primitive::<Int64Type>().value(last).to_string(),
        })
    });
    let next = values.collect::<Result<Vec<_>, Problem>>()?.join(".");
    Ok((QueryResult { batches: vec![batch.slice(0, limit)], ..answer }, Some(next)))
}
