//! People, log-ins, keys, invitations, and who did what.

mod audit;

use std::net::IpAddr;
use std::sync::Arc;

use base::{ApiKeyId, Code, InvitationId, Micros, Problem, SessionId, UserId};

use crate::rules::mask::Mask;
use crate::rules::permission::{Permission, Permissions};
use crate::rules::role::Role;

pub use audit::{Entry, Event, Object, Outcome, Who};

/// A person who works with the product.
#[derive(Clone, Debug)]
pub struct User {
    /// Number.
    pub id: UserId,
    /// E-mail address in lower case, by which he signs in.
    pub email: String,
    /// Name.
    pub name: String,
    /// What he is.
    pub role: Role,
    /// Hash of his password (PHC text).
    pub(crate) password_hash: String,
    /// Whether he is locked out.
    pub disabled: bool,
    /// Shared secret of the second factor (base32), also while it is being set up.
    pub(crate) totp_secret: Option<String>,
    /// Whether the second factor is asked for.
    pub totp_on: bool,
    /// The last step whose code was used.
    pub(crate) totp_step: i64,
    /// Grows with every change.
    pub version: i64,
    /// When he was made.
    pub created_at: Micros,
    /// When he was last there, to the minute.
    pub last_seen_at: Option<Micros>,
}

/// One log-in on one device.
#[derive(Clone, Debug)]
pub struct Session {
    /// Number.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// Address of the last request, to the minute.
    pub ip: String,
    /// What the browser said it is.
    pub device: String,
    /// When it began.
    pub created_at: Micros,
    /// Last request, to the minute.
    pub seen_at: Micros,
    /// When it ends in any case.
    pub expires_at: Micros,
}

/// A key with which a program calls the API.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// Number.
    pub id: ApiKeyId,
    /// Who made it; it can never do more than he.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// Its first characters, to tell keys apart.
    pub prefix: String,
    /// What it may do.
    pub scopes: Permissions,
    /// When it was made.
    pub created_at: Micros,
    /// When it stops working.
    pub expires_at: Option<Micros>,
    /// Last request, to the minute.
    pub used_at: Option<Micros>,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
}

/// An invitation to become a user.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Number.
    pub id: InvitationId,
    /// Whom.
    pub email: String,
    /// As what.
    pub role: Role,
    /// By whom; nobody: by the command line.
    pub invited_by: Option<UserId>,
    /// When.
    pub created_at: Micros,
    /// Until when it can be accepted.
    pub expires_at: Micros,
    /// When it was accepted.
    pub accepted_at: Option<Micros>,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
}

/// Where a request comes from.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The client's address.
    pub ip: IpAddr,
    /// What it said it is.
    pub device: String,
    /// The number of the request.
    pub request: String,
}

/// How somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A person, in a browser.
    Session(SessionId),
    /// A program.
    Key(ApiKeyId),
    /// Whoever may run the command line on the server, in the name of a user.
    CommandLine,
}

/// Somebody who is signed in, and what he may do. As an argument of a handler: whoever is signed in.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person, or who made the key.
    pub user: UserId,
    /// His name.
    pub name: String,
    /// His address.
    pub email: String,
    /// What he is.
    pub role: Role,
    /// How he signed in.
    pub via: Via,
    /// What he may do; of a key: its scopes, as far as its maker has them.
    pub permissions: Arc<Permissions>,
    /// Where he is.
    pub caller: Caller,
}

impl Actor {
    /// Whether he may.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// Refuses when he may not.
    pub fn check(&self, permission: Permission) -> Result<(), Problem> {
        if self.may(permission) {
            return Ok(());
        }
        let p = permission.as_str();
        Err(match self.via {
            Via::Session(_) | Via::CommandLine => {
                Problem::new(Code::Forbidden, format!("your role ({}) does not include {p}", self.role.as_str()))
                    .hint("ask an administrator for another role")
            }
            Via::Key(_) => Problem::new(Code::Forbidden, format!("this API key does not include {p}"))
                .hint("make a key with this scope; a key can never do more than the person who made it"),
        })
    }

    /// Whose his things are: the user's, or those of the key alone (`usr_3`, `key_2`).
    pub fn principal(&self) -> String {
        match self.via {
            Via::Session(_) | Via::CommandLine => self.user.to_string(),
            Via::Key(id) => id.to_string(),
        }
    }

    /// How he sees personal data.
    pub fn mask(&self) -> Mask {
        if self.may(Permission::CustomersPii) { Mask::Off } else { Mask::On }
    }
}
