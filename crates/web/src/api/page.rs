//! Pages of a list: a cursor says where the next one begins, so nothing is skipped or seen twice while rows come and go.

use base::{Code, Problem};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use store::Value;
use utoipa::ToSchema;

use super::Kind;

/// How many entries an answer has: what was asked for, else `usual`; 1 to `most`.
pub fn limit<N: Copy + PartialOrd + From<u8> + std::fmt::Display>(
    asked: Option<N>,
    usual: N,
    most: N,
) -> Result<N, Problem> {
    let limit = asked.unwrap_or(usual);
    if limit >= N::from(1) && limit <= most {
        return Ok(limit);
    }
    let message = format!("must be 1 to {most}");
    Err(Problem::new(Code::InvalidArgument, format!("limit {message}")).field("limit", message))
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The entries, in the order asked for.
    pub items: Vec<T>,
    /// Give this as `cursor` to get the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page of something made from each entry.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(each).collect(), next: self.next }
    }
}

/// Where a page ended: the values of the last row by which the list is sorted, and which list that was.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Cursor {
    #[serde(rename = "l")]
    pub list: u64,
    #[serde(rename = "v")]
    pub values: Vec<serde_json::Value>,
}

impl Cursor {
    pub(crate) fn new(list: u64, values: Vec<Value>) -> Self {
        let values = values.into_iter().map(|value| match value {
            Value::Int(v) => v.into(),
            Value::Real(v) => v.into(),
            Value::Text(v) => v.into(),
            Value::Blob(_) => serde_json::Value::Null,
        });
        Self { list, values: values.collect() }
    }

    pub(crate) fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a cursor of the list `list` that is sorted by columns of these kinds.
    pub(crate) fn decode(text: &str, list: u64, kinds: &[Kind]) -> Result<Vec<Value>, Problem> {
        let wrong = cursor_wrong;
        let values = cursor_decode(text, list)?;
        if values.len() != kinds.len() {
            return Err(wrong());
        }
        // A cursor that somebody made up may carry values of other types than the columns.
        let value = |(value, kind): (serde_json::Value, &Kind)| match (kind, value) {
            (Kind::Text | Kind::OneOf(_), serde_json::Value::String(s)) => Ok(Value::Text(Some(s))),
            (Kind::Real, serde_json::Value::Number(n)) => Ok(Value::Real(n.as_f64())),
            (Kind::Int | Kind::Time | Kind::Bool | Kind::Id(_), serde_json::Value::Number(n)) => {
                n.as_i64().map(|i| Value::Int(Some(i))).ok_or_else(wrong)
            }
            _ => Err(wrong()),
        };
        values.into_iter().zip(kinds).map(value).collect()
    }
}

/// A cursor of a list that a stage pages through itself: which list, and where the page ended.
pub fn cursor_encode(list: u64, values: Vec<serde_json::Value>) -> String {
    Cursor { list, values }.encode()
}

/// Reads [`cursor_encode`]; refuses the cursor of another list. The values may be anything.
pub fn cursor_decode(text: &str, list: u64) -> Result<Vec<serde_json::Value>, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| cursor_wrong())?;
    let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| cursor_wrong())?;
    if cursor.list == list { Ok(cursor.values) } else { Err(cursor_wrong()) }
}

/// What is said of a cursor that does not belong to the list.
pub fn cursor_wrong() -> Problem {
    Problem::new(Code::InvalidArgument, "the cursor is not one of this list")
        .hint("take \"next\" of the page before, with the same sort and filters; leave it out for the first page")
        .field("cursor", "does not belong to this list")
}
