//! What a model may do on this computer: through the public boundary of the tools, on real files and with real processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod approval;
#[cfg(target_os = "linux")]
mod command;
#[cfg(target_os = "linux")]
mod commands;
mod edits;
#[cfg(target_os = "linux")]
mod escapes;
mod files;
mod folder;
mod hidden;
#[cfg(target_os = "linux")]
mod hostile;
mod programs;
mod putting_back;
#[cfg(target_os = "linux")]
mod sandbox;
#[cfg(unix)]
mod snapshots;
#[cfg(target_os = "linux")]
mod survivors;
