//! Stage crate.

pub mod source;
