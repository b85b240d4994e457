//! Importing real sales: the figures of Online Retail, twice the same file, rows that cannot be read.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Shop, Sum, integer, plain, shared, told, told_all};

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

/// What is wrong, and what it is mended to; the last two only at the second try.
const MENDED: [(&str, &str); 7] = [
    ("2026-13-45", "2026-01-06"),
    ("two", "2"),
    (",,2026-01-06,c2", ",4,2026-01-06,c2"),
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

    // Some are mended and imported as any file is; the rest is in a file again.
    let first = mended(&shop, "mended.csv", &report, &MENDED[..5]);
    let report = shop.import(&first, &[]);
    assert_eq!((integer(&report["rows"]), integer(&report["bad_rows"])), (7, 2));
    // 9.00 and 7 + 7 + 3.5 + 4.5 + 1
    assert_eq!(shop.sums()[0], Sum { lines: 8, amount: 90_000 + 230_000 });
    // The same once more, and the same mended on, add what is new.
    let (again, before) = (shop.import(&first, &[]), shop.sums());
    assert_eq!((integer(&again["applied"]["lines_added"]), before[0].lines), (0, 8));
    let rest = mended(&shop, "rest.csv", &report, &MENDED[5..]);
    let all = std::fs::read_to_string(&first).expect("it is there");
    let on = MENDED[5..].iter().fold(all, |text, (wrong, right)| text.replace(wrong, right));
    for file in [rest, shop.file("on.csv", on)] {
        assert_eq!(integer(&shop.import(&file, &[])["bad_rows"]), 0);
        assert_eq!(shop.sums()[0], Sum { lines: 10, amount: 90_000 + 275_000 });
    }
    assert_eq!(shop.count("select count(*) n from order_line where order_id = '1'"), 2, "both lines of the order");
    // The first file again takes its orders as it has them, bad rows left out; mended once more they are whole.
    shop.import(&file, &[]);
    assert_eq!(shop.count("select count(*) n from order_line where order_id = '1'"), 1);
    shop.import(&shop.path("on.csv"), &[]);
    assert_eq!(shop.sums()[0], Sum { lines: 10, amount: 90_000 + 275_000 });
    let (code, _) = shop.refused(&["import", "orders", plain(&first), "--mode", "complete"]);
    assert_eq!(code, Some(2));
}

/// A mended copy of the file of bad rows of a report.
fn mended(shop: &Shop, name: &str, report: &Value, corrections: &[(&str, &str)]) -> PathBuf {
    let path = report["bad_file"].as_str().expect("there is a file of bad rows");
    let mut text = std::fs::read_to_string(path).expect("it can be read");
    for (wrong, right) in corrections {
        assert_eq!(text.matches(wrong).count(), 1, "{wrong:?} in {text}");
        text = text.replace(wrong, right);
    }
    shop.file(name, text)
}

#[test]
fn bad_rows_are_read_as_their_import_was() {
    let shop = Shop::new();
    let sales = "Beleg;Wann;Summe\n1;03/04/2026;1,50\n1;03/04/2026;x\n2;05/04/2026;2,50\n2;99/04/2026;1,50\n";
    let options =
        ["--map", "order_id=Beleg,time=Wann,amount=Summe", "--option", "date=mdy", "--option", "decimal=comma"];
    let report = shop.import(&shop.file("sales.csv", sales), &[&options[..], &["--source", "kasse"]].concat());
    assert_eq!(integer(&report["bad_rows"]), 2);
    // One equals a line that is there already: a receipt may list a thing twice.
    let file = mended(&shop, "mended.csv", &report, &[(",x", ",\"1,50\""), ("99/04/2026", "06/04/2026")]);
    shop.import(&file, &[]);
    assert_eq!(shop.sums()[0], Sum { lines: 4, amount: 70_000 });
    assert_eq!(shop.count("select count(distinct order_key) n from order_line"), 2, "they are of the same source");
    let march = "select count(*) n from order_line where time < '2026-03-05'";
    assert_eq!(shop.count(march), 2, "month first, as their import was told");
    // As another source the same orders would count twice.
    let again = shop.file("again.csv", sales);
    let (code, told) = shop.refused(&[&["import", "orders", plain(&again)], &options[..]].concat());
    assert!(
        code == Some(2) && told["hint"].as_str().is_some_and(|h| h.contains("--source \"kasse\"")),
        "{code:?} {told}"
    );
}

