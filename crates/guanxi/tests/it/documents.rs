//! Documents say what is there: every link leads somewhere, every setting is explained.

use std::path::{Component, Path, PathBuf};

use crate::repo::{extension, files, root, text};

/// The targets of the links of a Markdown text that lead to files.
fn links(markdown: &str) -> Vec<&str> {
    let targets = markdown.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter(|to| !to.contains("://") && !to.starts_with(['#', '<']) && !to.starts_with("mailto:"));
    files.map(|to| to.split('#').next().unwrap_or(to)).collect()
}

/// A path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = plain.pop(),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

#[test]
fn every_link_of_a_document_leads_to_a_file() {
    let mut broken = Vec::new();
    for (path, text) in files().into_iter().filter(|(path, _)| extension(path) == Some("md")) {
        let folder = Path::new(&path).parent().unwrap_or(Path::new(""));
        let missing = links(&text).into_iter().filter(|to| !root().join(plain(&folder.join(to))).exists());
        broken.extend(missing.map(|to| format!("{path} -> {to}")));
    }
    assert!(broken.is_empty(), "links to nowhere:\n{}", broken.join("\n"));
}

#[test]
fn every_document_that_the_code_names_exists() {
    let mut missing = Vec::new();
    for (path, text) in files().into_iter().filter(|(path, _)| extension(path) != Some("md")) {
        for (at, _) in text.match_indices("docs/") {
            let rest = &text[at..];
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c))).unwrap_or(rest.len());
            let named = rest[..end].trim_end_matches('.');
            if extension(named) == Some("md") && !root().join(named).exists() {
                missing.push(format!("{path}: {named}"));
            }
        }
    }
    assert!(missing.is_empty(), "documents that are not there:\n{}", missing.join("\n"));
}

#[test]
fn every_setting_is_explained_where_it_stands() {
    let text = text("config.default.toml");
    let lines: Vec<&str> = text.lines().collect();
    let key = |line: &str| line.split_once(" = ").map(|(key, _)| key.to_owned()).filter(|key| !key.starts_with('#'));
    let keys: Vec<_> = lines.iter().enumerate().filter_map(|(at, line)| Some((at, key(line)?))).collect();
    assert!(keys.len() > 5, "the file has no settings");
    let bare = keys.into_iter().filter(|(at, _)| !lines[at.saturating_sub(1)].starts_with("# "));
    let bare: Vec<_> = bare.map(|(_, key)| key).collect();
    assert!(bare.is_empty(), "settings of config.default.toml without a comment above them: {bare:?}");
}
