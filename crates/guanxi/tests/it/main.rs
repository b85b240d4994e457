//! The tests of the whole: rules of the repository, and the binary on real data. One binary, because linking is dear.

mod agreement;
mod api;
mod architecture;
mod audit;
mod backup;
mod commands;
mod contract;
mod crash;
mod difference;
mod documents;
mod erase;
mod formats;
mod guide;
mod import;
mod intake;
mod migrations;
mod repo;
mod roles;
mod running;
mod serve;
mod sources;
mod support;
mod telemetry;
mod told;
mod words;
