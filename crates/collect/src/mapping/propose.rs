//! Which column is which field: first by name, then by content.

use std::collections::BTreeMap;

use base::Problem;

use super::content::Content;
use super::detect::{self, Detected};
use super::fit::{fit, guesses, is_rate};
use super::synonyms::{NameMatch, name_match, names_a_day};
use super::{Attribute, DecimalMark, Field, FileKind, Mapping};
use crate::decode::number::parse_scaled;
use crate::source::names::{is_ours, positional};
use crate::source::{RawChunk, column_names};

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

/// What a person says in advance, as on the command line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// All columns that are read, instead of those that are proposed; they must be columns of the file.
    pub columns: Option<&'a BTreeMap<Field, String>>,
    /// As [`Mapping::apply_map`] takes them.
    pub maps: &'a [String],
    /// As [`Mapping::apply_option`] takes them.
    pub options: &'a [String],
}

/// Proposes a mapping from the header and the first rows of a file. Without a header (`None`, or only `column_1`, `column_2` …)
/// the content decides alone.
pub fn propose(kind: FileKind, header: Option<&[String]>, sample: &RawChunk) -> Proposal {
    let looks = Looks::of(header, sample);
    let (draft, mapping, choices) = Draft::of(kind, sample, &looks);
    draft.finish(mapping, choices, &Said::default())
}

/// As [`propose`], with what a person says: his columns are taken before the forms of dates and numbers are looked for, and nothing
/// is noted about what he has decided.
///
/// # Errors
/// As [`Mapping::apply_map`] and [`Mapping::apply_option`].
pub fn propose_as(
    kind: FileKind,
    header: Option<&[String]>,
    sample: &RawChunk,
    said: &Said<'_>,
) -> Result<Proposal, Problem> {
    let looks = Looks::of(header, sample);
    let (mut draft, mut mapping, mut choices) = Draft::of(kind, sample, &looks);
    if let Some(columns) = said.columns {
        mapping.columns.clone_from(columns);
    }
    for map in said.maps {
        mapping.apply_map(map, &looks.columns)?;
    }
    choices.retain(|c| mapping.column(c.field) == Some(&c.column));
    for (field, column) in &mapping.columns {
        if !choices.iter().any(|c| c.field == *field) {
            choices.push(choice(*field, column, 1.0, "--map says so".to_owned()));
        }
    }
    choices.sort_by_key(|c| kind.fields().iter().position(|f| *f == c.field));
    let settled = [("order_total", Field::Amount), ("discount_rate", Field::Discount)];
    draft.notices.retain(|n| !settled.iter().any(|(code, field)| n.code == *code && mapping.column(*field).is_some()));
    let mut proposal = draft.finish(mapping, choices, said);
    for option in said.options {
        proposal.mapping.apply_option(option)?;
    }
    Ok(proposal)
}

impl Said<'_> {
    pub(super) fn decides(&self, option: &str) -> bool {
        self.options.iter().any(|o| o.split_once('=').is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case(option)))
    }
}

/// The columns of a file and what their values look like.
struct Looks {
    columns: Vec<String>,
    contents: Vec<Content>,
    decimal: Detected<DecimalMark>,
}

impl Looks {
    fn of(header: Option<&[String]>, sample: &RawChunk) -> Self {
        let width = (0..sample.len()).map(|row| sample.width(row)).max().unwrap_or(0);
        let columns = column_names(header, header.map_or(width, <[String]>::len));
        let cells = |column: usize| (0..sample.len()).map(move |row| sample.cell(row, column));
        let is_dates: Vec<bool> = (0..columns.len())
            .map(|c| detect::date_form(cells(c)).is_some_and(|d| d.share >= detect::MOST_DATES))
            .collect();
        let numeric = (0..columns.len()).filter(|c| !is_dates[*c]).flat_map(cells);
        let decimal = detect::decimal_mark(numeric);
        let contents = (0..columns.len()).map(|c| Content::of(cells(c), decimal.form)).collect();
        Self { columns, contents, decimal }
    }
}

