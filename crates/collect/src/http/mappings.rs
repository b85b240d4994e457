//! Saved mappings.

use axum::extract::State as Given;
use axum::http::StatusCode;
use base::Micros;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Allowed, ApiError, Event, Instant, Json, Path, Routes, may};

use super::State;
use super::dto::mapping::{MappingRow, labels};
use crate::mapping::{Mapping, named};
use crate::store::mapping::{mapping_delete as delete, mapping_rename as rename, mapping_rows};

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
    Routes::new().with(web::routes![mapping_list, mapping_update, mapping_delete])
}

/// List saved mappings
#[utoipa::path(get, path = "/mappings", tag = "imports",
    responses((status = 200, description = "All of them, by name.", body = Vec<MappingRow>)))]
async fn mapping_list(
    _: Allowed<may::ImportRead>,
    Given(state): Given<State>,
) -> Result<Json<Vec<MappingRow>>, ApiError> {
    let rows = mapping_rows(&mut state.app.db.read().await?).await?;
    Ok(Json(rows.into_iter().map(|(name, mapping, at)| row(name, &mapping, at)).collect()))
}

fn row(name: String, mapping: &Mapping, at: Micros) -> MappingRow {
    MappingRow { name, kind: mapping.kind, mapping: mapping.into(), labels: labels(mapping), updated_at: Instant(at) }
}

/// Rename a saved mapping
#[utoipa::path(patch, path = "/mappings/{name}", tag = "imports", request_body = MappingChange,
    params(("name" = String, Path, example = "till")),
    responses((status = 200, description = "As it is now.", body = MappingRow),
        (status = 409, description = "Another one has this name.", body = web::ProblemBody, content_type = "application/problem+json")))]
async fn mapping_update(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
    Path(name): Path<String>,
    Json(change): Json<MappingChange>,
) -> Result<Json<MappingRow>, ApiError> {
    named("name", &change.name)?;
    let (mut tx, now) = (state.app.db.write().await?, state.app.now());
    let mapping = rename(&mut tx, now, &name, &change.name).await?;
    let event = Event::new(&*actor, "mapping.rename", name).detail(serde_json::json!({ "name": change.name }));
    state.app.audit(&mut tx, event).await?;
    tx.commit().await?;
    Ok(Json(row(change.name, &mapping, now)))
}

/// Forget a saved mapping
#[utoipa::path(delete, path = "/mappings/{name}", tag = "imports", params(("name" = String, Path, example = "till")),
    responses((status = 204, description = "It is forgotten.")))]
async fn mapping_delete(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.app.db.write().await?;
    delete(&mut tx, &name).await?;
    state.app.audit(&mut tx, Event::new(&*actor, "mapping.delete", name)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
