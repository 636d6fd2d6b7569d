//! What changed since.

use super::{Caps, Entry, Manifest, Objects, state};
use crate::plan::Detail;
use crate::workspace::{Seen, Stop, Walk, rules_on_disk};
use crate::{ToolError, Workspace, diff as lines};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// Bytes of a file whose lines are counted.
const COUNTED: u64 = 1 << 20;

/// A file that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// From the folder on.
    pub path: String,
    /// What became of it.
    pub kind: ChangeKind,
    /// Lines that came; 0 for what is no text or very long.
    pub added: u32,
    /// Lines that went.
    pub removed: u32,
    /// What tells how it is now, for [`super::restore`]; `None` for deleted.
    pub left: Option<String>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// Its content or its rights are other ones.
    Modified,
    /// It is not there.
    Deleted,
}

/// What is not as it was, in the order of the paths. What to ignore is what was ignored then, so no change of a list hides a
/// file. Blocks.
///
/// # Errors
/// [`ToolError::NoSnapshot`]: it takes too long, or what was kept cannot be read.
pub fn changes(
    workspace: &Workspace,
    objects: &Objects,
    manifest: &Manifest,
) -> Result<Vec<Change>, ToolError> {
    let now =
        if manifest.is_whole { walked(workspace, objects, manifest)? } else { named(workspace, manifest)? };
    let mut changes = Vec::new();
    let paths: BTreeSet<&String> = now.keys().chain(manifest.entries.keys()).collect();
    for path in paths {
        let Some(before) = manifest.before(path) else { continue };
        let now = now.get(path);
        let kind = match (before, now) {
            (None, Some(_)) => ChangeKind::Added,
            (Some(_), None) => ChangeKind::Deleted,
            (Some(before), Some(now)) if before != now => ChangeKind::Modified,
            _ => continue,
        };
        let (added, removed) = counted(workspace, objects, path, before)?;
        changes.push(Change { path: path.clone(), kind, added, removed, left: now.map(Entry::fingerprint) });
    }
    Ok(changes)
}

/// What changed in one file since.
///
/// # Errors
/// The snapshot does not say what was there, or it cannot be read.
pub fn diff(
    workspace: &Workspace,
    objects: &Objects,
    manifest: &Manifest,
    path: &str,
) -> Result<Detail, ToolError> {
    let place = workspace.place(path)?;
    let path = place.name();
    let Some(before) = manifest.before(path) else {
        return Err(ToolError::NoSnapshot(format!("{path} was not kept")));
    };
    let before = before.map(|entry| objects.get(&entry.hash)).transpose()?;
    let now = bytes(workspace, path, Caps::default().file_bytes)?;
    Ok(lines::of(path, before.as_deref(), now.as_deref()).detail)
}

/// The same in two parts, for a file that somebody edited since a task left it: what the task changed, and what was changed since.
/// `left` tells how the task left it, in the words of [`super::fingerprint`]. `None` when its content was not kept then.
///
/// # Errors
/// As of [`diff`].
pub fn sides(
    workspace: &Workspace,
    objects: &Objects,
    manifest: &Manifest,
    path: &str,
    left: Option<&str>,
) -> Result<Option<(Detail, Detail)>, ToolError> {
    let place = workspace.place(path)?;
    let path = place.name();
    let (Some(before), Some(left)) = (manifest.before(path), kept(objects, left)?) else { return Ok(None) };
    let before = before.map(|entry| objects.get(&entry.hash)).transpose()?;
    let now = bytes(workspace, path, Caps::default().file_bytes)?;
    let task = lines::of(path, before.as_deref(), left.as_deref()).detail;
    Ok(Some((task, lines::of(path, left.as_deref(), now.as_deref()).detail)))
}

