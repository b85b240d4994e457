//! Queries: right answers, hot rows included, nothing but reading, and helpful errors.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int64Type};
use base::{Code, Problem};
use futures::StreamExt;
use store::testing::TestDb;

use super::{Line, add, batch, lake, lines, month};
use crate::engine::{ExtraTable, QueryLimits, QueryResult, Rows, Source};
use crate::{Lake, hot_append};

store::on_both!(answers, rounds, refuses, limits);

async fn filled(t: &TestDb) -> (Lake, Vec<Line>) {
    let lake = lake(t).await;
    let mut all = Vec::new();
    for m in ["2026-01", "2026-02"] {
        let some = lines(month(m), 1..100, 2_000, 1);
        add(&lake, month(m), &some, None).await;
        all.extend(some);
    }
    let hot = lines(month("2026-03"), 1..100, 300, 2);
    let mut tx = t.db.write().await.unwrap();
    hot_append(&mut tx, &batch(&hot)).await.unwrap();
    tx.commit().await.unwrap();
    all.extend(hot);
    (lake, all)
}

async fn ask(lake: &Lake, sql: &str) -> Result<QueryResult, base::Problem> {
    lake.query(sql, QueryLimits::default(), vec![]).await
}

/// Two customers; when they came is told to nobody.
struct Twice(RecordBatch);

impl Source for Twice {
    fn read(&self, columns: &[usize]) -> Rows {
        let rows = (0..2).map(|at| self.0.slice(at, 1).project(columns).unwrap());
        let rows = rows.map(|row| match columns {
            [0] => Err(Problem::new(Code::Conflict, "vips changed")),
            _ => Ok(row),
        });
        futures::stream::iter(rows.collect::<Vec<_>>()).boxed()
    }
}

fn number(result: &QueryResult, column: usize) -> i64 {
    result.batches[0].column(column).as_primitive::<Int64Type>().value(0)
}

async fn answers(t: TestDb) {
    let (lake, all) = filled(&t).await;
    let result = ask(&lake, "SELECT count(*), sum(amount), count(customer_id) FROM order_line").await.unwrap();
    assert_eq!(number(&result, 0), 4_300);
    let sum = result.batches[0].column(1).as_primitive::<Decimal128Type>().value(0);
    assert_eq!(sum, all.iter().map(|l| i128::from(l.amount)).sum());
    assert_eq!(number(&result, 2), all.iter().filter(|l| l.customer.is_some()).count() as i64);
    let sql = "SELECT count(*) FROM order_line WHERE customer_id = 7 AND time < TIMESTAMP '2026-02-01T00:00:00Z'";
    let wanted = all.iter().filter(|l| l.customer == Some(7) && l.time < month("2026-02").start()).count();
    assert_eq!(number(&ask(&lake, sql).await.unwrap(), 0), wanted as i64);
    let sql = "SELECT channel, count(*) AS n FROM order_line GROUP BY channel ORDER BY n DESC LIMIT 1";
    let top = ask(&lake, sql).await.unwrap();
    assert_eq!(top.schema.field(0).data_type(), &arrow::datatypes::DataType::Utf8);
    assert_eq!(top.rows(), 1);
    let columns = [("since", vec![1, 2]), ("customer_id", vec![7, 8])];
    let vips = RecordBatch::try_from_iter(columns.map(|(name, v)| (name, Arc::new(Int64Array::from(v)) as ArrayRef)));
    let sql = "SELECT count(*) FROM order_line JOIN vip USING (customer_id)";
    let vips = vips.unwrap();
    let extra = vec![ExtraTable { name: "vip".into(), schema: vips.schema(), rows: 2, source: Arc::new(Twice(vips)) }];
    let count = lake.query("SELECT count(*) FROM vip", QueryLimits::default(), extra.clone()).await.unwrap();
    assert_eq!(number(&count, 0), 2);
    let broken = lake.query("SELECT max(since) FROM vip", QueryLimits::default(), extra.clone()).await.unwrap_err();
    assert_eq!((broken.code, broken.message.as_str()), (Code::Conflict, "vips changed"));
    let joined = lake.query(sql, QueryLimits::default(), extra).await.unwrap();
    assert_eq!(number(&joined, 0), all.iter().filter(|l| matches!(l.customer, Some(7 | 8))).count() as i64);
    for sql in ["SHOW TABLES", "DESCRIBE order_line", "EXPLAIN SELECT 1", "WITH x AS (SELECT 1 AS a) SELECT a FROM x"] {
        assert!(ask(&lake, sql).await.unwrap().rows() > 0, "{sql}");
    }
    let empty = ask(&lake, "SELECT kind FROM order_line WHERE kind = 'nothing'").await.unwrap();
    assert_eq!((empty.rows(), empty.schema.field(0).name().as_str()), (0, "kind"));
}

