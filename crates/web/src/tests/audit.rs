//! The audit log.

use axum::http::Method;
use serde_json::{Value, json};
use store::testing::TestDb;

use crate::Role;

store::on_both!(what_was_done_seen_and_refused_is_kept, nothing_is_lost_while_the_log_cannot_be_written);

async fn what_was_done_seen_and_refused_is_kept(t: TestDb) {
    let world = super::world(&t);
    let (id, password) = world.user(Role::Agent, "anna@shop.example").await.unwrap();
    let mut anna = world.client();
    anna.login("anna@shop.example", "a wrong password").await;
    world.wait(1);
    anna.login("anna@shop.example", &password).await;
    world.wait(1);
    let seen = anna.get("/people/cus_12").await;
    assert_eq!(seen.json()["name"], "王小明", "an agent sees whom he serves");
    world.wait(1);
    assert_eq!(anna.get("/users").await.status, 403);
    let mut owner = world.sign_in(Role::Owner).await.unwrap();
    owner.send(Method::PATCH, &format!("/users/{id}"), Some(&json!({"role": "manager"}))).await;
    let list = owner.get(&format!("/audit?filter=user:eq:{id}")).await.json();
    let told = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        items.map(|e| format!("{} {} {}", e["action"], e["object"], e["outcome"]).replace('"', "")).collect()
    };
    let expected = [
        "access.refuse GET /api/v1/users denied",
        "customer.read cus_12 done",
        "auth.login ses_1 done",
        "auth.login  failed",
    ];
    assert_eq!(told(&list), expected);
    let read = &list["items"][1];
    assert_eq!((read["ip"].as_str(), read["kind"].as_str()), (Some("203.0.113.9"), Some("session")));
    assert_eq!(read["request"], seen.header("x-request-id"));
    let changed = owner.get(&format!("/audit?filter=object:eq:{id}&filter=action:eq:user.update")).await.json();
    assert_eq!(changed["items"][0]["detail"], json!({"role": ["agent", "manager"]}));
    assert_eq!(owner.get("/audit?filter=outcome:eq:denied&limit=1").await.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(changed["items"][0]["object_name"], "Test Person");
    let hers = anna.get(&format!("/audit?filter=user:eq:{id}&limit=1")).await;
    assert_eq!(
        (hers.status.as_u16(), &hers.json()["items"][0]["user_name"]),
        (200, &json!("Test Person")),
        "managers may read it"
    );
    let kept = owner.get("/audit?filter=kind:eq:system").await.json();
    assert_eq!(kept["items"].as_array().unwrap().len(), 2, "{kept}");
    assert!(
        !owner.get("/audit?limit=500").await.json().to_string().contains("王小明"),
        "no names of customers in the log"
    );
}

async fn nothing_is_lost_while_the_log_cannot_be_written(t: TestDb) {
    let world = super::world(&t);
    let mut agent = world.sign_in(Role::Agent).await.unwrap();
    let rename = async |from: &str, to: &str| {
        let mut tx = t.db.write().await.unwrap();
        tx.script(&format!("ALTER TABLE {from} RENAME TO {to}")).await.unwrap();
        tx.commit().await.unwrap();
    };
    rename("web_audit", "away").await;
    for n in 1..=3 {
        assert_eq!(agent.get(&format!("/people/cus_{n}")).await.status, 200);
    }
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    rename("away", "web_audit").await;
    let mut owner = world.sign_in(Role::Owner).await.unwrap();
    let list = owner.get("/audit?filter=action:eq:customer.read").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 3, "{list}");
}
