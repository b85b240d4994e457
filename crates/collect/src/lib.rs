//! What comes in: files, what their columns mean, imports, events.

pub mod decode;
pub mod http;
pub mod import;
pub mod jobs;
pub mod mapping;
pub mod source;
pub mod store;
pub mod uploads;
mod words;

#[cfg(test)]
mod tests;
