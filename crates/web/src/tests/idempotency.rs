//! `Idempotency-Key`.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;
use store::args;
use store::testing::TestDb;

use crate::Role;
use crate::ops::sweep::{forget_answers, release, sweep};

store::on_both!(a_request_sent_again_is_answered_not_done, what_was_begun_ends_though_nobody_waits);

async fn a_request_sent_again_is_answered_not_done(t: TestDb) {
    let world = super::world(&t);
    let owner = world.sign_in(Role::Owner).await.unwrap();
    let mut one = owner.clone().with("idempotency-key", "a-1");
    assert_eq!(one.post("/count", json!({"by": 5})).await.json()["by"], 5);
    let again = one.post("/count", json!({"by": 5})).await;
    assert_eq!((again.json()["by"].as_i64(), again.header("idempotent-replayed")), (Some(5), "true"));
    assert_eq!(again.header("content-type"), "application/json");
    let other = one.post("/count", json!({"by": 6})).await;
    assert_eq!((other.status.as_u16(), other.code().as_str()), (422, "idempotency_key_reused"));
    let mut two = owner.clone().with("idempotency-key", "a-2");
    assert_eq!(two.post("/count", json!({"by": 5})).await.json()["by"], 10);
    // Another person's key of the same text is another key.
    let mut marketer = world.sign_in(Role::Marketer).await.unwrap().with("idempotency-key", "a-1");
    assert_eq!(marketer.post("/count", json!({"by": 5})).await.json()["by"], 15);
    // Twenty at once: one is done, the others wait or are answered.
    let burst = (0..20).map(|_| {
        let mut client = owner.clone().with("idempotency-key", "burst");
        async move { client.post("/count", json!({"by": 100})).await }
    });
    for answer in futures::future::join_all(burst).await {
        assert!(answer.json()["by"] == 115 || answer.code() == "idempotency_in_progress", "{answer:?}");
    }
    // It is told in the language of who asks.
    let mut chinese = owner.clone().with("idempotency-key", "a-zh").with("accept-language", "zh-CN");
    let told = chinese.post("/count", json!({"by": "x"})).await;
    assert_eq!((told.status.as_u16(), told.header("content-language")), (422, "zh-CN"), "{told:?}");
    // What the user can mend is answered again; what failed on our side may be tried again.
    let mut three = owner.clone().with("idempotency-key", "a-3");
    assert_eq!(three.post("/count", json!({"by": "x"})).await.status, 422);
    assert_eq!(three.post("/count", json!({"by": "x"})).await.header("idempotent-replayed"), "true");
    let mut four = owner.clone().with("idempotency-key", "a-4");
    for _ in 0..2 {
        let failed = four.send(Method::POST, "/fail", None).await;
        assert_eq!((failed.status.as_u16(), failed.header("idempotent-replayed")), (500, ""));
    }
    assert_eq!(owner.clone().with("idempotency-key", "a b").post("/count", json!({"by": 1})).await.status, 400);
    let binary = owner
        .clone()
        .with("idempotency-key", "b")
        .send_bytes(Method::POST, "/upload", Some("application/octet-stream"), vec![0; 9])
        .await;
    assert_eq!(binary.status, 400);
    // What streams takes no key, and does not say so; a route that takes more than others does so with a key, too.
    let mut five = owner.clone().with("idempotency-key", "a-5");
    let streamed = five.send_bytes(Method::POST, "/upload", Some("application/json"), b"1".to_vec()).await;
    assert_eq!((streamed.status.as_u16(), streamed.code().as_str()), (400, "invalid_argument"));
    let document = serde_json::to_value(&world.document).unwrap();
    for (path, takes) in [("upload", false), ("count", true)] {
        let written = document["paths"][format!("/api/v1/{path}")]["post"].to_string();
        assert_eq!(written.contains("Idempotency-Key"), takes, "{path}: {written}");
    }
    for (bytes, status) in [(2 << 20, 200), (5 << 20, 413)] {
        let body = format!("{{\"by\": 0{}}}", " ".repeat(bytes)).into_bytes();
        let answer = five.send_bytes(Method::POST, "/count/slowly", Some("application/json"), body).await;
        assert_eq!(answer.status, status, "{bytes}");
    }
    // Secrets are not kept.
    let mut key = owner.clone().with("idempotency-key", "k");
    let made = key.post("/keys", json!({"name": "n", "scopes": ["sql.run"]})).await;
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    assert_eq!(key.post("/keys", json!({"name": "n", "scopes": ["sql.run"]})).await.status, 409);
    let mut tx = t.db.read().await.unwrap();
    for row in tx.fetch_all("SELECT * FROM web_answer", args![]).await.unwrap() {
        assert!((0..row.len()).all(|i| !row.text(i).unwrap_or_default().contains(&secret)));
    }
    drop(tx);
    // A day later the key is free, and what was kept is gone; an erasure forgets all at once.
    world.wait(86_400);
    let mut owner = world.sign_in(Role::Owner).await.unwrap();
    sweep(&world.app).await.unwrap();
    let mut tx = t.db.read().await.unwrap();
    assert!(tx.fetch_all("SELECT who FROM web_answer", args![]).await.unwrap().is_empty());
    drop(tx);
    owner = owner.with("idempotency-key", "a-1");
    assert_eq!(owner.post("/count", json!({"by": 5})).await.json()["by"], 120);
    let mut tx = t.db.write().await.unwrap();
    assert_eq!(forget_answers(&mut tx).await.unwrap(), 1);
}

async fn what_was_begun_ends_though_nobody_waits(t: TestDb) {
    let world = super::world(&t);
    let mut one = world.sign_in(Role::Owner).await.unwrap().with("idempotency-key", "lost");
    let gone = tokio::time::timeout(Duration::from_millis(150), one.post("/count/slowly", json!({"by": 1}))).await;
    assert!(gone.is_err(), "the connection is lost while it is worked on");
    let early = one.post("/count/slowly", json!({"by": 1})).await;
    assert_eq!(early.code(), "idempotency_in_progress");
    world.app.idle().await;
    let later = one.post("/count/slowly", json!({"by": 1})).await;
    assert_eq!((later.json()["by"].as_i64(), later.header("idempotent-replayed")), (Some(1), "true"));
    // A panic frees the key, and so does a new start of a server that died.
    let mut two = one.clone().with("idempotency-key", "panic");
    for _ in 0..2 {
        let broken = two.send(Method::POST, "/panic", None).await;
        assert_eq!((broken.status.as_u16(), broken.code().as_str()), (500, "internal"));
        assert_eq!(broken.json()["request"], broken.header("x-request-id"));
    }
    let mut tx = t.db.write().await.unwrap();
    tx.execute("UPDATE web_answer SET state = 'running' WHERE idem_key = 'lost'", args![]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(one.post("/count/slowly", json!({"by": 1})).await.code(), "idempotency_in_progress");
    release(&world.app).await.unwrap();
    assert_eq!(one.post("/count/slowly", json!({"by": 1})).await.json()["by"], 2);
}
