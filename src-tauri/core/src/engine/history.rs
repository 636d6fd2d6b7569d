//! How files of a folder were before a task changed them: kept before each change, and what it left after.

use crate::model::{TaskId, exactly};
use crate::store::{Kept, Snapshot, Store, StoreError};
use meanwhile_tool::snapshot::{self, Caps, Entry, Manifest, Objects};
use meanwhile_tool::{Effect, Planned, ToolError, Workspace};
use std::path::Path;
use std::sync::Arc;

/// The folder of contents, by their hash.
#[derive(Clone)]
pub struct History {
    objects: Arc<Objects>,
}

impl History {
    /// The history in a data folder.
    pub fn of(data_dir: &Path) -> Self {
        Self { objects: Arc::new(Objects::at(&data_dir.join("history"))) }
    }

    /// Where the contents are.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Keeps what a call may change, before it begins.
    pub async fn keep(
        &self,
        store: &Store,
        id: &TaskId,
        call: u32,
        workspace: &Workspace,
        planned: &Planned,
    ) -> Result<Result<Option<Manifest>, ToolError>, StoreError> {
        let is_whole = planned.effect == Effect::Run;
        let paths = planned.writes.clone();
        let taken = self
            .blocking(workspace, move |workspace, objects| {
                if !is_whole {
                    return Ok((snapshot::of_paths(workspace, objects, &paths)?, None));
                }
                let manifest = snapshot::of_folder(workspace, objects, &Caps::default())?;
                let text =
                    serde_json::to_vec(&manifest).map_err(|error| ToolError::Failed(error.to_string()))?;
                let hash = objects.put(&text)?;
                Ok((manifest, Some(hash)))
            })
            .await;
        let (manifest, hash) = match taken {
            Ok(taken) => taken,
            // A file that cannot be kept is not written. Whoever allowed a program was told what of it cannot be put back.
            Err(error) if !is_whole => return Ok(Err(error)),
            Err(error) => {
                let gaps = vec![(".".to_owned(), error.to_string())];
                store.keep_snapshot(id.clone(), call, Snapshot { gaps, ..Snapshot::default() }).await?;
                return Ok(Ok(None));
            }
        };
        let gaps = manifest.left_out.iter().map(|it| (it.path.clone(), it.why.clone())).collect();
        let files = match is_whole {
            true => Vec::new(),
            false => planned.writes.iter().map(|path| kept(&manifest, path, None)).collect(),
        };
        store.keep_snapshot(id.clone(), call, Snapshot { files, gaps, ..Snapshot::default() }).await?;
        if let Some(hash) = hash {
            store.keep_folder_snapshot(id.clone(), call, hash).await?;
        }
        Ok(Ok(Some(manifest)))
    }

    /// What a call left of what was kept before it.
    pub async fn left(&self, workspace: &Workspace, before: Option<Manifest>) -> Vec<Kept> {
        let Some(before) = before else { return Vec::new() };
        let left = self
            .blocking(workspace, move |workspace, objects| {
                let changes = snapshot::changes(workspace, objects, &before)?;
                // What somebody edits later can be told from it then. Without it only that there is more to see is lost.
                let there = changes.iter().filter(|change| change.left.is_some());
                let paths: Vec<String> = there.map(|change| change.path.clone()).collect();
                if let Err(error) = snapshot::of_paths(workspace, objects, &paths) {
                    tracing::debug!(%error, "what a call left is not kept");
                }
                Ok(changes.into_iter().map(|change| kept(&before, &change.path, change.left)).collect())
            })
            .await;
        left.unwrap_or_else(|error| {
            tracing::warn!(%error, "what a tool left could not be read");
            Vec::new()
        })
    }

