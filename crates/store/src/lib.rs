//! The operational store: state that is read and changed row by row, on SQLite (default) or PostgreSQL (by URL).
//!
//! One SQL text serves both: `$1` parameters, upsert, `RETURNING`, common table expressions for reading, window functions.
//! What differs lives in [`Dialect`]. Ids and instants are `BIGINT`, money is integer, JSON is text, booleans are 0/1
//! (see `docs/adr/0001-portable-sql.md`).

pub mod args;
pub mod db;
pub mod dialect;
pub mod dump;
pub mod error;
pub mod many;
pub mod migrate;
pub mod row;
mod scrub;
pub mod sequence;
pub mod testing;
pub mod tx;

pub use args::Value;
pub use db::Db;
pub use dialect::Dialect;
pub use row::{FromValue, Row};
pub use sequence::{next_ids, turn};
pub use tx::Tx;
