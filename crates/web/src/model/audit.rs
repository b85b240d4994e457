//! What the audit log keeps.

use std::fmt::Display;

use base::{ApiKeyId, AuditId, CustomerId, ImportId, InvitationId, Micros, SessionId, UserId};

use super::{Actor, Caller, Via};

/// Who did something, for the audit log.
#[derive(Clone, Debug)]
pub struct Who {
    pub(crate) kind: &'static str,
    pub(crate) user: Option<UserId>,
    pub(crate) key: Option<ApiKeyId>,
    pub(crate) ip: String,
    pub(crate) request: String,
}

impl Who {
    /// The command line, or the product itself.
    pub fn system() -> Self {
        Self { kind: "system", user: None, key: None, ip: String::new(), request: String::new() }
    }

    /// Somebody who is not signed in.
    pub fn anonymous(caller: &Caller) -> Self {
        Self { kind: "anonymous", user: None, key: None, ip: caller.ip.to_string(), request: caller.request.clone() }
    }

    /// A person about to be signed in.
    pub(crate) fn user(caller: &Caller, user: UserId) -> Self {
        Self { kind: "session", user: Some(user), ..Self::anonymous(caller) }
    }
}

impl From<&Actor> for Who {
    fn from(actor: &Actor) -> Self {
        let (kind, key) = match actor.via {
            Via::Session(_) => ("session", None),
            Via::Key(key) => ("key", Some(key)),
            Via::CommandLine => return Self { user: Some(actor.user), ..Self::system() },
        };
        Self { kind, user: Some(actor.user), key, ..Self::anonymous(&actor.caller) }
    }
}

/// How something that is audited ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Tried without the right.
    Denied,
    /// Tried, and it did not work: a wrong password.
    Failed,
}

impl Outcome {
    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// What something was done to: an id, or words.
#[derive(Clone, Debug)]
pub struct Object(String);

macro_rules! object {
    ($($id:ty),+) => {$(
        impl From<$id> for Object {
            fn from(id: $id) -> Self {
                Self::of(&id)
            }
        }
    )+};
}

object!(ApiKeyId, CustomerId, ImportId, InvitationId, SessionId, UserId, &str, String);

impl Object {
    /// Anything that can be written: the id of a stage.
    pub fn of(id: &dyn Display) -> Self {
        Self(id.to_string())
    }
}

/// Something that happened, for the audit log.
#[derive(Clone, Debug)]
pub struct Event {
    /// Who.
    pub who: Who,
    /// What: `user.update`, `customer.read`, `customer.export` …
    pub action: &'static str,
    /// To what: an id, or nothing.
    pub object: String,
    /// How it ended.
    pub outcome: Outcome,
    /// More, as JSON. Never personal data of customers: the log outlives an erasure.
    pub detail: serde_json::Value,
}

impl Event {
    /// Something that was done, without more to say.
    pub fn new(who: impl Into<Who>, action: &'static str, object: impl Into<Object>) -> Self {
        let detail = serde_json::Value::Null;
        Self { who: who.into(), action, object: object.into().0, outcome: Outcome::Done, detail }
    }

    /// Says more.
    #[must_use]
    pub fn detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }

    /// Says that it did not end well.
    #[must_use]
    pub fn ended(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }
}

/// An entry of the audit log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Number.
    pub id: AuditId,
    /// When.
    pub at: Micros,
    /// How he was signed in: `session`, `key`, `anonymous`, `system`.
    pub kind: String,
    /// Who.
    pub user: Option<UserId>,
    /// His name now.
    pub user_name: Option<String>,
    /// With which key.
    pub key: Option<ApiKeyId>,
    /// Its name now.
    pub key_name: Option<String>,
    /// From where.
    pub ip: String,
    /// In which request.
    pub request: String,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// The name it has now, of people and keys.
    pub object_name: Option<String>,
    /// How it ended.
    pub outcome: String,
    /// More, as JSON.
    pub detail: serde_json::Value,
}
