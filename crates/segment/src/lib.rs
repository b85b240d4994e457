//! Who belongs where, and why: RFM scores and groups, value tiers, life-cycle stages, and moves between dates.
//!
//! - [`rules`]: the pure decisions, read from `segments.default.toml` or the user's copy of it ([`Book`]).
//! - [`facts`]: what is known of each customer's purchases, from the lake, by the trait engine.
//! - [`ops`]: runs, lists, one customer, moves. A run is stored in the tables `segment_*` and the lake table `rfm`
//!   ([`mod@table`]).
//! - [`explain`]: why a customer is where he is.
//! - `reference`: the date that behaviour is told as of when nobody names one.
//! - [`json`]: how results read as JSON.

mod definitions;
mod everybody;
pub mod explain;
pub mod facts;
mod flows;
pub mod http;
pub mod jobs;
pub mod json;
mod kept;
mod list;
pub mod model;
pub mod ops;
mod person;
mod purchases;
mod reference;
pub mod rules;
mod settled;
mod stage;
mod store;
pub mod table;

pub use explain::{Explanation, Step};
pub use facts::{FactsPlan, Pass};
pub use model::{Dimension, Facts, History, InWindow, Lang, Place, Rfm, Scores, Text};
pub use ops::{
    Classifier, MovesRun, Request, group_each, group_find, group_list, moves, place_find, rfm_latest, rfm_newest,
    rfm_of, rfm_run, rfm_runs,
};
pub use purchases::forget;
pub use reference::{end_of_day, first_order, reference};
pub use rules::book::{Book, Title};
pub use rules::moves::Moves;
pub use rules::rfm::{Axis, Bins, Settings};
pub use stage::{Batches, Exporter, Later, Outside, Questions, Set, Setting, Stage};
pub use store::{Count, RfmRun};
pub use table::Listed;
