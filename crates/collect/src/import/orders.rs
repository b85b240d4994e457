//! Importing a file of orders.

use std::sync::Arc;

use base::{ImportId, Problem};
use jobs::{Cancel, Progress};
use lake::{FileState, NewFile, Snapshot};
use tokio::runtime::Handle;

use super::bad::BadRows;
use super::decoding::Work;
use super::difference::{Difference, Sides};
use super::importer::Importer;
use super::model::{Mode, Report, Request};
use super::people::{NewIds, People};
use super::stage::{self, Reader, Staged, Surroundings};
use crate::source::Opened;
use crate::store::import as rows;

impl Importer {
    pub(super) async fn orders(
        &self,
        id: ImportId,
        request: &Request,
        opened: &Opened,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Report, Problem> {
        let bad = BadRows::new(&self.dir, id, opened);
        progress.begin("reading the file", opened.total_bytes);
        let (staged, mut bad) = self.stage(id, request, opened, bad, progress, cancel).await?;
        let bad_file = bad.finish()?;
        progress.begin("comparing with what is known", 0);
        self.lake.seal(self.clock.now()).await?;
        let mut report = Report {
            rows: staged.rows,
            bad_rows: bad.count,
            bad_by_reason: bad.by_reason.clone(),
            bad_file,
            erased_rows: staged.people.erased_lines,
            ..Report::default()
        };
        if staged.mended_before > 0 {
            let before = staged.mended_before;
            report.notes.push(format!("{before} rows were mended and imported before: they are left out"));
        }
        report.notes.extend(staged.people.refused.iter().take(10).cloned());
        for attempt in 0.. {
            let known = self.lake.snapshot().await?;
            let difference = self.compare(id, request, &known, opened.bad_row_column().is_some(), cancel).await?;
            let mut done = report.clone();
            progress.begin("making it visible", 0);
            match self.publish(id, request, &staged, &difference, &known, &bad, &mut done, cancel).await {
                // Merging swapped a file meanwhile: look again.
                Err(p) if p.code == base::Code::Conflict && attempt < 5 => tracing::info!("publishing again: {p}"),
                Err(p) => return Err(p),
                Ok(()) => {
                    report = done;
                    break;
                }
            }
        }
        Ok(report)
    }

    async fn stage(
        &self,
        id: ImportId,
        request: &Request,
        opened: &Opened,
        mut bad: BadRows,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<(Staged, BadRows), Problem> {
        let mut tx = self.lake.db().read().await?;
        let mut people = People::new(self.business.region);
        for kind in People::kinds() {
            let known = profile::ops::identity_map(&mut tx, &kind).await?;
            people.load(&kind, known);
        }
        people.shun(profile::ops::ErasedPeople::load(&mut tx).await?);
        let parts = rows::part_list(&mut tx, id).await?;
        let blocks = rows::id_block_list(&mut tx, id).await?;
        drop(tx);
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
                threads: this.threads,
                progress: &progress,
                cancel: &cancel,
            };
            let staged = stage::stage(reader, people, &mut ids, &mut bad, &around)?;
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

    async fn compare(
        &self,
        id: ImportId,
        request: &Request,
        known: &Snapshot,
        all_new: bool,
        cancel: &Cancel,
    ) -> Result<Difference, Problem> {
        let file = self.lake.snapshot_staged(id.0).await?;
        let mut tx = self.lake.db().read().await?;
        let of_source = match request.mode {
            Mode::Complete => Some(rows::import_done_of_source(&mut tx, &request.source).await?),
            Mode::Difference | Mode::Append => None,
        };
        drop(tx);
        let (known, cancel, threads) = (known.clone(), cancel.clone(), self.threads);
        let work = move || {
            let missing_of = of_source.as_deref();
            Sides { file: &file, known: &known, missing_of, all_new, threads, cancel: cancel.flag() }.compare()
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::internal("the comparison was cut off", e))?
    }
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
