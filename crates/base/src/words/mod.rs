//! What the product says to people in English, in Chinese.
//!
//! A text is written once, in English, where it happens. Here it stands again as it stands in the code, with its `{…}`, and beside
//! it the Chinese; [`chinese`] finds the Chinese of a finished text by its pattern (docs/adr/0009-problems-are-translated-at-the-edge.md).
//! In the Chinese, `{name}` is a part as it is, `{*name}` a part that is itself said in Chinese when it is known here. Parts without
//! a name are `{0}`, `{1}` … in the order of the English.

mod pattern;
mod zh;

use std::collections::HashMap;
use std::sync::LazyLock;

use pattern::{Pattern, Told};

/// A longer text holds what somebody sent, and is not looked at closer.
const LONGEST: usize = 4_000;
/// Longer than what is joined of two texts.
const LONGEST_JOINED: usize = 300;
/// More texts are not put after one another.
const MOST_LISTED: usize = 8;
/// How deep parts are said within parts.
const DEEPEST: usize = 3;

struct Catalogue {
    whole: HashMap<&'static str, &'static str>,
    patterns: Vec<Pattern>,
    joints: Vec<Pattern>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut found = Catalogue { whole: HashMap::new(), patterns: Vec::new(), joints: Vec::new() };
    for (english, chinese) in texts().chain(zh::LIBRARIES.iter().copied()) {
        let pattern = Pattern::new(english, chinese);
        if pattern.is_whole() {
            found.whole.insert(english, chinese);
        } else if pattern.is_bare() {
            found.joints.push(pattern);
        } else {
            found.patterns.push(pattern);
        }
    }
    found
});

/// All texts of our code: the English as it stands there, the Chinese.
pub fn texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    zh::TABLES.iter().flat_map(|table| table.iter().copied())
}

/// The Chinese of a text that the product said; `None` when it is not one that is known here.
pub fn chinese(english: &str) -> Option<String> {
    said(english, 0, false).map(|told| told.text)
}

/// The names of the parts of a text, sorted: what both languages must have in common.
pub fn parts(text: &str) -> Vec<String> {
    pattern::names(text)
}

/// Says a text; `depth` is how many texts it is a part of, `joined` whether one of these is a mere joint.
fn said(english: &str, depth: usize, joined: bool) -> Option<Told> {
    if english.is_empty() || english.len() > LONGEST || depth > DEEPEST {
        return None;
    }
    if let Some(text) = CATALOGUE.whole.get(english) {
        return Some(Told { text: (*text).to_owned(), unsaid: 0 });
    }
    let part = |part: &str, joined| {
        let plain = part.trim();
        let told = said(part, depth + 1, joined);
        if told.is_some() || plain == part { told } else { said(plain, depth + 1, joined) }
    };
    let said = |patterns: &[Pattern], joined| {
        let mut best = None;
        for pattern in patterns {
            best = Told::better(best, pattern.say(english, &|text| part(text, joined)));
            if best.as_ref().is_some_and(|told| told.unsaid == 0) {
                break;
            }
        }
        best
    };
    let best = Told::better(listed(english, depth, joined), said(&CATALOGUE.patterns, joined));
    if joined || english.len() > LONGEST_JOINED || best.as_ref().is_some_and(|told| told.unsaid < 2) {
        return best;
    }
    Told::better(best, said(&CATALOGUE.joints, true))
}

/// Says several texts with `; ` between them, when all of them are known.
fn listed(english: &str, depth: usize, joined: bool) -> Option<Told> {
    let pieces: Vec<&str> = english.split("; ").collect();
    if !(2..=MOST_LISTED).contains(&pieces.len()) {
        return None;
    }
    let told = pieces.into_iter().map(|piece| said(piece, depth + 1, joined)).collect::<Option<Vec<_>>>()?;
    let unsaid = told.iter().map(|told| told.unsaid).sum();
    let texts: Vec<String> = told.into_iter().map(|told| told.text).collect();
    Some(Told { text: texts.join("；"), unsaid })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_its_parts_in_both_languages() {
        let mut seen = HashMap::new();
        for (english, chinese) in texts().chain(zh::LIBRARIES.iter().copied()) {
            assert_eq!(parts(english), parts(chinese), "{english}");
            assert!(!chinese.trim().is_empty(), "{english}");
            assert!(seen.insert(english, chinese).is_none(), "twice: {english}");
        }
    }

    #[test]
    fn texts_are_found_by_their_pattern() {
        let zh = |english: &str| chinese(english).unwrap_or_else(|| panic!("{english}"));
        assert_eq!(zh("nobody is signed in"), "尚未登录");
        assert_eq!(zh("\"Mars\" is not a time zone"), "“Mars”不是时区");
        assert_eq!(zh("imp_3 does not exist"), "imp_3 不存在");
        assert_eq!(zh("limit must be 1 to 500"), "limit 必须为 1 到 500");
        assert_eq!(zh("金额: the id is empty; the date is empty"), "金额：编号为空；日期为空");
        let both = "the e-mail address a@b.c and the card number 55 belong to different customers";
        assert_eq!(zh(both), "邮箱 a@b.c 与卡号 55 属于不同的客户");
        // The text that is around another one, not the other one with everything before it.
        assert_eq!(zh("order 3: the id is empty"), "第 3 笔订单：编号为空");
        // What people typed is no text of the product, even if it reads like one.
        assert_eq!(zh("\"nobody is signed in\" is not a time zone"), "“nobody is signed in”不是时区");
        assert_eq!(chinese("nothing we ever say"), None);
        assert_eq!(chinese(&"a: ".repeat(2_000)), None);
    }
}
