//! Files that go with a prompt. The page hands over their bytes and never a path, so it can read nothing by itself. What the user
//! names to the desktop: see `named.rs`.

use crate::error::internal;
use meanwhile_core::model::{Attached, Attachment};
use meanwhile_core::{CommandError, Core};
use serde::Serialize;
use tauri::State;
use tauri::ipc::{Channel, InvokeBody, Request};

/// How far the reading of a file is.
#[derive(Clone, Copy, Serialize)]
pub struct FileProgress {
    done: usize,
    of: usize,
}

#[tauri::command]
pub async fn keep_file(core: State<'_, Core>, request: Request<'_>) -> Result<String, CommandError> {
    match request.body() {
        InvokeBody::Raw(bytes) => core.keep_file(bytes.as_slice()).await,
        // Where the bridge to the page carries text only.
        InvokeBody::Json(list) => {
            let bytes: Vec<u8> = serde_json::from_value(list.clone())
                .map_err(|error| internal("the file did not arrive", error))?;
            core.keep_file(bytes.as_slice()).await
        }
    }
}

#[tauri::command]
pub async fn read_file(
    core: State<'_, Core>,
    file: Attached,
    on_progress: Channel<FileProgress>,
) -> Result<Attachment, CommandError> {
    let told = |progress: meanwhile_core::ReadProgress| {
        // A page that is gone needs no progress.
        let _ = on_progress.send(FileProgress { done: progress.done, of: progress.of });
    };
    core.read_file(file, told).await
}
