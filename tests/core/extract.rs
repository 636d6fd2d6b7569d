//! Files that users attach: what is read out of good ones, what becomes of bad ones, and the process in which it happens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "extract/bad.rs"]
mod bad;
#[path = "extract/child.rs"]
mod child;
#[path = "extract/good.rs"]
mod good;
#[path = "extract/make.rs"]
mod make;
