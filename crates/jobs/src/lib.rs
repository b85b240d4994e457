//! Background work: a job is a name, a payload and a body; rows of one table, claimed with a lease, repeated until done.
//!
//! - [`store::job_enqueue`] puts a job in the caller's transaction, so work and the change that asks for it commit together.
//! - [`Runner`] claims due jobs, runs their bodies, keeps the lease alive, and writes progress. Bodies are idempotent: a job
//!   whose process died is claimed again when its lease ends.
//! - A body says at the point of failure whether another try may help ([`Failure::Retry`]) or not ([`Failure::GiveUp`]).

pub mod model;
pub mod progress;
pub mod rules;
pub mod runner;
pub mod store;

pub use model::{Failure, Job, JobId, JobRow, JobState};
pub use progress::{Cancel, Progress};
pub use runner::{Context, Runner};
