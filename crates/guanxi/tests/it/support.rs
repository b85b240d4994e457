//! A data folder of its own for every test, and the binary called as people call it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

/// A shop in a temporary folder.
pub(crate) struct Shop {
    folder: TempDir,
}

impl Shop {
    /// In London, with pounds: the shop of Online Retail.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// As [`Shop::new`], with more options of `init`.
    pub(crate) fn with(options: &[&str]) -> Self {
        let shop = Self { folder: tempfile::tempdir().expect("a temporary folder can be made") };
        let data = shop.path("data");
        let fixed = ["init", plain(&data), "--zone", "Europe/London", "--currency", "GBP", "--region", "GB"];
        let output = binary().args(fixed).args(options).output().expect("the binary runs");
        assert!(output.status.success(), "init failed: {}", String::from_utf8_lossy(&output.stderr));
        shop
    }

    /// A path beside the data folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file beside the data folder.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("the folder takes a file");
        path
    }

    /// The binary, set to this shop; arguments are still to come.
    pub(crate) fn command(&self) -> Command {
        let mut command = binary();
        command.arg("--json").arg("--data").arg(self.path("data"));
        command
    }

    /// What a command that must succeed prints.
    pub(crate) fn run(&self, words: &[&str]) -> Value {
        printed(words, &self.command().args(words).output().expect("the binary runs"))
    }

    /// As [`Shop::run`], with text on standard input.
    pub(crate) fn feed(&self, words: &[&str], text: &str) -> Value {
        let mut command = self.command();
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("the binary reads");
        printed(words, &child.wait_with_output().expect("the binary ends"))
    }

    /// The exit code and the error of a command that must fail.
    pub(crate) fn refused(&self, words: &[&str]) -> (Option<i32>, Value) {
        let output = self.command().args(words).output().expect("the binary runs");
        assert!(!output.status.success(), "guanxi {} did not fail", words.join(" "));
        let told = String::from_utf8_lossy(&output.stderr);
        let last = told.lines().rfind(|line| line.starts_with('{')).unwrap_or_default();
        let error: Value = serde_json::from_str(last).unwrap_or_else(|e| panic!("{e} in {told}"));
        (output.status.code(), error["error"].clone())
    }

    /// Imports a file of orders; the report.
    pub(crate) fn import(&self, file: &Path, options: &[&str]) -> Value {
        let words = [&["import", "orders", plain(file)], options].concat();
        self.run(&words)["report"].clone()
    }

    /// Takes an import back.
    pub(crate) fn undo(&self, number: u32) {
        self.run(&["import", "undo", &format!("imp_{number}")]);
    }

    /// The rows of an answer.
    pub(crate) fn query(&self, sql: &str) -> Vec<Value> {
        self.run(&["query", sql]).as_array().expect("an answer is a list").clone()
    }

    /// The one number of an answer.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        let rows = self.query(sql);
        rows[0]["n"].as_i64().unwrap_or_else(|| panic!("{sql} answers {rows:?}"))
    }

    /// Sales, returns and adjustments in the history.
    pub(crate) fn sums(&self) -> [Sum; 3] {
        let rows = self.query("select kind, count(*) n, sum(amount) amount from order_line group by kind");
        ["sale", "return", "adjustment"].map(|kind| {
            let row = rows.iter().find(|row| row["kind"] == kind);
            row.map_or(Sum::default(), |row| Sum { lines: integer(&row["n"]), amount: money(&row["amount"]) })
        })
    }
}

/// Lines of one kind: how many, and their amount in 1/10000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) lines: i64,
    pub(crate) amount: i64,
}

/// The sums of a report by kind, `with_customer` or `without_customer`.
pub(crate) fn told(report: &Value, whose: &str) -> [Sum; 3] {
    let sums = &report["figures"][whose];
    [0, 1, 2].map(|kind| Sum { lines: integer(&sums[kind]["lines"]), amount: money(&sums[kind]["amount"]) })
}

/// The sums of a report by kind.
pub(crate) fn told_all(report: &Value) -> [Sum; 3] {
    let (named, unnamed) = (told(report, "with_customer"), told(report, "without_customer"));
    [0, 1, 2].map(|kind| Sum {
        lines: named[kind].lines + unnamed[kind].lines,
        amount: named[kind].amount + unnamed[kind].amount,
    })
}

