//! Other days, windows and numbers of scores than those of the rules: what is answered is counted here from the sales themselves.

use std::collections::BTreeMap;

use base::clock::DAY;
use serde_json::{Value as Json, json};
use store::testing::TestDb;
use web::Role;
use web::testing::Client;

use super::{Shop, TODAY, shop};

store::on_both!(
    a_customer_is_shown_as_of_an_earlier_day,
    moves_follow_window_and_bins,
    runs_and_previews_follow_window_and_bins,
    what_is_no_day_window_or_number_is_refused_where_it_stands,
);

/// The days until `day` on which a customer bought, the last first.
fn bought(c: i64, day: i64) -> Vec<i64> {
    let sales = if c <= 60 { c % 7 + 1 } else { 0 };
    (0..sales).map(|n| TODAY - c - n * (c % 5 + 3)).filter(|at| *at <= day).collect()
}

/// How many customers at the end of a day have a sale in a window of so many days, have none any more, have none yet.
fn placed(day: i64, window: i64) -> (i64, i64, i64) {
    let (mut inside, mut outside, mut none) = (0, 0, 0);
    for c in 1..=63 {
        match bought(c, day).first() {
            Some(last) if *last > day - window => inside += 1,
            Some(_) => outside += 1,
            None => none += 1,
        }
    }
    (inside, outside, none)
}

async fn a_customer_is_shown_as_of_an_earlier_day(db: TestDb) {
    let shop = shop(db).await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    for (c, back) in [(13, 30), (13, 13), (20, 22), (20, 20), (7, 7), (48, 60)] {
        let (day, path) = (TODAY - back, format!("/customers/cus_{c}"));
        let sales = bought(c, day);
        // Every tenth took something back for 1 on the day of his last sale.
        let back = i64::from(c % 10 == 0 && day >= TODAY - c);
        let spent = format!("{}.00", sales.len() as i64 * (c % 11 + 1) - back);
        let as_of = format!("?as_of={}", shop.stage.day(day * DAY));
        let customer = owner.get(&format!("{path}{as_of}")).await.json();
        let of = |name: &str| {
            let all = customer["traits"].as_array().unwrap().iter();
            all.filter(|t| t["name"] == name).map(|t| t["value"].clone()).next().unwrap()
        };
        assert_eq!((of("frequency"), of("monetary")), (json!(sales.len()), json!(spent)), "{path}{as_of}");
        assert_eq!(of("recency"), json!(day - sales[0]), "{path}{as_of}");
        let told = owner.get(&format!("{path}/traits/monetary{as_of}")).await.json();
        assert_eq!(told["value"], spent, "{path}{as_of}: {told}");
        assert_eq!(told["parts"][0]["lines"], json!(sales.len() as i64 + back), "{path}{as_of}: {told}");
    }
    // Before his first sale there is nothing to tell, and without a day it is as before.
    let first = owner.get(&format!("/customers/cus_13/traits/frequency?as_of={}", shop.stage.day(0))).await.json();
    assert_eq!(first["parts"][0]["lines"], 0, "{first}");
    let now = owner.get("/customers/cus_13/traits/frequency").await.json();
    assert_eq!(now["value"], "7", "{now}");
}

/// How many are at a place on the earlier and on the later day.
fn at(moves: &Json, name: &str) -> (i64, i64) {
    let spots = moves["places"].as_array().unwrap_or_else(|| panic!("{moves}"));
    let spot = spots.iter().find(|spot| spot["name"] == name);
    spot.map_or((0, 0), |spot| (spot["from"].as_i64().unwrap(), spot["to"].as_i64().unwrap()))
}

async fn moves_follow_window_and_bins(db: TestDb) {
    let shop = shop(db).await;
    shop.run().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let (from, to) = (TODAY - 20, TODAY - 1);
    let days = format!("from={}&to={}", shop.stage.day(from * DAY), shop.stage.day(to * DAY));
    let mut answers = Vec::new();
    for (query, window) in [("", 10_000), ("&window=15d", 15), ("&window=40d", 40), ("&window=40d&bins=2", 40)] {
        let moves = owner.get(&format!("/segments/moves?by=group&{days}{query}")).await.json();
        let (before, after) = (placed(from, window), placed(to, window));
        assert_eq!(at(&moves, "outside"), (before.1, after.1), "{query}: {moves}");
        // The last three never bought: they made no move between groups.
        assert_eq!(at(&moves, "none"), (before.2 - 3, after.2 - 3), "{query}: {moves}");
        let flows = moves["flows"].as_array().unwrap();
        assert_eq!(flows.iter().map(|f| f["customers"].as_i64().unwrap()).sum::<i64>(), 60, "{query}");
        // What is counted opens as its list, with window and scores.
        for flow in flows {
            let within = flow["list"]["query"]["within"].as_str().unwrap().replace('=', "%3D");
            let page = owner.get(&format!("/customers?within={within}&limit=1")).await.json();
            assert_eq!(page["total"]["value"], flow["customers"], "{query} {flow}: {page}");
        }
        answers.push(moves["places"].clone());
    }
    assert!((1..4).all(|n| answers[n] != answers[n - 1]), "{answers:?}");
    // Groups are those of a run of that day with the same window and number of scores.
    for (query, wanted) in
        [("&window=40d&bins=2", json!({"window": "40d", "bins": 2})), ("&bins=3", json!({"bins": 3}))]
    {
        let run = made(&shop, &mut owner, &wanted).await;
        let moves = owner.get(&format!("/segments/moves?by=group&{days}{query}")).await.json();
        for group in run["groups"].as_array().unwrap() {
            let name = group["name"].as_str().unwrap();
            assert_eq!(json!(at(&moves, name).1), group["customers"], "{query} {name}");
        }
    }
}

