use axum::http::StatusCode;
use serde_json::json;
use store::testing::TestDb;

use super::shop;

store::on_both!(a_list_without_cards_finds_people_by_what_it_has);

async fn a_list_without_cards_finds_people_by_what_it_has(t: TestDb) {
    let mut shop = shop(&t).await;
    let import = async |shop: &mut super::Shop, text: &str| {
        let upload = shop.send("members.csv", text).await;
        let (status, look) = shop.post("/imports/look", json!({"upload": upload, "kind": "customers"})).await;
        assert_eq!((status, &look["can_run"]), (StatusCode::OK, &json!(true)), "{look}");
        let new = json!({"upload": upload, "kind": "customers", "reading": look["reading"],
            "mapping": look["mapping"], "source": "main", "mode": "difference"});
        let (status, begun) = shop.post("/imports", new).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{begun}");
        shop.work().await;
        let told = shop.get(&format!("/imports/{}", begun["import"].as_str().unwrap())).await;
        assert_eq!(told["state"], "done", "{told}");
        told["report"].clone()
    };
    let first = "email,external:wechat,name\nan@example.com,oUpF8,An\n,oUpF9,Bo\n,,Nobody\n";
    let report = import(&mut shop, first).await;
    assert_eq!((&report["bad_rows"], &report["applied"]["customers_added"]), (&json!(1), &json!(2)), "{report}");
    // Found again by either, never made anew; ids keep their case.
    let second = "email,external:wechat,city\nAn@Example.com,,Wuhan\nbo@example.com,oUpF9,Xian\n,oupf9,Lhasa\n";
    let report = import(&mut shop, second).await;
    assert_eq!(
        (&report["applied"]["customers_added"], &report["applied"]["customers_changed"]),
        (&json!(1), &json!(2)),
        "{report}"
    );
    let mut tx = t.db.read().await.unwrap();
    let sql = "SELECT kind, value FROM identity ORDER BY kind, value, customer_id";
    let rows = tx.fetch_all(sql, store::args![]).await.unwrap();
    let mut known: Vec<(String, String)> =
        rows.iter().map(|row| (row.get("kind").unwrap(), row.get("value").unwrap())).collect();
    known.sort();
    let pair = |kind: &str, value: &str| (kind.to_owned(), value.to_owned());
    assert_eq!(
        known,
        [
            pair("email", "an@example.com"),
            pair("email", "bo@example.com"),
            pair("wechat", "oUpF8"),
            pair("wechat", "oUpF9"),
            pair("wechat", "oupf9")
        ]
    );
}
