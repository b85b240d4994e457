use base::Amount;
use profile::Region;
use serde_json::json;

use super::{chunk, decoder, header, settings};
use crate::decode::{BadReason, Decoder, preview};
use crate::mapping::{FileKind, Mapping};

#[test]
fn customers_with_typed_attributes() {
    let header = header(&["会员卡号", "姓名", "生日", "入会日期", "性别", "积分", "是否企业", "推荐人"]);
    let mut mapping = Mapping::new(FileKind::Customers);
    let map = "customer=会员卡号,name=姓名,birthday=生日,joined=入会日期,gender=性别,referred_by=推荐人,attribute.points=积分:number,attribute.business=是否企业:bool";
    mapping.apply_map(map, &header).unwrap();
    let decoder = Decoder::new(&mapping, &settings(), &header).unwrap();
    let batch = decoder.decode_customers(&chunk(&[
        &["1001.0", " 王芳 ", "1990年5月20日", "2020-01-01", "女", "1,200.5", "是", "1002"],
        &["1002", "李雷", "5-31", "2020-02-30", "男", "many", "", "0"],
        &["散客", "nobody", "", "", "", "", "", ""],
    ]));
    let (first, second) = (&batch.records[0], &batch.records[1]);
    assert_eq!(
        (first.customer.as_deref(), first.name.as_deref(), first.gender.as_deref()),
        (Some("1001"), Some("王芳"), Some("female"))
    );
    assert_eq!(first.birthday.map(|b| b.to_string()).as_deref(), Some("1990-05-20"));
    assert_eq!(first.joined, Some(1_577_808_000_000_000)); // 2019-12-31T16:00Z is midnight in Shanghai
    assert_eq!(first.attributes, [("points".to_owned(), json!(1200.5)), ("business".to_owned(), json!(true))]);
    assert_eq!((first.referred_by.as_deref(), second.referred_by.as_deref()), (Some("1002"), None));
    assert_eq!(second.birthday.map(|b| b.to_string()).as_deref(), Some("--05-31"));
    assert!(second.attributes.is_empty());
    let dropped: Vec<_> = batch.dropped.iter().map(|d| (d.row, d.column.as_str(), d.reason)).collect();
    assert_eq!(dropped, [(2, "入会日期", BadReason::ImpossibleDate), (2, "积分", BadReason::NotANumber)]);
    assert_eq!(
        batch.bad.iter().map(|b| (b.row, b.line, b.reason)).collect::<Vec<_>>(),
        [(3, 4, BadReason::MissingKey)]
    );
}

#[test]
fn customers_without_a_key_are_known_by_what_else_the_row_says() {
    let columns = header(&["mail", "OpenID", "name"]);
    let mut mapping = Mapping::new(FileKind::Customers);
    let refused = Decoder::new(&mapping, &settings(), &columns).unwrap_err();
    assert!(refused.hint.as_deref().is_some_and(|hint| hint.contains("external:wechat")), "{refused:?}");
    mapping.apply_map("email=mail,attribute.external:wechat=OpenID:number,name=name", &columns).unwrap();
    let batch = Decoder::new(&mapping, &settings(), &columns).unwrap().decode_customers(&chunk(&[
        &["an@example.com", "", "An"],
        &["", "007", "Bo"],
        &[" ", "n/a", "nobody"],
    ]));
    let known: Vec<_> = batch.records.iter().map(|r| (r.customer.as_deref(), r.email.as_deref())).collect();
    assert_eq!(known, [(None, Some("an@example.com")), (None, None)]);
    assert_eq!(batch.records[1].attributes, [("external:wechat".to_owned(), json!("007"))]);
    assert_eq!(batch.bad.iter().map(|b| (b.row, b.reason)).collect::<Vec<_>>(), [(3, BadReason::MissingKey)]);
}

#[test]
fn what_an_import_will_not_take_is_seen_before() {
    let decoder = decoder(FileKind::Customers, &["customer", "email", "phone", "birthday"], &[]);
    let rows = chunk(&[
        &["K1", "k@example.com", "138 1234 5678", "1990-02-30"],
        &["K2", "not-an-email", "12345", ""],
        &["K3", "", "", "1990-02-03"],
        &["", "", "", ""],
    ]);
    let shown = preview(&decoder, &rows, 4, Region::CHINA);
    assert_eq!((shown.counts.bad, shown.counts.dropped), (3, 3), "three values of two rows, and a row");
    let bad = |at: usize| shown.rows[at].bad.as_ref().map(|b| (b.column.as_str(), b.value.as_str(), b.reason));
    assert_eq!(bad(0), Some(("birthday", "1990-02-30", BadReason::ImpossibleDate)));
    assert_eq!(bad(1), Some(("email", "not-an-email", BadReason::Refused)));
    assert_eq!(bad(2), None);
    let notice = &shown.notices[0].message;
    assert!(notice.starts_with("3 of 4 rows cannot be taken whole: "), "{notice}");
}

#[test]
fn products_with_prices() {
    let decoder = decoder(FileKind::Products, &["product", "name_zh", "price", "cost"], &["decimal=comma"]);
    let batch = decoder.decode_products(&chunk(&[&["SKU-1", "茶", "12,50", "x"], &["", "?", "1", "1"]]));
    assert_eq!(batch.records.len(), 1);
    assert_eq!((batch.records[0].price, batch.records[0].cost), (Some(Amount(125_000)), None));
    assert_eq!((batch.bad.len(), batch.dropped[0].column.as_str()), (1, "cost"));
}
