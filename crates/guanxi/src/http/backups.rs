//! Back-ups: listed, made, read to their last byte.

use axum::extract::State;
use base::{Code, Problem};
use jobs::store::job_none_open;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::jobs::job_begin;
use web::rules::permission::may::BackupRun;
use web::{Accepted, Actor, Allowed, ApiError, Event, Job, Json, Path, Routes};

use crate::archive::shelf::{self, Shelved};
use crate::server::stages::Site;
use crate::server::work;

/// A back-up.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "bak_20260501T083000Z", "made_at": "2026-05-01T08:30:00Z", "by": "Ann", "bytes": 48_120_331,
    "rows": 412_301, "files": 26, "version": "0.1.0", "path": "/srv/guanxi/backups/guanxi-20260501T083000Z", "verified": true}))]
struct Backup {
    /// Its id.
    id: String,
    /// When it was made.
    #[schema(format = DateTime)]
    made_at: String,
    /// Who made it.
    by: String,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What it takes on the disk.
    bytes: u64,
    /// Rows of the store.
    rows: u64,
    /// Files of the history.
    files: usize,
    /// The version of the program that made it.
    version: String,
    /// Its folder: `guanxi restore FOLDER NEW-FOLDER`.
    path: String,
    /// Whether it was read to its last byte and was what had been written.
    verified: bool,
}

impl From<Shelved> for Backup {
    fn from(shelved: Shelved) -> Self {
        let Shelved { id, path, manifest, bytes, verified } = shelved;
        Self {
            id,
            rows: manifest.rows(),
            files: manifest.files.len(),
            made_at: manifest.made_at,
            by: manifest.about.by.unwrap_or_else(|| "Guanxi".to_owned()),
            note: manifest.about.note,
            bytes,
            version: manifest.program,
            path: path.display().to_string(),
            verified,
        }
    }
}

/// The back-ups that lie in the folder of back-ups.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"folder": "/srv/guanxi/backups", "items": [{"id": "bak_20260501T083000Z", "made_at": "2026-05-01T08:30:00Z", "by": "Ann",
    "bytes": 48_120_331, "rows": 412_301, "files": 26, "version": "0.1.0", "path": "/srv/guanxi/backups/guanxi-20260501T083000Z",
    "verified": true}]}))]
struct BackupList {
    /// The newest first.
    items: Vec<Backup>,
    /// The folder (`backup.dir`).
    folder: String,
}

/// A back-up to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "before the import of 2025"}))]
struct BackupNew {
    /// What for; up to 500 characters.
    #[schema(max_length = 500)]
    note: Option<String>,
}

pub(super) fn routes() -> Routes<Site> {
    Routes::new().with(web::routes![backup_list, backup_create, backup_verify])
}

/// List back-ups
#[utoipa::path(get, path = "/backups", tag = "settings",
    responses((status = 200, description = "The back-ups, the newest first.", body = BackupList)))]
async fn backup_list(_: Allowed<BackupRun>, State(site): State<Site>) -> Result<Json<BackupList>, ApiError> {
    let folder = site.app.config.backup_dir(&site.app.data);
    let shelf = folder.clone();
    let listed = tokio::task::spawn_blocking(move || shelf::list(&shelf)).await;
    let listed = listed.map_err(|e| Problem::internal("listing the back-ups was cut off", e))??;
    let items = listed.into_iter().map(Backup::from).collect();
    Ok(Json(BackupList { items, folder: folder.display().to_string() }))
}

/// Make a back-up
///
/// Everything, consistently, while work goes on.
#[utoipa::path(post, path = "/backups", tag = "settings", request_body = BackupNew,
    responses((status = 202, description = "Begun.", body = Job),
        (status = 409, description = "One is being made or read.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn backup_create(
    actor: Allowed<BackupRun>,
    State(site): State<Site>,
    Json(new): Json<BackupNew>,
) -> Result<Accepted, ApiError> {
    let note = new.note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
    if note.as_ref().is_some_and(|note| note.chars().count() > 500) {
        let message = "must have at most 500 characters";
        return Err(Problem::new(Code::InvalidInput, format!("note {message}")).field("note", message).into());
    }
    let make = work::Backup::Make { by: actor.name.clone(), note };
    begin(&site, &actor.actor, &make, None, "backup.make").await
}

/// Check a back-up
///
/// Reads it to its last byte and compares rows and files with what was written.
#[utoipa::path(post, path = "/backups/{id}/verify", tag = "settings",
    params(("id" = String, Path, example = "bak_20260501T083000Z")),
    responses((status = 202, description = "Begun.", body = Job),
        (status = 409, description = "One is being made or read.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn backup_verify(
    actor: Allowed<BackupRun>,
    State(site): State<Site>,
    Path(id): Path<String>,
) -> Result<Accepted, ApiError> {
    shelf::find(&site.app.config.backup_dir(&site.app.data), &id)?;
    begin(&site, &actor.actor, &work::Backup::Verify { id: id.clone() }, Some(id), "backup.verify").await
}

async fn begin(
    site: &Site,
    actor: &Actor,
    job: &work::Backup,
    object: Option<String>,
    action: &'static str,
) -> Result<Accepted, ApiError> {
    let mut tx = site.app.db.write().await?;
    job_none_open::<work::Backup>(&mut tx).await?;
    let id = job_begin(&site.web, &mut tx, actor, job, object.clone()).await?;
    let about = object.unwrap_or_else(|| id.to_string());
    site.web.audit(&mut tx, Event::new(actor, action, about)).await?;
    tx.commit().await?;
    Ok(Accepted::of(&site.web, actor, id).await?)
}
