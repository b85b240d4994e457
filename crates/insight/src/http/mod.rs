//! The routes of this stage.

mod dto;
mod numbers;
mod order_dto;
mod orders;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::hash::stable_parts;
use serde::Serialize;
use web::{Routes, Versioned};

use crate::Insight;

/// All of them.
pub fn routes(insight: Insight) -> Routes {
    Routes::new().merge(numbers::routes()).merge(orders::routes()).with_state(insight)
}

/// An answer that follows from the data alone: a browser keeps it and asks whether it still holds.
fn of_data<T: Serialize>(stamp: u64, question: &str, headers: &HeaderMap, body: T) -> Response {
    let version = env!("CARGO_PKG_VERSION");
    let tag = stable_parts([&stamp.to_le_bytes()[..], question.as_bytes(), version.as_bytes()]);
    let mut response = Versioned::new((tag >> 1).cast_signed(), body).unless_known(headers).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}
