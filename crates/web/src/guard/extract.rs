//! The guards themselves.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base::{Code, Problem};

use super::access::{Access, Guard};
use crate::api::ApiError;
use crate::model::{Actor, Caller, Via};
use crate::rules::permission::Permitted;

/// Who sent a request, as found out before its handler is called.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    /// Nobody signed in.
    Nobody,
    /// Somebody tried, but it does not hold: code and what to say.
    Refused(Code, &'static str),
    /// Somebody.
    Known(Actor),
}

/// The guard of operations for anyone.
#[derive(Clone, Copy, Debug)]
pub struct Anyone;

/// A person signed in with a browser: for what a key must not do, such as changing the password.
#[derive(Clone, Debug)]
pub struct Person(pub Actor);

/// Somebody with the permission `P`.
#[derive(Clone, Debug)]
pub struct Allowed<P> {
    /// Who.
    pub actor: Actor,
    permission: PhantomData<P>,
}

impl<P> Deref for Allowed<P> {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.actor
    }
}

impl Deref for Person {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.0
    }
}

impl Guard for Anyone {
    const ACCESS: Access = Access::Anyone;
}

impl Guard for Actor {
    const ACCESS: Access = Access::SignedIn;
}

impl Guard for Person {
    const ACCESS: Access = Access::Person;
}

impl<P: Permitted> Guard for Allowed<P> {
    const ACCESS: Access = Access::Allowed(P::PERMISSION);
}

impl<S: Sync> FromRequestParts<S> for Anyone {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Actor {
    /// Who it is, or why nobody.
    pub(crate) fn of(identity: &Identity) -> Result<Self, Problem> {
        match identity {
            Identity::Known(actor) => Ok(actor.clone()),
            Identity::Refused(Code::Forbidden, why) => {
                Err(Problem::new(Code::Forbidden, *why).hint("load the page again"))
            }
            Identity::Refused(code, why) => Err(Problem::new(*code, *why).hint("sign in again, or make another key")),
            Identity::Nobody => Err(Problem::new(Code::Unauthenticated, "nobody is signed in")
                .hint("sign in (POST /api/v1/auth/login), or send an API key: Authorization: Bearer gxk_…")),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self::of(parts.extensions.get::<Identity>().unwrap_or(&Identity::Nobody))?)
    }
}

impl<S: Sync> FromRequestParts<S> for Person {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let actor = Actor::from_request_parts(parts, state).await?;
        match actor.via {
            Via::Session(_) => Ok(Self(actor)),
            Via::Key(_) | Via::CommandLine => {
                Err(Problem::new(Code::Forbidden, "an API key cannot do this, only a person who is signed in")
                    .hint("sign in with a browser")
                    .into())
            }
        }
    }
}

impl<P: Permitted, S: Sync> FromRequestParts<S> for Allowed<P> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let actor = Actor::from_request_parts(parts, state).await?;
        actor.check(P::PERMISSION)?;
        Ok(Self { actor, permission: PhantomData })
    }
}

/// Where a request comes from, for operations that need no sign-in.
#[derive(Clone, Debug)]
pub(crate) struct Client(pub Caller);

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Caller>().cloned();
        caller.map(Self).ok_or_else(|| Problem::new(Code::Internal, "the caller of a request is not known").into())
    }
}
