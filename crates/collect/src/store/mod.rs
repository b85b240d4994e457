//! The SQL of imports, products, saved mappings, intake batches and settings.

pub mod import;
pub mod intake;
pub mod mapping;
pub mod product;
pub mod setting;
