//! Stage crate.
fn main() {}
