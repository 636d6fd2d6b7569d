//! Files and folders that the user names to the desktop, in its dialog or by dropping them on the window. The page gets a name and a
//! number, and never a path, so it can have nothing read that nobody named.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub use linux::watch;

use crate::file_dialog;
use meanwhile_core::model::FolderFiles;
use meanwhile_core::{CommandError, Core, folder_name};
use serde::Serialize;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::{State, WebviewWindow};

/// What is remembered; a page asks for each within moments, and a prompt takes fewer.
const MOST: usize = 64;

/// A file or folder as the page knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedFile {
    id: u32,
    name: String,
}

/// What the user named since the start.
#[derive(Default)]
pub struct NamedFiles {
    named: Mutex<Named>,
}

#[derive(Default)]
struct Named {
    last: u32,
    paths: VecDeque<(u32, PathBuf)>,
    /// Folders to work in.
    folders: VecDeque<PathBuf>,
    /// Whether files hang over the window.
    is_over: bool,
    /// What was dropped last, until the page asks for it.
    dropped: Vec<PathBuf>,
}

/// Has the user pick a folder; `None` when they thought better of it.
#[tauri::command]
pub async fn pick_folder(
    window: WebviewWindow,
    files: State<'_, NamedFiles>,
) -> Result<Option<NamedFile>, CommandError> {
    let picked = file_dialog::open_folder(&window, "Attach a folder", "_Attach").await;
    Ok(picked.map(|path| files.name(path)))
}

/// Has the user pick the folder in which an agent works; gives its path, which every question of that agent shows. `None` when
/// they thought better of it.
#[tauri::command]
pub async fn pick_work_folder(
    window: WebviewWindow,
    files: State<'_, NamedFiles>,
) -> Result<Option<String>, CommandError> {
    let Some(picked) = file_dialog::open_folder(&window, "The folder to work in", "_Work here").await else {
        return Ok(None);
    };
    let whole = picked.canonicalize().unwrap_or(picked);
    let path = whole.to_str().map(str::to_owned);
    let path =
        path.ok_or_else(|| CommandError::invalid("the name of this folder is not written in Unicode"))?;
    files.lock().folders.push_back(whole);
    Ok(Some(path))
}

/// Whether what is dragged over the window are files. WebKitGTK tells the page of them as of links.
#[tauri::command]
pub async fn files_over(files: State<'_, NamedFiles>) -> Result<bool, CommandError> {
    Ok(files.lock().is_over)
}

/// What was dropped on the window just now, as far as the desktop tells. Each drop is told once.
#[tauri::command]
pub async fn dropped_files(files: State<'_, NamedFiles>) -> Result<Vec<NamedFile>, CommandError> {
    let dropped = std::mem::take(&mut files.lock().dropped);
    Ok(dropped.into_iter().take(MOST).map(|path| files.name(path)).collect())
}

/// Copies a file that the user named, or the files of a folder; gives the hash for `read_file`.
#[tauri::command]
pub async fn keep_named(
    core: State<'_, Core>,
    files: State<'_, NamedFiles>,
    id: u32,
) -> Result<String, CommandError> {
    let path = files.path(id).ok_or_else(|| {
        CommandError::invalid("this was named too long ago; nothing was attached. Attach it again")
    })?;
    let unreadable = |error: std::io::Error| {
        CommandError::invalid(format!("it cannot be read ({error}), so it was not attached"))
    };
    let there = tokio::fs::metadata(&path).await.map_err(unreadable)?;
    if there.is_dir() {
        return core.keep_folder(path).await;
    }
    // What is no file may never end, or do something when it is opened.
    if !there.is_file() {
        return Err(CommandError::invalid("it is neither a file nor a folder, so it was not attached"));
    }
    core.keep_file(tokio::fs::File::open(&path).await.map_err(unreadable)?).await
}

/// Which files of a folder that was read are sent, and which are not.
#[tauri::command]
pub async fn folder_files(core: State<'_, Core>, hash: String) -> Result<FolderFiles, CommandError> {
    core.folder_files(hash).await
}

#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "elsewhere the page hears of the drop alone")
)]
impl NamedFiles {
    /// Remembers whether it is files that hang over the window.
    pub fn hang_over(&self, is_over: bool) {
        self.lock().is_over = is_over;
    }

    /// Remembers what was dropped on the window.
    pub fn drop_here(&self, paths: Vec<PathBuf>) {
        let mut named = self.lock();
        named.is_over = false;
        named.dropped = paths;
    }
}

impl NamedFiles {
    fn name(&self, path: PathBuf) -> NamedFile {
        let name = folder_name(&path);
        let mut named = self.lock();
        named.last = named.last.wrapping_add(1);
        let id = named.last;
        named.paths.push_back((id, path));
        if named.paths.len() > MOST {
            named.paths.pop_front();
        }
        NamedFile { id, name }
    }

    /// Whether the user picked this folder to work in.
    pub fn is_picked(&self, folder: &Path) -> bool {
        self.lock().folders.iter().any(|picked| picked == folder)
    }

    fn path(&self, id: u32) -> Option<PathBuf> {
        self.lock().paths.iter().find(|(named, _)| *named == id).map(|(_, path)| path.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Named> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_user_named_can_be_asked_for_and_only_the_newest_are_remembered() {
        let files = NamedFiles::default();
        assert_eq!(files.path(1), None);
        let first = files.name(PathBuf::from("/home/me/project"));
        assert_eq!((first.name.as_str(), files.path(first.id)), ("project", Some("/home/me/project".into())));
        for _ in 0..MOST {
            files.name(PathBuf::from("/home/me/other"));
        }
        assert_eq!(files.path(first.id), None);
    }
}
