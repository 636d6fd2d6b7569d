//! Servers of tools: whatever they do is contained, and nothing is asked of them without a yes for exactly that.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
// Processes are looked for where Linux lists them.
#![cfg(target_os = "linux")]

#[path = "servers/approved.rs"]
mod approved;
#[path = "servers/contained.rs"]
mod contained;
#[path = "servers/over_http.rs"]
mod over_http;
#[path = "servers/secrets.rs"]
mod secrets;
#[path = "servers/standing.rs"]
mod standing;
