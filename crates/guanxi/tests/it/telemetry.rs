//! Traces of a real server at a collector that only listens.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::running::Running;
use crate::support::Shop;

/// The body of a request, once its head is answered for.
fn taken(mut stream: TcpStream) -> (String, Vec<u8>) {
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let head = all.windows(4).position(|w| w == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&all[..head]).to_lowercase();
            let length = text.lines().find_map(|l| l.strip_prefix("content-length: ")?.trim().parse().ok());
            if all.len() >= head + 4 + length.unwrap_or(0) {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("it is answered");
                return (text, all[head + 4..].to_vec());
            }
        }
        let read = stream.read(&mut part).expect("more comes");
        assert!(read > 0, "it ended early");
        all.extend_from_slice(&part[..read]);
    }
}

#[test]
fn requests_are_traces_of_the_collector_that_is_configured() {
    let collector = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = collector.local_addr().expect("an address");
    let shop = Shop::new();
    let file = shop.path("data/guanxi.toml");
    let mut text = std::fs::read_to_string(&file).expect("it is configured");
    writeln!(text, "\n[telemetry]\notlp_endpoint = \"http://{address}\"\nservice_name = \"the-shop\"")
        .expect("a text grows");
    std::fs::write(&file, text).expect("it can be written");
    let server = Running::start(&shop);
    assert_eq!(server.get("!/auth/me").status(), 401);
    // What is left is sent at the end.
    let listening = std::thread::spawn(move || taken(collector.accept().expect("somebody comes").0));
    assert_eq!(server.terminate(), Some(0));
    let (head, body) = listening.join().expect("it came");
    assert!(head.starts_with("post /v1/traces ") && head.contains("application/x-protobuf"), "{head}");
    let body = String::from_utf8_lossy(&body);
    for word in ["the-shop", "GET /api/v1/auth/me", "http.response.status_code"] {
        assert!(body.contains(word), "{word} is not in the traces");
    }
}
