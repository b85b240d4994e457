//! The purchases of everybody, kept from one question to the next and over a restart. New orders touch few customers: these are read
//! anew, one by one, and laid over what was kept. A pass over the history is made when files changed that it is made of, or when too
//! many were touched.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::row::{RowConverter, SortField};
use base::{Code, Micros, Problem, hash};
use lake::{FileEntry, ORDER_LINE, Reading, Snapshot};

use crate::everybody::Everybody;
use crate::facts::{FactsPlan, Pass};
use crate::list::memory::Memory;
use crate::purchases::{Base, Date, LinesPlan, Own};
use crate::settled::NEVER;

/// A pass over everybody costs no more than reading so many customers one by one.
const SINGLE: usize = 400;
/// Sealed orders are a small file of their own until it is merged: so many lines in files that came later may be laid over.
const LATER: i64 = 20_000;
/// The name under which it is kept.
const NAME: &str = "purchases";

/// What was found.
enum Found {
    Kept(Kept),
    /// A history of so many lines cannot be kept: every question makes a pass.
    Beyond(u64),
}

/// Purchases, and whom other lines touch.
pub(crate) struct Kept {
    base: Base,
    /// Customers with lines it is not made of: what tells these lines apart, and the purchases by all his lines.
    touched: Mutex<BTreeMap<i64, (u64, Own)>>,
    /// Whether it is on disk.
    saved: AtomicBool,
}

/// Customers with lines that something kept is not made of, and what tells these lines apart.
type Since = BTreeMap<i64, u64>;

/// Where it is kept: in memory, and in a folder. It takes no more than `most` bytes.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) memory: &'a Memory,
    pub(crate) folder: &'a Path,
    pub(crate) most: usize,
}

/// The facts of everybody at each of the dates. Not by several threads at once: each would make what is missing.
pub(crate) fn everybody(
    place: Place<'_>,
    snapshot: &Snapshot,
    plan: &FactsPlan,
    dates: &[Micros],
    pass: Pass<'_>,
) -> Result<Vec<Everybody>, Problem> {
    if let Some((lines, dated)) = plan.lines(dates)
        && let Some(found) = Found::of(place, snapshot, lines, pass)?
        && let Found::Kept(kept) = &*found
    {
        return dated.iter().map(|date| kept.at(date, pass.threads)).collect();
    }
    plan.folded(snapshot, dates, pass, |_, everybody| Ok(everybody))
}

/// Makes ready what [`everybody`] needs, whatever the dates. What it gives is to be [saved](Ready::save) when nobody waits.
pub(crate) fn prepare(
    place: Place<'_>,
    snapshot: &Snapshot,
    plan: &FactsPlan,
    pass: Pass<'_>,
) -> Result<Option<Ready>, Problem> {
    let Some((lines, _)) = plan.lines(&[]) else { return Ok(None) };
    let found = Found::of(place, snapshot, lines, pass)?;
    Ok(found.map(|found| Ready { found, lines: lines.clone() }))
}

/// What is ready.
pub(crate) struct Ready {
    found: Arc<Found>,
    lines: LinesPlan,
}

impl Ready {
    /// Keeps it over a restart, unless it is; what it is made of, when it was written.
    pub(crate) fn save(&self, folder: &Path) -> Option<Vec<i64>> {
        let Found::Kept(kept) = &*self.found else { return None };
        if kept.saved.load(Ordering::Relaxed) || !kept.base.save(folder, &self.lines) {
            return None;
        }
        kept.saved.store(true, Ordering::Relaxed);
        Some(kept.base.files.iter().map(|(id, _)| *id).collect())
    }
}

impl Found {
    /// What is kept, as it is now; made when there is none. `None` when purchases cannot be told so.
    fn of(
        place: Place<'_>,
        snapshot: &Snapshot,
        plan: &LinesPlan,
        pass: Pass<'_>,
    ) -> Result<Option<Arc<Self>>, Problem> {
        let mut saved = None;
        match place.memory.ready::<Self>(NAME, plan.stamp()).as_deref() {
            Some(Self::Beyond(lines)) if snapshot.rows(&ORDER_LINE) >= *lines => return Ok(None),
            Some(Self::Beyond(_)) => {}
            Some(Self::Kept(kept)) => {
                if kept.follow(snapshot, plan)? {
                    return Ok(place.memory.ready(NAME, plan.stamp()));
                }
                saved = kept.saved.load(Ordering::Relaxed).then(|| kept.base.files.clone());
            }
            None => {
                if let Some(base) = Base::load(place.folder, plan).filter(|base| base.purchases.bytes() <= place.most) {
                    let kept = Kept::new(base, BTreeMap::new(), true);
                    if kept.follow(snapshot, plan)? {
                        return Ok(Some(Self::Kept(kept).put(place, plan)));
                    }
                    saved = Some(kept.base.files);
                }
            }
        }
        // The pass needs the room.
        place.memory.drop(NAME);
        let Some(made) = plan.make(snapshot, pass, place.most)? else {
            Self::Beyond(snapshot.rows(&ORDER_LINE)).put(place, plan);
            return Ok(None);
        };
        let mut files: Vec<(i64, i64)> = snapshot.files(&ORDER_LINE).map(|f| (f.id, f.hash)).collect();
        files.sort_unstable();
        let since = since(snapshot, plan, &[])?;
        let stamped = |(customer, own)| Some((customer, (*since.get(&customer)?, own)));
        let touched = made.touched.into_iter().filter_map(stamped).collect();
        let saved = saved.is_some_and(|before| before == files);
        Ok(Some(Self::Kept(Kept::new(Base { files, purchases: made.sealed }, touched, saved)).put(place, plan)))
    }

