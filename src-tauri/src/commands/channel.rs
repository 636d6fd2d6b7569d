use meanwhile_core::model::{Channel, Task, TaskId};
use meanwhile_core::{CommandError, Core, NewChannel};
use tauri::State;

type Answer<T> = Result<T, CommandError>;

#[tauri::command]
pub async fn channels(core: State<'_, Core>) -> Answer<Vec<Channel>> {
    core.channels().await
}

#[tauri::command]
pub async fn add_channel(core: State<'_, Core>, channel: NewChannel) -> Answer<Channel> {
    core.add_channel(channel).await
}

#[tauri::command]
pub async fn test_channel(core: State<'_, Core>, name: String) -> Answer<Channel> {
    core.test_channel(&name).await
}

#[tauri::command]
pub async fn confirm_channel(core: State<'_, Core>, name: String, arrived: bool) -> Answer<Channel> {
    core.confirm_channel(&name, arrived).await
}

#[tauri::command]
pub async fn remove_channel(core: State<'_, Core>, name: String) -> Answer<()> {
    core.remove_channel(&name).await
}

#[tauri::command]
pub async fn mute_task(core: State<'_, Core>, task_id: TaskId, muted: bool) -> Answer<Task> {
    core.mute(&task_id, muted).await
}
