//! Headers that keep browsers from doing what the product never asks for.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use base::{Code, Problem};

use crate::App;
use crate::api::ApiError;
use crate::entropy::{bytes, hex};

/// The number used once in this answer's policy. A page puts it on its own `<style>` elements (Ant Design takes it as
/// `csp.nonce`); the page itself is not cached.
#[derive(Clone, Debug)]
pub struct Nonce(pub String);

impl<S: Sync> FromRequestParts<S> for Nonce {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let nonce = parts.extensions.get::<Self>().cloned();
        nonce.ok_or_else(|| Problem::new(Code::Internal, "a page was asked for outside of the layers").into())
    }
}

/// What a page may load: its own scripts, styles by file or with the nonce, pictures also as data, nothing from elsewhere.
fn policy_of_page(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// What anything else may load when a browser shows it: nothing.
const POLICY_OF_DATA: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Adds the headers to every answer.
pub(crate) async fn secure(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let nonce = hex(&bytes::<16>(app.entropy.as_ref()));
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
    let policy = if is_page { policy_of_page(&nonce) } else { POLICY_OF_DATA.to_owned() };
    set(headers, header::CONTENT_SECURITY_POLICY, &policy);
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.settings.secure() {
        set(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    // A page carries its nonce, and answers of the API carry what only this reader may see.
    if (is_api || is_page) && !headers.contains_key(header::CACHE_CONTROL) {
        set(headers, header::CACHE_CONTROL, "no-store");
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
