//! Lists of customers: one way to say who is meant, for the page, the count, the export and whatever comes to use a list.
//!
//! - [`define`]: which columns there are. [`frame`]: their values, in memory, by customer; `memory` keeps them.
//! - [`filter`], [`page`]: pure; who is meant and in which order. [`within`]: the customers behind a number.
//! - [`query`]: all of it together.

pub(crate) mod column;
pub(crate) mod define;
pub(crate) mod filter;
pub(crate) mod frame;
pub(crate) mod memory;
pub(crate) mod page;
pub(crate) mod query;
pub(crate) mod sheet;
pub(crate) mod values;
pub(crate) mod within;
