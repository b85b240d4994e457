use store::testing::TestDb;

use super::super::search::{Bounds, search};
use super::super::*;
use super::{CN, make, person};
use crate::model::{Identity, IdentityKind, NewCustomer};

async fn finds_what_people_type(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let people = [
        person("王小明", "VIP-00123", "13812345678", "xm.wang@example.com"),
        person("王小鸣", "VIP-00124", "13987654321", ""),
        person("王小明明", "77001", "", ""),
        person("欧阳娜娜", "77002", "", "nana@example.com"),
        person("曾国强", "77003", "", ""),
        person("John Q. Smith", "77004", "+442079460958", "john@example.org"),
        person("Smith Johnson", "77005", "", ""),
        NewCustomer {
            ids: vec![Identity { kind: IdentityKind::EXTERNAL, value: "17850".into() }],
            ..NewCustomer::default()
        },
    ];
    let ids = make(&mut tx, &people, 1).await;
    for (text, wanted) in [
        ("wxm", vec![1, 2, 3]),
        ("WXM", vec![1, 2, 3]),
        ("王小明", vec![1, 3]),
        ("王", vec![1, 2, 3]),
        ("小明", vec![1, 3]),
        ("xiaoming", vec![1, 2, 3]),
        ("wangxiaoming", vec![1, 2, 3]),
        ("wang xiaoming", vec![1, 2, 3]),
        ("138 1234", vec![1]),
        ("13812345678", vec![1]),
        ("+86 138-1234-5678", vec![1]),
        ("5678", vec![1]),
        ("345678", vec![1]),
        ("020 7946 0958", vec![6]),
        ("xm.w", vec![1]),
        ("XM.Wang@Example.com", vec![1]),
        ("vip-001", vec![1, 2]),
        ("VIP00124", vec![2]),
        ("７７００２", vec![4]),
        ("oynn", vec![4]),
        ("娜娜", vec![4]),
        ("zengguo", vec![5]),
        ("cengguo", vec![]),
        ("smith", vec![6, 7]),
        ("john smith", vec![6, 7]),
        ("smi joh", vec![6, 7]),
        ("john example", vec![]),
        ("john 77004", vec![6]),
        ("17850", vec![8]),
        ("zzz", vec![]),
        ("", vec![]),
        ("  -- ", vec![]),
        ("%", vec![]),
    ] {
        let mut found: Vec<i64> =
            customer_search(&mut tx, CN, text, 10).await.unwrap().iter().map(|h| h.id.0).collect();
        if let (Some(first), Some(best)) = (found.first(), wanted.first()) {
            assert_eq!(first, best, "the best hit of \"{text}\"");
        }
        found.sort_unstable();
        assert_eq!(found, wanted, "\"{text}\"");
    }
    let hit = &customer_search(&mut tx, CN, "5678", 1).await.unwrap()[0];
    assert_eq!((hit.id, hit.name.as_deref()), (ids[0], Some("王小明")));
    assert_eq!(hit.matched, Matched::Identity(IdentityKind::PHONE));
    assert_eq!(hit.identities.len(), 3);
    for (text, wanted) in [
        ("cus_1", Some(ids[0])),
        ("cus_99", None),
        ("cus_x", None),
        ("vip 00123", Some(ids[0])),
        ("0086 138 1234 5678", Some(ids[0])),
        ("Nana@example.com", Some(ids[3])),
        ("17850.0", Some(ids[7])),
        ("王小明", None),
        ("散客", None),
    ] {
        assert_eq!(customer_find(&mut tx, CN, text).await.unwrap(), wanted.into_iter().collect::<Vec<_>>(), "{text}");
    }
}

/// However frequent the words are and whichever way is taken, the answer is that of looking at everybody.
async fn frequent_words_miss_nobody(t: TestDb) {
    let mut tx = t.db.write().await.unwrap();
    let names = (0..40).map(|n| match n {
        7 | 31 => format!("Xenia{n} Walter"),
        _ if n % 2 == 0 => format!("Walter{n} Smith"),
        _ => format!("Xenia{n} Miller"),
    });
    let people: Vec<NewCustomer> = names.zip(0..).map(|(name, n)| person(&name, &format!("C{n}"), "", "")).collect();
    let ids = make(&mut tx, &people, 1).await;
    let words = |text: &str| text.split(' ').map(ToOwned::to_owned).collect::<Vec<_>>();
    for (checked, first, counted) in [(500, 20_000, 100_000), (2, 3, 100), (2, 3, 5), (2, 50, 100), (0, 1, 1)] {
        let bounds = Bounds { checked, first, counted };
        for text in ["wal xen", "xen wal", "x w", "smi wal", "mil x c", "xen smith", "x w c7", "c3 w x"] {
            for limit in [1, 5, 100] {
                let found = search(&mut tx, CN, text, limit, bounds).await.unwrap();
                let fits = |p: &&NewCustomer| {
                    let own =
                        words(&format!("{} {}", p.name.as_deref().unwrap_or_default(), p.ids[0].value).to_lowercase());
                    words(text).iter().all(|word| own.iter().any(|o| o.starts_with(word)))
                };
                let wanted = people.iter().filter(fits).count();
                assert_eq!(
                    found.len(),
                    wanted.min(limit),
                    "\"{text}\", {limit} at most, bounds {checked} {first} {counted}"
                );
                let right = |h: &Hit| people.iter().zip(&ids).any(|(p, id)| h.id == *id && fits(&p));
                assert!(found.iter().all(right), "\"{text}\": {found:?}");
            }
        }
    }
}

store::on_both!(finds_what_people_type, frequent_words_miss_nobody);
