//! Background work through its routes.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use jobs::store::{job_enqueue, job_get};
use jobs::{Context, Failure, JobId, Output, Runner, Starter};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::testing::TestDb;

use crate::jobs::{ForReading, Kinds};
use crate::ops::key::key_create;
use crate::ops::user::act_as;
use crate::testing::{World, settings, walk};
use crate::{Permission, Permissions, Role};

#[derive(Serialize, Deserialize)]
struct Export {
    fail: bool,
}

impl ForReading for Export {
    fn needs(&self) -> Permissions {
        [Permission::CustomersExport, Permission::CustomersPii].into()
    }
}

impl jobs::Job for Export {
    const NAME: &'static str = "export.customers";
    const MAX_ATTEMPTS: i64 = 1;
}

fn world(t: &TestDb) -> (World, Runner) {
    let folder = t.dir.path().join("jobs");
    let world = World::new(t.db.clone(), settings(), |app| {
        crate::jobs::routes(app, folder.clone(), Kinds::default().with::<Export>())
    })
    .unwrap();
    let runner = Runner::new(t.db.clone(), Arc::clone(&world.clock) as _, folder).register(body);
    (world, runner)
}

async fn body(cx: Context, job: Export) -> Result<Output, Failure> {
    if job.fail {
        let problem = base::Problem::new(base::Code::InvalidInput, "the file is empty");
        return Err(Failure::GiveUp(problem.hint("send it again")));
    }
    let path = cx.file("名单.csv").map_err(Failure::of)?;
    std::fs::write(path, "name\n王小明\n").map_err(|e| Failure::of(e.into()))?;
    Ok(Output::default().file("名单.csv"))
}

async fn put(t: &TestDb, world: &World, fail: bool, user: Option<i64>) -> JobId {
    let mut tx = t.db.write().await.unwrap();
    let starter = Starter { user, name: "Ann".into(), object: None };
    let id = job_enqueue(&mut tx, world.now(), &Export { fail }, &starter).await.unwrap();
    tx.commit().await.unwrap();
    id
}

store::on_both!(
    jobs_are_listed_cancelled_and_tried_again,
    only_who_began_it_gets_the_file,
    changes_are_streamed_and_go_on_from_the_last_seen,
    streams_are_told_in_the_language_that_was_asked_for,
    why_a_job_failed_is_for_who_began_it_and_who_may_see_people,
    every_operation_of_jobs_is_guarded
);

