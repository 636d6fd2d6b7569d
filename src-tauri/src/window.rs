//! The windows: the main one and quick ask. They are made when wanted and destroyed when closed; work goes on.

use crate::lifecycle;
use crate::page;
use crate::subscribe::{Subscriptions, wish_for_page};
use crate::window_size::{USUAL, WindowSize};
use meanwhile_core::model::{ConversationId, Lane, Origin, Settings, TaskId, TaskState, Theme};
use meanwhile_core::{CommandError, Core, ErrorCode};
use meanwhile_view::ViewFrame;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};
use tauri::async_runtime::JoinHandle;
use tauri::utils::config::Color;
use tauri::{
    AppHandle, Manager as _, PhysicalPosition, State, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
};
use tauri::{Window, WindowEvent};
use tokio::sync::oneshot;

/// The label of the main window.
pub const MAIN: &str = "main";
/// The label of the quick-ask window.
pub const QUICK_ASK: &str = "quick-ask";

const LEAST: (f64, f64) = (380.0, 480.0);
const QUICK_ASK_SIZE: (f64, f64) = (680.0, 220.0);

/// A hidden quick-ask window is kept this long, so that a second question costs nothing.
const KEPT_HIDDEN: Duration = Duration::from_secs(30);

/// The size of a window is known in this time, unless the desktop hangs.
const MEASURED: Duration = Duration::from_millis(500);

/// A second close within this time closes whatever was asked.
const IMPATIENT: Duration = Duration::from_secs(5);

/// What is on its way out.
#[derive(Default)]
pub struct Closing {
    /// When the page was last told to ask or explain.
    asked_at: Mutex<Option<Instant>>,
    /// Destroys the hidden quick-ask window later.
    quick_ask: Mutex<Option<JoinHandle<()>>>,
}

/// Raises the main window, makes it if there is none, and has it show `wish`.
pub async fn open(app: &AppHandle, wish: Option<ViewFrame>) {
    let settings = app.state::<Core>().settings().await.unwrap_or_default();
    on_main_thread(app, move |app| {
        let window = match app.get_webview_window(MAIN) {
            Some(window) => window,
            None => make_main(app, &settings)?,
        };
        // Only now: the wishes for a window that is just going away go with it.
        if let Some(wish) = wish {
            app.state::<Subscriptions>().show(MAIN, wish);
        }
        raise(&window)
    })
    .await;
}

/// The same, for callers that cannot wait.
pub fn spawn_open(app: &AppHandle, wish: Option<ViewFrame>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move { open(&app, wish).await });
}

/// Opens the main window on a task; one that is gone leaves the window where it was.
pub async fn open_task(app: &AppHandle, task_id: Option<TaskId>) {
    let mut wish = None;
    if let Some(id) = task_id {
        match app.state::<Core>().task(&id).await {
            Ok(task) => {
                let conversation_id = Some(task.conversation_id);
                wish = Some(ViewFrame::Show { conversation_id, task_id: Some(id), page: None });
            }
            Err(error) => tracing::warn!(%error, "nothing to show"),
        }
    }
    open(app, wish).await;
}

/// Shows the quick-ask field, over whatever the user is doing.
pub async fn quick_ask(app: &AppHandle) {
    keep_quick_ask(app, None);
    let settings = app.state::<Core>().settings().await.unwrap_or_default();
    on_main_thread(app, move |app| {
        let window = match app.get_webview_window(QUICK_ASK) {
            Some(window) => window,
            None => make_quick_ask(app, &settings)?,
        };
        place_in_upper_third(&window)?;
        raise(&window)
    })
    .await;
}

/// Puts the quick-ask field away. What it asked goes on.
#[tauri::command]
pub async fn hide_quick_ask(app: AppHandle) -> Result<(), CommandError> {
    let Some(window) = app.get_webview_window(QUICK_ASK) else { return Ok(()) };
    let _ = window.hide();
    if app.get_webview_window(MAIN).is_none() {
        let_go(&app, |origin| origin == Origin::QuickAsk).await;
    }
    let later = tauri::async_runtime::spawn(async move {
        tokio::time::sleep(KEPT_HIDDEN).await;
        let _ = window.destroy();
    });
    keep_quick_ask(&app, Some(later));
    Ok(())
}

/// Opens the main window from quick ask.
#[tauri::command]
pub async fn open_main(
    app: AppHandle,
    conversation_id: Option<ConversationId>,
    task_id: Option<TaskId>,
) -> Result<(), CommandError> {
    let wish = conversation_id.is_some() || task_id.is_some();
    let wish = wish.then_some(ViewFrame::Show { conversation_id, task_id, page: None });
    open(&app, wish).await;
    Ok(())
}

