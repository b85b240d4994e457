//! Counts all checks: one look at the order lines, two at the orders, one at each of the other tables.

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use base::{Micros, Problem, clock::DAY};
use jiff::civil::Date;
use lake::engine::QueryResult;
use web::Mask;

use super::checks::{CHECKS, Of};
use super::{Counted, Quality};
use crate::data::Data;
use crate::data::tables::instant;

/// How many days should have sales.
pub(super) const DAYS: i64 = 30;
/// The tables that are computed from the history.
pub(super) const DERIVED: [&str; 2] = ["trait", "rfm"];

const ORDERS: &str = "SELECT count(*) AS n, count(*) FILTER (WHERE low <> high) FROM
    (SELECT min(customer_id) AS low, max(customer_id) AS high FROM order_line GROUP BY order_key)";
const REPEATS: &str = "SELECT COALESCE(sum(n), 0) AS lines, COALESCE(sum(n - 1), 0) AS more FROM
    (SELECT count(*) AS n FROM order_line GROUP BY order_key, line_hash)";
const REACH: &str =
    "SELECT count(*) AS n, count(*) FILTER (WHERE k.customer_id IS NULL) AS bad FROM customer c LEFT JOIN
    (SELECT customer_id FROM contact WHERE email OR phone) k ON k.customer_id = c.customer_id";
const ALIKE: &str =
    "SELECT COALESCE(sum(n), 0) AS customers, COALESCE(sum(CASE WHEN n > 1 THEN n ELSE 0 END), 0) AS bad FROM
    (SELECT count(*) AS n FROM customer WHERE name IS NOT NULL AND birthday IS NOT NULL GROUP BY name, birthday)";

impl Data {
    pub(super) async fn count(&self) -> Result<Quality, Problem> {
        let lines = self.many("order_line", |of| match of {
            Of::Lines(of, fails) => Some((of, fails)),
            _ => None,
        });
        let mut lines = lines.await?.into_iter();
        let mut customers = self.many_rows("customer").await?.into_iter();
        let mut products = self.many_rows("product").await?.into_iter();
        let mut counts = Vec::with_capacity(CHECKS.len());
        for check in &CHECKS {
            counts.push(match check.of {
                Of::Lines(..) => lines.next().unwrap_or(Counted::of(0, 0)),
                Of::Rows(..) if check.table == "customer" => customers.next().unwrap_or(Counted::of(0, 0)),
                Of::Rows(..) => products.next().unwrap_or(Counted::of(0, 0)),
                Of::Orders => self.two(ORDERS).await?,
                Of::Repeats => self.two(REPEATS).await?,
                Of::Reach => self.two(REACH).await?,
                Of::Alike => self.two(ALIKE).await?,
                Of::Days => {
                    let (all, missing) = self.days().await?;
                    Counted::of(all, missing.len() as i64)
                }
                Of::Derived => {
                    let stale = self.derived().await?;
                    Counted::of(stale.len() as i64, stale.iter().filter(|d| d.stale).count() as i64)
                }
            });
        }
        Ok(Quality { as_of: self.app.now(), counts })
    }

    /// A condition of the checks with what it needs to know.
    pub(super) fn filled(&self, condition: &str) -> String {
        let currency = format!("'{}'", self.currency.replace('\'', "''"));
        condition.replace("{now}", &instant(self.app.now())).replace("{currency}", &currency)
    }

    async fn many_rows(&self, table: &'static str) -> Result<Vec<Counted>, Problem> {
        self.many(table, |of| match of {
            Of::Rows(of, fails) => Some((of, fails)),
            _ => None,
        })
        .await
    }

