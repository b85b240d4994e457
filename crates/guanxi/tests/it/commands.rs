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
