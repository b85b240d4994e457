//! Rewriting: the one primitive behind merges, erasures, undone imports and replaced orders.

use std::sync::Arc;

use arrow::array::RecordBatch;
use base::{Code, Micros, Problem};
use store::{Tx, args};

use super::blocking;
use super::stream::file_batches;
use crate::catalog::file::file_add;
use crate::{FileEntry, FileIds, FileState, FileWriter, Lake, NewFile, TableDef, WriteOptions};

/// Files and what takes their place.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// The files that are replaced, all of one table and in the same state.
    pub old: Vec<FileEntry>,
    /// The files that replace them; none when no row is left.
    pub new: Vec<NewFile>,
}

impl Lake {
    /// Writes each of `files` anew with `change` applied to every batch (all columns, as the reading functions give them). The
    /// result must be in the order of the table. Nothing is visible until [`file_swap`] in the caller's transaction.
    pub async fn rewrite(
        &self,
        table: &Arc<TableDef>,
        files: Vec<FileEntry>,
        change: impl FnMut(&RecordBatch) -> Result<RecordBatch, Problem> + Send + 'static,
    ) -> Result<Vec<Rewritten>, Problem> {
        let ids = self.file_ids().await?;
        let (lake, table) = (self.clone(), Arc::clone(table));
        blocking(move || rewrite(&lake, &table, files, &ids, change)).await
    }
}

fn rewrite(
    lake: &Lake,
    table: &Arc<TableDef>,
    files: Vec<FileEntry>,
    ids: &FileIds,
    mut change: impl FnMut(&RecordBatch) -> Result<RecordBatch, Problem>,
) -> Result<Vec<Rewritten>, Problem> {
    let each = files.into_iter().map(|entry| {
        let opened = lake.footers().get(lake.files(), table, &entry)?;
        let mut writer = FileWriter::new(lake, table, entry.month, ids, WriteOptions::default())?;
        for batch in file_batches(opened, table)? {
            writer.write(&change(&batch?)?)?;
        }
        Ok(Rewritten { old: vec![entry], new: writer.finish()?.into_iter().collect() })
    });
    each.collect()
}

/// Puts the new files in the place of the old ones: same state, same import when the old ones agree on it. A problem of the code
/// `conflict` says that one of the old files has changed its state meanwhile; the transaction must then be given up.
pub async fn file_swap(tx: &mut Tx, lake: &Lake, now: Micros, swaps: &[Rewritten]) -> Result<(), Problem> {
    if swaps.is_empty() {
        return Ok(());
    }
    let snapshot = crate::catalog::snapshot_add(tx, now, "merge_adjacent:1", false).await?;
    for Rewritten { old, new } in swaps {
        let Some(first) = old.first() else { continue };
        for file in old {
            let sql =
                "UPDATE lake_file SET state = 'dropped', end_snapshot = COALESCE(end_snapshot, $1), dropped_at = $2
                       WHERE id = $3 AND state = $4";
            if tx.execute(sql, args![snapshot, now, file.id, file.state.as_str()]).await? != 1 {
                return Err(Problem::new(Code::Conflict, "the history was changed by another process meanwhile")
                    .hint("run the command again"));
            }
        }
        let import = first.import_id.filter(|id| old.iter().all(|f| f.import_id == Some(*id)));
        file_add(tx, lake, now, new, FileState::Staged, import).await?;
        // A retired file stays bound to what replaced it, so that an undo brings the rewritten one back.
        for new in new {
            let sql = "UPDATE lake_file SET state = $1,
                begin_snapshot = CASE WHEN $1 = 'staged' THEN NULL ELSE $2 END,
                end_snapshot = CASE WHEN $1 = 'retired' THEN $2 ELSE NULL END,
                replaced_by = (SELECT replaced_by FROM lake_file WHERE id = $3)
             WHERE id = $4";
            tx.execute(sql, args![first.state.as_str(), snapshot, first.id, new.id]).await?;
        }
    }
    Ok(())
}
