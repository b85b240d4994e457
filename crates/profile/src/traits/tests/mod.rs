//! Tests of the traits: the fold against a plain computation and against SQL, windows, messages, speed.

mod equal;
mod lake;
mod lines;
mod messages;
mod oracle;
mod speed;
mod windows;
