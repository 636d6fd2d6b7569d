use crate::file_dialog::confirm;
use crate::named::NamedFiles;
use meanwhile_core::model::{
    Agent, Approval, Branch, Call, Decision, Detail, FileChange, PERMISSION, Permit, PutBack, Task, TaskId,
    UnreadAgent, exactly,
};
use meanwhile_core::{CommandError, Core};
use tauri::{State, WebviewWindow};

type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub async fn agents(core: State<'_, Core>) -> Answer<Vec<Agent>> {
    core.agents().await
}

#[tauri::command]
pub async fn unread_agents(core: State<'_, Core>) -> Answer<Vec<UnreadAgent>> {
    core.unread_agents().await
}

/// Folders in which agents may work without being picked again: those of earlier work, newest first.
#[tauri::command]
pub async fn work_folders(core: State<'_, Core>) -> Answer<Vec<String>> {
    core.work_folders().await
}

#[tauri::command]
pub async fn approvals(core: State<'_, Core>, task_id: Option<TaskId>) -> Answer<Vec<Approval>> {
    core.approvals(task_id.as_ref()).await
}

/// A command that nothing contains runs only after a yes outside of the page: one that was taken over could say it otherwise.
#[tauri::command]
pub async fn decide(
    window: WebviewWindow,
    core: State<'_, Core>,
    id: i64,
    decision: Decision,
    hash: String,
    words: Option<String>,
) -> Answer<Approval> {
    let asked = core.approval(id).await?;
    // What is not what the page shows, or was decided before, is refused anyway.
    let is_open = asked.hash == hash && asked.decision.is_none();
    if let Some(text) = question(&asked).filter(|_| is_open && !decision.is_no())
        && !confirm(&window, "Allow this", text).await
    {
        return Err(CommandError::invalid(
            "you did not say yes to that outside of the page; nothing was decided",
        ));
    }
    core.decide(id, decision, &hash, words.as_deref(), "window").await
}

#[tauri::command]
pub async fn say(core: State<'_, Core>, task_id: TaskId, text: String) -> Answer<Task> {
    core.say(&task_id, &text).await
}

#[tauri::command]
pub async fn calls(core: State<'_, Core>, task_id: TaskId) -> Answer<Vec<Call>> {
    core.calls(&task_id).await
}

#[tauri::command]
pub async fn file_changes(core: State<'_, Core>, task_id: TaskId) -> Answer<Vec<FileChange>> {
    core.file_changes(&task_id).await
}

#[tauri::command]
pub async fn put_back(core: State<'_, Core>, task_id: TaskId, path: Option<String>) -> Answer<PutBack> {
    core.put_back(&task_id, path.as_deref()).await
}

#[tauri::command]
pub async fn make_branch(core: State<'_, Core>, task_id: TaskId) -> Answer<Branch> {
    core.make_branch(&task_id).await
}

#[tauri::command]
pub async fn permits(core: State<'_, Core>) -> Answer<Vec<Permit>> {
    core.permits().await
}

#[tauri::command]
pub async fn revoke_permit(core: State<'_, Core>, id: i64) -> Answer<()> {
    core.revoke(id).await
}

/// Refuses a folder that the user never named: the page cannot choose one by itself.
pub async fn check_folder(core: &Core, files: &NamedFiles, folder: &str) -> Answer<()> {
    if files.is_picked(folder.as_ref()) || core.work_folders().await?.iter().any(|known| known == folder) {
        return Ok(());
    }
    Err(CommandError::invalid(
        "this folder was not picked in the window; pick it, then send again. Nothing was sent",
    ))
}

/// Letters of a command that a dialog of the system has room for; the rest is counted there and whole in the page.
const LETTERS: usize = 2_000;

/// What is asked outside of the page; `None` for what the system keeps in its folder.
fn question(asked: &Approval) -> Option<String> {
    let Detail::Command { line, folder, is_contained: false, .. } = &asked.detail else { return None };
    // A program that runs already could do it without asking anybody.
    if asked.tool == PERMISSION {
        return None;
    }
    let shown = match line.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…\n({} letters in all)", &line[..end], line.chars().count()),
        None => line.clone(),
    };
    Some(format!(
        "{} wants to run this in {}. Nothing contains it: it can do on this computer whatever you can.\n\n{shown}",
        asked.agent,
        exactly(folder)
    ))
}
