//! How much one call may take.

use std::time::Duration;

/// How much one call may take. What is over is left out and said, or ends the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of what the model gets. Source: some 16,000 tokens, an eighth of a usual context.
    pub result_bytes: usize,
    /// Bytes a command may write to its output before it is ended.
    pub output_bytes: u64,
    /// How long a command may take. A call may ask for less.
    pub time: Duration,
    /// How long looking through files may take.
    pub search_time: Duration,
    /// Bytes of memory of all processes of a command together, and of each.
    pub memory_bytes: u64,
    /// Processes of a command at the same time.
    pub processes: u64,
    /// Bytes of a file that is read or written by a tool.
    pub file_bytes: u64,
    /// Bytes of a file that a command writes. Source: the largest that a compiler makes.
    pub written_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            result_bytes: 64 << 10,
            output_bytes: 10 << 20,
            time: Duration::from_secs(600),
            search_time: Duration::from_secs(30),
            memory_bytes: 4 << 30,
            processes: 512,
            file_bytes: 10 << 20,
            written_bytes: 4 << 30,
        }
    }
}