/// What a fingerprint is of: `Some(None)` for no file, `None` if it was not kept.
fn kept(objects: &Objects, fingerprint: Option<&str>) -> Result<Option<Option<Vec<u8>>>, ToolError> {
    let Some(fingerprint) = fingerprint else { return Ok(Some(None)) };
    let hash = fingerprint.strip_prefix("link:").unwrap_or(fingerprint);
    if objects.has(hash) { objects.get(hash).map(|bytes| Some(Some(bytes))) } else { Ok(None) }
}

/// What is there now, of all the folder.
fn walked(
    workspace: &Workspace,
    objects: &Objects,
    manifest: &Manifest,
) -> Result<BTreeMap<String, Entry>, ToolError> {
    let began = Instant::now();
    let limit = Caps::default().time;
    let rules = |prefix: &str, dir: &cap_std::fs::Dir, name: &str| {
        let folder = prefix.trim_end_matches('/');
        match manifest.entries.get(&format!("{prefix}{name}")) {
            Some(Some(entry)) => Some(String::from_utf8_lossy(&objects.get(&entry.hash).ok()?).into_owned()),
            // A list that is new in a folder that is not counts for nothing.
            _ if !name.starts_with(".git/") && (folder.is_empty() || manifest.folders.contains(folder)) => {
                None
            }
            _ => rules_on_disk(prefix, dir, name),
        }
    };
    let (mut now, mut is_late) = (BTreeMap::new(), false);
    let walk = Walk { depth: usize::MAX, rules: &rules };
    let gone = walk.go(workspace.dir(), &workspace.place(".")?, &mut |path, seen, dir, name| {
        if began.elapsed() > limit {
            is_late = true;
            return Err(Stop);
        }
        let is_file = match seen {
            Seen::File(_) | Seen::Link => true,
            Seen::Ignored(found) => found.is_file() || found.is_symlink(),
            Seen::Folder | Seen::Git | Seen::LeftOut(_) => false,
        };
        if is_file && manifest.before(path).is_some() {
            let entry = dir.symlink_metadata(name).and_then(|found| state::seen(dir, name, &found));
            // What cannot be read is as good as not there.
            now.extend(entry.ok().map(|entry| (path.to_owned(), entry)));
        }
        Ok(())
    });
    gone.map_err(|error| ToolError::NoSnapshot(error.to_string()))?;
    if is_late { Err(ToolError::NoSnapshot("comparing takes too long".to_owned())) } else { Ok(now) }
}

/// What is there now, of the files that were named.
fn named(workspace: &Workspace, manifest: &Manifest) -> Result<BTreeMap<String, Entry>, ToolError> {
    let mut now = BTreeMap::new();
    for path in manifest.entries.keys() {
        match state::now(workspace, path) {
            Ok(entry) => now.extend(entry.map(|entry| (path.clone(), entry))),
            Err(error) if error.is_for_model() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(now)
}

fn counted(
    workspace: &Workspace,
    objects: &Objects,
    path: &str,
    before: Option<&Entry>,
) -> Result<(u32, u32), ToolError> {
    if before.is_some_and(|entry| objects.length(&entry.hash).is_none_or(|length| length > COUNTED)) {
        return Ok((0, 0));
    }
    let Ok(now) = bytes(workspace, path, COUNTED) else { return Ok((0, 0)) };
    let before = before.map(|entry| objects.get(&entry.hash)).transpose()?.unwrap_or_default();
    Ok(lines::lines(&before, &now.unwrap_or_default()))
}

/// What is there now; of a link, the words.
fn bytes(workspace: &Workspace, path: &str, most: u64) -> Result<Option<Vec<u8>>, ToolError> {
    let place = workspace.place(path)?;
    let Some(target) = place.target(workspace, false)? else { return Ok(None) };
    let Some(found) = target.found()? else { return Ok(None) };
    if found.is_symlink() {
        let to = target.link_contents().and_then(|to| state::words(&to));
        return Ok(Some(to.map_err(|error| ToolError::at(path, &error))?.into_bytes()));
    }
    if !found.is_file() {
        return Ok(None);
    }
    workspace.bytes(&place, most).map(Some)
}
