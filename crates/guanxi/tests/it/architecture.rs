//! Which crate may use which (docs/adr/0004-crate-cut.md).

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::repo::root;

/// The edges that are allowed, from a crate to those it may use. The binary may use all.
const ALLOWED: [(&str, &[&str]); 11] = [
    ("base", &[]),
    ("store", &["base"]),
    ("jobs", &["base", "store"]),
    ("web", &["base", "store", "jobs"]),
    ("lake", &["base", "store"]),
    ("profile", &["base", "store", "jobs", "lake", "web"]),
    ("collect", &["base", "store", "jobs", "lake", "profile", "web"]),
    ("segment", &["base", "store", "jobs", "lake", "profile", "web"]),
    ("insight", &["base", "store", "jobs", "lake", "web"]),
    ("simulate", &["base"]),
    ("guanxi", &["*"]),
];

/// The dependencies of every crate of the workspace, of all kinds.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata writes JSON");
    let name = |value: &Value| value["name"].as_str().expect("a package has a name").to_owned();
    let packages = metadata["packages"].as_array().expect("there are packages");
    let uses = |package: &Value| package["dependencies"].as_array().expect("a list").iter().map(name).collect();
    packages.iter().map(|p| (name(p), uses(p))).collect()
}

#[test]
fn crates_use_only_what_they_may() {
    let allowed = BTreeMap::from(ALLOWED);
    let crates = dependencies();
    let mut wrong = Vec::new();
    for (from, uses) in &crates {
        let Some(may) = allowed.get(from.as_str()) else {
            wrong.push(format!("{from} is new: add it to the table above and to docs/adr/0004-crate-cut.md"));
            continue;
        };
        let inside = uses.iter().filter(|to| crates.contains_key(*to));
        wrong.extend(
            inside.filter(|to| !may.contains(&"*") && !may.contains(&to.as_str())).map(|to| format!("{from} -> {to}")),
        );
    }
    assert!(wrong.is_empty(), "edges that the crate cut does not allow:\n{}", wrong.join("\n"));
    for name in allowed.keys() {
        assert!(crates.contains_key(*name), "the crate {name} is gone: take it out of the table above");
    }
}

#[test]
fn only_the_lake_sees_the_query_engine() {
    for (from, uses) in dependencies().into_iter().filter(|(from, _)| from != "lake") {
        let engine: Vec<_> =
            uses.into_iter().filter(|to| to.starts_with("datafusion") || to.starts_with("ballista")).collect();
        assert!(engine.is_empty(), "{from} depends on {}: ask lake instead", engine.join(", "));
    }
}
