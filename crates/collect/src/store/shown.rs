//! Imports as they are shown: with who began them, their job, and what has to be undone before.

use std::collections::BTreeMap;

use base::{ImportId, Problem, UploadId};
use jobs::{JobId, JobState};
use rustc_hash::FxHashSet;
use store::{Row, Tx, Value, args};

use super::import::{COLUMNS, LATER, import_get, read};
use super::upload::Origin;
use crate::decode::{BadReason, BadRow};
use crate::import::{ImportRow, ImportState};

/// An import with what hangs on it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The import.
    pub row: ImportRow,
    /// How it came in by the API.
    pub origin: Option<Origin>,
    /// Where its job stands.
    pub job: Option<JobState>,
    /// The visible imports that took lines away from it, or brought its bad rows mended; the newest first.
    pub undo_first: Vec<ImportId>,
}

impl Shown {
    /// Where it stands: a job that waits, ended early or is tried again knows better than the import.
    pub fn state(&self) -> ImportState {
        match (self.row.state, self.job) {
            (ImportState::Running, Some(JobState::Cancelled)) => ImportState::Cancelled,
            (ImportState::Running, Some(JobState::Dead | JobState::Done)) => ImportState::Failed,
            (ImportState::Cancelled | ImportState::Failed, Some(JobState::Queued | JobState::Running)) => {
                ImportState::Running
            }
            (state, _) => state,
        }
    }
}

/// One import.
pub async fn import_shown(tx: &mut Tx, id: ImportId) -> Result<Shown, Problem> {
    let row = import_get(tx, id).await?;
    let mut found = shown(tx, vec![row]).await?;
    found.pop().ok_or_else(|| Problem::new(base::Code::Internal, "an import is lost"))
}

/// What hangs on imports; two questions, however many there are.
pub async fn shown(tx: &mut Tx, imports: Vec<ImportRow>) -> Result<Vec<Shown>, Problem> {
    if imports.is_empty() {
        return Ok(Vec::new());
    }
    let list = imports.iter().map(|i| i.id.0.to_string()).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT o.import_id, o.upload_id, o.job_id, o.made_by, o.mends, j.state FROM import_origin o
         LEFT JOIN job j ON j.id = o.job_id WHERE o.import_id IN ({list})"
    );
    let mut origins = BTreeMap::new();
    for row in tx.fetch_all(&sql, args![]).await? {
        let origin = Origin {
            upload: row.get::<Option<i64>>("upload_id")?.map(UploadId),
            job: JobId(row.get("job_id")?),
            by: row.get("made_by")?,
            mends: row.get::<Option<i64>>("mends")?.map(ImportId),
        };
        let state = row.get::<Option<String>>("state")?.map(|s| JobState::parse(&s)).transpose()?;
        origins.insert(row.get::<i64>("import_id")?, (origin, state));
    }
    let sql = format!(
        "SELECT r.before_id, r.import_id FROM {LATER} r JOIN import i ON i.id = r.import_id
         WHERE r.before_id IN ({list}) AND i.state = 'done' ORDER BY r.import_id DESC"
    );
    let mut before = BTreeMap::<i64, Vec<ImportId>>::new();
    for row in tx.fetch_all(&sql, args![]).await? {
        before.entry(row.get("before_id")?).or_default().push(ImportId(row.get("import_id")?));
    }
    let show = |row: ImportRow| {
        let (origin, job) = origins.remove(&row.id.0).map_or((None, None), |(o, j)| (Some(o), j));
        let undo_first = before.remove(&row.id.0).unwrap_or_default();
        Shown { row, origin, job, undo_first }
    };
    Ok(imports.into_iter().map(show).collect())
}

/// A page of imports, as `list` says.
pub async fn import_page(tx: &mut Tx, list: &web::List) -> Result<web::Page<ImportRow>, Problem> {
    list.fetch(tx, COLUMNS, "import WHERE 1 = 1", args![], read).await
}

/// A page of the listed bad rows of an import.
pub async fn bad_row_page(tx: &mut Tx, id: ImportId, list: &web::List) -> Result<web::Page<BadRow>, Problem> {
    let select = "row_no, line_no, col, value, reason, message";
    list.fetch(tx, select, "import_bad_row WHERE import_id = $1", args![id.0], bad_row).await
}

fn bad_row(row: &Row) -> Result<BadRow, Problem> {
    Ok(BadRow {
        row: row.get::<i64>("row_no")? as u64,
        line: row.get::<i64>("line_no")? as u64,
        column: row.get("col")?,
        value: row.get("value")?,
        reason: BadReason::parse(&row.get::<String>("reason")?)?,
        message: row.get("message")?,
    })
}

/// The numbers of the listed bad rows of an import, in order.
pub async fn bad_row_numbers(tx: &mut Tx, id: ImportId) -> Result<Vec<u64>, Problem> {
    let sql = "SELECT row_no FROM import_bad_row WHERE import_id = $1 ORDER BY row_no";
    let rows = tx.fetch_all(sql, args![id.0]).await?;
    rows.iter().map(|r| Ok(r.get::<i64>("row_no")? as u64)).collect()
}

/// Which rows of some imports were mended and imported.
pub async fn mended_of(
    tx: &mut Tx,
    imports: impl IntoIterator<Item = ImportId>,
) -> Result<FxHashSet<(ImportId, i64)>, Problem> {
    let mut ids: Vec<ImportId> = imports.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut known = FxHashSet::default();
    for id in ids {
        for row in tx.fetch_all("SELECT row_no FROM import_mended WHERE import_id = $1", args![id.0]).await? {
            known.insert((id, row.get("row_no")?));
        }
    }
    Ok(known)
}

/// How many imports `list` asks for, on all pages.
pub async fn import_count(tx: &mut Tx, list: &web::List) -> Result<i64, Problem> {
    list.count(tx, "import WHERE 1 = 1", args![]).await
}

/// How many bad rows of an import are listed, of one reason or all.
pub async fn bad_row_count(tx: &mut Tx, id: ImportId, reason: Option<&str>) -> Result<i64, Problem> {
    let mut sql = "SELECT CAST(count(*) AS BIGINT) AS n FROM import_bad_row WHERE import_id = $1".to_owned();
    let mut values: Vec<Value> = args![id.0];
    if let Some(reason) = reason {
        sql.push_str(" AND reason = $2");
        values.push(reason.into());
    }
    tx.fetch_one(&sql, values).await?.get("n")
}

/// When imports or events last changed anything.
pub async fn intake_changed(tx: &mut Tx) -> Result<Option<base::Micros>, Problem> {
    let imports = tx.fetch_one("SELECT max(ended_at) AS at FROM import", args![]).await?.get::<Option<i64>>("at")?;
    let events = tx.fetch_one("SELECT max(applied_at) AS at FROM intake_batch", args![]).await?;
    Ok(imports.max(events.get("at")?))
}
