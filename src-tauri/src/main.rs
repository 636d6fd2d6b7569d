//! The desktop app of Meanwhile: windows, tray, notices and shortcut around the core.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else is there that somebody could get hold of.
    if let Some(code) = meanwhile_extract::reading().or_else(meanwhile_tool::running) {
        return code;
    }
    meanwhile_desktop::run(std::env::args_os().skip(1))
}
