//! From a file to the history: staged first, then visible in one transaction.
//!
//! An import reads the whole file into staged Parquet files ([`stage`]), compares its orders with those known
//! ([`difference`]), and publishes files, customers and products together ([`publish`]). A crash at any moment leaves all of it
//! or nothing. [`undo`] takes an import back.

mod bad;
mod bad_list;
mod begin;
mod crowd;
mod customers;
mod decoding;
mod difference;
pub(crate) mod events;
pub mod figures;
mod files;
mod importer;
pub mod intake;
mod known;
pub(crate) mod left;
mod lines;
mod links;
mod lock;
pub(crate) mod mended;
mod met;
pub mod model;
mod orders;
mod people;
mod product_list;
mod products;
mod publish;
mod put;
mod stage;
mod understand;
mod undo;
mod written;

pub use bad_list::{BadFile, ListedRow, MOST_MENDED, MendedCells, mended_file};
pub use begin::Ready;
pub use figures::{Figures, Sum};
pub use importer::{Business, Importer, sample};
pub use intake::{Failed, IntakeReport, Touched};
pub use lock::Lock;
pub(crate) use model::note_quotes;
pub use model::{Applied, Held, ImportRow, ImportState, MAIN_SOURCE, Mode, ReadingOptions, Report, Request};
pub use understand::{Understood, Wish};

#[cfg(test)]
mod tests;
