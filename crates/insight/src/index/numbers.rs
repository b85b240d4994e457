//! Keeps the index of the newest data.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base::{Code, Micros, Problem, Zone};
use lake::{FileEntry, ORDER_LINE, Reading, Snapshot};

use super::Index;
use super::extract::{COLUMNS, Extract, Fold};
use super::keep::Shelf;
use super::link::link;

/// The index, remade when the order lines change.
pub struct Numbers {
    zone: Zone,
    threads: usize,
    shelf: Shelf,
    current: Mutex<Option<Arc<Index>>>,
    /// One makes it, the others wait for that one.
    making: tokio::sync::Mutex<()>,
}

impl Numbers {
    /// `cache` is a folder for what is worth keeping over a restart.
    pub fn new(zone: Zone, threads: usize, cache: &Path) -> Self {
        let shelf = Shelf::new(cache, zone.name());
        Self { zone, threads: threads.max(1), shelf, current: Mutex::default(), making: tokio::sync::Mutex::default() }
    }

    /// The index of the data that a snapshot shows.
    pub async fn index(self: &Arc<Self>, snapshot: &Snapshot, now: Micros) -> Result<Arc<Index>, Problem> {
        let stamp = snapshot.stamp(&ORDER_LINE);
        let known = || self.current.lock().unwrap_or_else(PoisonError::into_inner).clone().filter(|i| i.stamp == stamp);
        if let Some(index) = known() {
            return Ok(index);
        }
        let _turn = self.making.lock().await;
        if let Some(index) = known() {
            return Ok(index);
        }
        let (this, snapshot) = (Arc::clone(self), snapshot.clone());
        let index = blocking(move || this.make(&snapshot, stamp, now)).await?;
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&index));
        Ok(index)
    }

    fn make(&self, snapshot: &Snapshot, stamp: u64, now: Micros) -> Result<Arc<Index>, Problem> {
        let files: Vec<&FileEntry> = snapshot.files(&ORDER_LINE).collect();
        let mut parts = in_parallel(self.threads, files.len(), |at| {
            let file = files[at];
            if let Some(kept) = self.shelf.load(file) {
                return Ok(kept);
            }
            let extract = self.extract(snapshot, file)?;
            self.shelf.save(file, &extract);
            Ok(extract)
        })?;
        let mut hot = Fold::new(&self.zone);
        for batch in snapshot.hot(&ORDER_LINE) {
            hot.add(batch, None)?;
        }
        parts.push(hot.finish());
        let index = link(&parts, stamp, now)?;
        self.shelf.sweep(files.into_iter());
        tracing::debug!(orders = index.customer.len(), bytes = index.bytes(), "numbers of the overview made");
        Ok(Arc::new(index))
    }

    fn extract(&self, snapshot: &Snapshot, file: &FileEntry) -> Result<Extract, Problem> {
        let go = AtomicBool::new(false);
        let reading = Reading { columns: &COLUMNS, threads: 1, cancel: &go };
        let only = snapshot.only_files(&[file.id]);
        let folds = only.scan(&ORDER_LINE, reading, None, || Fold::new(&self.zone), |f, b| f.add(b, file.month))?;
        // One thread, one state.
        Ok(folds.into_iter().map(Fold::finish).next().unwrap_or_default())
    }
}

/// Runs work that reads files or computes beside the asynchronous threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(panicked()))
}

fn panicked() -> Problem {
    Problem::new(Code::Internal, "a thread that computes numbers has panicked")
}

/// The results of `0 .. count` in order, worked off on some threads.
fn in_parallel<T: Send>(
    threads: usize,
    count: usize,
    work: impl Fn(usize) -> Result<T, Problem> + Sync,
) -> Result<Vec<T>, Problem> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return Ok(done);
            }
            done.push((at, work(at)?));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(count)).map(|_| scope.spawn(run)).collect();
        let mut done: Vec<(usize, T)> = run()?;
        for other in others {
            done.extend(other.join().unwrap_or_else(|_| Err(panicked()))?);
        }
        Ok::<_, Problem>(done)
    })?;
    done.sort_unstable_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}
