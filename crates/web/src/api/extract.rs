//! What is taken out of a request, with errors that say what is wrong where.

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Code, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::{ApiError, sent};

/// A JSON body, taken or given.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

/// The query parameters. Lists may repeat a name.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

/// The parameters of the path.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

/// Whether a body is said to be JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// Why a body could not be read.
pub(crate) fn body_error(rejection: &BytesRejection) -> ApiError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { body_too_large() } else { body_broken() }
}

pub(crate) fn body_too_large() -> ApiError {
    ApiError::http(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is larger than this operation takes")
        .hint("send less at once; large files go to the import")
}

pub(crate) fn body_broken() -> ApiError {
    ApiError::http(StatusCode::BAD_REQUEST, "invalid_input", "the body could not be read to its end")
        .hint("check the connection and the Content-Length")
}

impl<T: DeserializeOwned + ToSchema + 'static, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            let (status, code) = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type");
            return Err(ApiError::http(status, code, "this operation takes JSON")
                .hint("send the header Content-Type: application/json"));
        }
        let bytes = axum::body::Bytes::from_request(request, state).await.map_err(|r| body_error(&r))?;
        sent::remember::<T>(&bytes);
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
            let path = e.path().to_string();
            let inner = e.into_inner();
            if inner.is_data() { wrong_field(&path, &inner.to_string()) } else { not_json(&inner) }
        })?;
        reader.end().map_err(|e| not_json(&e))?;
        Ok(Self(value))
    }
}

fn not_json(error: &serde_json::Error) -> ApiError {
    ApiError::http(StatusCode::BAD_REQUEST, "invalid_json", format!("the body is not JSON: {error}"))
        .hint("check quotes, commas and brackets at that place")
}

fn wrong_field(path: &str, message: &str) -> ApiError {
    // serde adds where in the text it was; the path says it better.
    let message = &plain(message.split(" at line ").next().unwrap_or(message));
    let place = &place(path, message, "body");
    Problem::new(Code::InvalidInput, format!("{place} is not right: {message}"))
        .hint("/api/docs shows what this operation takes")
        .field(place, message)
        .into()
}

/// What the standard library says of numbers, as one would say it.
fn plain(message: &str) -> String {
    message.replace("invalid digit found in string", "this is no whole number")
}

/// Which field a message of serde is about: a missing or unknown one is named in the message, not in the path.
fn place(path: &str, message: &str, whole: &str) -> String {
    let named = ["missing field `", "unknown field `"].into_iter().find_map(|begin| message.strip_prefix(begin));
    match (path, named.and_then(|rest| rest.split_once('`'))) {
        (".", None) => whole.to_owned(),
        (".", Some((name, _))) => name.to_owned(),
        (path, Some((name, _))) if path != name && !path.ends_with(&format!(".{name}")) => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => {
                ApiError::from(Problem::internal("an answer cannot be written as JSON", error)).into_response()
            }
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let text = parts.uri.query().unwrap_or_default();
        let reader = serde_html_form::Deserializer::from_bytes(text.as_bytes());
        serde_path_to_error::deserialize(reader).map(Self).map_err(|e| {
            let (path, message) = (e.path().to_string(), e.inner().to_string());
            let message = plain(&message);
            let place = &place(&path, &message, "query");
            ApiError::http(
                StatusCode::BAD_REQUEST,
                "invalid_query",
                format!("the query parameters are not right: {message}"),
            )
            .hint("the parameters of every operation are listed in /api/docs")
            .field(place, message.clone())
        })
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(Problem::new(Code::InvalidId, rejection.body_text())
                .hint("the parts of the path are described in /api/docs")
                .into()),
        }
    }
}
