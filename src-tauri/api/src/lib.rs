//! The HTTP API for this machine only: routes over [`meanwhile_core::Core`], and the gate in front of them.
//!
//! A web page in the user's browser can reach loopback too. So before any route is looked at, [`gate`] wants the
//! exact `Host`, no `Origin`, no sign of a browser's fetch, and a token: that of a file only the user can read, or one
//! that the user made for a program, whose [`Scope`] says what it may do.

mod body;
mod endpoint;
mod error;
mod gate;
mod limits;
mod listener;
mod patient;
mod problem;
mod routes;
mod scope;
mod server;
mod task;
mod token;
mod tokens;

pub use endpoint::Endpoint;
pub use error::ApiError;
pub use limits::Limits;
pub use listener::{Address, Listen};
#[doc(hidden)]
pub use routes::is_body;
pub use scope::Scope;
pub use server::{Front, Server, Window, serve, serve_with};
pub use tokens::{TokenRow, Tokens, TokensError};

/// The description of every call, as served under `/openapi.json`.
pub const OPENAPI: &str = include_str!("openapi.json");
