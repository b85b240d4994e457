//! The routes of all stages through the router, over an installation in a temporary folder.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use base::FixedClock;
use jobs::Runner;
use serde_json::json;
use tempfile::TempDir;
use web::testing::{START, World, settings, walk};
use web::{Permission, Role};

use super::stages::{self, Site};
use crate::app::App;
use crate::cli::args::InitArgs;
use crate::cli::init;
use crate::config::Config;

/// Operations for anyone.
const OPEN: [&str; 6] = [
    "POST /auth/login",
    "POST /auth/totp",
    "POST /auth/reset",
    "POST /auth/reset/look",
    "POST /auth/invitation",
    "POST /auth/invitation/accept",
];

pub(super) struct Shop {
    pub folder: TempDir,
    pub world: World,
    pub runner: Runner,
}

pub(super) async fn shop() -> Shop {
    shop_with(|_| {}).await
}

/// A shop with other settings.
pub(super) async fn shop_with(change: impl FnOnce(&mut Config)) -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let args = InitArgs {
        dir: folder.path().join("shop"),
        name: Some("Shop".into()),
        zone: None,
        currency: None,
        region: None,
        language: None,
        database: None,
    };
    let mut app = init::make(&args, None).await.unwrap();
    change(&mut app.config);
    // A moment later than the clock of the server, so that what it puts in is due.
    app.clock = Arc::new(FixedClock::at(START + 60_000_000));
    let site = |web: &web::App, app: App| Site::new(web.clone(), app, Arc::new(|_| Ok(())));
    let world = World::new(app.db.clone(), settings(), |web| stages::routes(&site(web, app.clone()))).unwrap();
    let runner = stages::runner(&site(&world.app, app));
    Shop { folder, world, runner }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_lets_through_whom_it_says() {
    let mut shop = shop().await;
    shop.world.user(Role::Owner, "first@shop.example").await.unwrap();
    // It does not end; its guard is tried where it is written.
    shop.world.document.paths.paths.remove("/api/v1/jobs/events").unwrap();
    let wrong = walk(&shop.world, &OPEN).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_of_job_has_a_body_and_a_name() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let shop = runtime.block_on(shop());
    let known: Vec<&str> = jobs::words::KINDS.iter().map(|kind| kind.0).collect();
    let bodies: Vec<&str> = shop.runner.kinds().collect();
    let nameless: Vec<_> = bodies.iter().filter(|name| !known.contains(name)).collect();
    assert!(nameless.is_empty(), "jobs without a name in jobs/src/words.rs: {nameless:?}");
    runtime.block_on(async { drop(shop) });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_business_is_changed_by_one_at_a_time() {
    let shop = shop().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let seen = owner.get("/settings/business").await;
    assert_eq!((seen.status, seen.json()["name"].as_str()), (StatusCode::OK, Some("Shop")));
    let (tag, body) = (seen.header("etag").to_owned(), seen.json());
    assert_eq!(body["etag"].as_str(), Some(tag.as_str()));
    assert!(body["zones"].as_array().unwrap().iter().any(|z| z == "Asia/Shanghai"));
    let patch = json!({"name": "Café", "currency": "EUR", "language": "zh"});
    let mut first = owner.clone().with("if-match", &tag);
    let changed = first.send(Method::PATCH, "/settings/business", Some(&patch)).await;
    assert_eq!(
        (changed.status, changed.json()["currency"].as_str()),
        (StatusCode::OK, Some("EUR")),
        "{}",
        changed.json()
    );
    let late = first.send(Method::PATCH, "/settings/business", Some(&json!({"name": "Other"}))).await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::PRECONDITION_FAILED, "outdated"));
    let text = std::fs::read_to_string(shop.folder.path().join("shop/guanxi.toml")).unwrap();
    assert!(text.contains("name = \"Café\"") && text.contains("currency = \"EUR\""), "{text}");
    let wrong = owner.send(Method::PATCH, "/settings/business", Some(&json!({"zone": "Mars/Base"}))).await;
    assert_eq!(
        (wrong.status, wrong.json()["fields"][0]["field"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("zone"))
    );
    let audit = owner.get("/audit?filter=action:eq:settings.update").await.json();
    assert_eq!(audit["items"][0]["detail"]["fields"], json!(["name", "currency", "language"]));
    let business = owner.get("/business").await.json();
    assert_eq!((business["has_data"].as_bool(), business.get("data_until")), (Some(false), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_back_up_is_made_listed_read_and_found_damaged() {
    let shop = shop().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let begun = owner.post("/backups", json!({"note": "first"})).await;
    assert_eq!((begun.status, begun.json()["kind"].as_str()), (StatusCode::ACCEPTED, Some("backup.make")));
    assert_eq!(owner.post("/backups", json!({})).await.status, StatusCode::CONFLICT, "one at a time");
    shop.runner.run_one().await.unwrap();
    let job = owner.get("/jobs/job_1").await.json();
    assert_eq!(job["state"], "done", "{job}");
    let list = owner.get("/backups").await.json();
    let backup = &list["items"][0];
    assert_eq!((backup["note"].as_str(), backup["verified"].as_bool()), (Some("first"), Some(false)), "{list}");
    assert_eq!(backup["id"], job["object"]);
    assert!(backup["rows"].as_i64().unwrap() > 0 && backup["bytes"].as_i64().unwrap() > 0);
    let verify = format!("/backups/{}/verify", backup["id"].as_str().unwrap());
    assert_eq!(owner.send(Method::POST, &verify, None).await.status, StatusCode::ACCEPTED);
    shop.runner.run_one().await.unwrap();
    assert_eq!(owner.get("/backups").await.json()["items"][0]["verified"], true);
    let table = std::path::Path::new(backup["path"].as_str().unwrap()).join("store/web_user.jsonl.zst");
    std::fs::write(&table, "salt").unwrap();
    owner.send(Method::POST, &verify, None).await;
    shop.runner.run_one().await.unwrap();
    assert_eq!(owner.get("/backups").await.json()["items"][0]["verified"], false);
    let job = owner.get("/jobs/job_3").await.json();
    assert!(job["problem"]["detail"].as_str().unwrap().contains("web_user"), "{job}");
    assert_eq!(
        owner.send(Method::POST, "/backups/bak_20200101T000000Z/verify", None).await.status,
        StatusCode::NOT_FOUND
    );
    let mut analyst = shop.world.key(&[Permission::JobsRead]).await.unwrap();
    assert_eq!(analyst.get("/backups").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn traits_are_computed_and_the_history_is_tidied_in_the_background() {
    let shop = shop().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let begun = owner.send(Method::POST, "/traits/rebuild", None).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED);
    assert_eq!(owner.send(Method::POST, "/traits/rebuild", None).await.status, StatusCode::CONFLICT);
    shop.runner.run_one().await.unwrap();
    assert_eq!(owner.get("/jobs/job_1").await.json()["state"], "done");
    let mut tx = shop.world.app.db.write().await.unwrap();
    let starter = jobs::Starter::system();
    jobs::store::job_enqueue(&mut tx, START, &super::work::Maintain {}, &starter).await.unwrap();
    tx.commit().await.unwrap();
    shop.runner.run_one().await.unwrap();
    let job = owner.get("/jobs/job_2").await.json();
    assert_eq!((job["state"].as_str(), job["by"].as_str()), (Some("done"), Some("Guanxi")), "{job}");
    assert_eq!(owner.delete("/customers/cus_1").await.status, StatusCode::NOT_FOUND);
}
