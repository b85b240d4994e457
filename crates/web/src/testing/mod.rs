//! For tests, here and in the binary: a server in memory, clients that keep their cookies, and the walk over the document
//! that tries every operation as everybody.

mod client;
mod walk;

use std::sync::Arc;

use axum::Router;
use base::{Clock as _, FixedClock, Problem, UserId};
use store::Db;
use utoipa::openapi::OpenApi;

pub use client::{Answer, Client};
pub use walk::walk;

use crate::ops::first_run::user_create;
use crate::ops::key::key_create;
use crate::ops::user::act_as;
use crate::{App, Permission, Role, Routes, SeededEntropy, Settings};

/// Where the clock of a test begins: 2026-05-01T08:00:00Z.
pub const START: i64 = 1_777_622_400_000_000;

/// A server without a socket over a database.
pub struct World {
    /// Its state.
    pub app: App,
    /// Its clock, to be moved.
    pub clock: Arc<FixedClock>,
    /// Routes and layers.
    pub router: Router,
    /// The document of all routes.
    pub document: OpenApi,
}

/// Settings for tests: password hashing that costs nothing.
pub fn settings() -> Settings {
    Settings { password_memory_kib: 8, password_passes: 1, ..Settings::default() }
}

impl World {
    /// A server with `routes`, which are made with its state.
    pub fn new(db: Db, settings: Settings, routes: impl Fn(&App) -> Routes) -> Result<Self, Problem> {
        let clock = Arc::new(FixedClock::at(START));
        let app = App::new(db, Arc::clone(&clock) as _, Arc::new(SeededEntropy::new(7)), settings)?;
        let document = crate::document(&crate::server::with_own(&app, routes(&app)));
        let router = crate::router(&app, routes(&app), Router::new())?;
        Ok(Self { app, clock, router, document })
    }

    /// Somebody who is not signed in.
    pub fn client(&self) -> Client {
        Client::of(self.router.clone())
    }

    /// Makes a user: number, address and password.
    pub async fn user(&self, role: Role, email: &str) -> Result<(UserId, String), Problem> {
        user_create(&self.app, email, "Test Person", role).await.map(|made| (made.id, made.password))
    }

    /// An address that nobody has.
    fn fresh(&self, name: &str) -> String {
        let random = crate::entropy::bytes::<6>(self.app.entropy.as_ref());
        format!("{name}.{}@shop.example", crate::entropy::hex(&random))
    }

    /// A new user of a role, signed in.
    pub async fn sign_in(&self, role: Role) -> Result<Client, Problem> {
        let email = self.fresh(role.as_str());
        let (_, password) = self.user(role, &email).await?;
        let mut client = self.client();
        client.login(&email, &password).await;
        Ok(client)
    }

    /// A program with a key of an owner.
    pub async fn key(&self, scopes: &[Permission]) -> Result<Client, Problem> {
        let email = self.fresh("owner");
        self.user(Role::Owner, &email).await?;
        let actor = act_as(&self.app, Some(&email)).await?;
        let names: Vec<String> = scopes.iter().map(|p| p.as_str().to_owned()).collect();
        let (_, secret) = key_create(&self.app, &actor, "test", &names, None).await?;
        Ok(self.client().with_key(&secret))
    }

    /// Moves the clock on by seconds.
    pub fn wait(&self, seconds: i64) {
        self.clock.advance(seconds * 1_000_000);
    }

    /// The present instant of the clock.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }
}
