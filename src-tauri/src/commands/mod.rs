//! What the page asks of the core, one line each. Nothing here knows a window.

pub mod agent;
pub mod answer;
pub mod attachment;
pub mod channel;
pub mod conversation;
pub mod history;
pub mod provider;
pub mod server;
pub mod settings;
pub mod task;
