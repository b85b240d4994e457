//! The pure rules: scores, groups, tiers, stages and moves. No I/O; everything here is decided by its arguments.

pub mod book;
pub mod classify;
pub mod expr;
pub mod groups;
pub mod lifecycle;
pub mod moves;
mod raw;
pub mod rfm;
pub mod value;

#[cfg(test)]
mod tests;
