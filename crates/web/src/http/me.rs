//! What somebody does with his own account.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{ApiKeyId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dto::{Session, User};
use super::{current, once, signed_in};
use crate::App;
use crate::api::{ApiError, Json, Path};
use crate::guard::{Person, Routes, csrf_token};
use crate::model::{Actor, Via};
use crate::ops::{password, second_factor, session, user};
use crate::rules::permission::Permission;
use crate::store::user::recovery_count;

/// Who is signed in, and what he may do.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"user": {
    "id": "usr_1", "email": "anna@shop.example", "name": "Anna Li", "role": "analyst", "disabled": false, "totp": true,
    "created_at": "2026-05-01T08:30:00Z"}, "permissions": ["customers.read", "insight.read"], "recovery_codes": 10,
    "csrf_token": "9f2c…"}))]
struct Me {
    /// The person, or who made the key.
    user: User,
    /// The key, when signed in with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    key: Option<ApiKeyId>,
    /// What he may do.
    #[schema(value_type = Vec<Permission>)]
    permissions: Vec<&'static str>,
    /// Recovery codes that are left.
    recovery_codes: i64,
    /// To be sent as X-CSRF-Token with every request that changes something; people only.
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf_token: Option<String>,
}

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "the old one", "new_password": "correct horse battery"}))]
struct PasswordChange {
    /// The present one.
    #[schema(format = Password)]
    password: String,
    /// The new one: at least 10 characters.
    #[schema(format = Password, min_length = 10, max_length = 256)]
    new_password: String,
}

/// After a change of the log-in's token.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"csrf_token": "9f2c…"}))]
struct NewCsrf {
    /// To be sent from now on.
    csrf_token: String,
}

/// The password, asked again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery"}))]
struct TotpSetup {
    /// The present one.
    #[schema(format = Password)]
    password: String,
}

/// What an authenticator app needs.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"secret": "GEZDGNBVGY3TQOJQ", "url": "otpauth://totp/Guanxi:anna@shop.example?secret=…", "qr_svg": "<svg>…"}))]
struct TotpSecret {
    /// To be typed in.
    secret: String,
    /// To be opened.
    url: String,
    /// To be scanned: a picture.
    qr_svg: String,
}

/// The first code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "123456"}))]
struct TotpEnable {
    /// What the app shows.
    code: String,
}

/// Codes for when the device is lost.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"recovery_codes": ["abcde-fghjk"]}))]
struct RecoveryCodes {
    /// Each works once. They are shown once.
    recovery_codes: Vec<String>,
}

/// Password and a code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery", "code": "123456"}))]
struct TotpDisable {
    /// The present one.
    #[schema(format = Password)]
    password: String,
    /// What the app shows, or a recovery code.
    code: String,
}

/// Log-ins.
#[derive(Serialize, ToSchema)]
pub(super) struct Sessions {
    /// The last used first.
    pub(super) items: Vec<Session>,
}

/// How many log-ins have ended.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"ended": 2}))]
pub(super) struct Ended {
    /// So many.
    pub(super) ended: u64,
}

pub(super) fn routes() -> Routes<App> {
    Routes::new().with(crate::routes![
        auth_me,
        auth_password,
        auth_totp_setup,
        auth_totp_enable,
        auth_totp_disable,
        auth_session_list,
        auth_session_end,
        auth_session_end_others
    ])
}

/// See who is signed in
#[utoipa::path(get, path = "/auth/me", tag = "auth", responses((status = 200, description = "You.", body = Me)))]
async fn auth_me(actor: Actor, State(app): State<App>, headers: HeaderMap) -> Result<Json<Me>, ApiError> {
    let user = user::user_find(&app, actor.user).await?;
    let mut tx = app.db.read().await?;
    let recovery_codes = recovery_count(&mut tx, actor.user).await?;
    let permissions = actor.permissions.iter().map(|p| p.as_str()).collect();
    let (key, csrf_token) = match actor.via {
        Via::Session(_) => (None, current(&app, &headers).as_deref().map(csrf_token)),
        Via::Key(id) => (Some(id), None),
        Via::CommandLine => (None, None),
    };
    Ok(Json(Me { user: user.into(), key, permissions, recovery_codes, csrf_token }))
}

/// Change one's password
///
/// All other log-ins end, and this one gets another cookie.
#[utoipa::path(post, path = "/auth/password", tag = "auth", request_body = PasswordChange,
    responses((status = 200, description = "Changed.", body = NewCsrf)))]
async fn auth_password(
    person: Person,
    State(app): State<App>,
    Json(r): Json<PasswordChange>,
) -> Result<Response, ApiError> {
    let token = password::password_change(&app, &person, &r.password, &r.new_password).await?;
    Ok(signed_in(&app, &token, |csrf_token| Json(NewCsrf { csrf_token }).into_response()))
}

/// Begin to set up the second factor
#[utoipa::path(post, path = "/auth/totp/setup", tag = "auth", request_body = TotpSetup,
    responses((status = 200, description = "For the authenticator app.", body = TotpSecret),
        (status = 409, description = "It is on already.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn auth_totp_setup(
    person: Person,
    State(app): State<App>,
    Json(r): Json<TotpSetup>,
) -> Result<Response, ApiError> {
    let s = second_factor::totp_begin(&app, &person, &r.password).await?;
    Ok(once(Json(TotpSecret { secret: s.secret, url: s.url, qr_svg: s.qr })))
}

/// Turn the second factor on with its first code
#[utoipa::path(post, path = "/auth/totp/enable", tag = "auth", request_body = TotpEnable,
    responses((status = 200, description = "On.", body = RecoveryCodes),
        (status = 409, description = "It is not being set up.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn auth_totp_enable(
    person: Person,
    State(app): State<App>,
    Json(r): Json<TotpEnable>,
) -> Result<Response, ApiError> {
    let recovery_codes = second_factor::totp_enable(&app, &person, &r.code).await?;
    Ok(once(Json(RecoveryCodes { recovery_codes })))
}

/// Turn the second factor off
#[utoipa::path(post, path = "/auth/totp/disable", tag = "auth", request_body = TotpDisable,
    responses((status = 204, description = "Off.")))]
async fn auth_totp_disable(
    person: Person,
    State(app): State<App>,
    Json(r): Json<TotpDisable>,
) -> Result<StatusCode, ApiError> {
    second_factor::totp_disable(&app, &person, &r.password, &r.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List one's log-ins
#[utoipa::path(get, path = "/auth/sessions", tag = "auth",
    responses((status = 200, description = "Where you are signed in.", body = Sessions)))]
async fn auth_session_list(person: Person, State(app): State<App>) -> Result<Json<Sessions>, ApiError> {
    let list = session::list(&app, person.user).await?;
    Ok(Json(Sessions { items: list.into_iter().map(|s| Session::new(s, person.via)).collect() }))
}

/// End one of one's log-ins
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "auth", params(("id" = String, Path, example = "ses_7", pattern = "^ses_[1-9][0-9]{0,17}$")),
    responses((status = 204, description = "Ended.")))]
async fn auth_session_end(
    person: Person,
    State(app): State<App>,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, ApiError> {
    session::end(&app, &person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all of one's other log-ins
#[utoipa::path(delete, path = "/auth/sessions", tag = "auth",
    responses((status = 200, description = "Ended.", body = Ended)))]
async fn auth_session_end_others(person: Person, State(app): State<App>) -> Result<Json<Ended>, ApiError> {
    Ok(Json(Ended { ended: session::end_others(&app, &person).await? }))
}
