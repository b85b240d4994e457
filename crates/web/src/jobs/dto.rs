//! Jobs as clients see them.

use base::Code;
use jobs::{JobId, JobRow, words};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::api::{Instant, ProblemBody, Text, Total};
use crate::model::{Actor, Via};
use crate::rules::mask::Mask;

/// Where a job stands: `queued`, `running`, `done`, `dead` (failed for good) or `cancelled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its time.
    Queued,
    /// Is worked on.
    Running,
    /// Ended well.
    Done,
    /// Failed for good.
    Dead,
    /// Stopped by a person.
    Cancelled,
}

impl From<jobs::JobState> for JobState {
    fn from(state: jobs::JobState) -> Self {
        match state {
            jobs::JobState::Queued => Self::Queued,
            jobs::JobState::Running => Self::Running,
            jobs::JobState::Done => Self::Done,
            jobs::JobState::Dead => Self::Dead,
            jobs::JobState::Cancelled => Self::Cancelled,
        }
    }
}

impl From<JobState> for jobs::JobState {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Queued => Self::Queued,
            JobState::Running => Self::Running,
            JobState::Done => Self::Done,
            JobState::Dead => Self::Dead,
            JobState::Cancelled => Self::Cancelled,
        }
    }
}

/// A kind of job, by its name; one of [`jobs::words::KINDS`].
#[derive(Clone, Debug)]
pub struct JobKind(pub String);

impl Serialize for JobKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl PartialSchema for JobKind {
    fn schema() -> RefOr<Schema> {
        let names = words::KINDS.iter().map(|kind| kind.0);
        let kind = ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).enum_values(Some(names));
        kind.description(Some("A kind of job.")).build().into()
    }
}

impl ToSchema for JobKind {}

/// A piece of background work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "job_12", "kind": "traits.rebuild", "label": {"en": "Compute all traits", "zh": "计算全部特征"},
    "state": "running", "stage": {"en": "computing traits", "zh": "计算特征"}, "done": 5400, "total": 0, "attempts": 1,
    "max_attempts": 5, "created_at": "2026-05-01T08:30:00Z", "started_at": "2026-05-01T08:30:01Z", "by": "Ann",
    "cancel_asked": false
}))]
pub struct Job {
    /// Its id.
    #[schema(value_type = String, example = "job_12")]
    pub id: JobId,
    /// The kind of work.
    pub kind: JobKind,
    /// What the kind is called.
    pub label: Text,
    /// Where it stands.
    pub state: JobState,
    /// What it is doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Text>,
    /// Units of the stage that are done.
    pub done: i64,
    /// Units of the stage in all; 0: unknown.
    pub total: i64,
    /// Tries so far.
    pub attempts: i64,
    /// Tries in all before it is dead.
    pub max_attempts: i64,
    /// When it was asked for.
    pub created_at: Instant,
    /// When its last try began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Instant>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
    /// Who began it.
    pub by: String,
    /// Whether somebody asked it to stop.
    pub cancel_asked: bool,
    /// Why the last try failed; only of what kind that was for who did not begin it and lacks `customers.pii`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemBody>,
    /// The name of the file it wrote: at `/jobs/{id}/file` for 24 hours, for who began it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What it is about: an import, a run, a back-up, a customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
}

impl Job {
    /// As somebody sees it. Why it failed may quote what was in the data: that is for the person who began it, and for who may see
    /// personal data. A key is not its person here: it may have been given less.
    pub fn of(row: JobRow, actor: &Actor) -> Self {
        let began = row.user == Some(actor.user.0) && !matches!(actor.via, Via::Key(_));
        let veiled = !began && actor.mask() == Mask::On;
        let problem = row.error.map(|message| {
            let code = row.error_code.as_deref().and_then(Code::parse).unwrap_or(Code::Internal);
            if veiled {
                return ProblemBody::of_work_veiled(code);
            }
            let mut problem = base::Problem::new(code, message);
            problem.hint = row.error_hint;
            ProblemBody::of_work(problem)
        });
        Self {
            id: row.id,
            label: words::label(&row.name).into(),
            kind: JobKind(row.name),
            state: row.state.into(),
            stage: (!row.stage.is_empty()).then(|| words::stage(&row.stage).into()),
            done: row.done,
            total: row.total,
            attempts: row.attempts,
            max_attempts: row.max_attempts,
            created_at: Instant(row.created_at),
            started_at: row.started_at.map(Instant),
            ended_at: row.ended_at.map(Instant),
            by: row.began_by,
            cancel_asked: row.cancel_asked,
            problem,
            file: row.file,
            object: row.object,
        }
    }
}

/// A page of jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobPage {
    /// The newest first.
    pub items: Vec<Job>,
    /// Give this as `cursor` to get the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many there are.
    pub total: Total,
}
