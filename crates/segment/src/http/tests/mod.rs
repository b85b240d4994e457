//! The routes over a small business, through the real router, compared with SQL on the same data.

mod attributes;
mod days;
mod traits;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use base::clock::DAY;
use base::{Clock as _, CustomerId, Zone};
use lake::catalog::{file, table as catalog};
use lake::engine::QueryLimits;
use lake::{ColumnType, FileWriter, Lake, WriteOptions};
use profile::ops::{customers_create, overlay_put};
use profile::traits::{Plan, Traits, rebuild};
use profile::{Identity, IdentityKind, NewCustomer, Origin, Region};
use serde_json::{Value as Json, json};
use store::testing::TestDb;
use web::Role;
use web::testing::{START, World, settings, walk};

use crate::ops::tests::{add, lines};
use crate::settled::Between;
use crate::{Outside, Set, Setting, Stage, Text};

/// The day of the clock.
const TODAY: i64 = START / DAY;

type Written = Arc<Mutex<Vec<(String, usize)>>>;

struct Shop {
    world: World,
    stage: Stage,
    written: Written,
    db: TestDb,
}

/// Sixty-three customers: customer `c` bought `c % 7 + 1` times, the last time `c` days ago; the last three never.
async fn shop(db: TestDb) -> Shop {
    let mut tx = db.db.write().await.unwrap();
    let cities = ["上海", "Berlin", "Paris"];
    let people: Vec<NewCustomer> = (1..=63i64)
        .map(|c| NewCustomer {
            ids: vec![
                Identity { kind: IdentityKind::CARD, value: format!("K{c:04}") },
                Identity { kind: IdentityKind::PHONE, value: format!("+86138{:08}", c * 11) },
            ],
            name: Some(if c % 9 == 0 { "王小明".to_owned() } else { format!("Anna Lee{c}") }),
            attributes: [("city".to_owned(), json!(cities[c as usize % 3]))]
                .into_iter()
                .filter(|_| c % 10 != 0)
                .collect(),
            ..NewCustomer::default()
        })
        .collect();
    let made = customers_create(&mut tx, &people, Origin { import: None, at: START }).await.unwrap();
    assert_eq!(made.ids, (1..=63).map(CustomerId).collect::<Vec<_>>());
    tx.commit().await.unwrap();
    let lake = Lake::open(db.db.clone(), &db.dir.path().join("lake")).await.unwrap();
    let mut sales = Vec::new();
    for c in 1..=60i64 {
        for n in 0..=c % 7 {
            sales.push((c, TODAY - c - n * (c % 5 + 3), c * 100 + n, c % 11 + 1));
        }
        if c % 10 == 0 {
            sales.push((c, TODAY - c, c * 100 + 50, -1));
        }
    }
    add(&lake, &sales).await;
    rebuild_traits(&lake).await;
    let (made, written): (Mutex<Option<Stage>>, Written) = (Mutex::new(None), Arc::default());
    let rules_file = db.dir.path().join("segments.toml");
    let traits_file = db.dir.path().join("traits.toml");
    let world = World::new(db.db.clone(), settings(), |app| {
        let mut made = made.lock().unwrap();
        let stage = made.get_or_insert_with(|| {
            let written = Arc::clone(&written);
            let outside = Outside {
                within: Arc::new(|text| {
                    let known = text == "metric:known";
                    let label = Text { en: "Known".into(), zh: "已知".into() };
                    let set = Set { label, customers: (10..=29).collect() };
                    Box::pin(async move { Ok(known.then_some(set)) })
                }),
                export: Arc::new(move |path, _, batches, format| {
                    let mut rows = 0;
                    for batch in batches {
                        rows += batch?.num_rows();
                    }
                    std::fs::write(path, format)?;
                    written.lock().unwrap().push((format.to_owned(), rows));
                    Ok(rows)
                }),
                ..Outside::default()
            };
            Stage::new(Setting {
                app: app.clone(),
                lake: lake.clone(),
                zone: Zone::utc(),
                currency: "CNY".into(),
                region: Region::CHINA,
                threads: 2,
                traits_file: traits_file.clone(),
                rules_file: rules_file.clone(),
                cache: rules_file.with_file_name("cache"),
                outside,
            })
        });
        super::routes(stage)
    })
    .unwrap();
    let stage = made.into_inner().unwrap().unwrap();
    Shop { world, stage, written, db }
}

