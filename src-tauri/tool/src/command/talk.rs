//! The process that keeps a program which is talked with.
//!
//! It has the program's own input open as well, and reads nothing of it: when nobody has the other end any more, because it was
//! dropped or because our process is gone, the program is not wanted.

use super::surroundings::Surroundings;
use super::{Program, Sandbox, TALK, Talk, tree};
use crate::ToolError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, WaitStatus};
use serde::{Deserialize, Serialize};
use std::io;
use std::os::fd::AsFd as _;
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};
use tokio::process::Command;

/// How long a program has to end by itself when its input is closed, which is how it is asked to.
const GRACE: Duration = Duration::from_secs(1);

/// How often its end is looked for where the system does not tell.
const LOOK: Duration = Duration::from_millis(50);

#[derive(Serialize, Deserialize)]
struct Orders {
    name: String,
    arguments: Vec<String>,
    folder: PathBuf,
}

/// Starts a program in the hands of a process that ends all of it.
pub(super) fn start(program: &Program) -> Result<Talk, ToolError> {
    let name = &program.name;
    let failed = |error: io::Error| ToolError::Failed(format!("{name} could not be started: {error}"));
    let (arguments, folder) = (program.arguments.clone(), program.folder.clone());
    let orders = Orders { name: name.clone(), arguments, folder };
    let orders = serde_json::to_string(&orders).map_err(|error| failed(error.into()))?;
    let ours = program.watched_by.clone().map_or_else(std::env::current_exe, Ok).map_err(failed)?;
    let mut command = Command::new(ours);
    command.arg(TALK).arg(orders).env_clear().envs(Surroundings::of(Sandbox::None).variables);
    command.envs(program.variables.iter().map(|(name, value)| (name, value))).current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // What is typed in a terminal to end us must not end it before it has ended the program.
    command.process_group(0);
    let mut process = command.spawn().map_err(failed)?;
    let missing = || failed(io::Error::other("it has no input and output"));
    let input = process.stdin.take().ok_or_else(missing)?;
    let output = process.stdout.take().ok_or_else(missing)?;
    let errors = process.stderr.take().ok_or_else(missing)?;
    Ok(Talk { input, output, errors, process })
}

/// Starts a program, waits until it ends or nobody wants it, and ends all that is left of it.
pub(super) fn watch(orders: &str) -> ExitCode {
    let ended = serde_json::from_str(orders).map_err(io::Error::other).and_then(|orders| watched(&orders));
    match ended {
        Ok(status) => {
            let code = status.and_then(WaitStatus::exit_status).and_then(|code| u8::try_from(code).ok());
            ExitCode::from(code.unwrap_or(1))
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(127)
        }
    }
}

fn watched(orders: &Orders) -> io::Result<Option<WaitStatus>> {
    super::inside::close_the_rest();
    #[cfg(target_os = "linux")]
    // Whatever loses its parent becomes ours, so nothing gets away.
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    let mut command = std::process::Command::new(&orders.name);
    command.args(&orders.arguments).current_dir(&orders.folder);
    #[cfg(not(target_os = "linux"))]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let started = command.spawn().map_err(|error| io::Error::other(format!("{}: {error}", orders.name)))?;
    let child = i32::try_from(started.id()).ok().and_then(Pid::from_raw);
    let child = child.ok_or_else(|| io::Error::other("it has no number"))?;
    let ended = hear(child);
    let left = tree::end_all(ended.as_ref().is_ok_and(Option::is_none).then_some(child), false)?;
    Ok(ended?.or(left))
}

/// Waits for the end of the program, or until nobody wants it any more and its grace is over.
fn hear(child: Pid) -> io::Result<Option<WaitStatus>> {
    let stdin = io::stdin();
    #[cfg(target_os = "linux")]
    let ended = Some(rustix::process::pidfd_open(child, rustix::process::PidfdFlags::empty())?);
    #[cfg(not(target_os = "linux"))]
    let ended: Option<std::os::fd::OwnedFd> = None;
    let mut unwanted: Option<Instant> = None;
    loop {
        if let Some(status) = tree::reap(child)? {
            return Ok(Some(status));
        }
        if unwanted.is_some_and(|since| since.elapsed() > GRACE) {
            return Ok(None);
        }
        let mut waited: Vec<_> =
            ended.iter().map(|it| PollFd::from_borrowed_fd(it.as_fd(), PollFlags::IN)).collect();
        if unwanted.is_none() {
            // No flags: what there is to read is not for us, only that nobody is left to write it.
            waited.push(PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::empty()));
        }
        let pause = Timespec { tv_sec: 0, tv_nsec: LOOK.subsec_nanos().into() };
        let is_told = unwanted.is_none() && ended.is_some();
        match poll(&mut waited, (!is_told).then_some(&pause)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let last = waited.last().filter(|_| unwanted.is_none()).map(PollFd::revents);
        if last.is_some_and(|seen| !seen.is_empty()) {
            unwanted = Some(Instant::now());
        }
    }
}
