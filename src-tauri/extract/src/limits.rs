//! How much one file may take.

use crate::ExtractError;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What reading one file may cost. What stands here is the most that it ever can.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes of text in the document, and roughly of everything the other process says.
    pub text_bytes: u64,
    /// Bytes of memory of the other process, beyond the program itself. Linux only.
    pub memory_bytes: u64,
    /// Seconds of work of the other process. Unix only.
    pub cpu_secs: u64,
    /// How long nothing may come from the other process.
    pub idle: Duration,
    /// How long all of it may take.
    pub total: Duration,
    /// Entries of an archive.
    pub entries: usize,
    /// Bytes of one entry, unpacked.
    pub entry_bytes: u64,
    /// Bytes of all entries, unpacked.
    pub unpacked_bytes: u64,
    /// Pixels of a picture before it is made smaller.
    pub pixels: u64,
    /// The longer side of a picture after that. Source: what Anthropic's models see; larger ones are scaled down there.
    pub picture_side: u32,
    /// Files of a folder that are not tried.
    #[serde(default)]
    pub fatal: Vec<Fatal>,
}

/// A file of a folder that took the process which read it with it, or all of its time.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Fatal {
    /// How many stand before it.
    pub file: usize,
    /// What it did.
    pub why: ExtractError,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 128 << 20,
            text_bytes: 64 << 20,
            memory_bytes: 1 << 30,
            cpu_secs: 240,
            idle: Duration::from_secs(60),
            total: Duration::from_secs(5 * 60),
            entries: 10_000,
            entry_bytes: 64 << 20,
            unpacked_bytes: 256 << 20,
            pixels: 64_000_000,
            picture_side: 1568,
            fatal: Vec::new(),
        }
    }
}
