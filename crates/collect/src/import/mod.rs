//! From a file to the history: staged first, then visible in one transaction.
//!
//! An import reads the whole file into staged Parquet files ([`stage`]), compares its orders with those known
//! ([`difference`]), and publishes files, customers and products together ([`publish`]). A crash at any moment leaves all of it
//! or nothing. [`undo`] takes an import back.

mod bad;
mod customers;
mod decoding;
mod difference;
mod events;
pub mod figures;
mod files;
mod importer;
pub mod intake;
mod lines;
mod links;
mod lock;
pub mod model;
mod orders;
mod people;
mod product_list;
mod products;
mod publish;
mod stage;
mod undo;

pub use figures::{Figures, Sum};
pub use importer::{Business, Importer, sample};
pub use intake::{IntakeReport, Touched};
pub use model::{Applied, ImportRow, ImportState, Mode, ReadingOptions, Report, Request};