    fn put(self, place: Place<'_>, plan: &LinesPlan) -> Arc<Self> {
        let bytes = if let Self::Kept(kept) = &self { kept.base.purchases.bytes() } else { 0 };
        let found = Arc::new(self);
        place.memory.put(NAME, plan.stamp(), (Arc::clone(&found), bytes), (NAME, place.most));
        found
    }
}

impl Kept {
    fn new(base: Base, touched: BTreeMap<i64, (u64, Own)>, saved: bool) -> Self {
        Self { base, touched: Mutex::new(touched), saved: AtomicBool::new(saved) }
    }

    /// Reads whom other lines touch; `false` when everything is better read anew.
    fn follow(&self, snapshot: &Snapshot, plan: &LinesPlan) -> Result<bool, Problem> {
        let known = |file: &&FileEntry| self.base.files.binary_search(&(file.id, file.hash)).is_ok();
        let (old, later): (Vec<_>, Vec<_>) = snapshot.files(&ORDER_LINE).partition(known);
        if old.len() < self.base.files.len() || later.iter().map(|file| file.rows).sum::<i64>() > LATER {
            return Ok(false);
        }
        let since = since(snapshot, plan, &later)?;
        let mut touched = self.touched();
        touched.retain(|customer, (stamp, _)| since.get(customer) == Some(stamp));
        if since.len() - touched.len() > SINGLE {
            return Ok(false);
        }
        for (customer, stamp) in since {
            if let Entry::Vacant(place) = touched.entry(customer) {
                let lines = snapshot.of_customer(&ORDER_LINE, customer, plan.columns())?;
                let Some(own) = plan.own(&self.base.purchases, &lines)? else { return Ok(false) };
                place.insert((stamp, own));
            }
        }
        Ok(true)
    }

    /// Everybody at a date.
    fn at(&self, date: &Date, threads: usize) -> Result<Everybody, Problem> {
        let purchases = &self.base.purchases;
        let touched = self.touched();
        let touched = touched.iter().map(|(customer, (_, own))| purchases.facts_by(*customer, own, date));
        let touched = touched.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        Ok(Everybody { sealed: purchases.facts(date, threads)?, touched })
    }

    fn touched(&self) -> MutexGuard<'_, BTreeMap<i64, (u64, Own)>> {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The customers with lines in some files or in none.
fn since(snapshot: &Snapshot, plan: &LinesPlan, files: &[&FileEntry]) -> Result<Since, Problem> {
    let mut since = Since::new();
    let mut note = |customer: i64, what: &[u8]| {
        let stamp = since.entry(customer).or_default();
        *stamp = hash::stable_parts([&stamp.to_le_bytes(), what]);
    };
    let reading = Reading { columns: &["customer_id"], threads: 1, cancel: &NEVER };
    for file in files {
        let alone = snapshot.only_files(&[file.id]);
        let customers = alone.scan(&ORDER_LINE, reading, None, Vec::new, |all: &mut Vec<i64>, batch| {
            all.extend(customers(batch)?.into_iter().map(|(_, customer)| customer));
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
        for (row, customer) in customers(batch)? {
            note(customer, rows.row(row).as_ref());
        }
    }
    Ok(since)
}

/// The rows of known customers, with these.
fn customers(batch: &RecordBatch) -> Result<Vec<(usize, i64)>, Problem> {
    let ids = batch.column_by_name("customer_id").and_then(|ids| ids.as_primitive_opt::<Int64Type>());
    let ids = ids.ok_or_else(|| Problem::new(Code::Internal, "order lines lack the column customer_id"))?;
    Ok(ids.iter().enumerate().filter_map(|(row, customer)| Some((row, customer?))).collect())
}

#[cfg(test)]
mod tests;
