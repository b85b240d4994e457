//! The binary says what it can do; the guide must say the same.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::repo::text;

/// What `--help` tells of a command.
struct Help {
    /// The words of the command, `guanxi` first.
    command: String,
    subcommands: Vec<String>,
    options: BTreeSet<String>,
}

fn run(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_guanxi")).args(words).output().expect("the binary runs");
    assert!(output.status.success(), "guanxi {} failed: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it writes UTF-8")
}

fn help(words: &[String]) -> Help {
    let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    arguments.push("--help");
    let text = run(&arguments);
    let listed = text.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let subcommands = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let options = text.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let options = options.filter_map(|line| {
        let name = &line[line.find("--")?..];
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(name.len());
        Some(name[..end].to_owned()).filter(|name| !["--help", "--version"].contains(&name.as_str()))
    });
    Help {
        command: format!("guanxi {}", words.join(" ")).trim_end().to_owned(),
        subcommands: subcommands.map(ToOwned::to_owned).collect(),
        options: options.collect(),
    }
}

/// All commands, the binary itself first.
fn commands() -> Vec<Help> {
    let mut found = Vec::new();
    let mut waiting = vec![Vec::new()];
    while let Some(words) = waiting.pop() {
        let help = help(&words);
        for name in help.subcommands.iter().rev() {
            waiting.push(words.iter().chain([name]).cloned().collect());
        }
        found.push(help);
    }
    assert!(found.len() > 5, "the help lists only {} commands", found.len());
    found
}

/// The part of a guide under the heading that names a command, up to the next heading.
fn section(guide: &str, command: &str) -> Option<String> {
    let heading =
        |line: &str| line.starts_with('#').then(|| line.trim_start_matches('#').replace('`', "").trim().to_owned());
    let mut lines = guide.lines().skip_while(|line| heading(line).as_deref() != Some(command));
    lines.next()?;
    Some(lines.take_while(|line| heading(line).is_none()).collect::<Vec<_>>().join("\n"))
}

fn documented_in(language: &str) {
    let path = format!("docs/guide/{language}/cli.md");
    let guide = text(&path);
    let commands = commands();
    let everywhere = &commands[0].options;
    let mut missing = Vec::new();
    for Help { command, options, subcommands } in &commands {
        let Some(section) = section(&guide, command) else {
            // A command that only groups others needs no section of its own.
            if subcommands.is_empty() {
                missing.push(format!("a heading \"{command}\""));
            }
            continue;
        };
        let own = options.iter().filter(|o| command == "guanxi" || !everywhere.contains(*o));
        missing.extend(own.filter(|o| !section.contains(o.as_str())).map(|o| format!("{o} under \"{command}\"")));
    }
    assert!(missing.is_empty(), "{path} lacks:\n{}", missing.join("\n"));
}

#[test]
fn every_command_and_option_is_in_the_english_guide() {
    documented_in("en");
}

#[test]
fn every_command_and_option_is_in_the_chinese_guide() {
    documented_in("zh");
}

/// `section.key` of every setting.
fn keys(config: &Value) -> BTreeSet<String> {
    let sections = config.as_object().expect("the configuration is an object").iter();
    sections
        .flat_map(|(section, settings)| {
            let settings = settings.as_object().expect("a section is an object");
            settings.keys().map(move |key| format!("{section}.{key}"))
        })
        .collect()
}

#[test]
fn the_default_configuration_is_what_the_code_knows() {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    let shop = shop.to_str().expect("a plain path");
    run(&["init", shop]);
    let known: Value = serde_json::from_str(&run(&["config", "--json", "--data", shop])).expect("it writes JSON");
    let file: toml::Table = text("config.default.toml").parse().expect("valid TOML");
    let file = serde_json::to_value(file).expect("TOML fits into JSON");
    assert_eq!(keys(&file), keys(&known));
}

/// Commands, and the operation of the API that does the same; without one, why.
const OPERATIONS: [(&str, Result<&str, &str>); 40] = [
    ("init", Err("a server has its data folder")),
    ("config", Ok("effective_get")),
    ("import orders", Ok("import_create")),
    ("import customers", Ok("import_create")),
    ("import products", Ok("import_create")),
    ("import list", Ok("import_list")),
    ("import show", Ok("import_get")),
    ("import bad", Ok("bad_row_list")),
    ("import resume", Ok("import_resume")),
    ("import undo", Ok("import_undo")),
    ("import mappings", Ok("mapping_list")),
    ("intake", Ok("intake_create")),
    ("customer show", Ok("customer_get")),
    ("customer search", Ok("customer_list")),
    ("customer erase", Ok("customer_erase")),
    ("traits rebuild", Ok("trait_rebuild")),
    ("traits list", Ok("trait_list")),
    ("traits explain", Ok("trait_explain")),
    ("segment rfm", Ok("run_create")),
    ("segment list", Ok("customer_list")),
    ("segment explain", Ok("customer_explain")),
    ("segment moves", Ok("move_list")),
    ("query", Ok("sql_run")),
    ("simulate", Err("writes files for trying out")),
    ("serve", Err("is the server")),
    ("user list", Ok("user_list")),
    ("user add", Ok("invitation_create")),
    ("user reset-password", Ok("user_password_reset")),
    ("user role", Ok("user_update")),
    ("user disable", Ok("user_update")),
    ("user enable", Ok("user_update")),
    ("key list", Ok("key_list")),
    ("key make", Ok("key_create")),
    ("key revoke", Ok("key_revoke")),
    ("openapi", Err("a server has it at /api/v1/openapi.json")),
    ("demo", Err("makes a data folder")),
    ("backup", Ok("backup_create")),
    ("restore", Err("makes a data folder; a server has one")),
    ("doctor", Ok("check_create")),
    ("maintain", Ok("maintenance_create")),
];

#[test]
fn every_command_has_an_operation() {
    let document: Value = serde_json::from_str(&text("openapi.json")).expect("it is JSON");
    let paths = document["paths"].as_object().expect("it has paths").values();
    let all = paths.flat_map(|path| path.as_object().expect("it has methods").values());
    let operations: BTreeSet<&str> = all.filter_map(|operation| operation["operationId"].as_str()).collect();
    let single = commands().into_iter().filter(|help| help.subcommands.is_empty());
    let single: BTreeSet<String> = single.map(|help| help.command.replacen("guanxi ", "", 1)).collect();
    let told: BTreeSet<String> = OPERATIONS.iter().map(|(command, _)| (*command).to_owned()).collect();
    assert_eq!(single, told, "say which operation does what a command does, or why none does");
    for (command, operation) in OPERATIONS {
        assert!(
            operation.is_err() || operation.is_ok_and(|name| operations.contains(name)),
            "{command}: {operation:?}"
        );
    }
}
