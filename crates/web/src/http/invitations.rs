//! Invitations.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::InvitationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dto::Invitation;
use super::once;
use crate::App;
use crate::api::{ApiError, Json, ListQuery, Page, Path, Query};
use crate::guard::{Allowed, Routes};
use crate::ops::invitation;
use crate::rules::permission::may::UsersManage;
use crate::rules::role::Role;

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ben@shop.example", "role": "analyst"}))]
struct InvitationNew {
    /// E-mail address.
    #[schema(format = Email, pattern = r"^[^@\s]+@[^@\s]+$", max_length = 254)]
    email: String,
    /// As what.
    role: Role,
}

/// An invitation with its link, which is shown once.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"url": "https://crm.shop.example/invitation#c0Zy…", "invitation": {
    "id": "inv_4", "email": "ben@shop.example", "role": "analyst", "created_at": "2026-05-01T08:30:00Z",
    "expires_at": "2026-05-08T08:30:00Z"}}))]
struct InvitationMade {
    /// To be given to the person; a path when `server.public_url` is not set.
    url: String,
    /// The invitation.
    invitation: Invitation,
}

pub(super) fn routes() -> Routes<App> {
    Routes::new().with(crate::routes![invitation_list, invitation_create, invitation_revoke])
}

/// List invitations
///
/// The newest first. Filter by email, role, created_at; sort by email, created_at.
#[utoipa::path(get, path = "/invitations", tag = "users", params(ListQuery),
    responses((status = 200, description = "A page of invitations.", body = Page<Invitation>)))]
async fn invitation_list(
    _: Allowed<UsersManage>,
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Invitation>>, ApiError> {
    Ok(Json(invitation::invitation_list(&app, &query).await?.map(Invitation::from)))
}

/// Invite somebody
///
/// Earlier open invitations to the address end.
#[utoipa::path(post, path = "/invitations", tag = "users", request_body = InvitationNew,
    responses((status = 201, description = "The link, for seven days.", body = InvitationMade),
        (status = 409, description = "There is a user with this address.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn invitation_create(
    actor: Allowed<UsersManage>,
    State(app): State<App>,
    Json(r): Json<InvitationNew>,
) -> Result<Response, ApiError> {
    let (made, token) = invitation::invite(&app, &actor, &r.email, r.role).await?;
    let url = app.settings.link(&format!("/invitation#{token}"));
    Ok(once((StatusCode::CREATED, Json(InvitationMade { url, invitation: made.into() }))))
}

/// Take an invitation back
#[utoipa::path(delete, path = "/invitations/{id}", tag = "users", params(("id" = String, Path, example = "inv_4", pattern = "^inv_[1-9][0-9]{0,17}$")),
    responses((status = 204, description = "It cannot be accepted any more."),
        (status = 409, description = "It was accepted.", body = crate::ProblemBody, content_type = "application/problem+json")))]
async fn invitation_revoke(
    actor: Allowed<UsersManage>,
    State(app): State<App>,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode, ApiError> {
    invitation::revoke(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
