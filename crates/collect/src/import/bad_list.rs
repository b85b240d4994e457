//! Bad rows with their cells, and what becomes of them when they are mended.

use std::collections::BTreeMap;
use std::path::Path;

use base::{Code, ImportId, Problem};

use super::bad::marked;
use super::importer::Importer;
use super::model::{ImportRow, ImportState, Request};
use crate::decode::preview::{Preview, preview};
use crate::decode::{BadRow, Settings};
use crate::source::RawChunk;
use crate::source::names::{BAD_REASON, BAD_ROW};
use crate::store::shown;

/// How many rows may be mended at once.
pub const MOST_MENDED: usize = 1_000;

/// A bad row as it is shown.
#[derive(Clone, Debug)]
pub struct ListedRow {
    /// Where it is and why it is bad.
    pub bad: BadRow,
    /// Its cells, one for each column.
    pub cells: Vec<String>,
    /// Whether it was mended and imported.
    pub mended: bool,
}

/// A row as a person says it should have been.
#[derive(Clone, Debug)]
pub struct MendedCells {
    /// The number of the bad row.
    pub row: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

/// The file of bad rows, as far as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct BadFile {
    /// The columns of the file that was imported.
    pub columns: Vec<String>,
    /// Number of the bad row → its marker and its cells.
    rows: BTreeMap<u64, (String, Vec<String>)>,
}

impl BadFile {
    /// Reads the rows `wanted` of the file of an import. A row is known by its marker; in a file of rows that were bad before, where
    /// markers are of another import, by its place among the `listed` ones, which have the order of the file. Blocking.
    pub fn read(path: &Path, import: ImportId, wanted: &[u64], listed: &[u64]) -> Result<Self, Problem> {
        if !path.is_file() {
            return Ok(Self::default());
        }
        let failed = |e: csv::Error| Problem::internal("a file of bad rows cannot be read", e);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(failed)?;
        let columns = reader.headers().map_err(failed)?.iter().skip(2).map(ToOwned::to_owned).collect();
        let mut found = BTreeMap::new();
        let mut record = csv::StringRecord::new();
        let mut place = 0;
        while found.len() < wanted.len() && reader.read_record(&mut record).map_err(failed)? {
            let marker = record.get(0).unwrap_or_default();
            let own = marked(marker).filter(|(of, _)| *of == import).and_then(|(_, row)| u64::try_from(row).ok());
            let row = own.or_else(|| listed.get(place).copied());
            place += 1;
            if let Some(row) = row.filter(|row| wanted.contains(row)) {
                let cells = record.iter().skip(2).map(ToOwned::to_owned).collect();
                found.insert(row, (marker.to_owned(), cells));
            }
        }
        Ok(Self { columns, rows: found })
    }

    /// The cells of a row; none when the file lacks it.
    pub fn cells(&self, row: u64) -> Vec<String> {
        self.rows.get(&row).map(|(_, cells)| cells.clone()).unwrap_or_default()
    }

    /// Which row of which import a row is.
    pub fn marker(&self, row: u64) -> Option<(ImportId, i64)> {
        marked(&self.rows.get(&row)?.0)
    }
}