async fn rebuild_traits(lake: &Lake) {
    let traits = Traits::core().unwrap();
    let plan = Plan::compile(&traits, &Zone::utc()).unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let batches = rebuild(&snapshot, &plan, START, 2, &crate::settled::NEVER, &|_| {}).unwrap();
    let schema = traits.schema();
    let columns: Vec<(&str, ColumnType)> = schema
        .fields()
        .iter()
        .map(|f| {
            let text = f.data_type().to_string();
            let kind = match text.split('(').next().unwrap() {
                "Int64" => ColumnType::Int64,
                "Float64" => ColumnType::Float64,
                "Utf8" => ColumnType::Text,
                "Timestamp" => ColumnType::Time,
                _ => ColumnType::Decimal(4),
            };
            (f.name().as_str(), kind)
        })
        .collect();
    let mut tx = lake.db().write().await.unwrap();
    let table = Arc::new(catalog::table_define(&mut tx, START, "trait", &columns).await.unwrap());
    tx.commit().await.unwrap();
    let ids = lake.file_ids().await.unwrap();
    let mut writer = FileWriter::new(lake, &table, None, &ids, WriteOptions::default()).unwrap();
    for batch in &batches {
        writer.write(batch).unwrap();
    }
    let files = writer.finish().unwrap();
    let mut tx = lake.db().write().await.unwrap();
    file::file_replace(&mut tx, lake, START, &table, files.as_slice()).await.unwrap();
    tx.commit().await.unwrap();
}

impl Shop {
    /// Makes a run by the API and its job.
    async fn run(&self) {
        let mut manager = self.world.sign_in(Role::Manager).await.unwrap();
        let answer = manager.post("/segments/runs", json!({})).await;
        assert_eq!(answer.status, 202, "{}", answer.json());
        self.work().await;
        let job = answer.json()["id"].as_str().unwrap().parse::<jobs::JobId>().unwrap();
        let row = jobs::store::job_get(&mut self.db.db.read().await.unwrap(), job).await.unwrap();
        assert_eq!((row.state.as_str(), row.error), ("done", None));
    }

    async fn work(&self) {
        let runner =
            jobs::Runner::new(self.db.db.clone(), Arc::clone(&self.world.clock) as _, self.db.dir.path().join("jobs"));
        crate::jobs::jobs(runner, &self.stage).run_one().await.unwrap();
    }

    async fn sql(&self, sql: &str) -> i64 {
        let answer = self.stage.lake.query(sql, QueryLimits::default(), Vec::new()).await.unwrap();
        let batch: &RecordBatch = &answer.batches[0];
        batch.column(0).as_primitive::<Int64Type>().value(0)
    }
}

