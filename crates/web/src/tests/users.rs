//! Users and invitations.

use axum::http::Method;
use serde_json::json;
use store::testing::TestDb;

use crate::{Permission, Role};

store::on_both!(people_are_invited, roles_are_kept, a_key_makes_nobody_mightier_than_itself, changes_are_not_lost);

async fn people_are_invited(t: TestDb) {
    let world = super::world(&t);
    let mut admin = world.sign_in(Role::Admin).await.unwrap();
    let invite = |email: &str, role: &str| json!({"email": email, "role": role});
    let bad = admin.post("/invitations", invite("nobody", "analyst")).await;
    assert_eq!((bad.status.as_u16(), bad.json()["fields"][0]["field"].as_str()), (422, Some("email")));
    let bad = admin.post("/invitations", invite("a@b.c", "analist")).await;
    assert!(bad.json()["fields"][0]["message"].as_str().unwrap().contains("did you mean \"analyst\"?"), "{bad:?}");
    assert_eq!(admin.post("/invitations", invite("boss@b.c", "owner")).await.status, 403);
    let old = admin.post("/invitations", invite("ben@shop.example", "viewer")).await.json();
    let made = admin.post("/invitations", invite("Ben@shop.example", "analyst")).await;
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (201, "no-store"));
    let token = |j: &serde_json::Value| j["url"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    let mut ben = world.client();
    assert_eq!(ben.post("/auth/invitation", json!({"token": token(&old)})).await.status, 404, "the newer one holds");
    let shown = ben.post("/auth/invitation", json!({"token": token(&made.json())})).await.json();
    assert_eq!((shown["email"].as_str(), shown["role"].as_str()), (Some("ben@shop.example"), Some("analyst")));
    let accept = |password: &str| json!({"token": token(&made.json()), "name": "Ben Wu", "password": password});
    assert_eq!(ben.post("/auth/invitation/accept", accept("ben@shop12")).await.status, 422);
    let both = [ben.clone(), ben.clone()].map(|mut c| {
        let body = accept("correct horse battery");
        async move { c.post("/auth/invitation/accept", body).await.status.as_u16() }
    });
    let mut statuses = futures::future::join_all(both).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 404], "of two at once, one wins");
    ben.login("ben@shop.example", "correct horse battery").await;
    assert_eq!(ben.get("/auth/me").await.json()["user"]["role"], "analyst");
    assert_eq!(admin.post("/invitations", invite("ben@shop.example", "viewer")).await.status, 409);
    // Taken back, and too old.
    let made = admin.post("/invitations", invite("eve@shop.example", "viewer")).await.json();
    let path = format!("/invitations/{}", made["invitation"]["id"].as_str().unwrap());
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(ben.post("/auth/invitation", json!({"token": token(&made)})).await.status, 404);
    let made = admin.post("/invitations", invite("eve@shop.example", "viewer")).await.json();
    world.wait(7 * 86_400);
    assert_eq!(ben.post("/auth/invitation", json!({"token": token(&made)})).await.status, 404);
}

async fn roles_are_kept(t: TestDb) {
    let world = super::world(&t);
    let (owner_id, password) = world.user(Role::Owner, "owner@shop.example").await.unwrap();
    let mut owner = world.client();
    owner.login("owner@shop.example", &password).await;
    let (admin_id, password) = world.user(Role::Admin, "admin@shop.example").await.unwrap();
    let mut admin = world.client();
    admin.login("admin@shop.example", &password).await;
    let set = |client: &crate::testing::Client, id: base::UserId, body: serde_json::Value| {
        let mut client = client.clone();
        async move { client.send(Method::PATCH, &format!("/users/{id}"), Some(&body)).await }
    };
    let refused = set(&admin, owner_id, json!({"role": "viewer"})).await;
    assert_eq!((refused.status.as_u16(), refused.json()["hint"].as_str()), (403, Some("ask an owner")));
    assert_eq!(set(&admin, admin_id, json!({"role": "owner"})).await.status, 403);
    assert_eq!(set(&admin, admin_id, json!({"disabled": true})).await.status, 409, "nobody locks himself out");
    let path = format!("/users/{owner_id}/password-reset");
    assert_eq!(admin.send(Method::POST, &path, None).await.status, 403, "else he could become the owner");
    assert_eq!(admin.delete(&format!("/users/{owner_id}/totp")).await.status, 403);
    let (second, _) = world.user(Role::Owner, "second@shop.example").await.unwrap();
    assert_eq!(set(&owner, second, json!({"role": "manager"})).await.json()["role"], "manager");
    let last = set(&owner, owner_id, json!({"role": "manager"})).await;
    assert_eq!(last.status, 409, "{last:?}");
    // Locked out: at once, with keys, and let in again without the old log-ins.
    let key = admin.post("/keys", json!({"name": "k", "scopes": ["users.manage"]})).await;
    let mut program = world.client().with_key(key.json()["secret"].as_str().unwrap());
    assert_eq!(program.get("/users").await.status, 200);
    assert_eq!(set(&owner, admin_id, json!({"disabled": true})).await.json()["disabled"], true);
    assert_eq!((admin.get("/auth/me").await.status.as_u16(), program.get("/users").await.status.as_u16()), (401, 401));
    assert_eq!(admin.login("admin@shop.example", &password).await.status, 401);
    set(&owner, admin_id, json!({"disabled": false, "role": "viewer"})).await;
    assert_eq!(admin.get("/auth/me").await.status, 401);
    assert_eq!(program.get("/users").await.status, 403, "a key can do no more than who made it");
    assert_eq!(admin.login("admin@shop.example", &password).await.status, 200);
}

