//! A stage for tests: shows a person, counts, sleeps, panics, takes uploads.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use base::{CustomerId, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::{ApiError, Json, Path};
use crate::guard::{Allowed, Limits, Routes};
use crate::rules::permission::may;
use crate::{Actor, App};

/// A stage keeps the server's state beside its own.
#[derive(Clone)]
struct Stage {
    app: App,
    count: Arc<AtomicI64>,
}

impl FromRef<Stage> for App {
    fn from_ref(stage: &Stage) -> Self {
        stage.app.clone()
    }
}

#[derive(Serialize, ToSchema)]
struct Shown {
    name: String,
    phone: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Add {
    by: i64,
}

pub(super) fn routes(app: &App) -> Routes {
    let upload = Limits { body: Some(4 << 20), streams: true, ..Limits::default() };
    let slow = Limits { time: Some(Duration::from_millis(50)), ..Limits::default() };
    let large = Limits { body: Some(4 << 20), ..Limits::default() };
    Routes::new()
        .with(crate::routes![person_get, count_add, broken, failing])
        .with_limits(large, crate::routes![count_slowly])
        .with_limits(upload, crate::routes![uploaded, following])
        .with_limits(slow, crate::routes![sleeping])
        .with_state(Stage { app: app.clone(), count: Arc::default() })
}

/// Only what sleeps, with other limits.
pub(super) fn sleeper(limits: Limits) -> Routes<App> {
    Routes::new().with_limits(limits, crate::routes![sleeping])
}

#[utoipa::path(get, path = "/people/{id}", params(("id" = String, Path, example = "cus_1")),
    responses((status = 200, body = Shown)))]
async fn person_get(
    actor: Allowed<may::CustomersRead>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Json<Shown> {
    app.audit_read(&actor, "customer.read", id).await;
    let mask = actor.mask();
    Json(Shown { name: mask.name("王小明"), phone: mask.phone("+8613812345678") })
}

#[utoipa::path(post, path = "/count", request_body = Add, responses((status = 200, body = Add)))]
async fn count_add(_: Allowed<may::SegmentsWrite>, State(s): State<Stage>, Json(add): Json<Add>) -> Json<Add> {
    Json(Add { by: s.count.fetch_add(add.by, Ordering::Relaxed) + add.by })
}

#[utoipa::path(post, path = "/count/slowly", request_body = Add, responses((status = 200, body = Add)))]
async fn count_slowly(_: Allowed<may::SegmentsWrite>, State(s): State<Stage>, Json(add): Json<Add>) -> Json<Add> {
    tokio::time::sleep(Duration::from_millis(300)).await;
    Json(Add { by: s.count.fetch_add(add.by, Ordering::Relaxed) + add.by })
}

#[utoipa::path(post, path = "/upload", request_body(content = crate::api::Bytes, content_type = "application/octet-stream"),
    responses((status = 200, body = i64)))]
async fn uploaded(_: Allowed<may::ImportRun>, body: axum::body::Bytes) -> Json<usize> {
    Json(body.len())
}

#[utoipa::path(get, path = "/sleep", responses((status = 204)))]
async fn sleeping(_: Actor) -> StatusCode {
    tokio::time::sleep(Duration::from_secs(5)).await;
    StatusCode::NO_CONTENT
}

#[utoipa::path(post, path = "/panic", responses((status = 204)))]
async fn broken(actor: Allowed<may::SettingsWrite>) -> StatusCode {
    assert!(actor.name.is_empty(), "a defect");
    StatusCode::NO_CONTENT
}

#[utoipa::path(post, path = "/fail", responses((status = 204)))]
async fn failing(_: Allowed<may::SettingsWrite>) -> Result<StatusCode, ApiError> {
    Err(Problem::internal("the database refused: password=hunter2", std::io::Error::other("secret")).into())
}

#[utoipa::path(get, path = "/follow", responses((status = 204)))]
async fn following(_: Allowed<may::JobsRead>, State(app): State<App>) -> StatusCode {
    app.stopping().await;
    StatusCode::NO_CONTENT
}
