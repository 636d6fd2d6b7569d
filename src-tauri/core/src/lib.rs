//! The durable heart of Meanwhile: tasks, their log, the engine that works on them, the duty to tell the user.
//!
//! No windows, no HTTP server, no Tauri: it runs headless. [`Core`] is the one way in.

mod agent;
mod api;
mod attach;
pub mod backup;
mod clock;
mod command;
mod crash;
mod delivery;
pub mod doctor;
mod engine;
mod error;
mod import;
pub mod model;
mod outside;
pub mod place;
pub mod proof;
pub mod provider;
mod providers;
pub mod secrets;
mod servers;
mod store;
mod tool;

pub use api::{Core, Follower, ModelProblem, Models, Options, default_data_dir};
pub use attach::{ReadProgress, Reader, folder_name, pack_folder};
pub use clock::{Clock, SystemClock};
pub use command::{
    AddedProvider, CommandError, ErrorCode, ExportFormat, NewChannel, NewProvider, NewToolServer, Proposed,
    SendMessage, Sent, TaskPage,
};
pub use delivery::{Notifier, NotifyError, Shown};
pub use doctor::Finding;
pub use error::OpenError;
pub use import::read_export;
pub use provider::Patience;
pub use secrets::{Keychain, Secret, SecretStore, SessionSecrets};
pub use store::{Changes, Interest, Scope};
