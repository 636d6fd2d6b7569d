//! Starting with the session of the user: hidden in the tray, so that work which was cut goes on by itself.

#[cfg(target_os = "linux")]
mod linux;

use crate::desktop_status::{self, DesktopStatus};
use meanwhile_core::model::Settings;
use meanwhile_core::{CommandError, Core, ErrorCode, default_data_dir};
use std::path::Path;
use tauri::{AppHandle, State};

/// Whether it starts with the session; `None` where that cannot be chosen here.
pub fn is_on() -> Option<bool> {
    #[cfg(target_os = "linux")]
    return linux::entry().map(|file| linux::is_on(&file));
    #[cfg(not(target_os = "linux"))]
    None
}

/// Has it start with the session, or no longer. What was offered is answered by that.
#[tauri::command]
pub async fn set_autostart(
    app: AppHandle,
    core: State<'_, Core>,
    on: bool,
) -> Result<DesktopStatus, CommandError> {
    set(core.data_dir(), on)?;
    let settings = core.settings().await?;
    core.save_settings(Settings { start_offered: true, ..settings }).await?;
    desktop_status::desktop_status(app.clone(), core).await
}

/// True when starting with the session would have helped: work of a run that ended was taken up again at this start.
#[tauri::command]
pub fn start_offer(core: State<'_, Core>) -> bool {
    core.taken_up() > 0 && is_on() == Some(false)
}

#[cfg(target_os = "linux")]
fn set(data_dir: &Path, on: bool) -> Result<(), CommandError> {
    let refused = |why: String| CommandError::new(ErrorCode::Internal, why);
    let file =
        linux::entry().ok_or_else(|| refused("there is no home folder; nothing was changed".to_owned()))?;
    // The session may not have the variable that this start had.
    let is_usual = std::env::var_os("MEANWHILE_DATA_DIR").is_none() && data_dir == default_data_dir();
    let other = (!is_usual).then_some(data_dir);
    let done = if on { linux::write(&file, other) } else { linux::remove(&file) };
    done.map_err(|error| refused(format!("{} cannot be changed: {error}", file.display())))
}

#[cfg(not(target_os = "linux"))]
fn set(_data_dir: &Path, _on: bool) -> Result<(), CommandError> {
    let _ = (ErrorCode::Internal, default_data_dir);
    Err(CommandError::invalid("this system is asked in its own settings; nothing was changed"))
}
