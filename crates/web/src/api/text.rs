//! Small shapes that many answers share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::layers::Language;

/// A text in both languages; the client chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"en": "Score and group customers", "zh": "客户评分与分组"}))]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Text {
    /// A text in English and Chinese.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// A sentence of the product that was written in English; in English where there is no other.
    pub fn said(english: impl Into<String>) -> Self {
        let en = english.into();
        let zh = base::words::chinese(&en).unwrap_or_else(|| en.clone());
        Self { en, zh }
    }
}

/// A sentence of the product that was written in English, in the language of the request.
pub fn told(english: String) -> String {
    Language::current().say(english)
}

impl From<(&str, &str)> for Text {
    fn from((en, zh): (&str, &str)) -> Self {
        Self::new(en, zh)
    }
}

/// The bytes of a file, as they are.
#[derive(Debug)]
pub struct Bytes;

impl PartialSchema for Bytes {
    fn schema() -> RefOr<Schema> {
        let bytes =
            ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        bytes.description(Some("The bytes of a file, as they are.")).build().into()
    }
}

impl ToSchema for Bytes {}

/// How many there are in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"value": 8400, "exact": true}))]
pub struct Total {
    /// The number.
    #[schema(minimum = 0)]
    pub value: i64,
    /// Whether it was counted to the end; if not: at least so many.
    pub exact: bool,
}

impl Total {
    /// Counted to the end.
    pub const fn exact(value: i64) -> Self {
        Self { value, exact: true }
    }
}

/// The page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListPage {
    /// `GET /customers`.
    Customers,
    /// `GET /orders`.
    Orders,
}

/// The list behind a number: the parameters of `customer_list` or `order_list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"page": "orders", "query": {"from": "2026-01-01", "to": "2026-03-31"}}))]
pub struct ListLink {
    /// Which list.
    pub page: ListPage,
    /// Its parameters.
    pub query: BTreeMap<&'static str, String>,
}

impl ListLink {
    /// The customers of a set.
    pub fn customers(within: String) -> Self {
        Self { page: ListPage::Customers, query: BTreeMap::from([("within", within)]) }
    }
}
