use crate::display;
use meanwhile_core::model::{Admission, Audit, Calibration, Settings, UsageReport};
use meanwhile_core::{CommandError, Core, Proposed};
use tauri::{AppHandle, State};

#[tauri::command]
pub async fn save_settings(
    app: AppHandle,
    core: State<'_, Core>,
    settings: Settings,
) -> Result<Settings, CommandError> {
    let saved = core.save_settings(settings).await?;
    let theme = saved.theme;
    // A process that is ending has nothing more to draw.
    let _ = app.run_on_main_thread(move || display::wear(theme));
    Ok(saved)
}

#[tauri::command]
pub async fn usage(core: State<'_, Core>, days: Option<u32>) -> Result<UsageReport, CommandError> {
    core.usage(days).await
}

#[tauri::command]
pub async fn allow_today(core: State<'_, Core>) -> Result<Settings, CommandError> {
    core.allow_today().await
}

#[tauri::command]
pub async fn admit(core: State<'_, Core>, proposed: Proposed) -> Result<Admission, CommandError> {
    core.admit(proposed).await
}

#[tauri::command]
pub async fn calibration(core: State<'_, Core>) -> Result<Calibration, CommandError> {
    core.calibration().await
}

#[tauri::command]
pub async fn audit(core: State<'_, Core>) -> Result<Audit, CommandError> {
    core.audit().await
}
