//! What files bring is personal until somebody says that it is not.

use axum::http::Method;
use serde_json::{Value as Json, json};
use store::args;
use store::testing::TestDb;
use web::Role;
use web::testing::Client;

use super::shop;

async fn what_a_file_brought_is_masked_until_it_is_opened(db: TestDb) {
    let shop = shop(db).await;
    let mut tx = shop.db.db.write().await.unwrap();
    for (name, kind) in [("wechat", "text"), ("id_number", "number"), ("newsletter", "bool")] {
        let sql = "INSERT INTO attribute (name, type, label_en, label_zh, created_at, personal) VALUES ($1, $2, $1, $1, 0, $3)";
        tx.execute(sql, args![name, kind, i64::from(kind != "bool")]).await.unwrap();
    }
    let own = json!({"wechat": "wx_lilei", "id_number": 110_101, "newsletter": true, "city": "上海"}).to_string();
    tx.execute("UPDATE customer SET attributes = $1 WHERE id = 7", args![own]).await.unwrap();
    tx.commit().await.unwrap();
    let mut viewer = shop.world.sign_in(Role::Viewer).await.unwrap();
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let page = async |client: &mut Client| {
        let page = client.get("/customers/cus_7").await.json();
        let of =
            |name: &str| page["attributes"].as_array().unwrap().iter().find(|a| a["name"] == name).unwrap().clone();
        ["wechat", "id_number", "newsletter", "city"].map(|name| of(name)["value"].clone())
    };
    let list = async |client: &mut Client| {
        let list = client.get("/customers?filter=id:eq:cus_7&columns=wechat,id_number,newsletter,city").await.json();
        let values = &list["items"][0]["values"];
        ["wechat", "id_number", "newsletter", "city"].map(|name| values[name].clone())
    };
    let part = [json!("w***"), Json::Null, json!(true), json!("上海")];
    let whole = [json!("wx_lilei"), json!(110_101.0), json!(true), json!("上海")];
    assert_eq!((page(&mut viewer).await, list(&mut viewer).await), (part.clone(), part));
    assert_eq!(list(&mut owner).await, whole);
    for query in ["filter=wechat:has:wx", "filter=id_number:ge:1", "sort=wechat"] {
        assert_eq!(viewer.get(&format!("/customers?{query}")).await.status, 403, "{query}");
        assert_eq!(owner.get(&format!("/customers?{query}")).await.status, 200, "{query}");
    }
    assert_eq!(viewer.get("/customers?filter=wechat:eq:wx_lilei").await.json()["total"]["value"], 1);
    // Opened by who may change settings, and by nobody else.
    let open = json!({"personal": false});
    let mut manager = shop.world.sign_in(Role::Manager).await.unwrap();
    assert_eq!(manager.send(Method::PATCH, "/attributes/wechat", Some(&open)).await.status, 403);
    let opened = owner.send(Method::PATCH, "/attributes/wechat", Some(&open)).await;
    assert_eq!((opened.status.as_u16(), &opened.json()["personal"]), (200, &json!(false)));
    assert_eq!(page(&mut viewer).await[0], "wx_lilei");
    assert_eq!(viewer.get("/customers?filter=wechat:has:wx").await.json()["total"]["value"], 1);
    // What the product knows itself stays as it is.
    assert_eq!(owner.send(Method::PATCH, "/attributes/phone", Some(&open)).await.status, 409);
    assert_eq!(owner.send(Method::PATCH, "/attributes/nothing", Some(&open)).await.status, 404);
    let all = owner.get("/attributes").await.json();
    let personal: Vec<&str> =
        all.as_array().unwrap().iter().filter(|a| a["personal"] == true).map(|a| a["name"].as_str().unwrap()).collect();
    let wanted = ["name", "birthday", "birthday_without_year", "email", "phone", "address", "referred_by", "id_number"];
    assert_eq!(personal, wanted);
    let logged = owner.get("/audit?filter=action:eq:attribute.update").await.json();
    assert_eq!(logged["items"][0]["object"], "wechat", "{logged}");
}

store::on_both!(what_a_file_brought_is_masked_until_it_is_opened);
