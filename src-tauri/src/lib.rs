//! The desktop around the core: windows, tray, notices, the global shortcut, and the life of the process.
//!
//! Every module here is one concern of the desktop. What the app does is in `meanwhile-core`; what a window shows is
//! made by `meanwhile-view`. Closing the window takes a follower away, and nothing else.

mod arguments;
#[cfg(target_os = "linux")]
mod bus;
mod commands;
mod desktop_status;
mod display;
mod error;
mod lifecycle;
mod logging;
mod notify;
mod page;
mod plain;
mod raise;
mod shortcut;
mod start;
mod subscribe;
mod tray;
mod window;

pub use start::run;

/// Everything the page may ask for; `build.rs` and the capabilities list the same names.
fn answer() -> impl Fn(tauri::ipc::Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        commands::answer::attempt_text,
        commands::answer::copy_answer,
        commands::answer::copy_text,
        commands::answer::open_link,
        commands::answer::task_log,
        commands::conversation::delete_conversation,
        commands::conversation::earlier_turns,
        commands::conversation::mark_conversation_seen,
        commands::conversation::rename_conversation,
        commands::conversation::restore_conversation,
        commands::conversation::save_draft,
        commands::provider::add_provider,
        commands::provider::detect_local,
        commands::provider::models,
        commands::provider::providers,
        commands::provider::remove_provider,
        commands::provider::test_provider,
        commands::provider::try_provider,
        commands::settings::save_settings,
        commands::task::continue_in_background,
        commands::task::mark_seen,
        commands::task::resume_task,
        commands::task::retry_task,
        commands::task::send_message,
        commands::task::stop_task,
        desktop_status::desktop_status,
        lifecycle::quit,
        notify::test_notice,
        shortcut::set_shortcut,
        subscribe::subscribe,
        subscribe::unsubscribe,
        window::close_choice,
        window::hide_quick_ask,
        window::open_main,
        page::window_ready,
    ]
}
