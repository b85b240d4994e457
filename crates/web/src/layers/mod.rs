//! What happens around every handler.

pub(crate) mod headers;
pub(crate) mod idempotency;
pub(crate) mod language;
pub(crate) mod limits;
pub(crate) mod observe;
pub(crate) mod origin;
pub(crate) mod streams;

pub use headers::Nonce;
pub use language::Language;
pub(crate) use observe::request_id;
