//! Who the customers are: identities, attributes, search, history.
//!
//! `rules` decides how identities are normalised and under which keys a name is found (pure), `store` holds the SQL, `ops` the
//! use cases; each runs in the caller's transaction, so that an import commits customers together with its files.

pub mod model;
pub mod ops;
pub mod rules;
mod store;
pub mod timeline;
pub mod traits;

pub use model::{
    AttributeDef, AttributeType, Attributes, BIRTHDAY_WITHOUT_YEAR, BUILT_IN, Customer, Identity, IdentityKind,
    NewCustomer, Origin,
};
pub use rules::Region;
