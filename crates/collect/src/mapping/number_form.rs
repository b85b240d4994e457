//! How numbers are written.

use base::{Code, Problem};

/// What separates whole from part. The other marks (`,` or `.`, spaces, `'`) may group thousands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// `1,234.56`
    #[default]
    Point,
    /// `1.234,56`
    Comma,
}

impl DecimalMark {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }

    /// The mark itself.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Point => b'.',
            Self::Comma => b',',
        }
    }
}

impl std::str::FromStr for DecimalMark {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text.trim().to_lowercase().as_str() {
            "point" | "." | "dot" => Ok(Self::Point),
            "comma" | "," => Ok(Self::Comma),
            _ => Err(Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a decimal mark"))
                .hint("use point (1,234.56) or comma (1.234,56)")),
        }
    }
}
