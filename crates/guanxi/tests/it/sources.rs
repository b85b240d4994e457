//! How long files may be, and what must not stand in them.

use crate::repo::{extension, files};

/// No file of code may be longer.
const MOST_LINES: usize = 500;
/// Nine of ten files must not be longer.
const MOST_LINES_P90: usize = 250;

fn is_code(path: &str, text: &str) -> bool {
    let kinds = ["rs", "ts", "tsx", "js", "mjs", "css", "html", "py", "sh", "sql"];
    extension(path).is_some_and(|kind| kinds.contains(&kind)) || text.starts_with("#!/")
}

#[test]
fn files_stay_short_enough_to_read() {
    let code = files().into_iter().filter(|(path, text)| is_code(path, text));
    let mut lengths: Vec<(usize, String)> = code.map(|(path, text)| (text.lines().count(), path)).collect();
    lengths.sort();
    let long: Vec<_> = lengths.iter().filter(|(lines, _)| *lines > MOST_LINES).collect();
    assert!(long.is_empty(), "longer than {MOST_LINES} lines: {long:?}");
    let (p50, p90) = (lengths[lengths.len() / 2].0, lengths[lengths.len() * 9 / 10].0);
    println!("{} files of code, median {p50} lines, 90 % have at most {p90}", lengths.len());
    assert!(p90 <= MOST_LINES_P90, "a tenth of the files has more than {MOST_LINES_P90} lines (p90 is {p90})");
}

/// Every place of a word in the repository, as `path:line`.
fn places(words: &[String], wanted: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for (path, text) in files().into_iter().filter(|(path, text)| wanted(path, text)) {
        for (number, line) in (1..).zip(text.lines()) {
            let found = words.iter().filter(|word| line.contains(word.as_str()));
            places.extend(found.map(|word| format!("{path}:{number}: {word}")));
        }
    }
    places
}

#[test]
fn nothing_depends_on_the_machine_it_was_written_on() {
    // In two pieces, so that this file does not hold them.
    let words = [
        ("/wor", "k/"),
        ("/tmp/", "gx"),
        ("/ro", "ot/"),
        ("/home", "/"),
        ("index.crates", ".io"),
        ("static.crates", ".io"),
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("registry.npmjs", ".org"),
        ("deb.debian", ".org"),
    ];
    let words = words.map(|(a, b)| format!("{a}{b}"));
    let locks = ["Cargo.lock", "package-lock.json", "pnpm-lock.yaml"];
    let found = places(&words, |path, _| !locks.iter().any(|lock| path.ends_with(lock)));
    assert!(found.is_empty(), "paths of one machine, or addresses of package registries:\n{}", found.join("\n"));
}

#[test]
fn nothing_is_left_for_later() {
    let words = [("TO", "DO"), ("FIX", "ME"), ("todo", "!("), ("unimplemented", "!(")].map(|(a, b)| format!("{a}{b}"));
    let found = places(&words, is_code);
    assert!(found.is_empty(), "unfinished: do it, or open an issue:\n{}", found.join("\n"));
}
