//! What every handler can reach.

use std::ops::Deref;
use std::sync::{Arc, Once, OnceLock};

use base::{Clock, Micros, Problem};
use store::{Db, Tx};
use tokio::sync::watch;

use crate::deferred::Deferred;
use crate::entropy::Entropy;
use crate::layers::streams::Streams;
use crate::metrics::Metrics;
use crate::model::{Actor, Event, Object};
use crate::passwords::Passwords;
use crate::settings::Settings;
use crate::store::audit;

/// The state of the server. Cheap to clone; a stage keeps one in its own state.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What is in an [`App`].
pub struct Inner {
    /// The operational store.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Secret randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Settings.
    pub settings: Settings,
    /// Counters, shown at `/metrics`.
    pub metrics: Metrics,
    pub(crate) passwords: Passwords,
    deferred: Deferred,
    stopping: watch::Sender<bool>,
    busy: watch::Sender<()>,
    forwarded: Once,
    pub(crate) streams: Streams,
    needs: OnceLock<Need>,
}

/// Says whether something that the server needs is there. It may look at the disk.
type Need = Box<dyn Fn() -> Result<(), Problem> + Send + Sync>;

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// The state over an open database. Must be called inside a tokio runtime.
    pub fn new(db: Db, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, settings: Settings) -> Result<Self, Problem> {
        settings.check()?;
        let passwords = Passwords::new(&settings, entropy.as_ref())?;
        let deferred = Deferred::start(db.clone());
        let stopping = watch::Sender::new(false);
        let (metrics, busy) = (Metrics::new(), watch::Sender::new(()));
        Ok(Self(Arc::new(Inner {
            db,
            clock,
            entropy,
            settings,
            metrics,
            passwords,
            deferred,
            stopping,
            busy,
            forwarded: Once::new(),
            streams: Streams::default(),
            needs: OnceLock::new(),
        })))
    }

    /// The present instant.
    pub fn now(&self) -> Micros {
        self.clock.now()
    }

    /// Puts something that changed into the audit log, in the transaction of the change.
    pub async fn audit(&self, tx: &mut Tx, event: Event) -> Result<(), Problem> {
        audit::audit_insert(tx, &[(self.now(), event)]).await
    }

    /// Notes that somebody saw or took out personal data. It is written a moment later, together with others, so that
    /// readers do not wait for one another; when the log cannot be written, this waits, and nobody reads unseen.
    pub fn audit_read(
        &self,
        actor: &Actor,
        action: &'static str,
        object: impl Into<Object>,
    ) -> impl Future<Output = ()> + Send {
        self.audit_later(Event::new(actor, action, object))
    }

    /// Puts an event that changed nothing into the audit log a moment later.
    pub async fn audit_later(&self, event: Event) {
        self.deferred.event(self.now(), event).await;
    }

    /// Says once that requests come through a proxy of which the settings know nothing.
    pub(crate) fn forwarded(&self) {
        self.forwarded.call_once(|| {
            tracing::warn!(
                "requests come with X-Forwarded-… headers, but server.trusted_proxies is empty: everybody seems to come from the \
                 proxy, in the audit log, when log-ins are throttled, and at /metrics; name the networks of the proxy there"
            );
        });
    }

    /// Notes that somebody is there.
    pub(crate) fn seen(&self, actor: &Actor) {
        self.deferred.seen(self.now(), actor);
    }

    /// Waits until everything deferred is written; before the end of the program.
    pub async fn flush(&self) {
        self.deferred.flush().await;
    }

    /// Is over when the server is about to stop: streams that would go on for ever end then.
    pub async fn stopping(&self) {
        let mut receiver = self.stopping.subscribe();
        let _ = receiver.wait_for(|stopping| *stopping).await;
    }

    /// Says once what the server needs besides its database to be ready.
    pub fn needs(&self, need: impl Fn() -> Result<(), Problem> + Send + Sync + 'static) {
        let known = self.needs.set(Box::new(need));
        debug_assert!(known.is_ok(), "it is said once");
    }

    /// Whether it is there; on a thread for what may take long.
    pub(crate) async fn has_what_it_needs(&self) -> Result<(), Problem> {
        let app = self.clone();
        let look = tokio::task::spawn_blocking(move || app.needs.get().map_or(Ok(()), |need| need()));
        look.await.map_err(|e| Problem::internal("looking whether the server is ready failed", e))?
    }

    /// Whether the server is about to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// To be held by work that goes on when its sender has gone.
    pub(crate) fn busy(&self) -> watch::Receiver<()> {
        self.busy.subscribe()
    }

    /// Is over when nobody holds [`App::busy`].
    pub(crate) async fn idle(&self) {
        self.busy.closed().await;
    }

    /// The earliest last request of a log-in that still holds.
    pub(crate) fn idle_since(&self) -> Micros {
        self.now() - i64::from(self.settings.session_idle_minutes) * 60_000_000
    }
}
