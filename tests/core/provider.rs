//! What the adapters to model APIs promise, over real sockets on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "provider/bad_input.rs"]
mod bad_input;
#[path = "provider/cancel.rs"]
mod cancel;
#[path = "provider/catalogue.rs"]
mod catalogue;
#[path = "provider/common.rs"]
mod common;
#[path = "provider/detect.rs"]
mod detect;
#[path = "provider/dialect.rs"]
mod dialect;
#[path = "provider/keychain.rs"]
mod keychain;
#[path = "provider/patience.rs"]
mod patience;
#[path = "provider/practice.rs"]
mod practice;
#[path = "provider/recorded.rs"]
mod recorded;
#[path = "provider/refusal.rs"]
mod refusal;
