//! How much time and how many turns a request gets.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use crate::api::ApiError;
use crate::guard::Limits;
use crate::settings::Settings;

/// How long a request waits for its turn before it is refused.
const PATIENCE: Duration = Duration::from_secs(2);

/// Turns, and what holds for which route.
#[derive(Clone)]
pub(crate) struct Bounds {
    turns: Arc<Semaphore>,
    time: Duration,
    routes: Arc<BTreeMap<String, Limits>>,
}

impl Bounds {
    pub(crate) fn new(settings: &Settings, routes: BTreeMap<String, Limits>) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(settings.concurrency)),
            time: Duration::from_secs(settings.request_seconds),
            routes: Arc::new(routes),
        }
    }
}

/// Bounds the time and the number of requests.
pub(crate) async fn bound(State(bounds): State<Bounds>, request: Request, next: Next) -> Result<Response, ApiError> {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let own = route.and_then(|r| bounds.routes.get(r)).copied().unwrap_or_default();
    if own.streams {
        return Ok(next.run(request).await);
    }
    let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, bounds.turns.acquire()).await else {
        return Err(ApiError::http(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "too many requests at once")
            .hint("try again in a moment")
            .retry_after(1));
    };
    let time = own.time.unwrap_or(bounds.time);
    let answer = tokio::time::timeout(time, next.run(request)).await;
    drop(turn);
    answer.map_err(|_| {
        let message = format!("this took longer than {} seconds and was stopped", time.as_secs());
        ApiError::http(StatusCode::SERVICE_UNAVAILABLE, "timeout", message)
            .hint("ask for less at once, or try again when the server has less to do")
            .retry_after(10)
    })
}
