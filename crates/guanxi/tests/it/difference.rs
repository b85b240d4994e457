//! Changed files, undoing, going on after a stop.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Postgres, Shop, Sum, integer, plain};

const HEADER: &str = "order_id,time,customer,product,quantity,unit_price\n";
const WRITABLE: &str = "text takes text";

/// Everything an import can change.
fn state(shop: &Shop) -> [Vec<Value>; 3] {
    [
        shop.query("select * from order_line order by order_key, line_no, line_hash"),
        shop.query("select * from customer order by customer_id"),
        shop.query("select * from product order by code"),
    ]
}

fn applied(report: &Value) -> [i64; 5] {
    let names = ["lines_added", "lines_removed", "orders_unchanged", "orders_changed", "orders_removed"];
    names.map(|name| integer(&report["applied"][name]))
}

fn lines_of(shop: &Shop, order: u32) -> i64 {
    shop.count(&format!("select count(*) n from order_line where order_id = '{order}'"))
}

const FIRST: &str = "1,2026-01-05 10:00,ann,soap,2,2.50\n\
                     1,2026-01-05 10:00,ann,comb,1,4.00\n\
                     2,2026-01-06 10:00,bob,soap,1,2.50\n\
                     3,2026-02-07 10:00,ann,towel,1,9.99\n";
/// Order 1 has another line, 2 is gone, 3 is the same, 4 is new, with a new customer and product.
const SECOND: &str = "1,2026-01-05 10:00,ann,soap,3,2.50\n\
                      1,2026-01-05 10:00,ann,comb,1,4.00\n\
                      3,2026-02-07 10:00,ann,towel,1,9.99\n\
                      4,2026-03-08 10:00,cid,brush,1,3.00\n";

/// Difference, complete and append, each taken back; then an import that cannot be taken back yet.
fn differs_and_goes_back(shop: &Shop) {
    let first = shop.file("first.csv", format!("{HEADER}{FIRST}"));
    let second = shop.file("second.csv", format!("{HEADER}{SECOND}"));
    shop.import(&first, &[]);
    let before = state(shop);
    assert_eq!(before.each_ref().map(Vec::len), [4, 2, 3]);
    // Mode, what is said, lines of order 1 and 2, and the sum of all sales afterwards.
    let modes = [
        ("difference", [3, 2, 1, 1, 0], [2, 1], 269_900),
        ("complete", [3, 3, 1, 1, 1], [2, 0], 244_900),
        ("append", [3, 0, 1, 1, 0], [4, 1], 359_900),
    ];
    for (number, (mode, said, lines, amount)) in (2..).zip(modes) {
        let report = shop.import(&second, &["--mode", mode]);
        assert_eq!(applied(&report), said, "{mode}");
        assert_eq!([lines_of(shop, 1), lines_of(shop, 2)], lines, "{mode}");
        assert_eq!(shop.sums()[0].amount, amount, "{mode}");
        assert_eq!(shop.count("select count(*) n from customer"), 3, "{mode}");
        shop.undo(number);
        assert_eq!(state(shop), before, "{mode} taken back");
        assert!(shop.refused(&["customer", "show", "cid"]).1["code"] == "not_found", "{mode}");
    }
    shop.import(&second, &[]);
    let (code, error) = shop.refused(&["import", "undo", "imp_1"]);
    assert_eq!((code, &error["code"]), (Some(3), &json!("conflict")));
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains("imp_5")), "{error}");
    shop.undo(5);
    assert_eq!(state(shop), before);
    shop.undo(1);
    assert_eq!(state(shop).map(|rows| rows.len()), [0, 0, 0]);
}

#[test]
fn a_changed_file_is_applied_as_a_difference_and_taken_back() {
    differs_and_goes_back(&Shop::new());
}

#[test]
fn the_same_on_postgres() {
    let Some(database) = Postgres::new() else { return };
    differs_and_goes_back(&Shop::with(&["--database", &database.url]));
}

