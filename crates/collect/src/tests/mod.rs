//! The routes of imports through the router, over a business in a temporary folder, on both databases.

mod imports;
mod intake;
mod mend;
mod uploads;

use std::sync::Arc;

use arrow::array::AsArray as _;
use arrow::array::RecordBatch;
use axum::http::{Method, StatusCode};
use base::{CustomerId, Problem, Zone};
use jobs::Runner;
use lake::Lake;
use lake::engine::QueryLimits;
use serde_json::{Value, json};
use store::Tx;
use store::testing::TestDb;
use tempfile::TempDir;
use web::Role;
use web::testing::{Client, World, settings};

use crate::http::{Following, State};
use crate::import::{Business, Importer, Touched};

/// Nothing hangs on a customer here.
struct Nothing;

impl Touched for Nothing {
    fn columns(&self) -> &[&'static str] {
        &[]
    }

    async fn touched(&self, _: &mut Tx, _: &[(CustomerId, Vec<RecordBatch>)]) -> Result<(), Problem> {
        Ok(())
    }
}

/// A server, its jobs, and somebody who may do everything.
struct Shop {
    folder: TempDir,
    world: World,
    runner: Runner,
    lake: Lake,
    owner: Client,
}

async fn shop(t: &TestDb) -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(t.db.clone(), &folder.path().join("lake")).await.unwrap();
    let business =
        Business { zone: Zone::named("Asia/Shanghai").unwrap(), currency: "CNY".into(), region: "CN".parse().unwrap() };
    let data = folder.path().to_owned();
    let state = |web: &web::App| {
        let clock = Arc::clone(&web.clock);
        let importer = Importer::new(lake.clone(), &data, business.clone(), clock, 2);
        let waiting = importer.clone();
        let apply = Arc::new(move || -> Following {
            let importer = waiting.clone();
            Box::pin(async move { importer.apply_waiting(&Nothing).await.map(drop) })
        });
        State::new(web.clone(), importer, &data, Arc::new(|| Box::pin(std::future::ready(Ok(())))), apply)
    };
    let world = World::new(t.db.clone(), settings(), |web| {
        crate::http::routes(&state(web)).merge(web::jobs::routes(web, data.join("jobs"), web::jobs::Kinds::default()))
    })
    .unwrap();
    let runner = Runner::new(t.db.clone(), Arc::clone(&world.app.clock), data.join("jobs"));
    let runner = crate::jobs::jobs(runner, &state(&world.app));
    let owner = world.sign_in(Role::Owner).await.unwrap();
    Shop { folder, world, runner, lake, owner }
}

impl Shop {
    /// Sends a file.
    async fn send(&mut self, name: &str, text: &str) -> String {
        let path = format!("/uploads?name={name}");
        let bytes = text.as_bytes().to_vec();
        let answer = self.owner.send_bytes(Method::POST, &path, Some("application/octet-stream"), bytes).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    async fn post(&mut self, path: &str, body: Value) -> (StatusCode, Value) {
        let answer = self.owner.post(path, body).await;
        (answer.status, answer.json())
    }

    /// Sends a file of orders and imports it as it is proposed; the number of the import.
    async fn import(&mut self, text: &str) -> String {
        let upload = self.send("sales.csv", text).await;
        let (status, look) = self.post("/imports/look", json!({"upload": upload})).await;
        assert_eq!((status, &look["can_run"]), (StatusCode::OK, &json!(true)), "{look}");
        let new = json!({"upload": upload, "kind": look["kind"], "reading": look["reading"], "mapping": look["mapping"],
            "source": "main", "mode": "difference"});
        let (status, begun) = self.post("/imports", new).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{begun}");
        begun["import"].as_str().unwrap().to_owned()
    }

    /// Runs the job that is due.
    async fn work(&self) {
        assert!(self.runner.run_one().await.unwrap().is_some(), "a job is due");
    }

    async fn get(&mut self, path: &str) -> Value {
        let answer = self.owner.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.json());
        answer.json()
    }

    /// A number about the history, by SQL.
    async fn count(&self, sql: &str) -> i64 {
        let answer = self.lake.query(sql, QueryLimits::default(), Vec::new()).await.unwrap();
        answer.batches[0].column(0).as_primitive::<arrow::datatypes::Int64Type>().value(0)
    }
}

/// Five lines, one of them bad, one of them a return.
const SALES: &str = "order_no,date,card,product,quantity,amount\n\
    A1,2026-03-01 10:00,C1,Tea,1,30.00\n\
    A2,2026-03-02 11:00,C2,Rice,2,50.50\n\
    A3,2026-02-31 12:00,C1,Oil,1,80.00\n\
    A4,2026-03-04 13:00,,Tea,1,30.00\n\
    A5,2026-03-05 14:00,C2,Rice,-1,-25.25\n";
