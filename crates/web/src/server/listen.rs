//! Listening, and stopping without breaking off what was begun.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use base::{Code, Problem};
use hyper_util::rt::TokioTimer;
use tokio::task::JoinHandle;

use super::tls;
use crate::App;
use crate::ops::sweep::{release, sweep};

/// How long requests that were begun may take when the server is stopped.
const FAREWELL: Duration = Duration::from_secs(20);
/// How long it listens when it is stopped: who shares out requests sees that it is not ready, and sends them to others.
const NOTICE: Duration = Duration::from_secs(1);
/// How long a client may take to send its headers.
const HEADERS: Duration = Duration::from_secs(15);
/// How often expired things are thrown away.
const SWEEP: Duration = Duration::from_mins(15);

/// A server that listens.
pub struct Server {
    /// Where: with the port that was given when the settings say 0.
    pub address: SocketAddr,
    handle: Handle<SocketAddr>,
    work: JoinHandle<std::io::Result<()>>,
    others: Vec<JoinHandle<()>>,
    app: App,
}

impl Server {
    /// Begins to listen. Must be ended with [`Server::stop`].
    pub async fn start(app: App, router: Router) -> Result<Self, Problem> {
        let settings = app.settings.clone();
        let tls = if settings.tls() { Some(tls::load(&settings).await?) } else { None };
        let listener = listener(&settings.listen)?;
        let address = listener.local_addr()?;
        // Those who were at work on them died with the server before.
        release(&app).await?;
        let handle = Handle::new();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let mut others = vec![tokio::spawn(sweeping(app.clone()))];
        let work = if let Some(config) = tls {
            others.push(tokio::spawn(tls::follow(settings, config.clone())));
            let mut server = axum_server::from_tcp_rustls(listener, config)?.handle(handle.clone());
            patience(server.http_builder());
            tokio::spawn(server.serve(service))
        } else {
            let mut server = axum_server::from_tcp(listener)?.handle(handle.clone());
            patience(server.http_builder());
            tokio::spawn(server.serve(service))
        };
        Ok(Self { address, handle, work, others, app })
    }

    /// Says that it is not ready any more, then takes no more requests, waits for those that were begun, and writes what is left to
    /// write.
    pub async fn stop(self) -> Result<(), Problem> {
        self.app.stop();
        tokio::time::sleep(NOTICE).await;
        self.handle.graceful_shutdown(Some(FAREWELL));
        let ended = self.work.await;
        if tokio::time::timeout(FAREWELL, self.app.idle()).await.is_err() {
            tracing::warn!("requests whose sender has gone did not end in time");
        }
        for other in self.others {
            other.abort();
        }
        self.app.flush().await;
        ended.map_err(|e| Problem::internal("the server failed", e))?.map_err(Problem::from)
    }
}

/// Listens until `stop` is over.
pub async fn serve(app: App, router: Router, stop: impl Future<Output = ()>) -> Result<(), Problem> {
    let server = Server::start(app, router).await?;
    tracing::info!(address = %server.address, "listening");
    stop.await;
    server.stop().await
}

type Builder = hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>;

/// A client that opens a connection and says nothing does not keep it.
fn patience(builder: &mut Builder) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(HEADERS).max_concurrent_streams(100);
}

fn listener(text: &str) -> Result<std::net::TcpListener, Problem> {
    let wrong = |e: std::io::Error| {
        let (message, hint) = match e.kind() {
            std::io::ErrorKind::AddrInUse => {
                ("another program listens there", "stop it, or choose another port (server.listen)")
            }
            std::io::ErrorKind::PermissionDenied => {
                ("the system does not allow it", "use a port from 1024 up, with a proxy in front")
            }
            _ => ("the address cannot be used", "use an address of this machine, such as 0.0.0.0:7080 (server.listen)"),
        };
        Problem::new(Code::Unavailable, format!("cannot listen on {text}: {message}")).hint(hint).caused_by(e)
    };
    let listener = std::net::TcpListener::bind(text).map_err(wrong)?;
    listener.set_nonblocking(true).map_err(wrong)?;
    Ok(listener)
}

async fn sweeping(app: App) {
    loop {
        if let Err(problem) = sweep(&app).await {
            tracing::warn!(%problem, "expired log-ins could not be thrown away");
        }
        tokio::time::sleep(SWEEP).await;
    }
}
