//! The routes of this stage, through the server.

use std::collections::BTreeSet;

use serde_json::Value;
use store::testing::TestDb;
use web::Role;
use web::testing::walk;

use super::shop::Shop;

store::on_both!(
    every_operation_lets_through_whom_it_says,
    numbers_open_as_lists,
    lists_have_pages,
    wrong_questions_are_explained
);

const QUARTER: &str = "from=2025-10-01&to=2025-12-31";

async fn every_operation_lets_through_whom_it_says(t: TestDb) {
    let mut shop = Shop::open(&t).await;
    shop.world.user(Role::Owner, "first@shop.example").await.unwrap();
    // Those of the server are walked by its own tests.
    shop.world.document.paths.paths.retain(|path, _| path.contains("/overview") || path.contains("/orders"));
    let wrong = walk(&shop.world, &[]).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(shop.world.document.paths.paths.len(), 6);
}

async fn numbers_open_as_lists(t: TestDb) {
    let shop = Shop::open(&t).await;
    let mut viewer = shop.world.sign_in(Role::Manager).await.unwrap();
    let answer = viewer.get(&format!("/overview?{QUARTER}")).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "private, no-cache"));
    let overview = answer.json();
    // The data begin in August, too late for the quarter before.
    assert!(overview["comparison"].is_null());
    let later = viewer.get("/overview?from=2026-01-01&to=2026-03-31").await.json();
    assert_eq!(later["comparison"], serde_json::json!({"from": "2025-10-01", "to": "2025-12-31"}));
    assert_eq!((overview["step"].as_str(), overview["currency"].as_str()), (Some("week"), Some("USD")));
    let metrics = overview["metrics"].as_array().unwrap();
    assert_eq!(metrics.len(), 8);
    for metric in metrics {
        let query = metric["list"]["query"].as_object().unwrap();
        if metric["list"]["page"] == "orders" {
            let query: Vec<String> = query.iter().map(|(k, v)| format!("{k}={}", v.as_str().unwrap())).collect();
            let list = viewer.get(&format!("/orders?{}", query.join("&"))).await.json();
            if metric["name"] == "orders" {
                assert_eq!(list["total"]["value"].to_string(), metric["value"].as_str().unwrap());
            }
        } else {
            let set = shop.insight.within(query["within"].as_str().unwrap()).await.unwrap().unwrap();
            if metric["unit"] == "count" {
                assert_eq!(set.customers.len().to_string(), metric["value"].as_str().unwrap(), "{}", metric["name"]);
            }
        }
    }
    // Unchanged data costs a 304, for the same question only.
    let tag = answer.header("etag").to_owned();
    let mut again = viewer.clone().with("if-none-match", &tag);
    assert_eq!(again.get(&format!("/overview?{QUARTER}")).await.status.as_u16(), 304);
    assert_eq!(again.get(&format!("/overview?{QUARTER}&compare=year")).await.status.as_u16(), 200);
    let path = format!("/overview/top?{QUARTER}&by=product&limit=3&compare=none");
    let answer = viewer.get(&path).await;
    let top = answer.json();
    for row in top["rows"].as_array().unwrap() {
        let set = shop.insight.within(row["list"]["query"]["within"].as_str().unwrap()).await.unwrap().unwrap();
        assert_eq!(set.customers.len() as u64, row["customers"].as_u64().unwrap());
        assert!(row["before"].is_null());
    }
    // A product gets a name: no order has changed, but what is said has.
    let mut again = viewer.clone().with("if-none-match", answer.header("etag"));
    assert_eq!(again.get(&path).await.status.as_u16(), 304);
    let mut tx = t.db.write().await.unwrap();
    let code = top["rows"][0]["key"].as_str().unwrap();
    let sql = "INSERT INTO product (code, name, updated_at) VALUES ($1, 'Green tea', 0)";
    tx.execute(sql, store::args![code]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(again.get(&path).await.json()["rows"][0]["label"], "Green tea");
    let cohorts = viewer.get(&format!("/overview/cohorts?{QUARTER}")).await.json();
    assert_eq!(cohorts["months"], 3);
    let hours = viewer.get(&format!("/overview/hours?{QUARTER}")).await.json();
    let orders: u64 = hours["cells"].as_array().unwrap().iter().map(|c| c["orders"].as_u64().unwrap()).sum();
    assert_eq!(orders.to_string(), metrics[1]["value"].as_str().unwrap());
}

