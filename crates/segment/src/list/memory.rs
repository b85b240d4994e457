//! What was loaded or computed, kept while its data stays the same and there is room.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Code, Problem};
use tokio::sync::OnceCell;

/// Bytes kept at most.
const ROOM: usize = 384 << 20;

type Shared = Arc<dyn Any + Send + Sync>;

#[derive(Default)]
pub(crate) struct Memory {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    entries: HashMap<String, Entry>,
    clock: u64,
}

struct Entry {
    stamp: u64,
    cell: Arc<OnceCell<Shared>>,
    bytes: usize,
    used: u64,
}

impl Memory {
    /// What is kept under a name for the data with this stamp; otherwise it is made, by one caller while others wait, and what was
    /// kept for other data is forgotten. `make` gives the value with its size in bytes.
    pub(crate) async fn get<T, F>(&self, name: &str, stamp: u64, make: F) -> Result<Arc<T>, Problem>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<(T, usize), Problem>>,
    {
        let cell = self.cell(name, stamp);
        let value = cell
            .get_or_try_init(|| async {
                let (value, bytes) = make.await?;
                self.weigh(name, stamp, bytes);
                Ok::<_, Problem>(Arc::new(value) as Shared)
            })
            .await?;
        Arc::clone(value)
            .downcast()
            .map_err(|_| Problem::new(Code::Internal, format!("{name} is kept as something else")))
    }

    /// What is kept already.
    pub(crate) fn ready<T: Send + Sync + 'static>(&self, name: &str, stamp: u64) -> Option<Arc<T>> {
        Arc::clone(self.cell(name, stamp).get()?).downcast().ok()
    }

    /// Forgets what is kept under a name.
    pub(crate) fn drop(&self, name: &str) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).entries.remove(name);
    }

    /// Keeps what was made already, in the place of what was kept under this name. Those whose names begin alike take `most` bytes
    /// together: the ones that were not asked for longest go.
    pub(crate) fn put<T: Send + Sync + 'static>(
        &self,
        name: &str,
        stamp: u64,
        (value, bytes): (Arc<T>, usize),
        (alike, most): (&str, usize),
    ) {
        let cell = Arc::new(OnceCell::new_with(Some(value as Shared)));
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.clock += 1;
        let used = inner.clock;
        inner.entries.insert(name.to_owned(), Entry { stamp, cell, bytes, used });
        inner.forget(name, |other| other.starts_with(alike), most);
        drop(inner);
        self.weigh(name, stamp, bytes);
    }

    fn cell(&self, name: &str, stamp: u64) -> Arc<OnceCell<Shared>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.clock += 1;
        let used = inner.clock;
        let fresh = || Entry { stamp, cell: Arc::default(), bytes: 0, used };
        let entry = inner.entries.entry(name.to_owned()).or_insert_with(fresh);
        if entry.stamp != stamp {
            *entry = fresh();
        }
        entry.used = used;
        Arc::clone(&entry.cell)
    }

    fn weigh(&self, name: &str, stamp: u64, bytes: usize) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = inner.entries.get_mut(name).filter(|e| e.stamp == stamp) {
            entry.bytes = bytes;
        }
        inner.forget(name, |_| true, ROOM);
    }
}

impl Inner {
    /// Forgets what was not asked for longest, but for `name`, until those of which it holds take no more than `most` bytes.
    fn forget(&mut self, name: &str, of: impl Fn(&str) -> bool, most: usize) {
        let mut all: usize = self.entries.iter().filter(|(n, _)| of(n)).map(|(_, e)| e.bytes).sum();
        while all > most {
            let others = self.entries.iter().filter(|(n, e)| of(n) && n.as_str() != name && e.bytes > 0);
            let Some(oldest) = others.min_by_key(|(_, e)| e.used).map(|(n, _)| n.clone()) else { break };
            all -= self.entries.remove(&oldest).map_or(0, |e| e.bytes);
        }
    }
}
