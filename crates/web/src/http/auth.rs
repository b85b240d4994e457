//! Signing in and out, forgotten passwords, accepting an invitation: for people who are not signed in.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dto::User;
use super::{current, once, signed_in};
use crate::App;
use crate::api::{ApiError, Instant, Json};
use crate::guard::{Anyone, Client, Person, Routes, cookie_clear};
use crate::ops::login::{Login, NewSession, login, second_step};
use crate::ops::{invitation, password, session};
use crate::rules::role::Role;

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "anna@shop.example", "password": "correct horse battery"}))]
struct LoginRequest {
    /// E-mail address.
    email: String,
    /// Password.
    #[schema(format = Password)]
    password: String,
}

/// The second step.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"challenge": "qk3…", "code": "123456"}))]
struct TotpRequest {
    /// What the first step gave.
    challenge: String,
    /// What the authenticator app shows, or a recovery code.
    code: String,
}

/// How signing in went.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"state": "signed_in", "csrf_token": "9f2c…", "user": {
    "id": "usr_1", "email": "anna@shop.example", "name": "Anna Li", "role": "manager", "disabled": false, "totp": false,
    "created_at": "2026-05-01T08:30:00Z"}}))]
struct LoginAnswer {
    /// `signed_in`, or `totp` when the second factor is asked for.
    state: &'static str,
    /// To be sent as X-CSRF-Token with every request that changes something.
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf_token: Option<String>,
    /// Who is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User>,
    /// For the second step.
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<String>,
}

/// A link's token and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "c0Zy…", "password": "correct horse battery"}))]
struct ResetRequest {
    /// What the link ends with.
    token: String,
    /// The new password: at least 10 characters.
    #[schema(format = Password, min_length = 10, max_length = 256)]
    password: String,
}

/// A link's token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "c0Zy…"}))]
struct LinkLook {
    /// What the link ends with.
    token: String,
}

/// Whose password a link sets.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"email": "ben@shop.example"}))]
struct ResetShown {
    /// Address of the account.
    email: String,
}

/// What an invitation is to.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"email": "ben@shop.example", "role": "analyst", "expires_at": "2026-05-08T08:30:00Z"}))]
struct InvitationShown {
    /// Whom.
    email: String,
    /// As what.
    role: Role,
    /// Until when.
    expires_at: Instant,
}

/// Accepts an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "c0Zy…", "name": "Ben Wu", "password": "correct horse battery"}))]
struct InvitationAccept {
    /// What the link ends with.
    token: String,
    /// Name.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    /// Password: at least 10 characters.
    #[schema(format = Password, min_length = 10, max_length = 256)]
    password: String,
}

pub(super) fn routes() -> Routes<App> {
    Routes::new().with(crate::routes![
        auth_login,
        auth_totp,
        auth_logout,
        auth_reset,
        auth_reset_look,
        auth_invitation,
        auth_invitation_accept
    ])
}

fn done(app: &App, session: NewSession, status: StatusCode) -> Response {
    signed_in(app, &session.token, |csrf| {
        let user = Some(session.user.into());
        (status, Json(LoginAnswer { state: "signed_in", csrf_token: Some(csrf), user, challenge: None }))
            .into_response()
    })
}

fn answer(app: &App, outcome: Login) -> Result<Response, ApiError> {
    match outcome {
        Login::Done(session) => Ok(done(app, *session, StatusCode::OK)),
        Login::SecondFactor(challenge) => {
            let challenge = Some(challenge);
            Ok(once(Json(LoginAnswer { state: "totp", csrf_token: None, user: None, challenge })))
        }
        Login::Wait(seconds) => {
            let (status, message) =
                (StatusCode::TOO_MANY_REQUESTS, "too many log-ins failed for this account or from here");
            Err(ApiError::http(status, "too_many_requests", message)
                .hint(format!("try again in {seconds} seconds"))
                .retry_after(seconds))
        }
    }
}

