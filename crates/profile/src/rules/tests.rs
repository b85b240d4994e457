use proptest::prelude::*;

use super::value::{attribute_name, infer, parse};
use super::{Region, fold, is_nullish, name_keys, normalise_or_missing};
use crate::model::{AttributeType, BUILT_IN, IdentityKind};

fn normal(kind: &IdentityKind, raw: &str) -> Option<String> {
    normalise_or_missing(kind, raw, Region::CHINA).unwrap_or_else(|p| panic!("{raw}: {p}"))
}

fn refused(kind: &IdentityKind, raw: &str) -> bool {
    normalise_or_missing(kind, raw, Region::CHINA).is_err()
}

#[test]
fn emails_compare_as_people_mean_them() {
    for raw in [
        "Li.Wei@Example.COM",
        " li.wei@example.com ",
        "ｌｉ.ｗｅｉ＠ｅｘａｍｐｌｅ.ｃｏｍ",
        "mailto:li.wei@example.com",
        "<LI.WEI@example.com>",
    ] {
        assert_eq!(normal(&IdentityKind::EMAIL, raw).as_deref(), Some("li.wei@example.com"), "{raw}");
    }
    assert_eq!(normal(&IdentityKind::EMAIL, "王@例子.公司").as_deref(), Some("王@例子.公司"));
    for raw in [
        "li.wei",
        "a@b",
        "a@@b.com",
        "a@b@c.com",
        ".a@b.com",
        "a..b@c.com",
        "a b@c.com",
        "a@-b.com",
        "a@1.2.3.4",
        "@b.com",
    ] {
        assert!(refused(&IdentityKind::EMAIL, raw), "{raw}");
    }
}

#[test]
fn phones_become_e164() {
    for raw in [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+86 138 1234 5678",
        "0086-13812345678",
        "8613812345678",
        "１３８１２３４５６７８",
        "13812345678.0",
        "(+86)13812345678",
        "tel:13812345678",
    ] {
        assert_eq!(normal(&IdentityKind::PHONE, raw).as_deref(), Some("+8613812345678"), "{raw}");
    }
    assert_eq!(normal(&IdentityKind::PHONE, "010-6234 5678").as_deref(), Some("+861062345678"));
    assert_eq!(normal(&IdentityKind::PHONE, "+44 20 7946 0958").as_deref(), Some("+442079460958"));
    assert_eq!(
        normal(&IdentityKind::PHONE, "13888888888").as_deref(),
        Some("+8613888888888"),
        "a number people pay for"
    );
    let british: Region = "gb".parse().unwrap();
    assert_eq!(
        normalise_or_missing(&IdentityKind::PHONE, "020 7946 0958", british).unwrap().as_deref(),
        Some("+442079460958")
    );
    for raw in ["00000000000", "11111111111", "13800000000", "", "无"] {
        assert_eq!(normal(&IdentityKind::PHONE, raw), None, "{raw}");
    }
    for raw in ["1381234567", "1.38E+10", "not a phone", "12345", "+999 123456789", "138123456789"] {
        assert!(refused(&IdentityKind::PHONE, raw), "{raw}");
    }
    assert!("China".parse::<Region>().unwrap_err().hint.is_some());
}

#[test]
fn cards_and_ids_keep_what_matters() {
    assert_eq!(normal(&IdentityKind::CARD, " vip-0012 3456 ").as_deref(), Some("VIP00123456"));
    assert_eq!(normal(&IdentityKind::CARD, "００１２").as_deref(), Some("0012"));
    assert_eq!(normal(&IdentityKind::EXTERNAL, " 17850.0 ").as_deref(), Some("17850"));
    assert_eq!(normal(&IdentityKind::EXTERNAL, "oUpF8uM-AJ").as_deref(), Some("oUpF8uM-AJ"));
    assert!(refused(&IdentityKind::EXTERNAL, "a\u{7}b") && refused(&IdentityKind::CARD, &"9".repeat(65)));
}

#[test]
fn nobody_is_not_a_customer() {
    for raw in [
        "",
        "  ",
        "NULL",
        "null",
        "undefined",
        "NaN",
        "0",
        "0.0",
        "000000",
        "N/A",
        "None",
        "无",
        "匿名",
        "散客",
        "－",
        "--",
        "***",
        "\\N",
        "-1",
    ] {
        assert!(is_nullish(raw), "{raw}");
        for kind in [IdentityKind::EMAIL, IdentityKind::PHONE, IdentityKind::CARD, IdentityKind::EXTERNAL] {
            assert_eq!(normal(&kind, raw), None, "{raw}");
        }
    }
    for raw in ["1", "10", "A0", "nana", "王无忌", "0001"] {
        assert!(!is_nullish(raw), "{raw}");
    }
}

