//! The rules as the API has them, and as the rule file has them.

use std::collections::BTreeMap;

use base::{Amount, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::api::Text;

use super::shapes::both;
use crate::model::Dimension;
use crate::rules::book::{Book, Title};
use crate::rules::expr::{Condition, Vocabulary};
use crate::rules::rfm::Bins;
use crate::rules::value::Method;
use crate::rules::{groups, lifecycle};

/// A group or stage.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Small letters, digits and _.
    name: String,
    /// For people.
    label: Text,
    /// Who is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<Text>,
    /// What to do about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<Text>,
    /// The condition; none takes the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<String>,
}

/// A value tier.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TierRule {
    /// Small letters, digits and _.
    name: String,
    /// For people.
    label: Text,
    /// The share of revenue up to the end of the tier; none of the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    /// The least amount; none of the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

/// A named limit in days.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    /// As conditions call it.
    name: String,
    /// So many rhythms …
    rhythms: f64,
    /// … but at least …
    min_days: f64,
    /// … and at most.
    max_days: f64,
}

/// Fixed bounds of scores; without them quantiles.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Bounds {
    /// Days, the best first.
    #[serde(skip_serializing_if = "Option::is_none")]
    recency_days: Option<Vec<i64>>,
    /// Orders.
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency: Option<Vec<i64>>,
    /// Money.
    #[serde(skip_serializing_if = "Option::is_none")]
    monetary: Option<Vec<f64>>,
}

/// Weights of the combined score.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weights {
    recency: f64,
    frequency: f64,
    monetary: f64,
}

/// Parameters of RFM.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RfmRules {
    /// Which sales count.
    window: String,
    /// Quantile bins, 2 to 10.
    #[schema(minimum = 2, maximum = 10)]
    bins: u8,
    /// Fixed bounds.
    #[serde(default)]
    bounds: Bounds,
    /// Weights.
    weights: Weights,
}

/// How value tiers are drawn.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ValueMethod {
    /// By cumulative share of revenue.
    Pareto,
    /// By amounts.
    Fixed,
}

/// Value tiers, the best first.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValueRules {
    /// How they are drawn.
    method: ValueMethod,
    /// The tiers.
    tiers: Vec<TierRule>,
}

/// Life-cycle stages.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LifecycleRules {
    /// The rhythm of everybody while nobody has his own.
    default_rhythm_days: f64,
    /// Named limits.
    limits: Vec<Limit>,
    /// Stages; the first that holds takes the customer.
    stages: Vec<Rule>,
}

/// All rules of segments.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "rfm": {"window": "365d", "bins": 5, "bounds": {}, "weights": {"recency": 1.0, "frequency": 1.0, "monetary": 1.0}},
    "groups": [{"name": "champions", "label": {"en": "Champions", "zh": "冠军客户"}, "when": "r >= 4 and fm >= 4"},
        {"name": "others", "label": {"en": "Others", "zh": "其他客户"}}],
    "value": {"method": "pareto", "tiers": [{"name": "a", "label": {"en": "High value", "zh": "高价值"}, "share": 0.8},
        {"name": "b", "label": {"en": "Low value", "zh": "低价值"}}]},
    "lifecycle": {"default_rhythm_days": 30.0, "limits": [{"name": "lapse", "rhythms": 4.0, "min_days": 90.0, "max_days": 365.0}],
        "stages": [{"name": "prospect", "label": {"en": "Prospect", "zh": "潜在客户"}, "when": "orders = 0"},
            {"name": "lapsed", "label": {"en": "Lapsed", "zh": "已流失"}, "when": "recency_days > lapse"},
            {"name": "active", "label": {"en": "Active", "zh": "活跃"}}]}}))]
pub(crate) struct SegmentSettings {
    /// Scores.
    rfm: RfmRules,
    /// RFM groups; the first that holds takes the customer.
    groups: Vec<Rule>,
    /// Value tiers.
    value: ValueRules,
    /// Life-cycle stages.
    lifecycle: LifecycleRules,
}

fn rule(title: &Title, when: Option<&Condition>) -> Rule {
    Rule {
        name: title.name.clone(),
        label: both(&title.label),
        description: Some(both(&title.description)),
        action: Some(both(&title.action)),
        when: when.map(|w| w.text().to_owned()),
    }
}

