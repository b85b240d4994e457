//! Shapes that several answers share.

use serde::Serialize;
use utoipa::ToSchema;
use web::api::Text;

use crate::model::Text as Words;

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
