//! What a model may do on this computer: read and change the files of one folder and run commands in it, and what puts back
//! what was changed.
//!
//! A tool is first planned: [`plan`] changes nothing and says for people what would happen, with a hash over everything that
//! depends on it. What a person agreed to is that hash, and [`run`] does nothing else. Files are opened from the folder on,
//! which is held open, so the system itself sees to it that no path leads out. Commands run in what the system offers to
//! confine them ([`sandbox`]), by a process of our own program that outlives none of them ([`running`]); so do programs that are
//! talked with ([`Program`]), which nothing confines. Nothing here knows
//! tasks, conversations, providers, windows or the database.

mod call;
mod command;
mod copy;
mod diff;
mod error;
mod file;
pub mod git;
mod limits;
mod plan;
mod run;
pub mod snapshot;
mod spec;
mod text;
mod workspace;

pub use command::{Program, RUN, Sandbox, Talk, running, sandbox};
pub use copy::copy;
pub use diff::difference;
pub use error::ToolError;
pub use limits::Limits;
pub use plan::{Detail, Planned, plan};
pub use run::{Done, run};
pub use spec::{Effect, Spec, specs};
pub use text::visible;
pub use workspace::Workspace;
