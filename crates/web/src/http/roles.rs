//! Roles and permissions.

use serde::Serialize;
use utoipa::ToSchema;

use super::dto::PermissionInfo;
use crate::App;
use crate::api::Json;
use crate::guard::Routes;
use crate::model::Actor;
use crate::rules::permission::Permission;
use crate::rules::role::Role;

/// A role and what it may do.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "viewer", "permissions": ["customers.read", "segments.read", "insight.read"]}))]
struct RoleInfo {
    /// Its name.
    name: Role,
    /// What it may do.
    #[schema(value_type = Vec<Permission>)]
    permissions: Vec<&'static str>,
}

/// All roles and permissions.
#[derive(Serialize, ToSchema)]
struct Roles {
    /// The mightiest first.
    roles: Vec<RoleInfo>,
    /// What there is to allow.
    permissions: Vec<PermissionInfo>,
}

pub(super) fn routes() -> Routes<App> {
    Routes::new().with(crate::routes![role_list])
}

/// List roles and permissions
#[utoipa::path(get, path = "/roles", tag = "users",
    responses((status = 200, description = "All there are.", body = Roles)))]
async fn role_list(_: Actor) -> Json<Roles> {
    let role = |name: Role| RoleInfo { name, permissions: name.permissions().iter().map(|p| p.as_str()).collect() };
    let permissions = Permission::ALL.iter().copied().map(PermissionInfo::from).collect();
    Json(Roles { roles: Role::ALL.into_iter().map(role).collect(), permissions })
}
