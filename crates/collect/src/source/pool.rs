//! One reader, several workers, results in file order, and never more than a few blocks in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use base::{Code, Problem};
use crossbeam_channel::{Receiver, Sender, bounded};

use super::chunk::RawChunk;

/// A piece of the file, read into rows.
pub(super) struct Part {
    /// The rows; their lines are relative to the part when `lines` counts them.
    pub(super) chunk: RawChunk,
    /// How many lines the part spans; 0 when the lines of `chunk` are those of the file already.
    pub(super) lines: u64,
}

type Outcome = Result<Part, Problem>;
type Job = Box<dyn FnOnce() -> Part + Send>;

/// Reads a file and hands its pieces in.
pub(super) type ReadFile = Box<dyn FnOnce(&Feed) -> Result<(), Problem> + Send>;

/// Where the reader hands its blocks in.
pub(super) struct Feed {
    jobs: Sender<(Job, Sender<Outcome>)>,
    order: Sender<(u64, Receiver<Outcome>)>,
}

impl Feed {
    /// Hands in work on the next piece of the file, which ends at byte `position`. False when nobody wants more.
    pub(super) fn send(&self, position: u64, job: impl FnOnce() -> Part + Send + 'static) -> bool {
        let (done, result) = bounded(1);
        self.order.send((position, result)).is_ok() && self.jobs.send((Box::new(job), done)).is_ok()
    }

    fn fail(&self, problem: Problem) {
        let (done, result) = bounded(1);
        // Both fail only when nobody listens any more.
        let _ = done.send(Err(problem));
        let _ = self.order.send((0, result));
    }
}

/// The rows of a file in file order, in chunks; ends after the first error.
pub struct Rows {
    order: Option<Receiver<(u64, Receiver<Outcome>)>>,
    progress: Arc<AtomicU64>,
    total: u64,
    skip_header: bool,
    next_row: u64,
    lines: u64,
}

impl Rows {
    /// Starts the reader and `threads` workers. `progress` follows the bytes of the file whose rows were delivered.
    pub(super) fn start(
        threads: usize,
        skip_header: bool,
        progress: Arc<AtomicU64>,
        total: u64,
        read: ReadFile,
    ) -> Self {
        let threads = threads.max(1);
        let (jobs, work) = bounded::<(Job, Sender<Outcome>)>(threads);
        let (order, ordered) = bounded(threads * 2);
        for _ in 0..threads {
            let work = work.clone();
            thread::spawn(move || {
                for (job, done) in work {
                    // Fails only when nobody listens any more.
                    let _ = done.send(caught(|| Ok(job()), defect));
                }
            });
        }
        thread::spawn(move || {
            let feed = Feed { jobs, order };
            if let Err(problem) = caught(|| read(&feed), defect) {
                feed.fail(problem);
            }
        });
        progress.store(0, Ordering::Relaxed);
        Self { order: Some(ordered), progress, total, skip_header, next_row: 1, lines: 0 }
    }

    fn place(&mut self, part: Part) -> RawChunk {
        let mut chunk = part.chunk;
        if self.skip_header && !chunk.is_empty() {
            chunk.drop_first();
            self.skip_header = false;
        }
        chunk.place(self.next_row, self.lines);
        self.next_row += chunk.len() as u64;
        self.lines += part.lines;
        chunk
    }
}

impl Iterator for Rows {
    type Item = Result<RawChunk, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Ok((position, result)) = self.order.as_ref()?.recv() else {
                self.order = None;
                self.progress.store(self.total, Ordering::Relaxed);
                return None;
            };
            match result.recv() {
                Ok(Ok(part)) => {
                    let chunk = self.place(part);
                    self.progress.store(position.min(self.total), Ordering::Relaxed);
                    if !chunk.is_empty() {
                        return Some(Ok(chunk));
                    }
                }
                Ok(Err(problem)) => {
                    self.order = None;
                    return Some(Err(problem));
                }
                Err(gone) => {
                    self.order = None;
                    return Some(Err(Problem::internal("a part of the file could not be read", gone)));
                }
            }
        }
    }
}

/// Runs code of others that may panic on damaged files; a panic becomes a problem of the file.
pub(super) fn guarded<T>(run: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    caught(run, || {
        Problem::new(Code::InvalidInput, "the file is damaged: it could not be read to its end")
            .hint("open it in the program that made it and save it again")
    })
}

fn caught<T>(run: impl FnOnce() -> Result<T, Problem>, problem: impl FnOnce() -> Problem) -> Result<T, Problem> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|_| Err(problem()))
}

fn defect() -> Problem {
    Problem::internal(
        "a part of the file could not be read because of a defect in the program",
        "panic in a reader of files",
    )
}
