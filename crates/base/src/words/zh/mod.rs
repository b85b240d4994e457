//! The texts, by the crate in which they are said.

mod collect;
mod common;
mod defects;
mod guanxi;
mod insight;
mod lake;
mod libraries;
mod profile;
mod segment;
mod store;
mod web;

/// English as written in the code, Chinese.
type Texts = &'static [(&'static str, &'static str)];

/// What our code says.
pub(super) const TABLES: &[Texts] = &[
    collect::TEXTS,
    common::TEXTS,
    defects::TEXTS,
    guanxi::TEXTS,
    insight::TEXTS,
    lake::TEXTS,
    profile::TEXTS,
    segment::TEXTS,
    store::TEXTS,
    web::TEXTS,
];

/// What libraries say within it.
pub(super) const LIBRARIES: Texts = libraries::TEXTS;
