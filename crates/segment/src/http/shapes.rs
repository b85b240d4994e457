//! Shapes that several answers share.

use base::Amount;
use serde::Serialize;
use utoipa::ToSchema;
use web::api::Text;

use crate::model::Text as Words;

/// An exact amount.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"amount": "1234.50", "currency": "CNY"}))]
pub(crate) struct Money {
    /// Decimal text.
    pub(crate) amount: String,
    /// ISO 4217.
    pub(crate) currency: String,
}

impl Money {
    pub(crate) fn new(amount: Amount, currency: &str) -> Self {
        Self { amount: amount.to_string(), currency: currency.to_owned() }
    }
}

/// A name for programs, and what people call it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "champions", "label": {"en": "Champions", "zh": "冠军客户"}}))]
pub(crate) struct Named {
    /// For programs.
    pub(crate) name: String,
    /// For people.
    pub(crate) label: Text,
}

/// A text in both languages, as answers have it.
pub(crate) fn both(words: &Words) -> Text {
    Text::new(words.en.as_str(), words.zh.as_str())
}
