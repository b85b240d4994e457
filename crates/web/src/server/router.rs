//! Routes and layers, put together.

use std::any::Any;

use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, body::Bytes};
use base::{Code, Problem};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::document::{PREFIX, document, page};
use super::health;
use crate::App;
use crate::api::ApiError;
use crate::guard::{Limits, Routes, authenticate};
use crate::layers::{headers, idempotency, language, limits, observe, origin, streams};

/// The console: what answers everything outside of `/api`. Its handlers take [`crate::Nonce`] for their pages.
pub type Pages = Router;

/// The routes of all stages with those of this crate: what the document describes.
pub fn with_own(app: &App, routes: Routes) -> Routes {
    routes.merge(crate::http::routes(app))
}

/// The whole server: `routes` of all stages, those of this crate, and `pages`.
pub fn router(app: &App, routes: Routes, pages: Pages) -> Result<Router, Problem> {
    let routes = with_own(app, routes);
    let text = document(&routes).to_json();
    let text = Bytes::from(text.map_err(|e| Problem::internal("the OpenAPI document cannot be written", e))?);
    let prefixed = |(path, limits): (String, Limits)| (format!("{PREFIX}{path}"), limits);
    let bounds = limits::Bounds::new(&app.settings, routes.limits.into_iter().map(prefixed).collect());
    let stages: Router = routes.router.into();
    let api = Router::new()
        .nest(PREFIX, stages.with_state(()))
        .route("/api/v1/openapi.json", get(move || std::future::ready(openapi(text.clone()))))
        .route("/metrics", get(health::metrics))
        .layer(from_fn_with_state(app.clone(), idempotency::idempotent))
        .layer(from_fn_with_state(app.clone(), streams::count))
        .layer(from_fn_with_state(app.clone(), authenticate))
        .with_state(app.clone());
    let plain = Router::new()
        .route("/api/docs", get(async || Redirect::permanent("/api/docs/")))
        .route("/api/docs/", get(page))
        .route("/api/docs/{*file}", get(page))
        .route("/api", get(async || Redirect::permanent("/api/docs/")))
        .route("/api/{*rest}", axum::routing::any(unknown))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(app.clone());
    let all = api
        .merge(plain)
        .merge(pages.method_not_allowed_fallback(wrong_method))
        .method_not_allowed_fallback(wrong_method);
    Ok(layered(app, all, bounds))
}

/// From the inside out: what is added last sees a request first.
fn layered(app: &App, router: Router, bounds: limits::Bounds) -> Router {
    router
        .layer(DefaultBodyLimit::max(app.settings.body_kib * 1024))
        .layer(from_fn_with_state(app.clone(), origin::check))
        .layer(from_fn_with_state(bounds, limits::bound))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new().gzip(true))
        .layer(map_response(explained))
        .layer(from_fn(language::listen))
        .layer(from_fn_with_state(app.clone(), headers::secure))
        .layer(from_fn_with_state(app.clone(), observe::observe))
}

fn openapi(text: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

async fn unknown(request: Request) -> ApiError {
    let path = request.uri().path().to_owned();
    Problem::new(Code::NotFound, format!("there is nothing at {path}")).hint("/api/docs lists all operations").into()
}

async fn wrong_method(method: Method, path: Option<MatchedPath>) -> ApiError {
    let path = path.as_ref().map_or("this address", MatchedPath::as_str);
    ApiError::http(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", format!("{path} does not take {method}"))
        .hint("the header Allow says what it takes; /api/docs lists all operations")
}

/// Answers that come from the framework itself are plain text; they become problems.
async fn explained(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    if !(status.is_client_error() || status.is_server_error()) || !(kind.is_empty() || kind.starts_with(b"text/plain"))
    {
        return response;
    }
    let (parts, _) = response.into_parts();
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        s if s.is_server_error() => "internal",
        _ => "invalid_input",
    };
    let detail = status.canonical_reason().unwrap_or("the request cannot be answered").to_lowercase();
    let mut answer = ApiError::http(status, code, detail).hint("/api/docs lists all operations").into_response();
    if let Some(allow) = parts.headers.get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no message");
    ApiError::from(Problem::new(Code::Internal, format!("a handler panicked: {text}"))).into_response()
}
