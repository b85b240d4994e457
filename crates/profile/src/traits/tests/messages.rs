//! What the reader of definitions says.

use super::lines::define;
use crate::traits::Traits;

fn said(text: &str) -> String {
    let problem = Traits::parse(text).unwrap_err();
    assert_eq!(problem.code, base::Code::InvalidConfig);
    problem.hint.map_or_else(|| problem.message.clone(), |hint| format!("{} | {hint}", problem.message))
}

fn of(value: &str, condition: &str, window: &str) -> String {
    let text = define("t", value, condition, window);
    said(&text).strip_prefix("line ").and_then(|rest| rest.split_once(", trait \"t\", ")).unwrap().1.to_owned()
}

#[test]
fn a_wrong_value_is_named_with_its_place() {
    let cases = [
        (
            "distnct(order)",
            "value: there is no function \"distnct\" (character 1 of \"distnct(order)\") | did you mean \"distinct\"?",
        ),
        (
            "sum(amuont)",
            "value: there is no column \"amuont\" (character 5 of \"sum(amuont)\") | did you mean \"amount\"?",
        ),
        (
            "amount",
            "value: there is no function \"amount\" (character 1 of \"amount\") | a column needs an aggregate round it, such as sum(amount) or last(amount)",
        ),
        (
            "sum(product)",
            "value: sum does not take product (character 5 of \"sum(product)\") | it takes amount, quantity, unit_price or discount",
        ),
        (
            "count() +",
            "value: a value is expected here, not the end (character 10 of \"count() +\") | for example count() or sum(amount)",
        ),
        ("count(", "value: \")\" is expected here, not the end (character 7 of \"count(\")"),
        ("count() count()", "value: \"count\" is left over (character 9 of \"count() count()\")"),
        ("1 + 1", "value: a value needs an aggregate, such as count() (character 1 of \"1 + 1\")"),
        ("mode(category) + 1", "value: text cannot be calculated with (character 1 of \"mode(category) + 1\")"),
        (
            "sum(amount) + count()",
            "value: money can only be added to money or taken from money (character 1 of \"sum(amount) + count()\")",
        ),
        (
            "mode(store by channel)",
            "value: mode cannot be weighed by channel (character 15 of \"mode(store by channel)\") | weigh by lines, amount, quantity or discount",
        ),
        ("count(where 茶 = 1)", "value: \"茶\" means nothing here (character 13 of \"count(where 茶 = 1)\")"),
    ];
    for (value, message) in cases {
        assert_eq!(of(value, "", "all"), message);
    }
}

#[test]
fn a_wrong_condition_is_named_with_its_place() {
    let cases = [
        (
            "kind = 'sales'",
            "where: 'sales' is not a kind of line (character 8 of \"kind = 'sales'\") | did you mean 'sale'?",
        ),
        (
            "kind = sale",
            "where: kind is text, \"sale\" is not (character 8 of \"kind = sale\") | text goes in single quotes",
        ),
        ("amount > 'x'", "where: amount is a number, \"'x'\" is not (character 10 of \"amount > 'x'\")"),
        (
            "quantity > 0.0001",
            "where: quantity has 3 digits after the point, \"0.0001\" has more (character 12 of \"quantity > 0.0001\")",
        ),
        (
            "weekday = 0",
            "where: weekday is a whole number from 1 to 7, not \"0\" (character 11 of \"weekday = 0\") | Monday is 1, Sunday is 7",
        ),
        (
            "part_of_day = 'noon'",
            "where: 'noon' is not a part of the day (character 15 of \"part_of_day = 'noon'\") | one of 'night', 'morning', 'afternoon', 'evening'",
        ),
        (
            "weekend = 1",
            "where: weekend is a condition by itself (character 9 of \"weekend = 1\") | write weekend or not weekend",
        ),
        ("store == 'x'", "where: equality is written with one = (character 7 of \"store == 'x'\")"),
        (
            "store like 'x'",
            "where: a comparison is expected here, not \"like\" (character 7 of \"store like 'x'\") | =, <>, <, <=, >, >=, in (…), between … and …, is null",
        ),
        ("store = 'x", "where: the quote that opens here is never closed (character 9 of \"store = 'x\")"),
        (
            "amount between 5 and 1",
            "where: between has its larger value first and so is never true (character 22 of \"amount between 5 and 1\")",
        ),
        (
            "time > 5",
            "where: time cannot be compared (character 1 of \"time > 5\") | use the trait's window, or hour, weekday, month",
        ),
    ];
    for (condition, message) in cases {
        assert_eq!(of("count()", condition, "all"), message);
    }
}

#[test]
fn a_wrong_window_is_named() {
    let forms = "write \"all\", \"90d\", \"12 weeks\", \"6 months\", \"2 years\" or \"2024-01-01..2024-12-31\"";
    let of = |window| of("count()", "", window);
    assert_eq!(of("90x"), format!("window: \"90x\" is not a window (character 1 of \"90x\") | {forms}"));
    assert_eq!(
        of("0d"),
        format!("window: the window \"0d\" is not between one day and a century (character 1 of \"0d\") | {forms}")
    );
    assert_eq!(
        of("2024-12-31..2024-01-01"),
        "window: the window \"2024-12-31..2024-01-01\" ends before it begins (character 1 of \"2024-12-31..2024-01-01\") \
         | write 2024-01-01..2024-12-31"
    );
    assert_eq!(
        of("2024-01-01..2024-02-30"),
        "window: \"2024-02-30\" is not a date (character 13 of \"2024-01-01..2024-02-30\") | dates look like 2024-12-31"
    );
}

#[test]
fn a_wrong_file_is_named_by_line() {
    let good = define("a", "count()", "", "all");
    let named = |name: &str| said(&define(name, "count()", "", "all"));
    assert_eq!(
        said(&format!("{good}{good}")),
        "line 9: the trait \"a\" is defined already in line 2 | give one of them another name"
    );
    assert_eq!(
        named("as_of"),
        "line 2: \"as_of\" is a column of every trait table and cannot be a trait's name | give it another name"
    );
    assert_eq!(
        named("Orders2"),
        "line 2: \"Orders2\" cannot be the name of a trait | a letter a-z, then letters a-z, digits and _; at most 63 characters"
    );
    assert!(said(&good.replace("value", "vlaue")).ends_with("did you mean \"value\"?"));
    assert!(said(&good.replace("value = ", "value ")).starts_with("line 6: "));
    assert_eq!(said(""), "the file defines no trait | a definition begins with [[trait]]");
    let many: Vec<String> = (0..65).map(|i| format!("amount = {i}")).collect();
    assert_eq!(
        said(&define("a", "count()", &many.join(" or "), "all")),
        "line 2: the trait \"a\" uses more than 64 conditions | use in (…) instead of many comparisons, or make several traits of it"
    );
    let deep = "(".repeat(40) + "count()" + &")".repeat(40);
    assert!(said(&define("a", &deep, "", "all")).contains("more than 32 levels are not read"));
}
