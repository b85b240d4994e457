//! Checking the installation and tidying it up.

use axum::extract::State;
use base::{Code, Problem};
use jobs::Job as _;
use jobs::store::{job_newest, job_none_open};
use serde::Serialize;
use utoipa::ToSchema;
use web::jobs::job_begin;
use web::rules::permission::may::UpkeepRun;
use web::{Accepted, Actor, Allowed, ApiError, Event, Instant, Job, Json, Routes};

use crate::checkup::{Checkup, How};
use crate::server::stages::Site;
use crate::server::work::{CheckUp, Maintain};

/// What the last check found.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"at": "2026-05-01T08:30:00Z", "by": "Ann", "found": {"ok": true, "version": "0.1.0", "checks": [{"what": "free_disk",
    "label": {"en": "free disk", "zh": "磁盘余量"}, "ok": true, "found": [{"en": "80.1 GiB", "zh": "80.1 GiB"}]}]}}))]
struct CheckReport {
    /// When it ended.
    at: Instant,
    /// Who asked for it.
    by: String,
    /// What it found.
    found: Checkup,
}

pub(super) fn routes() -> Routes<Site> {
    Routes::new().with(web::routes![check_create, check_latest, maintenance_create])
}

/// Check the installation
///
/// Database, history, what waits, disk, left-over files: as `guanxi doctor` does.
#[utoipa::path(post, path = "/checks", tag = "settings", request_body = How,
    responses((status = 202, description = "Begun.", body = Job),
        (status = 409, description = "It is under way.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn check_create(
    actor: Allowed<UpkeepRun>,
    State(site): State<Site>,
    Json(how): Json<How>,
) -> Result<Accepted, ApiError> {
    begin(&site, &actor.actor, &CheckUp { how }).await
}

/// See what the last check found
#[utoipa::path(get, path = "/checks/latest", tag = "settings",
    responses((status = 200, description = "The last check that ended.", body = CheckReport),
        (status = 404, description = "None was made yet.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn check_latest(_: Allowed<UpkeepRun>, State(site): State<Site>) -> Result<Json<CheckReport>, ApiError> {
    let job = job_newest(&mut site.app.db.read().await?, CheckUp::NAME).await?;
    let report = job.and_then(|job| Some((Instant(job.ended_at?), job.began_by, job.result?)));
    let Some((at, by, text)) = report else {
        return Err(Problem::new(Code::NotFound, "no check was made yet")
            .hint("begin one: POST /api/v1/checks")
            .into());
    };
    let found = serde_json::from_str(&text).map_err(|e| Problem::internal("a report cannot be read", e))?;
    Ok(Json(CheckReport { at, by, found }))
}

/// Tidy up
///
/// Seals fresh orders into files, merges small files, removes replaced ones; the server does so by itself every quarter of an hour.
#[utoipa::path(post, path = "/maintenance", tag = "settings",
    responses((status = 202, description = "Begun.", body = Job),
        (status = 409, description = "It is under way.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn maintenance_create(actor: Allowed<UpkeepRun>, State(site): State<Site>) -> Result<Accepted, ApiError> {
    begin(&site, &actor.actor, &Maintain {}).await
}

async fn begin<J: jobs::Job>(site: &Site, actor: &Actor, job: &J) -> Result<Accepted, ApiError> {
    let mut tx = site.app.db.write().await?;
    job_none_open::<J>(&mut tx).await?;
    let id = job_begin(&site.web, &mut tx, actor, job, None).await?;
    site.web.audit(&mut tx, Event::new(actor, J::NAME, id.to_string())).await?;
    tx.commit().await?;
    Ok(Accepted::of(&site.web, actor, id).await?)
}