/// A rounded decimal compares with a literal wherever it stands and however its places are written.
async fn rounds(t: TestDb) {
    let (lake, all) = filled(&t).await;
    let cents = |amount: i64| (amount.abs() + 50) / 100 * amount.signum();
    let wanted = cents(all[7].amount);
    let literal = format!("{}{}.{:02}", if wanted < 0 { "-" } else { "" }, wanted.abs() / 100, wanted.abs() % 100);
    let same = all.iter().filter(|l| cents(l.amount) == wanted).count() as i64;
    for places in ["2", "1 + 1", "places", "length(currency) - 1"] {
        let from = "(SELECT *, 2 AS places FROM order_line) AS lines";
        let sql = format!("SELECT count(*) FROM {from} WHERE round(amount, {places}) = {literal}");
        assert_eq!(number(&ask(&lake, &sql).await.unwrap(), 0), same, "{sql}");
        let sql = format!("SELECT count(*) FROM {from} WHERE round(amount, {places}) > 50");
        let more = all.iter().filter(|l| cents(l.amount) > 5_000).count() as i64;
        assert_eq!(number(&ask(&lake, &sql).await.unwrap(), 0), more, "{sql}");
    }
    let sql = "SELECT channel, round(sum(amount), 2) AS s FROM order_line GROUP BY channel
        HAVING round(sum(amount), 2) > 100 AND round(sum(amount), -1) <> 5 ORDER BY round(sum(amount), 2) DESC";
    let sums = ask(&lake, sql).await.unwrap();
    assert_eq!(sums.rows(), 3);
    assert!(matches!(sums.schema.field(1).data_type(), arrow::datatypes::DataType::Decimal128(_, 2)));
    let sql = "SELECT count(*) FROM order_line WHERE round(CASE WHEN amount > 0 THEN 0 ELSE amount END, 2) >= 0";
    let none = all.iter().filter(|l| cents(l.amount) >= 0).count() as i64;
    assert_eq!(number(&ask(&lake, sql).await.unwrap(), 0), none);
    let sql = "SELECT count(*) FROM order_line WHERE round(1.0 * amount / 3, 2) >= 0";
    assert!(number(&ask(&lake, sql).await.unwrap(), 0) > 0);
}

async fn refuses(t: TestDb) {
    let (lake, _) = filled(&t).await;
    let changes = [
        "CREATE TABLE x AS SELECT 1",
        "DROP TABLE order_line",
        "INSERT INTO order_line SELECT * FROM order_line",
        "COPY order_line TO '/tmp/stolen.csv'",
        "SET datafusion.execution.batch_size = 1",
        "DELETE FROM order_line",
        "EXPLAIN ANALYZE INSERT INTO order_line SELECT * FROM order_line",
        "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
        "SELECT 1; DROP TABLE order_line",
    ];
    for sql in changes {
        let problem = ask(&lake, sql).await.unwrap_err();
        assert_eq!(problem.code, Code::InvalidArgument, "{sql}: {problem:?}");
    }
    assert!(ask(&lake, "SELECT * FROM '/etc/passwd'").await.is_err());
    let problem = ask(&lake, "SELECT amuont FROM order_line").await.unwrap_err();
    assert_eq!(problem.message, "there is no column \"amuont\"");
    assert!(problem.hint.unwrap().starts_with("did you mean \"amount\"? There is customer_id, time"));
    let problem = ask(&lake, "SELECT * FROM order_lines").await.unwrap_err();
    assert_eq!((problem.code, problem.message.as_str()), (Code::NotFound, "there is no table \"order_lines\""));
    assert!(problem.hint.unwrap().starts_with("did you mean \"order_line\"?"));
    let problem = ask(&lake, "SELECT\n  kind FORM order_line WHERE").await.unwrap_err();
    assert!(problem.message.contains("Line: 2"), "{problem:?}");
    for (table, command) in [("trait", "guanxi traits rebuild"), ("rfm", "guanxi segment rfm")] {
        let problem = ask(&lake, &format!("SELECT * FROM {table}")).await.unwrap_err();
        assert!(problem.hint.as_ref().is_some_and(|h| h.contains(command)), "{problem:?}");
    }
    let problem = ask(&lake, "SELECT roun(amount) FROM order_line").await.unwrap_err();
    assert_eq!((problem.code, problem.message.as_str()), (Code::InvalidArgument, "there is no function \"roun\""));
    assert!(
        problem.hint.as_ref().is_some_and(|h| h.starts_with("did you mean \"round\"?") && !h.contains('\n')),
        "{problem:?}"
    );
    let problem = ask(&lake, "SELECT sum(kind) FROM order_line").await.unwrap_err();
    assert_eq!(problem.message, "the function cannot be called as sum(text)");
    assert!(problem.hint.is_some_and(|h| h.contains("sum(Decimal)") && !h.contains('\n')));
}

