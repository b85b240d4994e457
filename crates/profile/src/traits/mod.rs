//! Traits: what is computed about every customer from his order lines, defined in a file and computed by one fold.
//!
//! - `definition`, `file`: the definitions ([`Traits`]), read from TOML and checked; `lexer`, `parser`, `parse`,
//!   `parse_condition`, `literal`, `window` read the expressions, `expr`, `condition`, `field` are what they become.
//! - `compile`, `plan`: definitions into a [`Plan`] of comparisons, filters and running values, equal ones kept once.
//! - `prepare` (with `interner`, `calendar`, `tables`, `block`): a batch into columns of integers and a word of filter bits per line.
//! - `fold`, `state`, `finish`, `output`, `folder`: the one fold; a [`Folder`] is what a thread holds.
//! - `lines`: what single lines are to simple traits, for those who keep that instead of values.
//! - `rebuild`: the fold over the lake, for all customers or for those touched; `explain`: how a value came about.
//!
//! Every running value is a sum, an extreme or a set of the lines, so neither the order of lines nor the number of files
//! they come from matters: late lines, merged files and a single customer give the same values.

mod block;
mod calendar;
mod compile;
mod condition;
mod definition;
mod explain;
mod expr;
mod field;
mod file;
mod finish;
mod fold;
mod folder;
mod interner;
mod lexer;
mod lines;
mod literal;
mod output;
mod parse;
mod parse_condition;
mod parser;
mod plan;
mod prepare;
mod rebuild;
mod sentence;
mod state;
mod tables;
#[cfg(test)]
mod tests;
mod window;

pub use definition::{Trait, TraitType, Traits, Words};
pub use explain::{Explanation, Part, explain, explain_columns};
pub use folder::{Folder, Prepared, beyond};
pub use lines::{LineMarks, LinePlan, LineReader, Simple};
pub use plan::Plan;
pub use rebuild::{of_customers, of_lines, rebuild};
pub use sentence::{Sentence, sentences};
pub use window::span;
