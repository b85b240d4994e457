//! Killed at any moment (`kill -9`), a command has done all or nothing, and what comes after finds nothing lost and nothing twice.

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base::hash;
use serde_json::Value;

use crate::erase::{Town, traces};
use crate::support::{Shop, integer, money, plain};

/// Kills spread over the whole duration of a command.
struct Killer {
    whole: Duration,
    kills: u64,
    of: u64,
    /// How many commands were met at work.
    hit: u64,
}

impl Killer {
    fn new(whole: Duration, of: u64) -> Self {
        Self { whole, kills: 0, of, hit: 0 }
    }

    /// Starts a command and kills it; each time at another moment, in no order. `true` when it had ended by itself.
    fn strike(&mut self, command: &mut Command) -> bool {
        let random = hash::mix(self.kills + 1) >> 11;
        let within = random as f64 / (1u64 << 53) as f64;
        // 7 shares no factor with the numbers of kills used here: every slice of the duration comes once.
        let slice = self.kills * 7 % self.of;
        self.kills += 1;
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs");
        std::thread::sleep(self.whole.mul_f64(1.1 * (slice as f64 + within) / self.of as f64));
        child.kill().expect("a child can be killed");
        let ended = child.wait().expect("a child ends");
        self.hit += u64::from(ended.signal() == Some(9));
        ended.success()
    }

    /// Enough kills must have met the command at work, else they prove nothing.
    fn told(&self, what: &str) {
        eprintln!("{what}: {} kills over {:?}, {} met it at work", self.kills, self.whole, self.hit);
        // Nine of ten on a machine that is as busy as when it was measured; the load of others changes that.
        assert!(self.kills == self.of && self.hit * 4 >= self.of, "the commands were too fast for their killer");
    }
}

/// Lines, amount in 1/10000, distinct orders of the history.
type State = (i64, i64, i64);
const NOTHING: State = (0, 0, 0);

fn state(shop: &Shop) -> State {
    let sql = "select count(*) n, sum(amount) amount, count(distinct order_key) orders from order_line";
    let row = &shop.query(sql)[0];
    let amount = if row["amount"].is_null() { 0 } else { money(&row["amount"]) };
    (integer(&row["n"]), amount, integer(&row["orders"]))
}

/// What else an import makes visible: identities and whose they are, customers, search keys, products, and its report.
fn known(shop: &Shop) -> Vec<String> {
    let sql = "SELECT 'identity ' || i.kind || ' ' || i.value || ' ' || COALESCE(c.name, '') || ' ' || COALESCE(c.attributes, 'lost')
            || ' ' || COALESCE(c.first_seen, 0) || ' ' || COALESCE(c.last_seen, 0)
            FROM identity i LEFT JOIN customer c ON c.id = i.customer_id
        UNION ALL SELECT 'customers ' || count(*) FROM customer
        UNION ALL SELECT 'tokens ' || count(*) FROM customer_token
        UNION ALL SELECT 'product ' || code || ' ' || COALESCE(name, '') || ' ' || COALESCE(category, '') || ' '
            || COALESCE(first_sold, 0) || ' ' || COALESCE(last_sold, 0) FROM product
        UNION ALL SELECT 'report ' || json_remove(report, '$.bad_file') FROM import WHERE state = 'done'
        ORDER BY 1";
    stored(&shop.path("data"), sql)
}

/// `doctor --fix`, after which all is well and the history has exactly the files of its list.
fn tidy(shop: &Shop) {
    let fixed = shop.run(&["doctor", "--fix"]);
    assert_eq!(fixed["ok"], true, "{fixed}");
    let well = shop.run(&["doctor"]);
    assert_eq!(well["ok"], true, "{well}");
    let data = shop.path("data");
    let listed: BTreeSet<String> = stored(&data, "SELECT path FROM lake_file").into_iter().collect();
    let lake = data.join("lake");
    let present = files(&lake).into_iter().map(|path| path.replace(&format!("{}/", plain(&lake)), ""));
    assert_eq!(present.collect::<BTreeSet<_>>(), listed);
}

/// A column of text out of the SQLite store of a data folder.
pub(crate) fn stored(data: &Path, sql: &str) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let db = store::Db::open(&format!("sqlite://{}", data.join("guanxi.db").display())).await.expect("it opens");
        let rows = db.read().await.expect("it reads").fetch_all(sql, Vec::new()).await.expect("the statement is right");
        let column = rows.iter().map(|row| row.at(0).expect("it is text")).collect();
        db.close().await;
        column
    })
}

