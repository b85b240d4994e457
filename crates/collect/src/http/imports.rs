//! Imports: begin, list, undo, resume.

use axum::extract::State as Given;
use axum::http::StatusCode;
use base::{Code, ImportId, Problem};
use web::jobs::job_begin;
use web::{
    Accepted, Actor, Allowed, ApiError, Event, Field, Json, Kind, ListQuery, ListSpec, Mask, Path, Query, Routes,
    Total, may,
};

use super::dto::import::{Import, ImportNew, ImportPage, ImportStarted, quotes_rows};
use super::look::{blocking, open, wish};
use super::{State, hidden};
use crate::import::{ImportState, Ready, Request};
use crate::jobs::{ImportRun, ImportUndo};
use crate::mapping::{FileKind, named};
use crate::store::mapping::{Saving, mapping_save};
use crate::store::shown::{Shown, import_count, import_page, import_shown, shown};
use crate::store::upload::{Origin, origin_put, upload_in_use};

pub(super) fn routes() -> Routes<State> {
    Routes::new().with(web::routes![import_list, import_create, import_get, import_undo, import_resume])
}

/// List imports
///
/// The newest first. Filter by kind, state, source, file, size, started_at; sort by file, size, started_at.
#[utoipa::path(get, path = "/imports", tag = "imports", params(ListQuery),
    responses((status = 200, description = "A page of imports.", body = ImportPage)))]
async fn import_list(
    actor: Allowed<may::ImportRead>,
    Given(state): Given<State>,
    Query(query): Query<ListQuery>,
) -> Result<Json<ImportPage>, ApiError> {
    let list = query.check(spec())?;
    let mut tx = state.app.db.read().await?;
    let page = import_page(&mut tx, &list).await?;
    let total = Total::exact(import_count(&mut tx, &list).await?);
    let imports = shown(&mut tx, page.items).await?;
    let mask = actor.mask();
    if mask == Mask::Off && imports.iter().any(quotes_rows) {
        state.app.audit_read(&actor, "import.read", "imports").await;
    }
    let items = imports.into_iter().map(|s| Import::of(s, mask)).collect();
    Ok(Json(ImportPage { items, next: page.next, total }))
}

fn spec() -> ListSpec {
    let kinds = [FileKind::Orders, FileKind::Customers, FileKind::Products].map(|kind| kind.as_str().into()).into();
    let states = ImportState::ALL.iter().map(|state| state.as_str().into()).collect();
    ListSpec {
        name: "imports",
        fields: vec![
            Field::new("kind", "kind", Kind::OneOf(kinds)),
            Field::new("state", "state", Kind::OneOf(states)),
            Field::new("source", "source", Kind::Text),
            Field::new("file", "file", Kind::Text).sortable(),
            Field::new("size", "size", Kind::Int).sortable(),
            Field::new("started_at", "started_at", Kind::Time).sortable(),
        ],
        key: ("id", true),
        sort: "",
    }
}

/// See an import
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", params(("id" = String, Path, example = "imp_1")),
    responses((status = 200, description = "The import with its report.", body = Import)))]
async fn import_get(
    actor: Allowed<may::ImportRead>,
    Given(state): Given<State>,
    Path(id): Path<ImportId>,
) -> Result<Json<Import>, ApiError> {
    let (shown, mask) = (find(&state, id).await?, actor.mask());
    if mask == Mask::Off && quotes_rows(&shown) {
        state.app.audit_read(&actor, "import.read", id).await;
    }
    Ok(Json(Import::of(shown, mask)))
}

/// Import a file
///
/// Everything that can be refused is refused now; a job reads the file. Nothing of it is visible before all of it is.
#[utoipa::path(post, path = "/imports", tag = "imports", request_body = ImportNew,
    responses((status = 202, description = "Begun.", body = ImportStarted),
        (status = 404, description = "The upload does not exist.", body = web::ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The file is being imported already, or another mapping is saved under the name.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn import_create(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
    Json(new): Json<ImportNew>,
) -> Result<(StatusCode, Json<ImportStarted>), ApiError> {
    named("source", &new.source)?;
    if let Some(name) = &new.save_mapping {
        named("save_mapping", name)?;
    }
    let (upload, path) = state.uploads.find(&actor, new.upload).await?;
    let reading = new.reading.options()?;
    let opened = open(path.clone(), reading.clone()).await.map_err(|p| hidden(p, &path))?;
    let wish = wish(Some(new.kind), Some(&new.mapping))?;
    let before = state.importer.bad_rows_of(&opened).await?;
    let importer = state.importer.clone();
    let (source, mode, place) = (new.source.clone(), new.mode, path.clone());
    let work = move || {
        let read = importer.understand(&opened, &wish, before.as_ref())?;
        read.check()?;
        let request = Request { path: place, mapping: read.mapping.clone(), reading, source, mode };
        Ok((importer.prepare(request)?.0, read))
    };
    let (ready, read) = blocking(work).await.map_err(|p| hidden(p, &path))?;
    let mut tx = state.app.db.write().await?;
    if let Some(import) = upload_in_use(&mut tx, upload.id).await? {
        let message = format!("{} is being imported already, as {import}", upload.name);
        return Err(Problem::new(Code::Conflict, message).hint("wait for it to end, or stop its job").into());
    }
    if let Some(name) = &new.save_mapping {
        keep(&state, &mut tx, &actor, (name, new.overwrite_mapping), &read.mapping).await?;
    }
    let origin = |job| Origin { upload: Some(upload.id), job, by: actor.name.clone(), mends: read.bad_rows_of };
    let (import, job) = begin(&state, &mut tx, &actor, &ready, |import| ImportRun { import }, origin).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ImportStarted { import, job })))
}

