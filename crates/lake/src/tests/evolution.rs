//! Columns come, files stay.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch};
use store::testing::TestDb;

use super::{NOW, lake, reading};
use crate::catalog::file::{file_add, file_replace};
use crate::catalog::table::table_define;
use crate::{ColumnType, FileState, FileWriter, Lake, NewFile, TableDef, WriteOptions};

store::on_both!(columns_are_added, types_change_under_new_ids);

async fn define(lake: &Lake, columns: &[(&str, ColumnType)]) -> Arc<TableDef> {
    let mut tx = lake.db().write().await.unwrap();
    let table = table_define(&mut tx, NOW, "trait", columns).await.unwrap();
    tx.commit().await.unwrap();
    Arc::new(table)
}

async fn file(lake: &Lake, table: &Arc<TableDef>, columns: Vec<(&str, ArrayRef)>) -> NewFile {
    let ids = lake.file_ids().await.unwrap();
    let mut writer = FileWriter::new(lake, table, None, &ids, WriteOptions::default()).unwrap();
    writer.write(&RecordBatch::try_from_iter(columns).unwrap()).unwrap();
    writer.finish().unwrap().unwrap()
}

async fn columns_are_added(t: TestDb) {
    let lake = lake(&t).await;
    let old = define(&lake, &[("customer_id", ColumnType::Int64), ("orders", ColumnType::Int64)]).await;
    let numbers = |n: i64| Arc::new(Int64Array::from_iter_values(0..n)) as ArrayRef;
    let first = file(&lake, &old, vec![("customer_id", numbers(5)), ("orders", numbers(5))]).await;
    let new =
        define(&lake, &[("customer_id", ColumnType::Int64), ("city", ColumnType::Text), ("orders", ColumnType::Int64)])
            .await;
    assert_eq!(new.columns.iter().map(|c| c.field_id).collect::<Vec<_>>(), [1, 3, 2]);
    let mut tx = t.db.write().await.unwrap();
    file_add(&mut tx, &lake, NOW, &[first], FileState::Live, None).await.unwrap();
    tx.commit().await.unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let table = snapshot.table("trait").unwrap();
    let seen =
        snapshot.scan(table, reading(&["city", "orders"]), None, Vec::new, |all: &mut Vec<RecordBatch>, batch| {
            all.push(batch.clone());
            Ok(())
        });
    let seen: Vec<RecordBatch> = seen.unwrap().into_iter().flatten().collect();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].column(0).null_count(), seen[0].column(1).null_count(), seen[0].num_rows()), (5, 0, 5));
    let him = snapshot.of_customer(table, 3, &["orders", "city"]).unwrap();
    assert_eq!(him[0].column(0).as_primitive::<arrow::datatypes::Int64Type>().value(0), 3);
    assert!(snapshot.table("traits").unwrap_err().hint.unwrap().contains("trait"));
}

async fn types_change_under_new_ids(t: TestDb) {
    let lake = lake(&t).await;
    let old =
        define(&lake, &[("customer_id", ColumnType::Int64), ("value", ColumnType::Int64), ("gone", ColumnType::Text)])
            .await;
    let numbers = || Arc::new(Int64Array::from_iter_values(0..5)) as ArrayRef;
    let first = file(&lake, &old, vec![("customer_id", numbers()), ("value", numbers())]).await;
    let mut tx = t.db.write().await.unwrap();
    file_replace(&mut tx, &lake, NOW, &old, &[first]).await.unwrap();
    tx.commit().await.unwrap();
    let new = define(&lake, &[("customer_id", ColumnType::Int64), ("value", ColumnType::Float64)]).await;
    assert_eq!(new.require("value").unwrap().field_id, 4);
    // Until the new files are there, the old values are missing rather than of the wrong type.
    let snapshot = lake.snapshot().await.unwrap();
    let before = snapshot.of_customer(snapshot.table("trait").unwrap(), 2, &["value"]).unwrap();
    assert_eq!(before[0].column(0).null_count(), 1);
    let halves = Arc::new(Float64Array::from_iter_values([0.5, 1.5])) as ArrayRef;
    let ids = Arc::new(Int64Array::from_iter_values([1, 2])) as ArrayRef;
    let second = file(&lake, &new, vec![("customer_id", ids), ("value", halves)]).await;
    let mut tx = t.db.write().await.unwrap();
    file_replace(&mut tx, &lake, NOW, &new, &[second]).await.unwrap();
    tx.commit().await.unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let table = snapshot.table("trait").unwrap();
    assert_eq!(table.names(), ["customer_id", "value"]);
    let after = snapshot.of_customer(table, 2, &["value"]).unwrap();
    assert!((after[0].column(0).as_primitive::<arrow::datatypes::Float64Type>().value(0) - 1.5).abs() < 1e-9);
    let mut tx = t.db.write().await.unwrap();
    assert!(table_define(&mut tx, NOW, "order_line", &[("customer_id", ColumnType::Int64)]).await.is_err());
    assert!(table_define(&mut tx, NOW, "Robert'); --", &[("customer_id", ColumnType::Int64)]).await.is_err());
}
