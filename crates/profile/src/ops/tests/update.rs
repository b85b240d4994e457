use store::testing::TestDb;

use super::super::*;
use super::{CN, attributes, columns, file, make, origin, person};
use crate::model::{AttributeDef, AttributeType};
use crate::store::attribute::attribute_insert;

async fn sets_typed_attributes(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let ids = make(&mut tx, &[person("王小明", "C1", "", ""), person("李四", "C2", "13912345678", "")], 1).await;
    let targets = columns(&["card", "name", "gender", "birthday", "phone", "会员 积分", "VIP"]);
    let rows = file(&[
        &["c1", "王晓明", "女", "1990/5/1", "138 1234 5678", "1,280", "是"],
        &["C3", "赵六", "M", "", "", "15.5", "否"],
        &["C2", "", "", "", "", "", ""],
        &["C3", "", "", "1991-01-02", "", "", ""],
        &["", "无名", "", "", "", "3", ""],
        &["C4", "", "robot", "31/12/1990", "12", "", ""],
        &["C1", "", "", "", "13912345678", "", ""],
    ]);
    let report = customers_update(&mut tx, targets, &rows, CN, origin(2, 2_000)).await.unwrap();
    assert_eq!((report.created, report.updated, report.unchanged, report.refused), (2, 1, 1, 2));
    let errors: Vec<_> = report.errors.iter().map(|e| (e.row, e.column.as_deref())).collect();
    assert_eq!(errors, [(6, None), (7, Some("gender")), (7, Some("birthday")), (7, Some("phone")), (8, None)]);
    assert!(report.errors[4].message.contains("different customers"), "{:?}", report.errors[4]);
    let wang = customer_get(&mut tx, ids[0]).await.unwrap();
    let mut wanted = attributes(&[("gender", "female"), ("birthday", "1990-05-01"), ("phone", "+8613812345678")]);
    wanted.insert("会员_积分".into(), 1280.into());
    wanted.insert("vip".into(), true.into());
    assert_eq!((wang.name.as_deref(), &wang.attributes), (Some("王晓明"), &wanted));
    let zhao = customer_find(&mut tx, CN, "C3").await.unwrap()[0];
    assert_eq!(customer_get(&mut tx, zhao).await.unwrap().attributes["birthday"], "1991-01-02");
    let made: Vec<_> = attribute_list(&mut tx).await.unwrap().into_iter().filter(|d| !d.built_in).collect();
    let made: Vec<_> = made.iter().map(|d| (d.name.as_ref(), d.kind, d.label_zh.as_ref())).collect();
    assert_eq!(made, [("vip", AttributeType::Bool, "VIP"), ("会员_积分", AttributeType::Number, "会员 积分")]);
    for (text, hits) in [("王小明", 0), ("王晓明", 1), ("wangxiaoming", 1), ("5678", 2), ("赵六", 1)] {
        assert_eq!(customer_search(&mut tx, CN, text, 5).await.unwrap().len(), hits, "{text}");
    }
    let (page, _) = CustomerColumns::all(&mut tx).await.unwrap().page(&mut tx, 0, 99).await.unwrap();
    let shown = arrow::util::pretty::pretty_format_batches(&[page]).unwrap().to_string();
    assert!(shown.contains("| 1280.0 ") && shown.contains("| 1990-05-01 | "), "{shown}");
}

async fn batches_speak_of_the_same_people(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let mut update = CustomersUpdate::new(columns(&["external", "email", "name"]), CN, origin(1, 1_000));
    update.rows(&mut tx, &file(&[&["1", "a@example.com", "王小明"], &["2", "", "李四"]])).await.unwrap();
    update
        .rows(&mut tx, &file(&[&["1", "", "王大明"], &["", "a@example.com", ""], &["2", "a@example.com", ""]]))
        .await
        .unwrap();
    let report = update.finish(&mut tx).await.unwrap();
    assert_eq!((report.created, report.updated, report.unchanged, report.refused), (2, 1, 0, 1));
    for (text, hits) in [("wxm", 0), ("wdm", 1), ("lisi", 1)] {
        assert_eq!(customer_search(&mut tx, CN, text, 5).await.unwrap().len(), hits, "{text}");
    }
}

/// Imports made it an attribute of their own before the product brought it, by any type that a person chose.
async fn what_imports_made_becomes_the_products(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let mut people = [person("王小明", "C1", "", ""), person("李四", "C2", "", "")];
    people[0].attributes = attributes(&[("birthday_without_year", "--05-20")]);
    people[1].attributes = [("birthday_without_year".to_owned(), 520.into())].into();
    let ids = make(&mut tx, &people, 1).await;
    let made = |name: &'static str| AttributeDef::new(name, AttributeType::Number, name);
    for def in [made("birthday_without_year"), made("points")] {
        attribute_insert(&mut tx, &def, None, 1_000).await.unwrap();
    }
    let all = attribute_list(&mut tx).await.unwrap();
    let found: Vec<_> = all.iter().filter(|d| d.name == "birthday_without_year").collect();
    let [def] = found[..] else { panic!("{found:?}") };
    assert_eq!(
        (def.built_in, def.label_en.as_ref(), def.label_zh.as_ref()),
        (true, "Birthday without year", "生日（无年份）")
    );
    assert_eq!(all.iter().filter(|d| !d.built_in).count(), 1);
    let (page, _) = CustomerColumns::all(&mut tx).await.unwrap().page(&mut tx, 0, 99).await.unwrap();
    let shown = arrow::util::pretty::pretty_format_batches(&[page]).unwrap().to_string();
    assert!(shown.contains("| --05-20 ") && shown.contains("| 520 "), "{shown}");
    // An import goes on with it: what it says counts, what it does not say stays.
    let rows = file(&[&["C1", "--06-01"], &["C2", ""]]);
    let report = customers_update(&mut tx, columns(&["card", "birthday_without_year"]), &rows, CN, origin(2, 2_000))
        .await
        .unwrap();
    assert_eq!((report.updated, report.unchanged, report.errors.len()), (1, 1, 0));
    assert_eq!(customer_get(&mut tx, ids[0]).await.unwrap().attributes["birthday_without_year"], "--06-01");
    assert_eq!(customer_get(&mut tx, ids[1]).await.unwrap().attributes["birthday_without_year"], 520);
    // Who corrects something else sends it back as it is, or as it is shown.
    for (sent, changed) in [(520.into(), false), ("520".into(), false), ("5月20日".into(), true)] {
        let attributes = [("birthday_without_year".to_owned(), sent)].into();
        let patch = CustomerPatch { attributes, ..CustomerPatch::default() };
        assert_eq!(!customer_edit(&mut tx, ids[1], &patch, 3_000).await.unwrap().is_empty(), changed);
    }
}

store::on_both!(sets_typed_attributes, what_imports_made_becomes_the_products, batches_speak_of_the_same_people);
