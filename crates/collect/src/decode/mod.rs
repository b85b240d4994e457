//! From text cells to typed rows, by a [`Mapping`](crate::mapping::Mapping).
//!
//! [`Decoder::decode`] is the hot path of an import: column by column, no allocation per row, text interned per chunk.
//! What cannot be understood becomes a [`BadRow`]; the good rows of the chunk go on.

pub mod bad;
pub mod birthday;
mod block;
pub mod clock_time;
pub mod currency;
mod cursor;
pub mod customers;
pub mod date;
pub mod decoder;
pub mod dictionary;
mod hash;
pub mod instant;
mod interner;
pub mod kind;
pub mod lines;
mod measures;
pub mod number;
mod orders;
pub mod preview;
pub mod products;
mod record;
pub mod text;

pub use bad::{BadReason, BadRow};
pub use customers::{Birthday, CustomerBatch, CustomerRecord};
pub use decoder::{Decoder, Settings};
pub use dictionary::{Dictionary, NULL};
pub use kind::LineKind;
pub use lines::{LineBatch, TextColumn, TextField};
pub use preview::{Preview, PreviewRow, preview};
pub use products::{ProductBatch, ProductRecord};

#[cfg(test)]
mod tests;
