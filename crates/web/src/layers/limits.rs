//! How much time, room and how many turns a request gets.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use super::idempotency::keyed;
use crate::api::ApiError;
use crate::api::extract::{body_broken, body_too_large};
use crate::guard::Limits;
use crate::settings::Settings;

/// How long a request waits for its turn before it is refused.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the sender of a body may say nothing.
const SILENCE: Duration = Duration::from_secs(10);
/// What bodies may take in memory together, in bytes.
const ROOM: usize = 128 << 20;
/// Bodies are given room in pieces of so many bytes. What is smaller needs none: a log-in works whatever others send.
const PIECE: usize = 16 << 10;

/// Turns, and what holds for which route.
#[derive(Clone)]
pub(crate) struct Bounds {
    turns: Arc<Semaphore>,
    room: Arc<Semaphore>,
    time: Duration,
    body: usize,
    routes: Arc<BTreeMap<String, Limits>>,
}

impl Bounds {
    pub(crate) fn new(settings: &Settings, routes: BTreeMap<String, Limits>) -> Self {
        let body = settings.body_kib * 1024;
        let largest = routes.values().filter_map(|own| own.body).fold(body, usize::max);
        Self {
            turns: Arc::new(Semaphore::new(settings.concurrency)),
            room: Arc::new(Semaphore::new(largest.max(ROOM) / PIECE)),
            time: Duration::from_secs(settings.request_seconds),
            body,
            routes: Arc::new(routes),
        }
    }
}

/// The turn of a request. Whoever works on when its sender has gone keeps it.
#[derive(Clone)]
pub(crate) struct Turn {
    _permit: Arc<OwnedSemaphorePermit>,
}

/// Bounds the time and the number of requests. A body has arrived before its request takes a turn, so that who sends slowly
/// keeps nobody waiting.
pub(crate) async fn bound(
    State(bounds): State<Bounds>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let own = route.and_then(|r| bounds.routes.get(r)).copied().unwrap_or_default();
    // The layers inside go by them, too.
    request.extensions_mut().insert(own);
    if own.streams {
        return Ok(next.run(request).await);
    }
    let (mut request, _room) = match arrived(&bounds, request, own.body.unwrap_or(bounds.body)).await {
        Ok(arrived) => arrived,
        Err(problem) => return Ok(refused(problem)),
    };
    let Ok(Ok(turn)) = timeout(PATIENCE, Arc::clone(&bounds.turns).acquire_owned()).await else {
        return Err(overloaded("too many requests at once"));
    };
    let turn = Turn { _permit: Arc::new(turn) };
    request.extensions_mut().insert(turn.clone());
    let (time, goes_on) = (own.time.unwrap_or(bounds.time), keyed(&request));
    let answer = timeout(time, next.run(request)).await;
    drop(turn);
    answer.map_err(|_| {
        let (what, hint) = if goes_on {
            ("goes on", "send it again with the same Idempotency-Key to be told how it ended")
        } else {
            ("was stopped", "ask for less at once, or try again when the server has less to do")
        };
        let message = format!("this took longer than {} seconds and {what}", time.as_secs());
        ApiError::http(StatusCode::SERVICE_UNAVAILABLE, "timeout", message).hint(hint).retry_after(10)
    })
}

/// The request with its body in memory, and the room that it takes there.
async fn arrived(
    bounds: &Bounds,
    request: Request,
    most: usize,
) -> Result<(Request, Option<OwnedSemaphorePermit>), ApiError> {
    let (parts, mut body) = request.into_parts();
    if body.is_end_stream() {
        return Ok((Request::from_parts(parts, body), None));
    }
    if body.size_hint().lower() > most as u64 {
        return Err(body_too_large());
    }
    let (mut bytes, mut room) = (Vec::new(), None);
    let end = Instant::now() + bounds.time;
    loop {
        let frame = timeout_at(end.min(Instant::now() + SILENCE), body.frame()).await;
        let frame = frame.map_err(|_| {
            ApiError::http(StatusCode::REQUEST_TIMEOUT, "timeout", "the body did not arrive in time")
                .hint("send it again over a faster connection, or less at once; large files go to the import")
        })?;
        let Some(frame) = frame else { break };
        let Ok(data) = frame.map_err(|_| body_broken())?.into_data() else { continue };
        if bytes.len() + data.len() > most {
            return Err(body_too_large());
        }
        bytes.extend_from_slice(&data);
        grow(&bounds.room, &mut room, bytes.len() / PIECE)?;
    }
    Ok((Request::from_parts(parts, Body::from(bytes)), room))
}

/// Takes room for so many pieces in all.
fn grow(all: &Arc<Semaphore>, room: &mut Option<OwnedSemaphorePermit>, pieces: usize) -> Result<(), ApiError> {
    let has = room.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
    if pieces <= has {
        return Ok(());
    }
    let missing = u32::try_from(pieces - has).unwrap_or(u32::MAX);
    let Ok(more) = Arc::clone(all).try_acquire_many_owned(missing) else {
        return Err(overloaded("too many large requests at once"));
    };
    match room {
        Some(room) => room.merge(more),
        None => *room = Some(more),
    }
    Ok(())
}

fn overloaded(message: &str) -> ApiError {
    ApiError::http(StatusCode::SERVICE_UNAVAILABLE, "overloaded", message).hint("try again in a moment").retry_after(1)
}

/// An answer to a request whose body is not read to its end: nothing more comes over this connection.
fn refused(problem: ApiError) -> Response {
    let mut response = problem.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
