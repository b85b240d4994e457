//! Chooses the pages that go into the binary: the built console when it is there, else one that says how to build it. So `cargo
//! build` needs no Node.

use std::path::Path;

fn main() {
    // From the folder of this crate, never whole: what is built may be shared by several clones.
    let (console, built) = (Path::new("../../console"), Path::new("../../console/dist"));
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=placeholder");
    if console.is_dir() {
        // A folder that is not there would be looked for, and this crate built again, at every call of Cargo.
        let _ = std::fs::create_dir(built);
        println!("cargo:rerun-if-changed={}", built.display());
    }
    let pages = if built.join("index.html").is_file() { built } else { Path::new("placeholder") };
    println!("cargo:rustc-env=CONSOLE_PAGES={}", pages.display());
}
