//! Erasing a person leaves no trace of the id.

use std::sync::Arc;

use arrow::array::{AsArray, Int64Array, RecordBatch};
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use store::args;
use store::testing::TestDb;

use super::{Line, NOW, add, batch, everything, expected, lake, lines, month, write};
use crate::catalog::file::{file_add, file_drop, file_replace, file_retire};
use crate::catalog::table::table_define;
use crate::{ColumnType, FileState, FileWriter, Lake, ORDER_LINE, WriteOptions, hot_append};

store::on_both!(leaves_no_trace, gives_up_cleanly, sealing_waits_for_an_erasure);

const HIM: i64 = 42;

/// Every file on the disk that has a row of the customer.
fn traces(lake: &Lake) -> Vec<String> {
    let holds = |path: &str| {
        let file = std::fs::File::open(lake.files().absolute(path)).unwrap();
        let mut reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        reader.any(|batch| {
            let batch = batch.unwrap();
            let ids = batch.column_by_name("customer_id").unwrap().as_primitive::<Int64Type>();
            ids.iter().any(|id| id == Some(HIM))
        })
    };
    lake.files().list().unwrap().into_iter().map(|f| f.path).filter(|path| holds(path)).collect()
}

async fn prepare(t: &TestDb, lake: &Lake) -> (Vec<Line>, Vec<Line>) {
    let january = lines(month("2026-01"), 1..100, 30_000, 1);
    let retired = lines(month("2026-02"), 1..100, 1_000, 2);
    let hot = lines(month("2026-04"), 1..100, 500, 4);
    let mut tx = t.db.write().await.unwrap();
    hot_append(&mut tx, &batch(&hot)).await.unwrap();
    tx.commit().await.unwrap();
    add(lake, month("2026-01"), &january, Some(1)).await;
    let second = add(lake, month("2026-02"), &retired, Some(2)).await;
    let third = add(lake, month("2026-03"), &lines(month("2026-03"), 1..100, 1_000, 3), None).await;
    add(lake, month("2026-05"), &lines(month("2026-05"), 200..300, 100, 5), None).await;
    let staged = write(lake, month("2026-06"), &lines(month("2026-06"), 1..100, 700, 6)).await;
    let mut tx = t.db.write().await.unwrap();
    file_retire(&mut tx, NOW, &[second.id], 9).await.unwrap();
    file_drop(&mut tx, NOW, &[third.id]).await.unwrap();
    file_add(&mut tx, lake, NOW, &[staged], FileState::Staged, Some(6)).await.unwrap();
    let table =
        table_define(&mut tx, NOW, "trait", &[("customer_id", ColumnType::Int64), ("orders", ColumnType::Int64)]);
    let table = Arc::new(table.await.unwrap());
    tx.commit().await.unwrap();
    let ids = lake.file_ids().await.unwrap();
    let mut writer = FileWriter::new(lake, &table, None, &ids, WriteOptions::default()).unwrap();
    let numbers = || Arc::new((1..100).map(Some).collect::<Int64Array>()) as arrow::array::ArrayRef;
    writer.write(&RecordBatch::try_from_iter([("customer_id", numbers()), ("orders", numbers())]).unwrap()).unwrap();
    let file = writer.finish().unwrap().unwrap();
    let mut tx = t.db.write().await.unwrap();
    file_replace(&mut tx, lake, NOW, &table, &[file]).await.unwrap();
    tx.commit().await.unwrap();
    (january, hot)
}

async fn leaves_no_trace(t: TestDb) {
    let lake = lake(&t).await;
    let (january, hot) = prepare(&t, &lake).await;
    let before = lake.snapshot().await.unwrap();
    assert_eq!(traces(&lake).len(), 5, "January, retired, dropped, staged and the traits");
    lake.erase(NOW, HIM).await.unwrap();
    assert_eq!(traces(&lake), Vec::<String>::new());
    assert_eq!(lake.verify(true, |_| {}).await.unwrap(), []);
    let after = lake.snapshot().await.unwrap();
    let mut wanted: Vec<Line> = january.iter().chain(&hot).copied().collect();
    wanted.extend(lines(month("2026-05"), 200..300, 100, 5));
    wanted.iter_mut().filter(|l| l.customer == Some(HIM)).for_each(|l| l.customer = None);
    assert_eq!(everything(&after), expected(&wanted));
    let traits = after.table("trait").unwrap();
    assert_eq!(after.rows(traits), 98);
    assert!(after.of_customer(traits, HIM, &["orders"]).unwrap().is_empty());
    assert_eq!(after.of_customer(traits, HIM + 1, &["orders"]).unwrap()[0].num_rows(), 1);
    // What was retired comes back without him; what was staged is published without him.
    let mut tx = t.db.write().await.unwrap();
    assert_eq!(crate::catalog::file::file_restore(&mut tx, NOW, 9).await.unwrap(), 1);
    assert_eq!(crate::catalog::file::file_publish(&mut tx, NOW, 6).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let all = lake.snapshot().await.unwrap();
    assert_eq!(all.rows(&ORDER_LINE), after.rows(&ORDER_LINE) + 1_700);
    assert!(all.of_customer(&ORDER_LINE, HIM, &["amount"]).unwrap().is_empty());
    // Who still has the old view is told to begin again, unless the file is open already.
    drop(before);
    let rows = t.db.read().await.unwrap().fetch_all("SELECT id FROM lake_file WHERE state = 'dropped'", args![]).await;
    assert!(rows.unwrap().is_empty());
}

async fn gives_up_cleanly(t: TestDb) {
    let lake = lake(&t).await;
    add(&lake, month("2026-01"), &lines(month("2026-01"), 1..100, 1_000, 1), None).await;
    let erasure = lake.erase_prepare(HIM).await.unwrap();
    add(&lake, month("2026-02"), &lines(month("2026-02"), 1..100, 1_000, 2), None).await;
    let mut tx = t.db.write().await.unwrap();
    assert_eq!(erasure.apply(&mut tx, NOW).await.unwrap_err().code, base::Code::Conflict);
    drop(tx);
    erasure.give_up();
    assert_eq!(lake.files().list().unwrap().len(), 2);
    // Sealing that read hot rows before an erasure must not bring him back: its rows are sealed by the next call.
    let mut tx = t.db.write().await.unwrap();
    hot_append(&mut tx, &batch(&lines(month("2026-03"), 1..100, 500, 3))).await.unwrap();
    tx.commit().await.unwrap();
    let (sealed, erased) = tokio::join!(lake.seal(NOW), lake.erase(NOW, HIM));
    erased.unwrap();
    let rest = lake.seal(NOW).await.unwrap();
    assert_eq!(sealed.unwrap() + rest, 500);
    assert_eq!(traces(&lake), Vec::<String>::new());
}

async fn sealing_waits_for_an_erasure(t: TestDb) {
    let lake = lake(&t).await;
    let mut tx = t.db.write().await.unwrap();
    hot_append(&mut tx, &batch(&lines(month("2026-03"), 1..100, 500, 3))).await.unwrap();
    tx.commit().await.unwrap();
    // What an erasure does first: from here on it looks for files that hold him.
    let mut tx = t.db.write().await.unwrap();
    store::next_ids(&mut tx, "lake_erasure", 1).await.unwrap();
    let commit = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        tx.commit().await.unwrap();
    };
    let (sealed, ()) = tokio::join!(lake.seal(NOW), commit);
    assert_eq!(sealed.unwrap(), 0, "the rows it had read may hold the erased person");
    assert_eq!(lake.seal(NOW).await.unwrap(), 500);
}
