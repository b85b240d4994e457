//! The server on a real socket.

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::{CertificateDer, ServerName};

use super::stage;
use crate::server::Server;
use crate::testing::{World, settings};
use crate::{Limits, Role, Settings};

fn local(s: Settings) -> Settings {
    Settings { listen: "127.0.0.1:0".into(), ..s }
}

fn ask(mut stream: impl std::io::Read + std::io::Write, path: &str, headers: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

async fn get(address: SocketAddr, path: &'static str, headers: String) -> String {
    tokio::task::spawn_blocking(move || ask(TcpStream::connect(address).unwrap(), path, &headers)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_ended_when_the_server_stops() {
    let t = store::testing::sqlite().await;
    let world = World::new(t.db.clone(), local(settings()), |app| {
        let limits = Limits { time: Some(Duration::from_secs(2)), ..Limits::default() };
        stage::sleeper(limits).with_state(app.clone())
    })
    .unwrap();
    let client = world.sign_in(Role::Viewer).await.unwrap();
    let server = Server::start(world.app.clone(), world.router.clone()).await.unwrap();
    let address = server.address;
    let health = get(address, "/healthz", String::new()).await;
    assert!(health.starts_with("HTTP/1.1 200") && health.contains("nosniff"), "{health}");
    let metrics = get(address, "/metrics", String::new()).await;
    assert!(metrics.starts_with("HTTP/1.1 200"), "from this machine: {metrics}");
    let cookie = format!("Cookie: {}\r\n", client.cookie.unwrap());
    let began = Instant::now();
    let slow = tokio::spawn(get(address, "/api/v1/sleep", cookie));
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.stop().await.unwrap();
    assert!(slow.await.unwrap().contains("\"code\":\"timeout\""), "the request was answered to its end");
    assert!(began.elapsed() < Duration::from_secs(15), "and nothing else was waited for");
    assert!(TcpStream::connect(address).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_have_no_end_but_that_of_the_server() {
    let t = store::testing::sqlite().await;
    let short = Settings { request_seconds: 1, concurrency: 1, ..local(settings()) };
    let world = World::new(t.db.clone(), short, stage::routes).unwrap();
    let client = world.sign_in(Role::Owner).await.unwrap();
    let server = Server::start(world.app.clone(), world.router.clone()).await.unwrap();
    let address = server.address;
    let cookie = format!("Cookie: {}\r\n", client.cookie.unwrap());
    let stream = tokio::spawn(get(address, "/api/v1/follow", cookie.clone()));
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let other = get(address, "/api/v1/auth/me", cookie).await;
    assert!(other.starts_with("HTTP/1.1 200"), "a stream takes no turn: {other}");
    assert!(!stream.is_finished());
    server.stop().await.unwrap();
    assert!(stream.await.unwrap().starts_with("HTTP/1.1 204"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_by_settings() {
    let t = store::testing::sqlite().await;
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (t.dir.path().join("cert.pem"), t.dir.path().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let path = |p: &std::path::Path| p.display().to_string();
    let safe = Settings { tls_cert: path(&cert), tls_key: path(&key), ..local(settings()) };
    let world = World::new(t.db.clone(), safe.clone(), stage::routes).unwrap();
    let server = Server::start(world.app.clone(), world.router.clone()).await.unwrap();
    let (address, der) = (server.address, made.cert.der().to_vec());
    let answer = tokio::task::spawn_blocking(move || {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from(der)).unwrap();
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
        ask(rustls::StreamOwned::new(connection, TcpStream::connect(address).unwrap()), "/readyz", "")
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("strict-transport-security"), "{answer}");
    server.stop().await.unwrap();
    let wrong = Settings { tls_cert: path(&key), ..safe };
    let world = World::new(t.db.clone(), wrong, stage::routes).unwrap();
    let problem = Server::start(world.app.clone(), world.router.clone()).await.err().unwrap();
    assert_eq!(problem.code, base::Code::InvalidConfig);
    assert!(problem.message.contains("server.tls_cert"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_said() {
    let t = store::testing::sqlite().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let there = Settings { listen: taken.local_addr().unwrap().to_string(), ..settings() };
    let world = World::new(t.db.clone(), there, stage::routes).unwrap();
    let problem = Server::start(world.app.clone(), world.router.clone()).await.err().unwrap();
    assert!(problem.message.contains("another program listens there"), "{problem}");
    let both = Settings { tls_cert: "a.pem".into(), ..settings() };
    assert!(both.check().unwrap_err().hint.unwrap().contains("both"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_slowly_keeps_nobody_waiting() {
    let t = store::testing::sqlite().await;
    let one = Settings { request_seconds: 3, concurrency: 1, ..local(settings()) };
    let world = World::new(t.db.clone(), one, stage::routes).unwrap();
    let server = Server::start(world.app.clone(), world.router.clone()).await.unwrap();
    let address = server.address;
    let began = Instant::now();
    let slow: Vec<_> = (0..8)
        .map(|_| get(address, "/api/v1/count", "Content-Type: application/json\r\nContent-Length: 100\r\n".into()))
        .map(tokio::spawn)
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let other = get(address, "/api/v1/openapi.json", String::new()).await;
    assert!(other.starts_with("HTTP/1.1 200") && began.elapsed() < Duration::from_secs(2), "{other}");
    for answer in slow {
        let answer = answer.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("did not arrive in time"), "{answer}");
    }
    let large = get(address, "/api/v1/count", "Content-Length: 2000000\r\n".into()).await;
    assert!(large.starts_with("HTTP/1.1 413"), "it is not waited for: {large}");
    server.stop().await.unwrap();
}
