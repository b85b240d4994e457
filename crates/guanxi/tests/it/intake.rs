//! Single orders: durable, applied once, and what is known of a customer at once equals what is computed for all.

use serde_json::{Value, json};

use crate::crash::stored;
use crate::erase::change;
use crate::support::{Postgres, Shop, Sum, integer};

const ORDERS: &str = r#"{"order_id":"A1","time":"2026-03-01 10:00","customer":"c1","customer_name":"Ann Lee","product":"P1","category":"soap","quantity":2,"unit_price":10}
{"order_id":"A1","time":"2026-03-01 10:00","customer":"c1","product":"P2","category":"combs","quantity":1,"unit_price":5.5}
{"order_id":"A2","time":"2026-04-01 20:30","customer":"c2","store":"North","lines":[{"product":"P1","quantity":1,"unit_price":10},{"product":"P1","quantity":1,"unit_price":10}]}
{"order_id":"A3","time":"2026-04-11 08:00","customer":"c1","product":"P3","quantity":1,"unit_price":99.95,"discount":5}
{"order_id":"A4","time":"2026-04-12 08:00","product":"P3","quantity":1,"unit_price":1}
{"order_id":"A5","time":"some day","customer":"c2","product":"P1","quantity":1,"unit_price":10}
"#;
const RETURN: &str =
    r#"{"order_id":"R1","time":"2026-05-01 10:00","customer":"c1","product":"P1","quantity":-1,"unit_price":10}"#;
const CHANGED: &str = r#"{"order_id":"A2","time":"2026-04-01 20:30","customer":"c2","store":"North","product":"P1","quantity":3,"unit_price":10}"#;

fn told(report: &Value) -> [i64; 4] {
    assert_eq!(report.as_array().map(Vec::len), Some(1), "one batch is applied: {report}");
    ["lines", "customers_added", "orders_unchanged", "orders_changed"].map(|name| integer(&report[0][name]))
}

/// Without the instant of computing, which differs.
fn timeless(traits: &Value) -> Value {
    let mut members = traits.as_object().unwrap_or_else(|| panic!("{traits} are no traits")).clone();
    assert!(members.remove("as_of").is_some() && members.len() > 20, "{members:?}");
    Value::Object(members)
}

/// The traits as kept by intake, and as computed from the history now.
fn traits_of(shop: &Shop, who: &str) -> [Value; 2] {
    let shown = shop.run(&["customer", "show", who]);
    [timeless(&shown["since_last_run"]["traits"]), timeless(&shown["traits"])]
}

fn the_same_after_sealing_and_in_a_rebuild(shop: &Shop, customers: [&str; 2]) {
    let kept = customers.map(|who| traits_of(shop, who));
    for [incremental, computed] in &kept {
        assert_eq!(incremental, computed);
    }
    assert!(integer(&shop.run(&["maintain"])["sealed"]) > 0, "fresh lines become files");
    assert_eq!(customers.map(|who| traits_of(shop, who)), kept, "sealed");
    shop.run(&["traits", "rebuild"]);
    for (who, [incremental, _]) in customers.iter().zip(&kept) {
        let id = integer(&incremental["customer_id"]);
        let rows = shop.query(&format!("select * from trait where customer_id = {id}"));
        assert_eq!(rows.iter().map(timeless).collect::<Vec<_>>(), std::slice::from_ref(incremental), "{who} rebuilt");
        assert_eq!(shop.run(&["customer", "show", who])["since_last_run"], Value::Null, "the run is newer");
    }
}

fn orders_one_by_one(shop: &Shop) {
    let report = shop.feed(&["intake"], ORDERS);
    assert_eq!(told(&report), [6, 2, 0, 0]);
    assert_eq!(report[0]["bad"].as_array().map(Vec::len), Some(1), "{report}");
    assert_eq!(report[0]["bad"][0][0], 6, "the line without a date");
    let sales = Sum { lines: 6, amount: 1_414_500 };
    assert_eq!(shop.sums()[0], sales);
    let ann = shop.run(&["customer", "show", "c1"]);
    assert_eq!((&ann["name"], &ann["traits"]["monetary"]), (&json!("Ann Lee"), &json!("120.4500")));

    assert_eq!(told(&shop.feed(&["intake"], ORDERS)), [0, 0, 4, 0], "known already");
    assert_eq!(shop.sums()[0], sales);

    assert_eq!(told(&shop.feed(&["intake"], RETURN)), [1, 0, 0, 0]);
    let linked = shop.query("select order_id, return_of from order_line where kind = 'return'");
    assert_eq!(linked, [json!({ "order_id": "R1", "return_of": "A1" })]);
    assert_eq!(shop.run(&["customer", "show", "c1"])["traits"]["monetary"], "110.4500");

    assert_eq!(told(&shop.feed(&["intake"], CHANGED)), [1, 0, 0, 1]);
    assert_eq!(shop.sums()[0], Sum { lines: 5, amount: 1_514_500 });
    the_same_after_sealing_and_in_a_rebuild(shop, ["c1", "c2"]);

    // Once more, now that the order lies in a file.
    assert_eq!(told(&shop.feed(&["intake"], ORDERS)), [2, 0, 3, 1]);
    assert_eq!(shop.sums()[0], sales);
    assert_eq!(shop.count("select count(*) n from customer"), 2);
    let [incremental, computed] = traits_of(shop, "c2");
    assert_eq!(incremental, computed);
    assert_eq!(computed["monetary"], "20.0000");
}

#[test]
fn orders_come_in_one_by_one() {
    orders_one_by_one(&Shop::new());
}

#[test]
fn orders_come_in_one_by_one_on_postgres() {
    let Some(database) = Postgres::new() else { return };
    orders_one_by_one(&Shop::with(&["--database", &database.url]));
}

