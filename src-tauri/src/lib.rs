//! The desktop around the core: windows, tray, notices, the global shortcut, and the life of the process.
//!
//! Every module here is one concern of the desktop. What the app does is in `meanwhile-core`; what a window shows is
//! made by `meanwhile-view`. Closing the window takes a follower away, and nothing else.

mod arguments;
mod autostart;
#[cfg(target_os = "linux")]
mod bus;
mod commands;
mod desktop_status;
mod display;
mod error;
mod file_dialog;
#[cfg(target_os = "linux")]
mod keep_awake;
mod lifecycle;
mod logging;
mod named;
mod notify;
mod page;
mod prove;
mod raise;
mod shortcut;
mod start;
mod subscribe;
mod tray;
#[cfg(target_os = "linux")]
mod wake;
mod window;
mod window_size;

pub use start::run;

/// Everything the page may ask for; `build.rs` and the capabilities list the same names.
fn answer() -> impl Fn(tauri::ipc::Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        commands::answer::attempt_text,
        commands::answer::thoughts,
        commands::answer::copy_answer,
        commands::answer::copy_conversation,
        commands::answer::copy_text,
        commands::agent::agents,
        commands::agent::unread_agents,
        commands::agent::approvals,
        commands::agent::calls,
        commands::agent::decide,
        commands::agent::file_changes,
        commands::agent::permits,
        commands::agent::make_branch,
        commands::agent::put_back,
        commands::agent::revoke_permit,
        commands::server::tool_servers,
        commands::server::add_tool_server,
        commands::server::accept_tool_server,
        commands::server::try_tool_server,
        commands::server::remove_tool_server,
        commands::channel::channels,
        commands::channel::add_channel,
        commands::channel::test_channel,
        commands::channel::confirm_channel,
        commands::channel::remove_channel,
        commands::channel::mute_task,
        commands::agent::say,
        commands::agent::work_folders,
        commands::answer::open_link,
        commands::answer::task_log,
        commands::answer::task_text,
        commands::conversation::delete_conversation,
        commands::conversation::earlier_turns,
        commands::conversation::manner,
        commands::conversation::rename_conversation,
        commands::conversation::restore_conversation,
        commands::attachment::keep_file,
        commands::attachment::read_file,
        commands::conversation::save_draft,
        commands::conversation::search,
        commands::conversation::set_manner,
        commands::provider::add_provider,
        commands::provider::detect_local,
        commands::provider::known_models,
        commands::provider::models,
        commands::provider::providers,
        commands::provider::remove_provider,
        commands::provider::test_provider,
        commands::provider::try_provider,
        commands::settings::admit,
        commands::settings::allow_today,
        commands::settings::audit,
        commands::settings::calibration,
        commands::settings::save_settings,
        commands::settings::usage,
        commands::task::continue_in_background,
        commands::task::mark_seen,
        commands::task::pause_all,
        commands::history::find_tasks,
        commands::history::timeline,
        commands::history::pin_task,
        commands::history::place_answer,
        commands::history::come_back,
        commands::task::pause_task,
        commands::task::resume_all,
        commands::task::resume_task,
        commands::task::set_budget,
        commands::task::finish_task,
        commands::task::retry_task,
        commands::task::show_task,
        commands::task::keep_answer,
        commands::task::send_message,
        commands::task::stop_task,
        autostart::set_autostart,
        autostart::start_offer,
        desktop_status::desktop_status,
        desktop_status::make_copy,
        file_dialog::export_conversation,
        file_dialog::export_everything,
        file_dialog::import_chats,
        named::dropped_files,
        named::files_over,
        named::folder_files,
        named::keep_named,
        named::pick_folder,
        named::pick_work_folder,
        lifecycle::quit,
        notify::test_notice,
        prove::prove,
        shortcut::set_shortcut,
        shortcut::test_shortcut,
        subscribe::frames_taken,
        subscribe::set_pace,
        subscribe::subscribe,
        window::close_choice,
        window::close_window,
        window::hide_quick_ask,
        window::open_main,
        window::set_zoom,
        page::window_ready,
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    type Names = BTreeSet<String>;

    fn answered() -> Names {
        let list =
            include_str!("lib.rs").split_once("generate_handler![").unwrap().1.split_once(']').unwrap().0;
        list.split(',')
            .filter_map(|path| path.trim().rsplit("::").next())
            .filter(|n| !n.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn declared() -> Names {
        let list =
            include_str!("../build.rs").split_once("&[&str] = &[").unwrap().1.split_once(']').unwrap().0;
        list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// The commands that windows may call, by capability.
    fn allowed() -> Vec<(String, Names)> {
        let file: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/main.json")).unwrap();
        let capabilities = file["capabilities"].as_array().unwrap().iter();
        capabilities
            .map(|capability| {
                let windows = capability["windows"].as_array().unwrap();
                assert_eq!(windows.len(), 1, "one window, one capability");
                let permissions = capability["permissions"].as_array().unwrap().iter();
                let names = permissions.map(|permission| {
                    let name = permission.as_str().unwrap().strip_prefix("allow-");
                    name.expect("our own commands, one by one").replace('-', "_")
                });
                (windows[0].as_str().unwrap().to_owned(), names.collect())
            })
            .collect()
    }

    #[test]
    fn every_command_is_declared_and_every_declared_one_is_answered() {
        assert_eq!(declared(), answered());
    }

    #[test]
    fn windows_may_call_our_own_commands_and_nothing_of_any_plugin() {
        let allowed = allowed();
        let windows: Vec<&str> = allowed.iter().map(|(window, _)| window.as_str()).collect();
        assert_eq!(windows, [crate::window::MAIN, crate::window::QUICK_ASK]);
        let all: Names = allowed.into_iter().flat_map(|(_, names)| names).collect();
        assert_eq!(all, answered(), "each command is for some window, and no window may call anything else");
    }
}
