//! Users.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dto::{Session, User};
use super::me::{Ended, Sessions};
use super::once;
use crate::App;
use crate::api::{ApiError, IfMatch, Instant, Json, ListQuery, Page, Path, Query, Versioned};
use crate::guard::{Allowed, Routes};
use crate::ops::user::Change;
use crate::ops::{password, second_factor, session, user};
use crate::rules::permission::may::UsersManage;
use crate::rules::role::Role;

/// What is to be changed; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "analyst"}))]
struct UserChange {
    /// Name.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: Option<String>,
    /// Role.
    role: Option<Role>,
    /// Locked out (all log-ins end) or let in again.
    disabled: Option<bool>,
}

/// A link to set a new password. It is shown once.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"url": "https://crm.shop.example/reset#c0Zy…", "expires_at": "2026-05-02T08:30:00Z"}))]
struct ResetLink {
    /// To be given to the person; a path when `server.public_url` is not set.
    url: String,
    /// Until when it works.
    expires_at: Instant,
}

pub(super) fn routes() -> Routes<App> {
    Routes::new().with(crate::routes![
        user_list,
        user_get,
        user_update,
        user_password_reset,
        user_totp_remove,
        user_session_list,
        user_session_end
    ])
}

/// List users
///
/// Filter and sort by email, name, role, disabled, created_at, last_seen_at.
#[utoipa::path(get, path = "/users", tag = "users", params(ListQuery),
    responses((status = 200, description = "A page of users.", body = Page<User>)))]
async fn user_list(
    _: Allowed<UsersManage>,
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<User>>, ApiError> {
    Ok(Json(user::user_list(&app, &query).await?.map(User::from)))
}

/// See a user
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = String, Path, example = "usr_1", pattern = "^usr_[1-9][0-9]{0,17}$")),
    responses((status = 200, description = "The user, with an ETag.", body = User),
        (status = 304, description = "Still the version of If-None-Match.")))]
async fn user_get(
    _: Allowed<UsersManage>,
    State(app): State<App>,
    Path(id): Path<UserId>,
    headers: HeaderMap,
) -> Result<Versioned<User>, ApiError> {
    let user = user::user_find(&app, id).await?;
    Ok(Versioned::new(user.version, user.into()).unless_known(&headers))
}

/// Change a user
///
/// Name, role, or whether he is locked out. Only owners change owners; the last owner stays; nobody changes his own role. A key
/// changes neither who made it nor anyone who may what it may not, and makes none such; so it is with passwords and second factors.
#[utoipa::path(patch, path = "/users/{id}", tag = "users", request_body = UserChange,
    params(("id" = String, Path, example = "usr_1", pattern = "^usr_[1-9][0-9]{0,17}$"), ("If-Match" = Option<String>, Header, description = "The ETag that was read.")),
    responses((status = 200, description = "As it is now, with an ETag.", body = User),
        (status = 409, description = "It would leave no owner, or is yourself.", body = crate::ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "It was changed meanwhile.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn user_update(
    actor: Allowed<UsersManage>,
    State(app): State<App>,
    Path(id): Path<UserId>,
    known: IfMatch,
    Json(r): Json<UserChange>,
) -> Result<Versioned<User>, ApiError> {
    let change = Change { name: r.name, role: r.role, disabled: r.disabled };
    let user = user::user_change(&app, &actor, id, &change, &known).await?;
    Ok(Versioned::new(user.version, user.into()))
}

/// Make a link to set a new password
#[utoipa::path(post, path = "/users/{id}/password-reset", tag = "users", params(("id" = String, Path, example = "usr_1", pattern = "^usr_[1-9][0-9]{0,17}$")),
    responses((status = 201, description = "The link.", body = ResetLink),
        (status = 409, description = "Sent again with an Idempotency-Key.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn user_password_reset(
    actor: Allowed<UsersManage>,
    State(app): State<App>,
    Path(id): Path<UserId>,
) -> Result<Response, ApiError> {
    let token = password::reset_issue(&app, &actor, id).await?;
    let url = app.settings.link(&password::reset_path(&token));
    let expires_at = Instant(app.now() + base::clock::DAY);
    Ok(once((StatusCode::CREATED, Json(ResetLink { url, expires_at }))))
}

/// Take a user's second factor away
#[utoipa::path(delete, path = "/users/{id}/totp", tag = "users", params(("id" = String, Path, example = "usr_1", pattern = "^usr_[1-9][0-9]{0,17}$")),
    responses((status = 204, description = "It is off; he can set up another.")))]
async fn user_totp_remove(
    actor: Allowed<UsersManage>,
    State(app): State<App>,
    Path(id): Path<UserId>,
) -> Result<StatusCode, ApiError> {
    second_factor::totp_remove(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List a user's log-ins
#[utoipa::path(get, path = "/users/{id}/sessions", tag = "users", params(("id" = String, Path, example = "usr_1", pattern = "^usr_[1-9][0-9]{0,17}$")),
    responses((status = 200, description = "Where he is signed in.", body = Sessions)))]
async fn user_session_list(
    actor: Allowed<UsersManage>,
    State(app): State<App>,
    Path(id): Path<UserId>,
) -> Result<Json<Sessions>, ApiError> {
    let list = session::list(&app, id).await?;
    Ok(Json(Sessions { items: list.into_iter().map(|s| Session::new(s, actor.via)).collect() }))
}

/// End all log-ins of a user
#[utoipa::path(delete, path = "/users/{id}/sessions", tag = "users", params(("id" = String, Path, example = "usr_1", pattern = "^usr_[1-9][0-9]{0,17}$")),
    responses((status = 200, description = "Ended.", body = Ended)))]
async fn user_session_end(
    actor: Allowed<UsersManage>,
    State(app): State<App>,
    Path(id): Path<UserId>,
) -> Result<Json<Ended>, ApiError> {
    Ok(Json(Ended { ended: session::end_all_of(&app, &actor, id).await? }))
}
