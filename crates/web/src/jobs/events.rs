//! Changes of jobs as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::response::sse::{Event, KeepAlive, Sse};
use base::Problem;
use futures::Stream;
use futures::stream::unfold;
use jobs::JobRow;
use jobs::store::{job_changes, job_open};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::Instant;
use utoipa::IntoParams;

use super::news::{BATCH, Changes, LOOK};
use super::{Job, Jobs};
use crate::App;
use crate::api::{ApiError, Query};
use crate::guard::Allowed;
use crate::layers::Language;
use crate::model::Actor;
use crate::rules::permission::may::JobsRead;

/// Silence that proxies bear.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// A stream ends after this long; the browser comes back and shows its log-in again, which may have ended.
const LIFE: Duration = Duration::from_mins(5);

/// What a stream is asked with.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EventQuery {
    /// In which language problems are told, for a browser cannot send `Accept-Language` of its choice with a stream.
    #[param(example = "zh-CN")]
    lang: Option<String>,
}

/// Follow jobs
///
/// Server-sent events: `job` with a whole job whenever one changes, and at first every one that waits or runs. With
/// `Last-Event-ID` it goes on from there. A stream ends after some minutes; browsers connect again by themselves.
#[utoipa::path(get, path = "/jobs/events", tag = "jobs",
    params(EventQuery, ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen.")),
    responses((status = 200, description = "The stream.", body = Job, content_type = "text/event-stream")))]
pub(super) async fn job_events(
    actor: Allowed<JobsRead>,
    State(state): State<Jobs>,
    Query(query): Query<EventQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let seen = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let (app, news) = (state.app.clone(), state.news.listen(&state.app.db));
    let (first, last) = match seen {
        Some(last) => (Vec::new(), last),
        None => job_open(&mut app.db.read().await?).await?,
    };
    let language = Language::chosen(query.lang.as_deref());
    let stream = Sse::new(follow(Follow::new((app, actor.actor), news, first, last), language))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    let mut response = stream.into_response();
    // Proxies that collect answers would keep the events back.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}

struct Follow {
    app: App,
    actor: Actor,
    news: watch::Receiver<Changes>,
    waiting: std::vec::IntoIter<JobRow>,
    last: i64,
    /// Whether it may have missed something and reads the table itself.
    behind: bool,
    end: Instant,
}

fn follow(follow: Follow, language: Language) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(follow, move |mut follow| async move {
        let job = follow.next().await?;
        // The stream is read when the request is over, and its language with it.
        Some((Ok(language.within(|| event(job, &follow.actor))), follow))
    })
}

impl Follow {
    fn new((app, actor): (App, Actor), news: watch::Receiver<Changes>, first: Vec<JobRow>, last: i64) -> Self {
        Self { app, actor, news, waiting: first.into_iter(), last, behind: true, end: Instant::now() + LIFE }
    }

    /// The next job that changed; `None` when the stream is over.
    async fn next(&mut self) -> Option<JobRow> {
        loop {
            if let Some(job) = self.waiting.next() {
                self.last = self.last.max(job.change);
                return Some(job);
            }
            if self.behind {
                match self.look().await {
                    Ok(jobs) => {
                        self.behind = jobs.len() as i64 == BATCH;
                        self.waiting = jobs.into_iter();
                    }
                    // It is tried again in a moment.
                    Err(problem) => tracing::warn!(%problem, "changes of jobs cannot be read"),
                }
                if self.waiting.len() > 0 {
                    continue;
                }
            }
            tokio::select! {
                told = self.news.changed() => told.ok()?,
                () = tokio::time::sleep(LOOK), if self.behind => {}
                () = tokio::time::sleep_until(self.end) => return None,
                () = self.app.stopping() => return None,
            }
            match self.news.borrow_and_update().since(self.last) {
                Some(jobs) if !self.behind => self.waiting = jobs.into_iter(),
                _ => self.behind = true,
            }
        }
    }

    async fn look(&self) -> Result<Vec<JobRow>, Problem> {
        job_changes(&mut self.app.db.read().await?, self.last, BATCH).await
    }
}

fn event(job: JobRow, actor: &Actor) -> Event {
    let id = job.change.to_string();
    let event = Event::default().event("job").id(id);
    match serde_json::to_string(&Job::of(job, actor)) {
        Ok(text) => event.data(text),
        Err(_) => event,
    }
}
