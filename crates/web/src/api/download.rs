//! Files as answers.

use std::fmt::Write as _;
use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::Problem;
use futures::Stream;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

const PIECE: usize = 64 << 10;

/// A file of the server, for the browser to save as `name`; read as it is sent.
pub async fn download(path: &Path, name: &str, kind: &'static str) -> Result<Response, Problem> {
    let file = File::open(path).await?;
    let size = file.metadata().await?.len();
    let mut response = download_pieces(pieces(file), name, kind);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    Ok(response)
}

/// What is made as it is sent, for the browser to save as a file.
pub fn download_pieces(
    pieces: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static,
    name: &str,
    kind: &'static str,
) -> Response {
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::try_from(attachment(name)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// The content of a file, piece by piece.
fn pieces(file: File) -> impl Stream<Item = std::io::Result<Bytes>> {
    futures::stream::try_unfold(file, |mut file| async move {
        let mut piece = Vec::with_capacity(PIECE);
        let read = (&mut file).take(PIECE as u64).read_to_end(&mut piece).await?;
        Ok((read > 0).then(|| (Bytes::from(piece), file)))
    })
}

/// How browsers are told to save a file under a name (RFC 6266, RFC 8187).
fn attachment(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' }).collect();
    let mut exact = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            let _ = write!(exact, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}
