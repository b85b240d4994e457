//! Writes that nobody waits for: audit entries of reads, when a log-in was last used. One task writes them, many at a time.

use std::time::Duration;

use base::{ApiKeyId, Micros, Problem, SessionId};
use store::Db;
use tokio::sync::{mpsc, oneshot};

use crate::model::{Actor, Event, Via};
use crate::store::{audit, key, session};

/// How many may wait before readers do.
const ROOM: usize = 4096;
const AT_ONCE: usize = 512;
const AGAIN: Duration = Duration::from_secs(1);

enum Write {
    Event(Micros, Event),
    Session(Micros, SessionId, String),
    Key(Micros, ApiKeyId),
    Flush(oneshot::Sender<()>),
}

/// The way to the task that writes. The task ends with the last of these.
#[derive(Clone)]
pub(crate) struct Deferred(mpsc::Sender<Write>);

impl Deferred {
    pub(crate) fn start(db: Db) -> Self {
        let (sender, mut receiver) = mpsc::channel(ROOM);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(AT_ONCE);
            while receiver.recv_many(&mut batch, AT_ONCE).await > 0 {
                // An audit entry is never given up: the queue fills, and readers wait.
                while let Err(problem) = write(&db, &batch).await {
                    tracing::warn!(%problem, "audit entries could not be written; trying again");
                    tokio::time::sleep(AGAIN).await;
                }
                for done in batch.drain(..) {
                    if let Write::Flush(sender) = done {
                        let _ = sender.send(());
                    }
                }
            }
        });
        Self(sender)
    }

    pub(crate) async fn event(&self, at: Micros, event: Event) {
        if self.0.send(Write::Event(at, event)).await.is_err() {
            tracing::error!("the task that writes the audit log has stopped");
        }
    }

    /// Notes a use; dropped when there is no room, the next one will do as well.
    pub(crate) fn seen(&self, at: Micros, actor: &Actor) {
        let write = match actor.via {
            Via::Session(id) => Write::Session(at, id, actor.caller.ip.to_string()),
            Via::Key(id) => Write::Key(at, id),
            Via::CommandLine => return,
        };
        let _ = self.0.try_send(write);
    }

    pub(crate) async fn flush(&self) {
        let (sender, receiver) = oneshot::channel();
        if self.0.send(Write::Flush(sender)).await.is_ok() {
            let _ = receiver.await;
        }
    }
}

async fn write(db: &Db, batch: &[Write]) -> Result<(), Problem> {
    if batch.iter().all(|w| matches!(w, Write::Flush(_))) {
        return Ok(());
    }
    let mut tx = db.write().await?;
    let mut events = Vec::new();
    for item in batch {
        match item {
            Write::Event(at, event) => events.push((*at, event.clone())),
            Write::Session(at, id, ip) => session::session_seen(&mut tx, *id, *at, ip).await?,
            Write::Key(at, id) => key::key_used(&mut tx, *id, *at).await?,
            Write::Flush(_) => {}
        }
    }
    audit::audit_insert(&mut tx, &events).await?;
    tx.commit().await
}
