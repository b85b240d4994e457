//! Keeps the index of the newest data.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base::{Code, Micros, Problem, Zone};
use lake::keep::Shelf;
use lake::{FileEntry, ORDER_LINE, Reading, Snapshot};
use rustc_hash::FxHashSet;

use super::extract::{COLUMNS, Extract, Fold};
use super::join::join;
use super::keep::{self, COHORTS, INDEX, ORDERS};
use super::link::link;
use super::{Index, Made};
use crate::cohorts::Matrix;

/// How often the index is kept at most.
const KEEP_EVERY: Duration = Duration::from_mins(10);

/// The index, remade when the order lines change.
pub struct Numbers {
    zone: Zone,
    threads: usize,
    shelf: Shelf,
    current: Mutex<Option<Arc<Index>>>,
    sealed: Mutex<Option<Sealed>>,
    /// Which index was kept last, and when.
    kept: Mutex<Option<(String, Instant)>>,
    /// One makes it, the others wait for that one.
    making: tokio::sync::Mutex<()>,
}

/// The index of the files alone, which most changes leave as it is.
#[derive(Clone)]
struct Sealed {
    name: String,
    index: Arc<Index>,
    /// Orders in no file yet that are known to have no line in these.
    apart: Arc<Mutex<FxHashSet<i64>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Numbers {
    /// `cache` is a folder for what is worth keeping over a restart.
    pub fn new(zone: Zone, threads: usize, cache: &Path) -> Self {
        Self {
            shelf: keep::shelf(cache, zone.name()),
            zone,
            threads: threads.max(1),
            current: Mutex::default(),
            sealed: Mutex::default(),
            kept: Mutex::default(),
            making: tokio::sync::Mutex::default(),
        }
    }

    /// The index of the data that a snapshot shows.
    pub async fn index(self: &Arc<Self>, snapshot: &Snapshot, now: Micros) -> Result<Arc<Index>, Problem> {
        let stamp = snapshot.stamp(&ORDER_LINE);
        let known = || lock(&self.current).clone().filter(|index| index.stamp == stamp);
        if let Some(index) = known() {
            return Ok(index);
        }
        let _turn = self.making.lock().await;
        if let Some(index) = known() {
            return Ok(index);
        }
        let (this, snapshot) = (Arc::clone(self), snapshot.clone());
        let index = blocking(move || this.make(&snapshot, stamp, now)).await?;
        *lock(&self.current) = Some(Arc::clone(&index));
        let this = Arc::clone(self);
        tokio::task::spawn_blocking(move || this.keep(KEEP_EVERY));
        Ok(index)
    }

    /// Keeps the index of the files, when it has not been for so long: nobody is to wait for that, and where files change all the time
    /// it would be written all the time.
    pub(crate) fn keep(&self, every: Duration) {
        let Some(sealed) = lock(&self.sealed).clone() else { return };
        let mut kept = lock(&self.kept);
        let due = kept.as_ref().is_none_or(|(name, at)| *name != sealed.name && at.elapsed() >= every);
        if due && !self.shelf.has(&sealed.name) {
            self.shelf.save(&sealed.name, sealed.index.as_ref());
            *kept = Some((sealed.name, Instant::now()));
        }
    }

    fn make(&self, snapshot: &Snapshot, stamp: u64, now: Micros) -> Result<Arc<Index>, Problem> {
        let hot = snapshot.hot(&ORDER_LINE);
        if hot.is_empty() {
            return Ok(self.sealed(snapshot, now)?.index);
        }
        let mut fold = Fold::new(&self.zone);
        for batch in hot {
            fold.add(batch, None)?;
        }
        let hot = fold.finish();
        if snapshot.files(&ORDER_LINE).next().is_none() {
            return Ok(Arc::new(link(&[hot], Made::Whole, stamp, now)?));
        }
        let sealed = self.sealed(snapshot, now)?;
        if sealed.apart(snapshot, &hot)? {
            return Ok(Arc::new(join(&sealed.index, &link(&[hot], Made::Whole, stamp, now)?, stamp, now)));
        }
        let mut parts = self.extracts(snapshot)?;
        parts.push(hot);
        Ok(Arc::new(link(&parts, Made::Whole, stamp, now)?))
    }

    /// The index of the files of a snapshot.
    fn sealed(&self, snapshot: &Snapshot, now: Micros) -> Result<Sealed, Problem> {
        let files: Vec<&FileEntry> = snapshot.files(&ORDER_LINE).collect();
        let name = self.shelf.name(files.iter().copied(), INDEX);
        if let Some(known) = lock(&self.sealed).clone().filter(|sealed| sealed.name == name) {
            return Ok(known);
        }
        let ids: Vec<i64> = files.iter().map(|f| f.id).collect();
        let stamp = snapshot.only_files(&ids).stamp(&ORDER_LINE);
        let made = Made::Files(self.shelf.name(files.iter().copied(), COHORTS));
        let index = if let Some(kept) = self.shelf.load::<Index>(&name) {
            Index { stamp, as_of: now, made, ..kept }
        } else {
            link(&self.extracts(snapshot)?, made, stamp, now)?
        };
        {
            let _nothing_is_being_written = lock(&self.kept);
            if let Err(error) = keep::sweep(&self.shelf, &files) {
                tracing::warn!(%error, "old summaries of the history stay");
            }
        }
        tracing::debug!(orders = index.customer.len(), bytes = index.bytes(), "numbers of the overview made");
        let sealed = Sealed { name, index: Arc::new(index), apart: Arc::default() };
        *lock(&self.sealed) = Some(sealed.clone());
        Ok(sealed)
    }

    /// Where customers and money of the cohorts are; made when they are not there yet.
    pub(crate) fn cohorts(&self, snapshot: &Snapshot, index: &Index) -> Result<(), Problem> {
        if index.cohorts.get().is_some() {
            return Ok(());
        }
        let (zone, threads) = (&self.zone, self.threads);
        let matrix = match &index.made {
            Made::Whole => Matrix::make(snapshot, index, zone, threads)?,
            Made::Files(name) => {
                if let Some(kept) = self.shelf.load(name) {
                    kept
                } else {
                    let ids: Vec<i64> = snapshot.files(&ORDER_LINE).map(|f| f.id).collect();
                    let matrix = Matrix::make(&snapshot.only_files(&ids), index, zone, threads)?;
                    self.shelf.save(name, &matrix);
                    matrix
                }
            }
            Made::Over(base) => {
                self.cohorts(snapshot, base)?;
                match base.cohorts.get() {
                    Some(known) => Matrix::over(known, base, snapshot, index, zone, threads)?,
                    None => Matrix::make(snapshot, index, zone, threads)?,
                }
            }
        };
        // Somebody else may have been faster with the same.
        let _ = index.cohorts.set(matrix);
        Ok(())
    }

    /// What each file says.
    fn extracts(&self, snapshot: &Snapshot) -> Result<Vec<Extract>, Problem> {
        let files: Vec<&FileEntry> = snapshot.files(&ORDER_LINE).collect();
        in_parallel(self.threads, files.len(), |at| {
            let name = self.shelf.name([files[at]], ORDERS);
            if let Some(kept) = self.shelf.load(&name) {
                return Ok(kept);
            }
            let extract = self.extract(snapshot, files[at])?;
            self.shelf.save(&name, &extract);
            Ok(extract)
        })
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

impl Sealed {
    /// Whether no order of `hot` has lines in the files.
    fn apart(&self, snapshot: &Snapshot, hot: &Extract) -> Result<bool, Problem> {
        let mut new: Vec<i64> = {
            let known = lock(&self.apart);
            hot.key.iter().copied().filter(|key| !known.contains(key)).collect()
        };
        if new.is_empty() {
            return Ok(true);
        }
        new.sort_unstable();
        new.dedup();
        let lines = snapshot.sealed_of_orders(&new, &["order_key"])?;
        if lines.iter().any(|(_, lines)| lines.num_rows() > 0) {
            return Ok(false);
        }
        lock(&self.apart).extend(new);
        Ok(true)
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
pub(crate) fn in_parallel<T: Send>(
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
