//! The rule file: RFM settings, groups, tiers and stages, read from TOML and checked as a whole.

use base::Problem;
use serde::Serialize;

use super::groups::Groups;
use super::lifecycle::Lifecycle;
use super::raw::{self, RawBook, wrong};
use super::rfm::Settings;
use super::value::Tiers;
use crate::model::{Dimension, Text};

/// The rules shipped with the product, commented.
pub const DEFAULT: &str = include_str!("../../segments.default.toml");

/// What a group, tier or stage is called and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Title {
    /// The stable name, as stored and used in calls.
    pub name: String,
    /// What people call it.
    pub label: Text,
    /// Who is in it.
    pub description: Text,
    /// What to do about them.
    pub action: Text,
}

/// A checked rule file.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// The file as written.
    pub text: String,
    /// Parameters of RFM; calls may override them.
    pub settings: Settings,
    /// RFM groups.
    pub groups: Groups,
    /// Value tiers.
    pub tiers: Tiers,
    /// Life-cycle stages.
    pub lifecycle: Lifecycle,
    /// What is allowed but looks like a mistake, in English.
    pub notes: Vec<String>,
}

impl Book {
    /// Reads and checks a rule file. Problems name the rule or the line, and say what to write.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let raw: RawBook = toml::from_str(text).map_err(|e| {
            let line =
                e.span().map_or(String::new(), |s| format!("line {}: ", text[..s.start].matches('\n').count() + 1));
            wrong(format!("the rule file cannot be read: {line}{}", e.message()))
                .hint("compare it with the rules that come with the product, segments.default.toml")
        })?;
        let settings = raw.rfm.settings()?;
        let groups = raw::groups(raw.group)?;
        let tiers = raw::tiers(raw.value)?;
        let lifecycle = raw.lifecycle.build()?;
        let notes = groups.unreachable();
        Ok(Self { text: text.to_owned(), settings, groups, tiers, lifecycle, notes })
    }

    /// The rules shipped with the product.
    pub fn standard() -> Self {
        Self::parse(DEFAULT).expect("the shipped rules are tested")
    }

    /// The titles of one dimension in the order of the rules.
    pub fn titles(&self, dimension: Dimension) -> Vec<&Title> {
        match dimension {
            Dimension::Group => self.groups.all().iter().map(|g| &g.title).collect(),
            Dimension::Tier => self.tiers.all().iter().map(|t| &t.title).collect(),
            Dimension::Stage => self.lifecycle.all().iter().map(|s| &s.title).collect(),
        }
    }
}
