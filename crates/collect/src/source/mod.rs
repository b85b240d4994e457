//! Files of every kind as one stream of text cells.

pub mod chunk;

pub use chunk::{RawChunk, RowFault};
