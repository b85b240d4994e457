//! Listing jobs, stopping and repeating them.

use axum::extract::State;
use base::{Code, Problem};
use jobs::store as table;
use jobs::{JobId, JobRow};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Accepted, Job, JobPage, JobState};
use crate::App;
use crate::api::page::limit;
use crate::api::{ApiError, Json, Path, Query, Total};
use crate::guard::Allowed;
use crate::model::{Event, Object};
use crate::rules::permission::may::{JobsCancel, JobsRead};

const PAGE: i64 = 50;
const LARGEST_PAGE: i64 = 500;

/// Which jobs.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct JobQuery {
    /// Only those that stand so.
    #[param(inline)]
    state: Option<JobState>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many to give at most: 1 to 500.
    #[param(minimum = 1, maximum = 500, example = 50)]
    limit: Option<i64>,
}

/// List jobs
///
/// The newest first.
#[utoipa::path(get, path = "/jobs", tag = "jobs", params(JobQuery),
    responses((status = 200, description = "A page of jobs.", body = JobPage)))]
pub(super) async fn job_list(
    actor: Allowed<JobsRead>,
    State(app): State<App>,
    Query(query): Query<JobQuery>,
) -> Result<Json<JobPage>, ApiError> {
    let limit = limit(query.limit, PAGE, LARGEST_PAGE)?;
    let before = query.cursor.as_deref().map(before).transpose()?;
    let state = query.state.map(Into::into);
    let mut tx = app.db.read().await?;
    let mut rows = table::job_list(&mut tx, state, before, limit + 1).await?;
    let total = Total::exact(table::job_count(&mut tx, state).await?);
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| format!("j{}", row.id.0));
    Ok(Json(JobPage { items: rows.into_iter().map(|row| Job::of(row, &actor)).collect(), next, total }))
}

fn before(cursor: &str) -> Result<JobId, Problem> {
    let id = cursor.strip_prefix('j').and_then(|digits| digits.parse().ok()).filter(|n| *n > 0);
    id.map(JobId).ok_or_else(|| {
        Problem::new(Code::InvalidArgument, "the cursor is not one of this list")
            .hint("take \"next\" of the page before; leave it out for the first page")
            .field("cursor", "does not belong to this list")
    })
}

/// See a job
#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs", params(("id" = String, Path, example = "job_12")),
    responses((status = 200, description = "The job.", body = Job)))]
pub(super) async fn job_get(
    actor: Allowed<JobsRead>,
    State(app): State<App>,
    Path(id): Path<JobId>,
) -> Result<Json<Job>, ApiError> {
    let mut tx = app.db.read().await?;
    Ok(Json(Job::of(found(table::job_get(&mut tx, id).await)?, &actor)))
}

/// Ask a job to stop
///
/// One that has not begun is cancelled at once; one that runs ends as soon as it can do so cleanly.
#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "jobs", params(("id" = String, Path, example = "job_12")),
    responses((status = 202, description = "It was asked.", body = Job),
        (status = 409, description = "It has ended already.", body = crate::ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn job_cancel(
    actor: Allowed<JobsCancel>,
    State(app): State<App>,
    Path(id): Path<JobId>,
) -> Result<Accepted, ApiError> {
    let mut tx = app.db.write().await?;
    found(table::job_get(&mut tx, id).await)?;
    table::job_cancel(&mut tx, id, app.now()).await?;
    app.audit(&mut tx, Event::new(&actor.actor, "job.cancel", Object::of(&id))).await?;
    tx.commit().await?;
    Ok(Accepted::of(&app, &actor, id).await?)
}

/// Try a job again
///
/// One that failed for good or was cancelled begins anew.
#[utoipa::path(post, path = "/jobs/{id}/retry", tag = "jobs", params(("id" = String, Path, example = "job_12")),
    responses((status = 202, description = "It waits for its turn.", body = Job),
        (status = 409, description = "It has not failed.", body = crate::ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn job_retry(
    actor: Allowed<JobsCancel>,
    State(app): State<App>,
    Path(id): Path<JobId>,
) -> Result<Accepted, ApiError> {
    let mut tx = app.db.write().await?;
    found(table::job_get(&mut tx, id).await)?;
    table::job_retry(&mut tx, id, app.now()).await?;
    app.audit(&mut tx, Event::new(&actor.actor, "job.retry", Object::of(&id))).await?;
    tx.commit().await?;
    Ok(Accepted::of(&app, &actor, id).await?)
}

/// A job that is not there, with what to do about it.
pub(super) fn found(job: Result<JobRow, Problem>) -> Result<JobRow, Problem> {
    job.map_err(|p| if p.code == Code::NotFound { p.hint("GET /api/v1/jobs lists them") } else { p })
}
