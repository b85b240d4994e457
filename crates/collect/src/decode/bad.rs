//! Rows that cannot be taken: counted and listed, never fatal.

use std::fmt;

use base::{Code, Problem};

use super::date::DateFault;
use super::number::NumberFault;
use crate::source::{RawChunk, RowFault};

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// Why a row is not taken. The text form is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum BadReason {
            $($(#[$doc])* $variant,)*
        }

        impl BadReason {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable text form, `snake_case`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Reads [`Self::as_str`].
            pub fn parse(text: &str) -> Result<Self, Problem> {
                match text {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(Problem::new(
                        Code::IncompatibleStore,
                        format!("a bad row has the unknown reason {text}"),
                    )),
                }
            }
        }
    };
}

reasons! {
    /// The order, customer or product has no id.
    MissingKey = "missing_key",
    /// There is no date.
    MissingDate = "missing_date",
    /// The date does not read in the file's form.
    UnreadableDate = "unreadable_date",
    /// The date is in no calendar.
    ImpossibleDate = "impossible_date",
    /// Before 1970 (a birthday: before 1900).
    DateTooEarly = "date_too_early",
    /// More than a year ahead (a birthday: in the future).
    DateTooLate = "date_too_late",
    /// There is no quantity.
    MissingQuantity = "missing_quantity",
    /// The number does not read.
    NotANumber = "not_a_number",
    /// The number, or price × quantity, has more than 18 digits.
    NumberOutOfRange = "number_out_of_range",
    /// Not a currency code.
    UnknownCurrency = "unknown_currency",
    /// Neither yes nor no.
    NotABool = "not_a_bool",
    /// A quote is opened and never closed.
    UnclosedQuote = "unclosed_quote",
    /// Longer than a row may be.
    TooLong = "too_long",
    /// Bytes that are not text in the file's encoding.
    InvalidText = "invalid_text",
    /// More cells than columns.
    WidthMismatch = "width_mismatch",
    /// Not a JSON object.
    InvalidJson = "invalid_json",
    /// It reads well, but what is known already speaks against it.
    Refused = "refused",
}

impl BadReason {
    /// What a person reads, one sentence without a full stop; `form` says how dates or numbers were to be read.
    pub(super) fn message(self, form: &str) -> String {
        match self {
            Self::MissingKey => "the id is empty".into(),
            Self::MissingDate => "the date is empty".into(),
            Self::UnreadableDate => match example(form) {
                Some(example) => format!("does not read as a {form} date: write it as {example}"),
                None => format!("does not read as a {form} date"),
            },
            Self::ImpossibleDate => format!("is in no calendar when read as a {form} date"),
            Self::DateTooEarly => "the date is too long ago".into(),
            Self::DateTooLate => "the date is in the future".into(),
            Self::MissingQuantity => "the quantity is empty".into(),
            Self::NotANumber => match example(form) {
                Some(example) => format!("does not read as a number with a decimal {form}: write it as {example}"),
                None => format!("does not read as a number with a decimal {form}"),
            },
            Self::NumberOutOfRange => "the number has more than 18 digits".into(),
            Self::UnknownCurrency => "is not an ISO 4217 currency code".into(),
            Self::NotABool => "is neither yes nor no".into(),
            other => other.as_str().replace('_', " "),
        }
    }
}

/// How a date or a number of a form is written.
fn example(form: &str) -> Option<&'static str> {
    let known = [
        ("year-first", "2026-03-31 14:00"),
        ("month-first", "03/31/2026 14:00"),
        ("day-first", "31.03.2026 14:00"),
        ("point", "1234.56"),
        ("comma", "1234,56"),
    ];
    known.into_iter().find(|(name, _)| *name == form).map(|(_, example)| example)
}

impl fmt::Display for BadReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<DateFault> for BadReason {
    fn from(fault: DateFault) -> Self {
        match fault {
            DateFault::Unreadable => Self::UnreadableDate,
            DateFault::Impossible => Self::ImpossibleDate,
        }
    }
}

impl From<NumberFault> for BadReason {
    fn from(fault: NumberFault) -> Self {
        match fault {
            NumberFault::NotANumber => Self::NotANumber,
            NumberFault::OutOfRange => Self::NumberOutOfRange,
        }
    }
}

impl From<&RowFault> for BadReason {
    fn from(fault: &RowFault) -> Self {
        match fault {
            RowFault::UnclosedQuote => Self::UnclosedQuote,
            RowFault::TooLong => Self::TooLong,
            RowFault::InvalidText { .. } => Self::InvalidText,
            RowFault::WidthMismatch { .. } => Self::WidthMismatch,
            RowFault::InvalidJson(_) => Self::InvalidJson,
        }
    }
}

/// A row that is not taken: where it is and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Number of the row in the file, from 1, the header not counted.
    pub row: u64,
    /// Line of the file on which it begins, from 1.
    pub line: u64,
    /// Name of the column concerned; empty when it is the whole row.
    pub column: String,
    /// What stands there, cut to 200 characters.
    pub value: String,
    /// Why, for programs.
    pub reason: BadReason,
    /// Why, for people.
    pub message: String,
}

impl BadRow {
    /// A row whose cell cannot be used.
    pub(super) fn cell(chunk: &RawChunk, row: usize, column: (usize, &str), reason: BadReason, form: &str) -> Self {
        Self {
            row: chunk.first_row + row as u64,
            line: chunk.line(row),
            column: column.1.to_owned(),
            value: chunk.text(row, column.0).chars().take(200).collect(),
            reason,
            message: reason.message(form),
        }
    }

    /// A row that the source could not take apart.
    pub(super) fn fault(chunk: &RawChunk, row: usize, fault: &RowFault, names: &[String]) -> Self {
        let column = match fault {
            RowFault::InvalidText { column } => names.get(*column as usize).cloned().unwrap_or_default(),
            _ => String::new(),
        };
        Self {
            row: chunk.first_row + row as u64,
            line: chunk.line(row),
            column,
            value: chunk.row_text(row).chars().take(200).collect(),
            reason: fault.into(),
            message: fault.to_string(),
        }
    }
}
