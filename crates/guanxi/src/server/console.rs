//! The console: its built files are in the binary.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use include_dir::{Dir, File, include_dir};
use web::{ApiError, Nonce};

static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/$CONSOLE_PAGES");

/// What stands in the page where the nonce of an answer goes.
const NONCE: &str = "__CSP_NONCE__";

/// Files for addresses that name one, the page for all others: which of its views is meant, the page finds out itself.
pub(crate) fn pages() -> Router {
    Router::new().route("/", get(page)).fallback(any)
}

async fn any(method: Method, uri: Uri, headers: HeaderMap, nonce: Nonce) -> Response {
    if method != Method::GET && method != Method::HEAD {
        let error = ApiError::http(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "pages are only read");
        return error.hint("the API is below /api/v1; /api/docs lists all operations").into_response();
    }
    let path = uri.path().trim_start_matches('/');
    match find(path) {
        Some(file) => serve(path, file, &headers),
        // What looks like a file is one that an older version had: its page must notice.
        None if path.starts_with("assets/") => {
            ApiError::http(StatusCode::NOT_FOUND, "not_found", format!("there is no /{path}"))
                .hint("load the page again: the server has another version now")
                .into_response()
        }
        None => page(nonce).await,
    }
}

fn find(path: &str) -> Option<&'static File<'static>> {
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    PAGES.get_file(path).filter(|_| !hidden && path != "index.html")
}

fn serve(path: &str, file: &'static File<'static>, headers: &HeaderMap) -> Response {
    let tag = format!("\"{:016x}\"", base::hash::stable(file.contents()));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut response = if known.split(',').any(|t| t.trim().trim_start_matches("W/") == tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.contents()).into_response()
    };
    // The names of assets carry a hash of what is in them.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let own = response.headers_mut();
    own.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    for (name, value) in [(header::ETAG, tag), (header::CONTENT_TYPE, kind.to_string())] {
        if let Ok(value) = HeaderValue::try_from(value) {
            own.insert(name, value);
        }
    }
    response
}

/// The page, with the nonce of this answer.
async fn page(Nonce(nonce): Nonce) -> Response {
    let text = PAGES.get_file("index.html").and_then(File::contents_utf8).unwrap_or_default();
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (kind, text.replace(NONCE, &nonce)).into_response()
}
