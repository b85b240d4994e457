//! Definitions of traits as read and checked.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

use super::condition::{Atom, Logic};
use super::expr::Expr;
use super::window::Window;

/// Words for people in the languages of the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// The type of a trait's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TraitType {
    /// A whole number: `Int64`.
    Count,
    /// Money in the currency of the lines: `Decimal128(18, 4)`.
    Money,
    /// A number, a share as 0 … 1: `Float64`.
    Number,
    /// Text: `Utf8`.
    Text,
    /// An instant: `Timestamp(µs, "UTC")`.
    Time,
}

/// One trait.
#[derive(Clone, Debug)]
pub struct Trait {
    /// Its name: the column of the table `trait`, `snake_case`.
    pub name: String,
    /// What people call it.
    pub label: Words,
    /// What it tells, and when it is null.
    pub description: Words,
    /// Unit of the value, e.g. `days`.
    pub unit: String,
    /// Type of the value.
    pub kind: TraitType,
    /// The value's definition as written.
    pub value: String,
    /// The condition as written, empty for none.
    pub condition: String,
    /// The window as written, `all` when none was.
    pub window: String,
    pub(super) expr: Expr,
    pub(super) filter: Logic<Atom>,
    pub(super) span: Window,
}

/// A checked set of definitions, in the order of the file.
#[derive(Clone, Debug)]
pub struct Traits {
    pub(super) list: Vec<Trait>,
}

impl TraitType {
    /// The type of the column.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Count => DataType::Int64,
            Self::Money => DataType::Decimal128(18, base::Amount::SCALE as i8),
            Self::Number => DataType::Float64,
            Self::Text => DataType::Utf8,
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }
}

impl Traits {
    /// The traits in the order of the file.
    pub fn list(&self) -> &[Trait] {
        &self.list
    }

    /// The trait of that name.
    pub fn get(&self, name: &str) -> Option<&Trait> {
        self.list.iter().find(|t| t.name == name)
    }

    /// The columns of the table `trait`: `customer_id`, `as_of`, then one nullable column per trait.
    pub fn schema(&self) -> SchemaRef {
        let fixed = [
            Field::new("customer_id", DataType::Int64, false),
            Field::new("as_of", TraitType::Time.data_type(), false),
        ];
        let own = self.list.iter().map(|t| Field::new(&t.name, t.kind.data_type(), true));
        Arc::new(Schema::new(fixed.into_iter().chain(own).collect::<Vec<_>>()))
    }
}
