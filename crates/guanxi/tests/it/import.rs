//! Importing real sales: the figures of Online Retail, twice the same file, rows that cannot be read.

use serde_json::{Value, json};

use crate::support::{Shop, Sum, integer, shared, told, told_all};

/// What others published about the file, in 1/10000 of a pound.
const ALL: i64 = 97_477_479_340;
const WITHOUT_CANCELLED: i64 = 106_445_604_240;
const CANCELLED: Sum = Sum { lines: 9_288, amount: -8_968_124_900 };
const NAMED_NET: i64 = 83_000_658_140;
const NAMED_WITHOUT_CANCELLED: i64 = 89_114_079_040;

fn amount(sums: [Sum; 3]) -> i64 {
    sums.iter().map(|sum| sum.amount).sum()
}

fn lines(sums: [Sum; 3]) -> i64 {
    sums.iter().map(|sum| sum.lines).sum()
}

fn figure(report: &Value, name: &str) -> i64 {
    integer(&report["figures"][name])
}

fn has_the_published_figures(report: &Value) {
    assert_eq!((integer(&report["rows"]), integer(&report["bad_rows"])), (541_909, 0));
    let (all, named) = (told_all(report), told(report, "with_customer"));
    assert_eq!(lines(all), 541_909);
    assert_eq!(lines(named), 406_829, "lines with a customer");
    assert_eq!(all[1], CANCELLED);
    assert_eq!(amount(all), ALL);
    assert_eq!(amount(all) - CANCELLED.amount, WITHOUT_CANCELLED);
    assert_eq!(amount(named), NAMED_NET);
    assert_eq!(amount(named) - named[1].amount, NAMED_WITHOUT_CANCELLED);
    // 2,517 lines without a price (two of them below zero: bad debt) and a bad debt with one.
    assert_eq!(all[2].lines, 2_517 + 1, "adjustments");
    let counted = ["orders", "products", "customers", "customers_with_order", "return_orders", "customer_orders"];
    let published = [25_900, 4_070, 4_372, 4_339, 3_836, 18_536];
    assert_eq!(counted.map(|name| figure(report, name)), published, "{counted:?}");
    assert_eq!(figure(report, "corrective_lines"), 1_336, "a negative quantity without a C");
}

#[test]
fn online_retail_gives_the_published_figures_and_the_same_file_again_adds_nothing() {
    let Some(file) = shared("online_retail.csv.gz") else { return };
    let shop = Shop::new();
    let report = shop.import(&file, &[]);
    has_the_published_figures(&report);
    assert_eq!(integer(&report["applied"]["lines_added"]), 541_909);
    assert_eq!(shop.sums(), told_all(&report), "SQL over the history agrees with the report");
    let named = "select count(distinct customer_id) n from order_line";
    assert_eq!(shop.count(named), 4_372);
    assert_eq!(shop.count("select count(*) n from customer"), 4_372);
    assert_eq!(shop.count("select count(distinct order_id) n from order_line"), 25_900);
    assert_eq!(shop.count("select count(*) n from product"), 4_070);
    let repeated = "select sum(c - 1) n from (select count(*) c from order_line group by order_id, product, product_name, \
                    quantity, time, unit_price, customer_id, country)";
    assert_eq!(shop.count(repeated), 5_268, "lines that repeat an earlier one are kept");
    let stranger =
        "select count(*) n from order_line where return_of is not null and (kind <> 'return' or customer_id is null)";
    assert_eq!(shop.count(stranger), 0, "only returns of known customers are linked");

    let before = shop.sums();
    let again = shop.import(&file, &[]);
    has_the_published_figures(&again);
    let unchanged = again["applied"]["orders_unchanged"].as_i64();
    assert_eq!(unchanged, Some(25_900));
    let rest = again["applied"].as_object().expect("an object").iter().filter(|(name, _)| *name != "orders_unchanged");
    assert!(rest.clone().all(|(_, n)| n == 0), "{:?}", rest.collect::<Vec<_>>());
    assert_eq!(shop.sums(), before);
    assert_eq!(shop.count(named), 4_372);
}

#[test]
fn a_receipt_that_lists_an_item_twice_keeps_both_lines() {
    let shop = Shop::new();
    let rows = "order_id,time,customer,product,quantity,unit_price\n\
                1,2026-01-05 10:00,c1,soap,1,2.50\n\
                1,2026-01-05 10:00,c1,soap,1,2.50\n\
                2,2026-01-06 10:00,c2,soap,1,2.50\n";
    let file = shop.file("twice.csv", rows);
    for added in [3, 0] {
        assert_eq!(integer(&shop.import(&file, &[])["applied"]["lines_added"]), added);
        assert_eq!(shop.sums()[0], Sum { lines: 3, amount: 75_000 });
    }
}

