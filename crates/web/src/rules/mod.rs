//! Decisions without input or output: who may what, what a good password is, how long to wait, what to hide.

pub mod address;
pub mod mask;
pub mod origin;
pub mod password;
pub mod permission;
pub mod role;
pub mod throttle;
pub mod totp;
