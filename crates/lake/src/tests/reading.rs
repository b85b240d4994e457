//! The three ways of reading agree.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use base::Code;
use proptest::prelude::*;
use store::testing::{TestDb, sqlite};

use super::{COLUMNS, Line, add, batch, everything, expected, lake, lines, month, read_back, reading};
use crate::{Month, ORDER_LINE, Reading, Snapshot, hot_append};

store::on_both!(ways_agree, hot_rows_count, cancels, what_lies_within_a_span_is_told_apart);

type Row = (Option<i64>, i64, String);

/// Customers in the order in which the pass hands them out.
fn pass(snapshot: &Snapshot, threads: usize) -> Vec<(i64, Vec<Row>)> {
    let cancel = AtomicBool::new(false);
    let reading = Reading { columns: &COLUMNS, threads, cancel: &cancel };
    let prepare = |batch: &arrow::array::RecordBatch| Ok(batch.num_rows());
    let states = snapshot.by_customer(&ORDER_LINE, reading, prepare, Vec::new, |all, customer, rows| {
        let mut mine = Vec::new();
        for slice in rows.iter() {
            assert_eq!(*slice.prepared, slice.batch.num_rows());
            mine.extend(read_back(slice.batch, slice.rows()));
        }
        assert_eq!(mine.len(), rows.rows());
        mine.sort();
        all.push((customer, mine));
        Ok(())
    });
    states.unwrap().into_iter().flatten().collect()
}

fn grouped(all: &[Line]) -> Vec<(i64, Vec<Row>)> {
    let mut by: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    for row in expected(all) {
        if let Some(customer) = row.0 {
            by.entry(customer).or_default().push(row);
        }
    }
    by.into_iter().collect()
}

async fn ways_agree(t: TestDb) {
    let lake = lake(&t).await;
    let mut all = Vec::new();
    for (m, count) in [("2026-01", 40_000), ("2026-02", 5_000), ("2026-02", 300)] {
        let some = lines(month(m), 1..2_000, count, count as u64);
        add(&lake, month(m), &some, None).await;
        all.extend(some);
    }
    let snapshot = lake.snapshot().await.unwrap();
    assert_eq!(everything(&snapshot), expected(&all));
    assert_eq!(pass(&snapshot, 4), grouped(&all));
    for customer in [1, 777, 1_999, 5_000] {
        let batches = snapshot.of_customer(&ORDER_LINE, customer, &COLUMNS).unwrap();
        let mut mine: Vec<Row> = batches.iter().flat_map(|b| read_back(b, 0..b.num_rows())).collect();
        mine.sort();
        assert_eq!(mine, expected(all.iter().filter(|l| l.customer == Some(customer))));
    }
    let january = month("2026-01")..=month("2026-01");
    let count = snapshot.scan(
        &ORDER_LINE,
        reading(&["amount"]),
        Some(&january),
        || 0,
        |n, b| {
            *n += b.num_rows();
            Ok(())
        },
    );
    assert_eq!(count.unwrap().iter().sum::<usize>(), 40_000);
}

async fn hot_rows_count(t: TestDb) {
    let lake = lake(&t).await;
    let cold = lines(month("2026-01"), 1..50, 500, 1);
    add(&lake, month("2026-01"), &cold, None).await;
    let hot = lines(month("2026-02"), 1..50, 700, 2);
    let before = lake.snapshot().await.unwrap();
    let mut tx = t.db.write().await.unwrap();
    hot_append(&mut tx, &batch(&hot)).await.unwrap();
    tx.commit().await.unwrap();
    let after = lake.snapshot().await.unwrap();
    let all: Vec<Line> = cold.iter().chain(&hot).copied().collect();
    assert_eq!(everything(&before), expected(&cold));
    assert_eq!(everything(&after), expected(&all));
    assert_eq!(pass(&after, 2), grouped(&all));
    assert_eq!(after.rows(&ORDER_LINE), 1_200);
    let mine = after.of_customer(&ORDER_LINE, 7, &COLUMNS).unwrap();
    let rows: usize = mine.iter().map(arrow::array::RecordBatch::num_rows).sum();
    assert_eq!(rows, all.iter().filter(|l| l.customer == Some(7)).count());
    let february = month("2026-02")..=month("2026-02");
    let count = after.scan(
        &ORDER_LINE,
        reading(&["kind"]),
        Some(&february),
        || 0,
        |n, b| {
            *n += b.num_rows();
            Ok(())
        },
    );
    assert_eq!(count.unwrap().iter().sum::<usize>(), 700);
    // What was read back goes in again unchanged: the types of the readers are taken too.
    let again = after.hot(&ORDER_LINE)[0].clone();
    let mut tx = t.db.write().await.unwrap();
    hot_append(&mut tx, &again).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(lake.snapshot().await.unwrap().rows(&ORDER_LINE), 1_900);
}

