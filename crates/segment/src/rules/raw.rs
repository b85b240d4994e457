//! The rule file as TOML has it, and how each part becomes rules.

use std::collections::BTreeMap;

use base::{Amount, Code, Problem};
use serde::Deserialize;

use super::book::Title;
use super::expr::{Condition, Vocabulary};
use super::groups::{self, Group, Groups};
use super::lifecycle::{self, Lifecycle, Limit, Stage};
use super::rfm::{Bins, Settings};
use super::value::{Method, Tier, Tiers};
use crate::model::Text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBook {
    pub(super) rfm: RawRfm,
    pub(super) group: Vec<RawRule>,
    pub(super) value: RawValue,
    pub(super) lifecycle: RawLifecycle,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRfm {
    window: Option<String>,
    #[serde(default = "five_bins")]
    bins: u8,
    #[serde(default)]
    bounds: RawBounds,
    weights: Option<RawWeights>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBounds {
    recency_days: Option<Vec<i64>>,
    frequency: Option<Vec<i64>>,
    monetary: Option<Vec<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWeights {
    recency: f64,
    frequency: f64,
    monetary: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    name: String,
    label: Text,
    #[serde(default)]
    description: Text,
    #[serde(default)]
    action: Text,
    when: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawValue {
    method: RawMethod,
    tier: Vec<RawTier>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawMethod {
    Pareto,
    Fixed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTier {
    name: String,
    label: Text,
    #[serde(default)]
    description: Text,
    #[serde(default)]
    action: Text,
    share: Option<f64>,
    from: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLifecycle {
    default_rhythm_days: f64,
    #[serde(default)]
    limit: BTreeMap<String, RawLimit>,
    stage: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLimit {
    rhythms: f64,
    min_days: f64,
    max_days: f64,
}

const fn five_bins() -> u8 {
    5
}

pub(super) fn wrong(what: impl Into<String>) -> Problem {
    Problem::new(Code::InvalidConfig, what)
}

impl RawRfm {
    pub(super) fn settings(self) -> Result<Settings, Problem> {
        let fixed = |bounds: Option<Vec<i64>>| bounds.map_or(Bins::Quantile(self.bins), Bins::Fixed);
        // "30 or fewer days are best" as lower bounds of the negated days.
        let recency = self.bounds.recency_days.map(|days| days.into_iter().rev().map(|d| -d).collect());
        let monetary = self.bounds.monetary.map(|m| m.into_iter().map(money).collect::<Result<Vec<i64>, _>>());
        let settings = Settings {
            window: self.window.unwrap_or_else(|| "all".into()),
            bins: [fixed(recency), fixed(self.bounds.frequency), fixed(monetary.transpose()?)],
            weights: self.weights.map_or([1.0; 3], |w| [w.recency, w.frequency, w.monetary]),
        };
        settings.check().map_err(|p| Problem { code: Code::InvalidConfig, ..p })?;
        Ok(settings)
    }
}

impl RawLifecycle {
    pub(super) fn build(self) -> Result<Lifecycle, Problem> {
        let days = |d: f64| d.is_finite() && d > 0.0;
        if !days(self.default_rhythm_days) {
            return Err(wrong("default_rhythm_days is not a number of days").hint("use a number above 0"));
        }
        if let Some((name, _)) = self.limit.iter().find(|(_, l)| {
            !days(l.rhythms)
                || !l.min_days.is_finite()
                || l.min_days < 0.0
                || !days(l.max_days)
                || l.min_days > l.max_days
        }) {
            return Err(wrong(format!("the limit \"{name}\" does not hold together"))
                .hint("rhythms and max_days are above 0, and min_days is not more than max_days"));
        }
        let limit_names: Vec<String> = self.limit.keys().cloned().collect();
        let limit = |(name, l): (String, RawLimit)| Limit {
            name,
            rhythms: l.rhythms,
            min_days: l.min_days,
            max_days: l.max_days,
        };
        let limits = self.limit.into_iter().map(limit).collect();
        let words = Vocabulary { variables: &lifecycle::VARIABLES, limits: &limit_names };
        let stages = rules("stage", self.stage, words)?;
        let (rest, last) =
            stages.iter().position(|(_, when)| when.is_none()).zip(stages.len().checked_sub(1)).ok_or_else(|| {
                wrong("the stages do not cover everyone")
                    .hint("leave \"when\" out of the last stage: it takes the rest")
            })?;
        if rest != last {
            return Err(wrong(format!(
                "stage \"{}\" takes everyone, the ones below it are never reached",
                stages[rest].0.name
            ))
            .hint("only the last stage may do without \"when\""));
        }
        let stages = stages.into_iter().map(|(title, when)| Stage { title, when }).collect();
        Ok(Lifecycle { stages, limits, limit_names, default_rhythm_days: self.default_rhythm_days })
    }
}

pub(super) fn groups(raw: Vec<RawRule>) -> Result<Groups, Problem> {
    Groups::new(rules("group", raw, groups::WORDS)?.into_iter().map(|(title, when)| Group { title, when }).collect())
}

fn rules(kind: &str, raw: Vec<RawRule>, words: Vocabulary<'_>) -> Result<Vec<(Title, Option<Condition>)>, Problem> {
    names(kind, raw.iter().map(|r| r.name.as_str()))?;
    let read = |r: RawRule| {
        let when = r.when.map(|w| Condition::parse(&w, words)).transpose();
        let when = when.map_err(|p| Problem { message: format!("{kind} \"{}\": {}", r.name, p.message), ..p })?;
        Ok((Title { name: r.name, label: r.label, description: r.description, action: r.action }, when))
    };
    raw.into_iter().map(read).collect()
}

/// Names are stored and typed in calls: plain, different, not the words for "nowhere".
fn names<'a>(kind: &str, names: impl Iterator<Item = &'a str>) -> Result<(), Problem> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !plain || super::moves::NOWHERE.contains(&name) {
            return Err(wrong(format!("\"{name}\" cannot be the name of a {kind}"))
                .hint("use small letters, digits and _, beginning with a letter; labels may be anything"));
        }
        if seen.contains(&name) {
            return Err(wrong(format!("there are two {kind}s called \"{name}\"")).hint("names must differ"));
        }
        seen.push(name);
    }
    match seen.len() {
        0 => Err(wrong(format!("there is no {kind}")).hint(format!("give at least one [[{kind}]]"))),
        1..=200 => Ok(()),
        n => Err(wrong(format!("{n} {kind}s are too many")).hint("at most 200 can be kept apart")),
    }
}

pub(super) fn tiers(raw: RawValue) -> Result<Tiers, Problem> {
    names("tier", raw.tier.iter().map(|t| t.name.as_str()))?;
    let pareto = raw.method == RawMethod::Pareto;
    let key = if pareto { "share" } else { "from" };
    let last = raw.tier.len() - 1;
    let mut lines = Vec::with_capacity(last);
    for (at, tier) in raw.tier.iter().enumerate() {
        let (line, other) = if pareto { (tier.share, tier.from) } else { (tier.from, tier.share) };
        match line {
            Some(line) if other.is_none() && at < last => lines.push(line),
            None if other.is_none() && at == last => {}
            _ => {
                return Err(wrong(format!("tier \"{}\" is not drawn as the method asks", tier.name))
                    .hint(format!("with this method every tier but the last has \"{key}\", and nothing else")));
            }
        }
    }
    let method = if pareto {
        Method::Pareto(lines.iter().map(|s| (s * 1e6).round() as u32).collect())
    } else {
        Method::Fixed(lines.into_iter().map(|m| money(m).map(Amount)).collect::<Result<_, _>>()?)
    };
    let title = |t: RawTier| Tier {
        title: Title { name: t.name, label: t.label, description: t.description, action: t.action },
    };
    Tiers::new(raw.tier.into_iter().map(title).collect(), method)
}

/// An amount written as a decimal number, in 1/10000.
fn money(amount: f64) -> Result<i64, Problem> {
    let scaled = (amount * Amount::ONE as f64).round();
    if scaled.is_finite() && scaled.abs() < 9e18 {
        Ok(scaled as i64)
    } else {
        Err(wrong(format!("{amount} is not an amount of money")).hint("use a plain number, such as 1000.00"))
    }
}
