//! What commands say, in English and Chinese. The English text is the key; what has no Chinese text is said in English.

mod zh;

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};

use base::Code;
use segment::Lang;
use web::Text;

/// The language of this process: one person calls it, in one language.
static CHINESE: AtomicBool = AtomicBool::new(false);

/// Chooses the language: `en` or `zh`.
pub(crate) fn speak(language: &str) {
    CHINESE.store(language == "zh", Ordering::Relaxed);
}

/// The chosen language.
pub(crate) fn lang() -> Lang {
    if CHINESE.load(Ordering::Relaxed) { Lang::Zh } else { Lang::En }
}

/// A text without values, such as a heading.
pub(crate) fn t(english: &str) -> &str {
    match lang() {
        Lang::En => english,
        Lang::Zh => chinese(english).unwrap_or(english),
    }
}

/// A text with values: `{0}`, `{1}` … stand for them, `[row|rows]` for a word that agrees with the number before it.
pub(crate) fn say(template: &str, values: &[&dyn Display]) -> String {
    fill(t(template), values)
}

/// A text with values in both languages.
pub(crate) fn both(template: &str, values: &[&dyn Display]) -> Text {
    Text::new(fill(template, values), fill(chinese(template).unwrap_or(template), values))
}

/// As [`both`], with a sentence of the product behind the values.
pub(crate) fn both_because(template: &str, value: &dyn Display, why: &str) -> Text {
    let why = Text::said(why);
    Text::new(both(template, &[value, &why.en]).en, both(template, &[value, &why.zh]).zh)
}

/// A sentence that another part of the product wrote in English, such as a problem.
pub(crate) fn said(english: &str) -> String {
    of(&Text::said(english)).to_owned()
}

/// A text of both languages in the chosen one.
pub(crate) fn of(text: &Text) -> &str {
    match lang() {
        Lang::En => &text.en,
        Lang::Zh => &text.zh,
    }
}

fn chinese(english: &str) -> Option<&'static str> {
    zh::TEXTS.iter().find(|(key, _)| *key == english).map(|(_, text)| *text)
}

fn fill(template: &str, values: &[&dyn Display]) -> String {
    let (mut out, mut last, mut rest) = (String::new(), String::new(), template);
    while let Some(at) = rest.find(['{', '[']) {
        out.push_str(&rest[..at]);
        let (open, close) = if rest[at..].starts_with('{') { ('{', '}') } else { ('[', ']') };
        let Some((inside, behind)) = rest[at + 1..].split_once(close) else { break };
        rest = behind;
        if open == '{' {
            last = inside.parse().ok().and_then(|n: usize| values.get(n)).map_or(String::new(), ToString::to_string);
            out.push_str(&last);
        } else {
            let (one, many) = inside.split_once('|').unwrap_or((inside, inside));
            out.push_str(if last == "1" { one } else { many });
        }
    }
    out.push_str(rest);
    out
}

