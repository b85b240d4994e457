//! The rows behind a check.

use arrow::datatypes::Schema;
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
        Of::Orders => {
            let sql = format!(
                "SELECT order_key, max(order_id) AS order_id, min(time) AS time, count(*) AS lines, sum(amount) AS amount, \
                 count(DISTINCT customer_id) AS customers, min(customer_id) AS customer_id FROM order_line \
                 WHERE order_key > {} GROUP BY order_key HAVING min(customer_id) <> max(customer_id) \
                 ORDER BY order_key LIMIT {limit}",
                after()?
            );
            (sql, &["order_key"])
        }
        _ => (repeats(cursor, limit)?, &["order_key", "line_hash", "copy"]),
    })
}

fn customers(condition: &str, after: i64, limit: usize) -> String {
    format!(
        "SELECT c.customer_id, c.name, c.birthday, c.city, c.first_seen, c.last_seen FROM customer c \
         WHERE ({condition}) AND c.customer_id > {after} ORDER BY c.customer_id LIMIT {limit}"
    )
}

/// Every line that its order has once more than once.
fn repeats(cursor: Option<&str>, limit: usize) -> Result<String, Problem> {
    let (from, beyond) = match cursor.map(|c| c.split('.').map(number).collect::<Result<Vec<_>, _>>()).transpose()? {
        None => (String::new(), String::new()),
        Some(place) => {
            let &[order, hash, copy] = place.as_slice() else { return Err(wrong_cursor()) };
            (
                format!("WHERE order_key > {order} OR (order_key = {order} AND line_hash >= {hash})"),
                format!("WHERE NOT (order_key = {order} AND line_hash = {hash} AND copy <= {copy})"),
            )
        }
    };
    Ok(format!(
        "SELECT * FROM (SELECT order_key, line_hash, order_id, time, customer_id, product, product_name, quantity, amount, \
         unnest(range(2, times + 1)) AS copy, times FROM (SELECT order_key, line_hash, max(order_id) AS order_id, min(time) AS time, \
         min(customer_id) AS customer_id, max(product) AS product, max(product_name) AS product_name, max(quantity) AS quantity, \
         max(amount) AS amount, count(*) AS times FROM order_line {from} GROUP BY order_key, line_hash HAVING count(*) > 1)) \
         {beyond} ORDER BY order_key, line_hash, copy LIMIT {limit}"
    ))
}
