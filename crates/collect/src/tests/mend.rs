use axum::http::StatusCode;
use serde_json::json;
use store::testing::TestDb;
use web::Role;

use super::{SALES, shop};
use crate::import::ImportState;
use crate::store::import::import_set_state;

store::on_both!(
    bad_rows_are_shown_checked_and_mended,
    who_may_not_know_people_sees_no_cells,
    notes_and_problems_that_quote_rows_are_for_who_may_see_them
);

async fn bad_rows_are_shown_checked_and_mended(t: TestDb) {
    let mut shop = shop(&t).await;
    let id = shop.import(SALES).await;
    shop.work().await;
    let page = shop.get(&format!("/imports/{id}/bad-rows")).await;
    assert_eq!(page["columns"], json!(["order_no", "date", "card", "product", "quantity", "amount"]));
    let bad = &page["items"][0];
    assert_eq!((&bad["row"], &bad["column"], &bad["mended"]), (&json!(3), &json!("date"), &json!(false)), "{page}");
    assert_eq!(bad["cells"], json!(["A3", "2026-02-31 12:00", "C1", "Oil", "1", "80.00"]));
    assert_eq!(shop.get(&format!("/imports/{id}/bad-rows?reason=missing_date")).await["items"], json!([]));
    let file = shop.owner.get(&format!("/imports/{id}/bad-rows/file")).await;
    assert!(String::from_utf8_lossy(&file.body).contains(&format!("{id}:3")), "{file:?}");
    let english = String::from_utf8(file.body.clone()).unwrap();
    let file = shop.owner.get(&format!("/imports/{id}/bad-rows/file?lang=zh")).await;
    let chinese = String::from_utf8(file.body.clone()).unwrap();
    assert!(english.contains("is in no calendar") && chinese.contains("日期不存在"), "{english}{chinese}");
    let rest = |text: &str| {
        text.lines()
            .map(|line| {
                line.split(',')
                    .filter(|c| !c.contains("date: ") && !c.contains("date："))
                    .map(ToOwned::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(rest(&english), rest(&chinese), "all but the reason stays");
    let mut browser = shop.owner.clone().with("accept-encoding", "gzip, br");
    let packed = browser.get(&format!("/imports/{id}/bad-rows/file?lang=zh")).await;
    assert!(packed.header("content-encoding") == "gzip" && packed.body.starts_with(&[0x1f, 0x8b]), "{packed:?}");
    let labels = shop.get(&format!("/imports/{id}")).await["labels"].clone();
    assert_eq!(labels["order_id"], json!({"en": "Order number", "zh": "订单号"}), "{labels}");
    let mend = format!("/imports/{id}/bad-rows/mend");
    let rows = |date: &str| json!([{"row": 3, "cells": ["A3", date, "C1", "Oil", "1", "80.00"]}]);
    let (_, still) = shop.post(&mend, json!({"rows": rows("2026-02-30 12:00"), "dry_run": true})).await;
    assert_eq!((&still["bad"], &still["rows"][0]["bad"]["column"]), (&json!(1), &json!("date")), "{still}");
    let (status, _) = shop.post(&mend, json!({"rows": rows("2026-02-30 12:00"), "dry_run": false})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, good) = shop.post(&mend, json!({"rows": rows("2026-02-28 12:00"), "dry_run": true})).await;
    assert_eq!((&good["good"], &good["rows"][0]["understood"]["order_id"]), (&json!(1), &json!("A3")));
    assert!(good["started"].is_null());
    assert_eq!(shop.noted("import.bad_rows").await, json!([&id, &id, &id]), "a list with rows, two that are checked");
    for wrong in [json!([]), json!([{"row": 1, "cells": ["A1"]}]), json!([{"row": 3, "cells": vec!["x"; 9]}])] {
        let (status, problem) = shop.post(&mend, json!({"rows": wrong, "dry_run": true})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    }
    let (status, begun) = shop.post(&mend, json!({"rows": rows("2026-02-28 12:00"), "dry_run": false})).await;
    assert_eq!(status, StatusCode::OK, "{begun}");
    shop.work().await;
    let second = begun["started"]["import"].as_str().unwrap().to_owned();
    let import = shop.get(&format!("/imports/{second}")).await;
    assert_eq!((&import["state"], &import["of"]), (&json!("done"), &json!(id)), "{import}");
    assert_eq!(shop.count("SELECT count(*) FROM order_line").await, 5);
    assert_eq!(shop.get(&format!("/imports/{id}/bad-rows")).await["items"][0]["mended"], true);
    let (status, _) = shop.post(&mend, json!({"rows": rows("2026-02-28 12:00"), "dry_run": false})).await;
    assert_eq!(status, StatusCode::CONFLICT, "a row comes in once");
    // The file cannot be undone without it.
    let (status, refused) = shop.post(&format!("/imports/{id}/undo"), json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(refused["detail"].as_str().is_some_and(|text| text.contains(&second)), "{refused}");
    // It can be undone by itself; then the row is a bad one again.
    assert_eq!(shop.post(&format!("/imports/{second}/undo"), json!({})).await.0, StatusCode::ACCEPTED);
    shop.work().await;
    assert_eq!(shop.count("SELECT count(*) FROM order_line").await, 4);
    assert_eq!(shop.get(&format!("/imports/{id}/bad-rows")).await["items"][0]["mended"], false);
}

async fn who_may_not_know_people_sees_no_cells(t: TestDb) {
    let mut shop = shop(&t).await;
    let id = shop.import(SALES).await;
    shop.work().await;
    let mut analyst = shop.world.sign_in(Role::Analyst).await.unwrap();
    let page = analyst.get(&format!("/imports/{id}/bad-rows")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.json()["items"].to_string().contains("2026-02-31"), "{}", page.json());
    assert_eq!(analyst.get(&format!("/imports/{id}/bad-rows/file")).await.status, StatusCode::FORBIDDEN);
}

async fn notes_and_problems_that_quote_rows_are_for_who_may_see_them(t: TestDb) {
    let mut shop = shop(&t).await;
    let plain = shop.imported("A1,2026-03-01 10:00,C1,Tea,1,30.00\n").await;
    let row = |n: usize, phone: &str| format!("B{n},2026-03-01 10:00,{phone},Tea,1,30.00\n");
    let good: String = (1..9).map(|n| row(n, &format!("1381234567{n}"))).collect();
    let text = &format!("order_no,date,customer_phone,product,quantity,amount\n{good}{}", row(9, "Mei 12"));
    let quoting = shop.imported_text(text).await;
    let mut analyst = shop.world.sign_in(Role::Analyst).await.unwrap();
    shop.get(&format!("/imports/{plain}")).await;
    let seen = shop.get(&format!("/imports/{quoting}")).await;
    assert!(seen["report"]["notes"].to_string().contains("Mei 12"), "{seen}");
    let masked = analyst.get(&format!("/imports/{quoting}")).await.json();
    assert_eq!(masked["report"]["notes"], json!([]), "{masked}");

    let mut tx = t.db.write().await.unwrap();
    let why = "row 3: \"Mei 12\" is not a number";
    import_set_state(&mut tx, shop.world.app.now(), plain, ImportState::Failed, Some(why)).await.unwrap();
    tx.commit().await.unwrap();
    let seen = shop.get(&format!("/imports/{plain}")).await;
    assert_eq!(seen["problem"]["detail"], why);
    for path in [format!("/imports/{plain}"), "/imports".to_owned()] {
        let masked = analyst.get(&path).await.json();
        assert!(masked.to_string().contains("may quote personal data"), "{masked}");
        assert!(!masked.to_string().contains("Mei 12"), "{masked}");
    }
    // Only what quotes rows is noted, and only of who sees it.
    let noted = shop.noted("import.read").await;
    let noted = noted.as_array().unwrap();
    let of = |id: base::ImportId| noted.iter().filter(|object| **object == id.to_string()).count();
    assert!(of(quoting) >= 1 && of(plain) == 1, "{noted:?}");
}
