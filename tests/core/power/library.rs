//! A library in C that is loaded before the program, built for one test.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds `source`, a path below `tests/core`.
pub fn build(source: &str, library: &Path) {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../core").join(source);
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(library)
        .arg(&source)
        .arg("-ldl")
        .status();
    assert!(built.expect("there is a C compiler").success(), "{} is built", source.display());
}
