//! In which language problems are told.

use axum::http::Method;
use serde_json::json;
use store::testing::TestDb;

use crate::Role;
use crate::testing::Client;

store::on_both!(problems_are_told_in_the_language_of_the_request);

async fn problems_are_told_in_the_language_of_the_request(t: TestDb) {
    let world = super::world(&t);
    let owner = world.sign_in(Role::Owner).await.unwrap();
    let asked = async |language: &str| {
        let answer = owner.clone().with("accept-language", language).get("/users/usr_999").await;
        let told = answer.json();
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        assert!(answer.header("vary").contains("accept-language"), "{:?}", answer.headers);
        (answer.header("content-language").to_owned(), text("title"), text("detail"), text("hint"))
    };
    let of = |texts: [&str; 4]| texts.map(ToOwned::to_owned).into();
    let chinese = of(["zh-CN", "找不到", "usr_999 不存在", "全部成员见 GET /api/v1/users"]);
    let english = of(["en", "Not found", "usr_999 does not exist", "GET /api/v1/users lists them"]);
    for (language, told) in [
        ("zh-CN", &chinese),
        ("fr, en;q=0.3, zh;q=0.7", &chinese),
        ("en", &english),
        ("fr", &english),
        ("zh;q=0.3, en;q=0.7", &english),
    ] {
        assert_eq!(asked(language).await, *told, "{language}");
    }
    assert_eq!(owner.clone().get("/users/usr_999").await.header("content-language"), "en");
}

#[tokio::test]
async fn what_is_wrong_with_fields_is_told_in_chinese() {
    let t = store::testing::sqlite().await;
    let world = super::world(&t);
    let mut owner = world.sign_in(Role::Owner).await.unwrap().with("accept-language", "zh");
    let keys = owner.post("/keys", json!({"name": "x", "scopes": ["customer.read", "users.write"]})).await.json();
    assert_eq!(keys["detail"], "密钥不能拥有这些权限");
    let wrong = &keys["fields"][0];
    assert_eq!(wrong["field"], "scopes[0]");
    let told = wrong["message"].as_str().unwrap_or_default();
    assert!(told.starts_with("“customer.read”不是权限；"), "{told}");
    let count = owner.post("/count", json!({"by": "x"})).await.json();
    assert_eq!(count["detail"], "by 有误：类型有误：收到文本“x”，应为整数");
    assert_eq!(count["fields"][0], json!({"field": "by", "message": "类型有误：收到文本“x”，应为整数"}));
    let unknown = owner.post("/count", json!({"by": 1, "bye": 2})).await.json();
    assert_eq!(unknown["fields"][0]["message"], "没有字段 bye，可用：`by`");
    let email = owner.post("/invitations", json!({"email": "nobody is signed in", "role": "viewer"})).await.json();
    assert_eq!(email["detail"], "“nobody is signed in”不是邮箱地址", "what was typed stays");
}

/// Problems of the layers, which no handler makes.
#[tokio::test]
async fn the_layers_speak_chinese_too() {
    let t = store::testing::sqlite().await;
    let world = super::world(&t);
    let owner = world.sign_in(Role::Owner).await.unwrap().with("accept-language", "zh-CN");
    let nobody = world.client().with("accept-language", "zh-CN");
    let raw = async |client: &Client, method: Method, path: &str, body: &str| {
        client.clone().send_bytes(method, path, Some("application/json"), body.as_bytes().to_vec()).await
    };
    for answer in [
        raw(&owner, Method::GET, "/nothing", "").await,
        raw(&owner, Method::PUT, "/users", "").await,
        raw(&owner, Method::GET, "/sleep", "").await,
        raw(&owner, Method::POST, "/panic", "").await,
        raw(&owner, Method::POST, "/fail", "").await,
        raw(&owner, Method::POST, "/count", "{\"by\": ").await,
        raw(&nobody, Method::GET, "/users", "").await,
        raw(&nobody, Method::GET, "!/api/docs/nothing.js", "").await,
        raw(&owner.clone().with("x-csrf-token", "wrong"), Method::POST, "/count", "{\"by\": 1}").await,
        raw(&owner.clone().with("idempotency-key", "a b"), Method::POST, "/count", "{\"by\": 1}").await,
    ] {
        let told = answer.json();
        for name in ["title", "detail"] {
            assert!(!told[name].as_str().unwrap_or_default().is_ascii(), "{name} of {told}");
        }
        assert!(told["hint"].as_str().is_none_or(|hint| !hint.is_ascii()), "{told}");
        assert_eq!(answer.header("content-language"), "zh-CN");
    }
}
