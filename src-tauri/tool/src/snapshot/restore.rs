//! Putting back.

use super::{Entry, Kind, Manifest, Objects, state};
use crate::{ToolError, Workspace};
use cap_fs_ext::DirExt as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::OsStr;

/// What was put back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// Files that are as they were.
    pub restored: Vec<String>,
    /// Files that were left alone: somebody changed them after the task, or they cannot be put back.
    pub conflicts: Vec<String>,
}

/// Puts back exactly the files that a task changed: `left_by_task` says how it left each, in the words of
/// [`super::fingerprint`], `None` for deleted. A file that is something else by now was changed by somebody since and is left
/// as it is. With `only`, that one file. Can be repeated. Blocks.
///
/// # Errors
/// What was kept cannot be read, or the disk does not take it. Some files may be put back already.
pub fn restore(
    workspace: &Workspace,
    objects: &Objects,
    manifest: &Manifest,
    left_by_task: &BTreeMap<String, Option<String>>,
    only: Option<&str>,
) -> Result<Restored, ToolError> {
    let mut done = Restored::default();
    let wanted = || left_by_task.iter().filter(|(path, _)| only.is_none_or(|only| only == path.as_str()));
    // What came goes first: there may be a folder now where a file was, and a file where a folder was.
    for is_removal in [true, false] {
        for (path, left) in wanted() {
            let before = manifest.before(path);
            if before.is_none() && is_removal {
                done.conflicts.push(path.clone());
            }
            let Some(before) = before.filter(|before| before.is_none() == is_removal) else { continue };
            match put_back(workspace, objects, manifest, path, before, left.as_deref()) {
                Ok(true) => done.restored.push(path.clone()),
                Ok(false) | Err(ToolError::Changed) => done.conflicts.push(path.clone()),
                Err(ToolError::Refused(_) | ToolError::Arguments(_)) => done.conflicts.push(path.clone()),
                Err(error) => return Err(error),
            }
        }
    }
    done.restored.sort_unstable();
    done.conflicts.sort_unstable();
    Ok(done)
}

/// Puts one file back; `false` if it is not what the task left.
fn put_back(
    workspace: &Workspace,
    objects: &Objects,
    manifest: &Manifest,
    path: &str,
    before: Option<&Entry>,
    left: Option<&str>,
) -> Result<bool, ToolError> {
    let now = state::now(workspace, path)?;
    if now.as_ref() == before {
        return Ok(true);
    }
    if now.as_ref().map(Entry::fingerprint).as_deref() != left {
        return Ok(false);
    }
    let place = workspace.place(path)?;
    let Some(target) = place.target(workspace, before.is_some())? else { return Ok(before.is_none()) };
    let is_still = || {
        let still = state::of(&target, path)?.map(|entry| entry.fingerprint());
        if still.as_deref() == left { Ok(()) } else { Err(ToolError::Changed) }
    };
    let Some(before) = before else {
        is_still()?;
        target.remove()?;
        remove_empty(workspace, manifest, path);
        return Ok(true);
    };
    let bytes = objects.get(&before.hash)?;
    if before.kind == Kind::File {
        if now.is_some_and(|now| now.kind == Kind::Symlink) {
            is_still()?;
            target.remove()?;
            target.put(&bytes, Some(before.mode), &|| Ok(()))?;
        } else {
            target.put(&bytes, Some(before.mode), &is_still)?;
        }
        return Ok(true);
    }
    is_still()?;
    if now.is_some() {
        target.remove()?;
    }
    target.link(OsStr::new(&*String::from_utf8_lossy(&bytes)))?;
    Ok(true)
}

/// The folders that the task made for a file go with it, if nothing else is in them.
fn remove_empty(workspace: &Workspace, manifest: &Manifest, path: &str) {
    let mut path = path;
    while let Some((folder, _)) = path.rsplit_once('/') {
        let above = folder.rsplit_once('/');
        let parent = match above {
            Some((above, _)) => above
                .split('/')
                .try_fold(workspace.dir().try_clone().ok(), |dir, name| {
                    Some(Some(dir?.open_dir_nofollow(name).ok()?))
                })
                .flatten(),
            None => workspace.dir().try_clone().ok(),
        };
        let name = above.map_or(folder, |(_, name)| name);
        // One that is not empty is not removed by this.
        if manifest.folders.contains(folder) || parent.is_none_or(|parent| parent.remove_dir(name).is_err()) {
            return;
        }
        path = folder;
    }
}
