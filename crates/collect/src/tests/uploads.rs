use axum::http::{Method, StatusCode};
use serde_json::json;
use store::testing::TestDb;
use web::Permission;

use super::{SALES, shop};

store::on_both!(what_is_sent_is_checked, a_file_is_for_who_sent_it, files_are_kept_for_a_day);

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

async fn a_file_is_for_who_sent_it(t: TestDb) {
    let mut shop = shop(&t).await;
    let look = |upload: &str| json!({ "upload": upload });
    let new = |look: &serde_json::Value, upload: &str| {
        json!({"upload": upload, "kind": look["kind"], "reading": look["reading"], "mapping": look["mapping"],
            "source": "main", "mode": "difference"})
    };
    let of_owner = shop.send("members.csv", "customer,name,phone\nC1,王小明,13812345678\n").await;
    let (_, full) = shop.post("/imports/look", look(&of_owner)).await;
    assert_eq!(full["rows"][0]["cells"], json!(["C1", "王小明", "13812345678"]));
    // Somebody else who imports, and a program that may import but not see people, find nothing of it.
    let mut manager = shop.world.sign_in(web::Role::Manager).await.unwrap();
    let mut till = shop.world.key(&[Permission::ImportRun]).await.unwrap();
    for client in [&mut manager, &mut till] {
        assert_eq!(client.post("/imports/look", look(&of_owner)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(client.post("/imports", new(&full, &of_owner)).await.status, StatusCode::NOT_FOUND);
    }
    // The program sees its own as bad rows are seen; an administrator sees it in full, which is noted.
    let binary = Some("application/octet-stream");
    let text = "customer,name,phone,joined\nC2,李雷,13912345678,2026-02-31\n,韩梅梅,,2026-01-01\n";
    let sent = till.send_bytes(Method::POST, "/uploads?name=m.csv", binary, text.into()).await.json();
    let of_till = sent["id"].as_str().unwrap();
    let masked = till.post("/imports/look", look(of_till)).await.json();
    assert_eq!(masked["rows"][0]["cells"], json!(["C***", "李***", "1***", "2***"]), "{masked}");
    assert!(!masked.to_string().contains("韩梅梅") && !masked.to_string().contains("3912345678"), "{masked}");
    assert_eq!(masked["rows"][1]["bad"]["text"]["en"], "No id", "{masked}");
    assert_eq!(manager.post("/imports/look", look(of_till)).await.status, StatusCode::NOT_FOUND);
    let (status, full) = shop.post("/imports/look", look(of_till)).await;
    assert_eq!((status, &full["rows"][0]["cells"][1]), (StatusCode::OK, &json!("李雷")));
    shop.world.app.flush().await;
    let noted = shop.get("/audit?filter=action:eq:upload.read").await;
    assert_eq!(noted["items"].as_array().unwrap().len(), 1, "{noted}");
    assert_eq!(till.post("/imports", new(&masked, of_till)).await.status, StatusCode::ACCEPTED);
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
