//! Who is meant by a search, filters and a set, and in which order.

use std::sync::Arc;

use base::{Code, Problem};
use profile::ops::{Matching, attribute_list, customer_matching, identity_kind_list};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::column::{Cell, Column};
use super::define::{self, Define};
use super::filter::{Clocks, Filter, find};
use super::frame::{Frame, blocking};
use super::page::{Order, from_json, to_json};
use super::within;
use crate::model::Text;
use crate::stage::{Set, Stage};

/// The column that lists are sorted by when nobody says.
const USUAL: &str = "-monetary";

/// The columns of the list that the console shows first.
const FIRST: [&str; 6] = ["monetary", "frequency", "recency", "last_purchase", "rfm_group", "life_stage"];

/// What narrows and orders a list of customers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListQuery, example = json!({"filter": ["monetary:ge:1000"], "within": "group:champions", "sort": "-monetary"}))]
pub struct Ask {
    /// What a person would type: name, pinyin, initials, e-mail, telephone, card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// `column:operator:value`; all must hold.
    #[serde(default)]
    pub filter: Vec<String>,
    /// The set of customers behind a number: `group:champions`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// A column; `-` in front turns the order round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
}

/// The customers that are meant.
pub(crate) struct Found {
    pub(crate) frame: Frame,
    pub(crate) columns: Arc<Vec<Define>>,
    /// Their rows, ascending.
    rows: Arc<Vec<u32>>,
    /// Whether these are all.
    pub(crate) complete: bool,
    /// The set they were taken from, its label and size.
    pub(crate) within: Option<(Text, usize)>,
    order: Option<Arc<Column>>,
    down: bool,
    mark: u64,
}

impl Stage {
    /// All columns of a list.
    pub(crate) async fn columns(&self) -> Result<Arc<Vec<Define>>, Problem> {
        let mut tx = self.app.db.read().await?;
        let (attributes, kinds) = (attribute_list(&mut tx).await?, identity_kind_list(&mut tx).await?);
        drop(tx);
        let (book, traits) = (self.run_book().await?, self.traits()?);
        Ok(Arc::new(define::columns(&attributes, &kinds, &traits, &book)))
    }

    /// Loads what lists begin with, unless it is there for the data as they are. The server does so by itself, so that nobody waits
    /// for it.
    pub async fn warm(&self) -> Result<(), Problem> {
        let columns = self.columns().await?;
        let frame = Frame::open(&self.lake, &self.memory).await?;
        for define in columns.iter().filter(|define| FIRST.contains(&define.name.as_str())) {
            frame.column(define).await?;
        }
        Ok(())
    }

    /// Who is meant. `whole`: personal data is masked, so that only whole values find somebody.
    pub(crate) async fn find(&self, ask: &Ask, whole: bool) -> Result<Found, Problem> {
        let columns = self.columns().await?;
        let clocks = Clocks { zone: &self.zone, now: self.app.now() };
        let mut filters = Vec::with_capacity(ask.filter.len());
        let mut wrong = Vec::new();
        for (at, text) in ask.filter.iter().enumerate() {
            match Filter::parse(&columns, text, &clocks, whole) {
                Ok(filter) => filters.push(filter),
                Err(problem) => wrong.push(field(problem, format!("filter[{at}]"))),
            }
        }
        let order = order(&columns, ask.sort.as_deref(), whole).map_err(|p| field(p, "sort".to_owned()));
        let (sorted, down) = match (order, wrong.into_iter().reduce(Problem::and)) {
            (Ok(order), None) => order,
            (Err(problem), None) | (Ok(_), Some(problem)) => return Err(problem),
            (Err(other), Some(problem)) => return Err(problem.and(other)),
        };
        let frame = Frame::open(&self.lake, &self.memory).await?;
        let within = match &ask.within {
            Some(text) => Some(self.set(&frame, text).await?),
            None => None,
        };
        let matching = match ask.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
            Some(q) => Some(customer_matching(&mut self.app.db.read().await?, self.region, q, whole).await?),
            None => None,
        };
        let complete = matching.as_ref().is_none_or(|m| m.complete);
        let mut tests = Vec::with_capacity(filters.len());
        for filter in filters {
            let define = &columns[filter.column];
            tests.push((frame.column(define).await?, define.shape, filter));
        }
        let order = match sorted {
            Some(at) => Some(frame.column(&columns[at]).await?),
            None => None,
        };
        let size = within.as_ref().map(|set| (set.label.clone(), set.customers.len()));
        let this = frame.clone();
        let rows = blocking(move || {
            let mut rows = begin(&this, within.as_ref(), matching.as_ref());
            for (column, shape, filter) in &tests {
                filter.keep(column, *shape, &mut rows);
            }
            Ok(Arc::new(rows))
        })
        .await?;
        let mark = mark(ask);
        Ok(Found { frame, columns, rows, complete, within: size, order, down, mark })
    }

    /// The customers behind a number, of this stage or another.
    async fn set(&self, frame: &Frame, text: &str) -> Result<Set, Problem> {
        if let Some(set) = within::set(self, frame, text).await? {
            return Ok(set);
        }
        (self.outside.within)(text.to_owned()).await?.ok_or_else(|| within::wrong(text))
    }
}

