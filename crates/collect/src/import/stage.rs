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

use super::bad::BadRows;
use super::decoding::{self, Decoded, Work};
use super::figures::Figures;
use super::lines::Lines;
use super::mended::MendedRow;
use super::people::{NewIds, People};
use super::products::Products;
use super::{files, links};
use crate::decode::{LineKind, NULL};
use crate::source::Rows;

/// Lines of a part: enough for large files, few enough for a small memory.
const PART_LINES: usize = 1_000_000;
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
    pub threads: usize,
    pub progress: &'a Progress,
    pub cancel: &'a Cancel,
}

/// What came out of the file besides the staged lines.
pub(super) struct Staged {
    pub people: People,
    pub products: Products,
    pub figures: Figures,
    pub rows: u64,
    /// How many lines of an order, by its key, are returns that found their purchase.
    pub linked: FxHashMap<u64, u32>,
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
    out: Staged,
}

/// Stages all lines of the file.
pub(super) fn stage(
    reader: Reader,
    people: People,
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
        let out = Staged {
            people,
            products: Products::default(),
            figures: Figures::default(),
            rows: 0,
            linked: FxHashMap::default(),
            mended: Vec::new(),
            mended_before: 0,
        };
        let mut stager = Stager {
            around,
            lines: Lines::default(),
            returns: Lines::default(),
            numbers: Default::default(),
            next_part: 0,
            jobs,
            done,
            outstanding: 0,
            out,
        };
        let decoded = decoding::start(reader.rows, &reader.work, around.threads);
        for chunk in decoded {
            around.cancel.check()?;
            let chunk = chunk.recv().map_err(|e| Problem::internal("a part of the file was lost", e))??;
            stager.take(&chunk, ids)?;
            stager.out.mended.extend(chunk.mended);
            stager.out.mended_before += chunk.mended_before;
            bad.add(chunk.bad)?;
            around.progress.set(reader.position.load(Ordering::Relaxed));
        }
        stager.finish()
    })
}

impl Stager<'_> {
    fn take(&mut self, chunk: &Decoded, ids: &mut dyn NewIds) -> Result<(), Problem> {
        let batch = &chunk.lines;
        let found = self.out.people.resolve(batch, ids)?;
        self.out.figures.add(batch, &found);
        self.out.products.add(batch);
        self.out.rows += chunk.rows;
        let persons = &self.out.people.persons;
        let customers: Vec<i64> = found.iter().map(|i| if *i == NULL { 0 } else { persons[*i as usize].id }).collect();
        let numbers = self.number(&batch.order_key);
        let held = |i: usize| batch.kind[i] == LineKind::Return && customers[i] != 0;
        if (0..batch.len()).any(held) {
            self.returns.extend(batch, &customers, &numbers, held);
            self.lines.extend(batch, &customers, &numbers, |i| !held(i));
        } else {
            self.lines.extend(batch, &customers, &numbers, |_| true);
        }
        if self.lines.len() >= PART_LINES {
            self.flush()?;
        }
        if self.returns.len() >= MOST_RETURNS {
            self.flush()?;
            self.flush_returns()?;
        }
        Ok(())
    }

    /// The position of every line within its order, which may go on from the part before.
    fn number(&mut self, keys: &[u64]) -> Vec<u32> {
        let [now, before] = &mut self.numbers;
        let mut numbers = Vec::with_capacity(keys.len());
        for run in keys.chunk_by(|a, b| a == b) {
            let next = now.entry(run[0]).or_insert_with(|| before.get(&run[0]).copied().unwrap_or(0));
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
            let linked = returns.order_key.iter().zip(&returns.return_of).filter(|(_, of)| **of != NULL);
            linked.for_each(|(key, _)| *self.out.linked.entry(*key).or_default() += 1);
        }
        self.write(returns)
    }

    fn finish(mut self) -> Result<Staged, Problem> {
        self.flush()?;
        self.flush_returns()?;
        self.wait()?;
        self.out.figures.products = self.out.products.len() as u64;
        let seen = || self.out.people.persons.iter().filter(|p| p.seen);
        self.out.figures.customers = seen().count() as u64;
        self.out.figures.customers_with_order = seen().filter(|p| p.bought).count() as u64;
        self.out.figures.customers_with_sale = seen().filter(|p| p.sale).count() as u64;
        Ok(self.out)
    }
}