async fn lists_have_pages(t: TestDb) {
    let shop = Shop::open(&t).await;
    let mut tx = t.db.write().await.unwrap();
    let sql = "INSERT INTO customer (id, name, attributes, created_at, updated_at) VALUES (7, 'Anna Lee', '{}', 0, 0)";
    tx.execute(sql, Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
    let mut manager = shop.world.sign_in(Role::Manager).await.unwrap();
    let (mut seen, mut path) = (BTreeSet::new(), "/orders?limit=200".to_owned());
    loop {
        let page = manager.get(&path).await.json();
        for order in page["items"].as_array().unwrap() {
            assert!(seen.insert(order["id"].as_str().unwrap().to_owned()) && order["lines"].is_null());
        }
        assert_eq!(page["total"], serde_json::json!({"value": 900, "exact": true}));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/orders?limit=200&cursor={next}");
    }
    assert_eq!(seen.len(), 900);
    let his = manager.get("/orders?customer=cus_7&limit=1").await.json();
    assert_eq!(his["items"][0]["customer_name"], "Anna Lee");
    let order = manager.get(&format!("/orders/{}", his["items"][0]["id"].as_str().unwrap())).await.json();
    assert_eq!(order["lines"].as_array().unwrap().len() as u64, order["line_count"].as_u64().unwrap());
    // Without the right only in part, and every look at a person is noted.
    let mut viewer = shop.world.sign_in(Role::Viewer).await.unwrap();
    let masked = viewer.get("/orders?customer=cus_7&limit=1").await.json();
    assert_eq!(masked["items"][0]["customer_name"], "A*** L***");
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let log = owner.get("/audit?filter=object:eq:cus_7").await.json();
    let actions: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|e| &e["action"]).collect();
    assert_eq!(actions, ["order.list", "order.read", "order.list"]);
}

async fn wrong_questions_are_explained(t: TestDb) {
    let shop = Shop::open(&t).await;
    let mut viewer = shop.world.sign_in(Role::Manager).await.unwrap();
    for (path, field) in [
        ("/overview?from=2026-01-01", "to"),
        ("/overview?from=2026-01-01&to=2025-01-01", "to"),
        ("/overview?from=2026-13-01&to=2026-01-01", "from"),
        ("/overview?from=2026-01-01&to=2026-01-02&compare=never", "compare"),
        ("/overview/top?from=2026-01-01&to=2026-01-02", "by"),
        ("/overview/top?from=2026-01-01&to=2026-01-02&by=brand", "by"),
        ("/overview/top?from=2026-01-01&to=2026-01-02&by=store&limit=0", "limit"),
        ("/orders?weekday=8", "weekday"),
        ("/orders?hour=24", "hour"),
        ("/orders?sort=name", "sort"),
        ("/orders?cursor=0.1.2", "cursor"),
        ("/orders?customer=imp_1", "customer"),
        ("/orders?limit=501", "limit"),
        ("/orders?colour=red", "colour"),
    ] {
        let answer = viewer.get(path).await;
        assert_eq!(answer.status.as_u16(), 400, "{path}: {}", answer.json());
        let fields = answer.json()["fields"].to_string();
        assert!(fields.contains(field), "{path}: {}", answer.json());
    }
    assert_eq!(viewer.get("/orders/ord_00000000000000ff").await.status.as_u16(), 404);
    assert_eq!(viewer.get("/orders/12").await.code(), "invalid_id");
    // A business without data has empty answers, not errors.
    let empty = store::testing::sqlite().await;
    let lake = lake::Lake::open(empty.db.clone(), &empty.dir.path().join("lake")).await.unwrap();
    let shop = Shop::over(&empty, &lake, &super::shop::zone(), Vec::new());
    let mut viewer = shop.world.sign_in(Role::Manager).await.unwrap();
    let overview = viewer.get(&format!("/overview?{QUARTER}")).await.json();
    assert_eq!(
        (overview["metrics"][0]["value"].as_str(), overview["metrics"][5]["value"].is_null()),
        (Some("0.00"), true)
    );
    for path in ["/overview/cohorts", "/overview/hours", "/orders"] {
        assert_eq!(viewer.get(&format!("{path}?{QUARTER}")).await.status.as_u16(), 200, "{path}");
    }
}
