//! Makes an order import visible: files, customers and products in one transaction.

use base::{Code, ImportId, Problem};
use jobs::Cancel;
use lake::catalog::file::{file_add, file_drop, file_publish, file_retire};
use lake::catalog::{snapshot_hold, snapshot_last};
use lake::{FileState, Marks, NewFile, ORDER_LINE, Reading, Snapshot, Split, hot::hot_orders};
use rustc_hash::FxHashSet;
use store::Tx;

use super::bad::BadRows;
use super::difference::Difference;
use super::importer::Importer;
use super::known::keys;
use super::model::{Applied, Report};
use super::stage::Staged;
use crate::store::import as rows;

/// What came of making an import visible.
pub(super) enum Outcome {
    Visible(Box<Report>),
    /// Orders came in or files were swapped since the comparison: compare again.
    HistoryChanged,
    /// Somebody was given an identity that the file's customers have: whose lines are whose must be found out again.
    PeopleChanged,
}

/// What becomes visible.
pub(super) struct Publishing<'a> {
    pub id: ImportId,
    pub staged: &'a Staged,
    pub difference: Difference,
    /// What the file was compared with.
    pub known: Snapshot,
    /// Whether the lines of the file are new whatever is known.
    pub all_new: bool,
    pub bad: &'a BadRows,
    pub report: Report,
    pub cancel: &'a Cancel,
}

impl Importer {
    pub(super) async fn publish(&self, publishing: Publishing<'_>) -> Result<Outcome, Problem> {
        let Publishing { id, staged, difference, known, all_new, bad, report, cancel } = publishing;
        let file = self.lake.snapshot_staged(id.0).await?;
        let mut tx = self.lake.db().read().await?;
        let hot: FxHashSet<i64> = hot_orders(&mut tx).await?.into_iter().collect();
        drop(tx);
        if !all_new && self.has_any(&file, hot.clone(), cancel).await? {
            return Ok(Outcome::HistoryChanged);
        }
        let same = self.split(&file, difference.known, false, cancel).await?;
        let gone = self.split(&known, difference.replaced, true, cancel).await?;
        let now = self.clock.now();
        let mut tx = self.lake.db().write().await?;
        snapshot_hold(&mut tx).await?;
        if snapshot_last(&mut tx).await? != known.id() {
            return Ok(Outcome::HistoryChanged);
        }
        let fresh: FxHashSet<i64> = hot_orders(&mut tx).await?.into_iter().filter(|key| !hot.contains(key)).collect();
        if !all_new && self.has_any(&file, fresh, cancel).await? {
            return Ok(Outcome::HistoryChanged);
        }
        let began = rows::import_get(&mut tx, id).await?.started_at;
        if staged.resumed && rows::people_changed(&mut tx, id, began).await? {
            return Ok(Outcome::PeopleChanged);
        }
        swap_staged(&mut tx, &self.lake, now, id, &same).await?;
        swap_known(&mut tx, &self.lake, now, id, &gone).await?;
        file_publish(&mut tx, now, id.0).await?;
        rows::replaced_add(&mut tx, id, &difference.losers).await?;
        // Mended rows that were replaced may come again.
        rows::mended_forget(&mut tx, &difference.mended).await?;
        rows::mended_add(&mut tx, id, &staged.mended).await?;
        let customers = match self.customers_put(&mut tx, Some(id), &staged.everyone).await {
            Err(problem) if problem.code == Code::Conflict => return Ok(Outcome::PeopleChanged),
            put => put?,
        };
        let products = self.products_put(&mut tx, Some(id), &staged.products).await?;
        rows::bad_rows_add(&mut tx, id, &bad.listed).await?;
        let mut figures = staged.figures.clone();
        (figures.orders, figures.return_orders) = (difference.orders, difference.return_orders);
        figures.customer_orders = difference.customer_orders;
        let applied = Applied {
            lines_added: difference.new_lines,
            lines_removed: gone.iter().filter_map(|s| s.taken.as_ref()).map(|f| f.rows as u64).sum(),
            orders_unchanged: difference.same,
            orders_changed: difference.changed,
            orders_removed: difference.missing,
            returns_linked: difference.linked,
            customers_added: customers.added,
            customers_changed: customers.changed,
            products_added: products.added,
            products_changed: products.changed,
        };
        let report = Report { applied, figures: Some(figures), ..report };
        rows::import_finish(&mut tx, now, id, &report).await?;
        tx.commit().await?;
        Ok(Outcome::Visible(Box::new(report)))
    }

    /// Whether the file has lines of any of these orders.
    async fn has_any(&self, file: &Snapshot, orders: FxHashSet<i64>, cancel: &Cancel) -> Result<bool, Problem> {
        if orders.is_empty() {
            return Ok(false);
        }
        let (file, cancel, threads) = (file.clone(), cancel.clone(), self.threads);
        let work = move || {
            let reading = Reading { columns: &["order_key"], threads, cancel: cancel.flag() };
            let found = file.scan(
                &ORDER_LINE,
                reading,
                None,
                || false,
                |found, batch| {
                    *found = *found || keys(batch)?.iter().any(|key| orders.contains(key));
                    Ok(())
                },
            )?;
            Ok(found.contains(&true))
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("the comparison was cut off", e))?
    }

    /// Takes marked lines out of the files of a snapshot.
    async fn split(
        &self,
        snapshot: &Snapshot,
        marks: Marks,
        keep_taken: bool,
        cancel: &Cancel,
    ) -> Result<Vec<Split>, Problem> {
        if marks.is_empty() {
            return Ok(Vec::new());
        }
        let ids = self.lake.file_ids().await?;
        let (snapshot, cancel, threads) = (snapshot.clone(), cancel.clone(), self.threads);
        let work = move || {
            let reading = Reading { columns: &[], threads, cancel: cancel.flag() };
            snapshot.split_marked(&ORDER_LINE, &ids, reading, keep_taken, &marks)
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("rewriting files was cut off", e))?
    }
}

/// Staged files lose the lines that are known already.
async fn swap_staged(tx: &mut Tx, lake: &lake::Lake, now: i64, id: ImportId, splits: &[Split]) -> Result<(), Problem> {
    let kept: Vec<NewFile> = splits.iter().filter_map(|s| s.kept.clone()).collect();
    let old: Vec<i64> = splits.iter().map(|s| s.old.id).collect();
    file_drop(tx, now, &old).await?;
    file_add(tx, lake, now, &kept, FileState::Staged, Some(id.0)).await
}

/// Live files lose the lines that this import replaces; those are kept aside, so that it can be undone.
async fn swap_known(tx: &mut Tx, lake: &lake::Lake, now: i64, id: ImportId, splits: &[Split]) -> Result<(), Problem> {
    if splits.is_empty() {
        return Ok(());
    }
    let kept: Vec<NewFile> = splits.iter().filter_map(|s| s.kept.clone()).collect();
    let taken: Vec<NewFile> = splits.iter().filter_map(|s| s.taken.clone()).collect();
    let old: Vec<i64> = splits.iter().map(|s| s.old.id).collect();
    file_drop(tx, now, &old).await?;
    file_add(tx, lake, now, &kept, FileState::Live, None).await?;
    file_add(tx, lake, now, &taken, FileState::Live, None).await?;
    let taken: Vec<i64> = taken.iter().map(|f| f.id).collect();
    file_retire(tx, now, &taken, id.0).await
}