impl Importer {
    /// Reads some rows of the file of bad rows of an import.
    pub async fn bad_file(&self, import: &ImportRow, wanted: Vec<u64>) -> Result<BadFile, Problem> {
        let Some(path) = import.report.as_ref().and_then(|r| r.bad_file.clone()) else { return Ok(BadFile::default()) };
        let mut tx = self.lake.db().read().await?;
        let listed = shown::bad_row_numbers(&mut tx, import.id).await?;
        drop(tx);
        let id = import.id;
        let work = move || BadFile::read(&path, id, &wanted, &listed);
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("reading bad rows was cut off", e))?
    }

    /// How mended rows are understood, each as if it stood at its place in the file.
    pub fn mend_look(
        &self,
        import: &ImportRow,
        file: &BadFile,
        mended: &[MendedCells],
    ) -> Result<Vec<Preview>, Problem> {
        let settings = Settings {
            zone: self.business.zone.clone(),
            currency: self.business.currency.clone(),
            source: import.request.source.clone(),
            now: self.clock.now(),
        };
        let decoder = crate::decode::Decoder::new(&import.request.mapping, &settings, &file.columns)?;
        let look = |row: &MendedCells| {
            let mut chunk = RawChunk::new(row.row);
            row.cells.iter().for_each(|cell| chunk.push_cell(cell));
            chunk.end_row(row.row, None);
            preview(&decoder, &chunk, 1, self.business.region)
        };
        Ok(mended.iter().map(look).collect())
    }

    /// Refuses rows that cannot be mended: not bad ones of this import, mended before, of another width.
    pub async fn mend_check(&self, import: &ImportRow, file: &BadFile, mended: &[MendedCells]) -> Result<(), Problem> {
        if import.state != ImportState::Done {
            let state = import.state.as_str();
            return Err(Problem::new(
                Code::Conflict,
                format!("{} is {state}: its rows are not in the history", import.id),
            )
            .hint("only the bad rows of an import that is done can be mended"));
        }
        if mended.is_empty() || mended.len() > MOST_MENDED {
            let message = format!("must be 1 to {MOST_MENDED}");
            return Err(
                Problem::new(Code::InvalidInput, format!("the number of mended rows {message}")).field("rows", message)
            );
        }
        let already = self.mended_before(file, mended).await?;
        let mut seen = std::collections::BTreeSet::new();
        let mut wrong = Problem::new(Code::InvalidInput, "some rows cannot be mended")
            .hint("take the numbers and cells of the list of bad rows of this import");
        for (at, row) in mended.iter().enumerate() {
            let field = format!("rows[{at}]");
            if file.marker(row.row).is_none() {
                wrong = wrong.field(field, format!("row {} is not a bad row of {}", row.row, import.id));
            } else if !seen.insert(row.row) {
                wrong = wrong.field(field, format!("row {} is there twice", row.row));
            } else if row.cells.len() > file.columns.len() {
                let (has, may) = (row.cells.len(), file.columns.len());
                wrong = wrong.field(field, format!("has {has} cells, the file has {may} columns"));
            } else if already.contains(&row.row) {
                return Err(Problem::new(Code::Conflict, format!("row {} was mended and imported before", row.row))
                    .hint("load the list of bad rows again"));
            }
        }
        if wrong.fields.is_empty() { Ok(()) } else { Err(wrong) }
    }

    async fn mended_before(&self, file: &BadFile, mended: &[MendedCells]) -> Result<Vec<u64>, Problem> {
        let mut tx = self.lake.db().read().await?;
        let marks: Vec<_> = mended.iter().filter_map(|m| Some((m.row, file.marker(m.row)?))).collect();
        let known = shown::mended_of(&mut tx, marks.iter().map(|(_, (import, _))| *import)).await?;
        Ok(marks.into_iter().filter(|(_, mark)| known.contains(mark)).map(|(row, _)| row).collect())
    }

    /// The request that imports mended rows: they are read as the import's were, and added to their orders.
    pub fn mend_request(&self, import: &ImportRow, path: std::path::PathBuf) -> Request {
        use crate::source::{Encoding, Format, Separator};
        let reading = super::model::ReadingOptions {
            format: Some(Format::Csv),
            encoding: Some(Encoding::Utf8),
            separator: Some(Separator::Comma),
            has_header: Some(true),
            sheet: None,
        };
        let Request { mapping, source, .. } = import.request.clone();
        Request { path, mapping, reading, source, mode: super::Mode::Append }
    }
}

/// Mended rows as a file of bad rows.
pub fn mended_file(file: &BadFile, mended: &[MendedCells]) -> Result<Vec<u8>, Problem> {
    let failed = |e: csv::Error| Problem::internal("mended rows cannot be written", e);
    let mut out = csv::Writer::from_writer(Vec::new());
    let header = [BAD_ROW, BAD_REASON].into_iter().chain(file.columns.iter().map(String::as_str));
    out.write_record(header).map_err(failed)?;
    for row in mended {
        let marker = file.rows.get(&row.row).map_or("", |(marker, _)| marker.as_str());
        let cells = (0..file.columns.len()).map(|at| row.cells.get(at).map_or("", String::as_str));
        out.write_record([marker, ""].into_iter().chain(cells)).map_err(failed)?;
    }
    out.into_inner().map_err(|e| Problem::internal("mended rows cannot be written", e.into_error()))
}
