//! The process that reads, seen from the one that started it.

mod confine;
mod inside;

pub use confine::{Confined, confine};
pub use inside::{READ, extract_main, reading};

use crate::{Document, ExtractError, Fatal, Kind, Limits, Progress, Said};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader, Take};
use tokio::process::{ChildStdout, Command};
use tokio::time::timeout;

/// What JSON and base64 add to a document, at most and roughly.
const ADDED: u64 = 32 << 20;
/// What is kept of what the other process complains about.
const COMPLAINT: u64 = 4 << 10;
/// Files of a folder that may each take a process with them. More of them are no accident.
const FATAL: usize = 4;

/// Reads a file in a process of its own: `program args… LIMITS`, which has to call [`extract_main`] with its last argument
/// before it does anything else. It gets the opened file and neither its name nor anything of our surroundings, and it is
/// gone when this returns or is dropped. A file of a folder that takes the process with it is left out, and the rest is read again.
///
/// # Errors
/// In the words for the user. Whatever becomes of the other process is one of them.
pub async fn extract_in_child(
    program: &Path,
    args: &[impl AsRef<OsStr>],
    file: &Path,
    limits: &Limits,
    mut told: impl FnMut(Progress),
) -> Result<Document, ExtractError> {
    let mut limits = limits.clone();
    let total = limits.total;
    let trying = async {
        loop {
            let (mut document, mut done) = (Document::default(), 0);
            let mut counted = |progress: Progress| {
                done = progress.done;
                told(progress);
            };
            let read = once(program, args, file, &limits, &mut document, &mut counted).await;
            let Err(error) = read else { return Ok(document) };
            let is_new = limits.fatal.len() < FATAL && limits.fatal.iter().all(|fatal| fatal.file != done);
            let why = match error {
                ExtractError::Damaged { kind: Kind::Folder } => ExtractError::Broke,
                ExtractError::TooMuchMemory { .. } | ExtractError::TooSlow => error.clone(),
                error => return Err(error),
            };
            if document.kind != Kind::Folder || !is_new {
                return Err(error);
            }
            limits.fatal.push(Fatal { file: done, why });
        }
    };
    timeout(total, trying).await.unwrap_or(Err(ExtractError::TooSlow))
}

/// One process, from its start to its end.
async fn once(
    program: &Path,
    args: &[impl AsRef<OsStr>],
    file: &Path,
    limits: &Limits,
    document: &mut Document,
    told: impl FnMut(Progress),
) -> Result<(), ExtractError> {
    let file = open(file, limits).await?;
    let header = serde_json::to_string(limits).map_err(broken)?;
    let mut command = Command::new(program);
    command.args(args).arg(header).env_clear().current_dir(harmless(program)).kill_on_drop(true);
    command.stdin(file).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(windows)]
    surroundings_of_windows(&mut command);
    let mut child = command.spawn().map_err(broken)?;
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(broken("it has no output"));
    };

    let mut words = Words { lines: BufReader::new(out.take(limits.text_bytes * 2 + ADDED)), told };
    let listening = async {
        let heard = timeout(limits.total, words.hear(document, limits)).await;
        // It has said all it can, or too much, or nothing for too long.
        let _ = child.start_kill();
        heard.unwrap_or(Err(ExtractError::TooSlow))
    };
    let (heard, complaint) = tokio::join!(listening, complaint(err));
    let status = child.wait().await.map_err(broken)?;
    match heard? {
        Heard::All => Ok(()),
        Heard::TooMuch => Err(ExtractError::TooMuchText),
        Heard::Silence { any } => Err(cause(status, &complaint, any.then_some(&*document), limits)),
    }
}

/// The file to hand over. What is no file may never end, or do something when it is read.
async fn open(path: &Path, limits: &Limits) -> Result<Stdio, ExtractError> {
    let unreadable = |error: std::io::Error| ExtractError::Unreadable { reason: error.to_string() };
    let there = tokio::fs::metadata(path).await.map_err(unreadable)?;
    if !there.is_file() {
        return Err(ExtractError::NotAFile);
    }
    if there.len() > limits.file_bytes {
        return Err(ExtractError::TooLarge { mib: limits.file_bytes >> 20 });
    }
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    Ok(file.into_std().await.into())
}

/// A place that is always there and tells nothing.
fn harmless(program: &Path) -> &Path {
    if cfg!(unix) { Path::new("/") } else { program.parent().unwrap_or(program) }
}

/// No window, and the one variable without which programs do not start there.
#[cfg(windows)]
fn surroundings_of_windows(command: &mut Command) {
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(CREATE_NO_WINDOW);
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
}

enum Heard {
    All,
    TooMuch,
    /// It ended without saying so.
    Silence {
        any: bool,
    },
}

struct Words<F> {
    lines: BufReader<Take<ChildStdout>>,
    told: F,
}

impl<F: FnMut(Progress)> Words<F> {
    async fn hear(&mut self, document: &mut Document, limits: &Limits) -> Result<Heard, ExtractError> {
        let (mut line, mut any, mut text) = (Vec::new(), false, limits.text_bytes);
        loop {
            line.clear();
            let read = timeout(limits.idle, self.lines.read_until(b'\n', &mut line)).await;
            read.map_err(|_| ExtractError::TooSlow)?.map_err(broken)?;
            if !line.ends_with(b"\n") {
                let is_full = self.lines.get_ref().limit() == 0;
                return Ok(if is_full { Heard::TooMuch } else { Heard::Silence { any } });
            }
            let said = serde_json::from_slice(&line).map_err(|_| broken("its answer makes no sense"))?;
            any = true;
            match said {
                Said::End => return Ok(Heard::All),
                Said::Progress(progress) => (self.told)(progress),
                said => {
                    let Some(left) = text.checked_sub(said.weight()) else { return Ok(Heard::TooMuch) };
                    text = left;
                    document.take(said)?;
                }
            }
        }
    }
}

/// The beginning of what it complains about. The rest is read too, or it would wait to be.
async fn complaint(mut from: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let _ = (&mut from).take(COMPLAINT).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&kept).into_owned()
}

/// Why it ended in the middle. What it had said tells that it was at work on the file.
fn cause(status: ExitStatus, complaint: &str, document: Option<&Document>, limits: &Limits) -> ExtractError {
    // The words of Rust's standard library, just before it ends the process.
    if complaint.contains("memory allocation of") {
        return ExtractError::TooMuchMemory { mib: limits.memory_bytes >> 20 };
    }
    if ended_by_its_time(status) {
        return ExtractError::TooSlow;
    }
    match document {
        Some(document) => ExtractError::Damaged { kind: document.kind },
        None if status.code().is_none() => ExtractError::Unknown,
        None => broken(format!("{status}: {}", complaint.lines().next().unwrap_or_default())),
    }
}

#[cfg(unix)]
fn ended_by_its_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}

#[cfg(not(unix))]
fn ended_by_its_time(_: ExitStatus) -> bool {
    false
}

fn broken(reason: impl ToString) -> ExtractError {
    ExtractError::Reader { reason: reason.to_string() }
}
