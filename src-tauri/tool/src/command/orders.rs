//! What the two processes tell each other.

use super::Sandbox;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What the process that runs a command shall do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Orders {
    pub command: String,
    pub sandbox: Sandbox,
    pub folder: PathBuf,
    /// Device and number of the folder, so that another one in its place is noticed.
    pub folder_id: (u64, u64),
    /// What git keeps, from the folder on. It cannot be written.
    pub kept: Vec<String>,
    /// The user's own folder, of which nothing is seen.
    pub home: PathBuf,
    /// Folders that are seen besides those of the system, read-only.
    pub seen: Vec<PathBuf>,
    /// A folder for temporary files where there is no view of its own.
    pub scratch: Option<PathBuf>,
    pub time_ms: u64,
    pub memory_bytes: u64,
    pub written_bytes: u64,
    pub processes: u64,
}

impl Orders {
    /// Where the system itself stops counting: a little above the limit, so that passing it is seen and ends the command.
    pub fn most_processes(&self) -> u64 {
        self.processes.saturating_add(32)
    }
}

/// How it went, as one line of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Report {
    /// The command ended by itself.
    Exit(i32),
    /// Something ended it.
    Signal(i32),
    /// It took too long.
    Time,
    /// It had too many processes.
    Processes,
    /// It took too much memory.
    Memory,
    /// Nobody wanted it any more.
    Unwanted,
    /// It was never started, because the sandbox or something else did not work.
    Failed(String),
}