/// Seven rows that cannot be taken: their line, column, value and reason.
const BAD: [(i64, &str, &str, &str); 7] = [
    (3, "date", "2026-13-45", "impossible_date"),
    (4, "qty", "two", "not_a_number"),
    (5, "order_id", "", "missing_key"),
    (6, "price", "abc", "not_a_number"),
    (7, "date", "", "missing_date"),
    (11, "", "9,2026-01-07,c3,Soap,1,1,extra,more", "width_mismatch"),
    (12, "qty", "", "missing_quantity"),
];

const WITH_BAD: &str = "order_id,date,customer,product,qty,price
1,2026-01-05,c1,\"Soap, red\",2,3.50
2,2026-13-45,c1,Soap,2,3.50
3,2026-01-06,c2,Soap,two,3.50
,2026-01-06,c2,Soap,1,3.50
5,2026-01-07,c2,Soap,1,abc
6,,c2,Soap,1,1
7,2026-01-07,,Soap,1,1
8,2026-01-07,c3,\"Soap \"\"x\"\"
on two lines\",1,1
9,2026-01-07,c3,Soap,1,1,extra,more
1,2026-01-05,c1,\"Soap, blue\",,3.50
";

/// What is wrong, and what it is mended to.
const MENDED: [(&str, &str); 7] = [
    ("2026-13-45", "2026-01-06"),
    ("two", "2"),
    ("\n,2026", "\n4,2026"),
    ("abc", "4.5"),
    ("6,,c2", "6,2026-01-06,c2"),
    (",extra,more", ""),
    ("blue\",,3.50", "blue\",1,3.50"),
];

#[test]
fn rows_that_cannot_be_read_are_listed_and_come_in_once_they_are_mended() {
    let shop = Shop::new();
    let file = shop.file("sales.csv", WITH_BAD);
    let report = shop.import(&file, &[]);
    assert_eq!((integer(&report["rows"]), integer(&report["bad_rows"])), (10, 7));
    let reasons = json!({ "impossible_date": 1, "missing_date": 1, "missing_key": 1, "missing_quantity": 1,
        "not_a_number": 2, "width_mismatch": 1 });
    assert_eq!(report["bad_by_reason"], reasons);
    assert_eq!(shop.sums()[0], Sum { lines: 3, amount: 90_000 }, "good rows are in");

    let listed = shop.run(&["import", "bad", "imp_1"]);
    let listed: Vec<_> = listed.as_array().expect("a list").iter().collect();
    assert_eq!(listed.len(), BAD.len());
    for (bad, (line, column, value, reason)) in listed.iter().zip(BAD) {
        assert_eq!(
            **bad,
            json!({ "row": bad["row"], "line": line, "column": column, "value": value, "reason": reason,
            "message": bad["message"] })
        );
        assert!(bad["message"].as_str().is_some_and(|m| !m.is_empty()), "{bad}");
    }

    let path = report["bad_file"].as_str().expect("there is a file of bad rows");
    let mut text = std::fs::read_to_string(path).expect("it can be read");
    for (wrong, right) in MENDED {
        assert_eq!(text.matches(wrong).count(), 1, "{wrong:?} in {text}");
        text = text.replace(wrong, right);
    }
    let report = shop.import(&shop.file("mended.csv", text), &["--mode", "append"]);
    assert_eq!((integer(&report["rows"]), integer(&report["bad_rows"])), (7, 0));
    // 9.00 and 7 + 7 + 3.5 + 4.5 + 1 + 1 + 3.5 = 27.50
    assert_eq!(shop.sums()[0], Sum { lines: 10, amount: 90_000 + 275_000 });
    assert_eq!(shop.count("select count(*) n from order_line where order_id = '1'"), 2, "both lines of the order");
}

#[test]
fn a_wrong_call_says_what_to_do() {
    let shop = Shop::new();
    let (code, error) = shop.refused(&["import", "orders", "nowhere.csv"]);
    assert_eq!((code, &error["code"]), (Some(3), &json!("not_found")));
    let file = shop.file("sales.csv", WITH_BAD);
    let file = file.to_str().expect("a plain path");
    let (code, error) = shop.refused(&["import", "orders", file, "--map", "order_id=order_di"]);
    assert_eq!(code, Some(2), "{error}");
    let told = format!("{} {}", error["message"], error["hint"]);
    assert!(told.contains("order_id"), "the nearest column is named: {told}");
    assert_eq!(shop.run(&["import", "list"]), json!([]), "nothing was begun");
}
