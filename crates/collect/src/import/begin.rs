//! Imports that a job does: checked and noted first, read when their turn comes.

use std::time::Duration;

use base::{Code, ImportId, Problem};
use jobs::{Cancel, Progress};
use store::Tx;

use super::importer::{Importer, stamp};
use super::lock::Lock;
use super::mended::settle_mode;
use super::model::{Held, ImportState, Report, Request};
use crate::source::Opened;
use crate::store::import::{self as rows, FileStamp};

/// How often work that waits for its turn looks again.
const LOOK: Duration = Duration::from_millis(300);

/// An import that can begin.
#[derive(Clone, Debug)]
pub struct Ready {
    pub(super) request: Request,
    pub(super) held: Held,
    stamp: FileStamp,
}

impl Importer {
    /// Refuses what can be refused before an import has a number. Reads the beginning of the file; blocking.
    pub fn prepare(&self, mut request: Request) -> Result<(Ready, Opened), Problem> {
        let opened = Self::open(&request.path, &request.reading)?;
        self.decoder(&request, &opened)?;
        settle_mode(&mut request, &opened)?;
        let stamp = stamp(&request.path)?;
        Ok((Ready { request, held: self.held(), stamp }, opened))
    }

    /// Gives an import its number; [`Importer::resume_in_turn`] reads it.
    pub async fn begin(&self, tx: &mut Tx, ready: &Ready) -> Result<ImportId, Problem> {
        rows::import_add(tx, self.clock.now(), &ready.request, &ready.held, ready.stamp).await
    }

    /// Waits until no other import is at work and nobody is being erased.
    pub async fn turn(&self, progress: &Progress, cancel: &Cancel) -> Result<Lock, Problem> {
        loop {
            match self.lock() {
                Err(problem) if problem.code == Code::Conflict => {
                    progress.begin("waiting for another import", 0);
                    cancel.check()?;
                    tokio::time::sleep(LOOK).await;
                }
                taken => return taken,
            }
        }
    }

    /// As [`Importer::resume`], for who holds the lock. An import that ends early says so, even if it could not be begun.
    pub async fn resume_in_turn(
        &self,
        _turn: &Lock,
        id: ImportId,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Report, Problem> {
        let outcome = self.go_on(id, progress, cancel).await;
        if let Err(problem) = &outcome {
            let mut tx = self.lake.db().read().await?;
            let open = rows::import_get(&mut tx, id).await?.state == ImportState::Running;
            drop(tx);
            if open {
                self.give_up(id, problem).await?;
            }
        }
        outcome
    }

    /// As [`Importer::undo`], for who holds the lock.
    pub async fn undo_in_turn(&self, _turn: &Lock, id: ImportId, cancel: &Cancel) -> Result<(), Problem> {
        self.take_back(id, cancel).await
    }
}
