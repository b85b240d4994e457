//! Reads an order file to its end: every line becomes part of a staged file, nothing is visible yet.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use base::Problem;
use crossbeam_channel::{Receiver, Sender, bounded};
use jobs::{Cancel, Progress};
use lake::{FileIds, Lake, NewFile, Snapshot};
use rustc_hash::FxHashMap;
use tokio::runtime::Handle;

use super::bad::BadRows;
use super::crowd::{Crowd, Everyone};
use super::decoding::{self, Decoded, Work};
use super::figures::Figures;
use super::lines::Lines;
use super::mended::MendedRow;
use super::people::NewIds;
use super::products::Products;
use super::{files, links};
use crate::decode::{LineBatch, LineKind};
use crate::source::Rows;

/// Lines of a part, and the bytes of its texts: enough for large files, few enough for a small memory.
const PART_LINES: usize = 600_000;
const PART_TEXT: usize = 64 << 20;
/// Returns are held back until their purchases are staged, but not more than this.
const MOST_RETURNS: usize = 500_000;
const WRITERS: usize = 2;

/// Notes the files of a part.
type Register<'a> = dyn Fn(i64, &[NewFile]) -> Result<(), Problem> + Sync + 'a;
/// Looks at the history anew.
type Snapshots<'a> = dyn Fn() -> Result<Vec<Snapshot>, Problem> + Sync + 'a;

/// What one import needs from outside.
pub(super) struct Surroundings<'a> {
    pub lake: &'a Lake,
    pub file_ids: FileIds,
    pub import_id: i64,
    /// Parts that an earlier, interrupted run of this import has staged.
    pub staged: BTreeSet<i64>,
    /// Makes the files of a part known as staged.
    pub register: &'a Register<'a>,
    /// The files staged so far and the lines known before, to look for the purchases of returns.
    pub snapshots: &'a Snapshots<'a>,
    /// Where what the database is asked for is waited for.
    pub handle: &'a Handle,
    pub threads: usize,
    pub progress: &'a Progress,
    pub cancel: &'a Cancel,
}

/// What came out of the file besides the staged lines.
pub(super) struct Staged {
    pub everyone: Everyone,
    pub products: Products,
    pub figures: Figures,
    pub rows: u64,
    /// The most orders that there may be.
    pub most_orders: u64,
    /// Whether parts of an earlier run were taken over.
    pub resumed: bool,
    /// Lines that name an erased person.
    pub erased_lines: u64,
    /// Values that could not be an identity, with the reason.
    pub refused: Vec<String>,
    /// Of a mended file: the bad rows that came in, and how many had come before.
    pub mended: Vec<MendedRow>,
    pub mended_before: u64,
}

/// The file's rows and what reads them.
pub(super) struct Reader {
    pub rows: Rows,
    pub work: Arc<Work>,
    /// Bytes of the file consumed.
    pub position: Arc<AtomicU64>,
}

struct Stager<'a> {
    around: &'a Surroundings<'a>,
    lines: Lines,
    returns: Lines,
    /// Lines met of each order of this part and the one before, for numbering.
    numbers: [FxHashMap<u64, u32>; 2],
    next_part: i64,
    jobs: Sender<(i64, Lines)>,
    done: Receiver<Result<(), Problem>>,
    outstanding: usize,
    crowd: Crowd,
    products: Products,
    figures: Figures,
    rows: u64,
    most_orders: u64,
    mended: Vec<MendedRow>,
    mended_before: u64,
}

/// Stages all lines of the file.
pub(super) fn stage(
    reader: Reader,
    crowd: Crowd,
    ids: &mut dyn NewIds,
    bad: &mut BadRows,
    around: &Surroundings<'_>,
) -> Result<Staged, Problem> {
    thread::scope(|scope| {
        let (jobs, work) = bounded::<(i64, Lines)>(0);
        let (report, done) = bounded(WRITERS * 2);
        for _ in 0..WRITERS {
            let (work, report) = (work.clone(), report.clone());
            scope.spawn(move || {
                for (part, lines) in work {
                    let written = files::write(around.lake, &around.file_ids, around.import_id, &lines)
                        .and_then(|files| (around.register)(part, &files));
                    if report.send(written).is_err() {
                        return;
                    }
                }
            });
        }
        drop(work);
        let mut stager = Stager {
            around,
            lines: Lines::default(),
            returns: Lines::default(),
            numbers: Default::default(),
            next_part: 0,
            jobs,
            done,
            outstanding: 0,
            crowd,
            products: Products::default(),
            figures: Figures::default(),
            rows: 0,
            most_orders: 0,
            mended: Vec::new(),
            mended_before: 0,
        };
        let decoded = decoding::start(reader.rows, &reader.work, around.threads);
        for chunk in decoded {
            around.cancel.check()?;
            let chunk = chunk.recv().map_err(|e| Problem::internal("a part of the file was lost", e))??;
            stager.take(&chunk, ids)?;
            stager.mended.extend(chunk.mended);
            stager.mended_before += chunk.mended_before;
            bad.add(chunk.bad)?;
            around.progress.set(reader.position.load(Ordering::Relaxed));
        }
        stager.finish()
    })
}

