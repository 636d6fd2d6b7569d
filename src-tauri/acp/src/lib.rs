//! Talks with coding agents of others: programs that speak the Agent Client Protocol over their input and output, JSON-RPC with
//! one message a line.
//!
//! A [`Session`] is one such program in one folder. It is read only when somebody asks for what comes [`Session::next`], so nothing
//! of it gathers here, and it ends with all it started when the session is dropped. Nothing here knows tasks, approvals or the
//! database. The messages are read by hand and leniently: what real agents send beside the protocol must not end their work.

mod error;
mod session;
mod update;
mod wire;

pub use error::AcpError;
pub use session::{Heard, Session, Stopped};
pub use update::{Diff, Ending, Entry, EntryState, Permission};
