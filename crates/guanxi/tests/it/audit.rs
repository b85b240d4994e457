//! What commands on the server change and show is in the audit log, as `system`, and names nobody.

use std::process::Command;

use serde_json::{Value, json};

use crate::running::{Running, json_of};
use crate::support::{Shop, filled, plain};

const NAME: &str = "王小明";

/// The entries of the command line, the oldest first.
fn entries(shop: &Shop) -> Vec<Value> {
    let mut server = Running::start(shop);
    server.login();
    let page = json_of(&server.get("!/audit?limit=500&sort=at&filter=kind:eq:system"));
    page["items"]
        .as_array()
        .expect("a page has items")
        .iter()
        .filter(|e| e["action"] != "user.create")
        .cloned()
        .collect()
}

fn told(entry: &Value) -> (&str, &str) {
    (entry["action"].as_str().unwrap_or_default(), entry["object"].as_str().unwrap_or_default())
}

#[test]
fn what_commands_do_and_show_is_written_as_system() {
    let shop = filled();
    let orders = "order_id,order_time,customer_no,product,quantity,amount\nF1,2026-01-01 10:00,K1,P1,1,9.5\n";
    let file = shop.file("orders.csv", orders);
    let file = plain(&file);
    shop.run(&["import", "orders", file, "--source", "file", "--save-mapping", "till"]);
    shop.run(&["import", "mappings", "till", "--rename", "shop"]);
    shop.run(&["import", "undo", "imp_1"]);
    shop.refused(&["import", "undo", "imp_1"]);
    shop.run(&["customer", "search", NAME]);
    shop.run(&["customer", "show", "cus_1"]);
    shop.run(&["segment", "explain", "cus_1"]);
    shop.run(&["segment", "list", "all", "--limit", "3"]);
    let list = shop.path("list.csv");
    shop.run(&["segment", "list", "all", "--out", plain(&list)]);
    shop.run(&["query", "select count(*) n from order_line"]);
    shop.run(&["query", &format!("select count(*) n from customer where name = '{NAME}'")]);
    shop.run(&["query", "select name from customer", "--out", plain(&shop.path("names.jsonl"))]);
    shop.run(&["doctor"]);
    shop.run(&["doctor", "--fix"]);
    shop.run(&["maintain"]);
    shop.run(&["customer", "erase", "cus_2", "--yes"]);
    let backup = shop.path("backup");
    shop.run(&["backup", plain(&backup)]);

    let written = entries(&shop);
    let (backup, restored) = (plain(&backup).to_owned(), shop.path("restored"));
    let wanted = [
        ("intake.create", "bat_1"),
        ("traits.rebuild", ""),
        ("segment.run", ""),
        ("mapping.save", "till"),
        ("import.run", "imp_1"),
        ("mapping.rename", "till"),
        ("import.undo", "imp_1"),
        ("import.undo", "imp_1"),
        ("customer.list", "search"),
        ("customer.read", "cus_1"),
        ("customer.read", "cus_1"),
        ("customer.list", "all"),
        ("customer.export", "all"),
        ("sql.run", "customer"),
        ("sql.export", ""),
        ("store.check", ""),
        ("lake.maintain", ""),
        ("customer.erase", "cus_2"),
        ("backup.make", backup.as_str()),
    ];
    assert_eq!(written.iter().map(told).collect::<Vec<_>>(), wanted);
    let outcomes: Vec<&Value> =
        written.iter().filter(|e| e["action"] == "import.undo").map(|e| &e["outcome"]).collect();
    assert_eq!(outcomes, ["done", "failed"]);
    let detail = |action: &str| &written.iter().find(|e| e["action"] == action).expect("it is written")["detail"];
    assert_eq!(detail("intake.create"), &json!({ "orders": 400, "batches": 1 }));
    assert_eq!(detail("customer.list")["shown"], 20);
    let export = detail("customer.export");
    assert_eq!((&export["format"], &export["customers"]), (&json!("csv"), &json!(97)));
    assert_eq!(detail("sql.export"), &json!({ "format": "jsonl", "tables": ["customer"], "masked": false }));
    for personal in [NAME, "C1", "c1@example.com"] {
        assert!(!Value::from(written.clone()).to_string().contains(&format!("{personal}\"")), "{personal} is written");
    }

    let mut command = Command::new(env!("CARGO_BIN_EXE_guanxi"));
    let output = command.env_remove("GUANXI_DATA").args(["restore", &backup, plain(&restored)]).output();
    assert!(output.expect("the binary runs").status.success());
    std::fs::remove_dir_all(shop.path("data")).expect("nobody works with it");
    std::fs::rename(&restored, shop.path("data")).expect("it is a folder");
    let last = entries(&shop).pop().expect("something is written");
    assert_eq!(told(&last), ("backup.restore", backup.as_str()));
}
