//! The business as its files show it, against its truth.

mod behaviour;
mod files;
mod made;
