//! What happens around every handler.

use axum::http::Method;
use serde_json::json;
use store::testing::TestDb;

use super::stage;
use crate::testing::{Client, World, settings};
use crate::{Permission, Role, Settings};

store::on_both!(errors_are_problems);

async fn errors_are_problems(t: TestDb) {
    let world = super::world(&t);
    let mut owner = world.sign_in(Role::Owner).await.unwrap();
    let raw = async |method: Method, path: &str, kind: Option<&str>, body: &str| {
        owner.clone().send_bytes(method, path, kind, body.as_bytes().to_vec()).await
    };
    let json_kind = Some("application/json");
    let large = format!("{{\"by\": {}}}", "1".repeat(1 << 20));
    let cases = [
        (raw(Method::GET, "/nothing", None, "").await, 404, "not_found"),
        (raw(Method::GET, "/users/12x", None, "").await, 400, "invalid_id"),
        (raw(Method::GET, "/users/usr_999", None, "").await, 404, "not_found"),
        (raw(Method::PUT, "/users", None, "").await, 405, "method_not_allowed"),
        (raw(Method::POST, "/count", None, "{\"by\": 1}").await, 415, "unsupported_media_type"),
        (raw(Method::POST, "/count", json_kind, "{\"by\": ").await, 400, "invalid_json"),
        (raw(Method::POST, "/count", json_kind, "{\"by\": 1} x").await, 400, "invalid_json"),
        (raw(Method::POST, "/count", json_kind, "{\"by\": \"x\"}").await, 422, "invalid_input"),
        (raw(Method::POST, "/count", json_kind, "{\"by\": 1, \"bye\": 2}").await, 422, "invalid_input"),
        (raw(Method::POST, "/count", json_kind, "{}").await, 422, "invalid_input"),
        (raw(Method::POST, "/count", json_kind, &large).await, 413, "too_large"),
        (raw(Method::GET, "/sleep", None, "").await, 503, "timeout"),
        (raw(Method::POST, "/panic", None, "").await, 500, "internal"),
        (raw(Method::POST, "/fail", None, "").await, 500, "internal"),
        (raw(Method::GET, "!/api/docs/nothing.js", None, "").await, 404, "not_found"),
    ];
    for (answer, status, code) in cases {
        let told = answer.json();
        assert_eq!((answer.status.as_u16(), told["code"].as_str()), (status, Some(code)), "{told}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(
            (told["status"].as_u64(), &told["type"]),
            (Some(status.into()), &json!(format!("urn:guanxi:problem:{code}")))
        );
        assert_eq!(told["request"], answer.header("x-request-id"));
        assert!(told["title"].is_string() && told["detail"].is_string() && told["hint"].is_string(), "{told}");
        assert!(!told.to_string().contains("hunter2"), "what the database said is for the log");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    }
    let wrong = owner.post("/count", json!({"by": "x"})).await.json();
    assert_eq!(wrong["fields"][0], json!({"field": "by", "message": "invalid type: string \"x\", expected i64"}));
    let method = owner.send(Method::PUT, "/users/usr_1", None).await;
    assert!(method.header("allow").contains("PATCH"), "{method:?}");
    assert_eq!(owner.get("/sleep").await.header("retry-after"), "10");
    // An upload may be larger than other bodies, up to its own limit.
    let upload = async |bytes: usize| {
        let kind = Some("application/octet-stream");
        owner.clone().send_bytes(Method::POST, "/upload", kind, vec![7; bytes]).await
    };
    assert_eq!(upload(3 << 20).await.json(), 3 << 20);
    assert_eq!(upload(5 << 20).await.status, 413);
}

#[tokio::test]
async fn pages_and_answers_are_locked_down() {
    let t = store::testing::sqlite().await;
    let world = super::world(&t);
    let mut client = world.client();
    let docs = client.get("!/api/docs/").await;
    let text = String::from_utf8_lossy(&docs.body);
    assert!(docs.status == 200 && text.contains("swagger-ui-bundle.js") && !text.contains("//cdn"), "{text}");
    let policy = docs.header("content-security-policy");
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    let script = client.get("!/api/docs/swagger-initializer.js").await;
    assert!(String::from_utf8_lossy(&script.body).contains("/api/v1/openapi.json"));
    assert_eq!(client.get("!/api/docs/swagger-ui.css").await.header("content-type"), "text/css");
    assert_eq!(client.get("!/api/docs").await.header("location"), "/api/docs/");
    let document = client.get("/openapi.json").await;
    assert_eq!(document.json()["openapi"].as_str().map(|v| &v[..3]), Some("3.1"));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(docs.header(name), value);
    }
    assert_eq!(client.get("/auth/me").await.header("cache-control"), "no-store");
    let (one, two) = (client.get("!/healthz").await, client.get("!/readyz").await);
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (200, 200));
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    let squeezed = client.clone().with("accept-encoding", "gzip").get("/openapi.json").await;
    assert_eq!(squeezed.header("content-encoding"), "gzip");
    assert!(squeezed.body.len() * 4 < document.body.len());
}

