//! The real app in a real window, with real notices, a real tray and real keys, on a desktop without a screen.
//!
//! Run it by `scripts/test desktop`: the tests need the desktop that `tests/desktop/session` makes.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod agent;
mod away;
mod book;
mod chat;
mod crash;
mod first_run;
mod hostile;
mod notice;
mod power;
mod proof;
mod quick_ask;
mod refuse;
mod scenarios;
mod stage;
mod start;
mod story;
mod tray;
mod wake;