/// The answer to the explanation of the first close.
#[tauri::command]
pub async fn close_choice(app: AppHandle, core: State<'_, Core>, quit: bool) -> Result<(), CommandError> {
    let settings = core.settings().await?;
    // Only the first explanation asks what closing means; later the same answer is about this one time.
    let quit_on_close = if settings.close_explained { settings.quit_on_close } else { quit };
    core.save_settings(Settings { close_explained: true, quit_on_close, ..settings }).await?;
    if quit {
        lifecycle::ask_to_quit(&app).await
    } else {
        leave(&app).await
    }
    Ok(())
}

/// As if its close button had been pressed: explained the first time, and work goes on.
#[tauri::command]
pub fn close_window(window: WebviewWindow) -> Result<(), CommandError> {
    window.close().map_err(|error| CommandError::new(ErrorCode::Internal, error.to_string()))
}

/// Draws the page of this window larger, in per cent; below 100 or above 300 it stays at that end.
#[tauri::command]
pub fn set_zoom(window: WebviewWindow, percent: u32) -> Result<(), CommandError> {
    let scale = f64::from(percent.clamp(100, 300)) / 100.0;
    window.set_zoom(scale).map_err(|error| CommandError::new(ErrorCode::Internal, error.to_string()))
}

/// What happens to a window.
pub fn event(window: &Window, event: &WindowEvent) {
    let app = window.app_handle().clone();
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            let is_main = window.label() == MAIN;
            tauri::async_runtime::spawn(async move {
                if is_main {
                    close(&app).await;
                } else {
                    let _ = hide_quick_ask(app).await;
                }
            });
        }
        WindowEvent::Destroyed => {
            app.state::<Subscriptions>().forget(window.label());
            if window.label() == MAIN {
                app.state::<Closing>().asked_at.lock().unwrap_or_else(PoisonError::into_inner).take();
                looked(app);
            }
        }
        WindowEvent::Focused(false) if window.label() == MAIN => looked(app),
        _ => {}
    }
}

/// Notes that the user turned away, from what they see next time as news.
fn looked(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        if let Err(error) = app.state::<Core>().leave().await {
            tracing::debug!(%error, "when the window was left is not known");
        }
    });
}

/// The user closes the main window: explained once, then it is simply gone and the work goes on.
///
/// Whatever the page was told to ask, closing again within five seconds closes: a page that does not answer must not hold the window.
async fn close(app: &AppHandle) {
    let settings = app.state::<Core>().settings().await.unwrap_or_default();
    let now = Instant::now();
    let asked_at =
        app.state::<Closing>().asked_at.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
    // What is asked can be answered with Cancel, so only a quick second close is an answer too.
    let is_first = asked_at.is_none_or(|at| now.duration_since(at) > IMPATIENT);
    if is_first && settings.quit_on_close {
        return lifecycle::ask_to_quit(app).await;
    }
    if is_first
        && !settings.quit_on_close
        && !settings.close_explained
        && app.state::<Subscriptions>().show(MAIN, wish_for_page("close"))
    {
        return;
    }
    leave(app).await;
}

/// Destroys the main window; answers it was watching go on in the background.
async fn leave(app: &AppHandle) {
    let quick_ask =
        app.get_webview_window(QUICK_ASK).is_some_and(|window| window.is_visible().unwrap_or(false));
    let is_ours = |origin| origin == Origin::Window || (origin == Origin::QuickAsk && !quick_ask);
    let_go(app, is_ours).await;
    if let Some(window) = app.get_webview_window(MAIN) {
        destroy(window).await;
    }
    // A prompt may have been on its way from the page when the list was read.
    let_go(app, is_ours).await;
}

/// Takes every window away, because the process ends.
pub async fn destroy_all(app: &AppHandle) {
    for window in app.webview_windows().into_values() {
        destroy(window).await;
    }
}

async fn destroy(window: WebviewWindow) {
    if window.label() == MAIN {
        let there = window.clone();
        let keeping = tauri::async_runtime::spawn_blocking(move || there.state::<WindowSize>().keep(&there));
        // A main thread that hangs costs the size and must not hold up the end.
        let _ = tokio::time::timeout(MEASURED, keeping).await;
    }
    if let Err(error) = window.destroy() {
        tracing::warn!(%error, "a window does not go away");
    }
}

