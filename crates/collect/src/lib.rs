//! Stage crate.

pub mod decode;
pub mod import;
pub mod mapping;
pub mod source;
pub mod store;
