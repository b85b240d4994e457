//! Takes an import back: its lines, what it replaced, the customers and products that only it knew.

use arrow::array::{AsArray, BooleanArray, Int64Array, RecordBatch};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use base::{Code, CustomerId, ImportId, Problem};
use jobs::Cancel;
use lake::catalog::file::{file_add, file_drop, file_restore};
use lake::{FileState, NewFile, ORDER_LINE, Reading, Snapshot, Split};
use profile::ops::{customers_set_seen, import_undo};
use rustc_hash::FxHashMap;

use super::importer::Importer;
use super::lock::Lock;
use super::model::ImportState;
use crate::store::import as rows;
use crate::store::product::product_undo;

impl Importer {
    /// Undoes an import. What it had replaced is back; customers, attributes and products are as before it. Refused while a
    /// later import has replaced lines of it: that one must be undone first.
    pub async fn undo(&self, id: ImportId, cancel: &Cancel) -> Result<(), Problem> {
        let _lock = Lock::take(&self.dir)?;
        self.take_back(id, cancel).await
    }

    /// As [`Importer::undo`], without a look at the lock.
    pub(super) async fn take_back(&self, id: ImportId, cancel: &Cancel) -> Result<(), Problem> {
        let mut tx = self.lake.db().read().await?;
        let import = rows::import_get(&mut tx, id).await?;
        if import.state != ImportState::Done {
            return Err(Problem::new(
                Code::Conflict,
                format!("{id} is {}, there is nothing to undo", import.state.as_str()),
            ));
        }
        if let Some(later) = rows::replaced_by(&mut tx, id).await?.last() {
            return Err(Problem::new(Code::Conflict, format!("{later} has replaced lines of {id}"))
                .hint(format!("undo {later} first: `guanxi import undo {later}`")));
        }
        drop(tx);
        self.lake.seal(self.clock.now()).await?;
        let snapshot = self.lake.snapshot().await?;
        let back = self.lake.snapshot_replaced_by(id.0).await?;
        let (splits, rest) = self.without(&snapshot, &back, id, cancel).await?;
        let now = self.clock.now();
        let mut tx = self.lake.db().write().await?;
        let old: Vec<i64> = splits.iter().map(|s| s.old.id).collect();
        let kept: Vec<NewFile> = splits.into_iter().filter_map(|s| s.kept).collect();
        file_drop(&mut tx, now, &old).await?;
        file_add(&mut tx, &self.lake, now, &kept, FileState::Live, None).await?;
        file_restore(&mut tx, now, id.0).await?;
        let others = |customer: CustomerId| rest.get(&customer.0).and_then(|r| r.import).map(ImportId);
        import_undo(&mut tx, id, now, &others).await?;
        let seen: Vec<_> =
            rest.iter().filter(|(_, r)| r.touched).map(|(c, r)| (CustomerId(*c), r.import.map(|_| r.span))).collect();
        customers_set_seen(&mut tx, &seen).await?;
        product_undo(&mut tx, now, id).await?;
        rows::mended_undo(&mut tx, id).await?;
        rows::import_set_state(&mut tx, now, id, ImportState::Undone, None).await?;
        tx.commit().await
    }

    /// The files that hold lines of an import, split, and what is left of the history of every customer. `back` are the lines
    /// that return.
    async fn without(
        &self,
        snapshot: &Snapshot,
        back: &Snapshot,
        id: ImportId,
        cancel: &Cancel,
    ) -> Result<(Vec<Split>, FxHashMap<i64, Rest>), Problem> {
        let ids = self.lake.file_ids().await?;
        let (snapshot, back, cancel, threads) = (snapshot.clone(), back.clone(), cancel.clone(), self.threads);
        let work = move || {
            let reading = Reading { columns: &["import_id"], threads, cancel: cancel.flag() };
            let splits = snapshot.split(&ORDER_LINE, &ids, reading, false, |batch: &RecordBatch| {
                Ok(integers(batch, 0)?.values().iter().map(|i| Some(*i == id.0)).collect::<BooleanArray>())
            })?;
            let reading = Reading { columns: &["import_id", "customer_id", "time"], ..reading };
            let mut all = FxHashMap::<i64, Rest>::default();
            for lines in [&snapshot, &back] {
                for part in
                    lines.scan(&ORDER_LINE, reading, None, FxHashMap::default, |rest, batch| note(rest, batch, id))?
                {
                    for (customer, rest) in part {
                        all.entry(customer).or_default().add(rest);
                    }
                }
            }
            Ok((splits, all))
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("undoing was cut off", e))?
    }
}

/// What stays of a customer's history.
#[derive(Clone, Copy, Default)]
struct Rest {
    /// Whether the undone import has lines of him.
    touched: bool,
    /// Another import that has lines of him, and the times of the first and the last of them.
    import: Option<i64>,
    span: (i64, i64),
}

impl Rest {
    fn add(&mut self, other: Self) {
        self.touched |= other.touched;
        self.span = match (self.import, other.import) {
            (Some(_), Some(_)) => (self.span.0.min(other.span.0), self.span.1.max(other.span.1)),
            (None, Some(_)) => other.span,
            _ => self.span,
        };
        self.import = self.import.or(other.import);
    }
}

fn note(rest: &mut FxHashMap<i64, Rest>, batch: &RecordBatch, id: ImportId) -> Result<(), Problem> {
    let (imports, customers) = (integers(batch, 0)?.values(), integers(batch, 1)?);
    let times = batch.column(2).as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(other_type)?.values();
    for (row, customer) in customers.iter().enumerate() {
        let Some(customer) = customer else { continue };
        let mine = imports[row] == id.0;
        let line = Rest { touched: mine, import: (!mine).then_some(imports[row]), span: (times[row], times[row]) };
        rest.entry(customer).or_default().add(line);
    }
    Ok(())
}

fn integers(batch: &RecordBatch, at: usize) -> Result<&Int64Array, Problem> {
    batch.column(at).as_primitive_opt::<Int64Type>().ok_or_else(other_type)
}

fn other_type() -> Problem {
    Problem::new(Code::Internal, "the history has a column of another type")
}
