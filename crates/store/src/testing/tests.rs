//! The suite that decides what a supported database is.

use std::sync::Arc;

use super::TestDb;
use crate::{Value, args, next_ids};

crate::on_both!(
    values_round_trip,
    missing_values_keep_their_type,
    many_rows,
    every_value_in_many_rows,
    rolls_back,
    ids_are_dense,
    writers_queue,
    scrubbing_waits_for_readers,
    migrates_twice,
    refuses_the_future
);

async fn values_round_trip(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let bytes = if t.db.dialect() == crate::Dialect::Sqlite { "BLOB" } else { "BYTEA" };
    tx.script(&format!("CREATE TABLE v (i BIGINT, r DOUBLE PRECISION, t TEXT, b {bytes})")).await.unwrap();
    let blob = vec![0u8, 255, 1];
    tx.execute("INSERT INTO v (i, r, t, b) VALUES ($1, $2, $3, $4)", args![i64::MIN, 0.1, "关系 '\"", blob.clone()])
        .await
        .unwrap();
    let row = tx.fetch_one("SELECT i, r, t, b FROM v", args![]).await.unwrap();
    assert_eq!(row.get::<i64>("i").unwrap(), i64::MIN);
    assert_eq!(row.get::<Option<f64>>("r").unwrap(), Some(0.1));
    assert_eq!(row.get::<String>("t").unwrap(), "关系 '\"");
    assert_eq!(row.get::<Vec<u8>>("b").unwrap(), blob);
    assert!(row.get::<i64>("t").is_err() && row.get::<i64>("nothing").is_err());
    let sums = tx
        .fetch_one("SELECT CAST(count(*) AS BIGINT) AS n, CAST(sum(i) AS BIGINT) AS s FROM v", args![])
        .await
        .unwrap();
    assert_eq!((sums.get::<i64>("n").unwrap(), sums.get::<i64>("s").unwrap()), (1, i64::MIN));
}

async fn missing_values_keep_their_type(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let bytes = if t.db.dialect() == crate::Dialect::Sqlite { "BLOB" } else { "BYTEA" };
    tx.script(&format!("CREATE TABLE v (i BIGINT, r DOUBLE PRECISION, t TEXT, b {bytes})")).await.unwrap();
    let rows = vec![
        vec![Value::Int(None), Value::Real(None), Value::Text(None), Value::Blob(None)],
        vec![Value::Int(Some(1)), Value::Real(Some(1.5)), Value::Text(Some("x".into())), Value::Blob(Some(vec![1]))],
    ];
    assert_eq!(tx.insert_many("INSERT INTO v (i, r, t, b) VALUES", 4, rows, "").await.unwrap(), 2);
    let row = tx.fetch_one("SELECT i, r, t, b FROM v WHERE i IS NULL", args![]).await.unwrap();
    assert_eq!(row.get::<Option<i64>>("i").unwrap(), None);
    assert_eq!(row.get::<Option<f64>>("r").unwrap(), None);
    assert_eq!(row.get::<Option<String>>("t").unwrap(), None);
    assert_eq!(row.get::<Option<Vec<u8>>>("b").unwrap(), None);
}

async fn many_rows(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    tx.script("CREATE TABLE m (i BIGINT PRIMARY KEY, t TEXT)").await.unwrap();
    let rows = (0..2_501i64).map(|i| args![i, format!("row {i}")]);
    assert_eq!(
        tx.insert_many("INSERT INTO m (i, t) VALUES", 2, rows, "ON CONFLICT (i) DO NOTHING").await.unwrap(),
        2_501
    );
    let again = (2_490..2_510i64).map(|i| args![i, "again"]);
    assert_eq!(tx.insert_many("INSERT INTO m (i, t) VALUES", 2, again, "ON CONFLICT (i) DO NOTHING").await.unwrap(), 9);
    assert_eq!(tx.fetch_all("SELECT i FROM m WHERE t LIKE 'row%'", args![]).await.unwrap().len(), 2_501);
}

