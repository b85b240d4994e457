//! Instants as the API writes them.

use base::{Code, Micros, Problem};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};

/// An instant: `2026-05-01T08:30:00Z` outside, microseconds inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub Micros);

impl Instant {
    /// Reads RFC 3339 with `Z` or an offset.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        text.parse::<jiff::Timestamp>().map(|t| Self(t.as_microsecond())).map_err(|_| {
            Problem::new(Code::InvalidArgument, format!("\"{text}\" is not an instant"))
                .hint("use RFC 3339, such as 2026-05-01T08:30:00Z or 2026-05-01T08:30:00+08:00")
        })
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?)
            .map_err(|p| serde::de::Error::custom(format!("{}; {}", p.message, p.hint.unwrap_or_default())))
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples([serde_json::json!("2026-05-01T08:30:00Z")])
            .build()
            .into()
    }
}

impl utoipa::ToSchema for Instant {}
