//! How many uploads, downloads and followed streams one user or key has at once. They take no turn from others, but files that are
//! open and room on the disk.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt as _;

use crate::App;
use crate::api::ApiError;
use crate::guard::{Identity, Limits};

/// How many streams are open, by whose they are.
#[derive(Debug, Default)]
pub(crate) struct Streams(Mutex<HashMap<String, usize>>);

/// A stream that is open.
struct Open {
    app: App,
    whose: String,
}

impl Open {
    fn of(app: &App, whose: String) -> Result<Self, ApiError> {
        let mut all = app.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = all.entry(whose.clone()).or_default();
        if *open >= app.settings.streams_each {
            let message = "too many uploads, downloads and followed streams at once";
            return Err(ApiError::http(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message)
                .hint("wait for one to end, or close a window of the console")
                .retry_after(10));
        }
        *open += 1;
        Ok(Self { app: app.clone(), whose })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut all = self.app.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = all.get_mut(&self.whose) {
            *open -= 1;
            if *open == 0 {
                all.remove(&self.whose);
            }
        }
    }
}

/// Refuses what is one too many. Behind `authenticate`, which knows whose it is.
pub(crate) async fn count(State(app): State<App>, request: Request, next: Next) -> Result<Response, ApiError> {
    let streams = request.extensions().get::<Limits>().is_some_and(|own| own.streams);
    let Some(Identity::Known(actor)) = request.extensions().get::<Identity>().filter(|_| streams) else {
        return Ok(next.run(request).await);
    };
    let open = Open::of(&app, actor.principal())?;
    let response = next.run(request).await;
    // The answer to an upload is there; a download and the events of jobs only begin.
    if response.body().size_hint().exact().is_some() {
        return Ok(response);
    }
    Ok(response.map(|body| {
        let counted = body.into_data_stream().map(move |part| {
            let _until_the_end = &open;
            part
        });
        Body::from_stream(counted)
    }))
}
