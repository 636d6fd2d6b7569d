//! What was said elsewhere, out of the files that apps export. A conversation at a time is in memory, however large a file is.

mod form;
mod lines;
mod own;
mod reading;
mod tree;

use crate::model::Imported;
use std::path::Path;

/// Gives `take` every conversation of an export of ChatGPT, Claude or Meanwhile, or why one is left out, as the words after a
/// count. It reads on until `take` says that it is enough, and blocks meanwhile. The file is the zip, the JSON in it, or our
/// own JSON lines.
///
/// # Errors
/// Why not all of it was read, in words.
pub fn read_export(
    path: &Path,
    take: &mut dyn FnMut(Result<Imported, &'static str>) -> bool,
) -> Result<(), String> {
    reading::each(path, &mut |value| take(form::conversation(&value)))
}
