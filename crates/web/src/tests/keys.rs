//! API keys.

use serde_json::json;
use store::args;
use store::testing::TestDb;

use crate::{Permission, Role};

store::on_both!(keys_do_what_they_say, a_key_for_somebody_else_never_does_more_than_both);

async fn keys_do_what_they_say(t: TestDb) {
    let world = super::world(&t);
    let mut admin = world.sign_in(Role::Admin).await.unwrap();
    let bad = admin.post("/keys", json!({"name": "k", "scopes": ["sql.run", "sql.rum"]})).await;
    assert_eq!((bad.status.as_u16(), bad.json()["fields"][0]["field"].as_str()), (422, Some("scopes[1]")));
    assert_eq!(admin.post("/keys", json!({"name": "k", "scopes": []})).await.status, 422);
    let past = json!({"name": "k", "scopes": ["sql.run"], "expires_at": "2026-01-01T00:00:00Z"});
    assert_eq!(admin.post("/keys", past).await.json()["fields"][0]["field"], "expires_at");
    let new = json!({"name": "Report", "scopes": ["customers.read"], "expires_at": "2026-05-02T00:00:00Z"});
    let made = admin.post("/keys", new).await;
    assert_eq!(made.status, 201);
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("gxk_") && secret.len() == 47, "{secret}");
    assert!(secret.starts_with(made.json()["key"]["prefix"].as_str().unwrap()));
    let mut tx = t.db.read().await.unwrap();
    let row = tx.fetch_one("SELECT key_hash FROM web_key", args![]).await.unwrap();
    assert_eq!(row.get::<String>("key_hash").unwrap(), crate::entropy::token_hash(&secret));
    drop(tx);
    let mut program = world.client().with_key(&secret);
    // Without customers.pii names are masked, and no CSRF token is needed.
    let seen = program.get("/people/cus_1").await;
    assert_eq!(seen.json(), json!({"name": "王***", "phone": "+86138***78"}));
    assert_eq!(program.post("/count", json!({"by": 1})).await.status, 403);
    assert_eq!(program.get("/auth/me").await.json()["permissions"], json!(["customers.read"]));
    assert_eq!(program.delete("/auth/sessions").await.status, 403, "what only a person does");
    world.app.flush().await;
    let list = admin.get("/keys?filter=name:eq:Report").await.json();
    assert_eq!(list["items"][0]["used_at"], "2026-05-01T08:00:00Z");
    assert!(list["items"][0].get("secret").is_none() && !list.to_string().contains(&secret));
    world.wait(16 * 3600);
    assert_eq!(program.get("/people/cus_1").await.status, 401, "expired");
    // A key that makes keys cannot give away more than it has.
    let mut maker = world.key(&[Permission::KeysManage]).await.unwrap();
    let more = maker.post("/keys", json!({"name": "k", "scopes": ["sql.run"]})).await;
    assert_eq!(more.json()["fields"][0]["message"], "you do not have sql.run yourself");
    let made = maker.post("/keys", json!({"name": "k", "scopes": ["keys.manage"]})).await;
    let mut second = world.client().with_key(made.json()["secret"].as_str().unwrap());
    assert_eq!(second.get("/keys").await.status, 200);
    let path = format!("/keys/{}", made.json()["key"]["id"].as_str().unwrap());
    assert_eq!((maker.delete(&path).await.status.as_u16(), maker.delete(&path).await.status.as_u16()), (204, 204));
    assert_eq!(second.get("/keys").await.status, 401, "revoked");
    let basic = world.client().with("authorization", "Basic YTpi").get("/keys").await;
    assert_eq!((basic.status.as_u16(), basic.header("www-authenticate")), (401, "Bearer realm=\"guanxi\""));
}

async fn a_key_for_somebody_else_never_does_more_than_both(t: TestDb) {
    let world = super::world(&t);
    let mut admin = world.sign_in(Role::Admin).await.unwrap();
    let (viewer, _) = world.user(Role::Viewer, "vi@shop.example").await.unwrap();
    let (owner, _) = world.user(Role::Owner, "ow@shop.example").await.unwrap();
    let new = |user: &str, scope: &str| json!({"name": "k", "scopes": [scope], "user": user});
    let made = admin.post("/keys", new(&viewer.to_string(), "customers.read")).await;
    assert_eq!((made.status.as_u16(), &made.json()["key"]["user"]), (201, &json!(viewer.to_string())));
    let mut program = world.client().with_key(made.json()["secret"].as_str().unwrap());
    assert_eq!(program.get("/auth/me").await.json()["permissions"], json!(["customers.read"]));
    let told = admin.get("/audit?filter=action:eq:key.create").await.json();
    assert_eq!(told["items"][0]["detail"]["for"], viewer.to_string());
    for (user, scope, status) in [
        (owner.to_string(), "customers.read", 403),
        (viewer.to_string(), "sql.run", 422),
        ("usr_99".to_owned(), "customers.read", 404),
        ("usr_x".to_owned(), "customers.read", 422),
    ] {
        assert_eq!(admin.post("/keys", new(&user, scope)).await.status.as_u16(), status, "{user} {scope}");
    }
    let mut maker = world.key(&[Permission::KeysManage, Permission::CustomersRead]).await.unwrap();
    assert_eq!(maker.post("/keys", new(&viewer.to_string(), "customers.read")).await.status, 403);
    let off =
        admin.send(axum::http::Method::PATCH, &format!("/users/{viewer}"), Some(&json!({"disabled": true}))).await;
    assert_eq!(off.status, 200, "{}", off.json());
    assert_eq!(admin.post("/keys", new(&viewer.to_string(), "customers.read")).await.status, 409);
}
