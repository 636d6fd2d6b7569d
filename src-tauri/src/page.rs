//! What a page may not do, and what is done when it does not come up or breaks.

use meanwhile_core::CommandError;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tauri::webview::{NewWindowResponse, PermissionResponse};
use tauri::{AppHandle, Manager, State, Url, WebviewWindow, WebviewWindowBuilder, Wry};
use tokio::sync::Notify;

/// A page that has not painted by now is loaded again, once. Source: F54 of the reliability notes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reloads after a broken web process within [`RELOADS_WITHIN`]; more would only burn power.
const RELOADS: usize = 3;
const RELOADS_WITHIN: Duration = Duration::from_secs(60);

/// Which pages have painted.
#[derive(Default)]
pub struct Pages {
    ready: Mutex<HashMap<String, Arc<Notify>>>,
}

/// The page has painted its first frame.
#[tauri::command]
pub async fn window_ready(window: WebviewWindow, pages: State<'_, Pages>) -> Result<(), CommandError> {
    pages.of(window.label()).notify_one();
    // The highlighter's first use takes a tenth of a second; better now than in the first answer.
    tauri::async_runtime::spawn_blocking(meanwhile_render::warm);
    Ok(())
}

/// Takes from a page everything but drawing and our commands: no navigation, windows, downloads, devices.
pub fn fence<'a, M: Manager<Wry>>(
    builder: WebviewWindowBuilder<'a, Wry, M>,
) -> WebviewWindowBuilder<'a, Wry, M> {
    builder
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
}

/// Looks after the page of a new window.
pub fn watch(window: &WebviewWindow) {
    mend(window);
    let (app, label) = (window.app_handle().clone(), window.label().to_owned());
    let ready = Arc::new(Notify::new());
    app.state::<Pages>().set(&label, Arc::clone(&ready));
    tauri::async_runtime::spawn(async move {
        for again in [true, false] {
            if tokio::time::timeout(PATIENCE, ready.notified()).await.is_ok()
                || !is_waited_for(&app, &label, &ready)
            {
                return;
            }
            tracing::warn!(
                window = label,
                reload = again,
                "the page did not paint; --safe-graphics may help"
            );
            if let Some(window) = app.get_webview_window(&label).filter(|_| again) {
                let _ = window.reload();
            }
        }
    });
}

impl Pages {
    fn of(&self, label: &str) -> Arc<Notify> {
        Arc::clone(
            self.ready.lock().unwrap_or_else(PoisonError::into_inner).entry(label.to_owned()).or_default(),
        )
    }

    fn set(&self, label: &str, ready: Arc<Notify>) {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).insert(label.to_owned(), ready);
    }
}

fn is_waited_for(app: &AppHandle, label: &str, ready: &Arc<Notify>) -> bool {
    app.get_webview_window(label).is_some() && Arc::ptr_eq(&app.state::<Pages>().of(label), ready)
}

/// Only the embedded page; its name on Windows and Android is another.
fn is_ours(url: &Url) -> bool {
    let host = url.host_str();
    (url.scheme() == "tauri" && host == Some("localhost"))
        || (cfg!(windows) && matches!(url.scheme(), "http" | "https") && host == Some("tauri.localhost"))
}

/// Loads the page again when its process died, but not for ever.
#[cfg(target_os = "linux")]
fn mend(window: &WebviewWindow) {
    use webkit2gtk::{SettingsExt as _, WebViewExt};
    let label = window.label().to_owned();
    let done = window.with_webview(move |view| {
        let view = view.inner();
        if let Some(settings) = WebViewExt::settings(&view) {
            settings.set_enable_dns_prefetching(false);
            settings.set_enable_media_stream(false);
            settings.set_enable_webrtc(false);
        }
        let reloads = Mutex::new(Reloads::default());
        view.connect_web_process_terminated(move |view, reason| {
            let again = reloads.lock().unwrap_or_else(PoisonError::into_inner).may(Instant::now());
            tracing::warn!(window = label, ?reason, again, "the page's process ended");
            if again {
                view.reload();
            }
        });
    });
    if let Err(error) = done {
        tracing::warn!(%error, "a page is not looked after");
    }
}

#[cfg(not(target_os = "linux"))]
fn mend(_window: &WebviewWindow) {}

/// When pages were loaded again.
#[derive(Default)]
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only WebKitGTK tells of an ended process"))]
struct Reloads(VecDeque<Instant>);

impl Reloads {
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only WebKitGTK tells of an ended process")
    )]
    fn may(&mut self, now: Instant) -> bool {
        while self.0.front().is_some_and(|at| now.duration_since(*at) >= RELOADS_WITHIN) {
            self.0.pop_front();
        }
        let may = self.0.len() < RELOADS;
        if may {
            self.0.push_back(now);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_embedded_page_can_be_navigated_to() {
        let ours = |text: &str| is_ours(&Url::parse(text).unwrap());
        assert!(ours("tauri://localhost/index.html#quick-ask"));
        for foreign in
            ["https://example.org/", "file:///etc/passwd", "tauri://evil/", "data:text/html,x", "about:blank"]
        {
            assert!(!ours(foreign), "{foreign} must not be opened in the window");
        }
    }

    // F12
    #[test]
    fn a_page_that_keeps_dying_is_reloaded_three_times_a_minute_and_no_more() {
        let mut reloads = Reloads::default();
        let start = Instant::now();
        let may: Vec<bool> = (0..5).map(|n| reloads.may(start + Duration::from_secs(n))).collect();
        assert_eq!(may, [true, true, true, false, false]);
        assert!(reloads.may(start + Duration::from_secs(61)), "a minute later it is tried again");
    }
}
