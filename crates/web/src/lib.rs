//! The API and what guards it: users, log-ins, keys, permissions, the audit log, and the server on which the routes of the
//! stages hang.
//!
//! - A stage gives [`Routes`]: handlers whose first argument says who may call them ([`Allowed`], [`Actor`], [`Person`],
//!   [`Anyone`]), listed with [`routes!`]. The document and the checks come from that one place.
//! - `api` has the conventions: [`ApiError`] (RFC 9457), [`Json`], [`Query`], [`Path`], lists with [`ListQuery`] and [`Page`],
//!   versions with [`Versioned`] and [`IfMatch`].
//! - [`App`] is the state: database, clock, settings, audit log. [`router`] puts routes and layers together, [`serve`] listens.
//! - [`jobs`]: background work as clients see it; stages begin it with [`jobs::job_begin`] and answer with [`Accepted`].
//! - `rules` decides (pure), `store` has the SQL, `ops` the use cases, `http` the routes of this crate.
//! - [`testing`] has a server in memory and the walk over the document that tries every operation as everybody.

pub mod api;
mod app;
mod deferred;
mod entropy;
pub mod guard;
mod http;
pub mod jobs;
mod layers;
mod metrics;
pub mod model;
pub mod ops;
mod passwords;
pub mod rules;
pub mod server;
mod settings;
mod store;
pub mod testing;

pub use api::{
    ApiError, Field, IfMatch, Instant, Json, Kind, List, ListLink, ListPage, ListQuery, ListSpec, Page, Path,
    ProblemBody, Query, Text, Total, Versioned, download, download_pieces, told,
};
pub use app::App;
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use guard::{Access, Allowed, Anyone, Limits, Person, Routes};
pub use jobs::{Accepted, Job};
pub use layers::{Language, Nonce};
pub use metrics::Metrics;
pub use model::{Actor, Caller, Event, Object, Outcome, Via, Who};
pub use rules::mask::Mask;
pub use rules::permission::{Permission, Permissions, may};
pub use rules::role::Role;
pub use server::{Server, document, router, serve};
pub use settings::Settings;

#[cfg(test)]
mod tests;
