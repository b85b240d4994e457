//! Versions of things that two people may edit: `ETag` goes out, `If-Match` comes back.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Code, Problem};
use serde::Serialize;

use super::{ApiError, Json};

/// A thing with the number of its version, given with an `ETag`.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// The version; grows with every change.
    pub version: i64,
    /// The thing.
    pub body: T,
    unchanged: bool,
}

impl<T> Versioned<T> {
    /// A thing in a version.
    pub const fn new(version: i64, body: T) -> Self {
        Self { version, body, unchanged: false }
    }

    /// Answers 304 without a body when the client's `If-None-Match` names this version.
    #[must_use]
    pub fn unless_known(mut self, headers: &HeaderMap) -> Self {
        self.unchanged = names(headers, &header::IF_NONE_MATCH, self.version);
        self
    }
}

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut response =
            if self.unchanged { StatusCode::NOT_MODIFIED.into_response() } else { Json(self.body).into_response() };
        if let Ok(tag) = HeaderValue::try_from(tag(self.version)) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

fn tag(version: i64) -> String {
    format!("\"v{version}\"")
}

fn names(headers: &HeaderMap, name: &header::HeaderName, version: i64) -> bool {
    let tag = tag(version);
    let values = headers.get_all(name).iter().filter_map(|v| v.to_str().ok());
    // A proxy that compresses makes a tag weak; the version is the same.
    values.flat_map(|v| v.split(',')).map(|t| t.trim().trim_start_matches("W/")).any(|t| t == "*" || t == tag)
}

/// The `If-Match` of a request.
#[derive(Clone, Debug)]
pub struct IfMatch(Option<HeaderMap>);

impl IfMatch {
    /// Takes every version.
    pub const fn any() -> Self {
        Self(None)
    }

    /// Refuses when the client read another version than the one that stands. Without the header everything is taken.
    pub fn check(&self, version: i64) -> Result<(), Problem> {
        match &self.0 {
            Some(headers) if !names(headers, &header::IF_MATCH, version) => {
                Err(Problem::new(Code::Outdated, "it was changed by somebody else since you read it")
                    .hint("read it again, look at what changed, and send your change with the new ETag"))
            }
            _ => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(parts.headers.contains_key(header::IF_MATCH).then(|| parts.headers.clone())))
    }
}
