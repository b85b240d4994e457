//! Rows that cannot be taken: counted and listed, never fatal.

use std::fmt;

use base::{Code, Problem};

use super::date::DateFault;
use super::number::NumberFault;
use crate::source::{RawChunk, RowFault};

/// Why a row is not taken. The text form is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BadReason {
    /// The order, customer or product has no id.
    MissingKey,
    /// There is no date.
    MissingDate,
    /// The date does not read in the file's form.
    UnreadableDate,
    /// The date is in no calendar.
    ImpossibleDate,
    /// Before 1970 (a birthday: before 1900).
    DateTooEarly,
    /// More than a year ahead (a birthday: in the future).
    DateTooLate,
    /// There is no quantity.
    MissingQuantity,
    /// The number does not read.
    NotANumber,
    /// The number, or price × quantity, has more than 18 digits.
    NumberOutOfRange,
    /// Not a currency code.
    UnknownCurrency,
    /// Neither yes nor no.
    NotABool,
    /// A quote is opened and never closed.
    UnclosedQuote,
    /// Longer than a row may be.
    TooLong,
    /// Bytes that are not text in the file's encoding.
    InvalidText,
    /// More cells than columns.
    WidthMismatch,
    /// Not a JSON object.
    InvalidJson,
    /// It reads well, but what is known already speaks against it.
    Refused,
}

impl BadReason {
    /// The stable text form, `snake_case`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingKey => "missing_key",
            Self::MissingDate => "missing_date",
            Self::UnreadableDate => "unreadable_date",
            Self::ImpossibleDate => "impossible_date",
            Self::DateTooEarly => "date_too_early",
            Self::DateTooLate => "date_too_late",
            Self::MissingQuantity => "missing_quantity",
            Self::NotANumber => "not_a_number",
            Self::NumberOutOfRange => "number_out_of_range",
            Self::UnknownCurrency => "unknown_currency",
            Self::NotABool => "not_a_bool",
            Self::UnclosedQuote => "unclosed_quote",
            Self::TooLong => "too_long",
            Self::InvalidText => "invalid_text",
            Self::WidthMismatch => "width_mismatch",
            Self::InvalidJson => "invalid_json",
            Self::Refused => "refused",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        use BadReason::{
            DateTooEarly, DateTooLate, ImpossibleDate, InvalidJson, InvalidText, MissingDate, MissingKey,
            MissingQuantity, NotABool, NotANumber, NumberOutOfRange, Refused, TooLong, UnclosedQuote, UnknownCurrency,
            UnreadableDate, WidthMismatch,
        };
        let all = [
            MissingKey,
            MissingDate,
            UnreadableDate,
            ImpossibleDate,
            DateTooEarly,
            DateTooLate,
            MissingQuantity,
            NotANumber,
            NumberOutOfRange,
            UnknownCurrency,
            NotABool,
            UnclosedQuote,
            TooLong,
            InvalidText,
            WidthMismatch,
            InvalidJson,
            Refused,
        ];
        all.into_iter()
            .find(|r| r.as_str() == text)
            .ok_or_else(|| Problem::new(Code::IncompatibleStore, format!("a bad row has the unknown reason {text}")))
    }

    /// What a person reads, one sentence without a full stop; `form` says how dates or numbers were to be read.
    pub(super) fn message(self, form: &str) -> String {
        match self {
            Self::MissingKey => "the id is empty".into(),
            Self::MissingDate => "the date is empty".into(),
            Self::UnreadableDate => format!("does not read as a {form} date"),
            Self::ImpossibleDate => format!("is in no calendar when read as a {form} date"),
            Self::DateTooEarly => "the date is too long ago".into(),
            Self::DateTooLate => "the date is in the future".into(),
            Self::MissingQuantity => "the quantity is empty".into(),
            Self::NotANumber => format!("does not read as a number with a decimal {form}"),
            Self::NumberOutOfRange => "the number has more than 18 digits".into(),
            Self::UnknownCurrency => "is not an ISO 4217 currency code".into(),
            Self::NotABool => "is neither yes nor no".into(),
            other => other.as_str().replace('_', " "),
        }
    }
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
