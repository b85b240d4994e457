//! A client of a server in memory: keeps its cookie and sends the CSRF token, as the console does.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

/// A browser or a program.
#[derive(Clone)]
pub struct Client {
    router: Router,
    /// What it sends as `Cookie`.
    pub cookie: Option<String>,
    /// What it sends as `X-CSRF-Token`.
    pub csrf: Option<String>,
    /// Headers that it sends besides.
    pub headers: Vec<(String, String)>,
    /// Where it is.
    pub address: SocketAddr,
}

/// What it is answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The `code` of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}

impl Client {
    /// A client of a router.
    pub fn of(router: Router) -> Self {
        let address = SocketAddr::from(([203, 0, 113, 9], 40_000));
        Self { router, cookie: None, csrf: None, headers: Vec::new(), address }
    }

    /// The same, with an API key.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        self.with("authorization", &format!("Bearer {key}"))
    }

    /// The same, with a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends a request with or without JSON.
    pub async fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let kind = body.map(|_| "application/json");
        let bytes = body.map_or_else(Vec::new, |b| b.to_string().into_bytes());
        self.send_bytes(method, path, kind, bytes).await
    }

    /// Sends a request with any body.
    pub async fn send_bytes(&mut self, method: Method, path: &str, kind: Option<&str>, body: Vec<u8>) -> Answer {
        let path = if path.starts_with("/api") || !path.starts_with('/') { path.to_owned() } else { full(path) };
        let mut request = Request::builder().method(method).uri(path.trim_start_matches('!'));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let own = [("cookie", self.cookie.as_deref()), ("x-csrf-token", self.csrf.as_deref()), ("content-type", kind)];
        for (name, value) in own {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let mut request = request.body(Body::from(body)).expect("a test makes a valid request");
        request.extensions_mut().insert(ConnectInfo(self.address));
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map(|b| b.to_bytes().to_vec()).unwrap_or_default();
        let answer = Answer { status: parts.status, headers: parts.headers, body };
        self.remember(&answer);
        answer
    }

    fn remember(&mut self, answer: &Answer) {
        if let Some(cookie) = answer.headers.get(header::SET_COOKIE).and_then(|v| v.to_str().ok()) {
            self.cookie = cookie.split(';').next().map(ToOwned::to_owned);
        }
        if let Some(csrf) = answer.json()["csrf_token"].as_str() {
            self.csrf = Some(csrf.to_owned());
        }
    }

    /// `GET` below `/api/v1`; with `!` in front, anywhere.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// `POST` with JSON.
    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(&body)).await
    }

    /// `DELETE`.
    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Signs in.
    pub async fn login(&mut self, email: &str, password: &str) -> Answer {
        self.post("/auth/login", serde_json::json!({"email": email, "password": password})).await
    }
}

fn full(path: &str) -> String {
    format!("{}{path}", crate::server::document::PREFIX)
}
