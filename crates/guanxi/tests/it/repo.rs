//! The files of this repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that are made, not written; only asked where there is no git to tell.
const MADE: [&str; 5] = ["target", "node_modules", "dist", ".git", "data"];

/// The folder that holds the workspace.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::canonicalize(root).expect("the crate stands in the workspace")
}

/// What stands after the last dot of a file's name.
pub(crate) fn extension(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.rsplit_once('.').map(|(_, extension)| extension)
}

/// The text of a file, by its path from the root.
pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path} cannot be read: {e}"))
}

/// All files that people write: path from the root with `/`, text. Files that are not UTF-8 are left out.
pub(crate) fn files() -> Vec<(String, String)> {
    let paths = tracked().unwrap_or_else(walked);
    assert!(paths.len() > 100, "only {} files were found below {}", paths.len(), root().display());
    let texts = paths.into_iter().filter_map(|path| Some((fs::read_to_string(root().join(&path)).ok()?, path)));
    let mut files: Vec<_> = texts.map(|(text, path)| (path, text)).collect();
    files.sort();
    files
}

/// What git knows, and new files that it does not ignore.
fn tracked() -> Option<Vec<String>> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(list).current_dir(root()).output().ok()?;
    let paths = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Some(paths.split_terminator('\0').map(ToOwned::to_owned).collect())
}

/// Everything in the folder, where it is no clone.
fn walked() -> Vec<String> {
    let root = root();
    let (mut folders, mut paths) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("its entries can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && !MADE.contains(&name.as_ref()) {
                folders.push(path);
            } else if path.is_file() {
                let below = path.strip_prefix(&root).expect("it is below the root");
                paths.push(below.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    paths
}