/// All files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in folder.read_dir().expect("the folder is there") {
        let path = entry.expect("it is readable").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(plain(&path).to_owned()) }
    }
    found
}

/// Copies a folder with everything in it; what was at the target is gone.
pub(crate) fn copy(from: &Path, to: &Path) {
    if to.exists() {
        std::fs::remove_dir_all(to).expect("the old copy can go");
    }
    std::fs::create_dir_all(to).expect("a folder can be made");
    for file in files(from) {
        let target = to.join(Path::new(&file).strip_prefix(from).expect("it is below"));
        std::fs::create_dir_all(target.parent().expect("it has a folder")).expect("a folder can be made");
        std::fs::copy(file, target).expect("a file can be copied");
    }
}

/// Orders of a simulated shop as CSV: lines, amount and orders, read from the file itself.
pub(crate) fn simulated(shop: &Shop) -> (String, State) {
    let folder = shop.path("club");
    shop.run(&["simulate", plain(&folder), "--customers", "2000", "--seed", "3", "--format", "csv"]);
    let path = folder.join("orders.csv");
    let mut reader = csv::Reader::from_path(&path).expect("the simulator wrote it");
    let header = reader.headers().expect("a header").clone();
    let column = |name| header.iter().position(|c| c == name).expect("the column");
    let (order, amount) = (column("order_id"), column("amount"));
    let (mut lines, mut sum, mut orders) = (0, 0, BTreeSet::new());
    for record in reader.records() {
        let record = record.expect("it is well-formed");
        lines += 1;
        sum += crate::support::money(&format!("{}00", &record[amount]).into());
        orders.insert(record[order].to_owned());
    }
    (plain(&path).to_owned(), (lines, sum, orders.len() as i64))
}

/// The imports in a state, oldest first.
fn imports(shop: &Shop, wanted: &str) -> Vec<String> {
    let list = shop.run(&["import", "list"]);
    let list = list.as_array().expect("a list");
    let number = |id: &str| id.trim_start_matches("imp_").parse::<u32>().expect("a number");
    let mut found: Vec<&str> =
        list.iter().filter(|i| i["state"] == wanted).filter_map(|i: &Value| i["id"].as_str()).collect();
    found.sort_by_key(|id| number(id));
    found.into_iter().map(ToOwned::to_owned).collect()
}

#[test]
fn a_killed_import_shows_all_or_nothing() {
    let shop = Shop::new();
    let (file, truth) = simulated(&shop);
    let nothing = known(&shop);
    let measured = Shop::new();
    let began = Instant::now();
    measured.import(Path::new(&file), &[]);
    let mut killer = Killer::new(began.elapsed(), 40);
    assert_eq!(state(&measured), truth);
    let all = known(&measured);
    for kill in 0..40 {
        let open = imports(&shop, "running").pop().filter(|_| kill % 2 == 1);
        let words = match &open {
            Some(id) => ["import", "resume", id],
            None => ["import", "orders", &file],
        };
        let ended = killer.strike(shop.command().args(words));
        let seen = state(&shop);
        assert!(seen == truth || (seen == NOTHING && !ended), "after kill {kill}: {seen:?} instead of {truth:?}");
        assert_eq!(known(&shop), *if seen == truth { &all } else { &nothing }, "after kill {kill}");
        if seen == truth {
            for id in imports(&shop, "done") {
                shop.run(&["import", "undo", &id]);
            }
            assert_eq!((state(&shop), known(&shop)), (NOTHING, nothing.clone()));
        }
    }
    killer.told("import");
    // Given up by `doctor --fix` while it can be resumed: begun anew, it is still whole.
    let mut again = Killer::new(killer.whole, 20);
    while imports(&shop, "running").is_empty() {
        again.strike(shop.command().args(["import", "orders", &file]));
        for id in imports(&shop, "done") {
            drop(shop.run(&["import", "undo", &id]));
        }
    }
    let last = imports(&shop, "running").pop().expect("one was killed");
    tidy(&shop);
    shop.run(&["import", "resume", &last]);
    assert_eq!((state(&shop), known(&shop)), (truth, all));
    shop.import(Path::new(&file), &[]);
    assert_eq!(state(&shop), truth, "the same file again changed something");
    tidy(&shop);
    assert_eq!(state(&shop), truth);
}