async fn jobs_are_listed_cancelled_and_tried_again(t: TestDb) {
    let (world, runner) = world(&t);
    let mut owner = world.sign_in(Role::Owner).await.unwrap();
    for fail in [true, false, false] {
        put(&t, &world, fail, None).await;
    }
    let page = owner.get("/jobs?limit=2").await.json();
    assert_eq!((page["total"]["value"].as_i64(), page["items"][0]["id"].as_str()), (Some(3), Some("job_3")));
    let next = page["next"].as_str().unwrap();
    let rest = owner.get(&format!("/jobs?limit=2&cursor={next}")).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), rest["next"].as_str()), (1, None));
    assert_eq!(owner.get("/jobs?cursor=x").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(owner.get("/jobs?filter=state:eq:asleep").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(owner.get("/jobs/job_9").await.status, StatusCode::NOT_FOUND);

    runner.run_one().await.unwrap();
    let dead = owner.get("/jobs/job_1").await.json();
    assert_eq!((dead["state"].as_str(), dead["by"].as_str()), (Some("dead"), Some("Ann")));
    assert_eq!(dead["problem"]["detail"].as_str(), Some("the file is empty"));
    assert_eq!(
        (dead["problem"]["code"].as_str(), dead["problem"]["hint"].as_str()),
        (Some("invalid_input"), Some("send it again"))
    );
    assert_eq!(dead["label"]["zh"].as_str(), Some("导出客户名单"));
    let dead = owner.clone().with("accept-language", "zh").get("/jobs/job_1").await.json();
    assert_eq!((&dead["problem"]["detail"], &dead["problem"]["hint"]), (&"文件是空的".into(), &"请重新发送".into()));

    let cancelled = owner.send(Method::POST, "/jobs/job_2/cancel", None).await;
    assert_eq!((cancelled.status, cancelled.json()["state"].as_str()), (StatusCode::ACCEPTED, Some("cancelled")));
    assert_eq!(owner.send(Method::POST, "/jobs/job_2/cancel", None).await.status, StatusCode::CONFLICT);
    let again = owner.send(Method::POST, "/jobs/job_2/retry", None).await;
    assert_eq!((again.status, again.json()["state"].as_str()), (StatusCode::ACCEPTED, Some("queued")));
    assert_eq!(owner.send(Method::POST, "/jobs/job_2/retry", None).await.status, StatusCode::CONFLICT);
    assert_eq!(owner.get("/jobs?filter=state:eq:queued").await.json()["total"]["value"], 2);
    let audit = owner.get("/audit?filter=action:in:job.cancel,job.retry").await.json();
    assert_eq!(audit["items"].as_array().unwrap().len(), 2, "{audit}");
}

async fn only_who_began_it_gets_the_file(t: TestDb) {
    let (world, runner) = world(&t);
    let (id, password) = world.user(Role::Manager, "ann@shop.example").await.unwrap();
    let job = put(&t, &world, false, Some(id.0)).await;
    let mut ann = world.client();
    ann.login("ann@shop.example", &password).await;
    assert_eq!(ann.get("/jobs/job_1/file").await.status, StatusCode::NOT_FOUND, "not before its end");
    runner.run_one().await.unwrap();
    let file = ann.get("/jobs/job_1/file").await;
    assert_eq!((file.status, String::from_utf8_lossy(&file.body).as_ref()), (StatusCode::OK, "name\n王小明\n"));
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"__.csv\"; filename*=UTF-8''%E5%90%8D%E5%8D%95.csv"
    );
    let mut owner = world.sign_in(Role::Owner).await.unwrap();
    assert_eq!(owner.get("/jobs/job_1/file").await.status, StatusCode::NOT_FOUND);
    // What the job took is asked for again: of her keys, and of her when she has become something else.
    let actor = act_as(&world.app, Some("ann@shop.example")).await.unwrap();
    for (scopes, status) in [("jobs.read customers.export", 403), ("jobs.read customers.export customers.pii", 200)] {
        let scopes: Vec<String> = scopes.split(' ').map(ToOwned::to_owned).collect();
        let (_, secret) = key_create(&world.app, &actor, "k", &scopes, None).await.unwrap();
        assert_eq!(world.client().with_key(&secret).get("/jobs/job_1/file").await.status, status, "{scopes:?}");
    }
    let role = |role: &str| serde_json::json!({ "role": role });
    for (now, status) in [("marketer", 403), ("manager", 200)] {
        owner.send(Method::PATCH, &format!("/users/{id}"), Some(&role(now))).await;
        assert_eq!(ann.get("/jobs/job_1/file").await.status, status, "{now}");
    }
    world.wait(24 * 3600 + 1);
    let mut ann = world.client();
    ann.login("ann@shop.example", &password).await;
    assert_eq!(ann.get("/jobs/job_1/file").await.status, StatusCode::NOT_FOUND, "it is a day old");
    assert!(job_get(&mut t.db.read().await.unwrap(), job).await.unwrap().file.is_some());
}

/// The events of a stream, read until it ends: id and job.
fn events(body: &[u8]) -> Vec<(i64, Value)> {
    let text = String::from_utf8_lossy(body);
    let field = |event: &str, name: &str| {
        event.lines().find_map(|line| line.strip_prefix(name).map(|rest| rest.trim().to_owned())).unwrap_or_default()
    };
    let all = text.split("\n\n").filter(|event| event.contains("event: job"));
    all.map(|e| (field(e, "id:").parse().unwrap(), serde_json::from_str(&field(e, "data:")).unwrap())).collect()
}

