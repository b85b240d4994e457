//! What can be done with customers. Every operation runs in the caller's transaction.

mod batches;
mod create;
mod erase;
mod find;
mod overlay;
mod probe;
mod quality;
mod read;
mod resolve;
mod search;
mod undo;
mod update;
mod update_write;

pub use batches::{customer_batches, customer_schema};
pub use create::{
    Created, IdentityConflict, customers_create, customers_create_as, customers_seen, customers_set_seen,
};
pub use erase::{Erased, customer_erase};
pub use find::customer_find;
pub use overlay::{overlay_clear, overlay_get, overlay_put};
pub use quality::{Completeness, customer_completeness};
pub use read::{attribute_list, customer_get, customer_ids, customer_labels, customer_list};
pub use resolve::{identity_map, identity_resolve, identity_scan};
pub use search::{Hit, Matched, customer_search};
pub use undo::{Undone, import_undo};
pub use update::{CustomersUpdate, RowError, Target, UpdateReport, UpdateRow, customers_update};

#[cfg(test)]
mod tests;
