//! Customers from a file of customers: found by their identities, made when unknown, their attributes set.

use base::Problem;
use serde_json::Value as Json;
use store::Tx;

use super::read::attribute_list;
use super::scan::version_raise;
use super::update_write::write;
use crate::model::{AttributeDef, Identity, IdentityKind, Origin};
use crate::rules::value::{attribute_name, infer, parse};
use crate::rules::{Region, normalise_or_missing};
use crate::store::attribute::attribute_insert;
use crate::store::token::Tokens;

/// What a column of the file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An identity. E-mail addresses and telephone numbers are attributes as well.
    Identity(IdentityKind),
    /// An attribute by name; an unknown one is made, its type guessed from the first rows.
    Attribute(String),
}

/// A row of the file: its number there, and a cell for every target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateRow {
    /// The number of the row in the file, for messages.
    pub row: u64,
    /// The cells as they are.
    pub cells: Vec<String>,
}

/// What was wrong with a row or a cell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The number of the row in the file.
    pub row: u64,
    /// The name of the target; `None` when the row as a whole was refused.
    pub column: Option<String>,
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// What came of a file of customers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateReport {
    /// Customers made.
    pub created: u64,
    /// Known customers of whom something changed.
    pub updated: u64,
    /// Known customers of whom nothing changed.
    pub unchanged: u64,
    /// Rows of which nothing was taken: no identity, or identities of different customers.
    pub refused: u64,
    /// Rows of erased people, of which nothing was taken.
    pub erased: u64,
    /// The errors, without those that were taken before.
    pub errors: Vec<RowError>,
    /// How many errors there were.
    pub error_count: u64,
}

impl UpdateReport {
    pub(super) fn error(&mut self, row: u64, column: Option<&str>, problem: Problem) {
        self.error_count += 1;
        let Problem { message, hint, .. } = problem;
        self.errors.push(RowError { row, column: column.map(ToOwned::to_owned), message, hint });
    }
}

/// A running update: rows come in batches (some ten thousand each), search keys are written at the end in one sorted pass.
pub struct CustomersUpdate {
    targets: Vec<Target>,
    /// The attribute of every target that has one; known from the first batch on.
    pub(super) attributes: Vec<Option<AttributeDef>>,
    pub(super) region: Region,
    pub(super) origin: Origin,
    pub(super) keys: Tokens,
    pub(super) report: UpdateReport,
}

/// A row whose cells were understood.
pub(super) struct Parsed {
    pub(super) row: u64,
    pub(super) ids: Vec<Identity>,
    /// Position of the target, value.
    pub(super) values: Vec<(usize, Json)>,
}

impl CustomersUpdate {
    /// An update of customers from columns of these meanings.
    pub fn new(targets: Vec<Target>, region: Region, origin: Origin) -> Self {
        Self {
            targets,
            attributes: Vec::new(),
            region,
            origin,
            keys: Tokens::default(),
            report: UpdateReport::default(),
        }
    }

    /// Takes rows in. A row that cannot be taken is an error in the report; a problem means that the whole update must be given up.
    pub async fn rows(&mut self, tx: &mut Tx, rows: &[UpdateRow]) -> Result<(), Problem> {
        if self.attributes.is_empty() {
            self.define(tx, rows).await?;
        }
        let mut parsed = Vec::with_capacity(rows.len());
        for row in rows {
            let read = self.parse(row);
            if read.ids.is_empty() {
                self.report.refused += 1;
                let problem = Problem::new(base::Code::InvalidInput, "the row has nothing that identifies a customer");
                let problem = problem.hint("it needs an id, a card number, an e-mail address or a telephone number");
                self.report.error(row.row, None, problem);
            } else {
                parsed.push(read);
            }
        }
        write(self, tx, parsed).await
    }

    /// The errors since the last call: a caller with many rows takes them after every batch, so that they need no memory.
    pub fn take_errors(&mut self) -> Vec<RowError> {
        std::mem::take(&mut self.report.errors)
    }

    /// Writes the search keys and reports.
    pub async fn finish(self, tx: &mut Tx) -> Result<UpdateReport, Problem> {
        self.keys.insert(tx).await?;
        version_raise(tx).await?;
        Ok(self.report)
    }

    /// Finds the definition of every attribute, making those that are new.
    async fn define(&mut self, tx: &mut Tx, rows: &[UpdateRow]) -> Result<(), Problem> {
        let known = attribute_list(tx).await?;
        for (column, target) in self.targets.iter().enumerate() {
            let (name, label) = match target {
                Target::Attribute(name) => (attribute_name(name)?, name.trim()),
                Target::Identity(kind) if is_contact(kind) => (kind.as_str().to_owned(), kind.as_str()),
                Target::Identity(_) => {
                    self.attributes.push(None);
                    continue;
                }
            };
            if let Some(def) = known.iter().find(|def| def.name == name.as_str()) {
                self.attributes.push(Some(def.clone()));
                continue;
            }
            let kind = infer(rows.iter().filter_map(|r| r.cells.get(column)).map(String::as_str));
            let def = AttributeDef::new(name, kind, label.to_owned());
            attribute_insert(tx, &def, self.origin.import, self.origin.at).await?;
            self.attributes.push(Some(def));
        }
        Ok(())
    }

    fn parse(&mut self, row: &UpdateRow) -> Parsed {
        let mut parsed = Parsed { row: row.row, ids: Vec::new(), values: Vec::new() };
        for (column, (target, cell)) in self.targets.iter().zip(&row.cells).enumerate() {
            let kind = match target {
                Target::Identity(kind) => Some(kind.clone()),
                Target::Attribute(_) => [IdentityKind::EMAIL, IdentityKind::PHONE]
                    .into_iter()
                    .find(|kind| self.attributes[column].as_ref().is_some_and(|def| def.name == kind.as_str())),
            };
            let read = match (kind, &self.attributes[column]) {
                (Some(kind), _) => normalise_or_missing(&kind, cell, self.region).map(|value| {
                    let Some(value) = value else { return };
                    if is_contact(&kind) {
                        parsed.values.push((column, value.clone().into()));
                    }
                    let identity = Identity { kind, value };
                    if !parsed.ids.contains(&identity) {
                        parsed.ids.push(identity);
                    }
                }),
                (None, Some(def)) => parse(def, cell).map(|value| parsed.values.extend(value.map(|v| (column, v)))),
                (None, None) => Ok(()),
            };
            if let Err(problem) = read {
                let name = match target {
                    Target::Identity(kind) => kind.as_str(),
                    Target::Attribute(name) => name,
                };
                self.report.error(row.row, Some(name), problem);
            }
        }
        parsed
    }
}

fn is_contact(kind: &IdentityKind) -> bool {
    *kind == IdentityKind::EMAIL || *kind == IdentityKind::PHONE
}

/// Takes all rows of a file in at once.
pub async fn customers_update(
    tx: &mut Tx,
    targets: Vec<Target>,
    rows: &[UpdateRow],
    region: Region,
    origin: Origin,
) -> Result<UpdateReport, Problem> {
    let mut update = CustomersUpdate::new(targets, region, origin);
    update.rows(tx, rows).await?;
    update.finish(tx).await
}
