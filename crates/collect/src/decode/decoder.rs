//! A mapping bound to the columns of a file.

use base::{Code, Micros, Problem, Zone, problem::did_you_mean};

use super::currency::currency_code;
use crate::mapping::{Attribute, AttributeType, DateForm, DecimalMark, Field, FileKind, Mapping};

/// What the installation says where the mapping does not.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The business time zone.
    pub zone: Zone,
    /// The business currency, ISO 4217.
    pub currency: String,
    /// Name of the source: order ids are unique within it.
    pub source: String,
    /// The present instant; dates more than a year later are refused.
    pub now: Micros,
}

/// Reads the rows of one file. Shared by threads; each call of a `decode` method is independent.
#[derive(Clone, Debug)]
pub struct Decoder {
    pub(super) mapping: Mapping,
    pub(super) names: Vec<String>,
    pub(super) columns: [Option<usize>; Field::ALL.len()],
    pub(super) attributes: Vec<(usize, String, AttributeType)>,
    pub(super) zone: Zone,
    pub(super) currency: [u8; 3],
    pub(super) source: String,
    pub(super) now: Micros,
}

impl Decoder {
    /// Binds a mapping to the columns of a file, `header` as made by [`column_names`](crate::source::column_names).
    ///
    /// # Errors
    /// A required field is not mapped, a mapped column is not in the file (the nearest is named), an unknown zone or currency.
    pub fn new(mapping: &Mapping, settings: &Settings, header: &[String]) -> Result<Self, Problem> {
        mapping.check()?;
        let mut columns = [None; Field::ALL.len()];
        for (field, column) in &mapping.columns {
            columns[*field as usize] = Some(find_column(header, column)?);
        }
        let attributes = mapping.attributes.iter();
        // An id is text, whatever it looks like.
        let kind = |a: &Attribute| if a.system().is_some() { AttributeType::Text } else { a.kind };
        let attributes = attributes.map(|a| Ok((find_column(header, &a.column)?, a.name.clone(), kind(a))));
        let currency = mapping.options.currency.as_deref().unwrap_or(&settings.currency);
        let currency_code = currency_code(currency.as_bytes()).ok_or_else(|| {
            Problem::new(Code::InvalidArgument, format!("\"{currency}\" is not a currency"))
                .hint("use an ISO 4217 code such as CNY, EUR or USD")
        })?;
        Ok(Self {
            attributes: attributes.collect::<Result<_, Problem>>()?,
            zone: mapping.options.zone.as_deref().map_or_else(|| Ok(settings.zone.clone()), Zone::named)?,
            mapping: mapping.clone(),
            names: header.to_vec(),
            columns,
            currency: currency_code,
            source: settings.source.clone(),
            now: settings.now,
        })
    }

    /// The mapping it reads by.
    pub const fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The zone in which times without an offset are read.
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    pub(super) const fn column(&self, field: Field) -> Option<usize> {
        self.columns[field as usize]
    }

    /// The column of a field with its name, for [`BadRow::cell`](super::BadRow).
    pub(super) fn named(&self, column: usize) -> (usize, &str) {
        (column, self.names.get(column).map_or("", String::as_str))
    }

    pub(super) const fn decimal(&self) -> DecimalMark {
        self.mapping.options.decimal
    }

    pub(super) const fn date_form(&self) -> DateForm {
        self.mapping.options.date
    }

    pub(super) fn expect_kind(&self, kind: FileKind) {
        debug_assert_eq!(self.mapping.kind, kind, "a decoder reads files of its mapping's kind");
    }
}

/// Where a column stands: by its name, then without regard to case and marks.
pub(crate) fn find_column(header: &[String], wanted: &str) -> Result<usize, Problem> {
    let wanted = wanted.trim();
    let folded = crate::mapping::synonyms::normalise(wanted);
    let exact = header.iter().position(|name| name.trim() == wanted);
    let near = || header.iter().position(|name| crate::mapping::synonyms::normalise(name) == folded);
    if let Some(at) = exact.or_else(|| if folded.is_empty() { None } else { near() }) {
        return Ok(at);
    }
    let names = || header.iter().map(String::as_str);
    let near = did_you_mean(wanted, names()).map_or(String::new(), |near| format!("{near} "));
    let all = names().collect::<Vec<_>>().join(", ");
    Err(Problem::new(Code::InvalidArgument, format!("the file has no column \"{wanted}\""))
        .hint(format!("{near}columns: {all}")))
}
