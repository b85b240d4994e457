//! The facts of everybody, kept from one question to the next. New orders touch few customers: these are folded anew, one by one, and
//! laid over what was kept. A pass over the history is made when files changed that it is made of, or when too many were touched.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::row::{RowConverter, SortField};
use base::{Code, CustomerId, Micros, Problem, hash};
use lake::{FileEntry, ORDER_LINE, Reading, Snapshot};

use crate::everybody::Everybody;
use crate::facts::{FactsPlan, Pass, times};
use crate::list::memory::Memory;
use crate::model::Facts;
use crate::settled::NEVER;

/// A pass over everybody costs no more than folding so many customers one by one.
const SINGLE: usize = 400;
/// Sealed orders are a small file of their own until it is merged: so many lines in files that came later may be laid over.
const LATER: i64 = 20_000;

/// What was found at a date.
struct Kept {
    /// The files it is made of, ascending.
    files: Vec<i64>,
    /// By the lines in these alone.
    sealed: Arc<Vec<Facts>>,
    /// Customers with other lines: what tells these lines apart, and the facts by all his lines.
    touched: Mutex<BTreeMap<i64, (u64, Facts)>>,
}

/// Customers with lines that something kept is not made of, and what tells these lines apart.
type Since = BTreeMap<i64, u64>;

/// The facts of everybody at each of the dates. Not by several threads at once: each would make what is missing.
pub(crate) fn everybody(
    memory: &Memory,
    snapshot: &Snapshot,
    plan: &FactsPlan,
    dates: &[Micros],
    pass: Pass<'_>,
) -> Result<Vec<Everybody>, Problem> {
    let mut found = vec![None; dates.len()];
    let mut missing = Vec::new();
    for (at, place) in dates.iter().zip(&mut found) {
        if let Some(kept) = memory.ready::<Kept>(&name(plan, *at), plan.stamp()) {
            *place = kept.now(snapshot, plan, *at)?;
        }
        missing.extend(place.is_none().then_some(*at));
    }
    let made = if missing.is_empty() { Vec::new() } else { plan.everybody(snapshot, &missing, pass)? };
    let mut made = missing.into_iter().zip(made).map(|(at, everybody)| {
        let kept = Kept::new(snapshot, plan, at, &everybody)?;
        let customers = kept.sealed.len();
        if fits(customers) {
            let weighed = (Arc::new(kept), customers * size_of::<Facts>());
            memory.put(&name(plan, at), plan.stamp(), weighed, (KEPT, MOST));
        }
        Ok(everybody)
    });
    found.into_iter().filter_map(|known| known.map(Ok).or_else(|| made.next())).collect()
}

/// Begins the names under which facts are kept.
const KEPT: &str = "everybody:";
/// All facts that are kept take no more bytes, so that there is room for lists.
const MOST: usize = 224 << 20;
/// What the overview asks for: where two periods begin, and where they end.
const DATES: usize = 3;

/// Whether the facts of so many customers are kept. Otherwise one would make the other go, and every question makes a pass.
pub(crate) const fn fits(customers: usize) -> bool {
    customers * size_of::<Facts>() * DATES <= MOST
}

fn name(plan: &FactsPlan, as_of: Micros) -> String {
    format!("{KEPT}{as_of}:{:x}", plan.stamp())
}

impl Kept {
    fn new(snapshot: &Snapshot, plan: &FactsPlan, as_of: Micros, everybody: &Everybody) -> Result<Self, Problem> {
        let mut files: Vec<i64> = snapshot.until(as_of).files(&ORDER_LINE).map(|f| f.id).collect();
        files.sort_unstable();
        let since = since(snapshot, plan, as_of, &[])?;
        let touched = everybody.touched.iter().filter_map(|f| Some((f.customer, (*since.get(&f.customer)?, *f))));
        Ok(Self { files, sealed: Arc::clone(&everybody.sealed), touched: Mutex::new(touched.collect()) })
    }

    /// How it is now; `None` when that is better found by a pass over everybody.
    fn now(&self, snapshot: &Snapshot, plan: &FactsPlan, as_of: Micros) -> Result<Option<Everybody>, Problem> {
        let snapshot = snapshot.until(as_of);
        let (old, later): (Vec<_>, Vec<_>) =
            snapshot.files(&ORDER_LINE).partition(|file| self.files.binary_search(&file.id).is_ok());
        if old.len() < self.files.len() || later.iter().map(|file| file.rows).sum::<i64>() > LATER {
            return Ok(None);
        }
        let since = since(&snapshot, plan, as_of, &later)?;
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        touched.retain(|customer, (stamp, _)| since.get(customer) == Some(stamp));
        if since.len() - touched.len() > SINGLE {
            return Ok(None);
        }
        for (customer, stamp) in since {
            if let Entry::Vacant(place) = touched.entry(customer) {
                place.insert((stamp, plan.one(&snapshot, as_of, CustomerId(customer))?));
            }
        }
        let touched = touched.values().map(|(_, facts)| *facts).collect();
        Ok(Some(Everybody { sealed: Arc::clone(&self.sealed), touched }))
    }
}

/// The customers with lines until a date in some files or in none.
fn since(snapshot: &Snapshot, plan: &FactsPlan, as_of: Micros, files: &[&FileEntry]) -> Result<Since, Problem> {
    let mut since = Since::new();
    let mut note = |customer: i64, what: &[u8]| {
        let stamp = since.entry(customer).or_default();
        *stamp = hash::stable_parts([&stamp.to_le_bytes(), what]);
    };
    let reading = Reading { columns: &["customer_id", "time"], threads: 1, cancel: &NEVER };
    for file in files {
        let alone = snapshot.only_files(&[file.id]);
        let customers = alone.scan(&ORDER_LINE, reading, None, Vec::new, |all: &mut Vec<i64>, batch| {
            all.extend(customers(batch, as_of)?.into_iter().map(|(_, customer)| customer));
            Ok(())
        })?;
        let mut customers: Vec<i64> = customers.into_iter().flatten().collect();
        customers.dedup();
        for customer in customers {
            note(customer, &file.id.to_le_bytes());
        }
    }
    for batch in snapshot.hot(&ORDER_LINE) {
        let arrow = |e| Problem::internal("order lines are not of their type", e);
        let columns: Vec<_> = plan.columns().iter().filter_map(|name| batch.column_by_name(name)).cloned().collect();
        let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
        let rows = RowConverter::new(fields).and_then(|to| to.convert_columns(&columns)).map_err(arrow)?;
        for (row, customer) in customers(batch, as_of)? {
            note(customer, rows.row(row).as_ref());
        }
    }
    Ok(since)
}

/// The rows of known customers until a date, with these.
fn customers(batch: &RecordBatch, as_of: Micros) -> Result<Vec<(usize, i64)>, Problem> {
    let ids = batch.column_by_name("customer_id").and_then(|ids| ids.as_primitive_opt::<Int64Type>());
    let ids = ids.ok_or_else(|| Problem::new(Code::Internal, "order lines lack the column customer_id"))?;
    let rows = ids.iter().zip(times(batch)?).enumerate().filter(|(_, (_, at))| **at <= as_of);
    Ok(rows.filter_map(|(row, (customer, _))| Some((row, customer?))).collect())
}

#[cfg(test)]
mod tests;
