//! A text with parts: how a finished text is recognised by its English, and said by its Chinese.

/// A piece of a text as written in the code.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// Words of ours.
    Words(String),
    /// A part that differs, by its name; in Chinese, whether it is said in Chinese too.
    Part { name: String, said: bool },
}

/// A text in both languages.
pub(super) struct Pattern {
    /// What stands before, between and behind the parts: one more than there are parts.
    between: Vec<String>,
    chinese: Vec<Said>,
    /// It has no word of its own: it holds only for parts that are known.
    bare: bool,
}

/// Says a part in Chinese, when it is one of our texts.
type Known<'a> = dyn Fn(&str) -> Option<String> + 'a;

enum Said {
    Words(String),
    /// The number of a part, and whether it is said in Chinese too.
    Part(usize, bool),
}

/// The pieces of a text. A brace that opens no part stands for itself, for some texts are no patterns to the compiler.
fn pieces(text: &str) -> Vec<Piece> {
    let (mut found, mut words, mut unnamed, mut rest) = (Vec::new(), String::new(), 0, text);
    while let Some(at) = rest.find(['{', '}']) {
        words.push_str(&rest[..at]);
        let here = &rest[at..];
        if here.starts_with("{{") || here.starts_with("}}") {
            words.push_str(&here[..1]);
            rest = &here[2..];
            continue;
        }
        let Some((name, said, behind)) = part(here) else {
            words.push_str(&here[..1]);
            rest = &here[1..];
            continue;
        };
        if !words.is_empty() {
            found.push(Piece::Words(std::mem::take(&mut words)));
        }
        let name = if name.is_empty() {
            unnamed += 1;
            (unnamed - 1).to_string()
        } else {
            name.to_owned()
        };
        found.push(Piece::Part { name, said });
        rest = behind;
    }
    words.push_str(rest);
    if !words.is_empty() {
        found.push(Piece::Words(words));
    }
    found
}

/// The name of the part that begins here, whether it is said in Chinese, and what is behind it.
fn part(text: &str) -> Option<(&str, bool, &str)> {
    let (inside, behind) = text.strip_prefix('{')?.split_once('}')?;
    let (name, form) = inside.split_once(':').unwrap_or((inside, ""));
    let (name, said) = name.strip_prefix('*').map_or((name, false), |name| (name, true));
    let plain = |text: &str, more: &[u8]| text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b));
    (plain(name, b"_") && plain(form, b"_.?<>+#$")).then_some((name, said, behind))
}

/// The names of the parts, sorted.
pub(super) fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Part { name, .. } => Some(name),
            Piece::Words(_) => None,
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

impl Pattern {
    pub(super) fn new(english: &str, chinese: &str) -> Self {
        let (mut between, mut names, mut last) = (Vec::new(), Vec::new(), String::new());
        for piece in pieces(english) {
            match piece {
                Piece::Words(words) => last = words,
                Piece::Part { name, .. } => {
                    names.push(name);
                    between.push(std::mem::take(&mut last));
                }
            }
        }
        between.push(last);
        let of = |piece| match piece {
            Piece::Words(words) => Said::Words(words),
            Piece::Part { name, said } => names
                .iter()
                .position(|n| *n == name)
                .map_or_else(|| Said::Words(format!("{{{name}}}")), |at| Said::Part(at, said)),
        };
        let chinese = pieces(chinese).into_iter().map(of).collect();
        let bare = !between.iter().any(|words| words.chars().any(char::is_alphabetic));
        Self { between, chinese, bare }
    }

    /// Whether it has no parts.
    pub(super) fn is_whole(&self) -> bool {
        self.between.len() == 1
    }

    /// How much of it is its own.
    pub(super) fn weight(&self) -> usize {
        self.between.iter().map(String::len).sum()
    }

    /// The Chinese of `text`, when it follows the pattern. `known` says a part in Chinese; `loosely`, what is not known is left as it is.
    pub(super) fn say(&self, text: &str, known: &Known<'_>, loosely: bool) -> Option<String> {
        if loosely && self.bare {
            return None;
        }
        let (first, last) = (self.between.first()?, self.between.last()?);
        let rest = text.strip_prefix(first.as_str())?.strip_suffix(last.as_str())?;
        let mut parts = Vec::with_capacity(self.between.len());
        self.split(rest, &mut parts, &|parts| self.fill(parts, known, loosely))
    }

    /// Takes the next part from the front of `rest`. The nearest place where it may end is taken; other places are tried only for what
    /// has no word of its own, since the words that follow would be found behind the nearest place or not at all.
    fn split<'t>(
        &self,
        rest: &'t str,
        parts: &mut Vec<&'t str>,
        fill: &dyn Fn(&[&str]) -> Option<String>,
    ) -> Option<String> {
        let next = parts.len() + 1;
        if next == self.between.len() - 1 {
            parts.push(rest);
            let text = fill(parts);
            parts.pop();
            return text;
        }
        let end = &self.between[next];
        for (at, _) in rest.match_indices(end.as_str()) {
            parts.push(&rest[..at]);
            let text = self.split(&rest[at + end.len()..], parts, fill);
            parts.pop();
            if text.is_some() || !self.bare {
                return text;
            }
        }
        None
    }

    fn fill(&self, parts: &[&str], known: &Known<'_>, loosely: bool) -> Option<String> {
        let mut text = String::new();
        for piece in &self.chinese {
            match piece {
                Said::Words(words) => text.push_str(words),
                Said::Part(at, false) => text.push_str(parts[*at]),
                Said::Part(at, true) => match known(parts[*at]) {
                    Some(part) => text.push_str(&part),
                    None if loosely || parts[*at].is_empty() => text.push_str(parts[*at]),
                    None => return None,
                },
            }
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_put_where_the_chinese_wants_them() {
        let known = |part: &str| (part == "no answer").then(|| "没有应答".to_owned());
        let say = |english, chinese, text| Pattern::new(english, chinese).say(text, &known, false);
        assert_eq!(
            say("{} of {n:>3} are {}", "{n} 中 {0} 为{*1}", "1 of 2 are no answer").unwrap(),
            "2 中 1 为没有应答"
        );
        assert_eq!(say("{{{a}}}: {b}", "{b}{{{a}}}", "{x}: y").unwrap(), "y{x}");
        assert_eq!(say("write {\"a\": {n}}", "写 {\"a\": {n}}", "write {\"a\": 5}").unwrap(), "写 {\"a\": 5}");
        assert_eq!(say("{a} {b}", "{a}：{*b}", "the server gave no answer").unwrap(), "the server gave：没有应答");
        assert_eq!(say("{a} {b}", "{a}：{*b}", "the server gave an answer"), None);
        assert_eq!(say("a {} b", "{0}", "a b"), None);
        assert_eq!(say("{near}of {}", "{*near}{0} 中", "of 5").unwrap(), "5 中");
        let loosely = |text| Pattern::new("it said: {}", "它说：{*0}").say(text, &known, true);
        assert_eq!(loosely("it said: no").unwrap(), "它说：no");
    }

    #[test]
    fn the_names_of_parts_are_what_both_languages_share() {
        assert_eq!(names("{} of {total:.2}: {}"), ["0", "1", "total"]);
        assert_eq!(names("{*total} 中 {1}、{0}"), ["0", "1", "total"]);
        assert_eq!(names("{{x}} and {\"a\": 1}"), [""; 0]);
    }
}
