//! Importing a file of orders.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use base::{Code, ImportId, Problem};
use jobs::{Cancel, Progress};
use lake::{FileState, NewFile, Snapshot};
use tokio::runtime::Handle;

use super::bad::BadRows;
use super::crowd::Crowd;
use super::decoding::Work;
use super::difference::{Difference, Sides};
use super::importer::Importer;
use super::model::{Mode, Report, Request};
use super::people::NewIds;
use super::publish::{Outcome, Publishing};
use super::stage::{self, Reader, Staged, Surroundings};
use crate::source::Opened;
use crate::store::import as rows;

/// How often a file is compared anew, and read anew, when others write what it has in it at the same time.
const COMPARISONS: usize = 8;
const STAGINGS: usize = 3;

impl Importer {
    pub(super) async fn orders(
        &self,
        id: ImportId,
        request: &Request,
        opened: &Opened,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Report, Problem> {
        for _ in 0..STAGINGS {
            opened.progress().store(0, Ordering::Relaxed);
            progress.begin("reading the file", opened.total_bytes);
            let (staged, mut bad) = self.stage(id, request, opened, progress, cancel).await?;
            let report = report(&staged, &mut bad)?;
            progress.begin("comparing with what is known", 0);
            match self.make_visible(id, request, opened, &staged, &bad, &report, progress, cancel).await? {
                Outcome::Visible(report) => return Ok(*report),
                Outcome::HistoryChanged => {
                    return Err(Problem::new(Code::Conflict, "orders of the file keep coming in by other ways")
                        .hint("resume the import when less is going on"));
                }
                Outcome::PeopleChanged => tracing::info!("customers of {id} were made meanwhile: reading it again"),
            }
            let mut tx = self.lake.db().write().await?;
            rows::staged_forget(&mut tx, self.clock.now(), id).await?;
            tx.commit().await?;
        }
        Err(Problem::new(Code::Conflict, "customers of the file keep being made by other ways")
            .hint("resume the import when less is going on"))
    }

    /// Compares with what is known and publishes; again where the history changed between the two.
    #[expect(clippy::too_many_arguments, reason = "what an import consists of")]
    async fn make_visible(
        &self,
        id: ImportId,
        request: &Request,
        opened: &Opened,
        staged: &Staged,
        bad: &BadRows,
        report: &Report,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Outcome, Problem> {
        let all_new = opened.bad_row_column().is_some();
        for _ in 0..COMPARISONS {
            self.lake.seal(self.clock.now()).await?;
            let known = self.lake.snapshot_sealed().await?;
            let difference = self.compare(id, request, &known, staged.most_orders, all_new, cancel).await?;
            progress.begin("making it visible", 0);
            let report = report.clone();
            let publishing = Publishing { id, staged, difference, known, all_new, bad, report, cancel };
            match self.publish(publishing).await? {
                Outcome::HistoryChanged => tracing::info!("the history changed: comparing {id} again"),
                outcome => return Ok(outcome),
            }
        }
        Ok(Outcome::HistoryChanged)
    }

    pub(super) async fn stage(
        &self,
        id: ImportId,
        request: &Request,
        opened: &Opened,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<(Staged, BadRows), Problem> {
        let mut bad = BadRows::new(&self.dir, id, opened);
        let mut tx = self.lake.db().read().await?;
        let anybody = profile::ops::anybody_known(&mut tx).await?;
        let parts = rows::part_list(&mut tx, id).await?;
        let blocks = rows::id_block_list(&mut tx, id).await?;
        drop(tx);
        let aside = self.dir.join(format!("{id}.customers"));
        std::fs::create_dir_all(&self.dir)?;
        let crowd = Crowd::new(self.business.region, anybody, aside);
        let (this, progress, cancel) = (self.clone(), progress.clone(), cancel.clone());
        let (decoder, mended) = (self.decoder(request, opened)?, self.mended(opened).await?);
        let work = Arc::new(Work { decoder, layout: bad.layout.clone(), mended });
        let reader = Reader { rows: opened.rows(self.threads), work, position: opened.progress() };
        let file_ids = self.lake.file_ids().await?;
        let handle = Handle::current();
        let work = move || {
            let mut ids =
                Blocks { this: &this, handle: &handle, import: id, reserved: blocks, next: 0, end: 0, used: 0 };
            let around = Surroundings {
                lake: &this.lake,
                file_ids,
                import_id: id.0,
                staged: parts,
                register: &|part, files| handle.block_on(this.register(id, part, files)),
                snapshots: &|| {
                    handle.block_on(async {
                        Ok(vec![this.lake.snapshot_staged(id.0).await?, this.lake.snapshot().await?])
                    })
                },
                handle: &handle,
                threads: this.threads,
                progress: &progress,
                cancel: &cancel,
            };
            let staged = stage::stage(reader, crowd, &mut ids, &mut bad, &around)?;
            Ok((staged, bad))
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("reading the file was cut off", e))?
    }

    /// Notes the files of a part as staged.
    async fn register(&self, id: ImportId, part: i64, files: &[NewFile]) -> Result<(), Problem> {
        let mut tx = self.lake.db().write().await?;
        let now = self.clock.now();
        lake::catalog::file::file_add(&mut tx, &self.lake, now, files, FileState::Staged, Some(id.0)).await?;
        rows::part_add(&mut tx, id, part).await?;
        tx.commit().await
    }

    pub(super) async fn compare(
        &self,
        id: ImportId,
        request: &Request,
        known: &Snapshot,
        most_orders: u64,
        all_new: bool,
        cancel: &Cancel,
    ) -> Result<Difference, Problem> {
        let file = self.lake.snapshot_staged(id.0).await?;
        let mut tx = self.lake.db().read().await?;
        let missing_of = match request.mode {
            Mode::Complete => Some(rows::import_done_of_source(&mut tx, &request.source).await?),
            Mode::Difference | Mode::Append => None,
        };
        let mended = rows::mended_orders(&mut tx).await?;
        drop(tx);
        let (known, cancel, threads) = (known.clone(), cancel.clone(), self.threads);
        let replace = request.mode != Mode::Append;
        let work = move || {
            let sides = Sides {
                file: &file,
                most_orders,
                known: &known,
                missing_of: missing_of.as_deref(),
                all_new,
                replace,
                mended: &mended,
                threads,
                cancel: cancel.flag(),
            };
            sides.compare()
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("the comparison was cut off", e))?
    }
}

/// What can be said before the file is compared; the file of bad rows is durable then.
fn report(staged: &Staged, bad: &mut BadRows) -> Result<Report, Problem> {
    let mut report = Report {
        rows: staged.rows,
        bad_rows: bad.count,
        bad_by_reason: bad.by_reason.clone(),
        bad_file: bad.finish()?,
        erased_rows: staged.erased_lines,
        ..Report::default()
    };
    if staged.mended_before > 0 {
        let before = staged.mended_before;
        report.notes.push(format!("{before} rows were mended and imported before: they are left out"));
    }
    report.notes.extend(staged.refused.iter().take(10).cloned());
    Ok(report)
}

/// Customer ids out of reserved blocks; each block is twice as large as the one before.
struct Blocks<'a> {
    this: &'a Importer,
    handle: &'a Handle,
    import: ImportId,
    reserved: Vec<(i64, i64)>,
    next: i64,
    end: i64,
    used: usize,
}

impl NewIds for Blocks<'_> {
    fn next(&mut self) -> Result<i64, Problem> {
        if self.next == self.end {
            if self.used == self.reserved.len() {
                let count = self.reserved.last().map_or(1_024, |b| (b.1 * 2).min(1 << 18));
                let block = self.handle.block_on(async {
                    let mut tx = self.this.lake.db().write().await?;
                    let block = rows::id_block_add(&mut tx, self.import, count).await?;
                    tx.commit().await?;
                    Ok::<_, Problem>(block)
                })?;
                self.reserved.push(block);
            }
            let (first, count) = self.reserved[self.used];
            (self.next, self.end) = (first, first + count);
            self.used += 1;
        }
        self.next += 1;
        Ok(self.next - 1)
    }
}
