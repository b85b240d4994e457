//! Files that are not visible: written by an import that is not published yet, or replaced by one that can be undone.

use base::Problem;
use store::{Tx, args};

use super::snapshot;
use crate::catalog::file::{FileState, file_list, file_of_import};
use crate::{Lake, Snapshot};

impl Lake {
    /// What is visible now without the hot rows: cheap to get while those change all the time.
    pub async fn snapshot_sealed(&self) -> Result<Snapshot, Problem> {
        let loaded = self.sealed().await?;
        Ok(Snapshot::new(self.clone(), loaded))
    }

    /// As [`Lake::snapshot_sealed`], as the caller's transaction sees it.
    pub async fn snapshot_sealed_in(&self, tx: &mut Tx) -> Result<Snapshot, Problem> {
        let loaded = self.sealed_in(tx).await?;
        Ok(Snapshot::new(self.clone(), loaded))
    }

    /// What an import has staged, and nothing else.
    pub async fn snapshot_staged(&self, import_id: i64) -> Result<Snapshot, Problem> {
        let mut tx = self.db().read().await?;
        self.snapshot_staged_in(&mut tx, import_id).await
    }

    /// As [`Lake::snapshot_staged`], as the caller's transaction sees it.
    pub async fn snapshot_staged_in(&self, tx: &mut Tx, import_id: i64) -> Result<Snapshot, Problem> {
        let loaded = snapshot::load_sealed(tx, None).await?;
        let files = file_of_import(tx, import_id, &[FileState::Staged]).await?;
        Ok(Snapshot::new(self.clone(), loaded.with_files(files)))
    }

    /// The rows that an import has replaced, which come back when it is undone.
    pub async fn snapshot_replaced_by(&self, import_id: i64) -> Result<Snapshot, Problem> {
        let mut tx = self.db().read().await?;
        let loaded = snapshot::load(&mut tx, None).await?;
        let sql = "SELECT id FROM lake_file WHERE replaced_by = $1 AND state = 'retired'";
        let ids =
            tx.fetch_all(sql, args![import_id]).await?.iter().map(|r| r.at(0)).collect::<Result<Vec<i64>, _>>()?;
        let mut files = file_list(&mut tx, &[FileState::Retired]).await?;
        files.retain(|f| ids.contains(&f.id));
        Ok(Snapshot::new(self.clone(), loaded.with_files(files)))
    }
}
