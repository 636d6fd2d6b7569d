use meanwhile_core::model::{Lane, Origin, Task, TaskId};
use meanwhile_core::{CommandError, Core, SendMessage, Sent};
use tauri::State;

type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub async fn send_message(core: State<'_, Core>, args: SendMessage) -> Answer<Sent> {
    core.send_message(args).await
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
pub async fn resume_task(core: State<'_, Core>, task_id: TaskId) -> Answer<Task> {
    core.resume_task(&task_id).await
}

#[tauri::command]
pub async fn retry_task(core: State<'_, Core>, task_id: TaskId, lane: Lane) -> Answer<Sent> {
    core.retry_task(&task_id, lane, Origin::Window).await
}

#[tauri::command]
pub async fn mark_seen(core: State<'_, Core>, task_id: TaskId) -> Answer<()> {
    core.mark_seen(&task_id).await
}
