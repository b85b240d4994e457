//! Reads the file of definitions and says, by line, what does not hold together.

use std::collections::HashMap;

use base::problem::did_you_mean;
use base::{Code, Problem};
use serde::Deserialize;
use toml::Spanned;

use super::definition::{Trait, Traits, Words};
use super::lexer::Fault;
use super::window::Window;
use super::{condition, parse, parse_condition, plan};

/// The definitions that come with the product.
const CORE: &str = include_str!("../../traits.default.toml");
/// Columns of the table `trait` that are no traits.
const RESERVED: [&str; 2] = ["customer_id", "as_of"];
const KEYS: [&str; 7] = ["name", "label", "description", "unit", "value", "where", "window"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default, rename = "trait")]
    traits: Vec<RawTrait>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTrait {
    name: Spanned<String>,
    label: Words,
    description: Words,
    unit: String,
    value: Spanned<String>,
    #[serde(rename = "where")]
    condition: Option<Spanned<String>>,
    window: Option<Spanned<String>>,
}

impl Traits {
    /// Reads and checks definitions in TOML. The problem names line, trait and place of the first error.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let raw: RawFile = toml::from_str(text).map_err(|e| syntax(text, &e))?;
        if raw.traits.is_empty() {
            return Err(invalid("the file defines no trait").hint("a definition begins with [[trait]]"));
        }
        let mut lines: HashMap<String, usize> = HashMap::new();
        let mut list = Vec::with_capacity(raw.traits.len());
        for raw in raw.traits {
            let line = line_of(text, raw.name.span().start);
            if let Some(first) = lines.insert(raw.name.get_ref().clone(), line) {
                let message =
                    format!("line {line}: the trait \"{}\" is defined already in line {first}", raw.name.get_ref());
                return Err(invalid(message).hint("give one of them another name"));
            }
            list.push(check(text, line, raw)?);
        }
        Ok(Self { list })
    }

    /// The definitions that come with the product, as text with comments.
    pub const fn core_text() -> &'static str {
        CORE
    }

    /// The definitions that come with the product.
    pub fn core() -> Result<Self, Problem> {
        Self::parse(CORE)
    }
}

fn check(text: &str, line: usize, raw: RawTrait) -> Result<Trait, Problem> {
    let name = raw.name.into_inner();
    check_name(&name, line)?;
    let place = |key: &str, source: &Spanned<String>, fault: Fault| {
        let line = line_of(text, source.span().start);
        let column = source.get_ref()[..fault.at].chars().count() + 1;
        let message = format!(
            "line {line}, trait \"{name}\", {key}: {} (character {column} of \"{}\")",
            fault.message,
            source.get_ref()
        );
        Problem { hint: fault.hint, ..invalid(message) }
    };
    let expr = parse::value(raw.value.get_ref()).map_err(|fault| place("value", &raw.value, fault))?;
    let kind = expr.kind(0).map_err(|fault| place("value", &raw.value, fault))?;
    let filter = match &raw.condition {
        Some(source) => parse_condition::condition(source.get_ref()).map_err(|fault| place("where", source, fault))?,
        None => condition::Logic::always(),
    };
    let span = match &raw.window {
        Some(source) => Window::parse(source.get_ref()).map_err(|fault| place("window", source, fault))?,
        None => Window::All,
    };
    let written = |source: Option<Spanned<String>>| source.map(Spanned::into_inner);
    let definition = Trait {
        label: raw.label,
        description: raw.description,
        unit: raw.unit,
        kind,
        value: raw.value.into_inner(),
        condition: written(raw.condition).unwrap_or_default(),
        window: written(raw.window).unwrap_or_else(|| "all".into()),
        name,
        expr,
        filter,
        span,
    };
    if plan::fits(&definition) {
        return Ok(definition);
    }
    let message = format!("line {line}: the trait \"{}\" uses more than {} conditions", definition.name, plan::MOST);
    Err(invalid(message).hint("use in (…) instead of many comparisons, or make several traits of it"))
}

fn check_name(name: &str, line: usize) -> Result<(), Problem> {
    let snake = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !snake || name.len() > 63 {
        let message = format!("line {line}: \"{name}\" cannot be the name of a trait");
        return Err(invalid(message).hint("a letter a-z, then letters a-z, digits and _; at most 63 characters"));
    }
    if RESERVED.contains(&name) {
        let message = format!("line {line}: \"{name}\" is a column of every trait table and cannot be a trait's name");
        return Err(invalid(message).hint("give it another name"));
    }
    Ok(())
}

/// What the TOML reader found.
fn syntax(text: &str, error: &toml::de::Error) -> Problem {
    let line = error.span().map_or(1, |span| line_of(text, span.start));
    let message = error.message().lines().collect::<Vec<_>>().join(", ").replace('`', "\"");
    let unknown = message.strip_prefix("unknown field \"").and_then(|rest| rest.split('"').next());
    let hint = unknown.and_then(|word| did_you_mean(word, KEYS.into_iter().chain(["trait"])));
    Problem { hint, ..invalid(format!("line {line}: {message}")) }
}

fn invalid(message: impl Into<String>) -> Problem {
    Problem::new(Code::InvalidConfig, message)
}

/// The number, from 1, of the line that holds a byte.
fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}
