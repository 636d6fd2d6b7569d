//! How much of a server is borne.

use std::time::Duration;

/// How long a server is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until it is started and has named its tools.
    pub connect: Duration,
    /// Until a call has an end.
    pub call: Duration,
}

impl Default for Patience {
    /// Source: F60 of the reliability notes; a first start may have to unpack the program.
    fn default() -> Self {
        Self { connect: Duration::from_secs(20), call: Duration::from_secs(60) }
    }
}

/// Bytes of one message, and of all that comes between the beginning of a request and the next.
pub const READ: usize = 10 << 20;
/// Bytes of a result that are told.
pub const RESULT: usize = 1 << 20;
/// Tools of a server.
pub const TOOLS: usize = 128;
/// Bytes of all that a server says about one tool.
pub const DEFINITION: usize = 64 << 10;
/// Parts in which a list of tools may come.
pub const PAGES: usize = 32;
/// Questions of a server within one connection; each is refused.
pub(crate) const ASKED: usize = 100;
/// Lines that are no messages, such as what a program prints at its start.
pub(crate) const NOISE: usize = 1_000;
/// Last bytes of what a program says about errors.
pub(crate) const ERRORS: usize = 2 << 10;
/// Letters of a name that models can call.
pub(crate) const NAME: usize = 64;