async fn limits(t: TestDb) {
    let (lake, _) = filled(&t).await;
    let few = QueryLimits { rows: 10, ..QueryLimits::default() };
    let result = lake.query("SELECT * FROM order_line", few, vec![]).await.unwrap();
    assert_eq!((result.rows(), result.truncated), (10, true));
    let result = lake.query("SELECT * FROM order_line LIMIT 10", few, vec![]).await.unwrap();
    assert_eq!((result.rows(), result.truncated), (10, false));
    let slow = "SELECT count(*) FROM order_line a JOIN order_line b ON a.amount < b.amount JOIN order_line c ON b.amount < c.amount";
    let short = QueryLimits { time: Duration::from_millis(100), ..QueryLimits::default() };
    let problem = lake.query(slow, short, vec![]).await.unwrap_err();
    assert!(problem.message.contains("longer than 0.1 s"), "{problem:?}");
    // Many with many: billions of rows out of one batch.
    let many =
        "SELECT count(*) FROM order_line a JOIN order_line b ON a.kind = b.kind JOIN order_line c ON b.kind = c.kind
        JOIN order_line d ON c.kind = d.kind WHERE a.amount + b.amount + c.amount + d.amount <> 0.0001";
    let problem = lake.query(many, short, vec![]).await.unwrap_err();
    assert!(problem.message.contains("longer than 0.1 s"), "{problem:?}");
    let small = QueryLimits { memory: 50_000, ..QueryLimits::default() };
    let sql = "SELECT a.order_id, b.order_id FROM order_line a JOIN order_line b ON a.customer_id = b.customer_id ORDER BY 2, 1";
    let problem = lake.query(sql, small, vec![]).await.unwrap_err();
    assert!(problem.message.contains("memory"), "{problem:?}");
    // An answer is held to the limit as well; one that is handed on batch by batch needs no more than a few of them.
    let wide = "SELECT repeat('x', 2000) AS wide FROM order_line a JOIN generate_series(1, 10) ON true";
    let narrow = QueryLimits { memory: 20 << 20, ..QueryLimits::default() };
    let problem = lake.query(wide, narrow, vec![]).await.unwrap_err();
    assert_eq!(
        (problem.code, problem.message.as_str()),
        (Code::Unavailable, "the query needs more memory than it may use")
    );
    assert!(problem.hint.is_some_and(|hint| hint.contains("to a file")));
    let snapshot = lake.snapshot().await.unwrap();
    let (to, mut from) = tokio::sync::mpsc::channel(1);
    let rows = async {
        let first: RecordBatch = from.recv().await.unwrap();
        assert_eq!((first.num_rows(), first.schema().field(0).name().as_str()), (0, "wide"));
        // Whoever takes the rows has time of his own.
        tokio::time::sleep(Duration::from_millis(3_500)).await;
        let mut rows = 0;
        while let Some(batch) = from.recv().await {
            rows += batch.num_rows();
        }
        rows
    };
    let hasty = QueryLimits { time: Duration::from_secs(3), ..narrow };
    let (truncated, rows) = tokio::join!(snapshot.query_into(wide, hasty, vec![], to), rows);
    assert_eq!((truncated.unwrap(), rows), (false, 43_000));
    let (to, _) = tokio::sync::mpsc::channel(1);
    assert!(!snapshot.query_into(wide, narrow, vec![], to).await.unwrap(), "nobody listens: it ends");
    let cramped = QueryLimits { memory: 32 << 20, disk: 1 << 20, threads: 1, ..QueryLimits::default() };
    let sorted =
        "SELECT repeat(order_id, 20) AS long, order_id, value FROM order_line JOIN generate_series(1, 100) ON true
        ORDER BY long, order_id, value";
    let problem = lake.query(sorted, cramped, vec![]).await.unwrap_err();
    assert_eq!(problem.message, "the query needs more room on the disk than it may use", "{problem:?}");
}
