//! What segmentation takes in (facts of a customer) and gives out (his place).

use base::Amount;
use serde::{Deserialize, Serialize};

/// A language of labels and explanations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ExportLanguage)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese (simplified).
    Zh,
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese (simplified).
    pub zh: String,
}

impl Text {
    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// What is known of one customer's purchases. Sales only, except [`InWindow::monetary`], which is net of returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The customer.
    pub customer: i64,
    /// All sales until the reference date; `None`: never bought.
    pub history: Option<History>,
    /// Sales inside the window; `None`: none.
    pub window: Option<InWindow>,
}

/// All sales of a customer until the reference date. Days are days on the wall of the business's time zone, counted from
/// 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    /// The day of the first sale.
    pub first_day: i32,
    /// The day of the last sale.
    pub last_day: i32,
    /// Distinct orders with a sale.
    pub orders: u32,
    /// Distinct days with a sale.
    pub purchase_days: u32,
    /// Days between the last two purchase days; 0 with a single one.
    pub last_gap_days: u32,
}

/// The sales of a customer inside the window of an RFM run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InWindow {
    /// The day of the last sale, as in [`History`].
    pub last_day: i32,
    /// Distinct orders with a sale.
    pub frequency: u32,
    /// Sales less returns.
    pub monetary: Amount,
}

/// Days on the wall from one day to another; 0 when the first is the later one.
pub const fn days_between(from: i32, to: i32) -> i64 {
    if from >= to { 0 } else { to as i64 - from as i64 }
}

/// Where a customer stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Place {
    /// The customer.
    pub customer: i64,
    /// Scores, group and tier; `None` when he has no sale inside the window.
    pub rfm: Option<Rfm>,
    /// Index of his life-cycle stage in [`crate::Book::stages`].
    pub stage: u8,
    /// Whether he ever bought.
    pub buyer: bool,
}

/// Values, scores, group and tier of a customer with a sale inside the window.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rfm {
    /// Days on the wall from the last sale to the reference date.
    pub recency_days: i64,
    /// Distinct orders with a sale.
    pub frequency: u32,
    /// Sales less returns.
    #[serde(serialize_with = "crate::json::money")]
    pub monetary: Amount,
    /// The three scores.
    pub scores: Scores,
    /// Weighted combination of the scores, 0 … 100.
    pub score: f64,
    /// Index of his group in [`crate::Book::groups`].
    pub group: u8,
    /// Index of his tier in [`crate::Book::tiers`].
    pub tier: u8,
}

/// Scores from 1 (worst) to the number of bins of the axis (best).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Scores {
    /// Recency: the more recent the higher.
    pub r: u8,
    /// Frequency.
    pub f: u8,
    /// Monetary.
    pub m: u8,
}

/// One of the three ways a customer is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// RFM group.
    Group,
    /// Value tier.
    Tier,
    /// Life-cycle stage.
    Stage,
}

impl Dimension {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Group, Self::Tier, Self::Stage];

    /// The stable text form, as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Tier => "tier",
            Self::Stage => "stage",
        }
    }

    /// The column of the lake table `rfm`.
    pub const fn column(self) -> &'static str {
        match self {
            Self::Group => "rfm_group",
            Self::Tier => "value_tier",
            Self::Stage => "life_stage",
        }
    }
}
