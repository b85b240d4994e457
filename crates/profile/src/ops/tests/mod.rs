//! The suite of the operations, on both databases.

mod concurrent;
mod find;
mod measure;
mod undo;
mod update;

use std::collections::BTreeMap;

use base::{CustomerId, ImportId};
use store::testing::TestDb;
use store::{Tx, args};

use super::*;
use crate::model::{Attributes, Identity, IdentityKind, NewCustomer, Origin};
use crate::rules::{Region, normalise};

pub(super) const CN: Region = Region::CHINA;

pub(super) const fn origin(import: i64, at: i64) -> Origin {
    Origin { import: Some(ImportId(import)), at }
}

pub(super) fn id(kind: &IdentityKind, raw: &str) -> Identity {
    normalise(kind, raw, CN).unwrap()
}

/// A customer with a card, and a telephone number and an e-mail address unless empty.
pub(super) fn person(name: &str, card: &str, phone: &str, email: &str) -> NewCustomer {
    let given = [(IdentityKind::CARD, card), (IdentityKind::PHONE, phone), (IdentityKind::EMAIL, email)];
    let ids = given.iter().filter(|(_, raw)| !raw.is_empty()).map(|(kind, raw)| id(kind, raw)).collect();
    NewCustomer { ids, name: Some(name.to_owned()), ..NewCustomer::default() }
}

pub(super) async fn make(tx: &mut Tx, people: &[NewCustomer], import: i64) -> Vec<CustomerId> {
    customers_create(tx, people, origin(import, 1_000)).await.unwrap().ids
}

/// Every row of every table of this crate as text, but when rows were last written.
pub(super) async fn dump(tx: &mut Tx) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for table in
        ["customer", "identity", "attribute", "customer_token", "customer_change", "customer_trait", "customer_erased"]
    {
        let rows = tx.fetch_all(&format!("SELECT * FROM {table}"), args![]).await.unwrap();
        let mut lines: Vec<String> = rows
            .iter()
            .map(|row| {
                let names = row.names();
                let kept = (0..row.len())
                    .filter(|i| names[*i] != "updated_at" && !(table == "customer_change" && names[*i] == "id"));
                kept.map(|i| row.text(i).unwrap_or_else(|| "∅".into())).collect::<Vec<_>>().join(" | ")
            })
            .collect();
        lines.sort();
        all.insert(table.to_owned(), lines);
    }
    all
}

pub(super) fn attributes(pairs: &[(&str, &str)]) -> Attributes {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect()
}

/// Rows of a customers file with these columns.
pub(super) fn file(rows: &[&[&str]]) -> Vec<UpdateRow> {
    let row = |(i, cells): (usize, &&[&str])| UpdateRow {
        row: i as u64 + 2,
        cells: cells.iter().map(|c| (*c).to_owned()).collect(),
    };
    rows.iter().enumerate().map(row).collect()
}

pub(super) fn columns(names: &[&str]) -> Vec<Target> {
    let target = |name: &&str| match *name {
        "card" => Target::Identity(IdentityKind::CARD),
        "external" => Target::Identity(IdentityKind::EXTERNAL),
        name => Target::Attribute(name.to_owned()),
    };
    names.iter().map(target).collect()
}

async fn creates_and_reads(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let mut wang = person("王小明", "A 001", "13812345678", "Wang@Example.com");
    wang.attributes = attributes(&[("city", "上海")]);
    (wang.first_seen, wang.last_seen) = (Some(10), Some(20));
    let ids = make(&mut tx, &[wang.clone(), NewCustomer::default()], 7).await;
    let read = customer_get(&mut tx, ids[0]).await.unwrap();
    assert_eq!(read.name.as_deref(), Some("王小明"));
    assert_eq!(
        read.attributes,
        attributes(&[("city", "上海"), ("email", "wang@example.com"), ("phone", "+8613812345678")])
    );
    assert_eq!(read.identities.len(), 3);
    assert_eq!((read.first_seen, read.last_seen, read.created_import), (Some(10), Some(20), Some(ImportId(7))));
    customers_seen(&mut tx, &[(ids[0], 15, 30), (ids[1], 5, 6)]).await.unwrap();
    let list = customer_list(&mut tx, None, 10).await.unwrap();
    let seen: Vec<_> = list.iter().map(|c| (c.first_seen, c.last_seen)).collect();
    assert_eq!(seen, [(Some(10), Some(30)), (Some(5), Some(6))]);
    assert_eq!(customer_list(&mut tx, Some(ids[0]), 10).await.unwrap().len(), 1);
    assert_eq!(customer_get(&mut tx, CustomerId(99)).await.unwrap_err().code, base::Code::NotFound);
    let columns = CustomerColumns::all(&mut tx).await.unwrap();
    let (page, last) = columns.page(&mut tx, 0, 9).await.unwrap();
    assert_eq!((page.num_rows(), last), (2, Some(ids[1].0)));
    let shown = arrow::util::pretty::pretty_format_batches(&[page]).unwrap().to_string();
    assert!(shown.contains("last_seen") && shown.contains("1970-01-01T00:00:00.000030Z"), "{shown}");
    let city = columns.schema().index_of("city").unwrap();
    let (page, _) = columns.only(&[city, 1]).unwrap().page(&mut tx, ids[0].0, 9).await.unwrap();
    let (one, all) = (columns.only(&[]).unwrap(), columns.page(&mut tx, ids[0].0, 9).await.unwrap().0);
    assert_eq!(page, all.project(&[city, 1]).unwrap());
    assert_eq!(one.page(&mut tx, 0, 9).await.unwrap().0.num_rows(), 2);
    assert_eq!(customers_about(&mut tx).await.unwrap(), ids[1].0);
    let known = identity_resolve(&mut tx, &IdentityKind::CARD, &["A001".into(), "X".into()]).await.unwrap();
    assert_eq!(known, [Some(ids[0]), None]);
    assert_eq!(card_holders(&mut tx, &ids).await.unwrap().into_iter().collect::<Vec<_>>(), [ids[0]]);
    assert!(anybody_known(&mut tx).await.unwrap());
    let complete = customer_completeness(&mut tx).await.unwrap();
    let filled: Vec<_> = complete.filled.iter().filter(|(_, n)| *n > 0).map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!((complete.customers, filled), (2, vec![("name", 1), ("email", 1), ("phone", 1), ("city", 1)]));
}

