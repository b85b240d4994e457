use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::sync::Arc;

use base::{Code, ImportId};
use jobs::{Cancel, Progress};
use store::testing::TestDb;

use super::{Shop, business, shop};
use crate::import::{Importer, Mode, ReadingOptions, Request};
use crate::mapping::FileKind;

store::on_both!(what_held_at_the_beginning_holds_to_the_end, a_file_changed_anywhere_is_another_file);

/// An import of a file that has begun and reads nothing yet.
async fn begun(shop: &Shop, text: &str) -> (std::path::PathBuf, ImportId) {
    let path = shop.folder.path().join("sales.csv");
    std::fs::write(&path, text).unwrap();
    let opened = Importer::open(&path, &ReadingOptions::default()).unwrap();
    let mapping = shop.importer.propose(FileKind::Orders, &opened).mapping;
    let (reading, source, mode) = (ReadingOptions::default(), "main".to_owned(), Mode::Difference);
    let request = Request { path: path.clone(), mapping, reading, source, mode };
    let ready = shop.importer.prepare(request).unwrap().0;
    let mut tx = shop.lake.db().write().await.unwrap();
    let id = shop.importer.begin(&mut tx, &ready).await.unwrap();
    tx.commit().await.unwrap();
    (path, id)
}

async fn what_held_at_the_beginning_holds_to_the_end(t: TestDb) {
    let shop = shop(&t).await;
    let (_, id) = begun(&shop, super::SALES).await;
    let clock = Arc::clone(&shop.world.app.clock);
    let moved = super::Business { currency: "EUR".into(), ..business("Europe/Berlin") };
    let later = Importer::new(shop.lake.clone(), shop.folder.path(), moved, clock, 2);
    later.resume(id, &Progress::default(), &Cancel::default()).await.unwrap();
    let first = "SELECT CAST(time AS VARCHAR), currency FROM order_line WHERE order_id = 'A1'";
    assert_eq!(shop.rows(first).await, ["2026-03-01T02:00:00Z CNY"], "ten o'clock in Shanghai");
}

async fn a_file_changed_anywhere_is_another_file(t: TestDb) {
    let shop = shop(&t).await;
    let row = "A1,2026-03-01 10:00,C1,Tea,1,30.00\n";
    let text = format!("order_no,date,card,product,quantity,amount\n{}", row.repeat(120_000));
    let (path, id) = begun(&shop, &text).await;
    let mut file = File::options().write(true).open(&path).unwrap();
    let written = file.metadata().unwrap().modified().unwrap();
    let refused = async |what: &str| {
        let problem = shop.importer.resume(id, &Progress::default(), &Cancel::default()).await.unwrap_err();
        assert_eq!(problem.code, Code::Conflict, "{what}: {problem}");
    };
    // In the last mebibyte, at the same size and with the old date.
    file.seek(SeekFrom::Start(text.len() as u64 - row.len() as u64)).unwrap();
    file.write_all(b"B1").unwrap();
    file.set_modified(written).unwrap();
    refused("another end").await;
    file.seek(SeekFrom::Start(text.len() as u64 - row.len() as u64)).unwrap();
    file.write_all(b"A1").unwrap();
    file.set_modified(written + std::time::Duration::from_secs(1)).unwrap();
    refused("another date").await;
    file.set_modified(written).unwrap();
    shop.importer.resume(id, &Progress::default(), &Cancel::default()).await.unwrap();
}
