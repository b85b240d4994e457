//! What a person or a script says about a mapping: `--map`, `--option`, and the saved form (TOML).

use std::collections::BTreeMap;

use base::{Code, Problem, Zone, problem::did_you_mean};

use super::attribute::{Attribute, AttributeType, read_bool};
use super::{Field, FileKind, Mapping, Options};
use crate::decode::currency::currency_code;
use crate::decode::decoder::find_column;

/// The keys that [`Mapping::apply_option`] takes.
pub const OPTION_KEYS: [&str; 10] = [
    "decimal",
    "date",
    "zone",
    "currency",
    "return_prefix",
    "return_by_sign",
    "return_values",
    "adjustment_prefix",
    "adjustment_words",
    "adjustment_values",
];

/// The saved form: fields are read as text so that a mistyped one is answered with the nearest.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    kind: FileKind,
    #[serde(default)]
    options: Options,
    columns: BTreeMap<String, String>,
    #[serde(default)]
    attributes: Vec<Attribute>,
}

impl Mapping {
    /// Overrides columns: `order_id=InvoiceNo,customer=CustomerID`; `discount=` takes a field out. For customers
    /// `attribute.vip=VIP level:number` keeps a column as a custom attribute, `attribute.external:wechat=OpenID` as an id. A column name with a comma stands in quotes.
    ///
    /// # Errors
    /// A field or column that does not exist; the nearest is named and all are listed. Nothing is changed then.
    pub fn apply_map(&mut self, spec: &str, header: &[String]) -> Result<(), Problem> {
        let mut next = self.clone();
        let mut said = Vec::new();
        for entry in entries(spec) {
            let (target, column) = entry.split_once('=').ok_or_else(|| {
                Problem::new(Code::InvalidArgument, format!("\"{entry}\" is not of the form field=column"))
                    .hint("for example order_id=InvoiceNo,customer=CustomerID")
            })?;
            let (target, column) = (target.trim(), column.trim().trim_matches('"'));
            if let Some(name) = target.strip_prefix("attribute.").filter(|_| self.kind == FileKind::Customers) {
                next.apply_attribute(name, column, header)?;
                continue;
            }
            let field = self.kind.field(target)?;
            if column.is_empty() {
                next.columns.remove(&field);
                continue;
            }
            let column = header[find_column(header, column)?].clone();
            next.columns.retain(|other, of| *of != column || said.contains(other));
            next.attributes.retain(|a| a.column != column);
            next.columns.insert(field, column);
            said.push(field);
        }
        *self = next;
        Ok(())
    }

    fn apply_attribute(&mut self, name: &str, column: &str, header: &[String]) -> Result<(), Problem> {
        let (column, kind) = match column.rsplit_once(':') {
            Some((column, kind)) => (column, kind.parse::<AttributeType>()?),
            None => (column, AttributeType::Text),
        };
        self.attributes.retain(|a| a.name != name);
        if !column.is_empty() {
            let column = header[find_column(header, column)?].clone();
            self.attributes.retain(|a| a.column != column);
            self.columns.retain(|_, of| *of != column);
            self.attributes.push(Attribute { column, name: name.to_owned(), kind });
        }
        Ok(())
    }

