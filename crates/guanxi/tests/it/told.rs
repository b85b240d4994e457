//! What commands tell: in both languages, in numbers that add up, and nothing left behind when they fail.

use std::fmt::Write;
use std::path::Path;

use crate::support::{Shop, plain};

/// Twelve customers: the first buys often, the last long ago.
fn twelve() -> Shop {
    let shop = Shop::new();
    let mut csv = "order_id,order_time,customer_no,product,quantity,amount\n".to_owned();
    for customer in 1..=12 {
        for order in 0..=(12 - customer) {
            let month = 12 - customer.min(11);
            writeln!(csv, "O{customer}-{order},2025-{month:02}-{:02} 10:00,K{customer},P1,1,{customer}.25", order + 1)
                .expect("text grows");
        }
    }
    shop.import(&shop.file("sales.csv", csv), &[]);
    shop
}

/// Standard output and error of a command without `--json`.
fn said(shop: &Shop, words: &[&str]) -> (String, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_guanxi"));
    command.env_remove("GUANXI_DATA").arg("--data").arg(shop.path("data")).args(words);
    let output = command.output().expect("the binary runs");
    [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("it writes UTF-8")).into()
}

#[test]
fn segments_tell_exact_amounts_and_instants() {
    let shop = twelve();
    let run = shop.run(&["segment", "rfm"]);
    assert_eq!(run["as_of"], "2025-11-12T23:59:59Z");
    let revenue = shop.query("select sum(amount) revenue from order_line")[0]["revenue"].clone();
    let groups = run["counts"].as_array().unwrap().iter().filter(|c| c["dimension"] == "group");
    let sum: i64 = groups.map(|c| c["monetary"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap()).sum();
    assert_eq!(sum * 100, crate::support::money(&revenue));
    let listed = shop.run(&["segment", "list", "all", "--limit", "1"]);
    assert_eq!(listed[0]["monetary"], "15.00");
    let told = shop.run(&["traits", "explain", "recency", "K1", "--as-of", "2025-11-30"]);
    assert_eq!((&told["value"], &told["as_of"]), (&"18".into(), &"2025-11-30T23:59:59Z".into()));
}

#[test]
fn a_shared_name_is_told_and_both_are_counted() {
    let shop = twelve();
    shop.run(&["segment", "rfm", "--as-of", "2025-12-31"]);
    for (asked, wanted) in [("at_risk", "rfm_group"), ("group:at_risk", "rfm_group"), ("stage:at_risk", "life_stage")] {
        let n = shop.count(&format!("select count(*) n from rfm where {wanted} = 'at_risk'"));
        let (list, note) = said(&shop, &["segment", "list", asked]);
        let customers = if n == 1 { "customer" } else { "customers" };
        assert!(list.contains(&format!("{n} of {n} {customers}; all of them: --out at_risk.xlsx")), "{asked}: {list}");
        assert_eq!(note.contains("the stage is stage:at_risk"), asked == "at_risk", "{asked}: {note}");
    }
}

#[test]
fn tables_notes_and_errors_are_chinese_when_asked() {
    let shop = twelve();
    let (table, _) = said(&shop, &["--lang", "zh", "segment", "rfm"]);
    assert!(table.contains("人均") && table.contains("冠军客户") && !table.contains("revenue"), "{table}");
    let (answer, _) = said(&shop, &["query", "select count(*) as name from order_line where 1 = 0", "--lang", "zh"]);
    assert!(answer.contains(" name ") && answer.ends_with("1 行\n"), "{answer}");
    let (_, error) = said(&shop, &["--lang", "zh", "customer", "show", "nobody"]);
    let told = "错误：找不到：没有客户对应“nobody”\n  建议：请搜索：guanxi customer search \"nobody\"\n";
    assert_eq!(error, told);
    let (answer, _) = said(&shop, &["query", "select 1 as name"]);
    assert!(answer.ends_with("1 row\n"), "{answer}");
}

#[test]
fn a_failed_init_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let init = |dir: &Path, more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_guanxi"));
        command.args(["init", plain(dir)]).args(more).output().expect("the binary runs").status.success()
    };
    for more in [["--zone", "Mars/Olympus"], ["--database", "postgres://me:secret@127.0.0.1:1/none"]] {
        assert!(!init(&folder.path().join("a/b/shop"), &more));
        assert_eq!(folder.path().read_dir().unwrap().count(), 0, "{more:?}");
    }
    std::fs::write(folder.path().join("mine.txt"), "x").unwrap();
    assert!(!init(folder.path(), &["--zone", "Mars/Olympus"]));
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    assert!(init(folder.path(), &[]));
}

#[test]
fn doctor_and_backup_notice_a_single_bit() {
    let shop = twelve();
    assert_eq!(shop.run(&["doctor"])["ok"], true);
    let month = shop.path("data/lake/order_line/month=2025-11");
    let file = month.read_dir().unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&file).unwrap();
    // Just behind the magic bytes, where Parquet looks for nothing when the page header still reads.
    bytes[40] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let output = shop.command().arg("doctor").output().expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success() && told.contains("its content is not what was written"), "{told}");
    assert_eq!(shop.run(&["doctor", "--quick"])["ok"], true);
    let (code, error) = shop.refused(&["backup", plain(&shop.path("backup"))]);
    assert!(code == Some(4) && error["message"].as_str().unwrap().contains("is not what was written"), "{error}");
    assert!(!shop.path("backup").exists());
}