async fn a_key_makes_nobody_mightier_than_itself(t: TestDb) {
    let world = super::world(&t);
    let (owner, password) = world.user(Role::Owner, "owner@shop.example").await.unwrap();
    let (other_owner, _) = world.user(Role::Owner, "other@shop.example").await.unwrap();
    let (manager, _) = world.user(Role::Manager, "manager@shop.example").await.unwrap();
    let (viewer, _) = world.user(Role::Viewer, "viewer@shop.example").await.unwrap();
    let mut person = world.client();
    person.login("owner@shop.example", &password).await;
    let key = async |scopes: Vec<&str>| {
        let made = person.clone().post("/keys", json!({"name": "k", "scopes": scopes})).await.json();
        world.client().with_key(made["secret"].as_str().unwrap())
    };
    // Every way to become somebody else: status of reset, second factor, role, lock, log-ins.
    let tries = async |client: &crate::testing::Client, id: base::UserId| {
        let path = |end: &str| format!("/users/{id}{end}");
        let patch = async |body| client.clone().send(Method::PATCH, &path(""), Some(&body)).await.status.as_u16();
        [
            client.clone().send(Method::POST, &path("/password-reset"), None).await.status.as_u16(),
            client.clone().delete(&path("/totp")).await.status.as_u16(),
            patch(json!({"role": "viewer"})).await,
            patch(json!({"disabled": true})).await,
            client.clone().delete(&path("/sessions")).await.status.as_u16(),
        ]
    };
    let small = key(vec!["users.manage", "customers.read", "segments.read", "insight.read"]).await;
    for id in [owner, other_owner, manager] {
        assert_eq!(tries(&small, id).await, [403; 5], "{id}");
    }
    assert_eq!(tries(&small, viewer).await, [201, 204, 200, 200, 200]);
    let invite = |role: &str| json!({"email": "new@shop.example", "role": role});
    assert_eq!(small.clone().post("/invitations", invite("admin")).await.status, 403);
    assert_eq!(small.clone().post("/invitations", invite("viewer")).await.status, 201);
    let whole = key(Permission::ALL.iter().map(|p| p.as_str()).collect()).await;
    assert_eq!(tries(&whole, owner).await, [403; 5], "who made it");
    assert_eq!(tries(&whole, manager).await[0], 201);
    // A link that was made for a viewer does not open the manager he becomes.
    let (rising, _) = world.user(Role::Viewer, "rising@shop.example").await.unwrap();
    let link = small.clone().send(Method::POST, &format!("/users/{rising}/password-reset"), None).await.json();
    let token = link["url"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    person.send(Method::PATCH, &format!("/users/{rising}"), Some(&json!({"role": "manager"}))).await;
    let used = json!({"token": token, "password": "correct horse battery"});
    assert_eq!(world.client().post("/auth/reset", used).await.status, 404);
}

async fn changes_are_not_lost(t: TestDb) {
    let world = super::world(&t);
    let (id, _) = world.user(Role::Viewer, "anna@shop.example").await.unwrap();
    let mut owner = world.sign_in(Role::Owner).await.unwrap();
    let path = format!("/users/{id}");
    let tag = owner.get(&path).await.header("etag").to_owned();
    assert_eq!(tag, "\"v1\"");
    let same = owner.clone().with("if-none-match", &tag).get(&path).await;
    assert_eq!((same.status.as_u16(), same.body.len()), (304, 0));
    let mut one = owner.clone().with("if-match", &tag);
    let changed = one.send(Method::PATCH, &path, Some(&json!({"name": "Anna Li"}))).await;
    assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"v2\""));
    let lost = one.send(Method::PATCH, &path, Some(&json!({"name": "Anna Lee"}))).await;
    assert_eq!((lost.status.as_u16(), lost.code().as_str()), (412, "outdated"));
    let compressed = owner.clone().with("if-match", "W/\"v2\"");
    let mut compressed = compressed;
    assert_eq!(compressed.send(Method::PATCH, &path, Some(&json!({"name": "Anna Lee"}))).await.status, 200);
    // The way back: with the ETag of the change it is open until somebody else changes something.
    let patch = async |tag: &str, body: serde_json::Value| {
        owner.clone().with("if-match", tag).send(Method::PATCH, &path, Some(&body)).await
    };
    let seen = async || {
        let user = owner.clone().get(&path).await;
        (user.header("etag").to_owned(), user.json())
    };
    let there = patch("\"v3\"", json!({"role": "manager", "disabled": true})).await;
    assert_eq!((there.status.as_u16(), there.header("etag")), (200, "\"v4\""));
    let back = patch(there.header("etag"), json!({"role": "viewer", "disabled": false})).await;
    assert_eq!((back.status.as_u16(), back.header("etag")), (200, "\"v5\""));
    assert_eq!((&seen().await.1["role"], &seen().await.1["disabled"]), (&json!("viewer"), &json!(false)));
    let there = patch(back.header("etag"), json!({"role": "manager"})).await;
    let other = owner.clone().send(Method::PATCH, &path, Some(&json!({"name": "Anna Wu"}))).await;
    assert_eq!(other.status, 200, "without If-Match everything is taken");
    let stale = patch(there.header("etag"), json!({"role": "viewer"})).await;
    assert_eq!((stale.status.as_u16(), stale.code().as_str()), (412, "outdated"));
    let (fresh, user) = seen().await;
    assert_eq!((&user["role"], &user["name"]), (&json!("manager"), &json!("Anna Wu")), "nothing was lost");
    assert_eq!(patch(&fresh, json!({"role": "viewer"})).await.json()["role"], "viewer");
}
