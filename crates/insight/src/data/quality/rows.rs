//! The rows behind a check.

use std::sync::Arc;

use arrow::array::{AsArray, Int64Array, RecordBatch, UInt64Array};
use arrow::compute::{cast, concat_batches, take_arrays};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use base::{Code, Problem};
use lake::engine::QueryResult;
use serde_json::Value;
use web::{Instant, Mask};

use super::checks::{CHECKS, Check, Of};
use crate::data::engine::masked_page;
use crate::data::tables::{cut, number, wrong_cursor};
use crate::data::{Data, cells};

/// Columns, rows, and where the next page begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub columns: Vec<(String, &'static str)>,
    pub cells: Vec<Vec<Value>>,
    pub next: Option<String>,
}

impl Rows {
    pub(crate) fn of((answer, next): (QueryResult, Option<String>)) -> Result<Self, Problem> {
        let schema: &Schema = &answer.schema;
        Ok(Self { columns: cells::columns(schema, true), cells: cells::rows(&answer.batches, true)?, next })
    }
}

impl Data {
    /// A page of the rows that fail a check.
    pub(crate) async fn faults(
        &self,
        name: &str,
        cursor: Option<&str>,
        limit: usize,
        mask: Mask,
    ) -> Result<(&'static Check, Rows), Problem> {
        let check = Check::find(name).ok_or_else(|| {
            let near = base::problem::did_you_mean(name, CHECKS.iter().map(|c| c.name));
            Problem::new(Code::NotFound, format!("there is no check \"{name}\""))
                .hint(near.unwrap_or_else(|| "GET /api/v1/quality lists them".to_owned()))
        })?;
        let rows = match check.of {
            Of::Lines(of, fails) => {
                let condition = self.filled(&format!("({of}) AND ({fails})"));
                Rows::of(self.lines(&condition, None, cursor, limit).await?)?
            }
            Of::Days => {
                let days = self.days().await?.1;
                let cells = days.iter().map(|day| vec![day.to_string().into()]).collect();
                Rows { columns: vec![("date".to_owned(), "date")], cells, next: None }
            }
            Of::Derived => self.stale().await?,
            Of::Repeats => {
                let after = cursor.map(place_of).transpose()?;
                let found = self.engine.ask(&repeats(after, limit + 1), limit + 1, Mask::Off).await?;
                Rows::of(cut(copies(&found, after)?, limit, &["order_key", "line_hash", "copy"])?)?
            }
            of => {
                let (sql, key) = listing(check, of, cursor, limit)?;
                // What fails is found by what people told; what of it is shown is masked after that.
                let (mut answer, next) = cut(self.engine.ask(&sql, limit + 1, Mask::Off).await?, limit, key)?;
                answer.batches = answer.batches.into_iter().map(|b| masked_page(b, mask)).collect::<Result<_, _>>()?;
                Rows::of((answer, next))?
            }
        };
        Ok((check, rows))
    }

    async fn stale(&self) -> Result<Rows, Problem> {
        let at = |at: Option<i64>| at.map_or(Value::Null, |at| Instant(at).to_string().into());
        let derived = self.derived().await?;
        let stale = derived.iter().filter(|d| d.stale);
        let cells = stale.map(|d| vec![d.name.into(), at(d.computed_at), at(d.changed_at)]).collect();
        let columns = [("table", "text"), ("computed_at", "time"), ("history_changed_at", "time")];
        Ok(Rows { columns: columns.map(|(name, kind)| (name.to_owned(), kind)).into(), cells, next: None })
    }
}

