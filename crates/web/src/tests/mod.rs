//! The API through its real router, on both databases.

mod audit;
mod auth;
mod idempotency;
mod jobs;
mod keys;
mod language;
mod layers;
mod listen;
mod lists;
mod stage;
mod totp;
mod users;
mod walk;

use crate::testing::{World, settings};

/// A server over a throw-away database, with the routes of a stage that does a bit of everything.
fn world(t: &store::testing::TestDb) -> World {
    World::new(t.db.clone(), settings(), stage::routes).unwrap()
}
