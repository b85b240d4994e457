//! The SQL of people, log-ins, keys, tokens, the audit log and kept answers.

pub(crate) mod answer;
pub(crate) mod audit;
pub(crate) mod invitation;
pub(crate) mod key;
pub(crate) mod session;
pub(crate) mod throttle;
pub(crate) mod token;
pub(crate) mod user;