/// The question for a page, and the columns by which it is sorted.
fn listing(
    check: &Check,
    of: Of,
    cursor: Option<&str>,
    limit: usize,
) -> Result<(String, &'static [&'static str]), Problem> {
    let after = || cursor.map(number).transpose().map(|n| n.unwrap_or(i64::MIN));
    let limit = limit + 1;
    Ok(match of {
        Of::Rows(of, fails) if check.table == "product" => {
            let after = cursor.unwrap_or_default().replace('\'', "''");
            let rest = format!("WHERE ({of}) AND ({fails}) AND code > '{after}' ORDER BY code LIMIT {limit}");
            (format!("SELECT * FROM product {rest}"), &["code"])
        }
        Of::Rows(of, fails) => (customers(&format!("({of}) AND ({fails})"), after()?, limit), &["customer_id"]),
        Of::Reach => {
            let reached = "SELECT customer_id FROM contact WHERE email OR phone";
            (customers(&format!("c.customer_id NOT IN ({reached})"), after()?, limit), &["customer_id"])
        }
        Of::Alike => {
            let twins = "EXISTS (SELECT 1 FROM customer d WHERE d.name = c.name AND d.birthday = c.birthday \
                         AND d.customer_id <> c.customer_id)";
            (customers(twins, after()?, limit), &["customer_id"])
        }
        _ => {
            let sql = format!(
                "SELECT order_key, max(order_id) AS order_id, min(time) AS time, count(*) AS lines, sum(amount) AS amount, \
                 count(DISTINCT customer_id) AS customers, min(customer_id) AS customer_id FROM order_line \
                 WHERE order_key > {} GROUP BY order_key HAVING min(customer_id) <> max(customer_id) \
                 ORDER BY order_key LIMIT {limit}",
                after()?
            );
            (sql, &["order_key"])
        }
    })
}

fn customers(condition: &str, after: i64, limit: usize) -> String {
    format!(
        "SELECT c.customer_id, c.name, c.birthday, c.city, c.first_seen, c.last_seen FROM customer c \
         WHERE ({condition}) AND c.customer_id > {after} ORDER BY c.customer_id LIMIT {limit}"
    )
}

/// Where a page of repeated lines begins: after this copy of that line of that order.
type Place = (i64, i64, i64);

fn place_of(cursor: &str) -> Result<Place, Problem> {
    let parts = cursor.split('.').map(number).collect::<Result<Vec<_>, _>>()?;
    let &[order, hash, copy] = parts.as_slice() else { return Err(wrong_cursor()) };
    Ok((order, hash, copy))
}

/// Lines that their order has more than once, from the one of the cursor on.
fn repeats(after: Option<Place>, limit: usize) -> String {
    let from = after.map_or(String::new(), |(order, hash, _)| {
        format!("WHERE order_key > {order} OR (order_key = {order} AND line_hash >= {hash})")
    });
    format!(
        "SELECT order_key, line_hash, max(order_id) AS order_id, min(time) AS time, min(customer_id) AS customer_id, \
         max(product) AS product, max(product_name) AS product_name, max(quantity) AS quantity, max(amount) AS amount, \
         count(*) AS times FROM order_line {from} GROUP BY order_key, line_hash HAVING count(*) > 1 \
         ORDER BY order_key, line_hash LIMIT {limit}"
    )
}

/// Each copy too many as a row of its own: the second, the third … Not in SQL: the engine takes rows of one group for equal in order.
fn copies(answer: &QueryResult, after: Option<Place>) -> Result<QueryResult, Problem> {
    let internal = |e| Problem::internal("repeated lines cannot be told apart", e);
    let batch = concat_batches(&answer.schema, &answer.batches).map_err(internal)?;
    let numbers = |name: &str| -> Result<Int64Array, Problem> {
        let column = batch.column_by_name(name).ok_or_else(wrong_cursor)?;
        Ok(cast(column, &DataType::Int64).map_err(internal)?.as_primitive::<Int64Type>().clone())
    };
    let (orders, hashes, times) = (numbers("order_key")?, numbers("line_hash")?, numbers("times")?);
    let (mut rows, mut copies) = (Vec::new(), Vec::new());
    for row in 0..batch.num_rows() {
        let place = (orders.value(row), hashes.value(row));
        let seen = after.filter(|(order, hash, _)| place == (*order, *hash)).map_or(1, |(.., copy)| copy);
        for copy in seen + 1..=times.value(row) {
            rows.push(row as u64);
            copies.push(copy);
        }
    }
    let rows = UInt64Array::from(rows);
    let mut columns = take_arrays(batch.columns(), &rows, None).map_err(internal)?;
    columns.push(Arc::new(Int64Array::from(copies)));
    let mut fields = answer.schema.fields().to_vec();
    fields.push(Arc::new(Field::new("copy", DataType::Int64, false)));
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(internal)?;
    Ok(QueryResult { schema, batches: vec![batch], truncated: answer.truncated })
}
