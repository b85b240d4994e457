//! The SQL of imports, uploads, products, saved mappings, intake batches and settings.

pub mod import;
pub mod intake;
pub mod mapping;
pub mod product;
pub mod setting;
pub mod shown;
pub mod upload;