impl From<&Book> for SegmentSettings {
    fn from(book: &Book) -> Self {
        let settings = &book.settings;
        let fixed = |at: usize| if let Bins::Fixed(b) = &settings.bins[at] { Some(b.clone()) } else { None };
        let quantile = settings.bins.iter().find_map(|b| if let Bins::Quantile(n) = b { Some(*n) } else { None });
        let money = |n: i64| Amount(n).to_f64();
        let [recency, frequency, monetary] = settings.weights;
        let tiers = &book.tiers;
        let tier = |(at, t): (usize, &crate::rules::value::Tier)| TierRule {
            name: t.title.name.clone(),
            label: both(&t.title.label),
            share: tiers.share(at),
            from: if let Method::Fixed(least) = tiers.method() { least.get(at).map(ToString::to_string) } else { None },
        };
        let limit = |l: &lifecycle::Limit| Limit {
            name: l.name.clone(),
            rhythms: l.rhythms,
            min_days: l.min_days,
            max_days: l.max_days,
        };
        Self {
            rfm: RfmRules {
                window: settings.window.clone(),
                bins: quantile.unwrap_or(5),
                bounds: Bounds {
                    recency_days: fixed(0).map(|b| b.into_iter().rev().map(|d| -d).collect()),
                    frequency: fixed(1),
                    monetary: fixed(2).map(|b| b.into_iter().map(money).collect()),
                },
                weights: Weights { recency, frequency, monetary },
            },
            groups: book.groups.all().iter().map(|g| rule(&g.title, g.when.as_ref())).collect(),
            value: ValueRules {
                method: if matches!(tiers.method(), Method::Pareto(_)) {
                    ValueMethod::Pareto
                } else {
                    ValueMethod::Fixed
                },
                tiers: tiers.all().iter().enumerate().map(tier).collect(),
            },
            lifecycle: LifecycleRules {
                default_rhythm_days: book.lifecycle.default_rhythm_days(),
                limits: book.lifecycle.limits().iter().map(limit).collect(),
                stages: book.lifecycle.all().iter().map(|s| rule(&s.title, s.when.as_ref())).collect(),
            },
        }
    }
}

impl SegmentSettings {
    /// The rules, checked; problems name the field. What the API does not show of a tier is taken from `before`.
    pub(crate) fn book(&self, before: &Book) -> Result<Book, Problem> {
        let limits: Vec<String> = self.lifecycle.limits.iter().map(|l| l.name.clone()).collect();
        // As the limits are read back: in the order of their names.
        let limits: Vec<String> = limits.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        check("groups", &self.groups, groups::WORDS)?;
        check(
            "lifecycle.stages",
            &self.lifecycle.stages,
            Vocabulary { variables: &lifecycle::VARIABLES, limits: &limits },
        )?;
        Book::parse(&self.to_toml(before)?).map_err(|p| {
            let message = p.message.clone();
            let field = if message.contains("tier") {
                "value.tiers"
            } else if message.contains("limit") {
                "lifecycle.limits"
            } else if message.contains("stage") {
                "lifecycle.stages"
            } else if message.contains("group") {
                "groups"
            } else if message.contains("bins") {
                "rfm.bins"
            } else if message.contains("bounds") {
                "rfm.bounds"
            } else if message.contains("weights") {
                "rfm.weights"
            } else {
                "rfm"
            };
            p.field(field, message)
        })
    }

    fn to_toml(&self, before: &Book) -> Result<String, Problem> {
        let words = |t: &Text| serde_json::json!({ "en": t.en, "zh": t.zh });
        let mut tiers = Vec::new();
        for (at, tier) in self.value.tiers.iter().enumerate() {
            let old = before.titles(Dimension::Tier).into_iter().find(|t| t.name == tier.name).cloned();
            let (description, action) = old.map(|t| (t.description, t.action)).unwrap_or_default();
            let from = tier.from.as_deref().map(str::parse::<f64>).transpose().map_err(|_| {
                let message = format!("\"{}\" is not an amount", tier.from.as_deref().unwrap_or_default());
                Problem::new(base::Code::InvalidConfig, &message)
                    .hint("write 1000.00")
                    .field(format!("value.tiers[{at}].from"), message)
            })?;
            tiers.push(plain(serde_json::json!({ "name": tier.name, "label": words(&tier.label),
                "description": description, "action": action, "share": tier.share, "from": from })));
        }
        let rules = |rules: &[Rule]| {
            rules
                .iter()
                .map(|r| {
                    plain(serde_json::json!({ "name": r.name, "label": words(&r.label),
            "description": r.description.as_ref().map(words), "action": r.action.as_ref().map(words), "when": r.when }))
                })
                .collect::<Vec<_>>()
        };
        let limits: BTreeMap<&str, serde_json::Value> = self
            .lifecycle
            .limits
            .iter()
            .map(|l| {
                (
                    l.name.as_str(),
                    serde_json::json!({ "rhythms": l.rhythms, "min_days": l.min_days, "max_days": l.max_days }),
                )
            })
            .collect();
        let r = &self.rfm;
        let whole = serde_json::json!({
            "rfm": { "window": r.window, "bins": r.bins, "bounds": plain(serde_json::json!(r.bounds)), "weights": r.weights },
            "group": rules(&self.groups),
            "value": { "method": self.value.method, "tier": tiers },
            "lifecycle": { "default_rhythm_days": self.lifecycle.default_rhythm_days, "limit": limits, "stage": rules(&self.lifecycle.stages) },
        });
        let text = toml::to_string(&whole).map_err(|e| Problem::internal("the rules cannot be written", e))?;
        Ok(format!("# Rules of segments, written by the console. What each means: segments.default.toml.\n\n{text}"))
    }
}

/// TOML has no null: what is missing is left out.
fn plain(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(map) => map.into_iter().filter(|(_, v)| !v.is_null()).collect(),
        other => other,
    }
}

fn check(field: &str, rules: &[Rule], words: Vocabulary<'_>) -> Result<(), Problem> {
    for (at, rule) in rules.iter().enumerate() {
        if let Some(when) = &rule.when {
            Condition::parse(when, words).map_err(|p| {
                let message = p.message.clone();
                p.field(format!("{field}[{at}].when"), message)
            })?;
        }
    }
    Ok(())
}
