//! API keys.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{ApiKeyId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dto::ApiKey;
use super::once;
use crate::App;
use crate::api::{ApiError, Instant, Json, ListQuery, Page, Path, Query};
use crate::guard::{Allowed, Routes};
use crate::ops::key;
use crate::rules::permission::Permission;
use crate::rules::permission::may::KeysManage;

/// A new key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Till upload", "scopes": ["import.run", "import.read"], "expires_at": "2027-05-01T00:00:00Z"}))]
struct KeyNew {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    /// Permissions, none that you do not have yourself.
    #[schema(min_items = 1, value_type = Vec<Permission>)]
    scopes: Vec<String>,
    /// Whose it is; left out: one's own. For who manages users (`users.manage`); never somebody who may more than oneself.
    #[schema(value_type = Option<String>, pattern = "^usr_[1-9][0-9]{0,17}$")]
    user: Option<UserId>,
    /// When it stops working; left out: never.
    expires_at: Option<Instant>,
}

/// A new key with its secret, which is shown once.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"secret": "gxk_3kTq9a…", "key": {
    "id": "key_2", "name": "Till upload", "prefix": "gxk_3kTq9a", "scopes": ["import.run"], "user": "usr_1",
    "created_at": "2026-05-01T08:30:00Z"}}))]
struct KeyMade {
    /// To be sent as `Authorization: Bearer …`.
    secret: String,
    /// The key.
    key: ApiKey,
}

pub(super) fn routes() -> Routes<App> {
    Routes::new().with(crate::routes![key_list, key_create, key_revoke])
}

/// List API keys
///
/// The newest first. Filter by name, user, created_at, used_at, revoked; sort by name, created_at, used_at.
#[utoipa::path(get, path = "/keys", tag = "keys", params(ListQuery),
    responses((status = 200, description = "A page of keys.", body = Page<ApiKey>)))]
async fn key_list(
    _: Allowed<KeysManage>,
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ApiKey>>, ApiError> {
    Ok(Json(key::key_list(&app, &query).await?.map(ApiKey::from)))
}

/// Make an API key
#[utoipa::path(post, path = "/keys", tag = "keys", request_body = KeyNew,
    responses((status = 201, description = "The key and its secret.", body = KeyMade),
        (status = 404, description = "The user does not exist.", body = crate::ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Sent again with an Idempotency-Key, or the user is locked out.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn key_create(
    actor: Allowed<KeysManage>,
    State(app): State<App>,
    Json(r): Json<KeyNew>,
) -> Result<Response, ApiError> {
    let expires_at = r.expires_at.map(|at| at.0);
    let (made, secret) = match r.user.filter(|user| *user != actor.user) {
        Some(user) => key::key_create_for(&app, &actor, user, &r.name, &r.scopes, expires_at).await?,
        None => key::key_create(&app, &actor, &r.name, &r.scopes, expires_at).await?,
    };
    Ok(once((StatusCode::CREATED, Json(KeyMade { secret, key: made.into() }))))
}

/// Revoke an API key
#[utoipa::path(delete, path = "/keys/{id}", tag = "keys", params(("id" = String, Path, example = "key_2", pattern = "^key_[1-9][0-9]{0,17}$")),
    responses((status = 204, description = "It works no more.")))]
async fn key_revoke(
    actor: Allowed<KeysManage>,
    State(app): State<App>,
    Path(id): Path<ApiKeyId>,
) -> Result<StatusCode, ApiError> {
    key::revoke(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
