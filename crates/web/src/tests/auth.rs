//! Signing in, staying signed in, and not being signed in by others.

use serde_json::json;
use store::args;
use store::testing::TestDb;

use crate::ops::first_run::first_run;
use crate::ops::password::reset_issue_by_email;
use crate::testing::{World, settings};
use crate::{Role, Settings};

store::on_both!(
    the_first_run_makes_an_owner_once,
    signing_in_and_out,
    wrong_passwords_wait_and_tell_nothing,
    log_ins_end,
    other_sites_are_refused,
    passwords_are_changed_and_reset
);

const EMAIL: &str = "anna@shop.example";

async fn the_first_run_makes_an_owner_once(t: TestDb) {
    let world = super::world(&t);
    let owner = first_run(&world.app, " Owner@Shop.Example ").await.unwrap().unwrap();
    assert_eq!((owner.email.as_str(), owner.password.len()), ("owner@shop.example", 23));
    assert!(first_run(&world.app, "other@shop.example").await.unwrap().is_none());
    let mut client = world.client();
    let answer = client.login("OWNER@shop.example", &owner.password).await;
    assert_eq!(answer.json()["user"]["role"], "owner", "{answer:?}");
    let mut tx = t.db.read().await.unwrap();
    let row = tx.fetch_one("SELECT password_hash FROM web_user", args![]).await.unwrap();
    let hash: String = row.get("password_hash").unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
}

async fn signing_in_and_out(t: TestDb) {
    let world = super::world(&t);
    let (_, password) = world.user(Role::Analyst, EMAIL).await.unwrap();
    let mut client = world.client();
    assert_eq!(client.get("/auth/me").await.code(), "unauthenticated");
    let answer = client.login(EMAIL, &password).await;
    assert_eq!(answer.status, 200);
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["guanxi_session=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=1209600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"));
    let me = client.get("/auth/me").await.json();
    assert_eq!((me["user"]["email"].as_str(), me["csrf_token"].as_str()), (Some(EMAIL), client.csrf.as_deref()));
    assert!(me["permissions"].as_array().unwrap().contains(&json!("sql.run")));
    // The database knows only the hash.
    let token = client.cookie.clone().unwrap().split('=').nth(1).unwrap().to_owned();
    let mut tx = t.db.read().await.unwrap();
    let stored: String =
        tx.fetch_one("SELECT token_hash FROM web_session", args![]).await.unwrap().get("token_hash").unwrap();
    assert!(stored != token && stored == crate::entropy::token_hash(&token));
    drop(tx);
    // A second log-in of the same browser replaces the first; another token each time.
    let mut old = client.clone();
    client.login(EMAIL, &password).await;
    assert_ne!(old.cookie, client.cookie);
    assert_eq!(old.get("/auth/me").await.status, 401);
    assert_eq!(client.post("/auth/logout", json!({})).await.status, 204);
    assert_eq!(client.get("/auth/me").await.status, 401);
    // Over TLS the cookie is bound to it.
    let safe = Settings { public_url: "https://crm.shop.example".into(), ..settings() };
    let world = World::new(t.db.clone(), safe, super::stage::routes).unwrap();
    let answer = world.client().login(EMAIL, &password).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-guanxi_session=") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
}

