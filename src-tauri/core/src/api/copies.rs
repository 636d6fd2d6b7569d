//! Copies of folders that git knows: an agent works in one, and what it changed is offered as a branch.

use super::Core;
use super::agents::is_at_work;
use crate::command::{CommandError, ErrorCode};
use crate::engine::tools::{blocking, held};
use crate::model::{AgentAtWork, Branch, TaskId};
use crate::store::{Store, StoreError};
use meanwhile_tool::git::{self, Filed, FiledAs, Message};
use meanwhile_tool::snapshot::{self, Kind, Manifest, Objects};
use meanwhile_tool::{ToolError, Workspace};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Where they are, in the data folder.
const COPIES: &str = "copies";
/// Letters of a title in the name of a branch.
const NAME: usize = 40;

impl Core {
    /// A place where nothing is, called as the folder is.
    pub(super) fn fresh_copy(&self, of: Option<&str>) -> PathBuf {
        let name = of.and_then(|of| Path::new(of).file_name()).unwrap_or(OsStr::new("folder"));
        folder(&self.inner.data_dir).join(TaskId::fresh().as_str()).join(name)
    }

    /// Makes the copy that an agent is to work in.
    pub(super) async fn copy_folder(&self, at_work: &mut AgentAtWork) -> Result<(), CommandError> {
        let (Some(copy_of), Some(place)) = (&mut at_work.copy_of, &at_work.folder) else { return Ok(()) };
        let (folder, place) = (copy_of.folder.clone(), PathBuf::from(place));
        let history = self.inner.history.clone();
        let copied = blocking(move || {
            let base = git::head(folder.as_ref())?;
            let copied = meanwhile_tool::copy(&Workspace::open(folder.as_ref())?, history.objects(), &place);
            if copied.is_err() {
                // In part it is of no use.
                let _ = std::fs::remove_dir_all(place.parent().unwrap_or(&place));
            }
            copied.map(|()| base)
        });
        copy_of.base = copied.await.map_err(|error| {
            CommandError::invalid(format!(
                "a copy of {} cannot be worked in: {error}. Nothing was sent",
                copy_of.folder
            ))
        })?;
        Ok(())
    }

    /// Makes a branch, in the repository of the folder that was copied, of what a task changed in its copy. Files, index and the
    /// branch that is checked out stay as they are. Asked again, the same work is the same branch.
    ///
    /// # Errors
    /// `IllegalStep` while it is at work, `Invalid` when it did not work in a copy or changed nothing, and in git's words.
    pub async fn make_branch(&self, id: &TaskId) -> Result<Branch, CommandError> {
        let task = self.store().task(id)?;
        if is_at_work(&task) {
            return Err(CommandError::new(
                ErrorCode::IllegalStep,
                "it is still at work; pause or stop it first, then a branch can be made of what it changed",
            ));
        }
        let at_work = self.store().agent_at_work(id.clone()).await?;
        let Some((copy, copy_of)) = at_work.and_then(|agent| Some((agent.folder?, agent.copy_of?))) else {
            return Err(CommandError::invalid("this task did not work in a copy of a folder"));
        };
        let changed = self.changed(id).await?;
        if changed.is_empty() {
            return Err(CommandError::invalid("it has changed no files, so there is nothing for a branch"));
        }
        let message = Message {
            branch: format!("meanwhile/{}", name(&task.title)),
            words: format!("{}\n\nBy {} in Meanwhile.\n", task.title, task.agent.unwrap_or_default()),
            at_s: task.ended_at.unwrap_or(task.created_at).as_ms().div_euclid(1_000),
        };
        let index = folder(&self.inner.data_dir).join(format!("{id}.index"));
        let history = self.inner.history.clone();
        let origin = copy_of.folder.clone();
        let made = blocking(move || {
            let workspace = held(&copy)?;
            let paths: Vec<String> = changed.into_iter().map(|file| file.path).collect();
            let now = snapshot::of_paths(&workspace, history.objects(), &paths)?;
            let files = paths.into_iter().map(|path| filed(history.objects(), &now, path));
            let files = files.collect::<Result<Vec<_>, _>>()?;
            let made = git::branch(copy_of.folder.as_ref(), &copy_of.base, &files, &message, &index);
            let _ = std::fs::remove_file(&index);
            made.map(|branch| (branch, files.len()))
        });
        let (branch, files) = made.await.map_err(|error| {
            CommandError::new(ErrorCode::Conflict, format!("no branch was made: {error}"))
        })?;
        let files = u32::try_from(files).unwrap_or(u32::MAX);
        Ok(Branch { name: branch.name, commit: branch.commit, folder: origin, files })
    }
}

/// A file of the copy as it is now.
fn filed(objects: &Objects, now: &Manifest, path: String) -> Result<Filed, ToolError> {
    let Some(entry) = now.before(&path).flatten() else {
        return Ok(Filed { path, bytes: None, is: FiledAs::Plain });
    };
    let is = match entry.kind {
        Kind::Symlink => FiledAs::Link,
        Kind::File if entry.mode & 0o111 != 0 => FiledAs::Program,
        Kind::File => FiledAs::Plain,
    };
    Ok(Filed { path, bytes: Some(objects.get(&entry.hash)?), is })
}

/// Where the copies are, without links: an agent's folder is held by where it really is.
fn folder(data_dir: &Path) -> PathBuf {
    data_dir.canonicalize().unwrap_or_else(|_| data_dir.to_owned()).join(COPIES)
}

/// A title as part of the name of a branch.
fn name(title: &str) -> String {
    let mut name = String::new();
    for letter in title.chars().take(2 * NAME) {
        match letter.is_ascii_alphanumeric() {
            true => name.push(letter.to_ascii_lowercase()),
            false if name.ends_with('-') || name.is_empty() => {}
            false => name.push('-'),
        }
    }
    name.truncate(NAME);
    let name = name.trim_end_matches('-');
    if name.is_empty() { "work".to_owned() } else { name.to_owned() }
}

/// Removes the copies that no task works in any more.
pub async fn sweep(store: &Store, data_dir: &Path) -> Result<(), StoreError> {
    let Ok(found) = std::fs::read_dir(folder(data_dir)) else { return Ok(()) };
    let needed = store.copies().await?;
    let gone: Vec<PathBuf> = found
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|place| !needed.iter().any(|needed| Path::new(needed).starts_with(place)))
        .collect();
    let removed = tokio::task::spawn_blocking(move || {
        for place in gone {
            let removed =
                if place.is_dir() { std::fs::remove_dir_all(&place) } else { std::fs::remove_file(&place) };
            if let Err(error) = removed {
                tracing::warn!(place = %place.display(), %error, "a copy of a folder could not be removed");
            }
        }
    });
    let _ = removed.await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_called_after_its_task_in_letters_that_git_takes() {
        for (title, wanted) in [
            ("Mend the notes about birds", "mend-the-notes-about-birds"),
            ("../..//HEAD.lock ~^:?*[\\", "head-lock"),
            ("鳥について", "work"),
            ("--force", "force"),
        ] {
            assert_eq!(name(title), wanted);
        }
        assert!(name(&"ab ".repeat(100)).len() <= NAME);
    }
}
