//! The use cases of importing.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use base::hash::Running;
use base::{Clock, Code, ImportId, Micros, Problem, Zone};
use jobs::{Cancel, Progress};
use lake::Lake;
use profile::rules::Region;

use super::lock::Lock;
use super::model::{Held, ImportState, ReadingOptions, Report, Request};
use crate::decode::{Decoder, Settings};
use crate::mapping::{FileKind, Proposal, Said, propose, propose_as};
use crate::source::{self, Opened, RawChunk, RowFault};
use crate::store::import::{self as rows, FileStamp};

/// What holds for the whole business where a file does not say otherwise.
#[derive(Clone, Debug)]
pub struct Business {
    /// Time zone of times without an offset.
    pub zone: Zone,
    /// ISO 4217 currency of amounts without one.
    pub currency: String,
    /// Region of telephone numbers without a country code.
    pub region: Region,
}

/// Imports files. Cheap to clone.
#[derive(Clone)]
pub struct Importer {
    pub(super) lake: Lake,
    /// Where bad rows are kept and the lock lies.
    pub(super) dir: PathBuf,
    pub(super) business: Arc<Business>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) threads: usize,
    /// The instant against which dates are checked; `None`: the present one.
    as_of: Option<Micros>,
}

/// Bytes of a file at its beginning and its end, and of each of the places between, that tell whether it is still the same.
const ENDS: u64 = 1 << 20;
const PLACE: u64 = 1 << 16;
const PLACES: u64 = 16;

impl Importer {
    /// An importer that keeps its files below `<data>/imports`.
    pub fn new(lake: Lake, data: &Path, business: Business, clock: Arc<dyn Clock>, threads: usize) -> Self {
        let (dir, business, threads) = (data.join("imports"), Arc::new(business), threads.max(1));
        Self { lake, dir, business, clock, threads, as_of: None }
    }

    /// The region of telephone numbers without a country code.
    pub(crate) fn region(&self) -> Region {
        self.business.region
    }

    /// Opens a file and finds out how it is written.
    pub fn open(path: &Path, reading: &ReadingOptions) -> Result<Opened, Problem> {
        source::open(path, &reading.options())
    }

    /// Proposes how the columns of an opened file are understood.
    pub fn propose(&self, kind: FileKind, opened: &Opened) -> Proposal {
        propose(kind, Some(&opened.header), &sample(opened))
    }

    /// As [`Importer::propose`], with what a person says.
    pub fn propose_as(&self, kind: FileKind, opened: &Opened, said: &Said<'_>) -> Result<Proposal, Problem> {
        propose_as(kind, Some(&opened.header), &sample(opened), said)
    }

    /// Keeps imports from beginning until the lock is dropped; refused while one works.
    pub fn lock(&self) -> Result<Lock, Problem> {
        Lock::take(&self.dir)
    }

    /// Lets go of what stopped imports have staged, so that they begin anew when they are resumed: what they knew of the customers
    /// is no longer true. The caller holds the lock.
    pub async fn forget_staged(&self) -> Result<(), Problem> {
        let mut tx = self.lake.db().write().await?;
        for import in rows::import_staged(&mut tx).await? {
            rows::staged_forget(&mut tx, self.clock.now(), import).await?;
        }
        tx.commit().await
    }

    /// Marks imports whose process has died as failed and lets go of what they had staged: resumed, they begin anew. Does nothing
    /// while an import works.
    pub async fn give_up_dead(&self) -> Result<(), Problem> {
        let _lock = match self.lock() {
            Err(problem) if problem.code == Code::Conflict => return Ok(()),
            lock => lock?,
        };
        let now = self.clock.now();
        let mut tx = self.lake.db().write().await?;
        for import in rows::import_list(&mut tx, 1_000).await? {
            if matches!(import.state, ImportState::Running | ImportState::Cancelled) {
                rows::staged_forget(&mut tx, now, import.id).await?;
                let why = Some("it was stopped and not resumed");
                rows::import_set_state(&mut tx, now, import.id, ImportState::Failed, why).await?;
            }
        }
        tx.commit().await
    }

    /// Binds a mapping to an opened file.
    pub fn decoder(&self, request: &Request, opened: &Opened) -> Result<Decoder, Problem> {
        let settings = Settings {
            zone: self.business.zone.clone(),
            currency: self.business.currency.clone(),
            source: request.source.clone(),
            now: self.now(),
        };
        Decoder::new(&request.mapping, &settings, &opened.header)
    }

    fn now(&self) -> Micros {
        self.as_of.unwrap_or_else(|| self.clock.now())
    }

    /// What holds now, for an import that begins.
    pub(super) fn held(&self) -> Held {
        let Business { zone, currency, region } = &*self.business;
        let (zone, currency) = (zone.name().to_owned(), currency.clone());
        Held { zone, currency, region: region.to_string(), now: self.now() }
    }

    /// This importer as it was when an import began.
    fn as_held(&self, held: &Held) -> Result<Self, Problem> {
        let Held { zone, currency, region, now } = held;
        let business = Business { zone: Zone::named(zone)?, currency: currency.clone(), region: region.parse()? };
        Ok(Self { business: Arc::new(business), as_of: Some(*now), ..self.clone() })
    }

