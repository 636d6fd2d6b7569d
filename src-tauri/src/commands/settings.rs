use meanwhile_core::model::{Settings, UsageReport};
use meanwhile_core::{CommandError, Core};
use tauri::State;

#[tauri::command]
pub async fn save_settings(core: State<'_, Core>, settings: Settings) -> Result<Settings, CommandError> {
    core.save_settings(settings).await
}

#[tauri::command]
pub async fn usage(core: State<'_, Core>, days: Option<u32>) -> Result<UsageReport, CommandError> {
    core.usage(days).await
}

#[tauri::command]
pub async fn allow_today(core: State<'_, Core>) -> Result<Settings, CommandError> {
    core.allow_today().await
}
