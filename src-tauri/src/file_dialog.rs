//! Conversations that leave as a file and come in from one. The user names the file to the desktop; the page never learns its
//! path and never holds what is in it.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
use elsewhere as desktop;
#[cfg(target_os = "linux")]
use linux as desktop;

#[cfg(not(target_os = "linux"))]
pub use elsewhere::plugin;

pub use desktop::{confirm, open_folder};

use meanwhile_core::model::{ConversationId, ImportReport};
use meanwhile_core::{CommandError, Core, ExportFormat};
use tauri::ipc::Channel;
use tauri::{State, WebviewWindow};

/// The endings of what ChatGPT and Claude export, and of our own JSON lines.
const EXPORTED: [&str; 3] = ["zip", "json", "jsonl"];

/// Writes a conversation where the user says; gives the name of the file, `None` when they thought better of it.
#[tauri::command]
pub async fn export_conversation(
    window: WebviewWindow,
    core: State<'_, Core>,
    conversation_id: ConversationId,
    format: ExportFormat,
) -> Result<Option<String>, CommandError> {
    let name = core.export_name(&conversation_id, format).await?;
    let Some(path) = desktop::save(&window, "Export this chat", name).await else { return Ok(None) };
    core.export_to(&conversation_id, format, &path).await?;
    Ok(path.file_name().map(|name| name.to_string_lossy().into_owned()))
}

/// Writes every conversation outside the trash to one such file.
#[tauri::command]
pub async fn export_everything(
    window: WebviewWindow,
    core: State<'_, Core>,
    format: ExportFormat,
) -> Result<Option<String>, CommandError> {
    let name = format!("Chats.{}", format.ending());
    let Some(path) = desktop::save(&window, "Export all chats", name).await else { return Ok(None) };
    core.export_all_to(format, &path).await?;
    Ok(path.file_name().map(|name| name.to_string_lossy().into_owned()))
}

/// Brings in what another app or another Meanwhile exported, from the file that the user picks; the page hears the counts. `None` when none was
/// picked.
#[tauri::command]
pub async fn import_chats(
    window: WebviewWindow,
    core: State<'_, Core>,
    on_progress: Channel<ImportReport>,
) -> Result<Option<ImportReport>, CommandError> {
    let Some(path) = desktop::open(&window, "Import chats of ChatGPT, Claude or Meanwhile", &EXPORTED).await
    else {
        return Ok(None);
    };
    // A page that is gone needs no counts, and what it began goes on.
    let told = |report: &ImportReport| drop(on_progress.send(report.clone()));
    Ok(Some(core.import_file(&path, told).await))
}