async fn changes_are_streamed_and_go_on_from_the_last_seen(t: TestDb) {
    let (world, runner) = world(&t);
    let first = put(&t, &world, false, None).await;
    let owner = world.sign_in(Role::Owner).await.unwrap();
    let app = world.app.clone();
    let follow = |mut client: crate::testing::Client| tokio::spawn(async move { client.get("/jobs/events").await });
    // All look at one table together; one comes when they have begun, one goes, and a later one begins anew.
    let gone = follow(owner.clone());
    tokio::time::sleep(Duration::from_millis(300)).await;
    gone.abort();
    tokio::time::sleep(Duration::from_millis(800)).await;
    let stream = follow(owner.clone());
    tokio::time::sleep(Duration::from_millis(300)).await;
    let second = follow(owner.clone());
    tokio::time::sleep(Duration::from_millis(100)).await;
    runner.run_one().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    app.stop();
    let answer = stream.await.unwrap();
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/event-stream"));
    let seen = events(&answer.body);
    assert_eq!(events(&second.await.unwrap().body), seen);
    let states: Vec<_> = seen.iter().map(|(_, job)| job["state"].as_str().unwrap_or_default()).collect();
    assert_eq!(states, ["queued", "done"], "{seen:?}");
    assert!(seen.iter().all(|(_, job)| job["id"] == first.to_string()));
    // The server is over, so a stream ends with what there was to say.
    let mut owner = world.sign_in(Role::Owner).await.unwrap().with("last-event-id", &seen[0].0.to_string());
    let later = events(&owner.get("/jobs/events").await.body);
    assert_eq!(later.len(), 1);
    assert_eq!(later[0].0, seen[1].0);
}

async fn streams_are_told_in_the_language_that_was_asked_for(t: TestDb) {
    let (world, runner) = world(&t);
    put(&t, &world, true, None).await;
    runner.run_one().await.unwrap();
    let mut owner = world.sign_in(Role::Owner).await.unwrap().with("last-event-id", "0");
    // The server is over, so a stream ends with what there was to say.
    world.app.stop();
    for (path, told) in [("/jobs/events", "the file is empty"), ("/jobs/events?lang=zh-CN", "文件是空的")] {
        let seen = events(&owner.get(path).await.body);
        assert_eq!(seen[0].1["problem"]["detail"], told, "{path}: {seen:?}");
    }
    let mut owner = owner.with("accept-language", "zh");
    assert_eq!(events(&owner.get("/jobs/events").await.body)[0].1["problem"]["detail"], "文件是空的");
}

async fn why_a_job_failed_is_for_who_began_it_and_who_may_see_people(t: TestDb) {
    let (world, runner) = world(&t);
    let (ann, password) = world.user(Role::Marketer, "ann@shop.example").await.unwrap();
    put(&t, &world, true, Some(ann.0)).await;
    runner.run_one().await.unwrap();
    // The server is over, so a stream ends with what there was to say.
    world.app.stop();
    let mut starter = world.client();
    starter.login("ann@shop.example", &password).await;
    let mut owner = world.sign_in(Role::Owner).await.unwrap();
    let mut other = world.sign_in(Role::Analyst).await.unwrap();
    let actor = act_as(&world.app, Some("ann@shop.example")).await.unwrap();
    let (_, secret) = key_create(&world.app, &actor, "k", &["jobs.read".to_owned()], None).await.unwrap();
    let mut key = world.client().with_key(&secret);
    for (client, sees) in [(&mut starter, true), (&mut owner, true), (&mut other, false), (&mut key, false)] {
        let one = client.get("/jobs/job_1").await.json();
        let all = client.get("/jobs").await.json();
        let streamed = events(&client.clone().with("last-event-id", "0").get("/jobs/events").await.body);
        for job in [&one, &all["items"][0], &streamed[0].1] {
            let problem = &job["problem"];
            assert_eq!((&problem["code"], &problem["title"]), (&"invalid_input".into(), &"Invalid input".into()));
            assert_eq!(problem["detail"] == "the file is empty", sees, "{job}");
            assert_eq!(problem["hint"].as_str().unwrap().contains("customers.pii"), !sees, "{job}");
        }
    }
}

async fn every_operation_of_jobs_is_guarded(t: TestDb) {
    let (mut world, runner) = world(&t);
    put(&t, &world, false, None).await;
    runner.run_one().await.unwrap();
    // Streams do not end; and what is not of jobs is walked elsewhere.
    world.document.paths.paths.retain(|path, _| path.contains("/jobs") && !path.ends_with("/events"));
    let wrong = walk(&world, &[]).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut stranger = world.key(&[Permission::CustomersRead]).await.unwrap();
    assert_eq!(stranger.get("/jobs/events").await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.client().get("/jobs/events").await.status, StatusCode::UNAUTHORIZED);
}
