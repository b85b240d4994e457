//! Finds out who sent a request: the cookie of a log-in, or an API key.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use base::{Code, Problem};
use subtle::ConstantTimeEq as _;

use super::extract::Identity;
use crate::App;
use crate::api::ApiError;
use crate::entropy::token_hash;
use crate::model::{Actor, Caller, Event, Outcome, Via};
use crate::ops::key::PREFIX;
use crate::store::{key, session};

/// The name of the cookie. Over TLS it carries the prefix that keeps other hosts and paths from setting it.
const COOKIE: [&str; 2] = ["guanxi_session", "__Host-guanxi_session"];
const CSRF: &str = "x-csrf-token";
/// How often a use is noted.
const MINUTE: i64 = 60_000_000;

/// The `Set-Cookie` of a log-in.
pub(crate) fn cookie_set(app: &App, token: &str) -> HeaderValue {
    cookie(app, token, i64::from(app.settings.session_days) * 86_400)
}

/// The `Set-Cookie` that removes it.
pub(crate) fn cookie_clear(app: &App) -> HeaderValue {
    cookie(app, "", 0)
}

fn cookie(app: &App, value: &str, seconds: i64) -> HeaderValue {
    let secure = app.settings.secure();
    let (name, flag) = (COOKIE[usize::from(secure)], if secure { "; Secure" } else { "" });
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{flag}");
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The token that a page must send back with every change: another site cannot read it. Made of the log-in's secret, so
/// it needs no place of its own and changes with it.
pub(crate) fn csrf_token(token: &str) -> String {
    token_hash(&format!("csrf:{token}"))
}

/// The token of a log-in in the cookies of a request.
pub(crate) fn session_token(app: &App, headers: &HeaderMap) -> Option<String> {
    let name = COOKIE[usize::from(app.settings.secure())];
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(n, v)| *n == name && !v.is_empty()).map(|(_, v)| v.to_owned())
}

/// Whether a method changes nothing.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Finds out who it is, and notes when he was refused.
pub(crate) async fn authenticate(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let Some(caller) = request.extensions().get::<Caller>().cloned() else {
        return Err(Problem::new(Code::Internal, "the caller of a request is not known").into());
    };
    let method = request.method().clone();
    let identity = identify(&app, &method, request.headers(), &caller).await?;
    let actor = if let Identity::Known(actor) = &identity { Some(actor.clone()) } else { None };
    request.extensions_mut().insert(identity);
    let route = request.extensions().get::<MatchedPath>().map(|p| p.as_str().to_owned());
    let response = next.run(request).await;
    if let (Some(actor), Some(route)) = (actor, route)
        && response.status() == axum::http::StatusCode::FORBIDDEN
    {
        let event = Event::new(&actor, "access.refuse", format!("{method} {route}")).ended(Outcome::Denied);
        app.audit_later(event).await;
    }
    Ok(response)
}

async fn identify(app: &App, method: &Method, headers: &HeaderMap, caller: &Caller) -> Result<Identity, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let bearer = value.to_str().ok().and_then(|v| v.split_once(' '));
        return match bearer {
            Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => by_key(app, key.trim(), caller).await,
            _ => Ok(Identity::Refused(
                Code::Unauthenticated,
                "the header Authorization is not \"Bearer\" and an API key",
            )),
        };
    }
    let Some(token) = session_token(app, headers) else { return Ok(Identity::Nobody) };
    let identity = by_session(app, &token, caller).await?;
    if matches!(identity, Identity::Known(_)) && !is_safe(method) {
        let given = headers.get(CSRF).map_or(&b""[..], HeaderValue::as_bytes);
        if !bool::from(given.ct_eq(csrf_token(&token).as_bytes())) {
            return Ok(Identity::Refused(
                Code::Forbidden,
                "the header X-CSRF-Token is missing or not the one of this log-in (GET /api/v1/auth/me tells it)",
            ));
        }
    }
    Ok(identity)
}

async fn by_session(app: &App, token: &str, caller: &Caller) -> Result<Identity, Problem> {
    let mut tx = app.db.read().await?;
    let found = session::session_find(&mut tx, &token_hash(token), app.now(), app.idle_since()).await?;
    drop(tx);
    let Some((session, user)) = found else {
        return Ok(Identity::Refused(Code::Unauthenticated, "the log-in has ended"));
    };
    let permissions = user.role.permissions();
    let actor = actor(&user, Via::Session(session.id), permissions, caller);
    if app.now() - session.seen_at >= MINUTE {
        app.seen(&actor);
    }
    Ok(Identity::Known(actor))
}

async fn by_key(app: &App, secret: &str, caller: &Caller) -> Result<Identity, Problem> {
    let no = Identity::Refused(Code::Unauthenticated, "the API key is not valid: it is unknown, expired or revoked");
    if !secret.starts_with(PREFIX) {
        return Ok(no);
    }
    let mut tx = app.db.read().await?;
    let found = key::key_find(&mut tx, &token_hash(secret), app.now()).await?;
    drop(tx);
    let Some((key, maker)) = found else { return Ok(no) };
    let permissions = key.scopes.intersection(&maker.role.permissions()).copied().collect();
    let actor = actor(&maker, Via::Key(key.id), permissions, caller);
    if key.used_at.is_none_or(|at| app.now() - at >= MINUTE) {
        app.seen(&actor);
    }
    Ok(Identity::Known(actor))
}

fn actor(
    user: &crate::model::User,
    via: Via,
    permissions: crate::rules::permission::Permissions,
    caller: &Caller,
) -> Actor {
    Actor {
        user: user.id,
        name: user.name.clone(),
        email: user.email.clone(),
        role: user.role,
        via,
        permissions: permissions.into(),
        caller: caller.clone(),
    }
}
