//! Refuses changes that another site made a browser send.

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::App;
use crate::api::ApiError;
use crate::guard::is_safe;
use crate::rules::origin::{Source, same_site};

/// Lets through what changes nothing, what carries an API key, and what comes from our own pages or from a program.
pub(crate) async fn check(State(app): State<App>, request: Request, next: Next) -> Result<Response, ApiError> {
    let headers = request.headers();
    let public = &app.settings.public_url;
    // HTTP/2 has the host in its address, not in a header.
    let host = text(headers, header::HOST).or_else(|| request.uri().authority().map(Authority::as_str));
    let source = Source {
        fetch_site: text(headers, header::HeaderName::from_static("sec-fetch-site")),
        address: text(headers, header::ORIGIN),
        host,
        public_url: (!public.is_empty()).then_some(public.as_str()),
    };
    if is_safe(request.method()) || headers.contains_key(header::AUTHORIZATION) || same_site(&source) {
        return Ok(next.run(request).await);
    }
    Err(ApiError::http(StatusCode::FORBIDDEN, "cross_site", "this request comes from another site").hint(
        "behind a proxy, set server.public_url to the address that people use, or let the proxy keep the Host header",
    ))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}
