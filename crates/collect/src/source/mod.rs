//! Files of every kind as one stream of text cells.
//!
//! [`open()`] finds out what a file is; [`Opened::rows`] streams it as [`RawChunk`]s. Separated text goes the fast way: one thread
//! reads, unpacks and cuts between records (`csv::block`), others find the cells (`csv::parse`), and the chunks come out in
//! file order (`pool`). The other formats feed the same pool.

pub mod chunk;
mod csv;
mod detect;
mod dialect;
mod input;
mod jsonl;
pub mod names;
mod open;
mod options;
mod parquet;
mod pool;
mod stream;
mod value;
mod xlsx;

#[cfg(test)]
mod tests;

pub use chunk::{RawChunk, RowFault};
pub use names::column_names;
pub use open::{Opened, open};
pub use options::{Compression, Encoding, Format, Options, Separator, Sheet};
pub use pool::Rows;
