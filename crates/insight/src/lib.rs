//! Questions and answers: the numbers of the business, SQL over the history, results as files that other programs open.
//!
//! - [`metrics`]: what the numbers mean, defined once. [`index`]: who bought when, in memory; they are counted from it.
//! - [`overview`], [`cohorts`], [`hours`](index::Index::by_hour), [`top`], [`orders`]: use cases of [`Insight`].
//! - [`within`]: the customers behind a number.
//! - [`export`](mod@export): results as files.

mod arriving;
pub mod cohorts;
pub mod data;
pub mod day;
pub mod export;
pub mod http;
pub mod index;
mod kept;
mod memory;
pub mod metrics;
pub mod orders;
pub mod overview;
mod store;
pub mod top;
pub mod within;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base::{Problem, Zone};
use lake::{Lake, Snapshot};

pub use arriving::export_arriving;
pub use export::{Format, export, export_each};
use index::{Index, Numbers};
use memory::Memory;
pub use within::Within;

/// What holds for the whole business.
#[derive(Clone, Debug)]
pub struct Business {
    /// Its clocks.
    pub zone: Zone,
    /// Its currency, ISO 4217.
    pub currency: String,
}

/// Deletes from the folder `cache` what is of files that are not in the history any more: of an erased person it has the number.
pub async fn forget(lake: &Lake, zone: &Zone, cache: &Path) -> Result<(), Problem> {
    let snapshot = lake.snapshot().await?;
    Ok(index::forget(&snapshot, zone, cache)?)
}

/// The state of this stage. Cheap to clone.
#[derive(Clone)]
pub struct Insight {
    /// The server.
    pub app: web::App,
    /// The history.
    pub lake: Lake,
    /// The business.
    pub business: Arc<Business>,
    /// How many threads may work on one question.
    pub threads: usize,
    numbers: Arc<Numbers>,
    memory: Arc<Memory>,
    /// Where answers are kept over a restart.
    cache: Arc<Path>,
}

impl Insight {
    /// `cache` is a folder for what is worth keeping over a restart, such as `cache` in the data folder; it may be deleted.
    pub fn new(app: web::App, lake: Lake, business: Business, threads: usize, cache: &Path) -> Self {
        let numbers = Arc::new(Numbers::new(business.zone.clone(), threads, cache));
        let (business, memory) = (Arc::new(business), Arc::default());
        Self { app, lake, business, threads: threads.max(1), numbers, memory, cache: cache.into() }
    }

    /// Keeps over a restart what was made, when the process is about to end. Otherwise it does so by itself, now and then.
    pub async fn keep(&self) -> Result<(), Problem> {
        let numbers = Arc::clone(&self.numbers);
        index::numbers::blocking(move || {
            numbers.keep(Duration::ZERO);
            Ok(())
        })
        .await
    }

    /// What is visible now, and who bought when.
    async fn index(&self) -> Result<(Snapshot, Arc<Index>), Problem> {
        let snapshot = self.lake.snapshot().await?;
        let index = self.numbers.index(&snapshot, self.app.now()).await?;
        Ok((snapshot, index))
    }
}

#[cfg(test)]
mod tests;