async fn wrong_passwords_wait_and_tell_nothing(t: TestDb) {
    let world = super::world(&t);
    let (id, password) = world.user(Role::Viewer, EMAIL).await.unwrap();
    let unknown = world.client().login("nobody@shop.example", "whatever it is").await;
    let wrong = world.client().login(EMAIL, "whatever it is").await;
    assert_eq!((wrong.status.as_u16(), wrong.code().as_str()), (401, "unauthenticated"));
    let said = |a: &crate::testing::Answer| (a.json()["detail"].clone(), a.json()["hint"].clone());
    assert_eq!(said(&unknown), said(&wrong), "an answer must not tell who has an account");
    for _ in 0..4 {
        assert_eq!(world.client().login(EMAIL, "again and again").await.status, 401);
    }
    let blocked = world.client().login(EMAIL, &password).await;
    assert_eq!((blocked.status.as_u16(), blocked.header("retry-after")), (429, "1"));
    // Also where a password is asked for again.
    let mut signed_in = world.sign_in(Role::Viewer).await.unwrap();
    let guess = json!({"password": "wrong", "new_password": "a longer one for the test"});
    signed_in.address = ([198, 51, 100, 8], 1).into();
    for _ in 0..5 {
        assert_eq!(signed_in.post("/auth/password", guess.clone()).await.status, 422);
    }
    let blocked = signed_in.post("/auth/password", guess).await;
    assert_eq!((blocked.status.as_u16(), blocked.header("retry-after")), (429, "1"), "{}", blocked.json());
    // Others from the same address are not blocked, and waiting survives a restart.
    world.user(Role::Viewer, "ben@shop.example").await.unwrap();
    assert_eq!(world.client().login("ben@shop.example", "not his").await.status, 401);
    let again = World::new(t.db.clone(), settings(), super::stage::routes).unwrap();
    assert_eq!(again.client().login(EMAIL, &password).await.status, 429);
    world.wait(1);
    assert_eq!(world.client().login(EMAIL, "wrong, and from now on two seconds").await.status, 401);
    world.wait(1);
    assert_eq!(world.client().login(EMAIL, &password).await.status, 429);
    world.wait(1);
    assert_eq!(world.client().login(EMAIL, &password).await.status, 200, "the right password ends it");
    for n in 0..14 {
        world.client().login(&format!("guess{n}@shop.example"), "sprayed password").await;
    }
    let sprayed = world.client().login(EMAIL, &password).await;
    assert_eq!(sprayed.status, 429, "one address with many accounts is blocked too");
    let mut elsewhere = world.client();
    elsewhere.address = ([198, 51, 100, 7], 1).into();
    assert_eq!(elsewhere.login(EMAIL, &password).await.status, 200);
    // Tries at once are counted one by one: of twenty, four are free.
    let tries = (0..20).map(|_| {
        let mut client = world.client();
        client.address = ([192, 0, 2, 1], 1).into();
        async move { client.login("all@shop.example", "at once, at once").await.status.as_u16() }
    });
    let all = futures::future::join_all(tries).await;
    assert!(all.iter().filter(|s| **s == 401).count() <= 5, "{all:?}");
    // A user who is locked out is told no more than a stranger.
    let mut tx = t.db.write().await.unwrap();
    tx.execute("UPDATE web_user SET disabled = 1 WHERE id = $1", args![id.0]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(said(&elsewhere.login(EMAIL, &password).await), said(&wrong));
}

async fn log_ins_end(t: TestDb) {
    let world = super::world(&t);
    let (_, password) = world.user(Role::Viewer, EMAIL).await.unwrap();
    let mut desk = world.client();
    desk.login(EMAIL, &password).await;
    let mut phone = world.client().with("user-agent", "Phone");
    phone.login(EMAIL, &password).await;
    let list = phone.get("/auth/sessions").await.json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let own = items.iter().find(|s| s["current"] == true).unwrap();
    assert_eq!((own["device"].as_str(), own["ip"].as_str()), (Some("Phone"), Some("203.0.113.9")));
    let other = items.iter().find(|s| s["current"] == false).unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(phone.delete(&format!("/auth/sessions/{other}")).await.status, 204);
    assert_eq!(desk.get("/auth/me").await.status, 401);
    assert_eq!(phone.delete(&format!("/auth/sessions/{other}")).await.status, 404);
    // Somebody else's log-in is not one's own.
    let mut stranger = world.sign_in(Role::Owner).await.unwrap();
    let mine = own["id"].as_str().unwrap();
    assert_eq!(stranger.delete(&format!("/auth/sessions/{mine}")).await.status, 404);
    // Used every few hours it goes on; not used for twelve it ends; after fourteen days it ends in any case.
    for _ in 0..3 {
        world.wait(11 * 3600);
        assert_eq!(phone.get("/auth/me").await.status, 200);
        world.app.flush().await;
    }
    world.wait(12 * 3600);
    assert_eq!(phone.get("/auth/me").await.json()["detail"], "the log-in has ended");
    phone.login(EMAIL, &password).await;
    for _ in 0..28 {
        world.wait(12 * 3600 - 60);
        phone.get("/auth/me").await;
        world.app.flush().await;
    }
    assert_eq!(phone.get("/auth/me").await.status, 200);
    world.wait(3600);
    assert_eq!(phone.get("/auth/me").await.status, 401);
    crate::ops::sweep::sweep(&world.app).await.unwrap();
    let mut tx = t.db.read().await.unwrap();
    assert!(tx.fetch_all("SELECT id FROM web_session", args![]).await.unwrap().is_empty());
}

async fn other_sites_are_refused(t: TestDb) {
    let world = super::world(&t);
    let (_, password) = world.user(Role::Viewer, EMAIL).await.unwrap();
    let mut client = world.client();
    client.login(EMAIL, &password).await;
    let csrf = client.csrf.take();
    let refused = client.delete("/auth/sessions").await;
    assert_eq!(refused.status, 403);
    assert!(refused.json()["detail"].as_str().unwrap().contains("X-CSRF-Token"), "{refused:?}");
    client.csrf = Some("0".repeat(64));
    assert_eq!(client.delete("/auth/sessions").await.status, 403);
    assert_eq!(client.get("/auth/me").await.status, 200, "reading needs no token");
    client.csrf = csrf;
    assert_eq!(client.delete("/auth/sessions").await.status, 200);
    let mut evil = client.clone().with("sec-fetch-site", "cross-site");
    assert_eq!(evil.delete("/auth/sessions").await.code(), "cross_site");
    let mut evil = world.client().with("origin", "https://evil.example").with("host", "crm.shop.example");
    assert_eq!(evil.login(EMAIL, &password).await.code(), "cross_site", "nobody is signed in by another site");
    let mut own = world.client().with("origin", "http://crm.shop.example").with("host", "crm.shop.example");
    assert_eq!(own.login(EMAIL, &password).await.status, 200);
}

async fn passwords_are_changed_and_reset(t: TestDb) {
    let world = super::world(&t);
    let (id, password) = world.user(Role::Viewer, EMAIL).await.unwrap();
    let (mut here, mut there) = (world.client(), world.client());
    here.login(EMAIL, &password).await;
    there.login(EMAIL, &password).await;
    let change = |old: &str, new: &str| json!({"password": old, "new_password": new});
    let weak = here.post("/auth/password", change(&password, "anna.anna")).await;
    assert_eq!((weak.status.as_u16(), weak.json()["fields"][0]["field"].as_str()), (422, Some("new_password")));
    let wrong = here.post("/auth/password", change("not the old one", "correct horse battery")).await;
    assert_eq!(wrong.json()["fields"][0]["field"], "password");
    let before = here.clone();
    assert_eq!(here.post("/auth/password", change(&password, "correct horse battery")).await.status, 200);
    assert_eq!(here.get("/auth/me").await.status, 200);
    assert_ne!(here.cookie, before.cookie, "the log-in gets another token");
    assert_eq!(before.clone().get("/auth/me").await.status, 401);
    assert_eq!(there.get("/auth/me").await.status, 401, "other log-ins end");
    // Forgotten: an administrator makes a link, it works once, and a newer one replaces it.
    let mut admin = world.sign_in(Role::Admin).await.unwrap();
    let first = admin.send(axum::http::Method::POST, &format!("/users/{id}/password-reset"), None).await;
    assert_eq!(first.status, 201);
    let url = first.json()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("/reset#"), "where the server listens leads nobody there: {url}");
    let replaced = url.split('#').nth(1).unwrap().to_owned();
    let token = reset_issue_by_email(&world.app, EMAIL).await.unwrap();
    let mut client = world.client();
    let reset = |token: &str, password: &str| json!({"token": token, "password": password});
    let look = |token: &str| json!({"token": token});
    assert_eq!(client.post("/auth/reset/look", look(&replaced)).await.status, 404);
    assert_eq!(client.post("/auth/reset/look", look(&token)).await.json(), json!({"email": EMAIL}));
    assert_eq!(client.post("/auth/reset", reset(&replaced, "another good one")).await.status, 404);
    assert_eq!(client.post("/auth/reset", reset(&token, "short")).await.status, 422);
    assert_eq!(client.post("/auth/reset", reset(&token, "another good one")).await.status, 204);
    assert_eq!(client.post("/auth/reset", reset(&token, "another good one")).await.status, 404);
    assert_eq!(here.get("/auth/me").await.status, 401);
    assert_eq!(client.login(EMAIL, "another good one").await.status, 200);
    let old = reset_issue_by_email(&world.app, EMAIL).await.unwrap();
    world.wait(86_400);
    assert_eq!(client.post("/auth/reset", reset(&old, "yet another one")).await.status, 404);
}
