//! Shapes that several answers share.

use base::{Micros, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::api::Text;

use crate::model::Text as Words;
use crate::stage::Stage;

/// A name for programs, and what people call it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "champions", "label": {"en": "Champions", "zh": "冠军客户"}}))]
pub(crate) struct Named {
    /// For programs.
    pub(crate) name: String,
    /// For people.
    pub(crate) label: Text,
}

/// As of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AsOf {
    /// Behaviour until the end of this day; as it was computed last otherwise.
    #[param(format = Date, example = "2026-03-31")]
    as_of: Option<String>,
}

impl AsOf {
    /// The last instant of that day.
    pub(crate) fn instant(&self, stage: &Stage) -> Result<Option<Micros>, Problem> {
        self.as_of.as_deref().map(|day| stage.end_of(day).map_err(in_field("as_of"))).transpose()
    }
}

/// A text in both languages, as answers have it.
pub(crate) fn both(words: &Words) -> Text {
    Text::new(words.en.as_str(), words.zh.as_str())
}

/// Says in which field a problem lies.
pub(crate) fn in_field(field: &str) -> impl Fn(Problem) -> Problem {
    move |problem| {
        let message = problem.message.clone();
        problem.field(field, message)
    }
}