/// Makes a run; the run.
async fn made(shop: &Shop, owner: &mut Client, wanted: &Json) -> Json {
    let begun = owner.post("/segments/runs", wanted.clone()).await;
    assert_eq!(begun.status, 202, "{wanted}: {}", begun.json());
    shop.work().await;
    owner.get("/segments/runs/latest").await.json()
}

/// How many have each score on an axis.
async fn scores(owner: &mut Client, axis: &str) -> BTreeMap<i64, i64> {
    let grid = owner.get("/segments/runs/latest/grid?x=f").await.json();
    let mut scores = BTreeMap::new();
    for cell in grid["cells"].as_array().unwrap() {
        *scores.entry(cell[axis].as_i64().unwrap()).or_default() += cell["customers"].as_i64().unwrap();
    }
    scores
}

async fn runs_and_previews_follow_window_and_bins(db: TestDb) {
    let shop = shop(db).await;
    shop.run().await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let rules = owner.get("/segments/settings").await.json();
    let in_groups = |groups: &Json, key: &str| -> i64 {
        groups.as_array().unwrap().iter().filter(|g| g["name"] != "outside").map(|g| g[key].as_i64().unwrap()).sum()
    };
    for (window, bins) in [("all", 5), ("all", 2), ("all", 3), ("25d", 2), ("40d", 5)] {
        let inside = placed(TODAY - 1, window.trim_end_matches('d').parse().unwrap_or(10_000)).0;
        let mut tried = rules.clone();
        (tried["rfm"]["window"], tried["rfm"]["bins"]) = (json!(window), json!(bins));
        let preview = owner.post("/segments/settings/preview", tried).await.json();
        let run = made(&shop, &mut owner, &json!({"window": window, "bins": bins})).await;
        assert_eq!(in_groups(&run["groups"], "customers"), inside, "{window} {bins}: {run}");
        // Nobody's last sale is on the day of another's: every score of recency has its equal share.
        let recency = scores(&mut owner, "r").await;
        assert_eq!(recency.len(), bins, "{window} {bins}: {recency:?}");
        let share = inside / bins as i64;
        assert!(recency.values().all(|n| (share..=share + 1).contains(n)), "{window} {bins}: {recency:?}");
        // The preview foretold the run, place by place.
        for (dimension, places) in [("group", &run["groups"]), ("tier", &run["tiers"]), ("stage", &run["stages"])] {
            for place in places.as_array().unwrap() {
                let mut shifts = preview["shifts"].as_array().unwrap().iter();
                let shift = shifts.find(|s| s["dimension"] == dimension && s["name"] == place["name"]).unwrap();
                assert_eq!(shift["after"], place["customers"], "{window} {bins}: {shift}");
            }
        }
        assert_eq!(preview["customers"], 63);
    }
}

async fn what_is_no_day_window_or_number_is_refused_where_it_stands(db: TestDb) {
    let shop = shop(db).await;
    let mut owner = shop.world.sign_in(Role::Owner).await.unwrap();
    let moves = "/segments/moves?by=stage&to=2026-04-30";
    for (path, field) in [
        ("/customers/cus_13?as_of=soon".to_owned(), "as_of"),
        ("/customers/cus_13/traits/monetary?as_of=2026-02-30".to_owned(), "as_of"),
        (format!("{moves}&from=soon"), "from"),
        (format!("{moves}&from=2026-05-01"), "to"),
        (format!("{moves}&from=2026-03-31&window=soon"), "window"),
        (format!("{moves}&from=2026-03-31&window=365d%3Bbins%3D4"), "window"),
        (format!("{moves}&from=2026-03-31&bins=1"), "bins"),
        (format!("{moves}&from=2026-03-31&bins=11"), "bins"),
        (format!("{moves}&from=2026-03-31&bins=two"), "bins"),
    ] {
        let answer = owner.get(&path).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["fields"][0]["field"]), (400, &json!(field)), "{path}");
    }
    for (wanted, field) in [
        (json!({"as_of": "soon"}), "as_of"),
        (json!({"window": "soon"}), "window"),
        (json!({"bins": 1}), "bins"),
        (json!({"bins": 11}), "bins"),
        (json!({"weights": [1, 2]}), "weights"),
        (json!({"weights": [0, 0, 0]}), "weights"),
    ] {
        let answer = owner.post("/segments/runs", wanted.clone()).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "{wanted}: {}", answer.json());
        assert_eq!(answer.json()["fields"][0]["field"], field, "{wanted}: {}", answer.json());
    }
    let rules = owner.get("/segments/settings").await.json();
    for (key, value, field) in [
        ("window", json!("soon"), "rfm.window"),
        ("bins", json!(1), "rfm.bins"),
        ("bins", json!(11), "rfm.bins"),
        ("weights", json!({"recency": 0, "frequency": 0, "monetary": 0}), "rfm.weights"),
        ("bounds", json!({"frequency": [5, 2, 3, 4]}), "rfm.bounds"),
    ] {
        let mut wrong = rules.clone();
        wrong["rfm"][key] = value;
        let tried = owner.post("/segments/settings/preview", wrong.clone()).await;
        // What cannot be tried cannot be kept either.
        let saved = owner.send(axum::http::Method::PUT, "/segments/settings", Some(&wrong)).await;
        for answer in [tried, saved] {
            assert!([400, 422].contains(&answer.status.as_u16()), "{key}: {}", answer.json());
            assert_eq!(answer.json()["fields"][0]["field"], field, "{key}: {}", answer.json());
        }
    }
    assert_eq!(owner.get("/segments/settings").await.json(), rules);
}
