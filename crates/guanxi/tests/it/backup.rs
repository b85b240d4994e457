//! Back-ups: consistent while work goes on, equal when they are back, refused when they are damaged.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::crash::{copy, files, simulated, stored};
use crate::erase::{Town, receipts};
use crate::support::{Shop, plain};

/// Restores a back-up to the data folder of a new shop.
fn restored(from: &Path, options: &[&str]) -> Shop {
    let shop = Shop::new();
    std::fs::remove_dir_all(shop.path("data")).expect("the folder was made");
    let (code, told) = restore(&shop, from, options);
    assert_eq!(code, Some(0), "{told}");
    shop
}

/// The exit code of a restore to the data folder, and what it says on its error stream.
fn restore(shop: &Shop, from: &Path, options: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanxi"));
    command.env_remove("GUANXI_DATA").args(["--json", "restore", plain(from), plain(&shop.path("data"))]).args(options);
    let output = command.output().expect("the binary runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// All that people ask a shop.
fn answers(shop: &Shop) -> Vec<Value> {
    let mut answers: Vec<Value> = [
        "select kind, count(*) n, sum(amount) amount, sum(quantity) q, count(distinct order_key) o, min(time) a, max(time) z
         from order_line group by kind order by kind",
        "select customer_id, count(*) n, sum(amount) s, sum(line_hash % 1000) h from order_line group by 1 order by 1",
        "select * from customer order by customer_id",
        "select * from product order by 1",
        "select * from trait order by customer_id",
        "select * from rfm order by customer_id",
    ]
    .into_iter()
    .map(|sql| Value::from(shop.query(sql)))
    .collect();
    for words in [&["import", "list"][..], &["import", "bad", "imp_1"], &["customer", "search", "欧阳"]] {
        answers.push(shop.run(words));
    }
    answers
}

fn same(shop: &Shop, asked: &[Value]) {
    for (at, (found, wanted)) in answers(shop).iter().zip(asked).enumerate() {
        assert_eq!(found, wanted, "answer {at}");
    }
    assert_eq!(shop.run(&["doctor"])["ok"], true);
}

#[test]
fn a_backup_is_back_as_it_was_on_both_databases() {
    let town = Town::new(Shop::new());
    let asked = answers(&town.shop);
    let backup = town.shop.path("backup.1");
    town.shop.run(&["backup", plain(&backup)]);
    let sqlite = restored(&backup, &[]);
    same(&sqlite, &asked);
    assert!(sqlite.path("data").join("cache").is_dir(), "what a server's first pages follow from is there");
    // Work goes on in it: ids and the lines that are not sealed yet are there.
    sqlite.feed(&["intake"], &receipts(3, 100));
    sqlite.run(&["maintain"]);
    assert_eq!(
        sqlite.count("select count(*) n from order_line"),
        town.shop.count("select count(*) n from order_line") + 100
    );

    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let Some(server) = runtime.block_on(store::testing::postgres()) else {
        println!("skipped: no PostgreSQL server answers on 127.0.0.1:5432 (set GUANXI_TEST_POSTGRES)");
        return;
    };
    let postgres = restored(&backup, &["--database", server.db.url()]);
    same(&postgres, &asked);
    let again = postgres.path("backup");
    postgres.run(&["backup", plain(&again)]);
    // The database is in use: another restore must not touch it.
    let other = Shop::new();
    std::fs::remove_dir_all(other.path("data")).expect("the folder was made");
    let (code, told) = restore(&other, &again, &[]);
    assert!(code == Some(3) && told.contains("not empty"), "{code:?} {told}");
    assert!(!other.path("data").exists());
    same(&postgres, &asked);
    let address = format!("sqlite://{}", other.path("other.db").display());
    let back = restored(&again, &["--database", &address]);
    same(&back, &asked);
}

#[test]
fn a_backup_during_an_import_has_all_of_it_or_nothing() {
    let shop = Shop::new();
    shop.import(
        &shop.file(
            "first.csv",
            "order_id,order_time,customer_no,product,quantity,amount\nF1,2026-01-01 10:00,K1,P1,1,9.5\n",
        ),
        &["--source", "first"],
    );
    let before = shop.sums();
    let (file, (lines, amount, _)) = simulated(&shop);
    let mut command = shop.command();
    command.args(["import", "orders", &file, "--source", "second"]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut import = command.spawn().expect("the binary runs");
    let mut backups: Vec<PathBuf> = Vec::new();
    while import.try_wait().expect("it can be asked").is_none() && backups.len() < 6 {
        let to = shop.path(&format!("backup{}", backups.len()));
        shop.run(&["backup", plain(&to)]);
        backups.push(to);
    }
    assert!(import.wait().expect("it ends").success());
    assert!(!backups.is_empty());
    let after = shop.sums();
    let all = |sums: &[crate::support::Sum; 3]| sums.iter().fold((0, 0), |a, s| (a.0 + s.lines, a.1 + s.amount));
    assert_eq!(all(&after), (all(&before).0 + lines, all(&before).1 + amount));
    for backup in &backups {
        let back = restored(backup, &[]);
        let sums = back.sums();
        let imports = back.run(&["import", "list"]);
        let done = imports.as_array().expect("a list").iter().filter(|i| i["state"] == "done").count();
        assert!((sums == before && done == 1) || (sums == after && done == 2), "{sums:?} after {done} imports");
        let sealed = "SELECT CAST(sum(rows) AS TEXT) FROM lake_file WHERE state = 'live' AND table_id = 1";
        assert_eq!(stored(&back.path("data"), sealed), [all(&sums).0.to_string()]);
        assert_eq!(back.run(&["doctor"])["ok"], true);
        back.import(Path::new(&file), &["--source", "second"]);
        assert_eq!(back.sums(), after);
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_damaged_comes_in() {
    let town = Town::new(Shop::new());
    let shop = &town.shop;
    let backup = shop.path("backup");
    shop.run(&["backup", plain(&backup)]);
    let (code, error) = shop.refused(&["backup", plain(&backup)]);
    assert_eq!((code, &error["code"]), (Some(3), &"conflict".into()));
    let (code, told) = restore(shop, &backup, &[]);
    assert!(code == Some(3) && told.contains("not empty"), "{code:?} {told}");

    let history = files(&backup).into_iter().find(|f| f.ends_with(".parquet")).expect("it has a history");
    let history = Path::new(&history).strip_prefix(&backup).expect("it is below").to_owned();
    let target = Shop::new();
    std::fs::remove_dir_all(target.path("data")).expect("the folder was made");
    let damaged = shop.path("damaged");
    for (file, how) in [
        (Path::new("store/customer.jsonl.zst"), "cut"),
        (Path::new("store/customer.jsonl.zst"), "flipped"),
        (Path::new("store/lake_file.jsonl.zst"), "gone"),
        (Path::new("manifest.json"), "cut"),
        (&history, "cut"),
        (&history, "flipped"),
        (&history, "gone"),
    ] {
        copy(&backup, &damaged);
        damage(&damaged.join(file), how);
        let (code, told) = restore(&target, &damaged, &[]);
        assert!(code == Some(3) && told.contains("damaged"), "{how} {}: {code:?} {told}", file.display());
        assert!(!target.path("data").exists(), "half a restore is left");
    }
    let (code, told) = restore(&target, &backup, &[]);
    assert_eq!(code, Some(0), "{told}");
}

/// Spoils a file: cut in half, one byte in the middle or the last twelve changed, gone.
fn damage(path: &Path, how: &str) {
    let mut bytes = std::fs::read(path).expect("the file is there");
    let at = bytes.len() / 2;
    match how {
        "cut" => bytes.truncate(at),
        "flipped" => bytes[at] ^= 0x55,
        "end" => bytes.iter_mut().rev().take(12).for_each(|byte| *byte ^= 0x55),
        _ => return std::fs::remove_file(path).expect("it can go"),
    }
    std::fs::write(path, bytes).expect("it can be written");
}

#[test]
fn doctor_reports_a_damaged_history() {
    let town = Town::new(Shop::new());
    let shop = &town.shop;
    let listed =
        stored(&shop.path("data"), "SELECT path FROM lake_file WHERE state = 'live' AND table_id = 1 ORDER BY bytes");
    let name = listed.last().expect("it has a history");
    let path = shop.path("data").join("lake").join(name);
    let whole = std::fs::read(&path).expect("the file is there");
    for how in ["cut", "gone", "end"] {
        damage(&path, how);
        let output = shop.command().arg("doctor").output().expect("the binary runs");
        let told: Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
        let checks = told["checks"].as_array().expect("a list");
        let history = checks.iter().find(|c| c["what"] == "history").expect("it looks at the history");
        let found = history["found"].to_string();
        assert!(history["ok"] == false && found.contains(name.as_str()), "{how}: {told}");
        assert_eq!(output.status.code(), Some(4), "{how}");
        std::fs::write(&path, &whole).expect("it can be written");
    }
    assert_eq!(shop.run(&["doctor"])["ok"], true);
}
