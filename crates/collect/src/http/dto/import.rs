//! Imports and what they say.

use std::collections::BTreeMap;

use base::{Code, ImportId, Problem, UploadId};
use jobs::JobId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Instant, Mask, ProblemBody, Text, Total};

use super::mapping::{Mapping, labels};
use super::reading::Reading;
use super::report::Report;
use crate::import::{ImportState, Mode};
use crate::mapping::FileKind;
use crate::store::shown::Shown;

/// A file that was sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "upl_3", "name": "sales.csv.gz", "size": 1_048_576, "received_at": "2026-05-01T08:30:00Z", "expires_at": "2026-05-02T08:30:00Z"}))]
pub(crate) struct Upload {
    #[schema(value_type = String)]
    id: UploadId,
    name: String,
    /// Bytes.
    size: u64,
    received_at: Instant,
    /// When it is deleted unless it is imported.
    expires_at: Instant,
}

impl From<crate::store::upload::Upload> for Upload {
    fn from(u: crate::store::upload::Upload) -> Self {
        let (received_at, expires_at) = (Instant(u.received_at), Instant(u.expires_at));
        Self { id: u.id, name: u.name, size: u.size, received_at, expires_at }
    }
}

/// A file to import.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"upload": "upl_3", "kind": "orders", "mapping": {"columns": {"order_id": "no", "time": "date", "amount": "paid"}}, "source": "main", "mode": "difference"}))]
pub(crate) struct ImportNew {
    #[schema(value_type = String)]
    pub(crate) upload: UploadId,
    pub(crate) kind: FileKind,
    #[serde(default)]
    pub(crate) reading: Reading,
    pub(crate) mapping: Mapping,
    /// Order numbers are unique within a source.
    pub(crate) source: String,
    pub(crate) mode: Mode,
    /// A name to save the mapping under; refused when another one is saved as that.
    pub(crate) save_mapping: Option<String>,
    /// Whether it may take the place of the mapping that is saved under this name.
    #[serde(default)]
    pub(crate) overwrite_mapping: bool,
}

/// An import that begins, and the job that does it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"import": "imp_7", "job": "job_12"}))]
pub(crate) struct ImportStarted {
    #[schema(value_type = String)]
    pub(crate) import: ImportId,
    #[schema(value_type = String)]
    pub(crate) job: JobId,
}

/// One import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "imp_7", "kind": "orders", "state": "done", "file": "sales.csv.gz", "size": 1_048_576, "source": "main",
    "mode": "difference", "reading": {}, "mapping": {"columns": {"order_id": "no", "time": "date"}, "options": {}},
    "labels": {"order_id": {"en": "Order number", "zh": "订单号"}, "time": {"en": "Time", "zh": "时间"}},
    "started_at": "2026-05-01T08:30:00Z", "ended_at": "2026-05-01T08:31:00Z", "by": "Anna Li", "job": "job_12",
    "can_undo": true, "undo_first": []
}))]
pub(crate) struct Import {
    #[schema(value_type = String)]
    id: ImportId,
    kind: FileKind,
    state: ImportState,
    /// The name of the file.
    file: String,
    /// Bytes.
    size: u64,
    source: String,
    mode: Mode,
    /// What was said about how to read it.
    reading: Reading,
    mapping: Mapping,
    /// What the fields of the mapping are called.
    labels: BTreeMap<String, Text>,
    started_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// Who began it; empty: the command line.
    by: String,
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<JobId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Report>,
    /// Why it failed; without `customers.pii` only that it did, for it may quote rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
    can_undo: bool,
    /// Later imports that replaced lines of it, to be undone before.
    #[schema(value_type = Vec<String>)]
    undo_first: Vec<ImportId>,
    /// The import whose bad rows it mends.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<ImportId>,
}

impl Import {
    /// As somebody sees it who may or may not see personal data.
    pub(crate) fn of(s: Shown, mask: Mask) -> Self {
        let state = s.state();
        let failed = state == ImportState::Failed;
        let row = s.row;
        let file = row.request.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Where the file lies on the server is no business of the client.
        let path = row.request.path.display().to_string();
        let problem = row.error.filter(|_| failed).map(|error| {
            if mask == Mask::On {
                return ProblemBody::of_work_veiled(Code::InvalidInput);
            }
            let problem = Problem::new(Code::InvalidInput, error.replace(&path, &file));
            ProblemBody::of_work(problem.hint("mend what it says and send the file again, or resume the import"))
        });
        let (by, job, of) = s.origin.map_or((String::new(), None, None), |o| (o.by, Some(o.job), o.mends));
        Self {
            id: row.id,
            kind: row.kind,
            state,
            file,
            size: row.size,
            source: row.request.source.clone(),
            mode: row.request.mode,
            reading: Reading::asked(&row.request.reading),
            mapping: (&row.request.mapping).into(),
            labels: labels(&row.request.mapping),
            started_at: Instant(row.started_at),
            ended_at: row.ended_at.filter(|_| state != ImportState::Running).map(Instant),
            by,
            job,
            report: row.report.as_ref().map(|r| Report::of(row.id, r, mask)),
            problem,
            can_undo: state == ImportState::Done && s.undo_first.is_empty(),
            undo_first: s.undo_first,
            of,
        }
    }
}

/// Whether an import as shown in full quotes what stood in rows.
pub(crate) fn quotes_rows(s: &Shown) -> bool {
    let failed = s.state() == ImportState::Failed && s.row.error.is_some();
    failed || s.row.report.as_ref().is_some_and(crate::import::Report::quotes_rows)
}

/// A page of imports.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportPage {
    pub(crate) items: Vec<Import>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
    pub(crate) total: Total,
}
