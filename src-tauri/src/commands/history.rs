use meanwhile_core::model::{Away, FoundTasks, Placement, TaskId, TaskQuery, Timeline, Timestamp};
use meanwhile_core::{CommandError, Core};
use tauri::State;

type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub async fn find_tasks(core: State<'_, Core>, query: TaskQuery) -> Answer<FoundTasks> {
    core.find_tasks(query).await
}

#[tauri::command]
pub async fn timeline(core: State<'_, Core>, from: Timestamp, to: Timestamp) -> Answer<Timeline> {
    core.timeline(Some((from, to))).await
}

#[tauri::command]
pub async fn pin_task(core: State<'_, Core>, task_id: TaskId, pinned: bool) -> Answer<()> {
    core.pin_task(&task_id, pinned).await
}

#[tauri::command]
pub async fn place_answer(
    core: State<'_, Core>,
    task_id: TaskId,
    placement: Option<Placement>,
) -> Answer<()> {
    core.place_answer(&task_id, placement).await
}

/// The window is looked at: what happened while nobody did.
#[tauri::command]
pub async fn come_back(core: State<'_, Core>) -> Answer<Option<Away>> {
    core.come_back().await
}
