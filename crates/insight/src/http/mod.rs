//! The routes of this stage.

mod dto;
mod numbers;
mod order_dto;
mod orders;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::Problem;
use base::hash::stable_parts;
use serde::Serialize;
use web::{Routes, Versioned};

use crate::Insight;

/// All of them.
pub fn routes(insight: Insight) -> Routes {
    Routes::new().merge(numbers::routes()).merge(orders::routes()).with_state(insight)
}

/// An answer that a browser keeps; it asks whether it still holds. The tag is that of what is said, so that it follows whatever
/// it is made of: orders, names of products, settings.
fn of_data<T: Serialize>(question: &str, headers: &HeaderMap, body: T) -> Result<Response, Problem> {
    let text = serde_json::to_vec(&body).map_err(|e| Problem::internal("an answer cannot be written as JSON", e))?;
    let tag = stable_parts([question.as_bytes(), &text]) >> 1;
    let mut response = Versioned::new(tag.cast_signed(), body).unless_known(headers).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
