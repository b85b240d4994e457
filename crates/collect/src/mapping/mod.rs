//! How the columns of a file are understood: which column is which field, and in which forms its dates and numbers are.
//!
//! [`propose`] looks at the column names and a sample and answers with a [`Proposal`]: a [`Mapping`] with the reason for
//! every choice. A person corrects it with `--map` and `--option` ([`Mapping::apply_map`], [`Mapping::apply_option`]),
//! and saves it as TOML for scripts.

pub mod attribute;
pub mod content;
pub mod date_form;
pub mod detect;
pub mod field;
mod fit;
mod forms;
mod likely;
pub mod number_form;
pub mod parse;
pub mod propose;
pub mod returns;
pub mod synonyms;

pub use attribute::{Attribute, AttributeType};
pub use date_form::DateForm;
pub use field::{Field, FileKind};
pub use likely::better_kind;
pub use number_form::DecimalMark;
pub use propose::{Choice, Notice, Proposal, Said, propose, propose_as};
pub use returns::{AdjustmentRule, ReturnRule};

use std::collections::BTreeMap;

use base::{Code, Problem};

/// Which column is which field, and the forms of the file: what is shown, overridden, saved and used again.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What a row of the file is.
    pub kind: FileKind,
    /// The forms of dates and numbers and the rules for kinds of lines.
    #[serde(default)]
    pub options: Options,
    /// Field → name of the column it is read from.
    pub columns: BTreeMap<Field, String>,
    /// Further columns kept as custom attributes (customers only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
}

/// The forms of a file. What is not set here comes from the settings of the installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// What separates whole from part in numbers.
    pub decimal: DecimalMark,
    /// How dates are written.
    pub date: DateForm,
    /// IANA name of the zone of times without an offset; the business zone when `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// ISO 4217 code of amounts without a currency column; the business currency when `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What marks a line as a return.
    pub returns: ReturnRule,
    /// What marks a line as an adjustment.
    pub adjustments: AdjustmentRule,
}

impl Mapping {
    /// An empty mapping of a kind, with the default forms.
    pub fn new(kind: FileKind) -> Self {
        Self { kind, options: Options::default(), columns: BTreeMap::new(), attributes: Vec::new() }
    }

    /// The column a field is read from.
    pub fn column(&self, field: Field) -> Option<&str> {
        self.columns.get(&field).map(String::as_str)
    }

    /// The fields without which the file cannot be read and which have no column. Customers may be known by an e-mail address, a
    /// telephone number or the id of another system instead of a key.
    pub fn missing(&self) -> Vec<Field> {
        let known = [Field::Email, Field::Phone].iter().any(|f| self.columns.contains_key(f))
            || self.attributes.iter().any(|a| a.system().is_some());
        let instead = |field| self.kind == FileKind::Customers && field == Field::Customer && known;
        let required = self.kind.required().iter().copied();
        required.filter(|field| !self.columns.contains_key(field) && !instead(*field)).collect()
    }

    /// Whether a row of an order file is a whole order: neither product nor quantity is mapped.
    pub fn row_per_order(&self) -> bool {
        self.kind == FileKind::Orders
            && [Field::Product, Field::ProductName, Field::Quantity].iter().all(|f| !self.columns.contains_key(f))
    }
}

/// Refuses a name of a source or a saved mapping that is empty or too long.
pub fn named(field: &str, name: &str) -> Result<(), Problem> {
    if !name.trim().is_empty() && name.chars().count() <= 64 && !name.chars().any(char::is_control) {
        return Ok(());
    }
    let message = "must have 1 to 64 characters";
    Err(Problem::new(Code::InvalidInput, format!("{field} {message}")).field(field, message))
}

#[cfg(test)]
mod tests;
