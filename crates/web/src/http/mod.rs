//! The routes of this crate: signing in, users, invitations, keys, the audit log.

mod audit;
mod auth;
mod dto;
mod invitations;
mod keys;
mod me;
mod roles;
mod users;

use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};

use crate::App;
use crate::guard::{Routes, cookie_set, csrf_token};
use crate::layers::idempotency::ShownOnce;

/// All of them.
pub(crate) fn routes(app: &App) -> Routes {
    Routes::new()
        .merge(auth::routes())
        .merge(me::routes())
        .merge(users::routes())
        .merge(invitations::routes())
        .merge(keys::routes())
        .merge(roles::routes())
        .merge(audit::routes())
        .with_state(app.clone())
}

/// Marks an answer that carries a secret which is shown once.
fn once(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    response.extensions_mut().insert(ShownOnce);
    response
}

/// An answer that signs a browser in with `token`.
fn signed_in(app: &App, token: &str, make: impl FnOnce(String) -> Response) -> Response {
    let mut response = once(make(csrf_token(token)));
    response.headers_mut().insert(SET_COOKIE, cookie_set(app, token));
    response
}

/// The token of the log-in of this browser, if there is one.
fn current(app: &App, headers: &HeaderMap) -> Option<String> {
    crate::guard::session_token(app, headers)
}
