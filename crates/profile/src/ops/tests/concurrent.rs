use store::testing::TestDb;

use super::super::*;
use super::{id, make, origin, person};
use crate::model::{IdentityKind, NewCustomer};

async fn two_writers_make_one_customer(t: TestDb) {
    let people: Vec<NewCustomer> = (0..50).map(|n| person("王小明", &format!("C{n}"), "", "")).collect();
    let tasks: Vec<_> = (0..4)
        .map(|writer| {
            let (db, mut people) = (t.db.clone(), people.clone());
            if writer % 2 == 1 {
                people.reverse();
            }
            tokio::spawn(async move {
                let mut tx = db.write().await.unwrap();
                let created = customers_create(&mut tx, &people, origin(writer, 1_000)).await.unwrap();
                tx.commit().await.unwrap();
                let mut pairs: Vec<_> = people.iter().map(|p| p.ids[0].clone()).zip(created.ids).collect();
                pairs.sort();
                (created.made, pairs)
            })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    assert_eq!(results.iter().map(|(made, _)| made).sum::<usize>(), 50);
    assert!(results.iter().all(|(_, pairs)| *pairs == results[0].1), "every writer was told the same customers");
    assert_eq!(customer_list(&mut t.db.read().await.unwrap(), None, 100).await.unwrap().len(), 50);
}

async fn an_identity_has_one_owner(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let known = make(&mut tx, &[person("王小明", "C1", "13812345678", "")], 1).await;
    let batch = [
        person("双胞胎", "C2", "13812345678", ""),
        person("王小明", "C1", "", "wang@example.com"),
        person("李四", "C3", "", ""),
        person("李四", "C3", "", "li@example.com"),
    ];
    let created = customers_create(&mut tx, &batch, origin(2, 2_000)).await.unwrap();
    assert_eq!(created.made, 2);
    assert_eq!(created.ids[1], known[0]);
    assert_eq!(created.ids[2], created.ids[3]);
    let conflict = IdentityConflict { index: 0, identity: id(&IdentityKind::PHONE, "13812345678"), owner: known[0] };
    assert_eq!(created.conflicts, [conflict]);
    assert_eq!(
        customer_get(&mut tx, known[0]).await.unwrap().identities.len(),
        3,
        "the new address goes to the known one"
    );
    assert_eq!(customer_get(&mut tx, created.ids[2]).await.unwrap().identities.len(), 2);
    let twin = customer_get(&mut tx, created.ids[0]).await.unwrap();
    assert_eq!((twin.identities.len(), twin.attributes.contains_key("phone")), (1, false));
    let first = store::next_ids(&mut tx, "customer", 1).await.unwrap();
    let mut creation = CustomersCreation::new(origin(3, 3_000));
    let problem = creation.rows(&mut tx, &[base::CustomerId(first)], &batch[..1]).await.unwrap_err();
    assert_eq!(problem.code, base::Code::Conflict);
}

store::on_both!(two_writers_make_one_customer, an_identity_has_one_owner);
