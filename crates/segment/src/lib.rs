//! Who belongs where, and why: RFM scores and groups, value tiers, life-cycle stages, and moves between dates.

pub mod model;
pub mod rules;

pub use model::{Dimension, Facts, History, InWindow, Lang, Place, Rfm, Scores, Text};
pub use rules::book::{Book, Title};
