//! Saved mappings.

use axum::extract::State as Given;
use axum::http::{HeaderMap, StatusCode};
use base::{Code, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Allowed, ApiError, Event, IfMatch, Instant, Json, Path, Routes, Versioned, may};

use super::State;
use super::dto::mapping::{MappingRow, labels};
use crate::mapping::named;
use crate::store::mapping::{Saved, mapping_delete as delete, mapping_rename as rename, mapping_rows, mapping_version};

/// What is to be changed about a saved mapping.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "till 2"}))]
struct MappingChange {
    /// Its new name: 1 to 64 characters, one that no other has.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S")]
    name: String,
}

pub(super) fn routes() -> Routes<State> {
    Routes::new().with(web::routes![mapping_list, mapping_get, mapping_update, mapping_delete])
}

/// List saved mappings
#[utoipa::path(get, path = "/mappings", tag = "imports",
    responses((status = 200, description = "All of them, by name.", body = Vec<MappingRow>)))]
async fn mapping_list(
    _: Allowed<may::ImportRead>,
    Given(state): Given<State>,
) -> Result<Json<Vec<MappingRow>>, ApiError> {
    let rows = mapping_rows(&mut state.app.db.read().await?).await?;
    Ok(Json(rows.into_iter().map(row).collect()))
}

fn row(saved: Saved) -> MappingRow {
    let Saved { name, mapping, updated_at, version } = saved;
    MappingRow {
        name,
        kind: mapping.kind,
        mapping: (&mapping).into(),
        labels: labels(&mapping),
        updated_at: Instant(updated_at),
        etag: format!("\"v{version}\""),
    }
}

/// The saved mapping of a name, in its version.
async fn one(tx: &mut store::Tx, name: &str) -> Result<Versioned<MappingRow>, Problem> {
    let found = mapping_rows(tx).await?.into_iter().find(|saved| saved.name == name);
    found.map(|saved| Versioned::new(saved.version, row(saved))).ok_or_else(|| missing(name))
}

/// Refuses what was decided by another version than the one that stands.
async fn unchanged(tx: &mut store::Tx, name: &str, known: &IfMatch) -> Result<(), Problem> {
    known.check(mapping_version(tx, name).await?.ok_or_else(|| missing(name))?)
}

fn missing(name: &str) -> Problem {
    let problem = Problem::new(Code::NotFound, format!("no mapping is saved as \"{name}\""));
    problem.hint("GET /api/v1/mappings lists them")
}

/// See a saved mapping
#[utoipa::path(get, path = "/mappings/{name}", tag = "imports", params(("name" = String, Path, example = "till")),
    responses((status = 200, description = "The mapping, with an ETag.", body = MappingRow),
        (status = 304, description = "Still the version of If-None-Match.")))]
async fn mapping_get(
    _: Allowed<may::ImportRead>,
    Given(state): Given<State>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Versioned<MappingRow>, ApiError> {
    Ok(one(&mut state.app.db.read().await?, &name).await?.unless_known(&headers))
}

/// Rename a saved mapping
#[utoipa::path(patch, path = "/mappings/{name}", tag = "imports", request_body = MappingChange,
    params(("name" = String, Path, example = "till"), ("If-Match" = Option<String>, Header, description = "The ETag that was read.")),
    responses((status = 200, description = "As it is now, with an ETag.", body = MappingRow),
        (status = 412, description = "It was changed meanwhile.", body = web::ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Another one has this name.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn mapping_update(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
    Path(name): Path<String>,
    known: IfMatch,
    Json(change): Json<MappingChange>,
) -> Result<Versioned<MappingRow>, ApiError> {
    named("name", &change.name)?;
    let (mut tx, now) = (state.app.db.write().await?, state.app.now());
    unchanged(&mut tx, &name, &known).await?;
    rename(&mut tx, now, &name, &change.name).await?;
    let event = Event::new(&*actor, "mapping.rename", name).detail(serde_json::json!({ "name": change.name }));
    state.app.audit(&mut tx, event).await?;
    let renamed = one(&mut tx, &change.name).await?;
    tx.commit().await?;
    Ok(renamed)
}

/// Forget a saved mapping
#[utoipa::path(delete, path = "/mappings/{name}", tag = "imports",
    params(("name" = String, Path, example = "till"), ("If-Match" = Option<String>, Header, description = "The ETag that was read.")),
    responses((status = 204, description = "It is forgotten."),
        (status = 412, description = "It was changed meanwhile.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn mapping_delete(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
    Path(name): Path<String>,
    known: IfMatch,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.app.db.write().await?;
    unchanged(&mut tx, &name, &known).await?;
    delete(&mut tx, &name).await?;
    state.app.audit(&mut tx, Event::new(&*actor, "mapping.delete", name)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
