//! What is visible at one instant.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use base::{Code, Micros, Problem};
use store::{Tx, args};

use super::footer::Opened;
use crate::catalog::file::{FileEntry, FileState};
use crate::catalog::{self, file};
use crate::{Lake, ORDER_LINE, TableDef, hot};

/// What one look into the catalog gave.
#[derive(Clone)]
pub(crate) struct Loaded {
    id: i64,
    hot_stamp: (i64, i64),
    tables: Arc<BTreeMap<String, Arc<TableDef>>>,
    files: Arc<Vec<FileEntry>>,
    /// Hot order lines in the order of the table, as the reading functions give them, all columns.
    hot: Arc<Vec<RecordBatch>>,
}

/// Reads the catalog; gives `known` back when nothing changed since.
pub(crate) async fn load(tx: &mut Tx, known: Option<Loaded>) -> Result<Loaded, Problem> {
    let id = catalog::snapshot_last(tx).await?;
    let hot_stamp = hot_stamp(tx).await?;
    if let Some(known) = known.filter(|k| k.id == id && k.hot_stamp == hot_stamp) {
        return Ok(known);
    }
    let tables = Arc::new(catalog::table::table_list(tx).await?);
    let files = Arc::new(file::file_list(tx, &[FileState::Live]).await?);
    let hot = Arc::new(hot::load(tx).await?);
    Ok(Loaded { id, hot_stamp, tables, files, hot })
}

/// How many hot rows there are, and the newest.
async fn hot_stamp(tx: &mut Tx) -> Result<(i64, i64), Problem> {
    let sql = "SELECT CAST(count(*) AS BIGINT) AS n, CAST(COALESCE(max(id), 0) AS BIGINT) AS last FROM hot_order_line";
    let row = tx.fetch_one(sql, args![]).await?;
    Ok((row.get("n")?, row.get("last")?))
}

/// As [`load`] without the hot rows.
pub(crate) async fn load_sealed(tx: &mut Tx, known: Option<Loaded>) -> Result<Loaded, Problem> {
    let id = catalog::snapshot_last(tx).await?;
    if let Some(known) = known.filter(|k| k.id == id) {
        return Ok(known);
    }
    let tables = Arc::new(catalog::table::table_list(tx).await?);
    let files = Arc::new(file::file_list(tx, &[FileState::Live]).await?);
    Ok(Loaded { id, hot_stamp: (0, 0), tables, files, hot: Arc::default() })
}

/// The files and hot rows of one instant. Cheap to clone; what it shows never changes.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) lake: Lake,
    loaded: Loaded,
}

impl Snapshot {
    pub(crate) fn new(lake: Lake, loaded: Loaded) -> Self {
        Self { lake, loaded }
    }

    /// The number of the newest change it shows; rises with every change of the list of files.
    pub fn id(&self) -> i64 {
        self.loaded.id
    }

    /// All tables, by name.
    pub fn tables(&self) -> impl Iterator<Item = &Arc<TableDef>> {
        self.loaded.tables.values()
    }

    /// The table of this name; the error lists those that exist.
    pub fn table(&self, name: &str) -> Result<&Arc<TableDef>, Problem> {
        self.loaded.tables.get(name).ok_or_else(|| {
            let names = self.loaded.tables.keys().map(String::as_str);
            let near = base::problem::did_you_mean(name, names.clone());
            let list = names.collect::<Vec<_>>().join(", ");
            Problem::new(Code::NotFound, format!("the history has no table \"{name}\""))
                .hint(near.unwrap_or_else(|| format!("there is {list}")))
        })
    }

    /// The files of a table, by month and id.
    pub fn files<'a>(&'a self, table: &TableDef) -> impl Iterator<Item = &'a FileEntry> + use<'a> {
        let id = table.id;
        self.loaded.files.iter().filter(move |f| f.table_id == id)
    }

    /// The rows of a table that are not in files yet, in the order of the table, all columns.
    pub fn hot(&self, table: &TableDef) -> &[RecordBatch] {
        if table.id == ORDER_LINE.id { &self.loaded.hot } else { &[] }
    }

    /// Tells apart what a table shows: the same number, the same rows.
    pub fn stamp(&self, table: &TableDef) -> u64 {
        let mut numbers: Vec<i64> = self.files(table).map(|f| f.id).collect();
        if !self.hot(table).is_empty() {
            // Rows outside of files can change in place: erasing takes the customer out of them.
            numbers.extend([-1, self.loaded.id, self.loaded.hot_stamp.0, self.loaded.hot_stamp.1]);
        }
        base::hash::stable(&numbers.into_iter().flat_map(i64::to_le_bytes).collect::<Vec<u8>>())
    }

    /// How many rows a table has.
    pub fn rows(&self, table: &TableDef) -> u64 {
        let hot: usize = self.hot(table).iter().map(RecordBatch::num_rows).sum();
        self.files(table).map(|f| f.rows as u64).sum::<u64>() + hot as u64
    }

    /// The same instant with only these files (ids) and without hot rows.
    #[must_use]
    pub fn only_files(&self, ids: &[i64]) -> Self {
        let files = self.loaded.files.iter().filter(|f| ids.contains(&f.id)).cloned().collect();
        Self { lake: self.lake.clone(), loaded: self.loaded.with_files(files) }
    }

    /// The same instant in two: the files of which all rows lie in a span (first and last instant), and everything else. Of the first
    /// nobody needs to look at the time.
    pub fn within(&self, (from, to): (Micros, Micros)) -> (Self, Self) {
        let inside = |f: &&FileEntry| f.time.is_some_and(|(first, last)| from <= first && last <= to);
        let (within, others): (Vec<_>, Vec<_>) = self.loaded.files.iter().partition(inside);
        let within = self.loaded.with_files(within.into_iter().cloned().collect());
        let others = Loaded { files: Arc::new(others.into_iter().cloned().collect()), ..self.loaded.clone() };
        (Self { lake: self.lake.clone(), loaded: within }, Self { lake: self.lake.clone(), loaded: others })
    }

    /// The same instant without the files whose rows are all later than `at`.
    #[must_use]
    pub fn until(&self, at: Micros) -> Self {
        let files = self.loaded.files.iter().filter(|f| f.time.is_none_or(|(first, _)| first <= at));
        let loaded = Loaded { files: Arc::new(files.cloned().collect()), ..self.loaded.clone() };
        Self { lake: self.lake.clone(), loaded }
    }

    /// Keeps what is visible as it is until `tx` ends. A problem of the code `conflict`: it is no longer what this snapshot shows.
    pub async fn hold(&self, tx: &mut Tx) -> Result<(), Problem> {
        catalog::snapshot_hold(tx).await?;
        store::turn(tx, "hot_order_line").await?;
        if catalog::snapshot_last(tx).await? == self.loaded.id && hot_stamp(tx).await? == self.loaded.hot_stamp {
            return Ok(());
        }
        Err(Problem::new(Code::Conflict, "the history was changed by another process meanwhile")
            .hint("run the command again"))
    }

    pub(crate) fn open(&self, table: &TableDef, entry: &FileEntry) -> Result<Arc<Opened>, Problem> {
        self.lake.footers().get(self.lake.files(), table, entry)
    }
}

impl Loaded {
    /// The same instant with other files and without hot rows.
    pub(crate) fn with_files(&self, files: Vec<FileEntry>) -> Self {
        Self { files: Arc::new(files), hot: Arc::default(), ..self.clone() }
    }
}
