//! The process that runs a command, from inside.

use super::orders::{Orders, Report};
use super::{Sandbox, tree};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Resource, Rlimit, WaitStatus, getrlimit, setrlimit};
use std::io::{self, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// How often processes and memory are counted, while a command runs.
const COUNT: Duration = Duration::from_millis(50);

/// Starts a command, watches it, ends all of it, and says how it went on standard error.
pub(super) fn watch(orders: &str) -> ExitCode {
    let report = match serde_json::from_str(orders).map_err(io::Error::other) {
        Ok(orders) => watched(&orders).unwrap_or_else(|error| Report::Failed(error.to_string())),
        Err(error) => Report::Failed(error.to_string()),
    };
    let written = serde_json::to_vec(&report).map_err(io::Error::other);
    match written.and_then(|line| io::stderr().lock().write_all(&line)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn watched(orders: &Orders) -> io::Result<Report> {
    close_the_rest();
    refuse_another(orders)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, orders.written_bytes)?;
    #[cfg(target_os = "linux")]
    {
        limit(Resource::Data, orders.memory_bytes)?;
        // Whatever loses its parent becomes ours, so nothing gets away.
        rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    }
    let scratch = orders.scratch.as_deref().map(Scratch::make).transpose()?;
    let mut started = start(orders, scratch.as_ref())?;
    let child =
        Pid::from_raw(started.child.id() as i32).ok_or_else(|| io::Error::other("it has no number"))?;
    // Whoever may watches before all that is watched: thousands of processes would leave it no time to end them.
    let _ = rustix::process::setpriority_process(None, -20);
    let heard = hear(orders, child);
    let is_there = !matches!(&heard, Ok((_, Some(_))));
    let ended = tree::end_all(is_there.then_some(child), orders.sandbox == Sandbox::Bubblewrap)?;
    let (why, status) = heard?;
    let status = status.or(ended);
    if let Some(why) = why {
        return Ok(why);
    }
    if let Some(error) = started.failure()? {
        return Ok(Report::Failed(error));
    }
    Ok(match status {
        Some(status) => match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => Report::Exit(code),
            (None, signal) => Report::Signal(signal.unwrap_or_default()),
        },
        None => Report::Unwanted,
    })
}

/// Waits for the end of the command, of its time, of its limits or of who asked for it.
fn hear(orders: &Orders, child: Pid) -> io::Result<(Option<Report>, Option<WaitStatus>)> {
    let end = Instant::now() + Duration::from_millis(orders.time_ms);
    let stdin = io::stdin();
    #[cfg(target_os = "linux")]
    let ended = rustix::process::pidfd_open(child, rustix::process::PidfdFlags::empty())?;
    #[cfg(target_os = "linux")]
    let ended: Option<BorrowedFd<'_>> = Some(ended.as_fd());
    #[cfg(not(target_os = "linux"))]
    let ended: Option<BorrowedFd<'_>> = None;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok((Some(Report::Time), None));
        }
        let pause = left.min(COUNT);
        let pause = Timespec { tv_sec: pause.as_secs() as i64, tv_nsec: i64::from(pause.subsec_nanos()) };
        let mut waited = vec![PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::IN)];
        waited.extend(ended.map(|ended| PollFd::from_borrowed_fd(ended, PollFlags::IN)));
        match poll(&mut waited, Some(&pause)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        // Nothing is ever written to it: it is closed when nobody wants the command any more.
        if !waited[0].revents().is_empty() {
            return Ok((Some(Report::Unwanted), None));
        }
        if let Some(status) = tree::reap(child)? {
            return Ok((None, Some(status)));
        }
        let (processes, memory) = tree::weigh(orders.processes);
        if processes > orders.processes {
            return Ok((Some(Report::Processes), None));
        }
        if memory > orders.memory_bytes {
            return Ok((Some(Report::Memory), None));
        }
    }
}

struct Started {
    child: std::process::Child,
    #[cfg(target_os = "linux")]
    view: Option<super::bubblewrap::View>,
}

