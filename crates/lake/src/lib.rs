//! The history: what happened, as columns in Parquet files, and the engine that queries it.
//!
//! - [`tables`]: what tables there are; [`ORDER_LINE`] is the one that everything is computed from.
//! - [`FileWriter`] makes files; [`catalog`] lists them in the operational store, in the caller's transaction.
//! - [`hot`]: order lines that are not in a file yet.
//! - [`engine`] answers SQL.
//! - [`order`]: what an order is, put together from its lines.
//! - [`keep`]: summaries of files, kept over a restart.
//! - [`maintain`] seals, merges, erases, sweeps and verifies.
//! - [`Lake::snapshot`] shows one instant: [`Snapshot::scan`], [`Snapshot::by_customer`], [`Snapshot::of_customer`].

pub mod catalog;
pub mod engine;
mod error;
pub mod files;
pub mod hot;
pub mod keep;
mod lake;
pub mod maintain;
mod month;
pub mod order;
pub mod read;
mod split;
pub mod tables;
mod write;

pub use catalog::file::{FileEntry, FileState};
pub use hot::hot_append;
pub use lake::Lake;
pub use month::Month;
pub use read::pass::{Rows, Slice, pass_schema};
pub use read::scan::Reading;
pub use read::snapshot::Snapshot;
pub use split::{Marks, Split};
pub use tables::{ColumnDef, ColumnType, ORDER_LINE, TableDef};
pub use write::{ColumnStat, FileIds, FileWriter, NewFile, WriteOptions};

#[cfg(test)]
mod tests;
