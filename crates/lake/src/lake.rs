//! The handle on the history store.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use base::Problem;
use store::{Db, Tx, args};

use crate::catalog::table;
use crate::files::Files;
use crate::read::footer::Footers;
use crate::read::snapshot::Loaded;
use crate::{FileIds, ORDER_LINE, Snapshot, TableDef};

/// How many file ids a block has; nothing is lost when most stay unused.
const BLOCK: i64 = 1 << 20;

/// The history store: a list of files in the operational store and the files themselves. Cheap to clone.
#[derive(Clone)]
pub struct Lake {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    files: Files,
    footers: Footers,
    /// The newest snapshot read, used again while nothing has changed.
    newest: Mutex<Option<Loaded>>,
    /// The same without hot rows.
    sealed: Mutex<Option<Loaded>>,
}

impl Lake {
    /// Opens the lake whose files are below `root` (made when missing) and whose list is in `db`.
    pub async fn open(db: Db, root: &Path) -> Result<Self, Problem> {
        let files = Files::open(root)?;
        let lake = Self {
            inner: Arc::new(Inner {
                db,
                files,
                footers: Footers::default(),
                newest: Mutex::default(),
                sealed: Mutex::default(),
            }),
        };
        lake.prepare().await?;
        Ok(lake)
    }

    /// Registers what every lake has and where it is now; writes only when something differs.
    async fn prepare(&self) -> Result<(), Problem> {
        let root = format!("{}/", self.files().root().display());
        let mut tx = self.db().read().await?;
        let known = tx.fetch_optional("SELECT value FROM lake_setting WHERE name = 'root'", args![]).await?;
        if known.map(|row| row.get::<String>("value")).transpose()?.as_deref() == Some(root.as_str()) {
            return Ok(());
        }
        drop(tx);
        let mut tx = self.db().write().await?;
        tx.execute(
            "INSERT INTO lake_setting (name, value) VALUES ('root', $1) ON CONFLICT (name) DO UPDATE SET value = $1",
            args![root],
        )
        .await?;
        table::table_add(&mut tx, &ORDER_LINE).await?;
        tx.commit().await
    }

    /// The operational store.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// The files.
    pub fn files(&self) -> &Files {
        &self.inner.files
    }

    pub(crate) fn footers(&self) -> &Footers {
        &self.inner.footers
    }

    /// How many bytes of files were read since this handle was opened.
    pub fn bytes_read(&self) -> u64 {
        self.files().bytes_read()
    }

    /// Forgets all open files, for measurements with nothing remembered.
    pub fn forget_footers(&self) {
        self.footers().clear();
    }

    /// Reserves ids for new files. Not inside a write transaction of the caller: it needs its own.
    pub async fn file_ids(&self) -> Result<FileIds, Problem> {
        let mut tx = self.db().write().await?;
        let first = store::next_ids(&mut tx, "lake_file", BLOCK).await?;
        tx.commit().await?;
        Ok(FileIds::new(first, BLOCK))
    }

    /// The definition of a table; the error names those that exist.
    pub async fn table(&self, name: &str) -> Result<Arc<TableDef>, Problem> {
        let snapshot = self.snapshot().await?;
        snapshot.table(name).cloned()
    }

    pub(crate) async fn sealed(&self) -> Result<Loaded, Problem> {
        let mut tx = self.db().read().await?;
        self.sealed_in(&mut tx).await
    }

    pub(crate) async fn sealed_in(&self, tx: &mut Tx) -> Result<Loaded, Problem> {
        let known = self.inner.sealed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let loaded = crate::read::snapshot::load_sealed(tx, known).await?;
        *self.inner.sealed.lock().unwrap_or_else(PoisonError::into_inner) = Some(loaded.clone());
        Ok(loaded)
    }

    /// What is visible now: files and hot rows of one instant.
    pub async fn snapshot(&self) -> Result<Snapshot, Problem> {
        let mut tx = self.db().read().await?;
        let known = self.inner.newest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let loaded = crate::read::snapshot::load(&mut tx, known).await?;
        *self.inner.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(loaded.clone());
        Ok(Snapshot::new(self.clone(), loaded))
    }
}
