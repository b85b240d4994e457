//! What the product says to people has a Chinese text in `base::words` (docs/adr/0009-problems-are-translated-at-the-edge.md).

use std::collections::HashSet;

use crate::repo::{extension, files};

/// Crates whose texts nobody is told over the API or the command line.
const SILENT: [&str; 1] = ["simulate"];

/// Calls whose texts people are told.
const TOLD: [&str; 10] =
    ["hint", "field", "wrong", "invalid", "refuse", "refused", "wrong_set", "damaged", "broken", "away"];
/// What is made with the text as it is; what is in front of `::`.
const MADE: [(&str, &str); 3] = [("Problem", "new"), ("Fault", "new"), ("ApiError", "http")];
/// Names of variables that become texts of problems.
const NAMED: [&str; 8] = ["message", "hint", "why", "what", "near", "said", "takes", "decimals"];
/// Calls in which a text is looked for or put between others, not told.
const ASIDE: [&str; 9] =
    ["join", "expect", "contains", "split", "split_once", "strip_prefix", "starts_with", "replace", "internal"];

#[derive(Debug, PartialEq)]
enum Token {
    Text(String),
    Word(String),
    Sign(char),
}

/// The tokens of a piece of Rust with the lines they are on; comments and numbers are of no interest.
fn tokens(code: &str) -> Vec<(usize, Token)> {
    let chars: Vec<char> = code.chars().collect();
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    let word = |c: char| c.is_alphanumeric() || c == '_';
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let begin = at;
        match c {
            '/' if next == '/' => at += chars[at..].iter().take_while(|c| **c != '\n').count(),
            '"' => {
                let (text, length) = quoted(&chars[at + 1..]);
                found.push((line, Token::Text(text)));
                at += length + 1;
            }
            'r' if next == '"' || next == '#' && matches!(chars.get(at + 2), Some('"' | '#')) => {
                let marks = chars[at + 1..].iter().take_while(|c| **c == '#').count();
                let end: String = std::iter::once('"').chain(std::iter::repeat_n('#', marks)).collect();
                let rest: String = chars[at + marks + 2..].iter().collect();
                let text = rest.split(end.as_str()).next().unwrap_or_default();
                at += marks + 1 + text.chars().count() + end.len();
                found.push((line, Token::Text(text.to_owned())));
            }
            // A character; what has no end of its own is a lifetime.
            '\'' if next == '\\' => at += 3 + chars[at + 3..].iter().take_while(|c| **c != '\'').count(),
            '\'' if chars.get(at + 2) == Some(&'\'') => at += 2,
            c if word(c) => {
                let name: String = chars[at..].iter().copied().take_while(|c| word(*c)).collect();
                at += name.chars().count() - 1;
                found.push((line, Token::Word(name)));
            }
            c if !c.is_whitespace() => found.push((line, Token::Sign(c))),
            _ => {}
        }
        at += 1;
        line += chars[begin..at.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    found
}

/// The text up to the closing quote, and how long it is in the code.
fn quoted(chars: &[char]) -> (String, usize) {
    let (mut text, mut at) = (String::new(), 0);
    while let Some(&c) = chars.get(at).filter(|c| **c != '"') {
        at += 1;
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.get(at) {
            Some('\n') => at += chars[at..].iter().take_while(|c| c.is_whitespace()).count(),
            Some('n') => (text.push('\n'), at += 1).1,
            Some('t') => (text.push('\t'), at += 1).1,
            Some(other) => (text.push(*other), at += 1).1,
            None => {}
        }
    }
    (text, at)
}

/// Sentences, as against names of fields and joints.
fn is_prose(text: &str) -> bool {
    let mut plain = String::new();
    let mut inside = false;
    for c in text.chars() {
        inside = c == '{' || inside && c != '}';
        plain.push(if inside || c == '}' { '\0' } else { c });
    }
    let letters = |word: &str| word.chars().filter(char::is_ascii_lowercase).count() >= 2;
    plain.contains(' ') && plain.split(' ').any(letters)
}

/// Follows code from the token `at` until it is closed, or a `;` on its own level, and gives the texts in it and where it ends.
fn texts_from(tokens: &[(usize, Token)], mut at: usize, within_call: bool) -> (Vec<(usize, String)>, usize) {
    let (mut depth, mut texts) = (0_i32, Vec::new());
    while let Some((line, token)) = tokens.get(at) {
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => {
                depth -= 1;
                if depth < 0 || within_call && depth == 0 {
                    break;
                }
            }
            Token::Sign(';') if depth == 0 => break,
            Token::Word(word) if ASIDE.contains(&word.as_str()) && is_open(tokens, at + 1) => {
                at = texts_from(tokens, at + 1, true).1;
            }
            Token::Text(text) if is_prose(text) => texts.push((*line, text.clone())),
            _ => {}
        }
        at += 1;
    }
    (texts, at)
}

