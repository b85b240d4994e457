//! What an import is asked to do, and what it says afterwards.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base::{Code, ImportId, Micros, Problem};
use serde::{Deserialize, Serialize};

use super::figures::Figures;
use crate::mapping::{FileKind, Mapping};

/// What happens to orders that are known already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportMode)]
pub enum Mode {
    /// Known and equal: left alone. Known and different: replaced by the file's. Not in the file: left alone.
    #[default]
    Difference,
    /// As `Difference`, but the lines of a known, different order are added to it.
    Append,
    /// As `Difference`, and orders of the same source that the file lacks are removed: the file is the whole truth.
    Complete,
}

impl Mode {
    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Difference => "difference",
            Self::Append => "append",
            Self::Complete => "complete",
        }
    }

    /// Reads the stored form.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        [Self::Difference, Self::Append, Self::Complete].into_iter().find(|m| m.as_str() == text).ok_or_else(|| {
            Problem::new(Code::InvalidArgument, format!("\"{text}\" is not a mode"))
                .hint("use difference, append or complete")
        })
    }
}

/// The source of orders where none is named.
pub const MAIN_SOURCE: &str = "main";

/// One import, as asked for. Stored, so that it can be resumed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The file.
    pub path: PathBuf,
    /// How its columns are understood.
    pub mapping: Mapping,
    /// How the file is read; what is missing is detected.
    #[serde(default)]
    pub reading: ReadingOptions,
    /// Name of the source: order ids are unique within it.
    pub source: String,
    /// What happens to known orders.
    pub mode: Mode,
}

/// What held when an import began: a resumed one reads its last rows as it did the first, whatever was set since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Time zone of times without an offset.
    pub zone: String,
    /// Currency of amounts without one.
    pub currency: String,
    /// Country of telephone numbers without a country code.
    pub region: String,
    /// The instant against which dates are checked.
    pub now: Micros,
}

/// The storable part of [`crate::source::Options`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadingOptions {
    /// The kind of file.
    pub format: Option<crate::source::Format>,
    /// The encoding of a text file.
    pub encoding: Option<crate::source::Encoding>,
    /// What lies between two cells.
    pub separator: Option<crate::source::Separator>,
    /// Whether the first row names the columns.
    pub has_header: Option<bool>,
    /// Which sheet of a workbook.
    pub sheet: Option<crate::source::Sheet>,
}

impl ReadingOptions {
    /// For opening the file.
    pub fn options(&self) -> crate::source::Options {
        crate::source::Options {
            format: self.format,
            encoding: self.encoding,
            separator: self.separator,
            has_header: self.has_header,
            sheet: self.sheet.clone(),
            ..crate::source::Options::default()
        }
    }
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Being read, or its process died; nothing is visible.
    Running,
    /// Stopped by its user; can be resumed.
    Cancelled,
    /// Ended with an error; nothing is visible.
    Failed,
    /// Visible.
    Done,
    /// Taken back.
    Undone,
}

impl ImportState {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Running, Self::Cancelled, Self::Failed, Self::Done, Self::Undone];

    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Done => "done",
            Self::Undone => "undone",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        Self::ALL
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| Problem::new(Code::IncompatibleStore, format!("an import has the unknown state {text}")))
    }
}

/// An import as stored.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// Its id.
    pub id: ImportId,
    /// Orders, customers or products.
    pub kind: FileKind,
    /// As asked for.
    pub request: Request,
    /// What held when it began; older versions did not note it.
    pub held: Option<Held>,
    /// Where it stands.
    pub state: ImportState,
    /// Size of the file in bytes when it began.
    pub size: u64,
    /// When it began.
    pub started_at: Micros,
    /// When it ended.
    pub ended_at: Option<Micros>,
    /// What it says, once it is done.
    pub report: Option<Report>,
    /// Why it failed.
    pub error: Option<String>,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Rows read, good and bad, without the header.
    pub rows: u64,
    /// Rows that could not be taken.
    pub bad_rows: u64,
    /// Bad rows by reason.
    pub bad_by_reason: BTreeMap<String, u64>,
    /// The file of bad rows, when there are any.
    pub bad_file: Option<PathBuf>,
    /// Rows of people who were erased: of customers nothing was taken, lines of orders count without a customer.
    #[serde(default)]
    pub erased_rows: u64,
    /// Totals of the file (orders only).
    pub figures: Option<Figures>,
    /// What changed.
    pub applied: Applied,
    /// Things worth knowing, in words.
    pub notes: Vec<String>,
}

impl Report {
    /// Whether some of its notes quote what stood in rows.
    pub fn quotes_rows(&self) -> bool {
        self.notes.iter().any(|note| note_quotes(note))
    }
}

/// Whether a note quotes what stood in rows; all do but the one that only counts.
pub(crate) fn note_quotes(note: &str) -> bool {
    !note.ends_with(" rows were mended and imported before: they are left out")
}

/// What an import changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Lines that are new in the history.
    pub lines_added: u64,
    /// Lines that were replaced or removed.
    pub lines_removed: u64,
    /// Orders known before with exactly these lines.
    pub orders_unchanged: u64,
    /// Orders known before with other lines.
    pub orders_changed: u64,
    /// Orders removed because a complete file lacks them.
    pub orders_removed: u64,
    /// Returns linked to their purchase.
    pub returns_linked: u64,
    /// Customers made.
    pub customers_added: u64,
    /// Customers whose attributes changed.
    pub customers_changed: u64,
    /// Products made.
    pub products_added: u64,
    /// Products whose data changed.
    pub products_changed: u64,
}
