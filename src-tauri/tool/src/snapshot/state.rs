//! What is at a path now.

use super::{Entry, Kind};
use crate::workspace::{Opened, Target, mode_of};
use crate::{ToolError, Workspace};
use cap_std::fs::{Dir, Metadata};
use sha2::{Digest as _, Sha256};
use std::ffi::OsStr;
use std::io;
use std::path::Path;

/// What tells what is at a path now from any other content; `None` if there is no file and no link. Two files have the same
/// one when they have the same bytes, two links when they say the same.
///
/// # Errors
/// It cannot be read, or leads through a link or into `.git`.
pub fn fingerprint(workspace: &Workspace, path: &str) -> Result<Option<String>, ToolError> {
    Ok(now(workspace, path)?.map(|entry| entry.fingerprint()))
}

/// The file or link that is there now.
pub(super) fn now(workspace: &Workspace, path: &str) -> Result<Option<Entry>, ToolError> {
    let place = workspace.place(path)?;
    match place.target(workspace, false)? {
        Some(target) => of(&target, path),
        None => Ok(None),
    }
}

pub(super) fn of(target: &Target<'_>, path: &str) -> Result<Option<Entry>, ToolError> {
    let Some(found) = target.found()? else { return Ok(None) };
    let failed = |error: io::Error| ToolError::at(path, &error);
    if found.is_symlink() {
        return link(&target.link_contents().map_err(failed)?).map(Some).map_err(failed);
    }
    if !found.is_file() {
        return Ok(None);
    }
    let opened = target.open().map_err(|error| match error {
        Opened::Failed(error) => failed(error),
        Opened::NoFile(kind) => ToolError::Refused(format!("{path} is {kind}")),
    })?;
    file(opened.into_std(), &found).map(Some).map_err(failed)
}

/// What is in a folder under a name, while going through it.
pub(super) fn seen(dir: &Dir, name: &OsStr, found: &Metadata) -> io::Result<Entry> {
    if found.is_symlink() {
        return link(&dir.read_link_contents(name)?);
    }
    match crate::workspace::open_plain(dir, name) {
        Ok(opened) => file(opened.into_std(), found),
        Err(Opened::Failed(error)) => Err(error),
        Err(Opened::NoFile(kind)) => Err(io::Error::other(kind)),
    }
}

fn file(mut file: std::fs::File, found: &Metadata) -> io::Result<Entry> {
    let mut sum = Sha256::new();
    io::copy(&mut file, &mut sum)?;
    Ok(Entry { hash: format!("{:x}", sum.finalize()), mode: mode_of(found) & 0o7777, kind: Kind::File })
}

fn link(to: &Path) -> io::Result<Entry> {
    Ok(Entry { hash: crate::plan::hash(words(to)?.as_bytes()), mode: 0o777, kind: Kind::Symlink })
}

/// Where a link leads, as text.
pub(super) fn words(to: &Path) -> io::Result<String> {
    let no_text = || io::Error::new(io::ErrorKind::InvalidData, "a link leads to what is no text");
    to.to_str().map(str::to_owned).ok_or_else(no_text)
}
