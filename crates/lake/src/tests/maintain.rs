//! Publishing, sealing, merging, sweeping: what is visible never depends on how it lies in files.

use std::fs;

use base::Code;
use store::testing::TestDb;

use super::{Line, NOW, add, batch, everything, expected, lake, lines, month, write};
use crate::catalog::file::{file_add, file_list, file_publish, file_restore, file_retire};
use crate::catalog::pin::{files_for_backup, pin_drop};
use crate::maintain::{MergePolicy, Swept, file_swap};
use crate::{FileState, Lake, ORDER_LINE, Snapshot, hot_append};

store::on_both!(
    staged_until_published,
    retired_and_restored,
    old_snapshots_stay,
    seals_once,
    merges,
    a_customer_is_in_one_file_of_a_month,
    rewrites,
    pins_keep,
    verifies,
    registering_and_sweeping_wait_for_each_other
);

const HOUR: i64 = 3_600_000_000;

async fn snapshot(lake: &Lake) -> Snapshot {
    lake.snapshot().await.unwrap()
}

async fn staged_until_published(t: TestDb) {
    let lake = lake(&t).await;
    let mine = lines(month("2026-01"), 1..100, 1_000, 3);
    let file = write(&lake, month("2026-01"), &mine).await;
    let mut tx = t.db.write().await.unwrap();
    file_add(&mut tx, &lake, NOW, &[file], FileState::Staged, Some(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(everything(&snapshot(&lake).await).is_empty());
    let mut tx = t.db.write().await.unwrap();
    assert_eq!(file_publish(&mut tx, NOW, 3).await.unwrap(), 1);
    drop(tx);
    assert!(everything(&snapshot(&lake).await).is_empty(), "a given-up transaction publishes nothing");
    let mut tx = t.db.write().await.unwrap();
    file_publish(&mut tx, NOW, 3).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(everything(&snapshot(&lake).await), expected(&mine));
    // An import that is not running any more leaves nothing behind.
    let file = write(&lake, month("2026-02"), &lines(month("2026-02"), 1..9, 10, 4)).await;
    let mut tx = t.db.write().await.unwrap();
    file_add(&mut tx, &lake, NOW, std::slice::from_ref(&file), FileState::Staged, Some(4)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(lake.sweep(NOW, HOUR, &[4]).await.unwrap(), Swept::default());
    assert_eq!(lake.sweep(NOW, HOUR, &[]).await.unwrap(), Swept { dropped: 1, orphans: 0 });
    assert_eq!(lake.files().size(&file.path).unwrap(), None);
    assert_eq!(everything(&snapshot(&lake).await), expected(&mine));
}

async fn retired_and_restored(t: TestDb) {
    let lake = lake(&t).await;
    let old = lines(month("2026-01"), 1..100, 1_000, 1);
    let new = lines(month("2026-01"), 1..100, 900, 2);
    let first = add(&lake, month("2026-01"), &old, Some(1)).await;
    let mut tx = t.db.write().await.unwrap();
    file_retire(&mut tx, NOW, &[first.id], 2).await.unwrap();
    tx.commit().await.unwrap();
    let second = add(&lake, month("2026-01"), &new, Some(2)).await;
    assert_eq!(everything(&snapshot(&lake).await), expected(&new));
    // A file that is no longer live cannot be retired again: someone was faster.
    let mut tx = t.db.write().await.unwrap();
    assert_eq!(file_retire(&mut tx, NOW, &[first.id], 5).await.unwrap_err().code, Code::Conflict);
    drop(tx);
    let mut tx = t.db.write().await.unwrap();
    crate::catalog::file::file_drop(&mut tx, NOW, &[second.id]).await.unwrap();
    assert_eq!(file_restore(&mut tx, NOW, 2).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(everything(&snapshot(&lake).await), expected(&old));
    lake.sweep(NOW + HOUR, HOUR, &[]).await.unwrap();
    assert_eq!(everything(&snapshot(&lake).await), expected(&old));
}

async fn old_snapshots_stay(t: TestDb) {
    let lake = lake(&t).await;
    let mut all: Vec<Line> = Vec::new();
    for seed in 0..7 {
        let some = lines(month("2026-01"), 1..300, 400, seed);
        add(&lake, month("2026-01"), &some, None).await;
        all.extend(some);
    }
    let before = snapshot(&lake).await;
    assert_eq!(lake.merge(NOW, MergePolicy::default()).await.unwrap(), 7);
    let after = snapshot(&lake).await;
    assert_eq!((after.files(&ORDER_LINE).count(), before.files(&ORDER_LINE).count()), (1, 7));
    assert!(after.id() > before.id());
    assert_eq!(lake.sweep(NOW + HOUR / 2, HOUR, &[]).await.unwrap(), Swept::default(), "the grace period is not over");
    assert_eq!(everything(&before), expected(&all));
    assert_eq!(lake.sweep(NOW + HOUR, HOUR, &[]).await.unwrap().dropped, 7);
    assert_eq!(everything(&after), expected(&all));
    assert_eq!(lake.verify(true, |_| {}).await.unwrap(), []);
    assert_eq!(lake.sweep(NOW + HOUR, HOUR, &[]).await.unwrap(), Swept::default());
}

async fn seals_once(t: TestDb) {
    let lake = lake(&t).await;
    assert_eq!(lake.seal(NOW).await.unwrap(), 0);
    let mut all = Vec::new();
    for (at, m) in ["2026-01", "2026-02", "2026-01"].into_iter().enumerate() {
        let some = lines(month(m), 1..300, 400, at as u64);
        let mut tx = t.db.write().await.unwrap();
        hot_append(&mut tx, &batch(&some)).await.unwrap();
        tx.commit().await.unwrap();
        all.extend(some);
    }
    // Two at once: the rows are sealed once.
    let (one, two) = tokio::join!(lake.seal(NOW), lake.seal(NOW));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one + two, 1_200, "{one} {two}");
    let now = snapshot(&lake).await;
    assert_eq!((now.files(&ORDER_LINE).count(), now.hot(&ORDER_LINE).len()), (2, 0));
    assert_eq!(everything(&now), expected(&all));
    assert_eq!(lake.files().list().unwrap().len(), 2, "the loser's files are gone");
    assert_eq!(lake.verify(true, |_| {}).await.unwrap(), []);
}

async fn merges(t: TestDb) {
    let lake = lake(&t).await;
    let mut all = Vec::new();
    for seed in 0..5 {
        let some = lines(month("2026-01"), 1..3_000, 20_000, seed);
        add(&lake, month("2026-01"), &some, Some(4)).await;
        all.extend(some);
    }
    let other = lines(month("2026-02"), 1..3_000, 100, 9);
    add(&lake, month("2026-02"), &other, Some(9)).await;
    all.extend(other);
    let policy = MergePolicy { small_rows: 100_000, least_files: 2, most_rows: 60_000, most_overlap: 9 };
    assert_eq!(lake.merge(NOW, policy).await.unwrap(), 5);
    let now = snapshot(&lake).await;
    let mut rows: Vec<i64> = now.files(&ORDER_LINE).map(|f| f.rows).collect();
    rows.sort_unstable();
    assert_eq!(rows, [100, 40_000, 60_000]);
    assert!(now.files(&ORDER_LINE).all(|f| f.import_id.is_some()), "the import stays known when all agree on it");
    assert_eq!(everything(&now), expected(&all));
    assert_eq!(lake.verify(true, |_| {}).await.unwrap(), []);
}

async fn a_customer_is_in_one_file_of_a_month(t: TestDb) {
    let lake = lake(&t).await;
    let mut all = Vec::new();
    for seed in 0..4 {
        let some = lines(month("2026-01"), 1..3_000, 20_000, seed);
        add(&lake, month("2026-01"), &some, Some(seed as i64)).await;
        all.extend(some);
    }
    let policy = MergePolicy { small_rows: 10_000, least_files: 2, most_rows: 60_000, most_overlap: 4 };
    assert_eq!(lake.merge(NOW, policy).await.unwrap(), 4);
    let now = snapshot(&lake).await;
    let mut bounds: Vec<_> = now.files(&ORDER_LINE).map(|f| (f.customers.unwrap(), f.rows)).collect();
    bounds.sort_unstable();
    assert_eq!(bounds.len(), 6, "80,000 lines in parts of somewhat more than 10,000");
    assert!(bounds.windows(2).all(|two| two[0].0.1 < two[1].0.0), "no customer is in two: {bounds:?}");
    assert!(bounds.iter().all(|(_, rows)| *rows >= 10_000), "none is small again: {bounds:?}");
    assert_eq!(everything(&now), expected(&all));
    assert_eq!(lake.verify(true, |_| {}).await.unwrap(), []);
    assert_eq!(lake.merge(NOW, policy).await.unwrap(), 0, "nothing is left to do");
}

async fn rewrites(t: TestDb) {
    use arrow::array::AsArray;
    use arrow::compute::filter_record_batch;
    let lake = lake(&t).await;
    let (one, two) = (lines(month("2026-01"), 1..300, 3_000, 1), lines(month("2026-01"), 1..300, 2_000, 2));
    let mut both: Vec<Line> = one.iter().chain(&two).copied().collect();
    both.sort_unstable();
    add(&lake, month("2026-01"), &both, None).await;
    let files: Vec<_> = snapshot(&lake).await.files(&ORDER_LINE).cloned().collect();
    let swaps = lake.rewrite(&ORDER_LINE, files.clone(), |batch| {
        let imports = batch.column_by_name("import_id").unwrap().as_primitive::<arrow::datatypes::Int64Type>();
        let keep = imports.iter().map(|id| Some(id != Some(2))).collect();
        Ok(filter_record_batch(batch, &keep).unwrap())
    });
    let swaps = swaps.await.unwrap();
    assert_eq!(everything(&snapshot(&lake).await), expected(&both));
    let mut tx = t.db.write().await.unwrap();
    file_swap(&mut tx, &lake, NOW, &swaps).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(everything(&snapshot(&lake).await), expected(&one));
    // The same files a second time: they are not live any more.
    let mut tx = t.db.write().await.unwrap();
    assert_eq!(file_swap(&mut tx, &lake, NOW, &swaps).await.unwrap_err().code, Code::Conflict);
    drop(tx);
    let files: Vec<_> = snapshot(&lake).await.files(&ORDER_LINE).cloned().collect();
    let nothing = lake.rewrite(&ORDER_LINE, files, |batch| Ok(batch.slice(0, 0))).await.unwrap();
    let mut tx = t.db.write().await.unwrap();
    file_swap(&mut tx, &lake, NOW, &nothing).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(snapshot(&lake).await.files(&ORDER_LINE).count(), 0);
}

async fn pins_keep(t: TestDb) {
    let lake = lake(&t).await;
    let mine = lines(month("2026-01"), 1..100, 1_000, 1);
    let file = add(&lake, month("2026-01"), &mine, Some(1)).await;
    let mut tx = t.db.write().await.unwrap();
    let pinned = files_for_backup(&mut tx, NOW + 10 * HOUR, "back-up").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(pinned.files.iter().map(|f| f.id).collect::<Vec<_>>(), [file.id]);
    let mut tx = t.db.write().await.unwrap();
    crate::catalog::file::file_drop(&mut tx, NOW, &[file.id]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(lake.sweep(NOW + 5 * HOUR, HOUR, &[]).await.unwrap(), Swept::default());
    assert!(lake.files().size(&file.path).unwrap().is_some());
    let mut tx = t.db.write().await.unwrap();
    pin_drop(&mut tx, pinned.pin).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(lake.sweep(NOW + 5 * HOUR, HOUR, &[]).await.unwrap().dropped, 1);
    assert!(file_list(&mut t.db.read().await.unwrap(), &[FileState::Dropped]).await.unwrap().is_empty());
}

async fn verifies(t: TestDb) {
    let lake = lake(&t).await;
    let one = add(&lake, month("2026-01"), &lines(month("2026-01"), 1..100, 1_000, 1), None).await;
    let two = add(&lake, month("2026-02"), &lines(month("2026-02"), 1..100, 1_000, 2), None).await;
    let three = add(&lake, month("2026-03"), &lines(month("2026-03"), 1..100, 1_000, 3), None).await;
    assert_eq!(lake.verify(true, |_| {}).await.unwrap(), []);
    fs::remove_file(lake.files().absolute(&one.path)).unwrap();
    let path = lake.files().absolute(&two.path);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let path = lake.files().absolute(&three.path);
    let mut bytes = fs::read(&path).unwrap();
    // One bit, which Parquet itself does not notice.
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let found: Vec<String> = lake.verify(true, |_| {}).await.unwrap().into_iter().map(|f| f.path).collect();
    assert_eq!(found, [one.path, two.path, three.path.clone()]);
    assert!(
        !lake.verify(false, |_| {}).await.unwrap().iter().any(|f| f.path == three.path),
        "a quick check does not read pages"
    );
    // Leftovers of a killed writer.
    let orphan = lake.files().absolute("order_line/month=2026-01/999.tmp");
    fs::write(&orphan, b"half").unwrap();
    let later = NOW + 1_000 * HOUR;
    assert_eq!(lake.sweep(later, HOUR, &[]).await.unwrap(), Swept { dropped: 0, orphans: 1 });
    assert!(!orphan.exists());
}

async fn registering_and_sweeping_wait_for_each_other(t: TestDb) {
    let lake = lake(&t).await;
    let later = NOW + 1_000_000 * HOUR;
    let january = lines(month("2026-01"), 1..100, 1_000, 1);
    let file = write(&lake, month("2026-01"), &january).await;
    let mut tx = t.db.write().await.unwrap();
    file_add(&mut tx, &lake, NOW, std::slice::from_ref(&file), FileState::Live, None).await.unwrap();
    // The file is in no list that others see yet, and old enough to be swept.
    let commit = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        tx.commit().await.unwrap();
    };
    let (swept, ()) = tokio::join!(lake.sweep(later, 0, &[]), commit);
    assert_eq!(swept.unwrap(), Swept::default());
    assert_eq!(everything(&snapshot(&lake).await), expected(&january));
    // Swept first: registering says so.
    let file = write(&lake, month("2026-02"), &lines(month("2026-02"), 1..100, 10, 2)).await;
    assert_eq!(lake.sweep(later, 0, &[]).await.unwrap().orphans, 1);
    let mut tx = t.db.write().await.unwrap();
    let problem = file_add(&mut tx, &lake, NOW, &[file], FileState::Live, None).await.unwrap_err();
    assert_eq!(problem.code, Code::Unavailable);
}
