//! Customer files.

use base::{Micros, clock::DAY};
use serde_json::Value;

use super::bad::{BadReason, BadRow};
pub use super::birthday::Birthday;
use super::birthday::parse_birthday;
use super::date::{civil, parse_date};
use super::decoder::Decoder;
use super::instant::Instants;
use super::number::parse_scaled;
use super::record::Row;
use super::text::{is_null, trim};
use crate::mapping::attribute::{read_bool, system};
use crate::mapping::{AttributeType, Field, FileKind};
use crate::source::RawChunk;

/// One customer of a file. E-mail and phone are as written; the profile gives them their one form.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "texts are the fields of the same name")]
pub struct CustomerRecord {
    /// Number of the row in the file, from 1.
    pub row: u64,
    /// Card, member or external number, in one spelling.
    pub customer: Option<String>,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// `male`, `female` or `other`.
    pub gender: Option<String>,
    pub birthday: Option<Birthday>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub address: Option<String>,
    /// When the customer joined, microseconds UTC.
    pub joined: Option<Micros>,
    pub store: Option<String>,
    pub language: Option<String>,
    /// Key of another customer, in one spelling.
    pub referred_by: Option<String>,
    /// Custom attributes by name; empty cells are left out.
    pub attributes: Vec<(String, Value)>,
}

/// The customers of a chunk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerBatch {
    /// Customers in the order of the file.
    pub records: Vec<CustomerRecord>,
    /// Rows that could not be taken.
    pub bad: Vec<BadRow>,
    /// Values that could not be taken, of rows that were.
    pub dropped: Vec<BadRow>,
}

impl Decoder {
    /// Reads the rows of a customer file. A row without anything by which a customer is known is bad; a birthday, date or attribute that cannot be read
    /// is left out and listed in `dropped`, the customer stays.
    pub fn decode_customers(&self, chunk: &RawChunk) -> CustomerBatch {
        self.expect_kind(FileKind::Customers);
        let mut batch = CustomerBatch::default();
        let mut instants = Instants::new(&self.zone);
        for at in 0..chunk.len() {
            let mut row = Row { decoder: self, chunk, at, dropped: &mut batch.dropped };
            match row.key(Field::Customer) {
                Ok(customer) => batch.records.push(self.customer(Some(customer), &mut row, &mut instants)),
                Err(bad) if bad.reason != BadReason::MissingKey || !self.is_known_otherwise(&row) => {
                    batch.bad.push(bad);
                }
                Err(_) => batch.records.push(self.customer(None, &mut row, &mut instants)),
            }
        }
        batch
    }

    /// Whether a row names a customer by something else than the key.
    fn is_known_otherwise(&self, row: &Row<'_>) -> bool {
        let told = |column: usize| !is_null(trim(row.chunk.cell(row.at, column)));
        let systems = self.attributes.iter().filter(|(_, name, _)| system(name).is_some()).map(|(column, ..)| *column);
        [Field::Email, Field::Phone].into_iter().filter_map(|f| self.column(f)).chain(systems).any(told)
    }

    fn customer(&self, customer: Option<String>, row: &mut Row<'_>, instants: &mut Instants<'_>) -> CustomerRecord {
        CustomerRecord {
            row: row.chunk.first_row + row.at as u64,
            customer,
            name: row.text(Field::Name),
            given_name: row.text(Field::GivenName),
            family_name: row.text(Field::FamilyName),
            email: row.text(Field::Email),
            phone: row.text(Field::Phone),
            gender: row.text(Field::Gender).and_then(|g| gender(&g)).map(str::to_owned),
            birthday: row.read(Field::Birthday, |cell| parse_birthday(cell, self.date_form(), self.now)),
            city: row.text(Field::City),
            country: row.text(Field::Country),
            address: row.text(Field::Address),
            joined: row.read(Field::Joined, |cell| self.joined(cell, instants)),
            store: row.text(Field::Store),
            language: row.text(Field::Language),
            referred_by: row.key(Field::ReferredBy).ok(),
            attributes: self.attributes(row),
        }
    }

    fn joined(&self, cell: &[u8], instants: &mut Instants<'_>) -> Result<Option<Micros>, BadReason> {
        let Some(stamp) = parse_date(cell, self.date_form())? else { return Ok(None) };
        match instants.at(stamp).ok_or(BadReason::ImpossibleDate)? {
            ..0 => Err(BadReason::DateTooEarly),
            at if at > self.now.saturating_add(366 * DAY) => Err(BadReason::DateTooLate),
            at => Ok(Some(at)),
        }
    }

    fn attributes(&self, row: &mut Row<'_>) -> Vec<(String, Value)> {
        let mut out = Vec::new();
        for (column, name, kind) in &self.attributes {
            if let Some(value) = row.read_column(*column, |cell| self.attribute(cell, *kind)) {
                out.push((name.clone(), value));
            }
        }
        out
    }

    fn attribute(&self, cell: &[u8], kind: AttributeType) -> Result<Option<Value>, BadReason> {
        let text = std::str::from_utf8(trim(cell)).unwrap_or_default();
        if is_null(text.as_bytes()) {
            return Ok(None);
        }
        let value = match kind {
            AttributeType::Text => Some(Value::from(text)),
            AttributeType::Number => parse_scaled(cell, 4, self.decimal())?.map(number),
            AttributeType::Bool => Some(Value::from(read_bool(text).ok_or(BadReason::NotABool)?)),
            AttributeType::Date => parse_date(cell, self.date_form())?.map(|stamp| {
                let (year, month, day) = civil(stamp.day);
                Value::from(format!("{year:04}-{month:02}-{day:02}"))
            }),
        };
        Ok(value)
    }
}

/// A JSON number from one scaled by 10⁴.
fn number(scaled: i64) -> Value {
    if scaled % 10_000 == 0 { Value::from(scaled / 10_000) } else { Value::from(scaled as f64 / 10_000.0) }
}

/// The one spelling of a gender; `None` for "unknown" and its like.
fn gender(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "m" | "male" | "man" | "mr" | "男" | "男性" | "先生" | "1" => Some("male"),
        "f" | "female" | "woman" | "ms" | "mrs" | "女" | "女性" | "女士" | "小姐" | "2" => Some("female"),
        "x" | "d" | "other" | "diverse" | "non-binary" | "其他" => Some("other"),
        _ => None,
    }
}
