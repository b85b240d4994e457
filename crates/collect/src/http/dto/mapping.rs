//! What the columns of a file mean.

use std::collections::BTreeMap;

use base::{Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Instant, Text};

use crate::mapping::{self, Attribute, AttributeType, DateForm, DecimalMark, Field, FileKind};
use crate::words;

/// A column of a file of customers that is kept as an attribute of our own.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"column": "VIP level", "name": "vip", "type": "number"}))]
pub(crate) struct AttributeMap {
    /// The column.
    column: String,
    /// The name of the attribute; `external:SYSTEM` where the column holds the customer's id in another system.
    name: String,
    /// What its values are.
    r#type: AttributeType,
}

/// The forms of dates and numbers, and what marks a line as a return or an adjustment. Lists are separated by commas.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"decimal": "point", "date": "month-first", "return_prefix": "C"}))]
pub(crate) struct MappingOptions {
    /// What separates whole from part.
    #[serde(skip_serializing_if = "Option::is_none")]
    decimal: Option<DecimalMark>,
    /// How dates are written.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<DateForm>,
    /// IANA zone of times without an offset; the zone of the business unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    /// ISO 4217 currency of amounts without one; that of the business unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// Prefixes of the order numbers of returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    return_prefix: Option<String>,
    /// Whether a negative quantity or amount alone is a return.
    #[serde(skip_serializing_if = "Option::is_none")]
    return_by_sign: Option<bool>,
    /// Values of the column `type` that mark a return.
    #[serde(skip_serializing_if = "Option::is_none")]
    return_values: Option<String>,
    /// Prefixes of the order numbers of adjustments.
    #[serde(skip_serializing_if = "Option::is_none")]
    adjustment_prefix: Option<String>,
    /// Words of which the name of an adjustment must hold one.
    #[serde(skip_serializing_if = "Option::is_none")]
    adjustment_words: Option<String>,
    /// Values of the column `type` that mark an adjustment.
    #[serde(skip_serializing_if = "Option::is_none")]
    adjustment_values: Option<String>,
}

impl MappingOptions {
    /// As `KEY=VALUE`, what is given; the order matters, for a prefix also settles what a sign means.
    pub(crate) fn said(&self) -> Vec<(&'static str, String)> {
        let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let all = [
            ("decimal", self.decimal.map(|d| d.as_str().to_owned())),
            ("date", self.date.map(|d| d.as_str().to_owned())),
            ("zone", self.zone.clone().filter(|z| !z.is_empty())),
            ("currency", self.currency.clone().filter(|c| !c.is_empty())),
            ("return_prefix", self.return_prefix.clone()),
            ("return_by_sign", self.return_by_sign.map(yes_no)),
            ("return_values", self.return_values.clone()),
            ("adjustment_prefix", self.adjustment_prefix.clone()),
            ("adjustment_words", self.adjustment_words.clone()),
            ("adjustment_values", self.adjustment_values.clone()),
        ];
        all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    fn of(options: &mapping::Options) -> Self {
        let list = |words: &[String]| Some(words.join(","));
        Self {
            decimal: Some(options.decimal),
            date: Some(options.date),
            zone: options.zone.clone(),
            currency: options.currency.clone(),
            return_prefix: list(&options.returns.prefixes),
            return_by_sign: Some(options.returns.by_sign),
            return_values: list(&options.returns.values),
            adjustment_prefix: list(&options.adjustments.prefixes),
            adjustment_words: list(&options.adjustments.words),
            adjustment_values: list(&options.adjustments.values),
        }
    }
}

/// Which column is which field.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"columns": {"order_id": "InvoiceNo", "time": "InvoiceDate", "customer": "CustomerID"}, "options": {"date": "month-first"}}))]
pub(crate) struct Mapping {
    /// Field → column.
    pub(crate) columns: BTreeMap<String, String>,
    /// What is left out is found out.
    #[serde(default)]
    pub(crate) options: MappingOptions,
    /// Further columns that are kept (customers only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attributes: Vec<AttributeMap>,
}

impl From<&mapping::Mapping> for Mapping {
    fn from(m: &mapping::Mapping) -> Self {
        let attribute = |a: &Attribute| AttributeMap { column: a.column.clone(), name: a.name.clone(), r#type: a.kind };
        Self {
            columns: m.columns.iter().map(|(field, column)| (field.as_str().to_owned(), column.clone())).collect(),
            options: MappingOptions::of(&m.options),
            attributes: m.attributes.iter().map(attribute).collect(),
        }
    }
}

impl Mapping {
    /// The columns by field. Every field that is not one is named.
    pub(crate) fn columns(&self, kind: FileKind) -> Result<BTreeMap<Field, String>, Problem> {
        let mut columns = BTreeMap::new();
        for (name, column) in self.columns.iter().filter(|(_, column)| !column.is_empty()) {
            let field = kind.field(name).map_err(|p| {
                let message = p.message.clone();
                p.field(format!("mapping.columns.{name}"), message)
            })?;
            columns.insert(field, column.clone());
        }
        Ok(columns)
    }

    /// The columns that are kept as attributes.
    pub(crate) fn attributes(&self, kind: FileKind) -> Result<Vec<Attribute>, Problem> {
        if kind != FileKind::Customers && !self.attributes.is_empty() {
            let message = "only a file of customers can bring attributes";
            return Err(Problem::new(Code::InvalidInput, message).field("mapping.attributes", message));
        }
        let attribute = |a: &AttributeMap| Attribute { column: a.column.clone(), name: a.name.clone(), kind: a.r#type };
        Ok(self.attributes.iter().map(attribute).collect())
    }
}

/// What the fields of a mapping are called.
pub(crate) fn labels(mapping: &mapping::Mapping) -> BTreeMap<String, Text> {
    let label = |field: &Field| (field.as_str().to_owned(), words::field_label_in(mapping.kind, *field));
    mapping.columns.keys().map(label).collect()
}

/// A mapping saved under a name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "till", "kind": "orders", "mapping": {"columns": {"order_id": "no"}, "options": {}}, "labels": {"order_id": {"en": "Order number", "zh": "订单号"}}, "updated_at": "2026-05-01T08:30:00Z", "etag": "\"v1\""}))]
pub(crate) struct MappingRow {
    pub(crate) name: String,
    pub(crate) kind: FileKind,
    pub(crate) mapping: Mapping,
    /// What its fields are called.
    pub(crate) labels: BTreeMap<String, Text>,
    pub(crate) updated_at: Instant,
    /// To be sent back as If-Match.
    pub(crate) etag: String,
}