    /// Imports a file. Nothing of it is visible before all of it is.
    pub async fn run(
        &self,
        request: Request,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<(ImportId, Report), Problem> {
        let _lock = Lock::take(&self.dir)?;
        let (ready, opened) = self.prepare(request)?;
        let mut tx = self.lake.db().write().await?;
        let id = self.begin(&mut tx, &ready).await?;
        tx.commit().await?;
        let report = self.as_held(&ready.held)?.work(id, &ready.request, &opened, progress, cancel).await?;
        Ok((id, report))
    }

    /// Goes on with an import that was cancelled, failed, or whose process died. What is staged is not written again.
    pub async fn resume(&self, id: ImportId, progress: &Progress, cancel: &Cancel) -> Result<Report, Problem> {
        let _lock = Lock::take(&self.dir)?;
        self.go_on(id, progress, cancel).await
    }

    /// As [`Importer::resume`], without a look at the lock.
    pub(super) async fn go_on(&self, id: ImportId, progress: &Progress, cancel: &Cancel) -> Result<Report, Problem> {
        let mut tx = self.lake.db().write().await?;
        let import = rows::import_get(&mut tx, id).await?;
        if matches!(import.state, ImportState::Done | ImportState::Undone) {
            let state = import.state.as_str();
            return Err(Problem::new(Code::Conflict, format!("{id} is {state}; there is nothing to resume"))
                .hint("to read the file again, import it again"));
        }
        if stamp(&import.request.path)? != rows::import_stamp(&mut tx, id).await? {
            let file = import.request.path.display();
            return Err(Problem::new(Code::Conflict, format!("{file} has changed since {id} began"))
                .hint("import the file as it is now: `guanxi import orders …`"));
        }
        if rows::people_changed(&mut tx, id, import.started_at).await? {
            // The parts hold customers as they were when they were staged.
            rows::staged_forget(&mut tx, self.clock.now(), id).await?;
        }
        rows::import_set_state(&mut tx, self.clock.now(), id, ImportState::Running, None).await?;
        tx.commit().await?;
        let opened = Self::open(&import.request.path, &import.request.reading)?;
        let this = import.held.as_ref().map_or_else(|| Ok(self.clone()), |held| self.as_held(held))?;
        this.work(id, &import.request, &opened, progress, cancel).await
    }

    async fn work(
        &self,
        id: ImportId,
        request: &Request,
        opened: &Opened,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Report, Problem> {
        let done = match request.mapping.kind {
            FileKind::Orders => self.orders(id, request, opened, progress, cancel).await,
            FileKind::Customers => self.customers(id, request, opened, progress, cancel).await,
            FileKind::Products => self.products(id, request, opened, progress, cancel).await,
        };
        if let Err(problem) = &done {
            self.give_up(id, problem).await?;
        }
        done
    }

    /// Notes why an import ended early. Staged files stay for a cancelled one; a failed one gives them up.
    pub(super) async fn give_up(&self, id: ImportId, problem: &Problem) -> Result<(), Problem> {
        let cancelled = problem.code == Code::Cancelled;
        let state = if cancelled { ImportState::Cancelled } else { ImportState::Failed };
        let now = self.clock.now();
        let mut tx = self.lake.db().write().await?;
        if !cancelled {
            rows::staged_forget(&mut tx, now, id).await?;
        }
        rows::import_set_state(&mut tx, now, id, state, Some(&problem.message)).await?;
        tx.commit().await
    }
}

/// The first rows of a file as a chunk, for proposals and previews.
pub fn sample(opened: &Opened) -> RawChunk {
    let mut chunk = RawChunk::new(1);
    let first_line = 1 + u64::from(opened.has_header);
    for (line, row) in (first_line..).zip(&opened.sample) {
        for cell in row {
            chunk.push_cell(cell);
        }
        chunk.end_row(line, fault(row, opened.header.len()));
    }
    chunk
}

/// What the import will find wrong with a row as a whole.
fn fault(row: &[String], width: usize) -> Option<RowFault> {
    if row.iter().skip(width).any(|cell| !cell.is_empty()) {
        return Some(RowFault::WidthMismatch { expected: width as u32, found: row.len() as u32 });
    }
    let damaged = row.iter().position(|cell| cell.contains(char::REPLACEMENT_CHARACTER))?;
    Some(RowFault::InvalidText { column: damaged as u32 })
}

/// What tells whether a file is still the one an import began with: its size, when it was written, and what stands at its ends
/// and at places between.
pub(super) fn stamp(path: &Path) -> Result<FileStamp, Problem> {
    let mut file = File::open(path)?;
    let about = file.metadata()?;
    let size = about.len();
    let written = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map_or(0, |at| at.as_nanos());
    let mut hash = Running::default();
    hash.update(&written.to_le_bytes());
    let mut read = |from: u64, most: u64| -> Result<(), Problem> {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(from))?;
        (&mut file).take(most).read_to_end(&mut bytes)?;
        hash.update(&bytes);
        Ok(())
    };
    read(0, ENDS)?;
    let inner = size.saturating_sub(2 * ENDS);
    for place in (1..=PLACES).filter(|_| inner > 0) {
        read(ENDS + inner / (PLACES + 1) * place, PLACE)?;
    }
    read(size.saturating_sub(ENDS), ENDS)?;
    Ok(FileStamp { size, head_hash: hash.hash() })
}
