//! `cargo +nightly fuzz run source`: any bytes as a file of any kind.

#![no_main]

include!("../targets.rs");

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    thread_local!(static DIR: tempfile::TempDir = tempfile::tempdir().expect("a directory for the file"));
    DIR.with(|dir| fuzz_bytes(data, dir.path()));
});
