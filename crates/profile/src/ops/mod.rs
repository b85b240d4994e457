//! What can be done with customers. Every operation runs in the caller's transaction.

mod attribute;
mod batches;
mod create;
mod edit;
mod erase;
mod erased;
mod find;
mod matching;
mod overlay;
mod probe;
mod quality;
mod read;
mod resolve;
mod scan;
mod search;
mod tell;
mod undo;
mod update;
mod update_write;

pub use attribute::attribute_set_personal;
pub use batches::{CustomerColumns, contact_count, contact_page, contact_schema, customer_stamp, customers_about};
pub use create::{Created, CustomersCreation, IdentityConflict, customers_create, customers_seen, customers_set_seen};
pub use edit::{CustomerPatch, customer_edit, customer_etag, plain};
pub use erase::{Erased, customer_erase};
pub use erased::ERASED;
pub use find::customer_find;
pub use matching::{Matching, customer_matching};
pub use overlay::{overlay_clear, overlay_get, overlay_put, overlay_since, overlay_turn};
pub use quality::{Completeness, customer_completeness};
pub use read::{
    CustomerChange, attribute_list, customer_get, customer_history, customer_ids, customer_labels, customer_list,
    customers_get, identity_kind_list,
};
pub use resolve::{anybody_known, card_holders, identity_resolve};
pub use scan::{CustomerField, customer_scan, customers_version, identity_each, overlay_list};
pub use search::{Hit, Matched, customer_search};
pub use tell::{CustomersTold, Told};
pub use undo::{Undone, import_undo};
pub use update::{CustomersUpdate, RowError, Target, UpdateReport, UpdateRow, customers_update};

#[cfg(test)]
mod tests;