#[test]
fn a_backup_is_not_taken_for_a_data_folder() {
    let shop = twelve();
    let backup = shop.path("backup");
    shop.run(&["backup", plain(&backup)]);
    let config = |data: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_guanxi"));
        command.env_remove("GUANXI_DATA").current_dir(shop.path("")).args(data).arg("config");
        let output = command.output().expect("the binary runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, told) = config(&[]);
    assert_eq!(code, Some(0), "the data folder is the only one: {told}");
    let (code, told) = config(&["--data", plain(&backup)]);
    assert!(code == Some(2) && told.contains("guanxi restore"), "{told}");
}

#[test]
fn what_is_refused_leaves_the_run_and_files_are_told_in_json() {
    let shop = twelve();
    let run = shop.run(&["segment", "rfm"])["run"].clone();
    for (words, code) in [
        (["segment", "rfm", "--weights", "1,x,2,3"], "invalid_argument"),
        (["segment", "rfm", "--list", "champignons"], "not_found"),
    ] {
        let (_, error) = shop.refused(&words);
        assert_eq!(error["code"], code, "{error}");
    }
    let out = shop.path("list.csv");
    let written = shop.run(&["segment", "list", "all", "--out", plain(&out)]);
    assert_eq!(written, serde_json::json!({ "rows": 12, "file": plain(&out) }));
    let written = shop.run(&["query", "select 1 as n", "--out", plain(&out)]);
    assert_eq!(written["rows"], 1);
    let moves = ["segment", "moves", "--from", "2025-01-09", "--to", "2025-11-30", "--by", "stage"];
    let table = shop.run(&moves);
    let place = |at: usize| table["places"][at].as_str().expect("a name").to_owned();
    let cells = || (0..6).flat_map(|from| (0..6).map(move |to| (from, to)));
    let (from, to) = cells().find(|(from, to)| table["cells"][from][to].as_u64() > Some(0)).expect("somebody moved");
    let (_, note) = said(&shop, &moves);
    assert!(note.contains("too few to score"), "{note}");
    let who = format!("{},{}", place(from), place(to));
    let listed = shop.run(&[&moves[..], &["--who", &who, "--out", plain(&out)]].concat());
    assert_eq!(listed["rows"], table["cells"][from][to]);
    assert!(std::fs::read_to_string(&out).expect("it was written").contains("customer,name,identity"));
    let next = shop.run(&["segment", "rfm"])["run"].as_i64();
    assert_eq!(next, run.as_i64().map(|n| n + 1), "what was refused made no run");
}

#[test]
fn orders_ahead_of_today_do_not_shift_the_reference_date() {
    let shop = twelve();
    let ahead = base::clock::rfc3339(base::Clock::now(&base::SystemClock) + 200 * base::clock::DAY)[..10].to_owned();
    let late = format!("order_id,order_time,customer_no,product,quantity,amount\nF1,{ahead} 10:00,K3,P1,1,9\n");
    shop.import(&shop.file("late.csv", late), &[]);
    assert_eq!(shop.run(&["segment", "rfm"])["as_of"], "2025-11-12T23:59:59Z");
    assert_eq!(shop.run(&["traits", "rebuild"])["as_of"], "2025-11-12T23:59:59Z");
    let one = format!(r#"{{"order_id":"F2","time":"{ahead} 11:00","customer":"K3","product":"P1","amount":1}}"#);
    shop.feed(&["intake"], &one);
    assert_eq!(shop.run(&["segment", "rfm"])["as_of"], "2025-11-12T23:59:59Z");
    let today = shop.run(&["customer", "show", "K3"])["since_last_run"]["traits"]["as_of"].clone();
    assert!(today.as_str().is_some_and(|at| at < ahead.as_str()), "{today}");
}

#[test]
fn a_demonstration_is_of_one_file() {
    let shop = Shop::new();
    let csv = "order_id,order_time,customer_no,product,quantity,amount\n";
    let rows = (1..=10).fold(csv.to_owned(), |csv, n| format!("{csv}A{n},2025-01-{n:02} 10:00,K{n},P1,1,{n}\n"));
    let (one, other) = (shop.file("one.csv", &rows), shop.file("other.csv", &rows));
    let demo = |file: &Path| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_guanxi"));
        command.env_remove("GUANXI_DATA").current_dir(shop.path("")).args(["demo", plain(file), "--no-serve"]);
        command.output().expect("the binary runs")
    };
    assert!(demo(&one).status.success() && demo(&other).status.success());
    assert!(shop.path("data/own-one/guanxi.toml").is_file() && shop.path("data/own-other/guanxi.toml").is_file());
    std::fs::create_dir(shop.path("b")).expect("the folder takes one");
    let namesake = shop.file("b/one.csv", &rows);
    let refused = demo(&namesake);
    assert!(!refused.status.success() && demo(&one).status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("was not made of"), "{refused:?}");
}
