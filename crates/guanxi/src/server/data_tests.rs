//! Import, tables, quality and SQL together, over an installation in a temporary folder.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use web::testing::Client;
use web::{Permission, Role};

use super::tests::{Shop, shop, shop_with};

const SALES: &str = "order_no,date,member_id,product,quantity,unit_price,amount\n\
    A1,2026-04-01 10:00,C1,Tea,1,30,30.00\n\
    A2,2026-04-02 11:00,C2,Rice,2,25,50.00\n\
    A3,2026-04-03 12:00,C1,Oil,1,80,80.00\n\
    A4,2026-04-04 13:00,,Tea,1,,30.00\n\
    A5,2026-04-05 14:00,C2,Rice,-1,25,-25.00\n";
const PEOPLE: &str = "member_id,name,phone,birthday\nC1,Wang Fang,13812345678,1990-05-01\nC3,Wang Fang,,1990-05-01\n";

async fn import(shop: &Shop, owner: &mut Client, name: &str, text: &str) {
    let path = format!("/uploads?name={name}");
    let sent = owner.send_bytes(Method::POST, &path, Some("application/octet-stream"), text.into()).await.json();
    let look = owner.post("/imports/look", json!({"upload": sent["id"]})).await.json();
    assert_eq!(look["can_run"], true, "{look}");
    let new = json!({"upload": sent["id"], "kind": look["kind"], "mapping": look["mapping"], "source": "main", "mode": "difference"});
    let begun = owner.post("/imports", new).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.json());
    shop.runner.run_one().await.unwrap();
    let import = owner.get(&format!("/imports/{}", begun.json()["import"].as_str().unwrap())).await.json();
    assert_eq!(import["state"], "done", "{import}");
}

fn query(at: u32, sql: &str) -> Value {
    json!({"id": format!("qry_{at:020}"), "sql": sql})
}