fn is_open(tokens: &[(usize, Token)], at: usize) -> bool {
    tokens.get(at).is_some_and(|(_, token)| *token == Token::Sign('('))
}

/// The texts of a piece of code that people are told, with their lines.
fn told(tokens: &[(usize, Token)]) -> Vec<(usize, String)> {
    let word = |at: usize| match tokens.get(at) {
        Some((_, Token::Word(word))) => word.as_str(),
        _ => "",
    };
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let name = word(at);
        let of = at.checked_sub(3).map_or("", word);
        let made = MADE.contains(&(of, name)) || TOLD.contains(&name);
        // What is a defect of ours is told in one sentence for all.
        let ours = name == "new" && (at..at + 9).any(|at| word(at) == "Internal");
        if made && !ours && is_open(tokens, at + 1) && word(at.saturating_sub(1)) != "fn" {
            found.extend(texts_from(tokens, at + 1, true).0);
        }
        let bound = name == "let" && !matches!(at.checked_sub(1).map_or("", word), "if" | "while");
        let equals = (at..at + 24).find(|at| matches!(tokens.get(*at), Some((_, Token::Sign('=')))));
        if let Some(equals) = equals.filter(|_| bound || name == "const")
            && (at..equals).any(|at| NAMED.contains(&word(at).to_lowercase().as_str()))
        {
            found.extend(texts_from(tokens, equals, false).0);
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The code of the crates that speak, without their tests.
fn sources() -> Vec<(String, Vec<(usize, Token)>)> {
    let test = |path: &str| {
        let folders = ["/tests/", "/testing/", "/words/zh/"];
        path.ends_with("tests.rs") || folders.iter().any(|folder| path.contains(folder))
    };
    let speaks = |path: &str| path.contains("/src/") && !SILENT.iter().any(|c| path.contains(&format!("crates/{c}/")));
    let read = |(path, text): (String, String)| {
        let tokens = tokens(text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default());
        (path, tokens)
    };
    let code = |path: &str| path.starts_with("crates/") && extension(path) == Some("rs");
    files().into_iter().filter(|(path, _)| code(path) && speaks(path) && !test(path)).map(read).collect()
}

#[test]
fn everything_that_is_told_has_a_chinese_text() {
    let known: HashSet<&str> = base::words::texts().map(|(english, _)| english).collect();
    let sources = sources();
    let commands: HashSet<&String> = sources
        .iter()
        .filter(|(name, _)| name.ends_with("guanxi/src/text/zh.rs"))
        .flat_map(|(_, tokens)| tokens.iter().filter_map(|(_, t)| if let Token::Text(t) = t { Some(t) } else { None }))
        .collect();
    let mut seen = 0;
    let mut missing = Vec::new();
    for (name, tokens) in &sources {
        for (line, text) in told(tokens) {
            seen += 1;
            if !known.contains(text.as_str()) && !commands.contains(&text) {
                missing.push(format!("{name}:{line}: {text}"));
            }
        }
    }
    assert!(seen > 700, "only {seen} texts were found: does the scan still read the code?");
    assert!(missing.is_empty(), "without a Chinese text in crates/base/src/words/zh:\n{}", missing.join("\n"));
}

#[test]
fn every_chinese_text_belongs_to_one_in_the_code() {
    let sources = sources();
    let literals: HashSet<&str> = sources
        .iter()
        .flat_map(|(_, tokens)| tokens)
        .filter_map(|(_, token)| if let Token::Text(text) = token { Some(text.as_str()) } else { None })
        .collect();
    let gone: Vec<&str> = base::words::texts().map(|t| t.0).filter(|english| !literals.contains(english)).collect();
    assert!(gone.is_empty(), "in crates/base/src/words/zh, but not in the code any more:\n{}", gone.join("\n"));
}

#[test]
fn the_scan_reads_code_as_the_compiler_does() {
    let code = r##"
        // Problem::new(Code::Conflict, "not me, a comment")
        fn hint(text: &str) {}
        let message = format!("a {x} of \
                               them is 'gone'");
        Problem::new(Code::NotFound, format!("no \"{name}\" here", name = names.join(" or "))).hint('"'.to_string() + "say it");
        Problem::new(Code::Internal, "a defect of ours");
        ApiError::http(status, "too_large", r#"it is "too" large"#);
        let sql = "SELECT a FROM b";
    "##;
    let told: Vec<String> = told(&tokens(code)).into_iter().map(|(_, text)| text).collect();
    assert_eq!(told, ["a {x} of them is 'gone'", "no \"{name}\" here", "say it", "it is \"too\" large"]);
}
