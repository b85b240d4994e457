//! Listing jobs, stopping and repeating them.

use axum::extract::State;
use base::{Code, Problem};
use jobs::store as table;
use jobs::{JobId, JobRow};
use store::args;

use super::{Accepted, Job, JobPage};
use crate::App;
use crate::api::{ApiError, Field, Json, Kind, ListQuery, ListSpec, Path, Query, Total};
use crate::guard::Allowed;
use crate::model::{Event, Object};
use crate::rules::permission::may::{JobsCancel, JobsRead};

/// List jobs
///
/// The newest first. Filter by state, kind, began_by, created_at; sort by created_at.
#[utoipa::path(get, path = "/jobs", tag = "jobs", params(ListQuery),
    responses((status = 200, description = "A page of jobs.", body = JobPage)))]
pub(super) async fn job_list(
    actor: Allowed<JobsRead>,
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<JobPage>, ApiError> {
    let list = query.check(spec())?;
    let mut tx = app.db.read().await?;
    let page = list.fetch(&mut tx, table::COLUMNS, "job WHERE 1 = 1", args![], table::read).await?;
    let total = Total::exact(list.count(&mut tx, "job WHERE 1 = 1", args![]).await?);
    let items = page.items.into_iter().map(|row| Job::of(row, &actor)).collect();
    Ok(Json(JobPage { items, next: page.next, total }))
}

fn spec() -> ListSpec {
    let states = ["queued", "running", "done", "dead", "cancelled"].map(Into::into).into();
    let kinds = jobs::words::KINDS.iter().map(|kind| kind.0.into()).collect();
    ListSpec {
        name: "jobs",
        fields: vec![
            Field::new("state", "state", Kind::OneOf(states)),
            Field::new("kind", "name", Kind::OneOf(kinds)),
            Field::new("began_by", "began_by", Kind::Text),
            Field::new("created_at", "created_at", Kind::Time).sortable(),
        ],
        key: ("id", true),
        sort: "",
    }
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
