//! Servers of tools: programs of others that are started, and addresses of others that are asked, over MCP.
//!
//! Nothing a server says is believed. What it sends is counted before it is understood ([`limit`]), its names are made ours, its
//! descriptions are texts without anything hidden in them, and what it says about the harm of its tools is not even read. It can ask for
//! nothing: no model, no file, no user. A [`Connection`] that breaks a rule is over, and with it every process the server
//! started. Nothing here knows tasks, approvals or the database.

mod connection;
mod definition;
mod error;
mod health;
mod http;
pub mod limit;
mod pipe;
mod result;
mod wire;

pub use connection::{Connection, Reach};
pub use definition::{Definition, hash, is_server_name, name_of};
pub use error::ServerError;
pub use http::{Address, is_address};
pub use limit::Patience;
pub use result::Said;
