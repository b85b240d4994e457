//! Pure decisions: how identities are normalised, which values an attribute takes, under which keys a name is found.

pub mod email;
pub mod hanzi;
pub mod identity;
pub mod name;
pub mod nullish;
pub mod phone;
pub mod text;
pub mod value;

pub use identity::{normalise, normalise_or_missing};
pub use name::{fold, name_keys};
pub use nullish::is_nullish;
pub use phone::Region;

#[cfg(test)]
mod tests;
