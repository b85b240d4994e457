//! The command line with examples for the commands whose arguments do not already bring some.

use clap::{Command, CommandFactory};

use super::args::Cli;

/// Commands, and lines that show how they are used.
const EXAMPLES: [(&str, &[&str]); 24] = [
    ("config", &["guanxi config", "guanxi --data shop config --json"]),
    ("import list", &["guanxi import list"]),
    ("import show", &["guanxi import show imp_3"]),
    ("import bad", &["guanxi import bad imp_3", "guanxi import bad imp_3 --limit 500 --json"]),
    ("import resume", &["guanxi import resume imp_3"]),
    ("import undo", &["guanxi import undo imp_3"]),
    (
        "import mappings",
        &["guanxi import mappings", "guanxi import mappings till", "guanxi import mappings till --rename kasse"],
    ),
    ("customer erase", &["guanxi customer erase 17850", "guanxi customer erase cus_12 --yes"]),
    ("traits rebuild", &["guanxi traits rebuild", "guanxi traits rebuild --as-of 2011-12-09"]),
    ("traits list", &["guanxi traits list"]),
    ("segment explain", &["guanxi segment explain 17850"]),
    ("user list", &["guanxi user list"]),
    ("user reset-password", &["guanxi user reset-password li@shop.example"]),
    ("user role", &["guanxi user role li@shop.example manager"]),
    ("user disable", &["guanxi user disable li@shop.example"]),
    ("user enable", &["guanxi user enable li@shop.example"]),
    ("key list", &["guanxi key list"]),
    ("key revoke", &["guanxi key revoke key_2"]),
    ("openapi", &["guanxi openapi > openapi.json"]),
    ("demo", &["guanxi demo", "guanxi demo sales.csv.gz", "guanxi demo --customers 50000 --no-serve"]),
    ("backup", &["guanxi backup /backups/monday"]),
    ("restore", &["guanxi restore /backups/monday shop2"]),
    ("doctor", &["guanxi doctor", "guanxi doctor --quick", "guanxi doctor --fix"]),
    ("maintain", &["guanxi maintain"]),
];

/// All that can be written, and its help.
pub(crate) fn command() -> Command {
    EXAMPLES.iter().fold(Cli::command(), |command, (path, lines)| {
        with(command, &path.split(' ').collect::<Vec<_>>(), &format!("Examples:\n  {}", lines.join("\n  ")))
    })
}

fn with(command: Command, path: &[&'static str], text: &str) -> Command {
    match path.split_first() {
        Some((name, rest)) => command.mut_subcommand(*name, |inner| with(inner, rest, text)),
        None => command.after_help(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(command: &Command, path: &str, found: &mut Vec<String>) {
        let mut inner = command.get_subcommands().filter(|c| c.get_name() != "help").peekable();
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        if inner.peek().is_none() && !help.contains("Example") {
            found.push(path.to_owned());
        }
        inner.for_each(|c| without(c, &format!("{path} {}", c.get_name()), found));
    }

    #[test]
    fn every_command_has_an_example() {
        let (command, mut found) = (command(), Vec::new());
        without(&command, "guanxi", &mut found);
        assert!(found.is_empty(), "no example of {}", found.join(", "));
    }

    /// What is shown must be understood.
    #[test]
    fn examples_are_understood() {
        for line in EXAMPLES.iter().flat_map(|(_, lines)| lines.iter()) {
            let words = line.split(" > ").next().unwrap_or(line).split(' ');
            let parsed = command().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }
}