/// A whole number out of JSON.
pub(crate) fn integer(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is not a whole number"))
}

/// An amount of a query (text with four decimals) in 1/10000.
pub(crate) fn money(value: &Value) -> i64 {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is not an amount"));
    let (whole, part) = text.split_once('.').unwrap_or_else(|| panic!("{text} has no decimals"));
    assert_eq!(part.len(), 4, "{text} has not four decimals");
    format!("{whole}{part}").parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// A path that is plain text.
pub(crate) fn plain(path: &Path) -> &str {
    path.to_str().expect("the temporary folder has a plain name")
}

/// A file of the shared data; `None`, visibly, where there is none.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if path.is_file() {
        return Some(path);
    }
    skipped("../shared/data is not here");
    None
}

/// Says what is left out.
pub(crate) fn skipped(what: &str) {
    // Without an output nobody looks.
    let _ = writeln!(std::io::stdout().lock(), "skipped: {what}");
}

/// The first rows of Online Retail below its header.
pub(crate) fn online_retail(rows: usize) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let file = File::open(shared("online_retail.csv.gz")?).expect("the file opens");
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let owned = |record: &csv::StringRecord| record.iter().map(ToOwned::to_owned).collect::<Vec<_>>();
    let header = owned(reader.headers().expect("it has a header"));
    let records = reader.records().take(rows).map(|record| owned(&record.expect("it is well-formed")));
    Some((header, records.collect()))
}

fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanxi"));
    command.env_remove("GUANXI_DATA");
    command
}

fn printed(words: &[&str], output: &Output) -> Value {
    let words = words.join(" ");
    assert!(output.status.success(), "guanxi {words} failed: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("guanxi {words} prints no JSON ({e}): {}", String::from_utf8_lossy(&output.stdout)))
}

/// A database of a test's own on the PostgreSQL server that answers; gone when this is dropped.
pub(crate) struct Postgres {
    pub(crate) url: String,
    server: String,
    name: String,
}

impl Postgres {
    /// `None`, visibly, when no server answers.
    pub(crate) fn new() -> Option<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let server =
            std::env::var("GUANXI_TEST_POSTGRES").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432".into());
        let name = format!("guanxi_it_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        if let Err(e) = administer(&server, format!("CREATE DATABASE {name}")) {
            skipped(&format!("no PostgreSQL server answers on 127.0.0.1:5432 (set GUANXI_TEST_POSTGRES): {e}"));
            return None;
        }
        Some(Self { url: format!("{server}/{name}"), server, name })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let gone = administer(&self.server, format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        gone.unwrap_or_else(|e| skipped(&format!("dropping the database {}: {e}", self.name)));
    }
}

fn administer(server: &str, sql: String) -> Result<(), sqlx::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    runtime.block_on(async {
        let mut connection = PgConnection::connect(&format!("{server}/postgres")).await?;
        connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await?;
        Ok(())
    })
}

/// A shop with customers, orders, traits and groups, in the days and with the names of the examples of the API's document: pages
/// of an empty shop say little.
pub(crate) fn filled() -> Shop {
    let shop = Shop::new();
    let order = |n: usize| {
        // April to December 2025, January to March 2026.
        let (year, month) = if n % 12 < 3 { (2026, 1 + n % 12) } else { (2025, 1 + n % 12) };
        json!({ "order_id": format!("A{n}"), "time": format!("{year}-{month:02}-{:02} 10:00", 1 + n % 28),
            "customer": format!("C{}", n % 97), "customer_name": "王小明", "customer_email": format!("c{}@example.com", n % 97),
            "product": format!("P{}", n % 7), "category": "Tea", "store": "S1", "channel": "online",
            "quantity": 1 + n % 3, "unit_price": 2.5 })
        .to_string()
    };
    shop.feed(&["intake"], &(0..400).map(order).collect::<Vec<_>>().join("\n"));
    shop.run(&["traits", "rebuild"]);
    shop.run(&["segment", "rfm"]);
    shop
}
