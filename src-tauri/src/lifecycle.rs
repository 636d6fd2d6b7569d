//! The life of the process: it goes on without a window, and ends only when it is told to.

use crate::desktop_status;
use crate::subscribe::wish_for_page;
use crate::window;
use meanwhile_api::{Front, Listen, Server};
use meanwhile_core::model::{Summary, TaskId};
use meanwhile_core::{CommandError, Core};
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager as _, RunEvent, State};

/// From the wish to end to the end. What is not finished then is on disk and taken up at the next start.
const LAST_MOMENT: Duration = Duration::from_millis(2_800);

/// Whether the process is on its way out, and the server the command line reaches it through.
#[derive(Default)]
pub struct Life {
    ending: AtomicBool,
    server: Mutex<Option<Server>>,
}

/// What quitting would interrupt.
#[derive(Serialize)]
pub struct Interrupted {
    /// Tasks that are queued or running.
    working: u32,
}

/// Starts to listen: for signals, for the command line, for a core that was told to end.
pub fn start(app: &AppHandle) {
    tauri::async_runtime::spawn(serve(app.clone()));
    tauri::async_runtime::spawn(signals(app.clone()));
    let there = app.clone();
    tauri::async_runtime::spawn(async move { desktop_status::tell(&there).await });
    #[cfg(target_os = "linux")]
    tauri::async_runtime::spawn(crate::keep_awake::follow(app.clone()));
    #[cfg(target_os = "linux")]
    tauri::async_runtime::spawn(crate::wake::listen(app.state::<Core>().inner().clone()));
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        app.state::<Core>().closed().await;
        end(&app).await;
    });
}

/// Keeps the process when the last window is gone.
pub fn event(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::spawn_open(app, None),
        _ => {}
    }
    let _ = app;
}

/// Ends the process within three seconds: attempts are cut, text is kept, background work resumes at the next start.
pub async fn end(app: &AppHandle) {
    if app.state::<Life>().ending.swap(true, Ordering::SeqCst) {
        return;
    }
    tauri::async_runtime::spawn(async {
        tokio::time::sleep(LAST_MOMENT).await;
        tracing::warn!("ended without waiting for the rest");
        std::process::exit(0);
    });
    // A start from now on must find the name free, or it would be handed to a process that is leaving.
    tauri_plugin_single_instance::destroy(app);
    window::destroy_all(app).await;
    app.state::<Core>().shutdown().await;
    let server = app.state::<Life>().server.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(server) = server {
        server.shutdown().await;
    }
    app.exit(0);
}

/// Ends at once when nothing is interrupted; otherwise the window asks, naming how much is.
pub async fn ask_to_quit(app: &AppHandle) {
    let working = app.state::<Core>().summary().await.map_or(0, |summary| at_work(&summary));
    if working == 0 {
        return end(app).await;
    }
    window::open(app, Some(wish_for_page("quit"))).await;
}

/// Quits, or answers what that would interrupt and does nothing.
#[tauri::command]
pub async fn quit(app: AppHandle, core: State<'_, Core>, force: bool) -> Result<Interrupted, CommandError> {
    let working = at_work(&core.summary().await?);
    if force || working == 0 {
        tauri::async_runtime::spawn(async move { end(&app).await });
    }
    Ok(Interrupted { working })
}

fn at_work(summary: &Summary) -> u32 {
    summary.working + summary.interactive
}

/// The window, as the command line and a second start see it.
struct Raised(AppHandle);

impl meanwhile_api::Window for Raised {
    fn open(&self, task: Option<TaskId>) {
        let app = self.0.clone();
        tauri::async_runtime::spawn(async move { window::open_task(&app, task).await });
    }
}

async fn serve(app: AppHandle) {
    let core = app.state::<Core>().inner().clone();
    let window = Arc::new(Raised(app.clone()));
    match meanwhile_api::serve(core, Listen::Unix, Front::Window(window)).await {
        Ok(server) => {
            *app.state::<Life>().server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        }
        Err(error) => tracing::warn!(%error, "the command line cannot reach this process"),
    }
}

/// The first signal ends politely, the second at once.
async fn signals(app: AppHandle) {
    if let Err(error) = asked_to_end().await {
        tracing::warn!(%error, "signals are not heard");
        return;
    }
    let leaving = tauri::async_runtime::spawn(async move { end(&app).await });
    let _ = asked_to_end().await;
    leaving.abort();
    std::process::exit(0);
}

#[cfg(unix)]
async fn asked_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn asked_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