async fn the_page_the_export_and_sql_agree(db: TestDb) {
    let shop = shop(db).await;
    shop.run().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    for (query, sql) in [
        ("", "select count(*) from (select 63 as n) t where n = 63"),
        ("filter=monetary:ge:20", "select count(*) from trait where monetary >= 20"),
        (
            "filter=monetary:lt:20.5&filter=frequency:gt:2",
            "select count(*) from trait where monetary < 20.5 and frequency > 2",
        ),
        ("filter=recency:in:3,5,7", "select count(*) from trait where recency in (3, 5, 7)"),
        ("filter=recency:ne:3", "select count(*) from trait where recency <> 3"),
        ("filter=gap_mean:known:no&filter=frequency:known:yes", "select count(*) from trait where gap_mean is null"),
        ("filter=gap_mean:le:4.5", "select count(*) from trait where gap_mean <= 4.5"),
        ("filter=share_friday:eq:0", "select count(*) from trait where share_friday = 0"),
        (
            "filter=last_purchase:within:30d",
            "select count(*) from trait where last_purchase > timestamp '2026-04-01T08:00:00Z'",
        ),
        (
            "filter=last_purchase:lt:2026-04-01",
            "select count(*) from trait where last_purchase < timestamp '2026-04-01T00:00:00Z'",
        ),
        ("filter=rfm_group:in:champions,loyal", "select count(*) from rfm where rfm_group in ('champions', 'loyal')"),
        ("within=stage:prospect", "select count(*) from rfm where life_stage = 'prospect'"),
        ("within=group:champions", "select count(*) from rfm where rfm_group = 'champions'"),
        ("within=tier:a&filter=r:ge:4", "select count(*) from rfm where value_tier = 'a' and r >= 4"),
        ("within=cell:5-1", "select count(*) from rfm where r = 5 and f = 1"),
        ("within=cell:4-3/fm", "select count(*) from rfm where r = 4 and f + m in (5, 6)"),
        (
            "within=metric:known&filter=life_stage:ne:active",
            "select count(*) from rfm where customer_id between 10 and 29 and life_stage <> 'active'",
        ),
    ] {
        let expected = shop.sql(sql).await + if query.is_empty() { 62 } else { 0 };
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let answer =
                owner.get(&format!("/customers?{query}&limit=7&columns=monetary,rfm_group,city{cursor}")).await;
            assert_eq!(answer.status, 200, "{query}: {}", answer.json());
            let page = answer.json();
            assert_eq!(page["total"], json!({"value": expected, "exact": true}), "{query}");
            seen.extend(page["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let different: BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len() as i64, different.len() as i64), (expected, expected), "{query}");
        let mut ask = json!({ "filter": [] });
        for (name, value) in query.split('&').filter_map(|p| p.split_once('=')) {
            match name {
                "filter" => ask["filter"].as_array_mut().unwrap().push(value.into()),
                name => ask[name] = value.into(),
            }
        }
        let answer = owner
            .post("/customers/exports", json!({"format": "csv", "query": ask, "columns": ["name", "monetary"]}))
            .await;
        assert_eq!(answer.status, 202, "{}", answer.json());
        shop.work().await;
        assert_eq!(shop.written.lock().unwrap().pop(), Some(("csv".to_owned(), expected as usize)), "{query}");
    }
    // Every cell of the grid opens as its list, and the run counts what SQL counts.
    let run = owner.get("/segments/runs/latest").await.json();
    for group in run["groups"].as_array().unwrap() {
        let name = group["name"].as_str().unwrap();
        let page = owner.get(&format!("/customers?within=group:{name}")).await.json();
        assert_eq!(page["total"]["value"], group["customers"], "{name}");
        assert_eq!(group["trend"].as_array().unwrap().len(), run["months"].as_array().unwrap().len());
    }
    for x in ["f", "m", "fm"] {
        let grid = owner.get(&format!("/segments/runs/latest/grid?x={x}")).await.json();
        let cells = grid["cells"].as_array().unwrap();
        assert_eq!((cells.len(), cells.iter().map(|c| c["customers"].as_i64().unwrap()).sum::<i64>()), (25, 60));
        for cell in cells {
            let page = owner.get(&format!("/customers?within=cell:{}-{}/{x}", cell["r"], cell["f"])).await.json();
            assert_eq!(page["total"]["value"], cell["customers"], "{x} {cell}");
        }
    }
    let moves = owner.get("/segments/moves?by=stage&from=2026-03-31&to=2026-04-30").await.json();
    assert!(!moves["flows"].as_array().unwrap().is_empty(), "{moves}");
    for flow in moves["flows"].as_array().unwrap() {
        let within = flow["list"]["query"]["within"].as_str().unwrap();
        let page = owner.get(&format!("/customers?within={within}")).await.json();
        assert_eq!(page["total"]["value"], flow["customers"], "{within}: {page}");
    }
    // Moves are kept until what they are made of changes: also how a trait is defined.
    let between = Between { from: "2026-03-31", to: "2026-04-30", window: None, bins: None };
    let before = shop.stage.moves_stamp(&between).await.unwrap();
    assert_eq!(shop.stage.moves_stamp(&between).await.unwrap(), before);
    let defined = Traits::core_text().replace("kind in ('sale', 'return')", "kind in ('sale')");
    std::fs::write(&shop.stage.traits_file, defined).unwrap();
    assert_ne!(shop.stage.moves_stamp(&between).await.unwrap(), before);
}

async fn lists_are_searched_sorted_masked_and_refused(db: TestDb) {
    let shop = shop(db).await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let total = async |client: &mut web::testing::Client, query: &str| {
        let answer = client.get(&format!("/customers?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.json());
        answer.json()["total"]["value"].as_i64().unwrap()
    };
    for (query, expected) in [
        ("q=wang", 7),
        ("q=%E7%8E%8B&filter=city:eq:Berlin", 0),
        ("q=anna", 56),
        ("q=lee7", 1),
        ("q=anna%20lee7", 1),
        ("q=K0012", 1),
        ("filter=city:in:Berlin,Paris", 38),
        ("filter=city:known:no", 6),
        ("filter=card:eq:K0012", 1),
        ("filter=name:has:LEE1", 10),
        ("filter=id:eq:cus_7", 1),
    ] {
        assert_eq!(total(&mut owner, query).await, expected, "{query}");
    }
    let first = async |client: &mut web::testing::Client, query: &str| {
        client.get(&format!("/customers?{query}&limit=1")).await.json()["items"][0].clone()
    };
    assert_eq!(first(&mut owner, "sort=-recency&columns=recency").await["values"], json!({"recency": 60}));
    assert_eq!(first(&mut owner, "sort=recency").await["id"], "cus_1");
    assert_eq!(first(&mut owner, "sort=-name").await["name"], "王小明");
    for (query, code, field) in [
        ("filter=monetry:ge:1", "invalid_argument", "filter[0]"),
        ("filter=monetary:ge:much", "invalid_argument", "filter[0]"),
        ("filter=city:ge:1", "invalid_argument", "filter[0]"),
        ("within=nonsense", "invalid_argument", "within"),
        ("within=group:nobody", "invalid_argument", "within"),
        ("sort=monetry", "invalid_argument", "sort"),
        ("columns=monetry", "invalid_argument", "columns"),
        ("cursor=abc", "invalid_argument", "cursor"),
        ("limit=0", "invalid_argument", "limit"),
    ] {
        let answer = owner.get(&format!("/customers?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, code), "{query}: {}", answer.json());
        assert_eq!(answer.json()["fields"][0]["field"], field, "{query}");
    }
    let mut analyst = shop.world.sign_in(Role::Analyst).await.unwrap();
    let row = first(&mut analyst, "sort=recency&columns=phone,card,city").await;
    assert_eq!(row["name"], "A*** L***");
    assert_eq!(row["values"], json!({"phone": "+86138***11", "card": "K***", "city": "Berlin"}));
    assert_eq!((total(&mut analyst, "q=anna").await, total(&mut analyst, "q=Anna%20Lee7").await), (0, 1));
    assert_eq!(total(&mut analyst, "filter=card:eq:K0012").await, 1);
    for query in ["filter=name:has:Lee", "sort=name"] {
        assert_eq!(analyst.get(&format!("/customers?{query}")).await.code(), "forbidden", "{query}");
    }
    // A touched customer is shown as he is now.
    let mut tx = shop.db.db.write().await.unwrap();
    lake::hot_append(&mut tx, &lines(&[(62, TODAY - 1, 9900, 500)])).await.unwrap();
    let values = json!({"traits": {"monetary": "500.0000", "frequency": 1, "top_city": null}, "place": null});
    overlay_put(&mut tx, CustomerId(62), shop.world.now(), &values.to_string()).await.unwrap();
    tx.commit().await.unwrap();
    let best = first(&mut owner, "sort=-monetary&columns=monetary").await;
    assert_eq!((&best["id"], &best["values"]["monetary"]), (&json!("cus_62"), &json!("500.00")));
}

async fn a_customer_is_shown_explained_and_corrected(db: TestDb) {
    let shop = shop(db).await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    assert_eq!(owner.get("/customers/cus_13").await.json()["place"], Json::Null);
    shop.run().await;
    let answer = owner.get("/customers/cus_13").await;
    let customer = answer.json();
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, customer["etag"].as_str().unwrap()));
    let row = owner.get("/customers?filter=id:eq:cus_13&columns=monetary,frequency,recency,rfm_group").await.json();
    let values = &row["items"][0]["values"];
    let find = |name: &str| customer["traits"].as_array().unwrap().iter().find(|t| t["name"] == name).unwrap().clone();
    for name in ["monetary", "frequency", "recency"] {
        assert_eq!(find(name)["value"], values[name], "{name}");
    }
    assert_eq!(customer["place"]["group"]["name"], values["rfm_group"]);
    let less = shop.sql("select count(*) from trait where recency < 13").await as f64 / 60.0;
    assert_eq!(find("recency")["percentile"], json!(less));
    assert!(!customer["sentences"].as_array().unwrap().is_empty());
    let why = owner.get("/customers/cus_13/explanation").await.json();
    let holding = |kind: &str| {
        why["steps"].as_array().unwrap().iter().find(|s| s["kind"] == kind && s["holds"] == true).unwrap()["name"]
            .clone()
    };
    assert_eq!(
        (holding("group"), holding("stage")),
        (values["rfm_group"].clone(), customer["place"]["stage"]["name"].clone())
    );
    let mut receipts = async |query: &str| {
        let page = owner.get(&format!("/customers/cus_13/timeline?kind=order&{query}")).await.json();
        let amounts = page["items"].as_array().unwrap().iter().map(|e| e["order"]["amount"].as_str().unwrap().parse());
        (amounts.collect::<Result<Vec<f64>, _>>().unwrap(), page["next"].as_str().map(ToOwned::to_owned))
    };
    let (first, next) = receipts("limit=3").await;
    let (rest, end) = receipts(&format!("limit=9&cursor={}", next.unwrap())).await;
    assert_eq!((first.len(), rest.len(), end), (3, 4, None));
    let sum: f64 = first.iter().chain(&rest).sum();
    assert_eq!(format!("{sum:.2}"), values["monetary"].as_str().unwrap());
    let told = owner.get("/customers/cus_13/traits/monetary").await.json();
    assert_eq!((&told["value"], told["parts"][0]["lines"].as_i64()), (&values["monetary"], Some(7)), "{told}");
    assert_eq!(
        shop.sql(&told["sql"].as_str().unwrap().replace("select *", "select count(*)").replace("\norder by time", ""))
            .await,
        7
    );
    // Corrections: versions, checks, the search, the list, the timeline and the log.
    let tag = answer.header("etag").to_owned();
    let mut editor = owner.clone().with("if-match", &tag);
    let patch = json!({"name": "Bela", "attributes": {"city": "Rome", "birthday": "1990-02-03"}});
    let changed = editor.send(axum::http::Method::PATCH, "/customers/cus_13", Some(&patch)).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["name"]), (200, &json!("Bela")), "{}", changed.json());
    let stale = editor.send(axum::http::Method::PATCH, "/customers/cus_13", Some(&patch)).await;
    assert_eq!((stale.status.as_u16(), stale.code().as_str()), (412, "outdated"));
    // Who may not know who people are sees no part of a birthday: it would be no date.
    let born = |answer: &Json| {
        let attributes = answer["attributes"].as_array().unwrap();
        attributes.iter().find(|a| a["name"] == "birthday").unwrap()["value"].clone()
    };
    assert_eq!(born(&owner.get("/customers/cus_13").await.json()), "1990-02-03");
    let mut viewer = shop.world.sign_in(Role::Viewer).await.unwrap();
    assert_eq!(born(&viewer.get("/customers/cus_13").await.json()), Json::Null);
    let listed = viewer.get("/customers?filter=city:eq:Rome&columns=birthday,name").await.json();
    let values = &listed["items"][0]["values"];
    assert_eq!((&values["birthday"], &values["name"]), (&Json::Null, &json!("B***")), "{listed}");
    for query in ["q=bela", "filter=city:eq:Rome", "filter=name:eq:Bela"] {
        assert_eq!(owner.get(&format!("/customers?{query}")).await.json()["total"]["value"], 1, "{query}");
    }
    let wrong = owner
        .send(axum::http::Method::PATCH, "/customers/cus_13", Some(&json!({"attributes": {"birthday": "soon"}})))
        .await;
    assert_eq!((wrong.status.as_u16(), &wrong.json()["fields"][0]["field"]), (422, &json!("attributes.birthday")));
    let timeline = owner.get("/customers/cus_13/timeline?limit=100").await.json();
    let kinds: BTreeSet<&str> =
        timeline["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert!(kinds.is_superset(&BTreeSet::from(["order", "changed"])), "{kinds:?}");
    let found = owner.get("/search?q=bela").await.json();
    assert_eq!(found["customers"][0]["id"], "cus_13", "{found}");
    // By the id that files and the address bar show, also for who sees names in part.
    for one in [&mut owner, &mut viewer] {
        assert_eq!(one.get("/search?q=cus_13").await.json()["customers"][0]["id"], "cus_13");
        assert_eq!(one.get("/search?q=cus_99").await.json()["customers"], json!([]));
        assert_eq!(one.get("/customers?q=cus_13").await.json()["total"]["value"], 1);
    }
    assert_eq!(owner.get("/search?q=champ").await.json()["segments"][0]["name"], "champions");
    shop.world.app.flush().await;
    assert_eq!(owner.get("/customers/cus_99").await.status, 404);
    let _ = shop.world.clock.now();
}

async fn rules_are_tried_and_saved(db: TestDb) {
    let shop = shop(db).await;
    shop.run().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let answer = owner.get("/segments/settings").await;
    let mut rules = answer.json();
    assert_eq!(rules, owner.get("/segments/settings/default").await.json());
    let same = owner.post("/segments/settings/preview", rules.clone()).await.json();
    assert_eq!((&same["moved"], &same["customers"]), (&json!(0), &json!(63)), "{same}");
    rules["rfm"]["bins"] = json!(3);
    rules["groups"][0]["when"] = json!("r >= 5");
    let other = owner.post("/segments/settings/preview", rules.clone()).await.json();
    assert!(other["moved"].as_i64().unwrap() > 0 && !other["samples"].as_array().unwrap().is_empty(), "{other}");
    shop.world.app.flush().await;
    let noted = owner.get("/audit?filter=object:eq:settings").await.json();
    assert_eq!(noted["items"][0]["detail"]["shown"], other["samples"].as_array().unwrap().len(), "{noted}");
    assert_eq!(noted["items"].as_array().unwrap().len(), 1, "who saw nobody is not noted");
    let after = other["shifts"].as_array().unwrap().iter().find(|s| s["name"] == "champions").unwrap()["after"].clone();
    let mut editor = owner.clone().with("if-match", answer.header("etag"));
    let saved = editor.send(axum::http::Method::PUT, "/segments/settings", Some(&rules)).await;
    assert_eq!((saved.status.as_u16(), saved.json()), (200, rules.clone()));
    let stale = editor.send(axum::http::Method::PUT, "/segments/settings", Some(&rules)).await;
    assert_eq!(stale.status, 412);
    shop.run().await;
    let run = owner.get("/segments/runs/latest").await.json();
    assert_eq!((&run["id"], &run["groups"][0]["customers"]), (&json!("run_2"), &after));
    assert_eq!(owner.get("/segments/runs?limit=1").await.json()["total"]["value"], 2);
    rules["groups"][2]["when"] = json!("r >>> 5");
    let wrong = owner.post("/segments/settings/preview", rules.clone()).await;
    assert_eq!(
        (wrong.status.as_u16(), &wrong.json()["fields"][0]["field"]),
        (422, &json!("groups[2].when")),
        "{}",
        wrong.json()
    );
}

async fn every_operation_lets_through_whom_it_says(db: TestDb) {
    let shop = shop(db).await;
    shop.world.user(Role::Owner, "first@shop.example").await.unwrap();
    let open = [
        "POST /auth/login",
        "POST /auth/totp",
        "POST /auth/reset",
        "POST /auth/reset/look",
        "POST /auth/invitation",
        "POST /auth/invitation/accept",
    ];
    let wrong = walk(&shop.world, &open).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

store::on_both!(
    the_page_the_export_and_sql_agree,
    lists_are_searched_sorted_masked_and_refused,
    a_customer_is_shown_explained_and_corrected,
    rules_are_tried_and_saved,
    every_operation_lets_through_whom_it_says,
);