#[test]
fn names_are_found_by_every_key_people_type() {
    let keys = |name: &str| name_keys(name).join(",");
    assert_eq!(keys("王小明"), "wangxiaoming,wxm,xiaoming,小明,明,王小明");
    for (name, wanted) in [
        ("单雄信", "shanxiongxin"),
        ("曾国藩", "zengguofan"),
        ("解晓东", "xiexiaodong"),
        ("仇英", "qiuying"),
        ("区志明", "ouzhiming"),
        ("朴树", "piaoshu"),
        ("查良镛", "zhaliangyong"),
        ("欧阳修", "xiu"),
        ("欧阳修", "oyx"),
        ("尉迟恭", "yuchigong"),
        ("万俟卨", "moqi"),
        ("吕布", "lvbu"),
        ("吕布", "lubu"),
        ("单于", "shanyu"),
        ("翟天临", "zhaitianlin"),
        ("翟天临", "ditianlin"),
        ("李晟", "lisheng"),
        ("王小明 (VIP)", "wangxiaoming"),
        ("迪丽热巴·迪力木拉提", "迪力木拉提"),
        ("José Núñez", "nunez jose"),
        ("O'Brien, Pat", "pat obrien"),
        ("John Q. Smith", "smith john"),
        ("ＪＯＨＮ", "john"),
    ] {
        assert!(name_keys(name).iter().any(|k| k.starts_with(wanted)), "{name}: {wanted} not in {}", keys(name));
    }
    assert!(!keys("单雄信").contains("dan"), "{}", keys("单雄信"));
    assert!(name_keys(" - ").is_empty() && name_keys("").is_empty());
}

#[test]
fn cells_become_typed_values() {
    let read = |name: &str, raw: &str| parse(BUILT_IN.iter().find(|d| d.name == name).unwrap(), raw);
    assert_eq!(read("gender", "女").unwrap(), Some("female".into()));
    assert_eq!(read("gender", "保密").unwrap(), None);
    for raw in [
        "1990-05-01",
        "1990/5/1",
        "19900501",
        "1990年5月1日",
        "1990.5.1",
        "1990-05-01 00:00:00",
        "1990-05-01T08:00:00Z",
    ] {
        assert_eq!(read("birthday", raw).unwrap(), Some("1990-05-01".into()), "{raw}");
    }
    for raw in ["05/01/1990", "1990-13-01", "1990-02-30", "yesterday", "90-5-1"] {
        assert!(read("birthday", raw).is_err(), "{raw}");
    }
    for raw in ["05-20", "5/20", "5月20日", "--05-20"] {
        assert_eq!(read("birthday_without_year", raw).unwrap(), Some("--05-20".into()), "{raw}");
    }
    assert_eq!(read("birthday_without_year", "2/29").unwrap(), Some("--02-29".into()));
    for raw in ["20/05", "02-30", "1990-05-20", "May", "005-20", "5"] {
        assert!(read("birthday_without_year", raw).unwrap_err().hint.is_some(), "{raw}");
    }
    assert_eq!(read("city", " N/A ").unwrap(), None);
    assert!(read("gender", "robot").unwrap_err().hint.is_some());
}

#[test]
fn types_are_guessed_from_all_cells() {
    assert_eq!(infer(["1", "2.5", "", "1,280"]), AttributeType::Number);
    assert_eq!(infer(["007", "12"]), AttributeType::Text);
    assert_eq!(infer(["6222021234567890123"]), AttributeType::Text);
    assert_eq!(infer(["20240101", "20240215"]), AttributeType::Date);
    assert_eq!(infer(["是", "否", "无"]), AttributeType::Bool);
    assert_eq!(infer(["1", "0"]), AttributeType::Number);
    assert_eq!(infer(["", "n/a"]), AttributeType::Text);
    assert_eq!(attribute_name(" VIP 等级 ").unwrap(), "vip_等级");
    assert!(attribute_name("customer id").is_err() && attribute_name("??").is_err());
}

proptest! {
    #[test]
    fn normalising_twice_changes_nothing(raw in "\\PC{0,24}|[ -~]{0,24}|[0-9０-９+() -]{5,16}|[a-zA-Zİß.]{1,8}@[a-z]{1,8}\\.(com|cn)") {
        for kind in [IdentityKind::EMAIL, IdentityKind::PHONE, IdentityKind::CARD, IdentityKind::EXTERNAL] {
            if let Ok(Some(once)) = normalise_or_missing(&kind, &raw, Region::CHINA) {
                prop_assert_eq!(normal(&kind, &once), Some(once));
            }
        }
    }

    #[test]
    fn a_number_is_known_however_it_is_written(prefix in 130u64..200, rest in 1u64..99_999_999, form in 0usize..5) {
        let digits = format!("{prefix}{rest:08}");
        let (a, b, c) = (&digits[..3], &digits[3..7], &digits[7..]);
        let written = [digits.clone(), format!("{a} {b} {c}"), format!("+86 {a}-{b}-{c}"), format!("0086{digits}"), format!("(86){a}.{b}.{c}")];
        prop_assert_eq!(normal(&IdentityKind::PHONE, &written[form]), Some(format!("+86{digits}")));
    }

    #[test]
    fn folding_twice_changes_nothing(raw in "\\PC{0,20}|[a-zA-ZÀ-ž' .-]{0,20}|[一-龥a-z·]{0,8}") {
        let once = fold(&raw);
        prop_assert_eq!(fold(&once), once.clone());
        prop_assert!(once.split(' ').all(|w| !w.is_empty()) || once.is_empty());
    }

    #[test]
    fn every_word_and_every_ending_finds_the_name(words in prop::collection::vec("[a-z]{2,8}", 1..5), chinese in "[一-龥]{2,4}") {
        let keys = name_keys(&words.join(" "));
        for word in &words {
            prop_assert!(keys.iter().any(|k| k.starts_with(word.as_str())));
        }
        let keys = name_keys(&chinese);
        for (at, _) in chinese.char_indices() {
            prop_assert!(keys.iter().any(|k| k == &chinese[at..]), "{} not in {:?}", &chinese[at..], keys);
        }
        prop_assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