/// Saves the mapping of an import under a name.
async fn keep(
    state: &State,
    tx: &mut store::Tx,
    actor: &Actor,
    (name, overwrite): (&str, bool),
    mapping: &crate::mapping::Mapping,
) -> Result<(), Problem> {
    let done = mapping_save(tx, state.app.now(), name, mapping, overwrite).await.map_err(|problem| {
        if problem.code != Code::Conflict {
            return problem;
        }
        problem.hint("choose another name; or send overwrite_mapping: true, and it is replaced")
    })?;
    if done == Saving::Same {
        return Ok(());
    }
    let detail = serde_json::json!({ "kind": mapping.kind, "replaced": done == Saving::Replaced });
    state.app.audit(tx, Event::new(actor, "mapping.save", name).detail(detail)).await
}

/// Gives an import its number and puts in the job that reads it.
pub(super) async fn begin<J: jobs::Job>(
    state: &State,
    tx: &mut store::Tx,
    actor: &Actor,
    ready: &Ready,
    job: impl FnOnce(ImportId) -> J,
    origin: impl FnOnce(jobs::JobId) -> Origin,
) -> Result<(ImportId, jobs::JobId), Problem> {
    let import = state.importer.begin(tx, ready).await?;
    let job = job_begin(&state.app, tx, actor, &job(import), Some(import.to_string())).await?;
    origin_put(tx, import, &origin(job)).await?;
    state.app.audit(tx, Event::new(actor, J::NAME, import)).await?;
    Ok((import, job))
}

/// Undo an import
///
/// What it had replaced is back; customers, attributes and products are as before it.
#[utoipa::path(post, path = "/imports/{id}/undo", tag = "imports", params(("id" = String, Path, example = "imp_1")),
    responses((status = 202, description = "Begun.", body = web::Job),
        (status = 409, description = "It is not done, or later imports replaced lines of it or brought its bad rows mended.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn import_undo(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
    Path(id): Path<ImportId>,
) -> Result<Accepted, ApiError> {
    let shown = find(&state, id).await?;
    if shown.state() != ImportState::Done {
        let message = format!("{id} is {}: there is nothing to undo", shown.state().as_str());
        return Err(Problem::new(Code::Conflict, message).into());
    }
    if let Some(later) = shown.undo_first.first() {
        let list = shown.undo_first.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        return Err(Problem::new(
            Code::Conflict,
            format!("later imports have replaced lines of {id}, or brought its bad rows: {list}"),
        )
        .hint(format!("undo {later} first"))
        .into());
    }
    let mut tx = state.app.db.write().await?;
    let job = job_begin(&state.app, &mut tx, &actor, &ImportUndo { import: id }, Some(id.to_string())).await?;
    state.app.audit(&mut tx, Event::new(&*actor, "import.undo", id)).await?;
    tx.commit().await?;
    Ok(Accepted::of(&state.app, &actor, job).await?)
}

/// Go on with a stopped import
///
/// With one that was cancelled or failed; what is staged is not read again.
#[utoipa::path(post, path = "/imports/{id}/resume", tag = "imports", params(("id" = String, Path, example = "imp_1")),
    responses((status = 202, description = "Begun.", body = web::Job),
        (status = 409, description = "It runs, is done, or its file is gone.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn import_resume(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
    Path(id): Path<ImportId>,
) -> Result<Accepted, ApiError> {
    let shown = find(&state, id).await?;
    if !matches!(shown.state(), ImportState::Cancelled | ImportState::Failed) {
        let message = format!("{id} is {}: there is nothing to resume", shown.state().as_str());
        return Err(Problem::new(Code::Conflict, message).hint("to read a file again, import it again").into());
    }
    if !shown.row.request.path.is_file() {
        return Err(Problem::new(Code::Conflict, format!("the file of {id} is gone"))
            .hint("files are kept for a day: send it again and import it anew")
            .into());
    }
    let mut tx = state.app.db.write().await?;
    let job = job_begin(&state.app, &mut tx, &actor, &ImportRun { import: id }, Some(id.to_string())).await?;
    let origin = Origin { upload: None, job, by: actor.name.clone(), mends: None };
    origin_put(&mut tx, id, &origin).await?;
    state.app.audit(&mut tx, Event::new(&*actor, "import.resume", id)).await?;
    tx.commit().await?;
    Ok(Accepted::of(&state.app, &actor, job).await?)
}

/// An import; the hint is for clients of the API.
pub(super) async fn find(state: &State, id: ImportId) -> Result<Shown, Problem> {
    let mut tx = state.app.db.read().await?;
    let found = import_shown(&mut tx, id).await;
    found.map_err(|p| if p.code == Code::NotFound { p.hint("GET /api/v1/imports lists them") } else { p })
}
