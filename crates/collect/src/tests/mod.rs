//! The routes of imports through the router, over a business in a temporary folder, on both databases.

mod customers;
mod imports;
mod intake;
mod links;
mod mend;
mod resume;
mod undo;
mod uploads;

use std::sync::Arc;

use arrow::array::AsArray as _;
use arrow::array::RecordBatch;
use arrow::util::display::array_value_to_string;
use axum::http::{Method, StatusCode};
use base::{BatchId, CustomerId, ImportId, Problem, Zone};
use jobs::{Cancel, Runner};
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
use crate::uploads::Uploads;

/// Nothing hangs on a customer here.
pub(crate) struct Nothing;

impl Touched for Nothing {
    fn columns(&self) -> &[&'static str] {
        &[]
    }

    async fn touched(&self, _: &mut Tx, _: &[(CustomerId, Vec<RecordBatch>)]) -> Result<(), Problem> {
        Ok(())
    }
}

/// A server, its jobs, and somebody who may do everything.
pub(crate) struct Shop {
    pub(crate) folder: TempDir,
    world: World,
    runner: Runner,
    pub(crate) lake: Lake,
    pub(crate) importer: Importer,
    owner: Client,
}

fn business(zone: &str) -> Business {
    Business { zone: Zone::named(zone).unwrap(), currency: "CNY".into(), region: "CN".parse().unwrap() }
}

pub(crate) async fn shop(t: &TestDb) -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(t.db.clone(), &folder.path().join("lake")).await.unwrap();
    let business = business("Asia/Shanghai");
    let data = folder.path().to_owned();
    let state = |web: &web::App| {
        let clock = Arc::clone(&web.clock);
        let importer = Importer::new(lake.clone(), &data, business.clone(), clock, 2);
        let waiting = importer.clone();
        let apply = Arc::new(move |batch: BatchId| -> Following {
            let importer = waiting.clone();
            Box::pin(async move { importer.apply_through(batch.0, &Nothing).await.map(drop) })
        });
        State::new(
            web.clone(),
            importer,
            Uploads::new(web.db.clone(), &data),
            Arc::new(|| Box::pin(std::future::ready(Ok(())))),
            apply,
        )
    };
    let world = World::new(t.db.clone(), settings(), |web| {
        crate::http::routes(&state(web)).merge(web::jobs::routes(web, data.join("jobs"), web::jobs::Kinds::default()))
    })
    .unwrap();
    let runner = Runner::new(t.db.clone(), Arc::clone(&world.app.clock), data.join("jobs"));
    let runner = crate::jobs::jobs(runner, &state(&world.app));
    let owner = world.sign_in(Role::Owner).await.unwrap();
    let importer = Importer::new(lake.clone(), folder.path(), business, Arc::clone(&world.app.clock), 2);
    Shop { folder, world, runner, lake, importer, owner }
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
        self.import_as("difference", text).await
    }

    /// As [`Shop::import`], in another mode.
    async fn import_as(&mut self, mode: &str, text: &str) -> String {
        let upload = self.send("sales.csv", text).await;
        let (status, look) = self.post("/imports/look", json!({"upload": upload})).await;
        assert_eq!((status, &look["can_run"]), (StatusCode::OK, &json!(true)), "{look}");
        let new = json!({"upload": upload, "kind": look["kind"], "reading": look["reading"], "mapping": look["mapping"],
            "source": "main", "mode": mode});
        let (status, begun) = self.post("/imports", new).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{begun}");
        begun["import"].as_str().unwrap().to_owned()
    }

    /// Imports a file of orders and waits for it.
    async fn imported(&mut self, lines: &str) -> ImportId {
        self.imported_text(&format!("{COLUMNS}{lines}")).await
    }

    /// As [`Shop::imported`], with other columns.
    async fn imported_text(&mut self, text: &str) -> ImportId {
        let id = self.import(text).await;
        self.work().await;
        assert_eq!(self.get(&format!("/imports/{id}")).await["state"], "done");
        id.parse().unwrap()
    }

    /// Takes an import back.
    async fn undo(&self, id: ImportId) {
        self.importer.undo(id, &Cancel::default()).await.unwrap();
    }

    /// Sends an order of one line, as a till does.
    async fn order(&mut self, id: &str, day: &str, (product, quantity): (&str, i64)) {
        let line = json!({"product": product, "quantity": quantity, "amount": 10 * quantity});
        let order = json!({"order_id": id, "time": format!("{day} 10:00"), "customer": "C1", "lines": [line]});
        let (status, told) = self.post("/intake", json!({"source": "main", "orders": [order]})).await;
        assert_eq!((status, &told["state"]), (StatusCode::OK, &json!("applied")), "{told}");
    }

    /// The rows of an answer, each as its texts with a space between.
    async fn rows(&self, sql: &str) -> Vec<String> {
        let answer = self.lake.query(sql, QueryLimits::default(), Vec::new()).await.unwrap();
        let text = |batch: &RecordBatch, row: usize| {
            let cells = batch.columns().iter();
            let cells: Vec<String> = cells.map(|c| array_value_to_string(c, row).unwrap()).collect();
            cells.join(" ")
        };
        answer.batches.iter().flat_map(|b| (0..b.num_rows()).map(|row| text(b, row)).collect::<Vec<_>>()).collect()
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

    /// To what something was done, by the audit log, sorted.
    async fn noted(&mut self, action: &str) -> Value {
        self.world.app.flush().await;
        let page = self.get(&format!("/audit?filter=action:eq:{action}")).await;
        let objects =
            page["items"].as_array().unwrap().iter().map(|entry| entry["object"].as_str().unwrap().to_owned());
        let mut objects: Vec<String> = objects.collect();
        objects.sort();
        json!(objects)
    }

    /// A number about the history, by SQL.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let answer = self.lake.query(sql, QueryLimits::default(), Vec::new()).await.unwrap();
        answer.batches[0].column(0).as_primitive::<arrow::datatypes::Int64Type>().value(0)
    }
}

const COLUMNS: &str = "order_no,date,customer,product,quantity,amount\n";

/// Five lines, one of them bad, one of them a return.
const SALES: &str = "order_no,date,card,product,quantity,amount\n\
    A1,2026-03-01 10:00,C1,Tea,1,30.00\n\
    A2,2026-03-02 11:00,C2,Rice,2,50.50\n\
    A3,2026-02-31 12:00,C1,Oil,1,80.00\n\
    A4,2026-03-04 13:00,,Tea,1,30.00\n\
    A5,2026-03-05 14:00,C2,Rice,-1,-25.25\n";
