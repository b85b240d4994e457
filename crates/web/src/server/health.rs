//! Whether the server is there, can work, and how much it does.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::{Code, Problem};

use crate::App;
use crate::api::ApiError;
use crate::guard::{Client, Identity};
use crate::model::Actor;
use crate::rules::address::within;
use crate::rules::permission::Permission;

/// The process answers: for restarting it when it does not.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// It can work: for sending it requests. What is missing is said in the log, not to strangers.
pub(super) async fn ready(State(app): State<App>) -> Result<&'static str, ApiError> {
    ask(&app).await.map(|()| "ready\n").map_err(|p| {
        let detail = format!("not ready: {}", p.message);
        Problem { code: Code::Unavailable, message: detail, ..p }.into()
    })
}

async fn ask(app: &App) -> Result<(), Problem> {
    let mut tx = app.db.read().await?;
    tx.fetch_one("SELECT 1 AS one", Vec::new()).await.map(drop)
}

/// Counters for Prometheus: from the addresses of the settings, or with a permission.
pub(super) async fn metrics(
    State(app): State<App>,
    Client(caller): Client,
    identity: axum::Extension<Identity>,
) -> Result<Response, ApiError> {
    if !within(&app.settings.metrics_from, caller.ip) {
        Actor::of(&identity)?.check(Permission::MetricsRead)?;
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], app.metrics.text()).into_response())
}
