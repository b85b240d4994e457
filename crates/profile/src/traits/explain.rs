//! How a trait's value came about: the aggregates it is made of, each with its value and the number of lines behind it.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use base::amount::format_scaled;
use base::problem::did_you_mean;
use base::{Amount, Code, CustomerId, Micros, Problem, Zone};
use jiff::Timestamp;
use serde::Serialize;

use super::definition::{Traits, Words};
use super::field::{PARTS, TEXTS};
use super::finish::{Beyond, Scalar};
use super::folder::Folder;
use super::interner::Texts;
use super::plan::Plan;

/// How the value of a trait came about for one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The trait's name.
    pub name: String,
    /// The value as text; `None` is null.
    pub value: Option<String>,
    /// The trait's definition.
    pub definition: String,
    /// Its condition, empty for none.
    pub condition: String,
    /// Its window, and what that means at the reference date.
    pub window: Words,
    /// The instants it begins and ends with; from the beginning of time where it has none.
    #[serde(skip)]
    pub span: (Micros, Micros),
    /// The aggregates, left to right.
    pub parts: Vec<Part>,
}

/// One aggregate of a trait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// As written in the definition.
    pub formula: String,
    /// Its value as text; `None` is null.
    pub value: Option<String>,
    /// How many lines it was computed from.
    pub lines: i64,
}

/// The columns of `order_line` that [`explain`] needs for a trait.
pub fn explain_columns(traits: &Traits, name: &str, zone: &Zone) -> Result<Vec<&'static str>, Problem> {
    Ok(Plan::build(&only(traits, name)?, zone, true).columns().to_vec())
}

/// Explains the trait `name` from all lines of one customer (columns as [`explain_columns`] says), at `as_of`.
pub fn explain(
    traits: &Traits,
    name: &str,
    zone: &Zone,
    as_of: Micros,
    batches: &[RecordBatch],
) -> Result<Explanation, Problem> {
    let only = only(traits, name)?;
    let definition = &only.list[0];
    let plan = Arc::new(Plan::build(&only, zone, true));
    let mut folder = Folder::new(&plan, as_of);
    for batch in batches {
        let prepared = folder.prepare(batch)?;
        folder.fold(&prepared, 0..batch.num_rows());
    }
    folder.settle(CustomerId(0))?;
    let (states, mut finish) = folder.parts();
    let (compiled, state) = (&plan.traits[0], &states[0]);
    let value = finish.node(&compiled.node, state).map_err(|Beyond| {
        Problem::new(Code::InvalidInput, format!("the trait \"{name}\" is larger than 18 digits"))
            .hint("look for a wrong amount or quantity among the lines of this customer")
    })?;
    let texts = finish.texts;
    let mut parts = Vec::with_capacity(compiled.parts.len());
    for (formula, leaf, count) in &compiled.parts {
        let lines = match finish.leaf(*count, state) {
            Some(Scalar::Count(n)) => n,
            _ => 0,
        };
        let value = finish.leaf(*leaf, state).map(|value| shown(value, texts));
        parts.push(Part { formula: formula.clone(), value, lines });
    }
    let (from, to) = definition.span.bounds(as_of, zone);
    let (since, since_zh) = match from {
        Micros::MIN => Default::default(),
        from => (format!("from {} ", instant(from, zone)), format!("自 {} ", instant(from, zone))),
    };
    let until = instant(to, zone);
    let window = Words {
        en: format!("{}: {since}to {until}", definition.window),
        zh: format!("{}：{since_zh}至 {until}", definition.window),
    };
    Ok(Explanation {
        name: definition.name.clone(),
        value: value.map(|value| shown(value, texts)),
        definition: definition.value.clone(),
        condition: definition.condition.clone(),
        window,
        span: (from, to),
        parts,
    })
}

fn only(traits: &Traits, name: &str) -> Result<Traits, Problem> {
    let Some(found) = traits.get(name) else {
        let hint = did_you_mean(name, traits.list.iter().map(|t| t.name.as_str()));
        return Err(Problem { hint, ..Problem::new(Code::NotFound, format!("there is no trait \"{name}\"")) });
    };
    Ok(Traits { list: vec![found.clone()] })
}

fn shown(value: Scalar, texts: &[Texts; TEXTS]) -> String {
    match value {
        Scalar::Count(n) => n.to_string(),
        Scalar::Money(n) => format_scaled(n, Amount::SCALE, 2),
        Scalar::Number(x) => x.to_string(),
        Scalar::Attr(attr, id) if attr.is_text() => texts[attr as usize].get(id).to_owned(),
        Scalar::Attr(_, id) => PARTS[id as usize].to_owned(),
        Scalar::Time(at) => Timestamp::from_microsecond(at).map_or_else(|_| at.to_string(), |t| t.to_string()),
    }
}

/// An instant on the wall.
fn instant(at: Micros, zone: &Zone) -> String {
    let wall = Timestamp::from_microsecond(at).map(|stamp| stamp.to_zoned(zone.tz().clone()));
    wall.map_or_else(|_| at.to_string(), |wall| wall.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_null = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".into());
        writeln!(f, "{} = {}", self.name, or_null(&self.value))?;
        writeln!(f, "  value  {}", self.definition)?;
        if !self.condition.is_empty() {
            writeln!(f, "  where  {}", self.condition)?;
        }
        writeln!(f, "  window {}", self.window.en)?;
        for part in &self.parts {
            writeln!(f, "  {} = {}, from {} lines", part.formula, or_null(&part.value), part.lines)?;
        }
        Ok(())
    }
}