async fn ask(client: &mut Client, sql: &str) -> Value {
    let answer = client.post("/sql/queries", query(1, sql)).await;
    assert_eq!(answer.status, StatusCode::OK, "{sql}: {}", answer.json());
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_count_what_their_rows_and_sql_show() {
    let shop = shop().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let empty = owner.get("/quality").await;
    assert_eq!(empty.status, StatusCode::OK, "without any data, too: {}", empty.json());
    import(&shop, &mut owner, "sales.csv", SALES).await;
    import(&shop, &mut owner, "people.csv", PEOPLE).await;
    let quality = owner.get("/quality").await.json();
    let check = |name: &str| quality["checks"].as_array().unwrap().iter().find(|c| c["name"] == name).unwrap().clone();
    for (name, passed, failed) in [
        ("lines_with_customer", 4, 1),
        ("sales_with_price", 3, 1),
        ("customers_with_name", 2, 1),
        ("customers_reachable", 1, 2),
        ("customers_not_alike", 0, 2),
        ("lines_not_repeated", 5, 0),
        ("orders_of_one_customer", 5, 0),
        ("computed_after_changes", 0, 2),
    ] {
        let found = check(name);
        assert_eq!((&found["passed"], &found["failed"]), (&json!(passed), &json!(failed)), "{found}");
    }
    // Every fault can be looked at, page by page, also by who does not see who people are.
    let mut viewer = shop.world.sign_in(Role::Viewer).await.unwrap();
    for check in quality["checks"].as_array().unwrap() {
        let name = check["name"].as_str().unwrap();
        for client in [&mut owner, &mut viewer] {
            let rows = fault_rows(client, name).await;
            assert_eq!(check["failed"], rows.len(), "{name}");
        }
        let seen = json!(fault_rows(&mut viewer, name).await).to_string();
        assert!(!seen.contains("Fang") && !seen.contains("1990"), "{name}: {seen}");
    }
    let lines = ask(&mut owner, "SELECT count(*) FROM order_line WHERE customer_id IS NULL").await;
    assert_eq!(lines["rows"], json!([[check("lines_with_customer")["failed"]]]));
    assert_eq!(owner.get("/quality/nothing/rows").await.status, StatusCode::NOT_FOUND);
}

/// All rows of a check, one a page.
async fn fault_rows(client: &mut Client, name: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/quality/{name}/rows?limit=1{cursor}")).await;
        assert_eq!(page.status, StatusCode::OK, "{name}: {}", page.json());
        let page = page.json();
        rows.extend(page["rows"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_too_many_is_a_row() {
    let shop = shop().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let line = |order: &str, product: &str| format!("{order},2026-03-01 10:00,C1,{product},1,2.5\n");
    let lines: String = [("A1", "P1"), ("A1", "P1"), ("A1", "P1"), ("A1", "P2"), ("A2", "P1"), ("A2", "P1")]
        .map(|(order, product)| line(order, product))
        .concat();
    let file = format!("order_id,time,customer,product,quantity,unit_price\n{lines}");
    import(&shop, &mut owner, "twice.csv", &file).await;
    let quality = owner.get("/quality").await.json();
    let check = quality["checks"].as_array().unwrap().iter().find(|c| c["name"] == "lines_not_repeated").unwrap();
    let rows = fault_rows(&mut owner, "lines_not_repeated").await;
    assert_eq!((&check["failed"], rows.len()), (&json!(3), 3), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_listed_and_paged() {
    let shop = shop().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    import(&shop, &mut owner, "sales.csv", SALES).await;
    import(&shop, &mut owner, "people.csv", PEOPLE).await;
    let tables = owner.get("/tables").await.json();
    for (name, expected) in [("order_line", 5), ("customer", 3), ("contact", 3), ("product", 3)] {
        let table =
            tables.as_array().unwrap().iter().find(|t| t["name"] == name).unwrap_or_else(|| panic!("{name}: {tables}"));
        assert_eq!(table["rows"], expected, "{table}");
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = owner.get(&format!("/tables/{name}/rows?limit=2{cursor}")).await.json();
            rows.extend(page["rows"].as_array().unwrap_or_else(|| panic!("{name}: {page}")).clone());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(rows.len(), expected, "{name}: {rows:?}");
    }
    let first = owner.get("/tables/order_line/rows?limit=1").await.json();
    let at = |name: &str| first["columns"].as_array().unwrap().iter().position(|c| c["name"] == name).unwrap();
    assert_eq!(first["rows"][0][at("order_id")], "A5", "the newest first");
    let share =
        &tables[0]["columns"].as_array().unwrap().iter().find(|c| c["name"] == "customer_id").unwrap()["filled"];
    assert_eq!(*share, json!(0.8));
    let mut viewer = shop.world.sign_in(Role::Viewer).await.unwrap();
    let masked = viewer.get("/tables/customer/rows").await.json().to_string();
    assert!(!masked.contains("Fang") && !masked.contains("1990"), "{masked}");
    assert_eq!(owner.get("/tables/secret/rows").await.status, StatusCode::NOT_FOUND);
    assert_eq!(owner.get("/tables/customer/rows?cursor=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_birthday_without_year_has_its_name_and_is_masked() {
    let shop = shop().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    import(&shop, &mut owner, "people.csv", "member_id,name,birthday\nC1,Wang Fang,05-20\nC2,Li Na,1990-05-01\n").await;
    let attribute = async |client: &mut Client, of: &str| {
        let customer = client.get(&format!("/customers/{of}")).await.json();
        let missing = customer["quality"]["issues"].as_array().unwrap().iter().any(|i| i["field"] == "birthday");
        let all = customer["attributes"].as_array().unwrap();
        (all.iter().find(|a| a["name"] == "birthday_without_year").unwrap().clone(), missing)
    };
    let (mut full, missing) = attribute(&mut owner, "cus_1").await;
    assert_eq!(full["label"], json!({"en": "Birthday without year", "zh": "生日（无年份）"}));
    assert_eq!((full["value"].take(), missing), (json!("--05-20"), false), "the birthday is known");
    assert_eq!(attribute(&mut owner, "cus_2").await.0["value"], Value::Null);
    let mut viewer = shop.world.sign_in(Role::Viewer).await.unwrap();
    assert_eq!(attribute(&mut viewer, "cus_1").await.0["value"], Value::Null, "left out, as birthdays are");
    let list = viewer.get("/customers?columns=birthday_without_year").await.json().to_string();
    let rows = viewer.get("/tables/customer/rows").await.json().to_string();
    assert!(!list.contains("05-20") && !rows.contains("05-20"), "{list} {rows}");
    for query in ["sort=birthday_without_year", "filter=birthday_without_year:has:05"] {
        assert_eq!(viewer.get(&format!("/customers?{query}")).await.code(), "forbidden", "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_bounded_masked_cancelled_and_saved() {
    let shop = shop().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    import(&shop, &mut owner, "sales.csv", SALES).await;
    import(&shop, &mut owner, "people.csv", PEOPLE).await;
    let sum = ask(&mut owner, "SELECT sum(amount) AS total, min(time) AS first FROM order_line").await;
    assert_eq!((&sum["rows"][0][0], &sum["columns"][0]["type"]), (&json!("165.0000"), &json!("decimal")), "{sum}");
    assert_eq!((&sum["rows"][0][1], &sum["truncated"]), (&json!("2026-04-01T02:00:00Z"), &json!(false)));
    let mut few = query(2, "SELECT order_id FROM order_line");
    few["limit"] = json!(2);
    let few = owner.post("/sql/queries", few).await.json();
    assert_eq!((&few["row_count"], &few["truncated"]), (&json!(2), &json!(true)));
    for (sql, status) in [
        ("DROP TABLE order_line", StatusCode::BAD_REQUEST),
        ("SELECT nothing FROM order_line", StatusCode::BAD_REQUEST),
        ("SELECT 1 FROM web_user", StatusCode::NOT_FOUND),
        ("", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(owner.post("/sql/queries", query(3, sql)).await.status, status, "{sql}");
    }
    let names = "SELECT name, attributes FROM customer WHERE name IS NOT NULL";
    assert!(ask(&mut owner, names).await.to_string().contains("Wang Fang"));
    let mut analyst = shop.world.sign_in(Role::Analyst).await.unwrap();
    let masked = ask(&mut analyst, names).await.to_string();
    assert!(!masked.contains("Fang") && !masked.contains("1990"), "{masked}");
    // A heavy question ends when its asker says so, not when another does.
    let heavy = "SELECT count(*) FROM generate_series(1, 3000000) a, generate_series(1, 3000000) b";
    let mut asking = owner.clone();
    let running = tokio::spawn(async move { asking.post("/sql/queries", query(4, heavy)).await });
    let cancel = format!("/sql/queries/qry_{:020}", 4);
    let mut tries = 0;
    while owner.delete(&cancel).await.status != StatusCode::NO_CONTENT {
        assert_eq!(analyst.delete(&cancel).await.status, StatusCode::NOT_FOUND);
        tries += 1;
        assert!(tries < 200, "the question never ran");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let ended = running.await.unwrap();
    assert_eq!((ended.status, ended.code().as_str()), (StatusCode::CONFLICT, "cancelled"), "{}", ended.json());
    let schema = owner.get("/sql/schema").await.json();
    assert!(schema["functions"].as_array().unwrap().contains(&json!("date_trunc")), "{schema}");
    assert!(schema["tables"].as_array().unwrap().iter().any(|t| t["name"] == "contact"));
    export(&shop, &mut owner, &mut analyst).await;
    saved(&mut owner, &mut analyst).await;
}

async fn export(shop: &Shop, owner: &mut Client, analyst: &mut Client) {
    let wrong = owner.post("/sql/exports", json!({"sql": "SELECT nothing FROM order_line", "format": "csv"})).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "told now, not by a job");
    let begun = analyst.post("/sql/exports", json!({"sql": "SELECT name FROM customer", "format": "csv"})).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.json());
    shop.runner.run_one().await.unwrap();
    let id = begun.json()["id"].as_str().unwrap().to_owned();
    let file = analyst.get(&format!("/jobs/{id}/file")).await;
    let text = String::from_utf8_lossy(&file.body).into_owned();
    assert!(file.status == StatusCode::OK && text.contains("name") && !text.contains("Fang"), "{text}");
    let mut exporter = shop.world.key(&[Permission::CustomersExport]).await.unwrap();
    let refused = exporter.post("/sql/exports", json!({"sql": "SELECT 1", "format": "csv"})).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_larger_than_the_memory_goes_into_a_file_alone() {
    let shop = shop_with(|config| config.engine.query_memory_mib = 16).await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let wide = "SELECT repeat('x', 2000) AS wide FROM generate_series(1, 20000)";
    let refused = owner.post("/sql/queries", query(1, wide)).await;
    let told = refused.json();
    assert_eq!((refused.status, told["code"].as_str()), (StatusCode::SERVICE_UNAVAILABLE, Some("unavailable")));
    assert!(told["hint"].as_str().unwrap().contains("to a file"), "{told}");
    assert!(!refused.header("retry-after").is_empty());
    let begun = owner.post("/sql/exports", json!({"sql": wide, "format": "csv"})).await.json();
    shop.runner.run_one().await.unwrap();
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    let job = owner.get(&path).await.json();
    assert_eq!(job["state"], "done", "{job}");
    let file = owner.get(&format!("{path}/file")).await.body;
    let lines = file.split(|byte| *byte == b'\n').filter(|line| line.len() >= 2_000).count();
    assert_eq!(lines, 20_000);
    // It can be stopped while it is written, and then there is no file.
    let endless = "SELECT repeat('x', 500) AS wide FROM generate_series(1, 100000) a, generate_series(1, 100000) b";
    let begun = owner.post("/sql/exports", json!({"sql": endless, "format": "jsonl"})).await.json();
    let path = format!("/jobs/{}", begun["id"].as_str().unwrap());
    let (ran, ()) = tokio::join!(shop.runner.run_one(), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let cancelled = owner.send(Method::POST, &format!("{path}/cancel"), None).await;
        assert_eq!(cancelled.status, StatusCode::ACCEPTED, "{}", cancelled.json());
    });
    ran.unwrap();
    let stopped = owner.get(&path).await.json();
    assert_eq!(stopped["state"], "cancelled", "{stopped}");
    let folders = std::fs::read_dir(shop.folder.path().join("shop/jobs")).unwrap();
    let files = folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count());
    assert_eq!(files.sum::<usize>(), 1, "only the first export");
}

async fn saved(owner: &mut Client, analyst: &mut Client) {
    let new =
        json!({"name": "Mine", "sql": "SELECT 1", "shared": false, "chart": {"kind": "bar", "x": "a", "y": ["b"]}});
    let mine = owner.post("/sql/questions", new).await;
    assert_eq!(mine.status, StatusCode::CREATED, "{}", mine.json());
    let id = mine.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/sql/questions/{id}");
    assert_eq!(analyst.get("/sql/questions").await.json(), json!([]));
    let change = json!({"name": "Ours", "sql": "SELECT 2", "shared": true});
    assert_eq!(analyst.send(Method::PUT, &path, Some(&change)).await.status, StatusCode::NOT_FOUND);
    let mut known = owner.clone().with("if-match", mine.json()["etag"].as_str().unwrap());
    assert_eq!(known.send(Method::PUT, &path, Some(&change)).await.status, StatusCode::OK);
    assert_eq!(known.send(Method::PUT, &path, Some(&change)).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(analyst.get("/sql/questions").await.json()[0]["name"], "Ours");
    assert_eq!(analyst.delete(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(owner.delete(&path).await.status, StatusCode::NO_CONTENT);
}
