//! What a model may do on this computer: through the public boundary of the tools, on real files and with real processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod approval;
mod command;
mod commands;
mod edits;
mod escapes;
mod files;
mod folder;
mod hidden;
mod hostile;
mod putting_back;
mod sandbox;
mod snapshots;
mod survivors;
