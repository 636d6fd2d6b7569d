use crate::named::NamedFiles;
use meanwhile_core::model::{Budget, Lane, Origin, PutForward, Task, TaskId};
use meanwhile_core::{CommandError, Core, SendMessage, Sent};
use tauri::{AppHandle, Manager as _, State};

type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub async fn send_message(
    app: AppHandle,
    core: State<'_, Core>,
    files: State<'_, NamedFiles>,
    args: SendMessage,
) -> Answer<Sent> {
    let origin = args.origin;
    if let Some(folder) = args.agent.as_ref().and_then(|agent| agent.folder.as_deref()) {
        super::agent::check_folder(&core, &files, folder).await?;
    }
    let sent = core.send_message(args).await?;
    let is_watched = sent.task.lane == Lane::Interactive;
    if is_watched && origin == Origin::Window && app.get_webview_window(crate::window::MAIN).is_none() {
        // The window went while this was stored, so nobody is left to watch.
        let task = core.continue_in_background(&sent.task.id).await?;
        return Ok(Sent { task, ..sent });
    }
    Ok(sent)
}

#[tauri::command]
pub async fn continue_in_background(core: State<'_, Core>, task_id: TaskId) -> Answer<Task> {
    core.continue_in_background(&task_id).await
}

#[tauri::command]
pub async fn stop_task(core: State<'_, Core>, task_id: TaskId) -> Answer<Task> {
    core.stop_task(&task_id).await
}

#[tauri::command]
pub async fn pause_task(core: State<'_, Core>, task_id: TaskId) -> Answer<Task> {
    core.pause_task(&task_id).await
}

/// Sets everything aside that is queued or running in the background.
#[tauri::command]
pub async fn pause_all(core: State<'_, Core>) -> Answer<()> {
    core.pause_all().await
}

/// Takes everything up again that was set aside in the background.
#[tauri::command]
pub async fn resume_all(core: State<'_, Core>) -> Answer<()> {
    core.resume_all().await
}

#[tauri::command]
pub async fn resume_task(core: State<'_, Core>, task_id: TaskId, model: Option<String>) -> Answer<Task> {
    match model {
        Some(model) => core.hand_over_task(&task_id, &model).await,
        None => core.resume_task(&task_id).await,
    }
}

#[tauri::command]
pub async fn set_budget(core: State<'_, Core>, task_id: TaskId, budget: Budget) -> Answer<Task> {
    core.set_budget(&task_id, budget).await
}

#[tauri::command]
pub async fn finish_task(core: State<'_, Core>, task_id: TaskId) -> Answer<Task> {
    core.finish_task(&task_id).await
}

#[tauri::command]
pub async fn retry_task(
    core: State<'_, Core>,
    task_id: TaskId,
    lane: Lane,
    model: Option<String>,
) -> Answer<Sent> {
    core.retry_task(&task_id, lane, Origin::Window, model).await
}

#[tauri::command]
pub async fn show_task(core: State<'_, Core>, task_id: TaskId) -> Answer<PutForward> {
    core.show_task(&task_id).await
}

#[tauri::command]
pub async fn keep_answer(core: State<'_, Core>, task_id: TaskId) -> Answer<Task> {
    core.keep_answer(&task_id).await
}

#[tauri::command]
pub async fn mark_seen(core: State<'_, Core>, task_id: TaskId) -> Answer<()> {
    core.mark_seen(&task_id).await
}
