//! The use cases of importing.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Clock, Code, ImportId, Problem, Zone, hash};
use jobs::{Cancel, Progress};
use lake::Lake;
use profile::rules::Region;

use super::lock::Lock;
use super::model::{ImportState, ReadingOptions, Report, Request};
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
}

impl Importer {
    /// An importer that keeps its files below `<data>/imports`.
    pub fn new(lake: Lake, data: &Path, business: Business, clock: Arc<dyn Clock>, threads: usize) -> Self {
        Self { lake, dir: data.join("imports"), business: Arc::new(business), clock, threads: threads.max(1) }
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
            now: self.clock.now(),
        };
        Decoder::new(&request.mapping, &settings, &opened.header)
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
        let report = self.work(id, &ready.request, &opened, progress, cancel).await?;
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
        self.work(id, &import.request, &opened, progress, cancel).await
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

/// What tells whether a file is still the one an import began with.
pub(super) fn stamp(path: &Path) -> Result<FileStamp, Problem> {
    let mut head = Vec::new();
    let file = std::fs::File::open(path)?;
    let size = file.metadata()?.len();
    file.take(1 << 20).read_to_end(&mut head)?;
    Ok(FileStamp { size, head_hash: hash::stable(&head) })
}