async fn every_value_in_many_rows(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let bytes = if t.db.dialect() == crate::Dialect::Sqlite { "BLOB" } else { "BYTEA" };
    tx.script(&format!("CREATE TABLE v (i BIGINT PRIMARY KEY, r DOUBLE PRECISION, t TEXT, b {bytes})")).await.unwrap();
    let texts = ["", "NULL", "a,b", "{x}", r#"say "hi""#, r"C:\new\", "关系\n\t", "'; --", r#"\""#, "{rows}"];
    let row = |n: i64| {
        let text = (n % 11 < 10).then(|| texts[(n % 11) as usize]);
        let real = (n % 3 > 0).then_some(n as f64 / 7.0);
        args![n, real, text, (n % 5 > 0).then(|| vec![n as u8, 0, 255, b'"', b'\\'])]
    };
    let insert = "INSERT INTO v (i, r, t, b) VALUES";
    assert_eq!(tx.insert_many(insert, 4, (0..10_500).map(row), "").await.unwrap(), 10_500);
    let mut next = 0;
    tx.fetch_each("SELECT i, r, t, b FROM v ORDER BY i", args![], |found| {
        let values: Vec<Value> = (0..4).map(|at| found.value(at)).collect::<Result<_, _>>()?;
        assert_eq!(values, row(next));
        next += 1;
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(next, 10_500);

    let update = "WITH w (i, t) AS ({rows}) UPDATE v SET t = w.t FROM w WHERE v.i = w.i";
    let changes = (0..12_000i64).map(|i| args![i, format!("now {i}")]);
    assert_eq!(tx.execute_many(update, 2, changes).await.unwrap(), 10_500);
    let mut found = Vec::new();
    let wanted = ["now 3", "now 10499", "nobody"].map(|t| args![t]);
    tx.fetch_many("SELECT i FROM v WHERE t IN ({rows})", 1, wanted, |row| {
        found.push(row.at::<i64>(0)?);
        Ok(())
    })
    .await
    .unwrap();
    found.sort_unstable();
    assert_eq!(found, [3, 10_499]);
    let pairs = (0..2_000i64).map(|i| args![i, format!("now {}", i % 1_000)]);
    assert_eq!(tx.execute_many("DELETE FROM v WHERE (i, t) IN ({rows})", 2, pairs).await.unwrap(), 1_000);
    assert_eq!(tx.execute_many("DELETE FROM v WHERE i IN ({rows})", 1, Vec::new()).await.unwrap(), 0);
    if t.db.dialect() == crate::Dialect::Postgres {
        let mixed = vec![args![1i64, 1i64], args![2i64, "x"]];
        assert!(tx.insert_many("INSERT INTO v (i, t) VALUES", 2, mixed, "").await.is_err());
    }
}

async fn rolls_back(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    next_ids(&mut tx, "thing", 5).await.unwrap();
    drop(tx);
    let mut tx = t.db.write().await.unwrap();
    assert_eq!(next_ids(&mut tx, "thing", 1).await.unwrap(), 1);
}

async fn ids_are_dense(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    assert_eq!(next_ids(&mut tx, "thing", 5).await.unwrap(), 1);
    assert_eq!(next_ids(&mut tx, "thing", 2).await.unwrap(), 6);
    assert_eq!(next_ids(&mut tx, "other", 1).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

async fn writers_queue(t: TestDb) {
    let db = Arc::new(t.db.clone());
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let db = Arc::clone(&db);
            tokio::spawn(async move {
                for _ in 0..10 {
                    let mut tx = db.write().await.unwrap();
                    next_ids(&mut tx, "shared", 1).await.unwrap();
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut tx = t.db.read().await.unwrap();
    let row = tx.fetch_one("SELECT value FROM sequence WHERE name = 'shared'", args![]).await.unwrap();
    assert_eq!(row.get::<i64>("value").unwrap(), 80);
}

async fn scrubbing_waits_for_readers(t: TestDb) {
    let count = async |name| {
        let mut tx = t.db.write().await.unwrap();
        next_ids(&mut tx, name, 1).await.unwrap();
        tx.commit().await.unwrap();
    };
    count("gone").await;
    let mut reader = t.db.read().await.unwrap();
    assert_eq!(reader.fetch_all("SELECT name FROM sequence", args![]).await.unwrap().len(), 1);
    let mut tx = t.db.write().await.unwrap();
    tx.execute("DELETE FROM sequence WHERE name = 'gone'", args![]).await.unwrap();
    tx.commit().await.unwrap();
    let db = t.db.clone();
    let scrub = tokio::spawn(async move { db.scrub().await });
    // Writers go on meanwhile.
    for _ in 0..4 {
        count("kept").await;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert!(!scrub.is_finished());
    reader.rollback().await.unwrap();
    scrub.await.unwrap().unwrap();
}

async fn migrates_twice(t: TestDb) {
    let again = crate::Db::open(t.db.url()).await.unwrap();
    assert!(again.read().await.unwrap().fetch_all("SELECT name FROM sequence", args![]).await.unwrap().is_empty());
    again.close().await;
}

async fn refuses_the_future(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    tx.execute(
        "UPDATE _sqlx_migrations SET version = 9999 WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
        args![],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let problem = crate::Db::open(t.db.url()).await.err().expect("a newer schema is refused");
    assert_eq!(problem.code, base::Code::IncompatibleStore);
    assert!(problem.message.contains("9999") && problem.hint.is_some(), "{problem:?}");
}
