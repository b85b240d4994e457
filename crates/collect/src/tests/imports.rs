use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use store::testing::TestDb;

use super::{SALES, shop};

store::on_both!(
    a_file_comes_in_and_goes,
    a_stopped_import_goes_on,
    a_mapping_is_corrected_saved_and_forgotten,
    a_saved_mapping_is_replaced_only_when_that_is_said
);

async fn a_file_comes_in_and_goes(t: TestDb) {
    let mut shop = shop(&t).await;
    let id = shop.import(SALES).await;
    assert_eq!(shop.get(&format!("/imports/{id}")).await["state"], "running");
    let (status, _) = shop.post(&format!("/imports/{id}/undo"), json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    shop.work().await;
    let import = shop.get(&format!("/imports/{id}")).await;
    assert_eq!(
        (&import["state"], &import["by"], &import["file"]),
        (&json!("done"), &json!("Test Person"), &json!("sales.csv"))
    );
    let report = &import["report"];
    assert_eq!((&report["rows"], &report["bad_rows"]), (&json!(5), &json!(1)), "{import}");
    assert_eq!(report["bad_by_reason"][0]["reason"], "impossible_date");
    // Every sum says how to check it, and is what the history says.
    for sum in report["figures"]["sums"].as_array().unwrap() {
        let lines = shop.count(sum["sql"].as_str().unwrap()).await;
        assert_eq!(sum["lines"], lines, "{sum}");
    }
    assert_eq!(report["figures"]["sums"][2]["amount"], "85.25", "revenue is sales less returns");
    let job = shop.get(&format!("/jobs/{}", import["job"].as_str().unwrap())).await;
    assert_eq!((&job["state"], &job["kind"], &job["object"]), (&json!("done"), &json!("import.run"), &json!(id)));
    let (status, job) = shop.post(&format!("/imports/{id}/undo"), json!({})).await;
    assert_eq!((status, &job["kind"]), (StatusCode::ACCEPTED, &json!("import.undo")));
    shop.work().await;
    assert_eq!(shop.get(&format!("/imports/{id}")).await["state"], "undone");
    assert_eq!(shop.count("SELECT count(*) FROM order_line").await, 0);
    let list = shop.get("/imports?limit=1").await;
    assert_eq!((&list["items"][0]["id"], &list["total"]["value"]), (&json!(id), &json!(1)));
}

async fn a_stopped_import_goes_on(t: TestDb) {
    let mut shop = shop(&t).await;
    let id = shop.import(SALES).await;
    let job = shop.get(&format!("/imports/{id}")).await["job"].as_str().unwrap().to_owned();
    shop.owner.send(Method::POST, &format!("/jobs/{job}/cancel"), None).await;
    assert_eq!(shop.get(&format!("/imports/{id}")).await["state"], "cancelled", "before it began");
    let (status, _) = shop.post(&format!("/imports/{id}/resume"), json!({})).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(shop.get(&format!("/imports/{id}")).await["state"], "running");
    assert_eq!(shop.post(&format!("/imports/{id}/resume"), json!({})).await.0, StatusCode::CONFLICT);
    shop.work().await;
    assert_eq!(shop.get(&format!("/imports/{id}")).await["state"], "done");
    // A file that is gone cannot be resumed, and what the client is told names no folder of the server.
    let id = shop.import(&SALES.replace('A', "B")).await;
    std::fs::remove_dir_all(shop.folder.path().join("uploads")).unwrap();
    shop.work().await;
    let import = shop.get(&format!("/imports/{id}")).await;
    assert_eq!(import["state"], "failed", "{import}");
    assert!(!import.to_string().contains(shop.folder.path().to_str().unwrap()), "{import}");
    let (status, problem) = shop.post(&format!("/imports/{id}/resume"), json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("conflict")));
}