/// As if Continue in background had been pressed on every answer that is being watched.
async fn let_go(app: &AppHandle, is_ours: impl Fn(Origin) -> bool) {
    let core = app.state::<Core>();
    let active = match core.tasks(1, None).await {
        Ok(page) => page.active,
        Err(error) => return tracing::warn!(%error, "answers stay in the foreground"),
    };
    for task in active {
        let is_watched = task.lane == Lane::Interactive && is_ours(task.ownership.origin);
        if is_watched
            && matches!(task.state, TaskState::Queued | TaskState::Running)
            && let Err(error) = core.continue_in_background(&task.id).await
        {
            tracing::info!(task = %task.id, %error, "ended before it could go on in the background");
        }
    }
}

fn make_main(app: &AppHandle, settings: &Settings) -> tauri::Result<WebviewWindow> {
    let size = app.state::<WindowSize>().last().unwrap_or(USUAL);
    crate::display::wear(settings.theme);
    let builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Meanwhile")
        .inner_size(size.width, size.height)
        .maximized(size.is_maximized)
        .min_inner_size(LEAST.0, LEAST.1)
        .prevent_overflow()
        // The page sees what is dragged over it and never learns a path.
        .disable_drag_drop_handler()
        .background_color(canvas(settings.theme));
    let builder = match size.at.filter(|at| crate::window_size::is_on_screen(app, *at)) {
        Some((x, y)) => builder.position(x, y),
        None => builder.center(),
    };
    let window = page::fence(builder).build()?;
    page::watch(&window);
    #[cfg(target_os = "linux")]
    crate::named::watch(&window);
    Ok(window)
}

fn make_quick_ask(app: &AppHandle, settings: &Settings) -> tauri::Result<WebviewWindow> {
    crate::display::wear(settings.theme);
    let builder = WebviewWindowBuilder::new(app, QUICK_ASK, WebviewUrl::App("index.html#quick-ask".into()))
        .title("Meanwhile: quick ask")
        .inner_size(QUICK_ASK_SIZE.0, QUICK_ASK_SIZE.1)
        .decorations(false)
        .resizable(false)
        .always_on_top(true)
        .skip_taskbar(true)
        .visible(false)
        .background_color(canvas(settings.theme));
    let window = page::fence(builder).build()?;
    page::watch(&window);
    Ok(window)
}

/// On the screen with the pointer, in the middle, a fifth of the way down.
fn place_in_upper_third(window: &WebviewWindow) -> tauri::Result<()> {
    let pointer = window.cursor_position().unwrap_or_default();
    let there = window.monitor_from_point(pointer.x, pointer.y)?;
    let Some(monitor) = there.map_or_else(|| window.primary_monitor(), |monitor| Ok(Some(monitor)))? else {
        return Ok(());
    };
    let (at, size, scale) = (monitor.position(), monitor.size(), monitor.scale_factor());
    let width = QUICK_ASK_SIZE.0 * scale;
    let x = f64::from(at.x) + (f64::from(size.width) - width).max(0.0) / 2.0;
    let y = f64::from(at.y) + f64::from(size.height) / 5.0;
    window.set_position(PhysicalPosition::new(x.round(), y.round()))
}

fn raise(window: &WebviewWindow) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()?;
    crate::display::give_keyboard(window);
    Ok(())
}

fn keep_quick_ask(app: &AppHandle, later: Option<JoinHandle<()>>) {
    let closing = app.state::<Closing>();
    let mut held = closing.quick_ask.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(before) = std::mem::replace(&mut *held, later) {
        before.abort();
    }
}

/// The ground of the page, shown until the page has painted. The values are `--canvas` of the design tokens.
fn canvas(theme: Theme) -> Color {
    let (light, dark) = (Color(0xFD, 0xFD, 0xFC, 0xFF), Color(0x15, 0x1A, 0x1B, 0xFF));
    match theme {
        Theme::Dark => dark,
        Theme::Light => light,
        Theme::System if crate::display::is_dark() => dark,
        Theme::System => light,
        Theme::HighContrast if crate::display::is_dark() => Color(0, 0, 0, 0xFF),
        Theme::HighContrast => Color(0xFF, 0xFF, 0xFF, 0xFF),
    }
}

/// Windows are made and raised there, one after the other. Done when it is done.
async fn on_main_thread(
    app: &AppHandle,
    work: impl FnOnce(&AppHandle) -> tauri::Result<()> + Send + 'static,
) {
    let (done, is_done) = oneshot::channel();
    let there = app.clone();
    let sent = app.run_on_main_thread(move || {
        if let Err(error) = work(&there) {
            tracing::error!(%error, "a window does not open");
        }
        let _ = done.send(());
    });
    match sent {
        // Dropped without an answer when the process is ending.
        Ok(()) => drop(is_done.await),
        Err(error) => tracing::warn!(%error, "no window any more"),
    }
}