#[test]
fn a_row_with_two_bad_cells_is_one_bad_row() {
    let shop = Shop::new();
    let rows =
        "customer_no,name,email,birthday,joined\nK1,Ann,ann@@x,2020-13-45,never\nK2,Bob,,1990-01-01,2020-01-01\n";
    let file = shop.file("customers.csv", rows);
    let report = shop.run(&["import", "customers", plain(&file), "--map", "joined=joined"])["report"].clone();
    assert_eq!((integer(&report["rows"]), integer(&report["bad_rows"])), (2, 1), "{report}");
    assert_eq!(integer(&report["applied"]["customers_added"]), 2);
    let text = std::fs::read_to_string(report["bad_file"].as_str().expect("there is one")).expect("it can be read");
    assert_eq!(text.lines().count(), 2, "{text}");
    for column in ["birthday: ", "; joined: ", "; email: "] {
        assert_eq!(text.matches(column).count(), 1, "{column} in {text}");
    }
    let listed = shop.run(&["import", "bad", "imp_1"]);
    assert_eq!((listed.as_array().map(Vec::len), &listed[0]["column"]), (Some(1), &json!("birthday")));
    // Mended, it is read by the same command and completes the customer.
    let good =
        text.replace("ann@@x", "ann@x.example").replace("2020-13-45", "2000-01-05").replace("never", "2020-01-05");
    let again = shop.run(&["import", "customers", plain(&shop.file("mended.csv", good))])["report"].clone();
    assert_eq!((integer(&again["bad_rows"]), integer(&again["applied"]["customers_changed"])), (0, 1), "{again}");
    assert_eq!(shop.count("select count(*) n from customer where email = 'ann@x.example'"), 1);
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
    let customers = shop.file("members.csv", "会员卡号,姓名,手机号\nK1,王小明,13812345678\n");
    for (kind, file, command) in
        [("orders", plain(&customers), "guanxi import customers"), ("products", file, "guanxi import orders")]
    {
        let (code, error) = shop.refused(&["import", kind, file]);
        let hint = error["hint"].as_str().unwrap_or_default();
        assert!(code == Some(2) && hint.contains(&format!("{command} {file}")), "{error}");
    }
    assert_eq!(shop.run(&["import", "list"]), json!([]), "nothing was begun");
}

#[test]
fn the_preview_shows_what_is_in_force() {
    let shop = Shop::new();
    let file = shop.file("sales.csv", "Order,When,Paid on,Total,Customer\n7,2026-01-05,03/04/2026,1.50,c1\n");
    let preview = |options: &[&str]| shop.run(&[&["import", "orders", plain(&file), "--preview"], options].concat());
    let doubts = |shown: &Value| {
        let notices = shown["notices"].as_array().expect("a list").iter();
        notices.filter_map(|n| n["code"].as_str().map(ToOwned::to_owned)).collect::<Vec<_>>()
    };
    let shown = preview(&["--map", "time=Paid on"]);
    assert_eq!(
        (&shown["mapping"]["columns"]["time"], doubts(&shown)),
        (&json!("Paid on"), vec!["ambiguous_dates".into()])
    );
    let shown = preview(&["--map", "time=Paid on", "--option", "date=mdy"]);
    assert_eq!((&shown["mapping"]["options"]["date"], doubts(&shown)), (&json!("month-first"), vec![]));
    assert!(shown["rows"][0]["understood"]["time"].as_str().is_some_and(|t| t.starts_with("2026-03-04")), "{shown}");
    assert_eq!(shop.run(&["import", "list"]), json!([]));
}

#[test]
fn what_the_overview_follows_from_is_left_to_the_next_server() {
    let shop = Shop::new();
    let file = shop.file("orders.csv", "order_id,time,customer,product,amount\nA1,2026-03-01 10:00,C1,P1,12.5\n");
    let cache = shop.path("data").join("cache");
    let kept = || {
        let names = std::fs::read_dir(&cache).into_iter().flatten().filter_map(Result::ok).map(|e| e.path());
        let mut endings: Vec<_> = names.filter_map(|path| Some(path.extension()?.to_str()?.to_owned())).collect();
        endings.sort();
        endings
    };
    let whole = ["cohorts", "index", "orders"];
    let path = plain(&file);
    shop.run(&["import", "orders", path, "--preview"]);
    assert!(kept().is_empty(), "a look changes nothing");
    shop.import(&file, &[]);
    assert_eq!(kept(), whole);
    // Whoever deletes it has it again with the next change.
    std::fs::remove_dir_all(&cache).expect("it can be deleted");
    shop.run(&["import", "list"]);
    assert!(kept().is_empty());
    shop.run(&["traits", "rebuild"]);
    assert_eq!(kept(), whole);
}