impl Started {
    /// Why there was no command at all.
    fn failure(&mut self) -> io::Result<Option<String>> {
        #[cfg(target_os = "linux")]
        if let Some(view) = &mut self.view {
            return Ok((!view.had_command()?).then(|| "the sandbox does not work".to_owned()));
        }
        Ok(None)
    }
}

fn start(orders: &Orders, scratch: Option<&Scratch>) -> io::Result<Started> {
    #[cfg(target_os = "linux")]
    {
        let (mut command, view) = if orders.sandbox == Sandbox::Bubblewrap {
            let view = super::bubblewrap::View::make()?;
            (view.command(orders)?, Some(view))
        } else {
            // A process of its own, because what it gives up must not bind the one that has to end it.
            let mut command = Command::new(std::env::current_exe()?);
            let orders = Orders { scratch: scratch.map(|scratch| scratch.0.clone()), ..orders.clone() };
            command.arg(super::BECOME).arg(serde_json::to_string(&orders)?);
            (command, None)
        };
        if let Some(scratch) = scratch {
            command.env("HOME", &scratch.0).env("TMPDIR", &scratch.0);
        }
        Ok(Started { child: spawn(command)?, view })
    }
    #[cfg(not(target_os = "linux"))]
    {
        use std::os::unix::process::CommandExt as _;
        if orders.sandbox != Sandbox::None {
            return Err(io::Error::other("there is no such sandbox here"));
        }
        let _ = scratch;
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(&orders.command).current_dir(&orders.folder).process_group(0);
        Ok(Started { child: spawn(command)? })
    }
}

/// Both outputs are one, so that they stand in the order in which they were written.
fn spawn(mut command: Command) -> io::Result<std::process::Child> {
    let output = io::stdout().as_fd().try_clone_to_owned()?;
    command.stdin(Stdio::null()).stdout(Stdio::from(output.try_clone()?)).stderr(Stdio::from(output));
    command.spawn()
}

/// Becomes the command, after giving up what it shall not have.
#[cfg(target_os = "linux")]
pub(super) fn become_command(orders: &str) -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    let become_it = || -> io::Result<std::convert::Infallible> {
        let orders: Orders = serde_json::from_str(orders)?;
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
        rustix::process::setsid()?;
        std::env::set_current_dir(&orders.folder)?;
        refuse_another(&orders)?;
        limit(Resource::Nproc, orders.most_processes().saturating_add(tree::of_user()))?;
        // Neither the user nor the process that has to end this shall wait for it.
        rustix::process::setpriority_process(None, super::COURTESY)?;
        // When the system has to end something, it shall end this.
        let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
        if orders.sandbox == Sandbox::Landlock {
            super::confine::confine(&orders)?;
        }
        Err(Command::new("/bin/sh").arg("-c").arg(&orders.command).exec())
    };
    let Err(error) = become_it();
    eprintln!("the sandbox does not work: {error}");
    ExitCode::from(126)
}

/// What programs above ours forgot to close is not for a command. Nothing of ours is open yet.
pub(super) fn close_the_rest() {
    let folder = if cfg!(target_os = "linux") { "/proc/self/fd" } else { "/dev/fd" };
    let open = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let numbers: Vec<i32> = open.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    for number in numbers.into_iter().filter(|number| *number > 2) {
        // The one through which they were listed is closed already.
        let _ = nix::unistd::close(number);
    }
}

/// Another folder may have taken the name by now.
fn refuse_another(orders: &Orders) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let there = std::fs::symlink_metadata(&orders.folder)?;
    let is_same = (there.dev(), there.ino()) == orders.folder_id;
    if is_same { Ok(()) } else { Err(io::Error::other("the folder was moved")) }
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let hard = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let most = Some(most.min(hard));
    Ok(setrlimit(resource, Rlimit { current: most, maximum: most })?)
}

/// A folder for temporary files, gone with the process.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn make(folder: &std::path::Path) -> io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt as _;
        for n in 0..1_000 {
            let path = folder.join(format!("meanwhile-command-{}-{n}", std::process::id()));
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("there is no place for temporary files"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