impl Stager<'_> {
    fn take(&mut self, chunk: &Decoded, ids: &mut dyn NewIds) -> Result<(), Problem> {
        let batch = &chunk.lines;
        let customers = self.customers(batch, ids)?;
        self.figures.add(batch, &customers);
        self.products.add(batch);
        self.rows += chunk.rows;
        let numbers = self.number(&batch.order_key);
        let held = |i: usize| batch.kind[i] == LineKind::Return && customers[i] != 0;
        if (0..batch.len()).any(held) {
            self.returns.extend(batch, &customers, &numbers, held);
            self.lines.extend(batch, &customers, &numbers, |i| !held(i));
        } else {
            self.lines.extend(batch, &customers, &numbers, |_| true);
        }
        if self.lines.len() >= PART_LINES || self.lines.text_bytes() >= PART_TEXT {
            self.flush()?;
        }
        if self.returns.len() >= MOST_RETURNS {
            self.flush()?;
            self.flush_returns()?;
        }
        Ok(())
    }

    /// The customer id of every line of a chunk, 0 where nobody is named.
    fn customers(&mut self, batch: &LineBatch, ids: &mut dyn NewIds) -> Result<Vec<i64>, Problem> {
        let named = self.crowd.people.named(batch);
        let (handle, db) = (self.around.handle, self.around.lake.db());
        if !named.is_known() {
            handle.block_on(async { self.crowd.look_up(&mut db.read().await?, &named).await })?;
        }
        let customers = self.crowd.people.resolve(batch, &named, ids)?;
        if self.crowd.is_full() {
            handle.block_on(self.crowd.put_aside())?;
        }
        Ok(customers)
    }

    /// The position of every line within its order, which may go on from the part before.
    fn number(&mut self, keys: &[u64]) -> Vec<u32> {
        let [now, before] = &mut self.numbers;
        let mut numbers = Vec::with_capacity(keys.len());
        for run in keys.chunk_by(|a, b| a == b) {
            let next = now.entry(run[0]).or_insert_with(|| {
                let known = before.get(&run[0]).copied();
                self.most_orders += u64::from(known.is_none());
                known.unwrap_or(0)
            });
            numbers.extend(*next..*next + run.len() as u32);
            *next += run.len() as u32;
        }
        numbers
    }

    fn flush(&mut self) -> Result<(), Problem> {
        let lines = std::mem::take(&mut self.lines);
        self.numbers[1] = std::mem::take(&mut self.numbers[0]);
        self.write(lines)
    }

    fn write(&mut self, lines: Lines) -> Result<(), Problem> {
        let part = self.next_part;
        self.next_part += 1;
        // A resumed import comes to the same parts again: ids and borders are the same.
        if lines.len() == 0 || self.around.staged.contains(&part) {
            return Ok(());
        }
        while let Ok(ended) = self.done.try_recv() {
            self.outstanding -= 1;
            ended?;
        }
        self.jobs.send((part, lines)).map_err(|e| Problem::internal("the writers have ended", e.to_string()))?;
        self.outstanding += 1;
        Ok(())
    }

    fn wait(&mut self) -> Result<(), Problem> {
        while self.outstanding > 0 {
            let ended = self.done.recv().map_err(|e| Problem::internal("the writers have ended", e))?;
            self.outstanding -= 1;
            ended?;
        }
        Ok(())
    }

    fn flush_returns(&mut self) -> Result<(), Problem> {
        let mut returns = std::mem::take(&mut self.returns);
        if returns.len() > 0 {
            self.wait()?;
            let snapshots = (self.around.snapshots)()?;
            let cancel = self.around.cancel.flag();
            links::link(&mut returns, &snapshots, self.around.threads, cancel)?;
        }
        self.write(returns)
    }

    fn finish(mut self) -> Result<Staged, Problem> {
        self.flush()?;
        self.flush_returns()?;
        self.wait()?;
        let people = &mut self.crowd.people;
        let (erased_lines, refused) = (people.erased_lines, std::mem::take(&mut people.refused));
        let everyone = self.around.handle.block_on(self.crowd.finish())?;
        let counts = self.around.handle.block_on(everyone.counts())?;
        let mut figures = self.figures;
        figures.products = self.products.len() as u64;
        (figures.customers, figures.customers_with_order, figures.customers_with_sale) =
            (counts.all, counts.bought, counts.sale);
        Ok(Staged {
            everyone,
            products: self.products,
            figures,
            rows: self.rows,
            most_orders: self.most_orders,
            resumed: !self.around.staged.is_empty(),
            erased_lines,
            refused,
            mended: self.mended,
            mended_before: self.mended_before,
        })
    }
}
