//! The use cases of importing.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Clock, Code, ImportId, Problem, Zone, hash};
use jobs::{Cancel, Progress};
use lake::{FileState, Lake};
use profile::rules::Region;

use super::lock::Lock;
use super::model::{ImportState, ReadingOptions, Report, Request};
use crate::decode::{Decoder, Settings};
use crate::mapping::{FileKind, Proposal, propose};
use crate::source::{self, Opened, RawChunk};
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
        // Everything that can be refused is refused before a number is given out.
        let opened = Self::open(&request.path, &request.reading)?;
        self.decoder(&request, &opened)?;
        let stamp = stamp(&request.path)?;
        let mut tx = self.lake.db().write().await?;
        let id = rows::import_add(&mut tx, self.clock.now(), &request, stamp).await?;
        tx.commit().await?;
        let report = self.work(id, &request, &opened, progress, cancel).await?;
        Ok((id, report))
    }

    /// Goes on with an import that was cancelled, failed, or whose process died. What is staged is not written again.
    pub async fn resume(&self, id: ImportId, progress: &Progress, cancel: &Cancel) -> Result<Report, Problem> {
        let _lock = Lock::take(&self.dir)?;
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
    async fn give_up(&self, id: ImportId, problem: &Problem) -> Result<(), Problem> {
        let cancelled = problem.code == Code::Cancelled;
        let state = if cancelled { ImportState::Cancelled } else { ImportState::Failed };
        let now = self.clock.now();
        let mut tx = self.lake.db().write().await?;
        if !cancelled {
            let files = lake::catalog::file::file_of_import(&mut tx, id.0, &[FileState::Staged]).await?;
            let ids: Vec<i64> = files.iter().map(|f| f.id).collect();
            lake::catalog::file::file_drop(&mut tx, now, &ids).await?;
            tx.execute("DELETE FROM import_part WHERE import_id = $1", store::args![id.0]).await?;
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
        chunk.end_row(line, None);
    }
    chunk
}

/// What tells whether a file is still the one an import began with.
fn stamp(path: &Path) -> Result<FileStamp, Problem> {
    let mut head = Vec::new();
    let file = std::fs::File::open(path)?;
    let size = file.metadata()?.len();
    file.take(1 << 20).read_to_end(&mut head)?;
    Ok(FileStamp { size, head_hash: hash::stable(&head) })
}