#[test]
fn killed_maintenance_loses_nothing() {
    let shop = Shop::new();
    for batch in 0..6 {
        if batch > 0 {
            shop.run(&["maintain"]);
        }
        shop.feed(&["intake"], &crate::erase::receipts(batch, 300));
    }
    let truth = state(&shop);
    assert_eq!((truth.0, truth.2), (1_800, 1_800));
    copy(&shop.path("data"), &shop.path("before"));
    let began = Instant::now();
    let merged = shop.run(&["maintain"]);
    assert!(merged["sealed"] == 300 && integer(&merged["merged"]) > 0, "{merged}");
    let mut killer = Killer::new(began.elapsed(), 30);
    for _ in 0..10 {
        copy(&shop.path("before"), &shop.path("data"));
        for _ in 0..3 {
            killer.strike(shop.command().arg("maintain"));
            assert_eq!(state(&shop), truth);
        }
        shop.run(&["maintain"]);
        assert_eq!(state(&shop), truth);
        let hot = stored(&shop.path("data"), "SELECT CAST(count(*) AS TEXT) FROM hot_order_line");
        assert_eq!(hot, ["0"]);
        tidy(&shop);
        assert_eq!(state(&shop), truth);
    }
    killer.told("maintain");
}

#[test]
fn a_killed_erasure_has_erased_or_not() {
    let town = Town::new(Shop::new());
    let shop = &town.shop;
    let truth = state(shop);
    copy(&shop.path("data"), &shop.path("before"));
    let began = Instant::now();
    shop.run(&["customer", "erase", &town.email(1), "--yes"]);
    let mut killer = Killer::new(began.elapsed(), 30);
    for trial in 0..10 {
        copy(&shop.path("before"), &shop.path("data"));
        let mut whose = 1 + trial * 4;
        let first = whose;
        for _ in 0..3 {
            let (id, lines) = town.found(whose).expect("he is not erased yet");
            killer.strike(shop.command().args(["customer", "erase", &town.email(whose), "--yes"]));
            assert_eq!(state(shop), truth);
            let number = id.trim_start_matches("cus_");
            if let Some(still) = town.found(whose) {
                assert_eq!(still, (id, lines));
            } else {
                let left = format!("select count(*) n from order_line where customer_id = {number}");
                assert_eq!(shop.count(&left), 0);
                whose += 1;
            }
        }
        if town.found(whose).is_some() {
            shop.run(&["customer", "erase", &town.email(whose), "--yes"]);
        }
        tidy(shop);
        assert_eq!(state(shop), truth);
        for erased in first..=whose {
            assert_eq!(traces(shop, &town.told_of(erased)), Vec::<String>::new(), "of person {erased}");
        }
    }
    killer.told("customer erase");
}

#[test]
fn doctor_spares_what_others_may_be_writing() {
    let shop = Shop::new();
    shop.import(&shop.file("a.csv", "order_id,order_time,customer_no,amount\n1,2026-01-01 10:00,K1,5\n"), &[]);
    let data = shop.path("data");
    let young = data.join("lake/order_line/month=2026-01/young.parquet");
    std::fs::write(&young, "half a file").expect("the folder is there");
    let part = |process: u32| {
        let part = data.join(format!("backups/.monday.{process}.part"));
        std::fs::create_dir_all(part.join("store")).expect("it can be made");
        (File::create(part.join("at-work.lock")).expect("it can be made"), part)
    };
    let ((_, dead), (lock, alive)) = (part(1), part(2));
    lock.lock().expect("nobody has it");

    let other = File::open(data.join(".open")).expect("every command marks the folder");
    other.lock_shared().expect("no command runs");
    assert_eq!(shop.run(&["doctor", "--fix"])["ok"], true);
    assert!(young.exists() && alive.exists() && !dead.exists());
    drop(other);
    let (_, error) = shop.refused(&["doctor"]);
    assert_eq!(error["code"], "incompatible_store", "alone, it is left over: {error}");
    tidy(&shop);
    assert!(!young.exists() && alive.exists());
    drop(lock);
    shop.run(&["backup", plain(&data.join("backups/tuesday"))]);
    assert!(!alive.exists() && !data.join("backups/tuesday/at-work.lock").exists());
}
