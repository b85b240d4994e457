//! What the routes take and give.

use base::{ApiKeyId, AuditId, InvitationId, SessionId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Instant;
use crate::model;
use crate::rules::permission::Permission;
use crate::rules::role::Role;

/// A person who works with Guanxi.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "usr_1", "email": "anna@shop.example", "name": "Anna Li", "role": "manager", "disabled": false, "totp": true,
    "created_at": "2026-05-01T08:30:00Z", "last_seen_at": "2026-05-02T09:00:00Z"
}))]
pub(super) struct User {
    /// Number.
    #[schema(value_type = String)]
    id: UserId,
    /// What he signs in with.
    email: String,
    /// Name.
    name: String,
    /// What he is.
    role: Role,
    /// Whether he is locked out.
    disabled: bool,
    /// Whether a second factor is asked for.
    totp: bool,
    /// When he was made.
    created_at: Instant,
    /// When he was last there.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen_at: Option<Instant>,
}

impl From<model::User> for User {
    fn from(u: model::User) -> Self {
        Self {
            id: u.id,
            email: u.email,
            name: u.name,
            role: u.role,
            disabled: u.disabled,
            totp: u.totp_on,
            created_at: Instant(u.created_at),
            last_seen_at: u.last_seen_at.map(Instant),
        }
    }
}

/// One log-in on one device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ses_7", "ip": "203.0.113.9", "device": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "current": true,
    "created_at": "2026-05-01T08:30:00Z", "seen_at": "2026-05-02T09:00:00Z", "expires_at": "2026-05-15T08:30:00Z"
}))]
pub(super) struct Session {
    /// Number.
    #[schema(value_type = String)]
    id: SessionId,
    /// Address of the last request.
    ip: String,
    /// What the browser said it is.
    device: String,
    /// Whether this request came with it.
    current: bool,
    /// When it began.
    created_at: Instant,
    /// Last request, to the minute.
    seen_at: Instant,
    /// When it ends in any case.
    expires_at: Instant,
}

impl Session {
    pub(super) fn new(s: model::Session, via: model::Via) -> Self {
        Self {
            id: s.id,
            ip: s.ip,
            device: s.device,
            current: via == model::Via::Session(s.id),
            created_at: Instant(s.created_at),
            seen_at: Instant(s.seen_at),
            expires_at: Instant(s.expires_at),
        }
    }
}

/// A key with which a program calls the API.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "key_2", "name": "Till upload", "prefix": "gxk_3kTq9a", "scopes": ["import.run", "import.read"], "user": "usr_1",
    "created_at": "2026-05-01T08:30:00Z", "expires_at": "2027-05-01T00:00:00Z", "used_at": "2026-05-02T09:00:00Z"
}))]
pub(super) struct ApiKey {
    /// Number.
    #[schema(value_type = String)]
    id: ApiKeyId,
    /// What it is for.
    name: String,
    /// Its first characters.
    prefix: String,
    /// What it may do, as far as the person who made it may.
    #[schema(value_type = Vec<Permission>)]
    scopes: Vec<&'static str>,
    /// Who made it.
    #[schema(value_type = String)]
    user: UserId,
    /// When it was made.
    created_at: Instant,
    /// When it stops working.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
    /// Last request, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<Instant>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Instant>,
}

impl From<model::ApiKey> for ApiKey {
    fn from(k: model::ApiKey) -> Self {
        Self {
            id: k.id,
            name: k.name,
            prefix: k.prefix,
            scopes: k.scopes.iter().map(|p| p.as_str()).collect(),
            user: k.user,
            created_at: Instant(k.created_at),
            expires_at: k.expires_at.map(Instant),
            used_at: k.used_at.map(Instant),
            revoked_at: k.revoked_at.map(Instant),
        }
    }
}

/// An invitation to become a user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "inv_4", "email": "ben@shop.example", "role": "analyst", "invited_by": "usr_1",
    "created_at": "2026-05-01T08:30:00Z", "expires_at": "2026-05-08T08:30:00Z"
}))]
pub(super) struct Invitation {
    /// Number.
    #[schema(value_type = String)]
    id: InvitationId,
    /// Whom.
    email: String,
    /// As what.
    role: Role,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    invited_by: Option<UserId>,
    /// When.
    created_at: Instant,
    /// Until when it can be accepted.
    expires_at: Instant,
    /// When it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_at: Option<Instant>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Instant>,
}

impl From<model::Invitation> for Invitation {
    fn from(i: model::Invitation) -> Self {
        Self {
            id: i.id,
            email: i.email,
            role: i.role,
            invited_by: i.invited_by,
            created_at: Instant(i.created_at),
            expires_at: Instant(i.expires_at),
            accepted_at: i.accepted_at.map(Instant),
            revoked_at: i.revoked_at.map(Instant),
        }
    }
}

/// Who did what to what, when, from where, and how it ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "aud_815", "at": "2026-05-01T08:30:00Z", "kind": "session", "user": "usr_1", "user_name": "Ann",
    "ip": "203.0.113.9", "request": "1f0c9d4be27a4a3f", "action": "user.update", "object": "usr_3", "object_name": "Li", "outcome": "done",
    "detail": {"role": ["viewer", "analyst"]}
}))]
pub(super) struct AuditEntry {
    /// Number.
    #[schema(value_type = String)]
    id: AuditId,
    /// When.
    at: Instant,
    /// How he was signed in: session, key, anonymous, system.
    kind: String,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    user: Option<UserId>,
    /// His name now.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<String>,
    /// With which key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    key: Option<ApiKeyId>,
    /// Its name now.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_name: Option<String>,
    /// From where.
    ip: String,
    /// In which request.
    request: String,
    /// What.
    action: String,
    /// To what.
    object: String,
    /// The name it has now, of people and keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    object_name: Option<String>,
    /// done, denied, failed.
    outcome: String,
    /// More.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

impl From<model::Entry> for AuditEntry {
    fn from(e: model::Entry) -> Self {
        let detail = if e.detail.is_null() { serde_json::json!({}) } else { e.detail };
        let (at, kind, ip, request) = (Instant(e.at), e.kind, e.ip, e.request);
        let (action, object, outcome) = (e.action, e.object, e.outcome);
        Self {
            id: e.id,
            at,
            kind,
            user: e.user,
            user_name: e.user_name,
            key: e.key,
            key_name: e.key_name,
            ip,
            request,
            action,
            object,
            object_name: e.object_name,
            outcome,
            detail,
        }
    }
}

/// A permission: what a role or a key can allow.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "customers.read", "about": "See customers and their figures."}))]
pub(super) struct PermissionInfo {
    /// Its name.
    name: &'static str,
    /// What it allows.
    about: &'static str,
}

impl From<Permission> for PermissionInfo {
    fn from(p: Permission) -> Self {
        Self { name: p.as_str(), about: p.about() }
    }
}
