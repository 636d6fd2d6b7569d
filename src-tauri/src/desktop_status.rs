use crate::autostart;
use crate::notify::{self, Service};
use crate::shortcut::{ShortcutState, Shortcuts};
use crate::tray;
use meanwhile_core::model::Timestamp;
use meanwhile_core::{CommandError, Core, ErrorCode, OpenError, SystemClock, backup, place};
use serde::Serialize;
use std::path::{Path, PathBuf};
use tauri::{AppHandle, Manager as _, State};
use ts_rs::TS;

/// What the desktop around the window can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DesktopStatus {
    /// True when a tray icon of ours can be seen.
    pub tray: bool,
    /// Whether notices reach the user.
    pub notices: NoticeService,
    /// Whether the global shortcut works.
    pub shortcut: ShortcutState,
    /// Why it does not, and what to do.
    pub shortcut_message: Option<String>,
    /// Whether it starts with the session; `None` where that cannot be chosen here.
    pub autostart: Option<bool>,
    /// Why this computer cannot be kept awake, and what to do; `None` when nothing is known to be in the way.
    pub awake_message: Option<String>,
    /// True when keys can be kept in the OS keychain.
    pub keychain: bool,
    /// Where everything is kept.
    pub data_dir: String,
    /// Why the data are not safe there, and what to do.
    pub data_warning: Option<String>,
    /// How much that is.
    pub data_bytes: u64,
    /// Checked copies of it that are kept.
    pub copies: u32,
    /// When the newest of them was made.
    pub copied_at: Option<Timestamp>,
    /// Of this program.
    pub version: String,
    /// `linux`, `macos`, `windows`.
    pub platform: String,
}

/// Whether notices reach the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum NoticeService {
    /// They are shown, and a click opens the task.
    Ready,
    /// There is no service that shows them.
    Missing,
    /// They are shown, but the service tells of no click.
    NoActions,
}

/// What the desktop can do now; services come and go, so it is asked each time.
#[tauri::command]
pub async fn desktop_status(app: AppHandle, core: State<'_, Core>) -> Result<DesktopStatus, CommandError> {
    let data_dir = core.data_dir().to_owned();
    let on_disk = {
        let data_dir = data_dir.clone();
        tauri::async_runtime::spawn_blocking(move || (bytes_in(&data_dir), backup::list(&data_dir)))
    };
    let (tray, notices, keychain, awake_message) =
        tokio::join!(tray::is_seen(&app), notify::service(), has_keychain(), awake_trouble(&app));
    let notices = match notices {
        Service::Ready { .. } => NoticeService::Ready,
        Service::NoActions { .. } => NoticeService::NoActions,
        Service::Missing => NoticeService::Missing,
    };
    let (data_bytes, copies) = on_disk.await.unwrap_or_default();
    let standing = app.state::<Shortcuts>().standing();
    Ok(DesktopStatus {
        tray,
        notices,
        shortcut: standing.state,
        shortcut_message: standing.message,
        autostart: autostart::is_on(),
        awake_message,
        keychain,
        data_warning: place::warning(&data_dir),
        data_dir: data_dir.display().to_string(),
        data_bytes,
        copies: u32::try_from(copies.len()).unwrap_or(u32::MAX),
        copied_at: copies.first().map(|copy| copy.made_at),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        platform: std::env::consts::OS.to_owned(),
    })
}

/// Makes a checked copy of all data now.
#[tauri::command]
pub async fn make_copy(app: AppHandle, core: State<'_, Core>) -> Result<DesktopStatus, CommandError> {
    let data_dir = core.data_dir().to_owned();
    let making = tauri::async_runtime::spawn_blocking(move || backup::make(&data_dir, &SystemClock));
    let refused = |error: OpenError| CommandError::new(ErrorCode::Storage, error.to_string());
    making
        .await
        .map_err(|error| CommandError::new(ErrorCode::Internal, error.to_string()))?
        .map_err(refused)?;
    desktop_status(app.clone(), core).await
}

/// Says once in the log what this desktop lacks.
pub async fn tell(app: &AppHandle) {
    let (tray, notices) = tokio::join!(tray::is_seen(app), notify::service());
    if !tray {
        tracing::warn!("no tray host: a second start, or `meanwhile open`, brings the window back");
    }
    match notices {
        Service::Ready { .. } => {}
        Service::NoActions { .. } => tracing::warn!("the notification service tells of no clicks"),
        Service::Missing => tracing::warn!("no notification service: outcomes are shown in the window only"),
    }
}

async fn has_keychain() -> bool {
    #[cfg(target_os = "linux")]
    {
        crate::bus::has_secret_service().await
    }
    #[cfg(not(target_os = "linux"))]
    true
}

async fn awake_trouble(app: &AppHandle) -> Option<String> {
    #[cfg(target_os = "linux")]
    return crate::keep_awake::trouble(app).await;
    #[cfg(not(target_os = "linux"))]
    {
        let _ = app;
        Some("only Linux is asked to stay awake so far".to_owned())
    }
}

/// Bytes of all files below a folder; what cannot be read counts nothing.
fn bytes_in(folder: &Path) -> u64 {
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    let mut bytes = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => folders.push(entry.path()),
                Ok(found) => bytes += found.len(),
                Err(_) => {}
            }
        }
    }
    bytes
}
