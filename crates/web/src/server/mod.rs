//! The server: routes and layers put together, the document, TLS, and the end.

pub mod document;
mod headers;
pub mod health;
pub mod listen;
pub mod router;
pub(crate) mod tls;

pub use document::document;
pub use listen::{Server, serve};
pub use router::{Pages, router, with_own};
