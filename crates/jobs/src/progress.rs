//! How far a piece of work is, and the wish to stop it: shared between the worker's threads, the terminal and the job table.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base::{Code, Problem};

/// A request to stop. Work looks at it often and ends with [`Code::Cancelled`].
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks to stop.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error when somebody asked; for use with `?` inside loops.
    pub fn check(&self) -> Result<(), Problem> {
        if self.asked() { Err(Problem::new(Code::Cancelled, "stopped on request")) } else { Ok(()) }
    }

    /// The flag itself, for code that knows nothing of jobs.
    pub fn flag(&self) -> &AtomicBool {
        &self.0
    }
}

/// Units done of units in all, and what is being done.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    done: AtomicU64,
    total: AtomicU64,
    stage: Mutex<String>,
}

impl Progress {
    /// Begins a stage of `total` units (0 = unknown).
    pub fn begin(&self, stage: &str, total: u64) {
        self.0.done.store(0, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
        stage.clone_into(&mut self.0.stage.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Adds to what is done.
    pub fn add(&self, units: u64) {
        self.0.done.fetch_add(units, Ordering::Relaxed);
    }

    /// Sets what is done.
    pub fn set(&self, done: u64) {
        self.0.done.store(done, Ordering::Relaxed);
    }

    /// Stage, units done, units in all.
    pub fn get(&self) -> (String, u64, u64) {
        let stage = self.0.stage.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (stage, self.0.done.load(Ordering::Relaxed), self.0.total.load(Ordering::Relaxed))
    }
}
