use axum::http::StatusCode;
use serde_json::{Value, json};
use store::testing::TestDb;
use web::{Permission, Role};

use super::shop;

store::on_both!(
    orders_are_sent_sent_again_and_corrected,
    what_is_wrong_is_told_and_nothing_of_it_kept,
    a_batch_set_aside_is_tried_again
);

fn order(id: &str, amount: &Value) -> Value {
    json!({"order_id": id, "time": "2026-05-01 10:15", "customer": "C1",
        "lines": [{"product": "Tea", "quantity": 1, "amount": amount}, {"product": "Rice", "amount": "5.25"}]})
}

async fn orders_are_sent_sent_again_and_corrected(t: TestDb) {
    let mut shop = shop(&t).await;
    let mut till = shop.world.key(&[Permission::OrdersWrite]).await.unwrap();
    let sent = json!({"source": "till", "orders": [order("T1", &json!(30)), order("T2", &json!("12.50"))]});
    let first = till.post("/intake", sent.clone()).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.json());
    let told = first.json();
    assert_eq!((&told["lines"], &told["customers_added"], &told["state"]), (&json!(4), &json!(1), &json!("applied")));
    assert_eq!(shop.count("SELECT CAST(sum(amount) * 100 AS BIGINT) FROM order_line").await, 5300);
    let again = till.post("/intake", sent).await.json();
    assert_eq!((&again["lines"], &again["orders_unchanged"]), (&json!(0), &json!(2)), "{again}");
    let changed = till.post("/intake", json!({"source": "till", "orders": [order("T2", &json!(20))]})).await.json();
    assert_eq!(changed["orders_changed"], 1, "{changed}");
    assert_eq!(shop.count("SELECT CAST(sum(amount) * 100 AS BIGINT) FROM order_line").await, 6050);
    // The same number of another source is another order.
    let other = till.post("/intake", json!({"orders": [order("T1", &json!(1))]})).await.json();
    assert_eq!(other["lines"], 2, "{other}");
    let batch = other["batch"].as_str().unwrap();
    assert_eq!(shop.get(&format!("/intake/{batch}")).await, other);
    assert_eq!(shop.get("/intake").await, json!({"waiting": 0, "set_aside": []}));
    assert_eq!(till.get("/intake").await.status, StatusCode::FORBIDDEN, "a till sends and sees nothing");
}

async fn what_is_wrong_is_told_and_nothing_of_it_kept(t: TestDb) {
    let mut shop = shop(&t).await;
    for (orders, word) in [
        (json!([]), "1 to 1000"),
        (json!([{"order_id": "A", "time": "2026-05-01", "amonut": 3}]), "did you mean \"amount\"?"),
        (json!([{"order_id": "A", "time": "2026-05-01", "lines": []}]), "at least one line"),
        (json!([order("A", &json!(1)), {"order_id": "B", "lines": [7]}]), "not an object"),
    ] {
        let (status, problem) = shop.post("/intake", json!({"orders": orders})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(problem.to_string().replace("\\\"", "\"").contains(word), "{problem}");
    }
    // One bad order costs itself only.
    let (status, told) =
        shop.post("/intake", json!({"orders": [order("A", &json!(1)), order("B", &json!("many"))]})).await;
    assert_eq!((status, &told["lines"], &told["bad"][0]["order"]), (StatusCode::OK, &json!(3), &json!(2)), "{told}");
    let why = &told["bad"][0]["why"];
    assert!(why.as_str().unwrap().contains("many"), "{why}");
    let batch = told["batch"].as_str().unwrap().to_owned();
    let mut marketer = shop.world.sign_in(Role::Marketer).await.unwrap();
    let seen = marketer.get(&format!("/intake/{batch}")).await.json();
    assert_eq!(seen["bad"], json!([{"order": 2}]), "personal data may be in it");
    assert_eq!(shop.noted("intake.read").await, json!([]), "nobody saw what was sent but who sent it");
    shop.get(&format!("/intake/{batch}")).await;
    assert_eq!(shop.noted("intake.read").await, json!([batch]));
}

async fn a_batch_set_aside_is_tried_again(t: TestDb) {
    let mut shop = shop(&t).await;
    let mut tx = t.db.write().await.unwrap();
    let body = zstd::encode_all(&b"{\"order_id\": \"A\", \"time\": \"2026-05-01\", \"amount\": 3}\n"[..], 3).unwrap();
    let id = crate::store::intake::intake_add(&mut tx, shop.world.app.now(), "till", 1, body).await.unwrap();
    let broken = base::Problem::new(base::Code::Internal, "the disk is full");
    crate::store::intake::intake_failed(&mut tx, id, shop.world.app.now(), &broken).await.unwrap();
    tx.commit().await.unwrap();
    let open = shop.get("/intake").await;
    assert_eq!(open["set_aside"][0]["batch"], format!("bat_{id}"), "{open}");
    assert!(open["set_aside"][0]["problem"].is_string(), "{open}");
    let mut marketer = shop.world.sign_in(Role::Marketer).await.unwrap();
    let aside = json!([{"batch": format!("bat_{id}")}]);
    assert_eq!(marketer.get("/intake").await.json()["set_aside"], aside, "why may quote what was sent");
    assert!(marketer.get(&format!("/intake/bat_{id}")).await.json()["problem"].is_null());
    let (status, told) = shop.post("/intake/retry", json!({})).await;
    assert_eq!((status, &told["batches"]), (StatusCode::ACCEPTED, &json!(1)));
    assert_eq!(shop.get("/intake").await["waiting"], 1);
    // The next order takes along what waits.
    assert_eq!(shop.post("/intake", json!({"orders": [order("B", &json!(1))]})).await.0, StatusCode::OK);
    assert_eq!(shop.get(&format!("/intake/bat_{id}")).await["state"], "applied");
}
