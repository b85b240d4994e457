//! Chooses the pages that go into the binary: the built console when it is there, else one that says how to build it. So `cargo
//! build` needs no Node.

use std::path::Path;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let console = root.join("../../console");
    let built = console.join("dist");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=placeholder");
    if console.is_dir() {
        // A folder that is not there would be looked for, and this crate built again, at every call of Cargo.
        let _ = std::fs::create_dir(&built);
        println!("cargo:rerun-if-changed={}", built.display());
    }
    let pages = if built.join("index.html").is_file() { built } else { root.join("placeholder") };
    println!("cargo:rustc-env=CONSOLE_PAGES={}", pages.display());
}
