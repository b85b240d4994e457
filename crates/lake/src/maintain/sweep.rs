//! Sweeping: deleting files that nobody needs.

use std::collections::HashSet;
use std::path::Path;

use base::{Micros, Problem};
use store::args;

use super::blocking;
use crate::catalog::file::file_list;
use crate::catalog::{pin, snapshot_last};
use crate::{FileEntry, FileState, Lake};

/// What a sweep deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that had been replaced, or staged by an import that is no longer running.
    pub dropped: usize,
    /// Files that no list knew: left by a process that was killed.
    pub orphans: usize,
}

impl Lake {
    /// Deletes files dropped more than `grace` microseconds ago (readers of older snapshots are through by then) unless a pin
    /// keeps them, files that an import staged that is not among `running`, and files in no list that are older than `grace`.
    pub async fn sweep(&self, now: Micros, grace: Micros, running: &[i64]) -> Result<Swept, Problem> {
        // The folder first, then the list: a file registered in between is found in the list.
        let lake = self.clone();
        let present = blocking(move || lake.files().list()).await?;
        let before = now.saturating_sub(grace);
        let mut tx = self.db().write().await?;
        // Waits for whoever is registering files, and lets others register only when all is deleted; see `file_add`.
        tx.execute("UPDATE lake_table SET next_row = next_row", args![]).await?;
        let pinned = pin::pin_oldest(&mut tx, now).await?;
        let staged = file_list(&mut tx, &[FileState::Staged]).await?;
        for file in staged.iter().filter(|f| f.import_id.is_none_or(|id| !running.contains(&id))) {
            let sql = "UPDATE lake_file SET state = 'dropped', dropped_at = 0 WHERE id = $1";
            tx.execute(sql, args![file.id]).await?;
        }
        let all = [FileState::Live, FileState::Staged, FileState::Retired, FileState::Dropped];
        let all = file_list(&mut tx, &all).await?;
        let sql = "SELECT id FROM lake_file WHERE state = 'dropped' AND dropped_at <= $1
                   AND (dropped_at = 0 OR end_snapshot IS NULL OR end_snapshot <= $2)";
        let rows = tx.fetch_all(sql, args![before, pinned.unwrap_or(i64::MAX)]).await?;
        let old = rows.iter().map(|row| row.at(0)).collect::<Result<HashSet<i64>, _>>()?;
        // Snapshots that can no longer be read in full.
        let last = snapshot_last(&mut tx).await?;
        let keep = pinned.map_or(last, |p| p.min(last));
        tx.execute("DELETE FROM lake_snapshot WHERE time < $1 AND id < $2", args![before, keep]).await?;

        let listed: HashSet<&str> = all.iter().map(|f| f.path.as_str()).collect();
        let orphans: Vec<String> = present
            .into_iter()
            .filter(|f| f.modified < before && !listed.contains(f.path.as_str()) && ours(&f.path))
            .map(|f| f.path)
            .collect();
        let swept = Swept { dropped: old.len(), orphans: orphans.len() };
        // Within the transaction: a file that is being registered is in the list already, or will be found missing.
        let lake = self.clone();
        blocking(move || orphans.iter().try_for_each(|path| lake.files().delete(path).map(drop))).await?;
        tx.commit().await?;
        delete(self, all.into_iter().filter(|f| old.contains(&f.id)).collect()).await?;
        Ok(swept)
    }
}

/// Only what looks like a file of ours is ever deleted.
fn ours(path: &str) -> bool {
    let extension = Path::new(path).extension();
    path.contains("/month=") && extension.is_some_and(|e| e == "parquet" || e == "tmp")
}

/// Deletes dropped files, then their entries: killed in between, the next sweep finds the entries again.
pub(super) async fn delete(lake: &Lake, files: Vec<FileEntry>) -> Result<(), Problem> {
    if files.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = files.iter().map(|f| f.id).collect();
    let on_disk = lake.clone();
    blocking(move || {
        for file in &files {
            on_disk.footers().forget(file.id);
            on_disk.files().delete(&file.path)?;
        }
        Ok(())
    })
    .await?;
    let mut tx = lake.db().write().await?;
    for id in ids {
        tx.execute("DELETE FROM lake_file_stat WHERE file_id = $1", args![id]).await?;
        tx.execute("DELETE FROM lake_file WHERE id = $1 AND state = 'dropped'", args![id]).await?;
    }
    tx.commit().await
}