async fn cancels(t: TestDb) {
    let lake = lake(&t).await;
    add(&lake, month("2026-01"), &lines(month("2026-01"), 1..50, 500, 1), None).await;
    let snapshot = lake.snapshot().await.unwrap();
    let cancel = AtomicBool::new(true);
    let reading = Reading { columns: &COLUMNS, threads: 2, cancel: &cancel };
    let gone = snapshot.by_customer(&ORDER_LINE, reading, |_| Ok(()), || (), |(), _, _| Ok(()));
    assert_eq!(gone.unwrap_err().code, Code::Cancelled);
    let gone = snapshot.scan(&ORDER_LINE, reading, None, || (), |(), _| Ok(()));
    assert_eq!(gone.unwrap_err().code, Code::Cancelled);
    let wrong = snapshot.of_customer(&ORDER_LINE, 1, &["amuont"]).unwrap_err();
    assert!(wrong.hint.unwrap().contains("amount"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_pass_is_the_scan_grouped(
        files in proptest::collection::vec((0i32..3, 1i64..400, 1usize..6_000, any::<u64>()), 1..8),
        threads in 1usize..5,
        hot in 0usize..50,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (found, wanted) = runtime.block_on(async {
            let t = sqlite().await;
            let lake = lake(&t).await;
            let mut all = Vec::new();
            for (m, customers, count, seed) in files {
                let month = Month(2026 * 12 + m);
                let some = lines(month, 1..customers + 1, count, seed % 1_000_000);
                add(&lake, month, &some, None).await;
                all.extend(some);
            }
            let some = lines(Month(2026 * 12), 100..300, hot, 5);
            let mut tx = t.db.write().await.unwrap();
            hot_append(&mut tx, &batch(&some)).await.unwrap();
            tx.commit().await.unwrap();
            all.extend(some);
            (pass(&lake.snapshot().await.unwrap(), threads), grouped(&all))
        });
        prop_assert_eq!(found, wanted);
    }
}

/// A look-up reads a small part of a large history, and nothing of the files in which the customer cannot be.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_reads_little() {
    let t = sqlite().await;
    let lake = lake(&t).await;
    let mut bytes = 0;
    for m in 0..24 {
        let month = Month(2025 * 12 + m);
        bytes += add(&lake, month, &lines(month, 1..20_000, 40_000, m as u64), None).await.bytes as u64;
    }
    let snapshot = lake.snapshot().await.unwrap();
    let names = ORDER_LINE.names();
    let found = snapshot.of_customer(&ORDER_LINE, 10_000, &names).unwrap();
    assert!(!found.is_empty());
    let before = lake.bytes_read();
    snapshot.of_customer(&ORDER_LINE, 10_000, &names).unwrap();
    let warm = lake.bytes_read() - before;
    assert!(warm * 10 < bytes, "{warm} of {bytes} bytes");
    let before = lake.bytes_read();
    assert!(snapshot.of_customer(&ORDER_LINE, 60_000, &names).unwrap().is_empty());
    assert_eq!(lake.bytes_read(), before);
}

async fn what_lies_within_a_span_is_told_apart(t: TestDb) {
    let lake = lake(&t).await;
    let mut times = Vec::new();
    for (m, count) in [("2026-01", 400), ("2026-02", 300), ("2026-03", 200)] {
        let some = lines(month(m), 1..50, count, count as u64);
        add(&lake, month(m), &some, None).await;
        times.push((some.iter().map(|l| l.time).min().unwrap(), some.iter().map(|l| l.time).max().unwrap()));
    }
    let mut tx = lake.db().write().await.unwrap();
    hot_append(&mut tx, &batch(&lines(month("2026-02"), 1..50, 10, 7))).await.unwrap();
    tx.commit().await.unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let rows = |span| {
        let (within, others) = snapshot.within(span);
        (within.rows(&ORDER_LINE), others.rows(&ORDER_LINE))
    };
    let ((first, _), (begin, end), (_, last)) = (times[0], times[1], times[2]);
    assert_eq!(rows((begin, end)), (300, 610), "both ends belong to it, rows of no file do not");
    assert_eq!(rows((begin + 1, end)), (0, 910));
    assert_eq!(rows((begin, end - 1)), (0, 910));
    assert_eq!(rows((first, last)), (900, 10));
    assert_eq!(rows((end, begin)), (0, 910));
}
