//! What a job wrote for who began it.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use base::{Code, Problem};
use jobs::{Job, JobId, JobRow, files};

use super::Jobs;
use super::http::found;
use crate::api::{ApiError, Bytes, Path, download};
use crate::guard::Allowed;
use crate::model::Object;
use crate::rules::permission::Permissions;
use crate::rules::permission::may::JobsRead;

/// A job that writes a file for who began it.
pub trait ForReading: Job {
    /// What reading the file takes: all that asking for it took. Whoever fetches it must have it then, too.
    fn needs(&self) -> Permissions;
}

/// Finds what the file of a job needs, by its payload.
type Needs = fn(&str) -> Result<Permissions, Problem>;

/// The kinds of jobs that write files, each with how its needs are found. Files of others are not given out.
#[derive(Clone, Debug, Default)]
pub struct Kinds(BTreeMap<&'static str, Needs>);

impl Kinds {
    /// These and `J`.
    #[must_use]
    pub fn with<J: ForReading>(mut self) -> Self {
        self.0.insert(J::NAME, |payload| {
            let job: J = serde_json::from_str(payload)
                .map_err(|e| Problem::internal(format!("the payload of {} cannot be read", J::NAME), e))?;
            Ok(job.needs())
        });
        self
    }

    fn needs(&self, job: &JobRow) -> Result<Option<Permissions>, Problem> {
        self.0.get(job.name.as_str()).map(|needs| needs(&job.payload)).transpose()
    }
}

/// Get what a job wrote
///
/// Kept for 24 hours after the job ended, for who began it, while he may do what the job did: `customers.export` for a list,
/// `sql.run` too for an answer, `customers.pii` too when people are in it in full.
#[utoipa::path(get, path = "/jobs/{id}/file", tag = "jobs", params(("id" = String, Path, example = "job_12")),
    responses((status = 200, description = "The file.", body = Bytes, content_type = "application/octet-stream")))]
pub(super) async fn job_file(
    actor: Allowed<JobsRead>,
    State(state): State<Jobs>,
    Path(id): Path<JobId>,
) -> Result<Response, ApiError> {
    let app = &state.app;
    let mut tx = app.db.read().await?;
    let job = found(jobs::store::job_get(&mut tx, id).await)?;
    drop(tx);
    let needs = state.kinds.needs(&job)?.filter(|_| job.user == Some(actor.user.0));
    let Some(needs) = needs else {
        let problem = Problem::new(Code::NotFound, format!("{id} has no file for you"));
        return Err(problem.hint("only who began a job gets its file").into());
    };
    for permission in needs {
        actor.check(permission)?;
    }
    let path = files::find(&state.folder, &job, app.now())?;
    app.audit_read(&actor.actor, "job.file", Object::of(&id)).await;
    Ok(download(&path, &job.file.unwrap_or_default(), "application/octet-stream").await?)
}