fn attributes(columns: &[String], contents: &[Content], mapping: &Mapping) -> Vec<Attribute> {
    let typed = columns.iter().zip(contents).filter(|(name, _)| is_free(mapping, name));
    typed.map(|(name, c)| Attribute { column: name.clone(), name: name.clone(), kind: c.attribute_type() }).collect()
}

/// Whether a column is not read.
fn is_free(mapping: &Mapping, name: &str) -> bool {
    !is_ours(name)
        && !mapping.columns.values().any(|used| used == name)
        && !mapping.attributes.iter().any(|a| a.column == name)
}

/// A proposal in the making.
pub(super) struct Draft<'a> {
    pub(super) kind: FileKind,
    pub(super) sample: &'a RawChunk,
    pub(super) contents: &'a [Content],
    pub(super) columns: &'a [String],
    pub(super) decimal: &'a Detected<DecimalMark>,
    pub(super) notices: Vec<Notice>,
}

impl<'a> Draft<'a> {
    /// What names and values alone say.
    fn of(kind: FileKind, sample: &'a RawChunk, looks: &'a Looks) -> (Self, Mapping, Vec<Choice>) {
        let Looks { columns, contents, decimal } = looks;
        let mut draft = Self { kind, sample, contents, columns, decimal, notices: Vec::new() };
        let nameless = columns.iter().enumerate().all(|(at, name)| *name == positional(at));
        let mut choices = draft.assign(nameless);
        let mut mapping = Mapping::new(kind);
        mapping.options.decimal = decimal.form;
        draft.drop_order_totals(&mut choices, &mapping);
        mapping.columns = choices.iter().map(|c| (c.field, c.column.clone())).collect();
        if kind == FileKind::Customers {
            mapping.attributes = attributes(columns, contents, &mapping);
        }
        (draft, mapping, choices)
    }

    /// Finds the forms of the columns that are read, and says where a person should look.
    fn finish(mut self, mut mapping: Mapping, choices: Vec<Choice>, said: &Said<'_>) -> Proposal {
        self.forms(&mut mapping, said);
        let paid = [Field::UnitPrice, Field::Amount].iter().any(|f| mapping.columns.contains_key(f));
        if self.kind == FileKind::Orders && !paid {
            let message = "no column of prices or amounts was found: sales will have an amount of 0; name one with --map amount=… or --map unit_price=…";
            self.notices.push(Notice::new("no_amount", message));
        }
        if let Err(problem) = mapping.check() {
            let message = format!("{problem}; {}", problem.hint.as_deref().unwrap_or_default());
            self.notices.push(Notice::new("missing_field", message));
        }
        let unmapped = self.columns.iter().filter(|c| is_free(&mapping, c)).cloned().collect();
        Proposal { mapping, columns: self.columns.to_vec(), choices, unmapped, notices: self.notices }
    }

    /// The best pairs of field and column, best first, each field and each column once.
    fn assign(&mut self, nameless: bool) -> Vec<Choice> {
        let mut offers: Vec<(usize, usize, Choice)> = Vec::new();
        let dated = self.has_a_day();
        for (at, name) in self.columns.iter().enumerate().filter(|(_, name)| !is_ours(name)) {
            let content = &self.contents[at];
            for (order, field) in self.kind.fields().iter().enumerate() {
                let Some(by_name) = name_match(self.kind, *field, name).filter(|_| !nameless) else { continue };
                if *field == Field::Time && dated && !names_a_day(name) && !content.is_date() {
                    continue;
                }
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

    /// Whether a column of an order file is a day by its name, and nothing in it speaks against that.
    fn has_a_day(&self) -> bool {
        let is_day = |(name, content): (&String, &Content)| {
            name_match(self.kind, Field::Time, name).is_some()
                && names_a_day(name)
                && (content.is_date() || content.filled == 0)
        };
        self.kind == FileKind::Orders && self.columns.iter().zip(self.contents).any(is_day)
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
}

fn choice(field: Field, column: &str, confidence: f64, reason: String) -> Choice {
    Choice { field, column: column.to_owned(), confidence, reason }
}

fn reason(by_name: NameMatch) -> String {
    if by_name.whole { "its name".to_owned() } else { format!("its name holds \"{}\"", by_name.synonym) }
}
