//! Background work: a job is a name, a payload and a body; rows of one table, claimed with a lease, repeated until done.
//!
//! - [`store::job_enqueue`] puts a job in the caller's transaction, so work and the change that asks for it commit together.
//! - [`Runner`] claims due jobs, runs their bodies, keeps the lease alive, and writes progress. Bodies are idempotent: a job
//!   whose process died is claimed again when its lease ends.
//! - A body says at the point of failure whether another try may help ([`Failure::Retry`]) or not ([`Failure::GiveUp`]).
//! - What a job wrote for its starter lies in a folder of its own for a day ([`Context::file`], [`files`]).

pub mod files;
pub mod model;
pub mod progress;
pub mod rules;
pub mod runner;
pub mod store;
pub mod words;

pub use model::{Failure, Job, JobId, JobRow, JobState, Output, Starter};
pub use progress::{Cancel, Progress};
pub use runner::{Context, Runner, heavy};
