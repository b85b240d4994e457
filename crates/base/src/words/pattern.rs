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

/// A text in Chinese, and how many words of its parts are as they were.
pub(super) struct Told {
    pub(super) text: String,
    pub(super) unsaid: usize,
}

/// Says a part in Chinese, when it is one of our texts.
type Known<'a> = dyn Fn(&str) -> Option<Told> + 'a;

/// In how many ways a text is taken apart at most.
const MOST_TRIES: usize = 100;

/// How a text is being taken apart.
struct Way<'t> {
    parts: Vec<&'t str>,
    tries: usize,
    best: Option<Told>,
}

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

    /// Whether it is a joint of texts and has no word of its own.
    pub(super) fn is_bare(&self) -> bool {
        self.bare
    }

    /// The Chinese of `text`, when it follows the pattern: of all ways to take it apart the one that leaves least unsaid.
    pub(super) fn say(&self, text: &str, known: &Known<'_>) -> Option<Told> {
        let (first, last) = (self.between.first()?, self.between.last()?);
        let rest = text.strip_prefix(first.as_str())?.strip_suffix(last.as_str())?;
        let mut way = Way { parts: Vec::new(), tries: MOST_TRIES, best: None };
        self.split(rest, &mut way, known);
        way.best
    }

    /// Takes the next part from the front of `rest`, at every place where it may end.
    fn split<'t>(&self, rest: &'t str, way: &mut Way<'t>, known: &Known<'_>) {
        let next = way.parts.len() + 1;
        if next == self.between.len() - 1 {
            way.parts.push(rest);
            way.tries = way.tries.saturating_sub(1);
            let told = self.fill(&way.parts, known);
            way.best = Told::better(way.best.take(), told);
            way.parts.pop();
            return;
        }
        let end = &self.between[next];
        for (at, _) in rest.match_indices(end.as_str()) {
            if way.tries == 0 || way.best.as_ref().is_some_and(|told| told.unsaid == 0) {
                return;
            }
            way.parts.push(&rest[..at]);
            self.split(&rest[at + end.len()..], way, known);
            way.parts.pop();
        }
    }

    fn fill(&self, parts: &[&str], known: &Known<'_>) -> Option<Told> {
        let mut told = Told { text: String::new(), unsaid: 0 };
        for piece in &self.chinese {
            let (part, said) = match piece {
                Said::Words(words) => {
                    told.text.push_str(words);
                    continue;
                }
                Said::Part(at, said) => (parts[*at], *said),
            };
            match if said { known(part) } else { None } {
                Some(inner) => {
                    told.text.push_str(&inner.text);
                    told.unsaid += inner.unsaid;
                }
                None if said && self.bare => return None,
                None => {
                    told.text.push_str(part);
                    // A quote inside of a part is rather one of ours that was passed over.
                    told.unsaid += part.split_whitespace().count() + part.matches('"').count();
                }
            }
        }
        Some(told)
    }
}

impl Told {
    /// The one that leaves less unsaid; of equals the first.
    pub(super) fn better(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (&one, &other) {
            (Some(a), Some(b)) if b.unsaid < a.unsaid => other,
            (Some(_), _) => one,
            (None, _) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_put_where_the_chinese_wants_them() {
        let words = [("no answer", "没有应答"), ("card number", "卡号"), ("lost", "丢失")];
        let known = |part: &str| {
            let found = words.iter().find(|w| w.0 == part)?;
            Some(Told { text: found.1.to_owned(), unsaid: 0 })
        };
        let say = |english, chinese, text| Pattern::new(english, chinese).say(text, &known).map(|told| told.text);
        assert_eq!(
            say("{} of {n:>3} are {}", "{n} 中 {0} 为{*1}", "1 of 2 are no answer").unwrap(),
            "2 中 1 为没有应答"
        );
        assert_eq!(say("{{{a}}}: {b}", "{b}{{{a}}}", "{x}: y").unwrap(), "y{x}");
        assert_eq!(say("write {\"a\": {n}}", "写 {\"a\": {n}}", "write {\"a\": 5}").unwrap(), "写 {\"a\": 5}");
        assert_eq!(say("{near}of {}", "{*near}{0} 中", "of 5").unwrap(), "5 中");
        assert_eq!(say("a {} b", "{0}", "a b"), None);
        // Of several ways the one that leaves least unsaid; what is not known stays, but not behind a mere joint.
        assert_eq!(say("the {} {} is {}", "{*0}{1}{*2}", "the card number 55 is lost").unwrap(), "卡号55丢失");
        assert_eq!(say("it said: {}", "它说：{*0}", "it said: no").unwrap(), "它说：no");
        assert_eq!(say("{a} {b}", "{a}：{*b}", "the server gave no answer").unwrap(), "the server gave：没有应答");
        assert_eq!(say("{a} {b}", "{a}：{*b}", "the server gave an answer"), None);
    }

    #[test]
    fn the_names_of_parts_are_what_both_languages_share() {
        assert_eq!(names("{} of {total:.2}: {}"), ["0", "1", "total"]);
        assert_eq!(names("{*total} 中 {1}、{0}"), ["0", "1", "total"]);
        assert_eq!(names("{{x}} and {\"a\": 1}"), [""; 0]);
    }
}