async fn a_mapping_is_corrected_saved_and_forgotten(t: TestDb) {
    let mut shop = shop(&t).await;
    let upload = shop.send("sales.csv", SALES).await;
    let (_, look) = shop.post("/imports/look", json!({"upload": upload})).await;
    assert_eq!((&look["source"], &look["sources"]), (&json!("main"), &json!([])));
    assert_eq!((&look["kind"], &look["counts"]["bad"]), (&json!("orders"), &json!(1)), "{look}");
    assert_eq!(look["rows"][2]["bad"]["text"]["zh"], "按“年在前”读时日期不存在");
    assert_eq!(look["rows"][0]["understood"]["time"], "2026-03-01T10:00:00+08:00");
    let mut mapping = look["mapping"].clone();
    mapping["columns"].as_object_mut().unwrap().remove("order_id");
    let (_, look) = shop.post("/imports/look", json!({"upload": upload, "kind": "orders", "mapping": mapping})).await;
    assert_eq!((&look["can_run"], &look["rows"][0]["cells"][0]), (&json!(false), &json!("A1")), "{look}");
    let new = json!({"upload": upload, "kind": "orders", "mapping": mapping, "source": "main", "mode": "difference"});
    let (status, problem) = shop.post("/imports", new).await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("mapping.columns.order_id"))
    );
    // What is left out of the mapping is found out.
    let columns = json!({"order_id": "order_no", "time": "date", "amount": "amount", "customer": "card"});
    let mapping = json!({"columns": columns, "options": {"currency": "EUR"}});
    let (_, look) = shop.post("/imports/look", json!({"upload": upload, "kind": "orders", "mapping": mapping})).await;
    assert_eq!(look["mapping"]["columns"], columns);
    assert_eq!(
        (&look["mapping"]["options"]["date"], &look["mapping"]["options"]["currency"]),
        (&json!("year-first"), &json!("EUR"))
    );
    for (wrong, field) in [
        (json!({"columns": {"orderid": "order_no"}}), "mapping.columns.orderid"),
        (json!({"columns": columns, "options": {"zone": "Mars/Base"}}), "mapping.options.zone"),
    ] {
        let (status, problem) =
            shop.post("/imports/look", json!({"upload": upload, "kind": "orders", "mapping": wrong})).await;
        assert_eq!((status, &problem["fields"][0]["field"]), (StatusCode::BAD_REQUEST, &json!(field)), "{problem}");
    }
    let new = json!({"upload": upload, "kind": "orders", "mapping": mapping, "source": "till", "mode": "difference", "save_mapping": "till"});
    assert_eq!(shop.post("/imports", new.clone()).await.0, StatusCode::ACCEPTED);
    assert_eq!(shop.post("/imports", new).await.0, StatusCode::CONFLICT, "the same file twice at once");
    let saved = shop.get("/mappings").await;
    assert_eq!((&saved[0]["name"], &saved[0]["mapping"]["columns"]), (&json!("till"), &columns));
    let (_, look) = shop.post("/imports/look", json!({"upload": upload, "saved_mapping": "till"})).await;
    assert_eq!((&look["mapping"]["columns"], &look["saved_mappings"]), (&columns, &json!(["till"])));
    assert_eq!((&look["source"], &look["sources"]), (&json!("till"), &json!(["till"])), "next month's file");
    // Another name, but no other's; what it says goes with it.
    let mut tx = shop.world.app.db.write().await.unwrap();
    let other = crate::mapping::Mapping::new(crate::mapping::FileKind::Orders);
    crate::store::mapping::mapping_save(&mut tx, 1, "other", &other, false).await.unwrap();
    tx.commit().await.unwrap();
    let mut rename = async |name: &str, new: &str| {
        let answer = shop.owner.send(Method::PATCH, &format!("/mappings/{name}"), Some(&json!({"name": new}))).await;
        (answer.status.as_u16(), answer.json())
    };
    let (status, renamed) = rename("till", "till 2").await;
    assert_eq!((status, &renamed["name"], &renamed["mapping"]), (200, &json!("till 2"), &saved[0]["mapping"]));
    let (status, taken) = rename("till%202", "other").await;
    assert_eq!((status, &taken["fields"][0]["field"]), (409, &json!("name")), "{taken}");
    assert_eq!(rename("till%202", "till 2").await.0, 200, "its own");
    for (new, status) in [("", 422), (" ", 422), ("a\nb", 422)] {
        assert_eq!(rename("till%202", new).await.0, status, "{new:?}");
    }
    assert_eq!(rename("till%202", &"x".repeat(65)).await.0, 422);
    assert_eq!(rename("till", "till 3").await.0, 404, "its old name is free");
    let names: Vec<Value> = shop.get("/mappings").await.as_array().unwrap().iter().map(|m| m["name"].clone()).collect();
    assert_eq!(names, ["other", "till 2"]);
    let read = shop.owner.get("/mappings/till%202").await;
    assert_eq!((&read.json()["name"], read.header("etag")), (&json!("till 2"), read.json()["etag"].as_str().unwrap()));
    let mut stale = shop.owner.clone().with("if-match", "\"v1\"");
    assert_eq!(stale.delete("/mappings/till%202").await.status, StatusCode::PRECONDITION_FAILED);
    let renamed = stale.send(Method::PATCH, "/mappings/till%202", Some(&json!({"name": "till"}))).await;
    assert_eq!(renamed.status, StatusCode::PRECONDITION_FAILED);
    let mut fresh = shop.owner.clone().with("if-match", read.header("etag"));
    assert_eq!(fresh.delete("/mappings/till%202").await.status, StatusCode::NO_CONTENT);
    assert_eq!(shop.noted("mapping.delete").await, json!(["till 2"]));
    assert_eq!(shop.noted("mapping.rename").await, json!(["till", "till 2"]));
    assert_eq!(shop.owner.delete("/mappings/till%202").await.status, StatusCode::NOT_FOUND);
}

