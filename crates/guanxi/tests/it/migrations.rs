//! The schema is one: both databases get the same migrations with the same tables and columns
//! (docs/adr/0001-portable-sql.md).

use std::collections::BTreeMap;

use crate::repo::files;

/// Name of the file to its text.
fn migrations(database: &str) -> BTreeMap<String, String> {
    let folder = format!("migrations/{database}/");
    let mut found = BTreeMap::new();
    for (path, text) in files() {
        if let Some(name) = path.strip_prefix(&folder) {
            found.insert(name.to_owned(), text);
        }
    }
    assert!(!found.is_empty(), "there are no migrations below {folder}");
    found
}

/// What is changed of a table: `alter t ADD COLUMN c`, without the type.
fn altered(table: &str, what: &[&str]) -> String {
    let named = match what {
        [_, "COLUMN" | "CONSTRAINT", ..] => 3,
        _ => 2,
    };
    let renamed = what.iter().position(|word| *word == "TO").map_or(0, |at| at + 2);
    format!("alter {table} {}", what[..what.len().min(named.max(renamed))].join(" "))
}

/// Names of tables with their columns, views and indexes, and what is changed of tables, in the order of the text.
fn names(sql: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut in_table = false;
    for line in sql.lines() {
        let words: Vec<&str> = line.split([' ', '(', ',', ';']).filter(|w| !w.is_empty()).collect();
        match words.as_slice() {
            ["CREATE", "TABLE", name, ..] => {
                names.push(format!("table {name}"));
                in_table = !line.contains(");");
            }
            ["CREATE", kind @ ("INDEX" | "VIEW"), name, ..] => names.push(format!("{kind} {name}")),
            ["CREATE", "UNIQUE", "INDEX", name, ..] => names.push(format!("INDEX {name}")),
            ["ALTER", "TABLE", name, what @ ..] => names.push(altered(name, what)),
            [first, ..] if first.starts_with(')') => in_table = false,
            [column, ..] if in_table && !column.starts_with("--") => names.push(format!("  {column}")),
            _ => {}
        }
    }
    names
}

#[test]
fn both_databases_have_the_same_migrations() {
    let (sqlite, postgres) = (migrations("sqlite"), migrations("postgres"));
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (number, name) in sqlite.keys().enumerate() {
        assert!(name.starts_with(&format!("{number:04}_")), "{name} should be number {number:04}");
        assert_eq!(
            names(&sqlite[name]),
            names(&postgres[name]),
            "{name} differs: only types and settings of a table may"
        );
    }
}

#[test]
fn names_are_read_from_sql() {
    let sql = "-- A comment.\nCREATE TABLE t (\n    id BIGINT PRIMARY KEY,\n    name TEXT\n) WITHOUT ROWID;\nCREATE INDEX i ON t (name);";
    assert_eq!(names(sql), ["table t", "  id", "  name", "INDEX i"]);
    assert_eq!(names("CREATE TABLE s (name TEXT);\nCREATE UNIQUE INDEX u ON s (name);"), ["table s", "INDEX u"]);
    let sql = "ALTER TABLE t ADD COLUMN score DOUBLE PRECISION;\nALTER TABLE t RENAME COLUMN a TO b;\nALTER TABLE t DROP COLUMN c;";
    assert_eq!(names(sql), ["alter t ADD COLUMN score", "alter t RENAME COLUMN a TO b", "alter t DROP COLUMN c"]);
}
