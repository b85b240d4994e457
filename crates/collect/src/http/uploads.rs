//! Sending files.

use axum::extract::{Request, State as Given};
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;
use web::api::Bytes;
use web::{Allowed, ApiError, Event, Json, Limits, Object, Query, Routes, may};

use super::State;
use super::dto::import::Upload;
use crate::uploads::{LARGEST, Refused};

/// What is said of a file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UploadNew {
    /// The name of the file.
    #[param(example = "sales.csv.gz")]
    name: String,
}

pub(super) fn routes() -> Routes<State> {
    let limits = Limits { streams: true, ..Limits::default() };
    Routes::new().with_limits(limits, web::routes![upload_create])
}

/// Send a file
///
/// Up to 2 GB, as the body; it is written to the disk as it arrives and kept for 24 hours, or until it is imported and 24 hours
/// beyond, for who sent it and for administrators. Send no Idempotency-Key: what was imported before is recognised by its content.
#[utoipa::path(post, path = "/uploads", tag = "imports", params(UploadNew),
    request_body(content = Bytes, content_type = "application/octet-stream"),
    responses((status = 201, description = "It is there.", body = Upload)))]
async fn upload_create(
    actor: Allowed<may::ImportRun>,
    Given(state): Given<State>,
    Query(new): Query<UploadNew>,
    request: Request,
) -> Result<(StatusCode, Json<Upload>), ApiError> {
    let headers = request.headers();
    binary(headers)?;
    let size = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let clock = state.app.clock.as_ref();
    state.uploads.sweep(clock).await?;
    let body = request.into_body().into_data_stream();
    let upload = state.uploads.receive(clock, &actor, &new.name, size, body).await.map_err(refused)?;
    let mut event = Event::new(&*actor, "upload.create", Object::of(&upload.id));
    event.detail = serde_json::json!({ "bytes": upload.size });
    state.app.audit_later(event).await;
    Ok((StatusCode::CREATED, Json(upload.into())))
}

/// A form would be stored with its frame around the file.
fn binary(headers: &HeaderMap) -> Result<(), ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if kind.is_empty() || kind.split(';').next().is_some_and(|k| k.trim() == "application/octet-stream") {
        return Ok(());
    }
    let message = format!("the file comes as the body itself, not as {kind}");
    Err(ApiError::http(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
        .hint("send the header Content-Type: application/octet-stream and nothing but the file"))
}

pub(super) fn refused(refused: Refused) -> ApiError {
    match refused {
        Refused::TooLarge => {
            let message = format!("the file is larger than {} MiB", LARGEST >> 20);
            ApiError::http(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
                .hint("compress it (.gz, .zst), split it, or import it on the server: guanxi import")
        }
        Refused::DiskFull => {
            let message = "the disk of the server has too little room left: the file was not kept";
            ApiError::http(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
                .hint("ask whoever runs the server to make room, then send it again")
                .retry_after(600)
        }
        Refused::TooSlow => {
            let message = "the file did not arrive in time: nothing came for half a minute, or less than 1 kB a second";
            ApiError::http(StatusCode::REQUEST_TIMEOUT, "timeout", message)
                .hint("send it again over a faster connection, or compress it first (.gz, .zst)")
        }
        Refused::Other(problem) => problem.into(),
    }
}
