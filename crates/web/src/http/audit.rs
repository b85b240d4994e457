//! The audit log.

use axum::extract::State;

use super::dto::AuditEntry;
use crate::App;
use crate::api::{ApiError, Json, ListQuery, Page, Query};
use crate::guard::{Allowed, Routes};
use crate::ops::audit;
use crate::rules::permission::may::AuditRead;

pub(super) fn routes() -> Routes<App> {
    Routes::new().with(crate::routes![audit_list])
}

/// Read the audit log
///
/// The newest first. Filter by at, kind, user, key, action, object, ip, outcome; sort by at.
#[utoipa::path(get, path = "/audit", tag = "audit", params(ListQuery),
    responses((status = 200, description = "A page of the log.", body = Page<AuditEntry>)))]
async fn audit_list(
    _: Allowed<AuditRead>,
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<AuditEntry>>, ApiError> {
    app.flush().await;
    Ok(Json(audit::audit_list(&app, &query).await?.map(AuditEntry::from)))
}