    /// Notes what a call left that was begun and cut: nobody saw it end.
    pub async fn catch_up(
        &self,
        store: &Store,
        id: &TaskId,
        workspace: &Workspace,
    ) -> Result<(), StoreError> {
        let Snapshot { files, manifest, .. } = store.cut_snapshot(id.clone()).await?;
        if files.is_empty() && manifest.is_none() {
            return Ok(());
        }
        let changed = store.changed_files(id.clone()).await?;
        let left = self.blocking(workspace, move |workspace, objects| {
            let mut left = Vec::new();
            for file in files {
                let before = if file.is_changed {
                    file.after.clone()
                } else {
                    entry(&file).map(|entry| entry.fingerprint())
                };
                let after = snapshot::fingerprint(workspace, &file.path)?;
                if after != before {
                    left.push(Kept { after, is_changed: true, ..file });
                }
            }
            if let Some(hash) = manifest {
                let listed = objects.get(&hash)?;
                let manifest: Manifest = serde_json::from_slice(&listed).map_err(|error| {
                    ToolError::Failed(format!("the list of files cannot be read: {error}"))
                })?;
                let changes = snapshot::changes(workspace, objects, &manifest)?;
                let is_same = |file: &&Kept| !changes.iter().any(|change| change.path == file.path);
                // What was changed and is as it was again.
                for file in changed.iter().filter(is_same) {
                    let after = snapshot::fingerprint(workspace, &file.path)?;
                    left.push(Kept { after, ..file.clone() });
                }
                left.extend(changes.into_iter().map(|change| kept(&manifest, &change.path, change.left)));
            }
            Ok(left)
        });
        match left.await {
            Ok(left) => store.note_left(id.clone(), left).await,
            Err(error) => {
                tracing::warn!(task = %id, %error, "what a call left that was cut could not be read");
                Ok(())
            }
        }
    }

    /// What could not be put back after a program, in words; empty for nothing.
    pub async fn uncovered(&self, workspace: &Workspace) -> String {
        let manifest = self
            .blocking(workspace, |workspace, objects| {
                snapshot::of_folder(workspace, objects, &Caps::default())
            })
            .await;
        match manifest {
            Ok(manifest) if manifest.left_out.is_empty() => String::new(),
            Ok(manifest) => {
                let names: Vec<_> = manifest.left_out.iter().take(NAMED).map(|it| quoted(&it.path)).collect();
                let more = manifest.left_out.len().saturating_sub(NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("What it changes in {}{more} cannot be put back.", names.join(", "))
            }
            Err(error) => format!("What it changes cannot be put back: {error}."),
        }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        workspace: &Workspace,
        work: impl FnOnce(&Workspace, &Objects) -> Result<T, ToolError> + Send + 'static,
    ) -> Result<T, ToolError> {
        let (workspace, objects) = (workspace.clone(), Arc::clone(&self.objects));
        match tokio::task::spawn_blocking(move || work(&workspace, &objects)).await {
            Ok(result) => result,
            Err(error) => Err(ToolError::Failed(error.to_string())),
        }
    }
}

/// The name of a place as it stands in a sentence of ours: whoever made the folder may have chosen it to read like one.
fn quoted(path: &str) -> String {
    let shown = exactly(path).replace('"', "\\\"");
    match shown.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("\"{}…\"", &shown[..end]),
        None => format!("\"{shown}\""),
    }
}

/// Letters of such a name.
const LETTERS: usize = 60;
/// Places that are named when they cannot be put back.
const NAMED: usize = 5;

/// How a file was that is kept.
pub fn entry(file: &Kept) -> Option<Entry> {
    file.before.clone().and_then(|entry| serde_json::from_value(entry).ok())
}

fn kept(manifest: &Manifest, path: &str, after: Option<String>) -> Kept {
    let entry = manifest.entries.get(path).and_then(Option::as_ref);
    let before = entry.and_then(|entry| serde_json::to_value(entry).ok());
    Kept { path: path.to_owned(), before, after, is_changed: true }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn the_name_of_a_folder_cannot_read_like_a_sentence_of_ours() {
        assert_eq!(quoted("target"), "\"target\"");
        assert_eq!(quoted("a\". All is well.\nYes\u{202e}"), "\"a\\\". All is well.\\u{a}Yes\\u{202e}\"");
        assert_eq!(quoted(&"x".repeat(100)), format!("\"{}…\"", "x".repeat(60)));
    }
}