#[test]
fn a_stopped_import_shows_nothing_and_goes_on() {
    const LINES: i64 = 300_000;
    let shop = Shop::new();
    let mut text = HEADER.to_owned();
    for line in 0..LINES {
        let (order, day) = (line / 3, line / 15_000 % 28 + 1);
        writeln!(text, "{order},2026-01-{day:02},c{},p{},1,1.25", order % 5_000, line % 97).expect(WRITABLE);
    }
    let file = shop.file("large.csv", text);
    let mut import = shop.command();
    import.args(["import", "orders", plain(&file)]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut import = import.spawn().expect("the binary runs");
    let begun = Instant::now();
    while shop.run(&["import", "list"]).as_array().is_none_or(Vec::is_empty) {
        assert!(begun.elapsed() < Duration::from_mins(1), "the import never began");
    }
    let asked = Command::new("kill").args(["-INT", &import.id().to_string()]).status().expect("there is a kill");
    assert!(asked.success());
    assert_eq!(import.wait().expect("it ends").code(), Some(130));
    assert_eq!(shop.run(&["import", "list"])[0]["state"], "cancelled");
    assert_eq!(shop.count("select count(*) n from order_line"), 0);
    assert_eq!(shop.count("select count(*) n from customer"), 0);

    let report = shop.run(&["import", "resume", "imp_1"])["report"].clone();
    assert_eq!(integer(&report["applied"]["lines_added"]), LINES);
    assert_eq!(shop.sums()[0], Sum { lines: LINES, amount: LINES * 12_500 });
    assert_eq!(shop.count("select count(*) n from (select distinct order_id, line_no from order_line)"), LINES);
    assert_eq!(shop.count("select count(*) n from customer"), 5_000);
    // However often a question names a table, it takes one connection.
    let often = ["select customer_id from customer", "select customer_id from contact where card"].repeat(6);
    let often = often.join(" union all ");
    assert_eq!(shop.count(&format!("select count(*) n from ({often})")), 60_000);
    assert_eq!(shop.refused(&["import", "resume", "imp_1"]).1["code"], "conflict");
}

/// A line: product, quantity, cents.
type Line = (u8, i64, i64);

#[derive(Clone, Debug)]
struct Order {
    number: usize,
    customer: Option<u8>,
    day: u8,
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
enum Edit {
    Keep,
    Drop,
    Reorder,
    Price(i64),
    Add(Line),
    Owner(u8),
}

fn line() -> impl Strategy<Value = Line> {
    (0..6u8, prop_oneof![4 => 1..9i64, 1 => -5..0i64], prop_oneof![8 => 1..100_000i64, 1 => Just(0)])
}

fn orders() -> impl Strategy<Value = Vec<Order>> {
    let order = (proptest::option::weighted(0.8, 0..5u8), 1..29u8, proptest::collection::vec(line(), 1..5));
    proptest::collection::vec(order, 2..12).prop_map(|orders| {
        let numbered = orders.into_iter().enumerate();
        numbered.map(|(number, (customer, day, lines))| Order { number, customer, day, lines }).collect()
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        2 => Just(Edit::Keep),
        1 => Just(Edit::Drop),
        1 => Just(Edit::Reorder),
        1 => (1..100_000i64).prop_map(Edit::Price),
        1 => line().prop_map(Edit::Add),
        1 => (0..9u8).prop_map(Edit::Owner),
    ]
}

/// The next export; `None` for an order that it lacks.
fn edited(order: &Order, edit: &Edit) -> Option<Order> {
    let mut order = order.clone();
    match edit {
        Edit::Keep => {}
        Edit::Drop => return None,
        Edit::Reorder => order.lines.reverse(),
        Edit::Price(cents) => order.lines[0].2 = *cents,
        Edit::Add(line) => order.lines.push(*line),
        Edit::Owner(customer) => order.customer = Some(*customer),
    }
    Some(order)
}

fn text(orders: &[Order]) -> String {
    let mut text = HEADER.to_owned();
    for Order { number, customer, day, lines } in orders {
        let customer = customer.map_or(String::new(), |c| format!("c{c}"));
        for (product, quantity, cents) in lines {
            let price = format!("{}.{:02}", cents / 100, cents % 100);
            writeln!(text, "{number},2026-01-{day:02} 12:00,{customer},p{product},{quantity},{price}").expect(WRITABLE);
        }
    }
    text
}

fn sums(orders: &[Order]) -> [Sum; 3] {
    let mut sums = [Sum::default(); 3];
    for (_, quantity, cents) in orders.iter().flat_map(|order| &order.lines) {
        let kind = if *cents == 0 { 2 } else { usize::from(*quantity < 0) };
        sums[kind].lines += 1;
        sums[kind].amount += quantity * cents * 100;
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn money_never_drifts_and_undoing_restores_everything(
        first in orders(),
        edits in proptest::collection::vec(edit(), 12),
        new in orders(),
    ) {
        let shop = Shop::new();
        let by_sign = ["--option", "return_by_sign=true"];
        shop.import(&shop.file("first.csv", text(&first)), &by_sign);
        prop_assert_eq!(shop.sums(), sums(&first));
        let before = state(&shop);

        let next = first.iter().zip(&edits).filter_map(|(order, edit)| edited(order, edit));
        let more = new.iter().map(|order| Order { number: order.number + first.len(), ..order.clone() });
        let second: Vec<Order> = next.chain(more).collect();
        shop.import(&shop.file("second.csv", text(&second)), &by_sign);
        let gone = first.iter().zip(&edits).filter(|(_, edit)| matches!(edit, Edit::Drop)).map(|(order, _)| order.clone());
        let all: Vec<Order> = second.iter().cloned().chain(gone).collect();
        prop_assert_eq!(shop.sums(), sums(&all), "missing orders stay");

        shop.undo(2);
        prop_assert_eq!(state(&shop), before);
    }
}
