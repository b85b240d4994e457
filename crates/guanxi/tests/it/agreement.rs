//! One number, whoever asks for it: page of the console, export, API and SQL.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::running::{Running, json_of};
use crate::support::{Shop, plain};

/// What a list is asked for, and the customers in SQL that was written independently.
const QUESTIONS: [(&str, &str); 16] = [
    ("filter=monetary:ge:500", "select customer_id from trait where monetary >= 500"),
    ("filter=monetary:lt:100.5&filter=frequency:gt:2", "select customer_id from trait where monetary < 100.5 and frequency > 2"),
    ("filter=recency:in:3,5,7,30", "select customer_id from trait where recency in (3, 5, 7, 30)"),
    ("filter=gap_mean:known:no&filter=frequency:known:yes", "select customer_id from trait where gap_mean is null"),
    ("filter=top_channel:eq:app", "select customer_id from trait where top_channel = 'app'"),
    ("filter=return_rate:gt:0.1", "select customer_id from trait where return_rate > 0.1"),
    ("filter=rfm_group:in:champions,loyal", "select customer_id from rfm where rfm_group in ('champions', 'loyal')"),
    ("filter=phone:known:no", "select customer_id from contact where not phone"),
    ("within=group:champions", "select customer_id from rfm where rfm_group = 'champions'"),
    ("within=tier:a&filter=r:ge:4", "select customer_id from rfm where value_tier = 'a' and r >= 4"),
    ("within=stage:at_risk", "select customer_id from rfm where life_stage = 'at_risk'"),
    ("within=cell:5-5", "select customer_id from rfm where r = 5 and f = 5"),
    (
        "within=metric:active_customers@2025-01-01..2025-03-31",
        "select distinct customer_id from order_line where customer_id is not null and kind = 'sale'
         and time >= timestamp '2025-01-01T00:00:00Z' and time < timestamp '2025-03-31T23:00:00Z'",
    ),
    (
        "within=metric:new_customers@2025-01-01..2025-03-31",
        "select customer_id from order_line where customer_id is not null and kind = 'sale' group by customer_id
         having min(time) >= timestamp '2025-01-01T00:00:00Z' and min(time) < timestamp '2025-03-31T23:00:00Z'",
    ),
    (
        "within=metric:active_customers@2025-01-01..2025-03-31&filter=life_stage:ne:active",
        "select distinct l.customer_id from order_line l join rfm r on r.customer_id = l.customer_id where l.kind = 'sale'
         and l.time >= timestamp '2025-01-01T00:00:00Z' and l.time < timestamp '2025-03-31T23:00:00Z' and r.life_stage <> 'active'",
    ),
    ("within=cohort:2025-02", "select customer_id from order_line where customer_id is not null and kind = 'sale' group by customer_id
         having min(time) >= timestamp '2025-02-01T00:00:00Z' and min(time) < timestamp '2025-03-01T00:00:00Z'"),
];

/// A club with two thousand members in London, served; its owner is signed in.
fn club(shop: &Shop) -> Running {
    let folder = shop.path("club");
    shop.run(&["simulate", plain(&folder), "--customers", "2000", "--seed", "3", "--format", "csv"]);
    for kind in ["customers", "orders"] {
        shop.run(&["import", kind, plain(&folder.join(format!("{kind}.csv")))]);
    }
    shop.run(&["traits", "rebuild", "--as-of", "2025-12-31"]);
    shop.run(&["segment", "rfm", "--as-of", "2025-12-31"]);
    let mut server = Running::start(shop);
    server.login();
    server
}

/// The customers of all pages of a list, which says how many there are on each of them.
fn paged(server: &Running, query: &str) -> BTreeSet<String> {
    let (mut seen, mut cursor, mut rows) = (BTreeSet::new(), String::new(), 0);
    loop {
        let answer = server.get(&format!("!/customers?{query}&limit=500{cursor}"));
        assert_eq!(answer.status(), 200, "{query}: {}", answer.body());
        let page = json_of(&answer);
        let items = page["items"].as_array().expect("a list");
        rows += items.len();
        seen.extend(items.iter().filter_map(|i| i["id"].as_str()).map(str::to_owned));
        let Some(next) = page["next"].as_str() else {
            assert_eq!(page["total"], json!({"value": rows, "exact": true}), "{query}");
            assert_eq!(seen.len(), rows, "{query}: somebody is on two pages");
            return seen;
        };
        cursor = format!("&cursor={next}");
    }
}

/// The customers of the file that the export of the same list writes.
fn exported(server: &Running, query: &str) -> BTreeSet<String> {
    let mut ask = json!({ "filter": [] });
    for (name, value) in query.split('&').filter_map(|part| part.split_once('=')) {
        match name {
            "filter" => ask["filter"].as_array_mut().expect("a list").push(value.into()),
            name => ask[name] = value.into(),
        }
    }
    let rows = file(server, &json!({"format": "csv", "query": ask, "columns": ["name", "monetary"]}));
    rows[1..].iter().map(|row| row[0].clone()).collect()
}

/// The cells of an exported file, the headings first.
fn file(server: &Running, new: &Value) -> Vec<Vec<String>> {
    let job = server.ended(&json_of(&server.send("POST", "!/customers/exports", new)));
    assert_eq!(job["state"], "done", "{new}: {job}");
    let file = server.get(&format!("!/jobs/{}/file", job["id"].as_str().expect("an id")));
    let text = file.body().trim_start_matches('\u{feff}').to_owned();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("it is well-formed").iter().map(str::to_owned).collect()).collect()
}

