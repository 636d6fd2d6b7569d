use std::io::Write;
use std::process::ExitCode;

/// The task failed, or the step was refused.
pub(crate) const FAILED: u8 = 1;
/// The arguments cannot be used.
pub(crate) const USAGE: u8 = 2;
/// The data was written by a newer version.
pub(crate) const NEWER: u8 = 3;
/// Nobody answers, or nobody can.
pub(crate) const UNREACHABLE: u8 = 4;
/// Ctrl-C, as shells count it.
pub(crate) const INTERRUPTED: u8 = 130;

/// Why a verb ends without having done its work.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: u8, message: impl Into<String>) -> Self {
        Self { code, message: Some(message.into()) }
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(FAILED, message)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(USAGE, message)
    }

    pub(crate) fn unreachable(message: impl Into<String>) -> Self {
        Self::new(UNREACHABLE, message)
    }

    /// Whoever read our output has left, which is nobody's fault.
    pub(crate) fn reader_left() -> Self {
        Self { code: 0, message: None }
    }

    /// Says why on standard error and gives the exit code.
    pub(crate) fn tell(self) -> ExitCode {
        if let Some(message) = self.message {
            let _ = writeln!(std::io::stderr(), "meanwhile: {message}");
        }
        ExitCode::from(self.code)
    }
}
