//! Numbers, logs and counts every request, and finds out where it comes from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use super::language::Language;
use crate::App;
use crate::api::sent::answering;
use crate::entropy::{bytes, hex};
use crate::model::Caller;
use crate::rules::address;

tokio::task_local! {
    static REQUEST: String;
}

/// The number of the request that is being answered.
pub(crate) fn request_id() -> Option<String> {
    REQUEST.try_with(Clone::clone).ok()
}

/// `work` as part of the request that is being answered, wherever it runs.
pub(crate) fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let work = Language::current().carried(answering(work));
    REQUEST.scope(request_id().unwrap_or_default(), work).in_current_span()
}

/// What a browser says it is may be long, and is shown in lists.
const DEVICE: usize = 200;

fn caller(app: &App, request: &Request) -> Caller {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    // Without a connection (a request made inside the process) nobody is trusted more than a stranger.
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let headers = request.headers();
    let forwarded: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect();
    if app.settings.trusted_proxies.is_empty() && headers.keys().any(|name| name.as_str().starts_with("x-forwarded-")) {
        app.forwarded();
    }
    let device = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    Caller {
        ip: address::client(peer, forwarded.into_iter(), &app.settings.trusted_proxies),
        device: device.chars().take(DEVICE).collect(),
        request: hex(&bytes::<8>(app.entropy.as_ref())),
    }
}

/// The method as a label: clients can make up others, and each would be a counter of its own.
fn label(method: &Method) -> &str {
    match *method {
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::PATCH | Method::DELETE => method.as_str(),
        _ => "other",
    }
}

/// The outermost layer.
pub(crate) async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let caller = caller(&app, &request);
    let number = caller.request.clone();
    // The pattern of the route is known here, for this layer lies on routes, not before them.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    // For traces, by the names of OpenTelemetry: addresses with ids would each be a name of its own.
    let span = tracing::info_span!("request", id = %number, %method, path = request.uri().path(), ip = %caller.ip,
        otel.name = format!("{} {route}", label(&method)), otel.kind = "server", otel.status_code = tracing::field::Empty,
        http.response.status_code = tracing::field::Empty);
    request.extensions_mut().insert(caller);
    let _here = InFlight::new(&app);
    let began = Instant::now();
    let mut response = REQUEST.scope(number.clone(), next.run(request)).instrument(span.clone()).await;
    let took = began.elapsed();
    span.record("http.response.status_code", response.status().as_u16());
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    app.metrics.request(label(&method), &route, response.status().as_u16(), took);
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), ms = took.as_millis(), "answered"));
    if let Ok(value) = HeaderValue::try_from(number) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Counts down also when the client goes away and the work is dropped.
struct InFlight<'a>(&'a App);

impl<'a> InFlight<'a> {
    fn new(app: &'a App) -> Self {
        app.metrics.in_flight.inc();
        Self(app)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.metrics.in_flight.dec();
    }
}
