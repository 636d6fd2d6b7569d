//! What can be done with an answer beside reading it.

use crate::error::internal;
use meanwhile_core::model::{Attempt, ConversationId, Event, TaskId};
use meanwhile_core::{CommandError, Core, ExportFormat};
use meanwhile_render::Node;
use serde::Serialize;
use tauri::{State, Wry};
use tauri_plugin_clipboard_manager::Clipboard;
use tauri_plugin_opener::Opener;
use ts_rs::TS;

/// Everything that happened to a task, without its text.
#[derive(Debug, Serialize, TS)]
#[ts(export)]
pub struct TaskLog {
    /// Oldest first.
    pub events: Vec<Event>,
    /// Oldest first.
    pub attempts: Vec<Attempt>,
}

#[tauri::command]
pub async fn task_log(core: State<'_, Core>, task_id: TaskId) -> Result<TaskLog, CommandError> {
    Ok(TaskLog { events: core.log(&task_id).await?, attempts: core.attempts(&task_id).await? })
}

#[tauri::command]
pub async fn task_text(core: State<'_, Core>, task_id: TaskId) -> Result<Vec<Node>, CommandError> {
    Ok(meanwhile_view::blocks_of_cut(core.task_text(&task_id).await?.text).await)
}

#[tauri::command]
pub async fn attempt_text(
    core: State<'_, Core>,
    task_id: TaskId,
    attempt: u32,
) -> Result<Vec<Node>, CommandError> {
    let attempts = core.attempts(&task_id).await?;
    let kept = attempts.into_iter().find(|kept| kept.number == attempt).map(|kept| kept.kept_text);
    let text = kept.ok_or_else(|| CommandError::not_found("attempt", &attempt.to_string()))?;
    Ok(meanwhile_view::blocks_of_cut(text).await)
}

#[tauri::command]
pub async fn thoughts(core: State<'_, Core>, task_id: TaskId) -> Result<Vec<Node>, CommandError> {
    Ok(meanwhile_view::blocks_of_cut(core.thoughts(&task_id).await?).await)
}

#[tauri::command]
pub async fn copy_answer(
    core: State<'_, Core>,
    clipboard: State<'_, Clipboard<Wry>>,
    task_id: TaskId,
) -> Result<(), CommandError> {
    let text = core.task_text(&task_id).await?.text;
    clipboard.write_text(text).map_err(|error| internal("nothing was copied", error))
}

#[tauri::command]
pub async fn copy_conversation(
    core: State<'_, Core>,
    clipboard: State<'_, Clipboard<Wry>>,
    conversation_id: ConversationId,
) -> Result<(), CommandError> {
    let text = core.export(&conversation_id, ExportFormat::Markdown).await?;
    clipboard.write_text(text).map_err(|error| internal("nothing was copied", error))
}

#[tauri::command]
pub async fn copy_text(clipboard: State<'_, Clipboard<Wry>>, text: String) -> Result<(), CommandError> {
    clipboard.write_text(text).map_err(|error| internal("nothing was copied", error))
}

#[tauri::command]
pub async fn open_link(opener: State<'_, Opener<Wry>>, url: String) -> Result<(), CommandError> {
    let url = openable(&url)?;
    opener.open_url(url, None::<&str>).map_err(|error| internal("the link did not open", error))
}

/// The page is not trusted to have shown only links that may be opened: the same rule as in answers holds here.
fn openable(link: &str) -> Result<String, CommandError> {
    meanwhile_render::openable(link).ok_or_else(|| {
        CommandError::invalid("this is no link to the web or to a mail address, so it stays closed")
    })
}

#[cfg(test)]
mod tests {
    use super::openable;

    // F58
    #[test]
    fn only_links_of_the_web_and_of_mail_are_opened() {
        assert_eq!(openable("mailto:a@example.org?attach=/etc/passwd").unwrap(), "mailto:a@example.org");
        for link in ["https://example.org/a?b#c", "http://127.0.0.1:8000/", "mailto:a@example.org"] {
            assert_eq!(openable(link).unwrap(), link);
        }
        for link in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "ssh://host",
            "vscode://x",
            "no link",
            "https://user@example.org/",
        ] {
            assert!(openable(link).is_err(), "{link} must stay closed");
        }
    }
}
