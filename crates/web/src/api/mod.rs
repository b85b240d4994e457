//! The conventions of the API: problems, what is taken apart of a request, lists with pages, versions, files.

pub mod download;
pub mod error;
pub mod etag;
pub mod extract;
pub mod field;
pub mod filter;
pub mod instant;
pub mod list;
pub mod page;
pub(crate) mod parameters;
pub(crate) mod sent;
pub mod text;
mod wrong;

pub use download::{download, download_pieces};
pub use error::{ApiError, ProblemBody};
pub use etag::{IfMatch, Versioned};
pub use extract::{Json, Path, Query};
pub use field::{Field, Kind};
pub use instant::Instant;
pub use list::{List, ListQuery, ListSpec};
pub use page::Page;
pub use text::{Bytes, ListLink, ListPage, Text, Total, told};
