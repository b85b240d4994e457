//! Lists: what clients ask for, as SQL with the position of a cursor.

use std::fmt::Write as _;

use base::Problem;
use serde::Deserialize;
use store::{Row, Tx, Value};
use utoipa::IntoParams;

use super::field::{Field, Kind, find};
use super::filter::condition;
use super::page::{Cursor, Page, limit};

/// How many entries a page has when nobody says.
const PAGE: u32 = 50;
/// How many entries a page may have.
const LARGEST_PAGE: u32 = 500;

/// The query parameters of every list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// How many entries to give at most: 1 to 500.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500, example = 50)]
    pub limit: Option<u32>,
    /// `next` of the page before; with the same `sort` and `filter`.
    #[param(value_type = Option<String>)]
    pub cursor: Option<String>,
    /// Fields to sort by, separated by commas; `-` in front turns the order round.
    #[param(value_type = Option<String>)]
    pub sort: Option<String>,
    /// `field:operator:value`, may be given several times; all must hold. Operators: eq, ne, lt, le, gt, ge, in (values
    /// separated by commas), has (part of a text).
    #[param(value_type = Option<Vec<String>>, style = Form, explode)]
    pub filter: Vec<String>,
}

/// What a list is made of.
#[derive(Clone, Debug)]
pub struct ListSpec {
    /// Its name: a cursor of one list is refused by another.
    pub name: &'static str,
    /// What it can be filtered and sorted by.
    pub fields: Vec<Field>,
    /// The unique column that decides between equals, and whether the greatest comes first.
    pub key: (&'static str, bool),
    /// How it is sorted when nobody says, as clients write it; empty: by the key.
    pub sort: &'static str,
}

/// A list that was asked for and makes sense.
#[derive(Clone, Debug)]
pub struct List {
    limit: u32,
    order: Vec<(String, bool)>,
    filters: Vec<String>,
    fields: Vec<Field>,
    after: Option<Vec<Value>>,
    mark: u64,
}

impl ListQuery {
    /// Checks what was asked for against what there is.
    pub fn check(&self, spec: ListSpec) -> Result<List, Problem> {
        let mut wrong = Vec::new();
        let limit = limit(self.limit, PAGE, LARGEST_PAGE).map_err(|p| wrong.push(p)).unwrap_or_default();
        let sort = self.sort.as_deref().unwrap_or(spec.sort);
        let mut order = Vec::new();
        let mut kinds = Vec::new();
        for word in sort.split(',').map(str::trim).filter(|w| !w.is_empty()) {
            let (name, down) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
            match find(&spec.fields, name, "sort") {
                Ok(field) => {
                    order.push((field.sql.to_string(), down));
                    kinds.push(field.kind.clone());
                }
                Err(problem) => wrong.push(at(problem, "sort".to_owned())),
            }
        }
        order.push((spec.key.0.to_owned(), spec.key.1));
        kinds.push(Kind::Int);
        for (i, filter) in self.filter.iter().enumerate() {
            if let Err(problem) = condition(&spec.fields, filter, 1) {
                wrong.push(at(problem, format!("filter[{i}]")));
            }
        }
        if let Some(problem) = wrong.into_iter().reduce(Problem::and) {
            return Err(problem);
        }
        let parts = [spec.name, sort].into_iter().chain(self.filter.iter().map(String::as_str));
        let mark = base::hash::stable_parts(parts.map(str::as_bytes)) >> 12;
        let after = self.cursor.as_deref().map(|c| Cursor::decode(c, mark, &kinds)).transpose()?;
        Ok(List { limit, order, filters: self.filter.clone(), fields: spec.fields, after, mark })
    }
}

/// Says which parameter a problem is about.
fn at(problem: Problem, field: String) -> Problem {
    let message = problem.message.clone();
    problem.field(field, message)
}

impl List {
    /// The page. `select` is `a, b, c`, `from` is `t JOIN … WHERE …` (ending in a condition, `WHERE 1 = 1` if there is none),
    /// whose parameters are `args`.
    pub async fn fetch<T>(
        &self,
        tx: &mut Tx,
        select: &str,
        from: &str,
        mut args: Vec<Value>,
        read: impl Fn(&Row) -> Result<T, Problem>,
    ) -> Result<Page<T>, Problem> {
        let mut sql = format!("SELECT {select}");
        for (i, (column, _)) in self.order.iter().enumerate() {
            let _ = write!(sql, ", {column} AS sort_{i}");
        }
        let _ = write!(sql, " FROM {from}");
        self.narrow(&mut sql, &mut args)?;
        if let Some(after) = &self.after {
            let _ = write!(sql, " AND ({})", self.beyond(args.len() + 1));
            args.extend(after.iter().cloned());
        }
        let order: Vec<String> =
            self.order.iter().map(|(c, down)| format!("{c} {}", if *down { "DESC" } else { "ASC" })).collect();
        let _ = write!(sql, " ORDER BY {} LIMIT {}", order.join(", "), self.limit + 1);
        let rows = tx.fetch_all(&sql, args).await?;
        let full = rows.len() > self.limit as usize;
        let kept = &rows[..rows.len().min(self.limit as usize)];
        let next = match kept.last() {
            Some(last) if full => {
                let first = last.len() - self.order.len();
                let values = (first..last.len()).map(|i| last.value(i)).collect::<Result<Vec<_>, _>>()?;
                Some(Cursor::new(self.mark, values).encode())
            }
            _ => None,
        };
        Ok(Page { items: kept.iter().map(read).collect::<Result<_, _>>()?, next })
    }

    /// How many there are on all pages; `from` and `args` as for [`Self::fetch`].
    pub async fn count(&self, tx: &mut Tx, from: &str, mut args: Vec<Value>) -> Result<i64, Problem> {
        let mut sql = format!("SELECT CAST(count(*) AS BIGINT) AS n FROM {from}");
        self.narrow(&mut sql, &mut args)?;
        tx.fetch_one(&sql, args).await?.get("n")
    }

    fn narrow(&self, sql: &mut String, args: &mut Vec<Value>) -> Result<(), Problem> {
        for filter in &self.filters {
            let (text, values) = condition(&self.fields, filter, args.len() + 1)?;
            let _ = write!(sql, " AND {text}");
            args.extend(values);
        }
        Ok(())
    }

    /// What comes after the cursor: later in the first column, or equal there and later in the second, …
    fn beyond(&self, first: usize) -> String {
        let mut equal = String::new();
        let mut cases = Vec::new();
        for (i, (column, down)) in self.order.iter().enumerate() {
            let place = first + i;
            cases.push(format!("({equal}{column} {} ${place})", if *down { "<" } else { ">" }));
            let _ = write!(equal, "{column} = ${place} AND ");
        }
        cases.join(" OR ")
    }
}
