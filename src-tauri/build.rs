//! Declares the commands of the page, so that each one is allowed by name in `capabilities/`.

use std::path::Path;

const COMMANDS: &[&str] = &[
    "add_provider",
    "allow_today",
    "agents",
    "unread_agents",
    "approvals",
    "calls",
    "decide",
    "file_changes",
    "permits",
    "make_branch",
    "put_back",
    "revoke_permit",
    "tool_servers",
    "add_tool_server",
    "accept_tool_server",
    "try_tool_server",
    "remove_tool_server",
    "channels",
    "add_channel",
    "test_channel",
    "confirm_channel",
    "remove_channel",
    "mute_task",
    "say",
    "work_folders",
    "pick_work_folder",
    "attempt_text",
    "thoughts",
    "close_choice",
    "continue_in_background",
    "copy_answer",
    "copy_conversation",
    "copy_text",
    "delete_conversation",
    "desktop_status",
    "detect_local",
    "dropped_files",
    "earlier_turns",
    "export_conversation",
    "export_everything",
    "files_over",
    "folder_files",
    "frames_taken",
    "hide_quick_ask",
    "import_chats",
    "make_copy",
    "manner",
    "mark_seen",
    "known_models",
    "models",
    "open_link",
    "open_main",
    "prove",
    "providers",
    "quit",
    "remove_provider",
    "rename_conversation",
    "restore_conversation",
    "pause_all",
    "come_back",
    "find_tasks",
    "pin_task",
    "place_answer",
    "timeline",
    "pause_task",
    "resume_all",
    "resume_task",
    "set_budget",
    "finish_task",
    "retry_task",
    "show_task",
    "keep_answer",
    "keep_file",
    "keep_named",
    "pick_folder",
    "read_file",
    "save_draft",
    "save_settings",
    "search",
    "send_message",
    "set_manner",
    "set_shortcut",
    "stop_task",
    "subscribe",
    "task_log",
    "task_text",
    "test_notice",
    "test_provider",
    "try_provider",
    "usage",
    "window_ready",
];

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=ui/dist");
    if std::env::var_os("TAURI_CONFIG").is_none() && !Path::new("ui/dist/index.html").is_file() {
        println!(
            "cargo::error=the page is not built yet: run `npm --prefix ui ci && npm --prefix ui run build`"
        );
        return;
    }
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