/// Sign in
///
/// Sets the cookie of the log-in. With a second factor `state` is `totp`, and POST /auth/totp follows.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = LoginRequest,
    responses((status = 200, description = "Signed in, or the second factor is asked for.", body = LoginAnswer),
        (status = 401, description = "Address or password is wrong.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn auth_login(
    _: Anyone,
    State(app): State<App>,
    Client(caller): Client,
    headers: HeaderMap,
    Json(r): Json<LoginRequest>,
) -> Result<Response, ApiError> {
    let old = current(&app, &headers);
    answer(&app, login(&app, &caller, (&r.email, &r.password), old.as_deref()).await?)
}

/// Sign in, second step
#[utoipa::path(post, path = "/auth/totp", tag = "auth", request_body = TotpRequest,
    responses((status = 200, description = "Signed in.", body = LoginAnswer),
        (status = 401, description = "The code is wrong.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn auth_totp(
    _: Anyone,
    State(app): State<App>,
    Client(caller): Client,
    headers: HeaderMap,
    Json(r): Json<TotpRequest>,
) -> Result<Response, ApiError> {
    let old = current(&app, &headers);
    answer(&app, second_step(&app, &caller, (&r.challenge, &r.code), old.as_deref()).await?)
}

/// Sign out
#[utoipa::path(post, path = "/auth/logout", tag = "auth",
    responses((status = 204, description = "The log-in has ended.")))]
async fn auth_logout(person: Person, State(app): State<App>) -> Result<Response, ApiError> {
    session::leave(&app, &person).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie_clear(&app))]).into_response())
}

/// Set a new password by link
#[utoipa::path(post, path = "/auth/reset", tag = "auth", request_body = ResetRequest,
    responses((status = 204, description = "Set; all log-ins have ended."),
        (status = 404, description = "The link does not work any more.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn auth_reset(
    _: Anyone,
    State(app): State<App>,
    Client(caller): Client,
    Json(r): Json<ResetRequest>,
) -> Result<StatusCode, ApiError> {
    password::reset_use(&app, &caller, &r.token, &r.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// See whose password a link sets
#[utoipa::path(post, path = "/auth/reset/look", tag = "auth", request_body = LinkLook,
    responses((status = 200, description = "The account.", body = ResetShown),
        (status = 404, description = "The link does not work any more.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn auth_reset_look(
    _: Anyone,
    State(app): State<App>,
    Json(r): Json<LinkLook>,
) -> Result<Json<ResetShown>, ApiError> {
    let user = password::reset_look(&app, &r.token).await?;
    Ok(Json(ResetShown { email: user.email }))
}

/// See what an invitation is to
#[utoipa::path(post, path = "/auth/invitation", tag = "auth", request_body = LinkLook,
    responses((status = 200, description = "The invitation.", body = InvitationShown),
        (status = 404, description = "It does not hold any more.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn auth_invitation(
    _: Anyone,
    State(app): State<App>,
    Json(r): Json<LinkLook>,
) -> Result<Json<InvitationShown>, ApiError> {
    let i = invitation::look(&app, &r.token).await?;
    Ok(Json(InvitationShown { email: i.email, role: i.role, expires_at: Instant(i.expires_at) }))
}

/// Accept an invitation
///
/// Makes the user and signs him in.
#[utoipa::path(post, path = "/auth/invitation/accept", tag = "auth", request_body = InvitationAccept,
    responses((status = 201, description = "Signed in.", body = LoginAnswer),
        (status = 404, description = "It does not hold any more.", body = crate::ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "There is a user with this address.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn auth_invitation_accept(
    _: Anyone,
    State(app): State<App>,
    Client(caller): Client,
    Json(r): Json<InvitationAccept>,
) -> Result<Response, ApiError> {
    let session = invitation::accept(&app, &caller, &r.token, (&r.name, &r.password)).await?;
    Ok(done(&app, session, StatusCode::CREATED))
}
