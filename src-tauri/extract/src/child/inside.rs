//! The process that reads, from inside.

use super::confine;
use crate::{ExtractError, Limits, Said, read_to};
use std::io::{Read as _, Write as _};
use std::process::ExitCode;

/// The first argument of the process that reads, before the limits.
pub const READ: &str = "read-attachment";

/// Is the process that reads, if this one was started as such; `None` in every other one. To be called first of all in `main`.
pub fn reading() -> Option<ExitCode> {
    match &std::env::args_os().collect::<Vec<_>>()[..] {
        [_, first, limits] if first == READ => Some(extract_main(&limits.to_string_lossy())),
        _ => None,
    }
}

/// All that the process which reads a file does: it gives up every right it does not need, reads the file from standard
/// input, and says what stands there on standard output, one line of JSON for each piece. `limits` is its last argument.
///
/// To be called first of all in `main`, when there is one thread and nothing is open yet.
pub fn extract_main(limits: &str) -> ExitCode {
    let last = match answer(limits) {
        Ok(()) => Said::End,
        Err(error) => Said::Failed(error),
    };
    match say(&last) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer(limits: &str) -> Result<(), ExtractError> {
    let broken = |reason: &dyn ToString| ExtractError::Reader { reason: reason.to_string() };
    let limits: Limits = serde_json::from_str(limits).map_err(|error| broken(&error))?;
    confine(&limits).map_err(|error| broken(&error))?;
    let mut file = Vec::new();
    let most = limits.file_bytes;
    let read = std::io::stdin().lock().take(most + 1).read_to_end(&mut file);
    read.map_err(|error| ExtractError::Unreadable { reason: error.to_string() })?;
    if file.len() as u64 > most {
        return Err(ExtractError::TooLarge { mib: most >> 20 });
    }
    read_to(file, &limits, &mut |said| say(&said))
}

/// Nobody listens any more when this fails, so that reading can end.
fn say(said: &Said) -> Result<(), ExtractError> {
    let written = serde_json::to_string(said).map_err(std::io::Error::other);
    let written = written.and_then(|line| writeln!(std::io::stdout().lock(), "{line}"));
    written.map_err(|error| ExtractError::Reader { reason: error.to_string() })
}