async fn a_saved_mapping_is_replaced_only_when_that_is_said(t: TestDb) {
    let mut shop = shop(&t).await;
    let mut save = async |text: &str, overwrite: Option<bool>| {
        let upload = shop.send("sales.csv", text).await;
        let (_, look) = shop.post("/imports/look", json!({"upload": upload})).await;
        let mut new = json!({"upload": upload, "kind": "orders", "mapping": look["mapping"], "source": "main",
            "mode": "difference", "save_mapping": "till"});
        if let Some(overwrite) = overwrite {
            new["overwrite_mapping"] = json!(overwrite);
        }
        let (status, answer) = shop.post("/imports", new).await;
        if status == StatusCode::ACCEPTED {
            shop.work().await;
        }
        let columns = shop.get("/mappings").await[0]["mapping"]["columns"].clone();
        (status.as_u16(), answer, columns["customer"].clone())
    };
    let other = "order_no,date,member,product,quantity,amount\nB1,2026-03-01 10:00,C1,Tea,1,30.00\n";
    assert_eq!(save(super::SALES, None).await.0, 202);
    let (status, _, column) = save(&super::SALES.replace("30.00", "31.00"), None).await;
    assert_eq!((status, column), (202, json!("card")), "the same once more");
    let (status, refused, column) = save(other, None).await;
    assert_eq!((status, &refused["fields"][0]["field"], column), (409, &json!("save_mapping"), json!("card")));
    assert!(refused["hint"].as_str().unwrap().contains("overwrite_mapping"), "{refused}");
    assert_eq!(save(other, Some(false)).await.0, 409);
    let (status, _, column) = save(other, Some(true)).await;
    assert_eq!((status, column), (202, json!("member")));
    assert_eq!(shop.get("/imports").await["total"]["value"], 3, "what was refused did not begin");
    assert_eq!(shop.noted("mapping.save").await, json!(["till", "till"]));
}
