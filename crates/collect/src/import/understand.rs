//! How a file is to be understood, from what a person says and what the file shows.

use std::collections::BTreeMap;

use base::{Code, ImportId, Problem};

use super::importer::{Importer, sample};
use super::model::ImportRow;
use crate::mapping::{Attribute, Choice, Field, FileKind, Mapping, Notice, Said, better_kind};
use crate::source::Opened;

/// What a person says about a file. All that is `None` is found out.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// What its rows are.
    pub kind: Option<FileKind>,
    /// All columns that are read, by field, and those that are kept as attributes.
    pub columns: Option<(BTreeMap<Field, String>, Vec<Attribute>)>,
    /// A saved mapping to begin with.
    pub saved: Option<Mapping>,
    /// Forms and rules, as [`Mapping::apply_option`] takes them.
    pub options: Vec<(&'static str, String)>,
}

/// How a file will be read.
#[derive(Clone, Debug)]
pub struct Understood {
    /// What is in force.
    pub mapping: Mapping,
    /// Every mapped field with the reason, where there is one.
    pub choices: Vec<Choice>,
    /// Columns that are not read.
    pub unmapped: Vec<String>,
    /// What a person should look at.
    pub notices: Vec<Notice>,
    /// The import whose bad rows these are.
    pub bad_rows_of: Option<ImportId>,
}

impl Importer {
    /// Settles how an opened file is understood. `before` is the import whose bad rows it holds ([`Importer::bad_rows_of`]).
    ///
    /// # Errors
    /// A form or rule that cannot be; the field `mapping.options.…` is named.
    pub fn understand(&self, opened: &Opened, wish: &Wish, before: Option<&ImportRow>) -> Result<Understood, Problem> {
        let given = wish.saved.clone().or_else(|| before.map(|import| import.request.mapping.clone()));
        let given = given.filter(|_| wish.columns.is_none());
        let sample = sample(opened);
        let guessed = || self.guess(opened);
        let kind = wish.kind.or(given.as_ref().map(|m| m.kind)).unwrap_or_else(guessed);
        let mut notices = Vec::new();
        if let Some(other) = better_kind(kind, &opened.header, &sample).filter(|_| wish.columns.is_none()) {
            let message = format!("the columns look like those of a file of {other}");
            notices.push(Notice { code: "other_kind", message });
        }
        let (columns, attributes) = match (&wish.columns, &given) {
            (Some((columns, attributes)), _) => (Some(columns.clone()), attributes.clone()),
            (None, Some(mapping)) if mapping.kind == kind => {
                (Some(mapping.columns.clone()), mapping.attributes.clone())
            }
            (None, _) => (None, Vec::new()),
        };
        let columns = columns.map(|columns| present(columns, &opened.header, &mut notices));
        let options: Vec<String> = wish.options.iter().map(|(key, value)| format!("{key}={value}")).collect();
        for (option, (key, _)) in options.iter().zip(&wish.options) {
            Mapping::new(kind).apply_option(option).map_err(|p| {
                let message = p.message.clone();
                p.field(format!("mapping.options.{key}"), message)
            })?;
        }
        let said = Said { columns: columns.as_ref(), maps: &[], options: &options };
        let proposal = self.propose_as(kind, opened, &said)?;
        let mut mapping = proposal.mapping;
        if columns.is_some() {
            mapping.attributes = attributes.into_iter().filter(|a| opened.header.contains(&a.column)).collect();
        }
        if let Some(given) = given.filter(|m| m.kind == kind) {
            mapping.options = given.options;
            options.iter().try_for_each(|option| mapping.apply_option(option))?;
        }
        notices.extend(proposal.notices);
        let kept = |column: &String| mapping.attributes.iter().any(|a| a.column == *column);
        let unmapped = proposal.unmapped.into_iter().filter(|column| !kept(column)).collect();
        let bad_rows_of = before.map(|import| import.id);
        Ok(Understood { choices: proposal.choices, unmapped, notices, bad_rows_of, mapping })
    }
}

impl Importer {
    /// What the rows of a file seem to be.
    fn guess(&self, opened: &Opened) -> FileKind {
        let kinds = [FileKind::Orders, FileKind::Customers, FileKind::Products];
        let orders = self.propose(FileKind::Orders, opened);
        if orders.mapping.check().is_ok() {
            return FileKind::Orders;
        }
        // None may be complete: then the one that explains most.
        let sure = |kind| self.propose(kind, opened).choices.iter().map(|c| c.confidence).sum::<f64>();
        better_kind(FileKind::Orders, &opened.header, &sample(opened))
            .or_else(|| kinds.into_iter().max_by(|a, b| sure(*a).total_cmp(&sure(*b))))
            .unwrap_or(FileKind::Orders)
    }
}

/// The columns that the file has; the others are noted.
fn present(columns: BTreeMap<Field, String>, header: &[String], notices: &mut Vec<Notice>) -> BTreeMap<Field, String> {
    let (there, missing): (BTreeMap<_, _>, BTreeMap<_, _>) =
        columns.into_iter().partition(|(_, column)| header.contains(column));
    for column in missing.values() {
        notices.push(Notice { code: "missing_column", message: format!("the file has no column \"{column}\"") });
    }
    there
}

impl Understood {
    /// Refuses a mapping that cannot be run; every field is named as the API calls it.
    pub fn check(&self) -> Result<(), Problem> {
        let missing: Vec<&str> = self.mapping.missing().into_iter().map(Field::as_str).collect();
        let absent = self.notices.iter().filter(|n| n.code == "missing_column");
        let absent: Vec<&str> = absent.map(|n| n.message.as_str()).collect();
        if missing.is_empty() && absent.is_empty() {
            return Ok(());
        }
        let said = if missing.is_empty() {
            absent.join("; ")
        } else {
            format!("no column is known for {}", missing.join(", "))
        };
        let mut problem =
            Problem::new(Code::InvalidInput, said).hint("choose columns that the file has; a look at it shows them");
        for field in missing {
            problem = problem.field(format!("mapping.columns.{field}"), "is needed for such a file");
        }
        for message in absent {
            problem = problem.field("mapping.columns", message);
        }
        Err(problem)
    }
}