/// What kind of error it is, in Chinese.
pub(crate) const fn kind_of_error(code: Code) -> &'static str {
    match code {
        Code::InvalidArgument => "命令或参数写错",
        Code::InvalidId => "编号写错",
        Code::NotFound => "找不到",
        Code::Conflict => "与现有内容冲突",
        Code::InvalidConfig => "配置有误",
        Code::InvalidInput => "内容无法读取",
        Code::TooLittleData => "数据太少",
        Code::IncompatibleStore => "数据由更新的版本写成或已损坏",
        Code::Cancelled => "已停止",
        Code::Unauthenticated => "没有登录",
        Code::Forbidden => "没有权限",
        Code::TooManyRequests => "尝试太频繁",
        Code::Outdated => "内容已被他人修改",
        Code::Unavailable => "数据库、磁盘或网络不可用",
        Code::Internal => "Guanxi 自身的缺陷",
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    #[test]
    fn words_agree_with_their_numbers() {
        let text = "{0} [row|rows] of {1} [file|files] in {2}";
        assert_eq!(fill(text, &[&1, &"1,001", &"a[b"]), "1 row of 1,001 files in a[b");
        assert_eq!(fill("从 {1} 到 {0}", &[&2, &1]), "从 1 到 2");
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    /// The string literals of a piece of code.
    fn literals(code: &str) -> Vec<String> {
        let (mut found, mut rest) = (Vec::new(), code);
        while let Some((_, behind)) = rest.split_once('"') {
            let mut text = String::new();
            let mut chars = behind.char_indices();
            while let Some((at, c)) = chars.next() {
                match c {
                    '"' => {
                        rest = &behind[at + 1..];
                        break;
                    }
                    '\\' => text.extend(chars.next().map(|(_, c)| c)),
                    c => text.push(c),
                }
            }
            found.push(text);
        }
        found
    }

    #[test]
    fn every_heading_and_every_text_has_a_chinese_one() {
        let mut missing = Vec::new();
        let mut seen = 0;
        for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            let code = std::fs::read_to_string(&path).unwrap();
            let code = code.split("#[cfg(test)]").next().unwrap_or_default();
            let headings = code.split("output::table(").skip(1).flat_map(|rest| {
                let list = rest.trim_start().strip_prefix("&[").and_then(|list| list.split_once(']'));
                list.map_or(Vec::new(), |(list, _)| literals(list))
            });
            let spoken = ["text::say(", "text::t(", "both("].map(|call| code.split(call).skip(1));
            let spoken = spoken.into_iter().flatten().filter(|rest| rest.trim_start().starts_with('"'));
            let texts = spoken.filter_map(|rest| literals(rest).into_iter().next());
            // What is put together in place is in no language: numbers, names, commands.
            for text in code.split("output::line(format!(").skip(1).filter_map(|rest| literals(rest).into_iter().next())
            {
                let words = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, said)| said));
                let plain = words.collect::<String>();
                if plain.contains(|c: char| c.is_ascii_alphabetic()) && !plain.starts_with("  guanxi ") {
                    missing.push(format!("{}: {text}", path.display()));
                }
            }
            for text in headings.map(|h| h.trim_end_matches('>').to_owned()).chain(texts) {
                seen += 1;
                if !text.is_empty() && chinese(&text).is_none() {
                    missing.push(format!("{}: {text}", path.display()));
                }
            }
        }
        assert!(seen > 50, "only {seen} texts were found");
        assert!(missing.is_empty(), "without a Chinese text in text/zh.rs:\n{}", missing.join("\n"));
    }

    #[test]
    fn every_stage_of_work_has_a_chinese_name() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut missing = Vec::new();
        let mut seen = 0;
        for path in std::fs::read_dir(crates).unwrap().map(|e| e.unwrap().path().join("src")).filter(|p| p.is_dir()) {
            for path in sources(&path).into_iter().filter(|p| p.extension().is_some_and(|e| e == "rs")) {
                let code = std::fs::read_to_string(&path).unwrap();
                let code = code.split("#[cfg(test)]").next().unwrap_or_default();
                for rest in code.split("progress.begin(").skip(1).filter(|rest| rest.trim_start().starts_with('"')) {
                    seen += 1;
                    let stage = literals(rest).swap_remove(0);
                    if !jobs::words::STAGES.iter().any(|(english, _)| *english == stage) {
                        missing.push(format!("{}: {stage}", path.display()));
                    }
                }
            }
        }
        assert!(seen > 8, "only {seen} stages were found");
        assert!(missing.is_empty(), "without a Chinese name in jobs/src/words.rs:\n{}", missing.join("\n"));
    }

    #[test]
    fn chinese_texts_say_all_values_and_stand_once() {
        for (at, (english, chinese)) in zh::TEXTS.iter().enumerate() {
            let values = |text: &str| (0..6).filter(|n| text.contains(&format!("{{{n}}}"))).collect::<Vec<_>>();
            assert_eq!(values(english), values(chinese), "{english}");
            assert!(zh::TEXTS[..at].iter().all(|(other, _)| other != english), "{english} stands twice");
        }
    }
}
