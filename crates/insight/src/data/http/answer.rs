//! An answer in SQL as JSON. Its rows are written a few at a time, so that they are not in memory once more as text.

use arrow::array::RecordBatch;
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use super::ResultColumn;
use crate::data::cells;

/// Rows that are written at a time.
const ROWS: usize = 512;
/// What is smaller is sent whole, with its length: it can be kept for who asks again with the same Idempotency-Key.
const SMALL: usize = 1 << 20;
/// Where the rows belong. Quotes inside of texts have a backslash in front.
const PLACE: &str = "\"rows\":[";

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"columns": [{"name": "n", "type": "int"}], "rows": [[42]], "row_count": 1, "truncated": false, "took_ms": 12, "currency": "CNY"}))]
pub(super) struct SqlResult {
    pub columns: Vec<ResultColumn>,
    // Empty until it is sent: they come from the batches.
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    pub rows: [(); 0],
    pub row_count: usize,
    /// Whether there are more rows than are given.
    pub truncated: bool,
    pub took_ms: u64,
    /// Of all amounts.
    pub currency: String,
}

impl SqlResult {
    /// The answer with its rows.
    pub(super) fn with(self, batches: Vec<RecordBatch>) -> Result<Response, Problem> {
        let failed = |e| Problem::internal("an answer cannot be written", e);
        let frame = serde_json::to_string(&self).map_err(failed)?;
        let (head, tail) = frame.split_at(frame.find(PLACE).map_or(frame.len(), |at| at + PLACE.len()));
        let mut parts = rows(batches);
        let (mut begin, mut whole) = (head.as_bytes().to_vec(), false);
        while begin.len() < SMALL && !whole {
            match parts.next() {
                Some(part) => begin.extend(part?),
                None => whole = true,
            }
        }
        let tail = tail.as_bytes().to_vec();
        let body = if whole {
            begin.extend(tail);
            Body::from(begin)
        } else {
            let parts = std::iter::once(Ok(begin)).chain(parts).chain([Ok(tail)]);
            Body::from_stream(futures::stream::iter(parts.map(|part| part.map(Bytes::from))))
        };
        Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
    }
}

/// The rows as text, with commas between them. A batch goes when it is written.
fn rows(batches: Vec<RecordBatch>) -> impl Iterator<Item = Result<Vec<u8>, Problem>> + Send {
    let slices = batches.into_iter().flat_map(|batch| {
        let starts = (0..batch.num_rows()).step_by(ROWS);
        starts.map(move |at| batch.slice(at, ROWS.min(batch.num_rows() - at)))
    });
    slices.enumerate().map(|(at, slice)| {
        let mut text = Vec::new();
        for row in cells::rows(&[slice], false)? {
            if at > 0 || !text.is_empty() {
                text.push(b',');
            }
            serde_json::to_writer(&mut text, &row).map_err(|e| Problem::internal("an answer cannot be written", e))?;
        }
        Ok(text)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};
    use serde_json::Value;

    use super::*;

    #[tokio::test]
    async fn rows_are_the_same_whether_they_are_sent_at_once_or_not() {
        for (count, length) in [(0, 1), (1, 10), (1_500, 10), (1_500, 2_000)] {
            let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..count));
            let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..count).map(|_| "\"".repeat(length))));
            let batch = RecordBatch::try_from_iter([("\"rows\":[", numbers), ("text", texts)]).unwrap();
            let columns = super::super::columns(cells::columns(&batch.schema(), false));
            let currency = "CNY".to_owned();
            let result =
                SqlResult { columns, rows: [], row_count: batch.num_rows(), truncated: false, took_ms: 1, currency };
            let half = batch.num_rows() / 2;
            let batches = vec![batch.slice(0, half), batch.slice(half, batch.num_rows() - half)];
            let body = result.with(batches).unwrap().into_body();
            let whole = axum::body::HttpBody::size_hint(&body).exact().is_some();
            assert_eq!(whole, count * (length as i64) < 1_000_000);
            let sent: Value = serde_json::from_slice(&axum::body::to_bytes(body, usize::MAX).await.unwrap()).unwrap();
            assert_eq!(sent["rows"], serde_json::to_value(cells::rows(&[batch], false).unwrap()).unwrap());
            assert_eq!(
                (sent["columns"][0]["name"].as_str(), sent["currency"].as_str()),
                (Some("\"rows\":["), Some("CNY"))
            );
        }
    }
}
