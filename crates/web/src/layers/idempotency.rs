//! `Idempotency-Key`: a request that is sent again (because the answer got lost) is answered as before, not done twice.

use std::panic::{AssertUnwindSafe, resume_unwind};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::{Problem, clock::DAY};
use futures::FutureExt as _;
use http_body_util::BodyExt as _;
use sha2::{Digest as _, Sha256};

use super::limits::Turn;
use super::observe::carried;
use crate::App;
use crate::api::ApiError;
use crate::api::extract::{body_too_large, is_json};
use crate::entropy::hex;
use crate::guard::{Identity, Limits, is_safe};
use crate::store::answer::{Kept, answer_begin, answer_delete, answer_finish};

const KEY: &str = "idempotency-key";
/// Headers that belong to an answer and are kept with it.
const HEADERS: [HeaderName; 4] = [header::CONTENT_TYPE, header::CONTENT_LANGUAGE, header::ETAG, header::LOCATION];

/// A larger answer is not kept.
const LARGEST: u64 = 1 << 20;

/// An answer that carries a secret shown once (a key, a link, a log-in): it is not kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShownOnce;

/// Answers from what is kept, or keeps what is answered.
pub(crate) async fn idempotent(State(app): State<App>, request: Request, next: Next) -> Result<Response, ApiError> {
    let Some(key) = request.headers().get(KEY).cloned() else { return Ok(next.run(request).await) };
    let Some(Identity::Known(actor)) = request.extensions().get::<Identity>() else {
        return Ok(next.run(request).await);
    };
    if !keyed(&request) {
        return Ok(next.run(request).await);
    }
    let key = valid(&key)?;
    // Those of two people, or of two API keys, never meet.
    let who = actor.principal();
    let (request, mark) = marked(&app, request).await?;
    let now = app.now();
    let mut tx = app.db.write().await?;
    let kept = answer_begin(&mut tx, (&who, &key, &mark), now, now + DAY).await?;
    tx.commit().await?;
    match kept {
        Some(kept) => replay(kept, &mark),
        None => finish(app, (who, key), request, next).await,
    }
}

/// Does it on a task of its own, to its end and until its answer is kept, also when nobody waits for it any more: whoever lost
/// the connection, or was told that it takes too long, asks again with the key.
async fn finish(app: App, key: (String, String), request: Request, next: Next) -> Result<Response, ApiError> {
    let (turn, busy) = (request.extensions().get::<Turn>().cloned(), app.busy());
    let work = async move {
        let _until_done = (turn, busy);
        let (who, key) = (key.0.as_str(), key.1.as_str());
        match AssertUnwindSafe(next.run(request)).catch_unwind().await {
            Ok(response) => Ok(keep(&app, (who, key), response).await),
            Err(panic) => {
                release(&app, who, key).await;
                Err(panic)
            }
        }
    };
    match tokio::spawn(carried(work)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(panic)) => resume_unwind(panic),
        Err(error) => Err(Problem::internal("a request was cut off", error).into()),
    }
}

async fn release(app: &App, who: &str, key: &str) {
    let released = async {
        let mut tx = app.db.write().await?;
        answer_delete(&mut tx, who, key).await?;
        tx.commit().await
    };
    if let Err(problem) = released.await {
        tracing::warn!(%problem, "an Idempotency-Key stays taken for some minutes");
    }
}

/// Whether a request is worked on to its end, whoever waits for it.
pub(crate) fn keyed(request: &Request) -> bool {
    request.headers().contains_key(KEY) && !is_safe(request.method())
}

fn valid(key: &HeaderValue) -> Result<String, ApiError> {
    let text = key.to_str().unwrap_or_default();
    if (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    let message = "must have 1 to 128 visible ASCII characters, such as a UUID";
    Err(ApiError::http(StatusCode::BAD_REQUEST, "invalid_argument", format!("the header Idempotency-Key {message}"))
        .field("Idempotency-Key", message))
}

/// The request with its body in memory, and the hash of method, address and body.
async fn marked(app: &App, request: Request) -> Result<(Request, String), ApiError> {
    let (parts, body) = request.into_parts();
    let own = parts.extensions.get::<Limits>().copied().unwrap_or_default();
    let limit = own.body.unwrap_or(app.settings.body_kib * 1024);
    let collected = if !own.streams && (is_json(&parts.headers) || axum::body::HttpBody::is_end_stream(&body)) {
        http_body_util::Limited::new(body, limit).collect().await
    } else {
        return Err(ApiError::http(
            StatusCode::BAD_REQUEST,
            "invalid_argument",
            "an Idempotency-Key is taken with JSON or an empty body only",
        )
        .hint("send an upload without the key: what was imported before is recognised by its content"));
    };
    let bytes = collected.map_err(|_| body_too_large())?;
    let bytes = bytes.to_bytes();
    let mut hash = Sha256::new();
    hash.update(format!("{} {}\n", parts.method, parts.uri).as_bytes());
    hash.update(&bytes);
    Ok((Request::from_parts(parts, Body::from(bytes)), hex(&hash.finalize())))
}

fn replay(kept: Kept, mark: &str) -> Result<Response, ApiError> {
    if kept.request != mark {
        return Err(ApiError::http(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "this Idempotency-Key came with another request before",
        )
        .hint("use a new key for every new request"));
    }
    if !kept.done {
        return Err(ApiError::http(
            StatusCode::CONFLICT,
            "idempotency_in_progress",
            "the same request is still being worked on",
        )
        .hint("wait, then send it again with the same key")
        .retry_after(2));
    }
    if kept.status == 0 {
        return Err(ApiError::http(
            StatusCode::CONFLICT,
            "conflict",
            "this was done; its answer was not kept, because it held a secret or was large",
        )
        .hint("if a secret got lost, take back what was made (a key, a link) and make another"));
    }
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let mut response = (status, kept.body).into_response();
    let headers: Vec<(String, String)> = serde_json::from_str(&kept.headers).unwrap_or_default();
    response.headers_mut().remove(header::CONTENT_TYPE);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    Ok(response)
}

async fn keep(app: &App, (who, key): (&str, &str), response: Response) -> Result<Response, ApiError> {
    let (parts, body) = response.into_parts();
    // What failed on our side, or did not begin, may be tried again with the same key.
    let again = parts.status.is_server_error() || matches!(parts.status.as_u16(), 401 | 403 | 408 | 429);
    let small = axum::body::HttpBody::size_hint(&body).upper().is_some_and(|bytes| bytes <= LARGEST);
    if !again && (!small || parts.extensions.get::<ShownOnce>().is_some()) {
        let mut tx = app.db.write().await?;
        answer_finish(&mut tx, (who, key), (0, "[]", Vec::new())).await?;
        tx.commit().await?;
        return Ok(Response::from_parts(parts, body));
    }
    let bytes = body.collect().await.map_err(|e| Problem::internal("an answer broke off", e))?.to_bytes();
    let mut tx = app.db.write().await?;
    if again {
        answer_delete(&mut tx, who, key).await?;
    } else {
        let headers = serde_json::to_string(&kept_headers(&parts.headers)).unwrap_or_default();
        answer_finish(&mut tx, (who, key), (parts.status.as_u16(), &headers, bytes.to_vec())).await?;
    }
    tx.commit().await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn kept_headers(headers: &HeaderMap) -> Vec<(&str, &str)> {
    let text = |name: &HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    HEADERS.iter().filter_map(|name| text(name).map(|value| (name.as_str(), value))).collect()
}
