//! Saved mappings.

use axum::extract::State as Given;
use axum::http::StatusCode;
use web::{Allowed, ApiError, Event, Instant, Json, Path, Routes, may};

use super::State;
use super::dto::mapping::{MappingRow, labels};
use crate::store::mapping::{mapping_delete as delete, mapping_rows};

pub(super) fn routes() -> Routes<State> {
    Routes::new().with(web::routes![mapping_list, mapping_delete])
}

/// List saved mappings
#[utoipa::path(get, path = "/mappings", tag = "imports",
    responses((status = 200, description = "All of them, by name.", body = Vec<MappingRow>)))]
async fn mapping_list(
    _: Allowed<may::ImportRead>,
    Given(state): Given<State>,
) -> Result<Json<Vec<MappingRow>>, ApiError> {
    let rows = mapping_rows(&mut state.app.db.read().await?).await?;
    let show = |(name, mapping, at): (String, crate::mapping::Mapping, i64)| MappingRow {
        name,
        kind: mapping.kind,
        mapping: (&mapping).into(),
        labels: labels(&mapping),
        updated_at: Instant(at),
    };
    Ok(Json(rows.into_iter().map(show).collect()))
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
