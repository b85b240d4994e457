//! The keys under which a name is found: as written, by each of its words, in pinyin, by initials.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::hanzi::{is_hanzi, readings, surname_chars};
use super::text::settle;

/// Longest key, in characters; a search text is cut alike.
pub const LONGEST_KEY: usize = 48;
const MOST_WORDS: usize = 6;

/// A text as it is compared in search: NFKC, lower case, without accents and apostrophes, every other mark a single space,
/// a space between Chinese and other writing. Folding twice changes nothing.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { fold_once(text) } else { settle(text, fold_once) }
}

fn fold_once(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    if text.is_ascii() {
        push_words(&mut out, text.chars().map(|c| c.to_ascii_lowercase()));
        return out;
    }
    let lower = text.nfkc().collect::<String>().to_lowercase();
    let bare: String = lower.nfkd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).nfkc().collect();
    push_words(&mut out, bare.chars());
    out
}

fn push_words(out: &mut String, chars: impl Iterator<Item = char>) {
    let mut before: Option<bool> = None;
    for c in chars {
        if matches!(c, '\'' | '’' | 'ʼ' | '`') {
            continue;
        }
        if !(c.is_alphanumeric() || is_combining_mark(c)) {
            before = None;
            continue;
        }
        let hanzi = !c.is_ascii() && is_hanzi(c);
        if before != Some(hanzi) && !out.is_empty() {
            out.push(' ');
        }
        before = Some(hanzi);
        out.push(c);
    }
}

/// The keys of a name, sorted, without repeats. `王小明`: the name, its endings (`小明`, `明`), `wangxiaoming`, `xiaoming`,
/// `wxm`. `John Q. Smith`: every turn of its words (`john q smith`, `q smith john`, `smith john q`), so that a search may begin
/// at any word. A key is found by any beginning of it.
pub fn name_keys(name: &str) -> Vec<String> {
    let folded = fold(name);
    let words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    let mut keys = Vec::with_capacity(8);
    for first in 0..words.len().min(MOST_WORDS) {
        keys.push(cut(&[&words[first..], &words[..first]].concat().join(" ")).to_owned());
    }
    for word in words.iter().take(MOST_WORDS).filter(|w| w.chars().next().is_some_and(is_hanzi)) {
        push_chinese(&mut keys, word);
    }
    keys.retain(|k| !k.is_empty());
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn push_chinese(keys: &mut Vec<String>, word: &str) {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
    keys.extend(starts.iter().skip(1).take(MOST_WORDS).map(|at| cut(&word[*at..]).to_owned()));
    let (length, surname) = (starts.len(), surname_chars(word));
    for reading in readings(word) {
        push_pinyin(keys, &reading.concat());
        if length > 1 {
            keys.push(cut(&reading.iter().filter_map(|s| s.chars().next()).collect::<String>()).to_owned());
        }
        if length <= 5 && length > surname {
            push_pinyin(keys, &reading[surname..].concat());
        }
    }
}

/// 吕 is typed `lv` by some and `lu` by others.
fn push_pinyin(keys: &mut Vec<String>, pinyin: &str) {
    if pinyin.contains('ü') {
        keys.push(cut(&pinyin.replace('ü', "u")).to_owned());
    }
    keys.push(cut(&pinyin.replace('ü', "v")).to_owned());
}

/// The first [`LONGEST_KEY`] characters, without a space at the end.
pub fn cut(text: &str) -> &str {
    text.char_indices().nth(LONGEST_KEY).map_or(text, |(at, _)| text[..at].trim_end())
}
