//! Questions and answers: SQL over the history, and results as files that other programs open.

pub mod export;

pub use export::{Format, export};