async fn erases_every_trace(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let people = [person("王小明", "A1", "13812345678", "secret.wang@example.com"), person("李四", "A2", "", "")];
    let ids = make(&mut tx, &people, 1).await;
    let rows = file(&[&["A1", "王小明", "旧名", "南京路"], &["A2", "李四", "secret.wang@example.com", ""]]);
    let targets = columns(&["card", "name", "referred_by", "address"]);
    customers_update(&mut tx, targets.clone(), &rows, CN, origin(2, 2_000)).await.unwrap();
    let rows = file(&[&["A1", "王大明", "", "北京路"], &["A2", "", "+8613812345678", ""]]);
    customers_update(&mut tx, targets, &rows, CN, origin(3, 3_000)).await.unwrap();
    let sql = "INSERT INTO customer_trait (customer_id, as_of, traits) VALUES ($1, $2, $3)";
    tx.execute(sql, args![ids[0].0, 5, "{\"favourite\":\"王小明\"}"]).await.unwrap();
    let erased = customer_erase(&mut tx, ids[0], 9_000, &[7; 32]).await.unwrap();
    assert_eq!(erased, Erased { identities: 3, references: 1 });
    let left = dump(&mut tx).await;
    for trace in ["王", "小明", "wang", "wxm", "wdm", "secret", "13812345678", "8765", "A1", "南京路", "北京路"]
    {
        for (table, lines) in &left {
            let found = lines.iter().find(|line| line.to_lowercase().contains(&trace.to_lowercase()));
            assert_eq!(found, None, "{trace} is left in {table}");
        }
    }
    assert_eq!(left["customer_erased"], ["1 | 9000"]);
    assert_eq!(customer_get(&mut tx, ids[1]).await.unwrap().name.as_deref(), Some("李四"));
}

/// A row of a customers file, and a look-up, that name an erased person find nobody and make nobody.
async fn erased_people_stay_away(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let people = [person("王小明", "A1", "13812345678", "wang@example.com"), person("李四", "A2", "", "")];
    let ids = make(&mut tx, &people, 1).await;
    let looked = ["A1".to_owned(), "A2".to_owned(), "A3".to_owned()];
    customer_erase(&mut tx, ids[0], 9_000, &[7; 32]).await.unwrap();
    let known = identity_resolve(&mut tx, &IdentityKind::CARD, &looked).await.unwrap();
    assert_eq!(known, [Some(ERASED), Some(ids[1]), None]);
    let rows = file(&[
        &["a-1", "王小明", "", "", ""],
        &["A9", "王小明", "138 1234 5678", "", ""],
        &["A2", "李四", "", "WANG@example.com", "A1"],
        &["A3", "赵六", "", "", "A2"],
    ]);
    let targets = columns(&["card", "name", "phone", "email", "referred_by"]);
    let report = customers_update(&mut tx, targets, &rows, CN, origin(2, 2_000)).await.unwrap();
    let told = (report.created, report.updated, report.unchanged, report.erased, report.refused, report.error_count);
    assert_eq!(told, (1, 0, 1, 2, 0, 0));
    let left = dump(&mut tx).await;
    for trace in ["王小明", "12345678", "wang", "A1", "A9"] {
        assert!(!left.values().flatten().any(|line| line.contains(trace)), "{trace} is back");
    }
    // Hashes are keyed: the same people under another key have others.
    let owner =
        async |tx: &mut Tx| identity_resolve(tx, &IdentityKind::EMAIL, &["wang@example.com".into()]).await.unwrap()[0];
    assert_eq!(owner(&mut tx).await, Some(ERASED));
    assert_eq!(identity_resolve(&mut tx, &IdentityKind::CARD, &["A9".into()]).await.unwrap(), [None]);
    let sql = "UPDATE setting SET value = $1 WHERE name = $2";
    assert_eq!(tx.execute(sql, args!["08".repeat(32), "erased_identity_key"]).await.unwrap(), 1);
    assert_eq!(owner(&mut tx).await, None);
}

store::on_both!(creates_and_reads, erases_every_trace, erased_people_stay_away);
