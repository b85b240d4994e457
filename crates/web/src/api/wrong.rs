//! What a schema has against a value, in words.

use std::fmt::Write as _;

use base::FieldProblem;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

/// How the message about a pattern begins.
pub(super) const PATTERN: &str = "must fit the pattern";

/// What an error is about; of several forms that a value may have, the one that was meant. `root` is the name of what was looked at.
pub(super) fn told(error: &ValidationError<'_>, root: &str) -> Vec<FieldProblem> {
    let place = error.instance_path();
    let at = || named(root, place, None);
    let one = |field: String, message: String| vec![FieldProblem { field, message }];
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            one(named(root, place, Some(name)), format!("missing field `{name}`"))
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => unexpected
            .iter()
            .map(|name| FieldProblem {
                field: named(root, place, Some(name)),
                message: format!("unknown field `{name}`"),
            })
            .collect(),
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => match meant(context, place) {
            Some(errors) => errors.iter().flat_map(|error| told(error, root)).collect(),
            None => one(at(), "is not as /api/docs shows it".to_owned()),
        },
        kind => one(at(), message(kind)),
    }
}

fn message(kind: &Kind) -> String {
    match kind {
        Kind::Type { kind } => of_type(kind).to_owned(),
        Kind::Enum { options } => {
            let words = options.as_array().map_or(&[][..], Vec::as_slice);
            format!("must be one of {}", words.iter().map(word).collect::<Vec<_>>().join(", "))
        }
        Kind::Constant { expected_value } => format!("must be {}", word(expected_value)),
        Kind::MinLength { limit: 1 } | Kind::MinItems { limit: 1 } | Kind::MinProperties { limit: 1 } => {
            "must not be empty".to_owned()
        }
        Kind::MinLength { limit } => format!("must have at least {limit} characters"),
        Kind::MaxLength { limit } => format!("must have at most {limit} characters"),
        Kind::MinItems { limit } | Kind::MinProperties { limit } => format!("must have at least {limit} entries"),
        Kind::MaxItems { limit } | Kind::MaxProperties { limit } => format!("must have at most {limit} entries"),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::UniqueItems => "must not name anything twice".to_owned(),
        // One character that is no space somewhere.
        Kind::Pattern { pattern } if pattern == r"\S" => "must not be empty".to_owned(),
        Kind::Pattern { pattern } => format!("must fit the pattern {pattern}"),
        Kind::Format { format } => match format.as_str() {
            "email" => "is not an e-mail address".to_owned(),
            "date" => "must be a day such as 2026-03-31".to_owned(),
            "date-time" => "must be an instant such as 2026-03-31T10:00:00Z".to_owned(),
            other => format!("must have the format {other}"),
        },
        _ => "is not as /api/docs shows it".to_owned(),
    }
}

fn of_type(kind: &TypeKind) -> &'static str {
    let kinds: Vec<JsonType> = match kind {
        TypeKind::Single(one) => vec![*one],
        TypeKind::Multiple(several) => several.iter().collect(),
    };
    match kinds.into_iter().find(|kind| *kind != JsonType::Null) {
        Some(JsonType::String) => "must be a text",
        Some(JsonType::Integer) => "must be a whole number",
        Some(JsonType::Number) => "must be a number",
        Some(JsonType::Boolean) => "must be true or false",
        Some(JsonType::Array) => "must be a list",
        Some(JsonType::Object) => "must be an object",
        _ => "must be null",
    }
}

/// The errors of the form that a value was meant to have: the only one that could be it.
fn meant<'a>(
    forms: &'a [Vec<ValidationError<'static>>],
    place: &Location,
) -> Option<&'a Vec<ValidationError<'static>>> {
    let another = |error: &ValidationError<'_>| match error.kind() {
        // A value of another type altogether, such as null.
        Kind::Type { .. } => error.instance_path() == place,
        // What tells forms apart says that it is another one.
        Kind::Constant { .. } => true,
        Kind::Enum { options } => {
            error.instance_path() != place && options.as_array().is_some_and(|words| words.len() == 1)
        }
        _ => false,
    };
    let mut could: Vec<_> = forms.iter().filter(|errors| !errors.iter().any(another)).collect();
    if could.is_empty() {
        could = forms.iter().filter(|errors| !errors.iter().all(is_null)).collect();
    }
    if let [one] = could.as_slice() { Some(one) } else { None }
}

/// Whether the form is that there is nothing.
fn is_null(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), Kind::Type { kind: TypeKind::Single(JsonType::Null) })
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// A field as problems name it: `query.filters[2]`.
fn named(root: &str, place: &Location, name: Option<&str>) -> String {
    let mut field = root.to_owned();
    for segment in place.segments() {
        match segment {
            LocationSegment::Index(at) => drop(write!(field, "[{at}]")),
            LocationSegment::Property(name) => add(&mut field, &name),
        }
    }
    if let Some(name) = name {
        add(&mut field, name);
    }
    if field.is_empty() { "body".to_owned() } else { field }
}

fn add(field: &mut String, name: &str) {
    if !field.is_empty() {
        field.push('.');
    }
    field.push_str(name);
}
