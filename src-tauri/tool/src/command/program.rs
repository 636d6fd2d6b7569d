//! Programs that are talked with for a while, such as an agent of somebody else or a server of tools.
//!
//! As with commands, a process of ours starts the program and ends all of it, however ours went.

use crate::ToolError;
use std::path::PathBuf;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

/// A program to talk with. Nothing confines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name, found as in a shell, or its path.
    pub name: String,
    /// What it gets on its command line, where everybody on this computer can read it.
    pub arguments: Vec<String>,
    /// Where it works.
    pub folder: PathBuf,
    /// Variables besides those that commands get. They may be secret.
    pub variables: Vec<(String, String)>,
    /// Our own program, if it is not the one that runs.
    pub watched_by: Option<PathBuf>,
}

/// A program that runs. It ends, with all it started, when `input` is dropped.
#[derive(Debug)]
pub struct Talk {
    /// What it reads.
    pub input: ChildStdin,
    /// What it writes.
    pub output: ChildStdout,
    /// What it writes about errors; to be read, because it waits otherwise.
    pub errors: ChildStderr,
    /// Its end; 127 when there was no such program.
    pub process: Child,
}

impl Program {
    /// Starts it. Whether there is such a program shows in its end, and the reason in its errors.
    ///
    /// # Errors
    /// `Failed` when no process can be started here.
    pub fn start(&self) -> Result<Talk, ToolError> {
        #[cfg(unix)]
        return super::talk::start(self);
        #[cfg(not(unix))]
        Err(ToolError::Refused("programs like this are run on Linux and macOS only".to_owned()))
    }
}