/// The customers that SQL finds.
fn asked(server: &Running, sql: &str, number: usize) -> BTreeSet<String> {
    let run = json!({"id": format!("qry_agreement{number:012}"), "sql": sql, "limit": 100_000});
    let answer = json_of(&server.send("POST", "!/sql/queries", &run));
    let rows = answer["rows"].as_array().unwrap_or_else(|| panic!("{sql}: {answer}"));
    assert_eq!(answer["truncated"], false);
    let id = |row: &Value| match &row[0] {
        Value::String(text) if text.starts_with("cus_") => text.clone(),
        Value::String(text) => format!("cus_{text}"),
        number => format!("cus_{number}"),
    };
    rows.iter().map(id).collect()
}

#[test]
fn page_export_api_and_sql_agree() {
    let shop = Shop::new();
    let server = club(&shop);
    let mut sizes = BTreeSet::new();
    for (number, (query, sql)) in QUESTIONS.iter().enumerate() {
        let listed = paged(&server, query);
        assert_eq!(listed, asked(&server, sql, number), "{query} against {sql}");
        assert_eq!(listed, exported(&server, query), "{query} and its export");
        sizes.insert(listed.len());
    }
    // A file for people says the same in their words, on the clocks of the business.
    let columns = json!(["name", "rfm_group", "last_purchase"]);
    let ask = |language: Option<&str>| json!({"format": "csv", "query": {"filter": [], "sort": "-monetary"}, "columns": columns, "language": language});
    let (plain, people) = (file(&server, &ask(None)), file(&server, &ask(Some("zh"))));
    assert_eq!(plain[0], ["id", "name", "rfm_group", "last_purchase"]);
    assert_eq!((&people[0][0], &people[0][1], people.len()), (&"编号".to_owned(), &"姓名".to_owned(), plain.len()));
    assert_eq!((&plain[1][2], &people[1][2]), (&"champions".to_owned(), &"冠军客户".to_owned()));
    assert!(plain[1][3].ends_with('Z') && !people[1][3].contains(['T', 'Z']), "{:?} {:?}", plain[1], people[1]);
    assert!(sizes.len() > 10 && !sizes.contains(&0), "the questions tell customers apart: {sizes:?}");
    // Every number of the overview that stands for customers opens as a list of as many.
    let overview = json_of(&server.get("!/overview?from=2025-01-01&to=2025-03-31"));
    let mut opened = 0;
    for metric in overview["metrics"].as_array().expect("a list") {
        if (&metric["unit"], &metric["list"]["page"]) == (&json!("count"), &json!("customers")) {
            let within = metric["list"]["query"]["within"].as_str().expect("a set");
            let listed = paged(&server, &format!("within={within}"));
            assert_eq!(metric["value"], listed.len().to_string(), "{metric}");
            opened += 1;
        }
    }
    assert!(opened >= 3, "{overview}");
}
