//! The fields by which a list can be filtered and sorted.

use std::borrow::Cow;

use base::{Code, Problem, problem::did_you_mean};
use store::Value;

use super::Instant;

/// What the values of a field are.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A number.
    Real,
    /// An instant, stored in microseconds.
    Time,
    /// Yes or no, stored as 1 or 0.
    Bool,
    /// An id with this prefix (`usr`), stored as a number.
    Id(&'static str),
    /// One of these words.
    OneOf(Vec<Cow<'static, str>>),
}

/// A field of a list.
#[derive(Clone, Debug)]
pub struct Field {
    /// How clients call it.
    pub name: Cow<'static, str>,
    /// The SQL expression; never `NULL` (use `COALESCE`) when `sort` is true, for a cursor cannot stand on a missing value.
    pub sql: Cow<'static, str>,
    /// What its values are.
    pub kind: Kind,
    /// Whether the list can be sorted by it.
    pub sort: bool,
}

impl Field {
    /// A field to filter by.
    pub const fn new(name: &'static str, sql: &'static str, kind: Kind) -> Self {
        Self { name: Cow::Borrowed(name), sql: Cow::Borrowed(sql), kind, sort: false }
    }

    /// The same, also to sort by.
    #[must_use]
    pub fn sortable(mut self) -> Self {
        self.sort = true;
        self
    }

    /// Reads a value as clients write it.
    pub(crate) fn value(&self, text: &str) -> Result<Value, Problem> {
        let wrong = |what: String| Err(Problem::new(Code::InvalidArgument, format!("\"{text}\" is not {what}")));
        match &self.kind {
            Kind::Text => Ok(text.into()),
            Kind::Int => text.parse::<i64>().map(Value::from).or_else(|_| wrong("a whole number".to_owned())),
            Kind::Real => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(number.into()),
                _ => wrong("a number".to_owned()),
            },
            Kind::Time => Instant::parse(text).map(|at| at.0.into()),
            Kind::Bool => match text {
                "true" => Ok(true.into()),
                "false" => Ok(false.into()),
                _ => wrong("true or false".to_owned()),
            },
            Kind::Id(prefix) => {
                match text.strip_prefix(prefix).and_then(|t| t.strip_prefix('_')).map(str::parse::<i64>) {
                    Some(Ok(id)) if id > 0 => Ok(id.into()),
                    _ => wrong(format!("an id like {prefix}_12")),
                }
            }
            Kind::OneOf(words) if words.iter().any(|w| w == text) => Ok(text.into()),
            Kind::OneOf(words) => {
                let near = did_you_mean(text, words.iter().map(AsRef::as_ref));
                wrong(format!("one of {}{}", words.join(", "), near.map_or(String::new(), |n| format!("; {n}"))))
            }
        }
    }
}

/// Finds a field by its name; the error names those there are.
pub(crate) fn find<'a>(fields: &'a [Field], name: &str, purpose: &str) -> Result<&'a Field, Problem> {
    let fits = |f: &&Field| purpose != "sort" || f.sort;
    fields.iter().filter(fits).find(|f| f.name == name).ok_or_else(|| {
        let names: Vec<&str> = fields.iter().filter(fits).map(|f| f.name.as_ref()).collect();
        let near = did_you_mean(name, names.iter().copied()).map_or(String::new(), |n| format!("; {n}"));
        Problem::new(Code::InvalidArgument, format!("\"{name}\" is not a field to {purpose} by{near}"))
            .hint(format!("use one of {}", names.join(", ")))
    })
}
