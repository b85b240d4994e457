//! What the routes take and give.

pub(super) mod bad;
pub(super) mod import;
pub(super) mod intake;
pub(super) mod look;
pub(super) mod mapping;
pub(super) mod reading;
mod report;