    /// Overrides one form or rule: `decimal=comma`, `date=month-first`, `zone=Asia/Shanghai`, `currency=CNY`,
    /// `return_prefix=C`, `return_by_sign=no`, `return_values=退货,refund`, `adjustment_prefix=A` ([`OPTION_KEYS`]).
    /// Setting prefixes also says whether a bare negative quantity is a return: not when prefixes are in use.
    ///
    /// # Errors
    /// An unknown key or a value that does not fit; the nearest key is named.
    pub fn apply_option(&mut self, spec: &str) -> Result<(), Problem> {
        let (key, value) = spec.split_once('=').ok_or_else(|| {
            Problem::new(Code::InvalidArgument, format!("\"{spec}\" is not of the form option=value"))
                .hint(format!("options: {}", OPTION_KEYS.join(", ")))
        })?;
        let (key, value) = (key.trim().to_lowercase().replace('-', "_"), value.trim());
        let options = &mut self.options;
        match key.as_str() {
            "decimal" => options.decimal = value.parse()?,
            "date" => options.date = value.parse()?,
            "zone" => options.zone = Some(Zone::named(value)?.name().to_owned()),
            "currency" => options.currency = Some(known_currency(value)?),
            "return_prefix" => {
                options.returns.prefixes = list(value);
                options.returns.by_sign = options.returns.prefixes.is_empty();
            }
            "return_by_sign" => {
                options.returns.by_sign = read_bool(value).ok_or_else(|| {
                    Problem::new(Code::InvalidArgument, format!("\"{value}\" is neither yes nor no"))
                        .hint("use yes or no")
                })?;
            }
            "return_values" => options.returns.values = list(&value.to_lowercase()),
            "adjustment_prefix" => {
                options.adjustments.prefixes = list(value);
                options.adjustments.words.clear();
            }
            "adjustment_words" => options.adjustments.words = list(&value.to_lowercase()),
            "adjustment_values" => options.adjustments.values = list(&value.to_lowercase()),
            _ => {
                let near = did_you_mean(&key, OPTION_KEYS).map_or(String::new(), |near| format!("{near} "));
                return Err(Problem::new(Code::InvalidArgument, format!("\"{key}\" is not an option of a mapping"))
                    .hint(format!("{near}options: {}", OPTION_KEYS.join(", "))));
            }
        }
        Ok(())
    }

    /// The saved form.
    ///
    /// # Errors
    /// Never for a mapping made by this crate; a defect otherwise.
    pub fn to_toml(&self) -> Result<String, Problem> {
        toml::to_string_pretty(self).map_err(|e| Problem::internal("the mapping cannot be written", e))
    }

    /// Reads a saved mapping.
    ///
    /// # Errors
    /// `invalid_config` where the text is not a mapping; a mistyped field is answered with the nearest.
    pub fn from_toml(text: &str) -> Result<Self, Problem> {
        let saved: Saved = toml::from_str(text).map_err(|e| {
            Problem::new(Code::InvalidConfig, format!("the mapping does not read: {}", e.message()))
                .hint("a mapping has kind, [columns] with field = \"column\", and may have [options]")
                .caused_by(e)
        })?;
        let named = saved.columns.into_iter().map(|(field, column)| Ok((saved.kind.field(&field)?, column)));
        let columns = named.collect::<Result<_, Problem>>()?;
        Ok(Self { kind: saved.kind, options: saved.options, columns, attributes: saved.attributes })
    }

    /// Whether the mapping is enough to read a file.
    ///
    /// # Errors
    /// Names the required fields that have no column and says how to give them one.
    pub fn check(&self) -> Result<(), Problem> {
        let missing: Vec<&str> = self.missing().into_iter().map(Field::as_str).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Problem::new(
            Code::InvalidArgument,
            format!("no column is known for {} of {}", missing.join(", "), self.kind),
        )
        .hint(match self.kind {
            FileKind::Customers => "say which, or by what else they are known: --map customer=COLUMN, email=, phone=, attribute.external:wechat=".to_owned(),
            _ => format!("say which: --map {}=COLUMN", missing[0]),
        }))
    }
}

/// Parts of a list separated by commas, not within quotes.
fn entries(spec: &str) -> Vec<&str> {
    let mut quoted = false;
    let parts = spec.split(|c: char| {
        quoted ^= c == '"';
        !quoted && matches!(c, ',' | '，' | '\n')
    });
    parts.map(str::trim).filter(|e| !e.is_empty()).collect()
}

fn list(value: &str) -> Vec<String> {
    value.split([',', '，', '|']).map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect()
}

fn known_currency(value: &str) -> Result<String, Problem> {
    let code = currency_code(value.as_bytes()).ok_or_else(|| {
        Problem::new(Code::InvalidArgument, format!("\"{value}\" is not a currency"))
            .hint("use an ISO 4217 code such as CNY, EUR or USD")
    })?;
    Ok(String::from_utf8_lossy(&code).into_owned())
}
