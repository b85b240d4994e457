use base::{CustomerId, ImportId};
use store::testing::TestDb;
use store::{Tx, args};

use super::super::*;
use super::{CN, columns, dump, file, make, origin, person};

const COLUMNS: [&str; 6] = ["card", "name", "phone", "city", "email", "level"];

async fn update(tx: &mut Tx, import: i64, rows: &[&[&str]]) {
    let report =
        customers_update(tx, columns(&COLUMNS), &file(rows), CN, origin(import, import * 1_000)).await.unwrap();
    assert_eq!(report.error_count, 0, "{report:?}");
}

fn nobody(_: CustomerId) -> Option<ImportId> {
    None
}

async fn undo(tx: &mut Tx, import: i64) -> Undone {
    import_undo(tx, ImportId(import), 99_000, &nobody).await.unwrap()
}

async fn everything_is_as_before(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    make(&mut tx, &[person("王小明", "C1", "", ""), person("李四", "C2", "13912345678", "")], 1).await;
    update(&mut tx, 2, &[&["C1", "王晓明", "", "上海", "", ""], &["C2", "", "", "", "li@example.com", ""]]).await;
    let before = dump(&mut tx).await;
    let rows: [&[&str]; 3] = [
        &["C1", "王大明", "13812345678", "北京", "w@example.com", "3"],
        &["C2", "李思", "", "广州", "new@example.com", "1"],
        &["C5", "新客", "13712345678", "深圳", "x@example.com", "2"],
    ];
    update(&mut tx, 3, &rows).await;
    assert_ne!(before, dump(&mut tx).await);
    let undone = undo(&mut tx, 3).await;
    assert_eq!((undone.removed, undone.kept, undone.restored, undone.identities), (1, 0, 2, 3));
    assert_eq!(before, dump(&mut tx).await);
}

/// Undoing the middle of three imports leaves what the other two alone would have made.
async fn later_changes_stay(t: TestDb) {
    let first: [&[&str]; 2] = [&["C1", "王小明", "", "上海", "", ""], &["C2", "李四", "", "", "", ""]];
    let second: [&[&str]; 2] = [&["C1", "王大明", "", "北京", "", "1"], &["C2", "李思", "", "广州", "", ""]];
    let third: [&[&str]; 2] = [&["C1", "", "", "深圳", "", ""], &["C2", "李斯", "", "", "", "2"]];
    let mut tx = t.db.write().await.unwrap();
    update(&mut tx, 1, &first).await;
    update(&mut tx, 3, &third).await;
    let mut wanted = dump(&mut tx).await;
    for table in ["customer", "identity", "customer_token", "customer_change", "attribute"] {
        tx.execute(&format!("DELETE FROM {table}"), args![]).await.unwrap();
    }
    tx.execute("DELETE FROM sequence WHERE name = 'customer'", args![]).await.unwrap();
    update(&mut tx, 1, &first).await;
    update(&mut tx, 2, &second).await;
    update(&mut tx, 3, &third).await;
    undo(&mut tx, 2).await;
    let mut found = dump(&mut tx).await;
    // The attribute was made by the second import and stays because the third has a value of it.
    assert_eq!(found.remove("attribute").unwrap().len(), 1);
    wanted.remove("attribute");
    assert_eq!(found, wanted);
}

async fn the_needed_stay(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let rows: [&[&str]; 3] = [
        &["C1", "王小明", "", "上海", "w@example.com", ""],
        &["C2", "李四", "", "北京", "", ""],
        &["C3", "赵六", "", "", "", ""],
    ];
    update(&mut tx, 1, &rows).await;
    update(&mut tx, 2, &[&["C2", "", "", "广州", "", ""]]).await;
    let used = |id: CustomerId| (id == CustomerId(1)).then_some(ImportId(4));
    let undone = import_undo(&mut tx, ImportId(1), 99_000, &used).await.unwrap();
    assert_eq!((undone.removed, undone.kept), (1, 2));
    let wang = customer_get(&mut tx, CustomerId(1)).await.unwrap();
    assert_eq!((wang.name, wang.created_import, wang.identities.len()), (None, Some(ImportId(4)), 2));
    assert_eq!(wang.attributes.keys().collect::<Vec<_>>(), ["email"], "what his identity says of him");
    let li = customer_get(&mut tx, CustomerId(2)).await.unwrap();
    assert_eq!((li.created_import, li.attributes["city"].as_str()), (Some(ImportId(2)), Some("广州")));
    assert!(customer_search(&mut tx, CN, "王小明", 5).await.unwrap().is_empty());
    let undone = undo(&mut tx, 2).await;
    assert_eq!((undone.removed, undone.kept), (1, 0));
    undo(&mut tx, 4).await;
    let left = dump(&mut tx).await;
    assert!(left.values().all(Vec::is_empty), "{left:?}");
}

store::on_both!(everything_is_as_before, later_changes_stay, the_needed_stay);
