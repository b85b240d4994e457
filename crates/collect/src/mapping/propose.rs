//! Which column is which field: first by name, then by content.

use super::content::Content;
use super::detect::{self, Detected, SampleLine};
use super::fit::{fit, guesses, is_rate};
use super::synonyms::{NameMatch, name_match};
use super::{Attribute, DateForm, Field, FileKind, Mapping, column_names, positional};
use crate::decode::number::parse_scaled;
use crate::decode::text::trim;
use crate::source::RawChunk;

/// A mapping with the reasons for it.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What is proposed.
    pub mapping: Mapping,
    /// The columns of the file under the names that the mapping uses.
    pub columns: Vec<String>,
    /// Every mapped field with the reason.
    pub choices: Vec<Choice>,
    /// Columns that are not read.
    pub unmapped: Vec<String>,
    /// What a person should look at.
    pub notices: Vec<Notice>,
}

/// Why a field is read from a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The field.
    pub field: Field,
    /// The column.
    pub column: String,
    /// 0 … 1.
    pub confidence: f64,
    /// For people.
    pub reason: String,
}

/// Something a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// For programs: `ambiguous_dates`, `ambiguous_decimal`, `order_total`, `discount_rate`, `missing_field` …
    pub code: &'static str,
    /// For people: what was seen, what was done, how to override it.
    pub message: String,
}

impl Notice {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// The least score of a proposal by name.
const BY_NAME: f64 = 0.5;

/// Proposes a mapping from the header and the first rows of a file. Without a header (`None`, or only `column_1`, `column_2` …)
/// the content decides alone.
pub fn propose(kind: FileKind, header: Option<&[String]>, sample: &RawChunk) -> Proposal {
    let width = (0..sample.len()).map(|row| sample.width(row)).max().unwrap_or(0);
    let columns = column_names(header, header.map_or(width, <[String]>::len));
    let cells = |column: usize| (0..sample.len()).map(move |row| sample.cell(row, column));
    let is_dates: Vec<bool> = (0..columns.len()).map(|c| detect::date_form(cells(c)).is_some()).collect();
    let numeric = (0..columns.len()).filter(|c| !is_dates[*c]).flat_map(cells);
    let decimal = detect::decimal_mark(numeric);
    let contents: Vec<Content> = (0..columns.len()).map(|c| Content::of(cells(c), decimal.form)).collect();
    let mut draft = Draft { kind, sample, contents: &contents, columns: &columns, notices: Vec::new() };
    let nameless = columns.iter().enumerate().all(|(at, name)| *name == positional(at));
    let mut choices = draft.assign(nameless);
    let mut mapping = Mapping::new(kind);
    mapping.options.decimal = decimal.form;
    draft.drop_order_totals(&mut choices, &mapping);
    for choice in &choices {
        mapping.columns.insert(choice.field, choice.column.clone());
    }
    draft.forms(&mut mapping, &decimal);
    let mut notices = draft.notices;
    let paid = [Field::UnitPrice, Field::Amount].iter().any(|f| mapping.columns.contains_key(f));
    if kind == FileKind::Orders && !paid {
        let message = "no column of prices or amounts was found: sales will have an amount of 0; name one with --map amount=… or --map unit_price=…";
        notices.push(Notice::new("no_amount", message));
    }
    if let Err(problem) = mapping.check() {
        notices
            .push(Notice::new("missing_field", format!("{problem}; {}", problem.hint.as_deref().unwrap_or_default())));
    }
    let free = |c: &&String| !mapping.columns.values().any(|used| used == *c);
    let mut unmapped: Vec<String> = columns.iter().filter(free).cloned().collect();
    if kind == FileKind::Customers {
        mapping.attributes = attributes(&columns, &contents, &unmapped);
        unmapped.clear();
    }
    Proposal { mapping, columns, choices, unmapped, notices }
}

fn attributes(columns: &[String], contents: &[Content], free: &[String]) -> Vec<Attribute> {
    let typed = columns.iter().zip(contents).filter(|(name, _)| free.contains(name));
    typed.map(|(name, c)| Attribute { column: name.clone(), name: name.clone(), kind: c.attribute_type() }).collect()
}

struct Draft<'a> {
    kind: FileKind,
    sample: &'a RawChunk,
    contents: &'a [Content],
    columns: &'a [String],
    notices: Vec<Notice>,
}

