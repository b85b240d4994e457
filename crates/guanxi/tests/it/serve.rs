//! The real server: first start, log-in, rights, settings that hold at once, background work, the console's page, the end.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::repo::{root, text};
use crate::running::{Running, json_of};
use crate::support::{Shop, skipped};

#[test]
fn the_first_start_makes_an_owner_who_can_sign_in_and_the_end_is_clean() {
    let shop = Shop::new();
    let began = Instant::now();
    let mut server = Running::start(&shop);
    assert!(began.elapsed() < Duration::from_secs(10), "it starts in {:?}", began.elapsed());
    assert_eq!(server.email, "ann@shop.example");
    assert!(server.password.len() >= 16);
    for (path, status) in
        [("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("!/auth/me", 401), ("!/nothing", 404)]
    {
        assert_eq!(server.get(path).status(), status, "{path}");
    }
    let refused = server.get("!/users");
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    server.login();
    let me = json_of(&server.get("!/auth/me"));
    assert_eq!((me["user"]["role"].as_str(), me["user"]["email"].as_str()), (Some("owner"), Some("ann@shop.example")));

    // A key of the command line, and what it may not do.
    let key =
        shop.run(&["key", "make", "till", "--scope", "import.read"])["secret"].as_str().unwrap_or_default().to_owned();
    let with_key = |path: &str| {
        let request = server.agent.get(server.url(path)).header("authorization", format!("Bearer {key}"));
        request.call().expect("the server answers").status()
    };
    assert_eq!((with_key("!/auth/me").as_u16(), with_key("!/users").as_u16()), (200, 403));

    // Settings hold at once, without a new start.
    let changed = server.send("PATCH", "!/settings/business", &json!({ "name": "Ann's", "currency": "EUR" }));
    assert_eq!(changed.status(), 200, "{}", changed.body());
    assert_eq!(json_of(&server.get("!/business"))["currency"], "EUR");
    assert_eq!(shop.run(&["config"])["business"]["name"], "Ann's");

    // Background work is done without anybody's doing.
    let job = json_of(&server.send("POST", "!/traits/rebuild", &json!({})));
    assert_eq!(server.ended(&job)["state"], "done");

    assert_eq!(server.terminate(), Some(0));
    let again = Running::start(&shop);
    assert_eq!((again.email.as_str(), again.password.as_str()), ("", ""), "the password is told once");
    let users = shop.run(&["user", "list"]);
    assert_eq!(users.as_array().map(Vec::len), Some(1), "{users}");
}

#[test]
fn the_end_is_told_to_who_shares_out_requests_and_to_who_waits_for_an_answer() {
    let shop = Shop::new();
    let mut server = Running::start(&shop);
    server.login();
    let history = shop.path("data/lake");
    let away = shop.path("away");
    std::fs::rename(&history, &away).expect("the history can be moved");
    assert_eq!(server.get("/readyz").status(), 503, "the history is not there");
    std::fs::rename(&away, &history).expect("the history can be moved back");
    assert_eq!(server.get("/readyz").status(), 200);

    // A question that would take for ever, and the end meanwhile.
    let heavy = "SELECT count(*) FROM generate_series(1, 3000000) a, generate_series(1, 3000000) b";
    let question = json!({ "id": format!("qry_{}", "a".repeat(20)), "sql": heavy });
    let (end, answer) = std::thread::scope(|threads| {
        let asking = threads.spawn(|| {
            let answer = server.send("POST", "!/sql/queries", &question);
            (Instant::now(), answer)
        });
        std::thread::sleep(Duration::from_secs(1));
        let asked = Instant::now();
        server.ask_to_end();
        std::thread::sleep(Duration::from_millis(200));
        let ready = server.get("/readyz");
        assert_eq!((ready.status().as_u16(), &json_of(&ready)["detail"]), (503, &json!("the server stops")));
        assert_eq!(server.get("/healthz").status(), 200);
        let (told, answer) = asking.join().expect("the question is answered");
        assert!(told.duration_since(asked) < Duration::from_secs(1), "at once");
        (asked, answer)
    });
    assert_eq!((answer.status().as_u16(), &json_of(&answer)["detail"]), (503, &json!("the server stops")));
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(server.terminate(), Some(0));
    assert!(end.elapsed() < Duration::from_secs(6), "it ends in {:?}", end.elapsed());
}

#[test]
fn a_person_is_erased_in_the_background_and_the_audit_log_says_by_whom() {
    let shop = Shop::new();
    let order = json!({ "order_id": "A1", "time": "2011-11-21 10:00", "customer": "17850", "product": "85123A", "quantity": 1,
        "unit_price": 2.55 });
    shop.feed(&["intake"], &order.to_string());
    let mut server = Running::start(&shop);
    server.login();
    let business = json_of(&server.get("!/business"));
    assert_eq!((&business["has_data"], &business["data_until"]), (&json!(true), &json!("2011-11-21")));
    assert_eq!(business["data_from"], "2011-11-21");
    let settings = json_of(&server.get("!/settings/business"));
    assert_eq!(settings["locked"], json!(["currency", "zone"]), "amounts and times were read with them");
    assert_eq!(server.send("PATCH", "!/settings/business", &json!({ "currency": "EUR" })).status(), 409);
    let begun = server.delete("!/customers/cus_1");
    assert_eq!(begun.status(), 202, "{}", begun.body());
    let job = server.ended(&json_of(&begun));
    assert_eq!(
        (&job["state"], &job["object"], &job["by"]),
        (&json!("done"), &json!("cus_1"), &json!("Owner")),
        "{job}"
    );
    assert_eq!(server.delete("!/customers/cus_1").status(), 404);
    assert_eq!(shop.count("select count(*) n from order_line"), 1, "the order stays");
    let audit = json_of(&server.get("!/audit?filter=action:eq:customer.erase"));
    assert_eq!((&audit["items"][0]["object"], &audit["items"][0]["user"]), (&json!("cus_1"), &json!("usr_1")));
}

#[test]
fn the_console_is_served_with_a_nonce_of_its_own_each_time() {
    let shop = Shop::new();
    let server = Running::start(&shop);
    let nonce = |path: &str| {
        let answer = server.get(path);
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (200, &"text/html; charset=utf-8".parse().expect("valid"))
        );
        let policy = answer.headers()["content-security-policy"].to_str().expect("a policy is text").to_owned();
        let nonce =
            policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("it has a nonce").to_owned();
        assert!(answer.body().contains(&format!("nonce=\"{nonce}\"")), "{}", answer.body());
        assert!(!answer.body().contains("__CSP_NONCE__"));
        assert_eq!(answer.headers()["cache-control"], "no-store");
        nonce
    };
    assert_ne!(nonce("/"), nonce("/customers/cus_1?tab=orders"), "every answer has its own");
    assert_eq!(server.get("/assets/gone.js").status(), 404);
    assert_eq!(server.get("/api/nothing").status(), 404);
    assert_eq!(server.send("POST", "/customers", &json!({})).status(), 405);
    if let Some(asset) = server.get("/").body().split("src=\"/assets/").nth(1).and_then(|rest| rest.split('"').next()) {
        let answer = server.get(&format!("/assets/{asset}"));
        assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    } else {
        skipped("the console is not built into the binary (make console)");
    }
}

#[test]
fn a_port_that_is_taken_is_told_and_makes_no_owner() {
    let shop = Shop::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = taken.local_addr().expect("it has an address").to_string();
    let (code, error) = shop.refused(&["serve", "--listen", &address]);
    assert_eq!((code, error["code"].as_str()), (Some(4), Some("unavailable")), "{error}");
    assert_eq!(shop.run(&["user", "list"]), json!([]));
}

#[test]
fn people_and_keys_are_managed_on_the_command_line() {
    let shop = Shop::new();
    let (_, error) = shop.refused(&["key", "make", "x", "--scope", "import.read"]);
    assert_eq!(error["code"], "not_found", "a key needs somebody who is responsible");
    shop.run(&["user", "add", "ann@shop.example", "--role", "owner"]);
    shop.run(&["user", "add", "li@shop.example", "--name", "李雷", "--role", "viewer"]);
    let link = shop.run(&["user", "reset-password", "li@shop.example"]);
    assert!(link["url"].as_str().is_some_and(|url| url.contains("/reset#")), "{link}");
    assert_eq!(shop.run(&["user", "role", "li@shop.example", "analyst"])["role"], "analyst");
    assert_eq!(shop.run(&["user", "disable", "li@shop.example"])["disabled"], true);
    assert_eq!(shop.run(&["user", "enable", "li@shop.example"])["disabled"], false);
    assert_eq!(
        shop.refused(&["user", "role", "ann@shop.example", "viewer"]).1["code"],
        "conflict",
        "the last owner stays"
    );
    assert_eq!(shop.refused(&["user", "role", "li@shop.example", "king"]).1["code"], "invalid_argument");
    let made = shop.run(&["key", "make", "till", "--scope", "import.run,import.read", "--user", "ann@shop.example"]);
    assert!(made["secret"].as_str().is_some_and(|s| s.starts_with("gxk_")), "{made}");
    let (_, error) = shop.refused(&["key", "make", "x", "--scope", "import.rum"]);
    assert!(error["message"].as_str().is_some_and(|m| m.contains("import.rum")), "{error}");
    shop.run(&["key", "revoke", made["id"].as_str().unwrap_or_default()]);
    let keys = shop.run(&["key", "list"]);
    assert!(keys[0]["revoked_at"].is_string(), "{keys}");
}

#[test]
fn the_document_of_the_api_is_the_one_in_the_repository() {
    let output = Command::new(env!("CARGO_BIN_EXE_guanxi")).arg("openapi").output().expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let now = String::from_utf8(output.stdout).expect("it writes UTF-8");
    let kept = if root().join("openapi.json").is_file() { text("openapi.json") } else { String::new() };
    let first = now.lines().zip(kept.lines().chain(std::iter::repeat(""))).find(|(a, b)| a != b);
    assert!(now == kept, "openapi.json is stale, first in {first:?}: run `make openapi` and look at what changed");
}