#[test]
fn an_order_of_a_file_is_known_to_the_intake() {
    let shop = Shop::new();
    let rows = "order_id,time,customer,product,quantity,unit_price\nA1,2026-03-01 10:00,c1,P1,2,10\n";
    shop.import(&shop.file("sales.csv", rows), &[]);
    let same =
        r#"{"order_id":"A1","time":"2026-03-01 10:00","customer":"c1","product":"P1","quantity":2,"unit_price":10}"#;
    assert_eq!(told(&shop.feed(&["intake"], same)), [0, 0, 1, 0]);
    assert_eq!(told(&shop.feed(&["intake"], &same.replace("\"quantity\":2", "\"quantity\":5"))), [1, 0, 0, 1]);
    assert_eq!(shop.sums()[0], Sum { lines: 1, amount: 500_000 });
}

#[test]
fn an_order_that_turns_out_to_be_of_another_customer_moves() {
    let shop = Shop::new();
    let order = |who: &str| {
        format!(
            r#"{{"order_id":"A1","time":"2026-03-01 10:00"{who},"product":"P1","quantity":2,"unit_price":10}}
{{"order_id":"B{}","time":"2026-03-02 10:00"{who},"product":"P1","quantity":1,"unit_price":1}}"#,
            who.len()
        )
    };
    let (first, second, nobody) = (order(r#","customer":"c1""#), order(r#","customer":"card2""#), order(""));
    assert_eq!(told(&shop.feed(&["intake"], &first)), [2, 1, 0, 0]);
    assert_eq!(told(&shop.feed(&["intake"], &second)), [2, 1, 0, 1], "among the fresh lines");
    shop.run(&["maintain"]);
    assert_eq!(told(&shop.feed(&["intake"], &nobody)), [2, 0, 0, 1], "out of a file");
    shop.run(&["maintain"]);
    assert_eq!(told(&shop.feed(&["intake"], &second)), [1, 0, 1, 1], "the nameless line is known too");
    let sums = "select order_id, count(*) n, count(customer_id) known from order_line group by 1 order by 1";
    let each = |id: &str, known: i64| json!({ "order_id": id, "n": 1, "known": known });
    assert_eq!(shop.query(sums), [each("A1", 1), each("B0", 0), each("B16", 1), each("B19", 1)]);
    for who in ["c1", "card2"] {
        let [incremental, computed] = traits_of(&shop, who);
        assert_eq!(incremental, computed, "{who}");
    }
    assert_eq!(shop.run(&["customer", "show", "c1"])["traits"]["monetary"], "1.0000");
}

#[test]
fn a_batch_that_cannot_be_applied_holds_nobody_up() {
    let shop = Shop::new();
    let huge = r#"{"order_id":"X1","time":"2026-05-01 10:00","customer":"c9","product":"P1","quantity":1,"unit_price":90000000000000}"#;
    let file = shop.file("huge.jsonl", format!("{huge}\n{}", huge.replace("X1", "X2")));
    let (code, error) = shop.refused(&["intake", file.to_str().expect("a plain path")]);
    assert_eq!((code, &error["code"]), (Some(3), &json!("invalid_input")), "{error}");
    assert_eq!(told(&shop.feed(&["intake"], RETURN)), [1, 1, 0, 0], "what comes behind it is taken");
    assert_eq!(shop.count("select count(*) n from order_line"), 1);
    let (_, doctor) = shop.refused(&["doctor"]);
    assert_eq!(doctor["code"], "incompatible_store", "{doctor}");
    let (code, _) = shop.refused(&["intake", "--retry"]);
    assert_eq!(code, Some(3), "the reason is still there");
}

#[test]
fn a_return_finds_its_purchase_in_the_same_batch() {
    let shop = Shop::new();
    let both = r#"{"order_id":"B2","time":"2026-05-02 10:00","customer":"c1","product":"P1","quantity":-1,"unit_price":10}
{"order_id":"B1","time":"2026-05-01 10:00","customer":"c1","product":"P1","quantity":1,"unit_price":10}"#;
    assert_eq!(told(&shop.feed(&["intake"], both)), [2, 1, 0, 0]);
    let linked = shop.query("select return_of from order_line where kind = 'return'");
    assert_eq!(linked, [json!({ "return_of": "B1" })]);
}

#[test]
fn what_is_not_json_is_refused_as_a_whole() {
    let shop = Shop::new();
    let file = shop.file("orders.jsonl", format!("{RETURN}\nnot json\n"));
    let (code, error) = shop.refused(&["intake", file.to_str().expect("a plain path")]);
    assert_eq!((code, &error["code"]), (Some(3), &json!("invalid_input")));
    assert!(error["message"].as_str().is_some_and(|m| m.contains("line 2")), "{error}");
    assert_eq!(shop.count("select count(*) n from order_line"), 0);
}

#[test]
fn what_came_of_a_batch_is_kept_for_a_month() {
    let shop = Shop::new();
    for number in ["1", "2"] {
        shop.feed(&["intake"], &ORDERS.replace("\"A", &format!("\"{number}A")));
    }
    let waiting = "INSERT INTO intake_batch (id, source, received_at, rows, body) VALUES (3, 'main', 0, 1, x'00')";
    let failed = "UPDATE intake_batch SET failed_at = 1, error = 'no' WHERE id = 3";
    let old = "UPDATE intake_batch SET applied_at = applied_at - 2678400000000 WHERE id = 1";
    change(&shop, &[old, waiting, failed]);
    shop.run(&["maintain"]);
    let left = stored(&shop.path("data"), "SELECT CAST(id AS TEXT) FROM intake_batch ORDER BY id");
    assert_eq!(left, ["2", "3"], "applied 31 days ago; applied now; set aside");
}
