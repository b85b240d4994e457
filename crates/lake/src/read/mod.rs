//! Reading: everything in parallel, one customer after another over all files, or one customer alone.

pub(crate) mod chunk;
pub(crate) mod customer;
pub(crate) mod footer;
pub(crate) mod group;
pub(crate) mod open;
mod orders;
pub mod pass;
pub mod scan;
pub mod snapshot;
mod staged;
