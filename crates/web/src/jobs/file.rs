//! What a job wrote for who began it.

use axum::extract::State;
use axum::response::Response;
use base::{Code, Problem};
use jobs::{JobId, files};

use super::Jobs;
use super::http::found;
use crate::api::{ApiError, Bytes, Path, download};
use crate::guard::Allowed;
use crate::model::Object;
use crate::rules::permission::may::JobsRead;

/// Get what a job wrote
///
/// Kept for 24 hours after the job ended, for who began it.
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
    if job.user != Some(actor.user.0) {
        let problem = Problem::new(Code::NotFound, format!("{id} has no file for you"));
        return Err(problem.hint("only who began a job gets its file").into());
    }
    let path = files::find(&state.folder, &job, app.now())?;
    app.audit_read(&actor.actor, "job.file", Object::of(&id)).await;
    Ok(download(&path, &job.file.unwrap_or_default(), "application/octet-stream").await?)
}
