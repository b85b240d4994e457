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

use pattern::Pattern;

/// A longer text holds what somebody sent, and is not looked at closer.
const LONGEST: usize = 4_000;
/// How deep parts are said within parts.
const DEEPEST: usize = 3;

struct Catalogue {
    whole: HashMap<&'static str, &'static str>,
    patterns: Vec<Pattern>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let (mut whole, mut patterns) = (HashMap::new(), Vec::new());
    for (english, chinese) in texts().chain(zh::LIBRARIES.iter().copied()) {
        let pattern = Pattern::new(english, chinese);
        if pattern.is_whole() {
            whole.insert(english, chinese);
        } else {
            patterns.push(pattern);
        }
    }
    // What says the most by itself is the surest.
    patterns.sort_by_key(|p| std::cmp::Reverse(p.weight()));
    Catalogue { whole, patterns }
});

/// All texts of our code: the English as it stands there, the Chinese.
pub fn texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    zh::TABLES.iter().flat_map(|table| table.iter().copied())
}

/// The Chinese of a text that the product said; `None` when it is not one that is known here.
pub fn chinese(english: &str) -> Option<String> {
    said(english, 0)
}

/// The names of the parts of a text, sorted: what both languages must have in common.
pub fn parts(text: &str) -> Vec<String> {
    pattern::names(text)
}

fn said(english: &str, depth: usize) -> Option<String> {
    if english.is_empty() || english.len() > LONGEST || depth > DEEPEST {
        return None;
    }
    if let Some(text) = CATALOGUE.whole.get(english) {
        return Some((*text).to_owned());
    }
    let known = |part: &str| said(part, depth + 1).or_else(|| said(part.trim(), depth + 1));
    // One all of whose parts are known is surer than one that says more by itself.
    let say = |loosely| CATALOGUE.patterns.iter().find_map(|pattern| pattern.say(english, &known, loosely));
    say(false).or_else(|| say(true))
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
        // What people typed is no text of the product, even if it reads like one.
        assert_eq!(zh("\"nobody is signed in\" is not a time zone"), "“nobody is signed in”不是时区");
        assert_eq!(chinese("nothing we ever say"), None);
        assert_eq!(chinese(&"a: ".repeat(2_000)), None);
    }
}
