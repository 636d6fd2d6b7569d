use meanwhile_core::model::Settings;
use meanwhile_core::{CommandError, Core};
use tauri::State;

#[tauri::command]
pub async fn save_settings(core: State<'_, Core>, settings: Settings) -> Result<Settings, CommandError> {
    core.save_settings(settings).await
}
