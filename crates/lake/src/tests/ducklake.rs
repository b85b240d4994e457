//! DuckDB attaches the lake of a running system and sees the same numbers.

use std::path::{Path, PathBuf};
use std::process::Command;

use store::testing::TestDb;

use super::{Line, NOW, add, lake, lines, month};
use crate::ORDER_LINE;
use crate::catalog::file::file_drop;

const PACKAGES: [&str; 4] = [
    "duckdb==1.5.5",
    "duckdb-extension-ducklake",
    "duckdb-extension-sqlite-scanner",
    "duckdb-extension-postgres-scanner",
];

/// A Python with DuckDB, made once below the build folder; `None` when pip cannot install it here.
fn python() -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let folder = test.ancestors().nth(3)?.join("ducklake-venv");
    let python = folder.join("bin/python");
    let ready = folder.join("ready");
    if ready.exists() {
        return Some(python);
    }
    let run =
        |program: &Path, args: &[&str]| Command::new(program).args(args).output().is_ok_and(|o| o.status.success());
    let made = run(Path::new("python3"), &["-m", "venv", folder.to_str()?])
        && run(&python, &[&["-m", "pip", "install", "--quiet"][..], &PACKAGES].concat());
    (made && std::fs::write(ready, "").is_ok()).then_some(python)
}

fn decimal(value: i64) -> String {
    base::amount::format_scaled(value.into(), 4, 4)
}

async fn compare(t: TestDb, python: &Path) {
    let lake = lake(&t).await;
    let mut all: Vec<Line> = Vec::new();
    for m in ["2025-11", "2025-12", "2026-01"] {
        let some = lines(month(m), 1..500, 30_000, 7);
        add(&lake, month(m), &some, None).await;
        all.extend(some);
    }
    let gone = add(&lake, month("2026-02"), &lines(month("2026-02"), 1..500, 1_000, 8), None).await;
    let mut tx = t.db.write().await.unwrap();
    file_drop(&mut tx, NOW, &[gone.id]).await.unwrap();
    tx.commit().await.unwrap();
    let facts = |keep: &dyn Fn(&&Line) -> bool| {
        let some: Vec<&Line> = all.iter().filter(keep).collect();
        let sum = if some.is_empty() { "None".into() } else { decimal(some.iter().map(|l| l.amount).sum()) };
        format!("[\"{sum}\", \"{}\", \"{}\"]", some.len(), some.iter().filter(|l| l.customer.is_some()).count())
    };
    let select = "SELECT sum(amount), count(*), count(customer_id) FROM lake.order_line";
    let december = (month("2025-12").start(), month("2025-12").end());
    let expected = format!(
        "{{\"{select}\": {}, \"{select} WHERE customer_id = 77\": {}, \"{select} WHERE customer_id IS NULL\": {},
          \"{select} WHERE time >= '2025-12-01T00:00:00Z' AND time < '2026-01-01T00:00:00Z'\": {},
          \"{select} WHERE customer_id > 100000\": {},
          \"SELECT count(*) FROM (DESCRIBE lake.order_line)\": [\"{}\"]}}",
        facts(&|_| true),
        facts(&|l| l.customer == Some(77)),
        facts(&|l| l.customer.is_none()),
        facts(&|l| (december.0..december.1).contains(&l.time)),
        facts(&|_| false),
        ORDER_LINE.columns.len(),
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e/lake/ducklake.py");
    let output = Command::new(python).arg(script).arg(t.db.url()).arg(&expected).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("6 of 6 answers are right"), "{text}");
    drop(lake);
}

#[tokio::test(flavor = "multi_thread")]
async fn duckdb_sees_the_same() {
    let Some(python) = python() else {
        println!("skipped: pip cannot install duckdb here");
        return;
    };
    compare(store::testing::sqlite().await, &python).await;
    match store::testing::postgres().await {
        Some(t) => compare(t, &python).await,
        None => println!("skipped: no PostgreSQL server answers"),
    }
}