fn field(problem: Problem, name: String) -> Problem {
    let message = problem.message.clone();
    problem.field(name, message)
}

/// Everybody, or those of the set and of the search.
fn begin(frame: &Frame, within: Option<&Set>, matching: Option<&Matching>) -> Vec<u32> {
    let found: Option<Vec<i64>> = match (within, matching) {
        (None, None) => None,
        (Some(set), None) => Some(set.customers.to_vec()),
        (None, Some(m)) => Some(m.customers.iter().map(|c| c.0).collect()),
        (Some(set), Some(m)) => {
            let inside = |id: &i64| set.customers.binary_search(id).is_ok();
            Some(m.customers.iter().map(|c| c.0).filter(inside).collect())
        }
    };
    let Some(found) = found else { return (0..frame.len() as u32).collect() };
    found.iter().filter_map(|id| frame.ids.binary_search(id).ok().map(|row| row as u32)).collect()
}

/// The column a list is sorted by, and whether downwards.
fn order(columns: &[Define], sort: Option<&str>, whole: bool) -> Result<(Option<usize>, bool), Problem> {
    let Some(sort) = sort.filter(|s| !s.is_empty()) else {
        let usual = columns.iter().position(|c| c.name == USUAL.trim_start_matches('-'));
        return Ok((usual, usual.is_some()));
    };
    let (name, down) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
    let at = find(columns, name)?;
    if whole && columns[at].personal {
        return Err(Problem::new(Code::Forbidden, format!("{name} is personal: the order would tell what is masked"))
            .hint("sort by another column, or ask for the permission customers.pii"));
    }
    Ok((Some(at), down))
}

/// Tells lists apart, so that a cursor of one is refused by another.
fn mark(ask: &Ask) -> u64 {
    let plain = serde_json::to_string(ask).unwrap_or_default();
    base::hash::stable_parts([b"customers".as_slice(), plain.as_bytes()]) >> 12
}

impl Found {
    /// How many.
    pub(crate) fn total(&self) -> usize {
        self.rows.len()
    }

    /// A page behind a cursor, and the cursor of the next.
    pub(crate) async fn page(&self, cursor: Option<&str>, limit: usize) -> Result<(Vec<u32>, Option<String>), Problem> {
        let after = cursor.map(|text| self.after(text)).transpose()?;
        let (rows, column, down) = (Arc::clone(&self.rows), self.order.clone(), self.down);
        let (page, more) =
            blocking(move || Ok(Order { column: column.as_deref(), down }.page(&rows, after.as_ref(), limit))).await?;
        let next = page.last().filter(|_| more).map(|last| {
            let cell = self.order.as_ref().map_or(Cell::Nothing, |c| c.cell(*last as usize));
            let id = self.frame.ids[*last as usize];
            web::api::page::cursor_encode(self.mark, vec![to_json(&cell), id.into()])
        });
        Ok((page, next))
    }

    /// All rows in order.
    pub(crate) async fn all(&self) -> Result<Vec<u32>, Problem> {
        let (rows, column, down) = (Arc::clone(&self.rows), self.order.clone(), self.down);
        blocking(move || Ok(Order { column: column.as_deref(), down }.all(&rows))).await
    }

    fn after(&self, text: &str) -> Result<(Cell, u32), Problem> {
        let values = web::api::page::cursor_decode(text, self.mark)?;
        let [value, Json::Number(id)] = &values[..] else { return Err(web::api::page::cursor_wrong()) };
        let cell = from_json(value, self.order.as_deref()).ok_or_else(web::api::page::cursor_wrong)?;
        let id = id.as_i64().ok_or_else(web::api::page::cursor_wrong)?;
        // A customer who is gone meanwhile: what came after him still does.
        Ok((cell, self.frame.ids.partition_point(|i| *i <= id).saturating_sub(1) as u32))
    }
}