impl Draft<'_> {
    /// The best pairs of field and column, best first, each field and each column once.
    fn assign(&mut self, nameless: bool) -> Vec<Choice> {
        let mut offers: Vec<(usize, usize, Choice)> = Vec::new();
        for (at, name) in self.columns.iter().enumerate() {
            let content = &self.contents[at];
            for (order, field) in self.kind.fields().iter().enumerate() {
                let Some(by_name) = name_match(self.kind, *field, name).filter(|_| !nameless) else { continue };
                let score = by_name.score * fit(*field, content);
                if score >= BY_NAME {
                    offers.push((order, at, choice(*field, name, score, reason(by_name))));
                } else if *field == Field::Discount && by_name.whole && is_rate(content) {
                    let message =
                        format!("column \"{name}\" holds shares of the price, not sums: it is not read as discount");
                    self.notices.push(Notice::new("discount_rate", message));
                }
            }
            let left = 1.0 - at as f64 / self.columns.len() as f64;
            for (field, score, why) in guesses(self.kind, content, nameless, left) {
                offers.push((usize::MAX, at, choice(field, name, score, why.to_owned())));
            }
        }
        offers.sort_by(|a, b| b.2.confidence.total_cmp(&a.2.confidence).then((a.0, a.1).cmp(&(b.0, b.1))));
        let mut chosen: Vec<Choice> = Vec::new();
        for (_, _, offer) in offers {
            if !chosen.iter().any(|c| c.field == offer.field || c.column == offer.column) {
                chosen.push(offer);
            }
        }
        chosen.sort_by_key(|c| self.kind.fields().iter().position(|f| *f == c.field));
        chosen
    }

    /// An amount that is often larger than quantity × price is the total of the order, repeated on its lines.
    fn drop_order_totals(&mut self, choices: &mut Vec<Choice>, mapping: &Mapping) {
        let at = |field: Field| {
            let name = &choices.iter().find(|c| c.field == field)?.column;
            self.columns.iter().position(|c| c == name)
        };
        let (Some(quantity), Some(price), Some(amount)) =
            (at(Field::Quantity), at(Field::UnitPrice), at(Field::Amount))
        else {
            return;
        };
        let number = |row: usize, column: usize| {
            parse_scaled(self.sample.cell(row, column), 4, mapping.options.decimal)
                .ok()
                .flatten()
                .map(|n| n as f64 / 1e4)
        };
        let rows =
            (0..self.sample.len()).filter_map(|r| Some((number(r, quantity)? * number(r, price)?, number(r, amount)?)));
        let rows: Vec<(f64, f64)> = rows.collect();
        let larger = rows.iter().filter(|(product, amount)| amount.abs() > product.abs() * 1.25 + 0.01).count();
        if larger * 5 > rows.len() {
            let name = &self.columns[amount];
            let message = format!(
                "column \"{name}\" looks like the total of the whole order: quantity × price is used; override with --map amount={name}"
            );
            self.notices.push(Notice::new("order_total", message));
            choices.retain(|c| c.field != Field::Amount);
        }
    }

    /// Sets the form of dates and the rules for kinds of lines, and says where a person should look.
    fn forms(&mut self, mapping: &mut Mapping, decimal: &Detected<super::DecimalMark>) {
        if decimal.ambiguous {
            let message = format!(
                "whether , or . is the decimal mark cannot be told from the sample: taken as decimal {}; override with --option decimal=…",
                decimal.form.as_str()
            );
            self.notices.push(Notice::new("ambiguous_decimal", message));
        }
        let dated = [Field::Time, Field::Joined, Field::Birthday];
        let dates = dated.iter().filter_map(|f| self.content(mapping, *f)?.dates.clone());
        let dates = dates.reduce(|a, b| if a.ambiguous && !b.ambiguous { b } else { a });
        if let Some(found) = &dates {
            mapping.options.date = found.form;
            if found.ambiguous {
                let other = if found.form == DateForm::DayFirst { DateForm::MonthFirst } else { DateForm::DayFirst };
                let message = format!(
                    "day and month cannot be told apart in the sample: dates are read {}; if that is wrong use --option date={}",
                    found.form.as_str(),
                    other.as_str()
                );
                self.notices.push(Notice::new("ambiguous_dates", message));
            }
        }
        if self.kind == FileKind::Orders {
            self.kinds(mapping);
        }
    }

    fn content(&self, mapping: &Mapping, field: Field) -> Option<&Content> {
        self.contents.get(self.position(mapping, field)?)
    }

    fn position(&self, mapping: &Mapping, field: Field) -> Option<usize> {
        let name = mapping.column(field)?;
        self.columns.iter().position(|c| c == name)
    }

    fn kinds(&self, mapping: &mut Mapping) {
        let Some(id) = self.position(mapping, Field::OrderId) else { return };
        let signs = [Field::Quantity, Field::Amount].map(|f| self.position(mapping, f));
        let typed = self.position(mapping, Field::Type);
        let cell = |row: usize, column: Option<usize>| column.map_or(&[][..], |c| trim(self.sample.cell(row, c)));
        let negative = |text: &[u8]| matches!(parse_scaled(text, 4, mapping.options.decimal), Ok(Some(n)) if n < 0);
        let values = &mapping.options.returns.values;
        let lines: Vec<SampleLine<'_>> = (0..self.sample.len())
            .filter(|row| self.sample.fault(*row).is_none())
            .map(|row| SampleLine {
                id: cell(row, Some(id)),
                negative: signs.iter().any(|s| negative(cell(row, *s))),
                typed_return: std::str::from_utf8(cell(row, typed)).is_ok_and(|t| values.contains(&t.to_lowercase())),
            })
            .collect();
        (mapping.options.returns, mapping.options.adjustments) = detect::kinds(&lines);
    }
}

fn choice(field: Field, column: &str, confidence: f64, reason: String) -> Choice {
    Choice { field, column: column.to_owned(), confidence, reason }
}

fn reason(by_name: NameMatch) -> String {
    if by_name.whole { "its name".to_owned() } else { format!("its name holds \"{}\"", by_name.synonym) }
}