    /// All checks of the rows of a table, in one look.
    async fn many(
        &self,
        table: &'static str,
        pick: impl Fn(Of) -> Option<(&'static str, &'static str)>,
    ) -> Result<Vec<Counted>, Problem> {
        let checks = CHECKS.iter().filter(|c| c.table == table).filter_map(|c| pick(c.of));
        let columns: Vec<String> = checks
            .map(|(of, fails)| (self.filled(of), self.filled(fails)))
            .enumerate()
            .map(|(at, (of, fails))| {
                format!(
                    "count(*) FILTER (WHERE {of}) AS all_{at}, count(*) FILTER (WHERE ({of}) AND ({fails})) AS bad_{at}"
                )
            })
            .collect();
        let sql = format!("SELECT {} FROM {table}", columns.join(", "));
        let numbers = numbers(&self.engine.ask(&sql, 1, Mask::Off).await?)?;
        Ok(numbers.chunks_exact(2).map(|pair| Counted::of(pair[0], pair[1])).collect())
    }

    async fn two(&self, sql: &str) -> Result<Counted, Problem> {
        let numbers = numbers(&self.engine.ask(sql, 1, Mask::Off).await?)?;
        Ok(Counted::of(numbers[0], numbers[1]))
    }

    /// How many days are asked for, and which of them have no sale. None is asked for where nothing was ever sold.
    pub(super) async fn days(&self) -> Result<(i64, Vec<Date>), Problem> {
        let now = self.app.now();
        let since = now - (DAYS + 2) * DAY;
        let sql = format!(
            "SELECT DISTINCT CAST(date_trunc('hour', time) AS BIGINT) FROM order_line WHERE kind = 'sale' AND time >= {}",
            instant(since)
        );
        let answer = self.engine.ask(&sql, 10_000, Mask::Off).await?;
        let mut sold = std::collections::BTreeSet::new();
        for batch in &answer.batches {
            let hours = cast(batch.column(0), &DataType::Int64).map_err(not_a_number)?;
            sold.extend(hours.as_primitive::<Int64Type>().values().iter().filter_map(|at| self.day(*at)));
        }
        let ever = self.engine.ask("SELECT 1 FROM order_line WHERE kind = 'sale' LIMIT 1", 1, Mask::Off).await?;
        let Some(today) = self.day(now).filter(|_| ever.rows() > 0) else { return Ok((0, Vec::new())) };
        // Today is not over.
        let days = (1..=DAYS).filter_map(|back| today.checked_sub(jiff::Span::new().days(back)).ok());
        Ok((DAYS, days.filter(|day| !sold.contains(day)).collect()))
    }

    fn day(&self, at: Micros) -> Option<Date> {
        let at = jiff::Timestamp::from_microsecond(at).ok()?;
        Some(at.to_zoned(self.zone.tz().clone()).date())
    }

    /// The tables that are computed, and whether the history has changed since. None is asked for where there is no history.
    pub(super) async fn derived(&self) -> Result<Vec<Derived>, Problem> {
        let tables = self.described().await?;
        let find = |name: &str| tables.iter().find(|t| t.name == name);
        let Some(history) = find("order_line").filter(|t| t.rows > 0) else { return Ok(Vec::new()) };
        let changed_at = history.updated_at;
        let each = DERIVED.map(|name| {
            let computed_at = find(name).filter(|t| t.rows > 0).and_then(|t| t.updated_at);
            Derived { name, computed_at, changed_at, stale: computed_at.is_none() || computed_at < changed_at }
        });
        Ok(each.into())
    }
}

/// A computed table.
pub(super) struct Derived {
    pub name: &'static str,
    pub computed_at: Option<Micros>,
    pub changed_at: Option<Micros>,
    pub stale: bool,
}

/// The numbers of the only row of an answer.
fn numbers(answer: &QueryResult) -> Result<Vec<i64>, Problem> {
    let Some(batch) = answer.batches.first().filter(|b| b.num_rows() == 1) else {
        return Ok(vec![0; answer.schema.fields().len()]);
    };
    let number = |column: &arrow::array::ArrayRef| {
        let column = cast(column, &DataType::Int64).map_err(not_a_number)?;
        Ok(column.as_primitive::<Int64Type>().value(0))
    };
    batch.columns().iter().map(number).collect()
}

fn not_a_number(error: arrow::error::ArrowError) -> Problem {
    Problem::internal("a count is not a number", error)
}