#[tokio::test]
async fn metrics_are_for_those_who_may() {
    let t = store::testing::sqlite().await;
    let world = super::world(&t);
    assert_eq!(world.client().get("!/metrics").await.status, 401);
    let mut viewer = world.sign_in(Role::Viewer).await.unwrap();
    assert_eq!(viewer.get("!/metrics").await.status, 403);
    let mut monitor = world.key(&[Permission::MetricsRead]).await.unwrap();
    let text = String::from_utf8(monitor.get("!/metrics").await.body).unwrap();
    let line = "guanxi_http_requests_total{method=\"POST\",route=\"/api/v1/auth/login\",status=\"200\"} 1";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("guanxi_http_request_seconds_bucket") && text.ends_with("# EOF\n"));
    let mut local = world.client();
    local.address = ([127, 0, 0, 1], 9).into();
    assert_eq!(local.get("!/metrics").await.status, 200);
    let mut forged = world.client().with("x-forwarded-for", "127.0.0.1");
    assert_eq!(forged.get("!/metrics").await.status, 401, "only trusted proxies are believed");
}

#[tokio::test]
async fn too_many_at_once_are_told_to_come_again() {
    let t = store::testing::sqlite().await;
    let few = Settings { concurrency: 1, ..settings() };
    let world = World::new(t.db.clone(), few, |app| {
        let slow = crate::Limits { time: Some(std::time::Duration::from_secs(4)), ..crate::Limits::default() };
        stage::sleeper(slow).with_state(app.clone())
    })
    .unwrap();
    let mut one = world.sign_in(Role::Viewer).await.unwrap();
    let mut two = one.clone();
    let (first, second) = tokio::join!(one.get("/sleep"), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        two.get("/auth/me").await
    });
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (503, 503));
    assert_eq!((second.code().as_str(), second.header("retry-after")), ("overloaded", "1"));
    assert_eq!(two.get("/auth/me").await.status, 200, "the turn was given back");
}

#[test]
fn what_may_work_later_says_when() {
    use axum::response::IntoResponse as _;
    use base::{Code, Problem};
    let told = |problem: Problem| {
        let headers = crate::ApiError::from(problem).into_response().headers().clone();
        headers.get("retry-after").map(|seconds| seconds.to_str().unwrap().to_owned())
    };
    assert_eq!(told(Problem::new(Code::TooManyRequests, "too many")).as_deref(), Some("5"));
    assert_eq!(told(Problem::new(Code::TooManyRequests, "too many").again_after(40)).as_deref(), Some("40"));
    assert_eq!(told(Problem::new(Code::Unavailable, "the disk is full")).as_deref(), Some("15"));
    assert_eq!(told(Problem::new(Code::NotFound, "there is none")), None);
}

#[tokio::test]
async fn one_user_has_so_many_streams_at_once_and_others_have_theirs() {
    let t = store::testing::sqlite().await;
    let few = Settings { streams_each: 2, ..settings() };
    let world = World::new(t.db.clone(), few, stage::routes).unwrap();
    let (owner, mut other) =
        (world.sign_in(Role::Owner).await.unwrap(), world.key(&[Permission::ImportRun]).await.unwrap());
    let follow = |mut client: Client| tokio::spawn(async move { client.get("/follow").await });
    let (first, second) = (follow(owner.clone()), follow(owner.clone()));
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let upload = async |client: &mut Client| {
        client.send_bytes(Method::POST, "/upload", Some("application/octet-stream"), vec![7]).await
    };
    let mut mine = owner.clone();
    let refused = upload(&mut mine).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (429, "too_many_requests"));
    assert_eq!(refused.header("retry-after"), "10");
    assert_eq!(upload(&mut other).await.status, 200);
    assert_eq!(mine.get("/auth/me").await.status, 200, "what does not stream is not counted");
    first.abort();
    assert!(first.await.is_err());
    assert_eq!(upload(&mut mine).await.status, 200, "one has ended");
    world.app.stop();
    assert_eq!(second.await.unwrap().status, 204);
}

#[tokio::test]
async fn the_clients_address_comes_through_trusted_proxies() {
    let t = store::testing::sqlite().await;
    let behind = Settings { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..settings() };
    let world = World::new(t.db.clone(), behind, stage::routes).unwrap();
    let mut client = world.sign_in(Role::Viewer).await.unwrap();
    let (_, password) = world.user(Role::Viewer, "a@shop.example").await.unwrap();
    client.address = ([10, 1, 2, 3], 1).into();
    client = client.with("x-forwarded-for", "127.0.0.1, 198.51.100.77");
    client.cookie = None;
    client.login("a@shop.example", &password).await;
    assert_eq!(client.get("/auth/sessions").await.json()["items"][0]["ip"], "198.51.100.77");
}

#[tokio::test]
async fn the_console_gets_a_nonce_of_its_own_each_time() {
    let t = store::testing::sqlite().await;
    let world = super::world(&t);
    let page = async |nonce: crate::Nonce| axum::response::Html(format!("<style nonce=\"{}\"></style>", nonce.0));
    let pages = axum::Router::new().route("/", axum::routing::get(page)).fallback(page);
    let mut client = Client::of(crate::router(&world.app, stage::routes(&world.app), pages).unwrap());
    let (one, two) = (client.get("!/").await, client.get("!/customers/cus_1").await);
    for answer in [&one, &two] {
        let policy = answer.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(nonce.len() == 32 && String::from_utf8_lossy(&answer.body).contains(nonce), "{policy}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_ne!(one.body, two.body);
    let nothing = client.get("/customers/cus_1").await;
    assert_eq!((nothing.status.as_u16(), nothing.code().as_str()), (404, "not_found"), "below /api there are no pages");
    assert_eq!(client.post("!/", json!({})).await.status, 405);
}
