use axum::http::{Method, StatusCode};
use serde_json::json;
use store::testing::TestDb;

use super::{SALES, shop};

store::on_both!(what_is_sent_is_checked, files_are_kept_for_a_day);

async fn what_is_sent_is_checked(t: TestDb) {
    let mut shop = shop(&t).await;
    let binary = Some("application/octet-stream");
    for (path, kind, body, status, code) in [
        ("/uploads?name=a%2Fb.csv", binary, "x", StatusCode::BAD_REQUEST, "invalid_argument"),
        ("/uploads", binary, "x", StatusCode::BAD_REQUEST, "invalid_query"),
        ("/uploads?name=a.csv", binary, "", StatusCode::UNPROCESSABLE_ENTITY, "invalid_input"),
        (
            "/uploads?name=a.csv",
            Some("multipart/form-data"),
            "x",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
        ),
    ] {
        let answer = shop.owner.send_bytes(Method::POST, path, kind, body.into()).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path}");
    }
    let mut large = shop.owner.clone().with("content-length", "3000000000");
    let answer = large.send_bytes(Method::POST, "/uploads?name=a.csv", binary, b"x".to_vec()).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    let left = std::fs::read_dir(shop.folder.path().join("uploads")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "what is refused leaves nothing behind");
    let (status, _) = shop.post("/imports/look", json!({"upload": "upl_99"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

async fn files_are_kept_for_a_day(t: TestDb) {
    let mut shop = shop(&t).await;
    let idle = shop.send("idle.csv", SALES).await;
    shop.import(SALES).await;
    let file = |name: &str| shop.folder.path().join("uploads").join(name);
    let (first, second) = (file(&idle).join("idle.csv"), file("upl_2").join("sales.csv"));
    assert!(first.is_file() && second.is_file());
    shop.world.wait(25 * 3600);
    shop.owner = shop.world.sign_in(web::Role::Owner).await.unwrap();
    shop.send("other.csv", SALES).await;
    assert!(!first.exists(), "nobody wanted it");
    assert!(second.is_file(), "its import has not begun yet");
    shop.work().await;
    shop.world.wait(25 * 3600);
    shop.owner = shop.world.sign_in(web::Role::Owner).await.unwrap();
    shop.send("other.csv", SALES).await;
    assert!(!second.exists(), "its import has ended");
}
