//! Whether the server is there, can work, and how much it does.

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Code, Problem};
use tokio::time::timeout;

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

/// How long what it needs may take to be found.
const PATIENCE: Duration = Duration::from_secs(5);

/// It can work: for sending it requests. What is missing is said in the log, not to strangers.
pub(super) async fn ready(State(app): State<App>) -> Result<&'static str, ApiError> {
    if app.is_stopping() {
        return Err(ApiError::http(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "the server stops")
            .hint("ask again when it has started again"));
    }
    let late = |_| Problem::new(Code::Unavailable, "the database or the history does not answer");
    timeout(PATIENCE, ask(&app)).await.map_err(late).flatten().map(|()| "ready\n").map_err(|p| {
        let detail = format!("not ready: {}", p.message);
        Problem { code: Code::Unavailable, message: detail, ..p }.into()
    })
}

async fn ask(app: &App) -> Result<(), Problem> {
    let mut tx = app.db.read().await?;
    tx.fetch_one("SELECT 1 AS one", Vec::new()).await?;
    drop(tx);
    app.has_what_it_needs().await
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
