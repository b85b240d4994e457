//! Columns of a customer file that we have no field for: kept as custom attributes with a type, or ids of other systems.

use base::{Code, Problem};

/// One custom attribute of customers.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// The column it is read from.
    pub column: String,
    /// The name it is kept under; `external:SYSTEM` for the customer's id in another system.
    pub name: String,
    /// The type its values must have.
    #[serde(rename = "type")]
    pub kind: AttributeType,
}

impl Attribute {
    /// The system in which its values are the ids of customers: `wechat` of `external:wechat`.
    pub fn system(&self) -> Option<&str> {
        system(&self.name)
    }
}

/// The system of an attribute of this name, if it is an id.
pub(crate) fn system(name: &str) -> Option<&str> {
    let (head, system) = name.split_once([':', '：'])?;
    Some(system.trim()).filter(|system| head.trim().eq_ignore_ascii_case("external") && !system.is_empty())
}

/// The type of a custom attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeType {
    /// Any text.
    #[default]
    Text,
    /// A number.
    Number,
    /// A day of the calendar.
    Date,
    /// Yes or no.
    Bool,
}

impl AttributeType {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Bool => "bool",
        }
    }
}

impl std::str::FromStr for AttributeType {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let types = [Self::Text, Self::Number, Self::Date, Self::Bool];
        types.into_iter().find(|t| t.as_str() == text.trim().to_lowercase()).ok_or_else(|| {
            Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a type of attribute"))
                .hint("use text, number, date or bool")
        })
    }
}

/// Reads yes and no in the ways files write them; `None` for anything else.
pub fn read_bool(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "t" | "1" | "是" | "有" | "真" => Some(true),
        "false" | "no" | "n" | "f" | "0" | "否" | "无" | "假" => Some(false),
        _ => None,
    }
}
