//! Takes an import back: its lines, what it replaced, the customers and products that only it knew.

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::Int64Type;
use base::{Code, CustomerId, ImportId, Problem};
use jobs::Cancel;
use lake::catalog::file::{file_add, file_drop, file_restore};
use lake::{FileState, NewFile, ORDER_LINE, Reading, Snapshot, Split};
use profile::ops::{customers_set_seen, import_undo};
use rustc_hash::FxHashSet;

use super::importer::Importer;
use super::left::{Going, Left};
use super::lock::Lock;
use super::model::ImportState;
use crate::store::import as rows;
use crate::store::product::product_undo;

/// How often it is tried again because the history changed under it.
const TRIES: u32 = 5;

/// What undoing makes of the files.
struct Look {
    /// The visible files that hold lines of the import.
    without: Vec<Split>,
    /// The replaced files with orders that do not come back.
    back: Vec<Split>,
    left: Left,
}

impl Importer {
    /// Undoes an import. What it had replaced is back, but for orders that came anew since; customers, attributes and products are
    /// as before it. Refused while a later import has replaced lines of it, or brought its bad rows mended: that one must be undone first.
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
        if let Some(later) = rows::undo_first(&mut tx, id).await?.last() {
            return Err(Problem::new(
                Code::Conflict,
                format!("{later} has replaced lines of {id}, or brought its bad rows"),
            )
            .hint(format!("undo {later} first: `guanxi import undo {later}`")));
        }
        drop(tx);
        let mut tries = 0;
        loop {
            tries += 1;
            self.lake.seal(self.clock.now()).await?;
            let snapshot = self.lake.snapshot().await?;
            match self.take_out(&snapshot, id, cancel).await {
                // The intake or merging was faster: look again.
                Err(p) if p.code == Code::Conflict && tries < TRIES => tracing::info!("undoing again: {p}"),
                done => return done,
            }
        }
    }

    /// Takes the lines out of what is visible; a problem of the code `conflict`: that is no longer what `snapshot` shows.
    pub(crate) async fn take_out(&self, snapshot: &Snapshot, id: ImportId, cancel: &Cancel) -> Result<(), Problem> {
        let back = self.lake.snapshot_replaced_by(id.0).await?;
        let Look { without, back, left } = self.look(snapshot, back, id, cancel).await?;
        let now = self.clock.now();
        let mut tx = self.lake.db().write().await?;
        snapshot.hold(&mut tx).await?;
        let splits = || without.iter().chain(&back);
        let old: Vec<i64> = splits().map(|s| s.old.id).collect();
        let kept: Vec<NewFile> = splits().filter_map(|s| s.kept.clone()).collect();
        file_drop(&mut tx, now, &old).await?;
        file_add(&mut tx, &self.lake, now, &kept, FileState::Live, None).await?;
        file_restore(&mut tx, now, id.0).await?;
        let others = |customer: CustomerId| left.customers.get(&customer.0).and_then(|r| r.import).map(ImportId);
        import_undo(&mut tx, id, now, &others).await?;
        let seen = left.customers.iter().filter(|(_, r)| r.touched);
        let seen: Vec<_> = seen.map(|(c, r)| (CustomerId(*c), r.import.map(|_| r.span))).collect();
        customers_set_seen(&mut tx, &seen).await?;
        product_undo(&mut tx, now, id, &left.products).await?;
        rows::mended_undo(&mut tx, id).await?;
        rows::import_set_state(&mut tx, now, id, ImportState::Undone, None).await?;
        tx.commit().await
    }

    /// `back` are the lines that the import had replaced.
    async fn look(&self, snapshot: &Snapshot, back: Snapshot, id: ImportId, cancel: &Cancel) -> Result<Look, Problem> {
        let mut tx = self.lake.db().read().await?;
        let adding = rows::import_adding(&mut tx).await?;
        drop(tx);
        let ids = self.lake.file_ids().await?;
        let (snapshot, cancel, threads) = (snapshot.clone(), cancel.clone(), self.threads);
        let work = move || {
            let reading = Reading { columns: &["import_id"], threads, cancel: cancel.flag() };
            let mine = |import: i64| import == id.0;
            let without = snapshot.split(&ORDER_LINE, &ids, reading, false, |batch| marked(batch, mine))?;
            let going = Going { snapshot: &snapshot, back: &back, import: id.0, adding: &adding };
            let overtaken: FxHashSet<i64> = going.overtaken(reading)?;
            let left = going.left(&overtaken, reading)?;
            let mut out = Vec::new();
            if !overtaken.is_empty() {
                let reading = Reading { columns: &["order_key"], ..reading };
                let over = |key: i64| overtaken.contains(&key);
                out = back.split(&ORDER_LINE, &ids, reading, false, |batch| marked(batch, over))?;
            }
            Ok(Look { without, back: out, left })
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("undoing was cut off", e))?
    }
}

/// Marks the rows of which the one column of a batch is wanted.
fn marked(batch: &RecordBatch, wanted: impl Fn(i64) -> bool) -> Result<BooleanArray, Problem> {
    let column = batch.column(0).as_primitive_opt::<Int64Type>();
    let column = column.ok_or_else(|| Problem::new(Code::Internal, "the history has a column of another type"))?;
    Ok(column.values().iter().map(|value| Some(wanted(*value))).collect())
}
