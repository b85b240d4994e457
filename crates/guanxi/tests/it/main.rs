//! The tests of the whole: rules of the repository, and the binary on real data. One binary, because linking is dear.

mod architecture;
mod documents;
mod migrations;
mod repo;
mod sources;
