//! All processes of a command: how many there are, what they take, and their end.

#[cfg(target_os = "linux")]
use rustix::process::kill_process;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, wait};
use std::io;
use std::time::{Duration, Instant};

/// How long ending all of it may take.
#[cfg(target_os = "linux")]
const LONGEST: Duration = Duration::from_secs(5);

/// When there is nothing left to be done about what does not end. The system ends no process that waits for a broken disk.
const GIVEN_UP: Duration = Duration::from_secs(60);

/// Collects what has ended; the status of the command itself, if it is among it.
pub(super) fn reap(child: Pid) -> io::Result<Option<WaitStatus>> {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) if pid == child => return Ok(Some(status)),
            Ok(Some(_)) => {}
            Ok(None) | Err(rustix::io::Errno::CHILD) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Ends everything that is left. The status of the command, if it is among it. Where the command has a process space of its
/// own, it is enough to end the one that made it.
pub(super) fn end_all(child: Option<Pid>, has_space: bool) -> io::Result<Option<WaitStatus>> {
    #[cfg(not(target_os = "linux"))]
    let _ = has_space;
    let began = Instant::now();
    let mut own = None;
    loop {
        match child.filter(|_| own.is_none()) {
            #[cfg(target_os = "linux")]
            Some(child) if has_space && began.elapsed() < LONGEST / 5 => {
                let child = child.as_raw_pid().unsigned_abs();
                children(child).into_iter().chain([child]).for_each(hasten);
            }
            child => own = own.or(kill(child)),
        }
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some((pid, status))) => own = own.or((Some(pid) == child).then_some(status)),
                Ok(None) => break,
                // There is nobody left.
                Err(rustix::io::Errno::CHILD) => return Ok(own),
                Err(error) => return Err(error.into()),
            }
        }
        if began.elapsed() > GIVEN_UP {
            return Ok(own);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Holds each before it is asked what it started, so that nothing is missed, and ends them only when there are no new ones:
/// what starts others faster than they are ended would never be gone.
#[cfg(target_os = "linux")]
fn kill(child: Option<Pid>) -> Option<WaitStatus> {
    let (began, mut own) = (Instant::now(), None);
    let mut held = std::collections::BTreeSet::new();
    let mut is_new = true;
    while is_new && began.elapsed() < LONGEST {
        is_new = false;
        // What is gone is in the way of those who are there.
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
            held.remove(&pid.as_raw_pid().unsigned_abs());
            own = own.or((Some(pid) == child).then_some(status));
        }
        let mut next = children(std::process::id());
        while let Some(pid) = next.pop() {
            if held.insert(pid) {
                is_new = true;
                send(pid, Signal::STOP);
                next.extend(children(pid));
            }
        }
    }
    held.into_iter().for_each(|pid| send(pid, Signal::KILL));
    own
}

/// Here only the group of the command can be ended.
#[cfg(not(target_os = "linux"))]
fn kill(child: Option<Pid>) -> Option<WaitStatus> {
    let _ = child.map(|child| rustix::process::kill_process_group(child, Signal::KILL));
    None
}

/// Ends a process, and lets it die before others that would keep it waiting for its turn, where that is allowed.
#[cfg(target_os = "linux")]
fn hasten(pid: u32) {
    send(pid, Signal::KILL);
    let _ = rustix::process::setpriority_process(Pid::from_raw(pid as i32), -20);
}

/// One that is gone is not there to be ended. Its number cannot be another's: nobody but us collects our children.
#[cfg(target_os = "linux")]
fn send(pid: u32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid as i32) {
        let _ = kill_process(pid, signal);
    }
}

/// The processes, counted as far as one more than `most`, and what memory they take for themselves, in bytes.
#[cfg(target_os = "linux")]
pub(super) fn weigh(most: u64) -> (u64, u64) {
    let all = below(usize::try_from(most).unwrap_or(usize::MAX));
    let page = rustix::param::page_size() as u64;
    let pages = |pid: &u32| {
        let statm = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
        let mut numbers = statm.split(' ').skip(1).map(|number| number.parse::<u64>().ok());
        Some(numbers.next()??.saturating_sub(numbers.next()??))
    };
    (all.len() as u64, all.iter().filter_map(pages).sum::<u64>() * page)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn weigh(_: u64) -> (u64, u64) {
    (0, 0)
}

/// What descends from this process, all of it if it is not more than `most`.
#[cfg(target_os = "linux")]
fn below(most: usize) -> Vec<u32> {
    let mut found = children(std::process::id());
    let mut next = 0;
    while let Some(pid) = found.get(next).filter(|_| found.len() <= most) {
        let more = children(*pid);
        found.extend(more);
        next += 1;
    }
    found
}

#[cfg(target_os = "linux")]
fn children(pid: u32) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let lists =
        threads.flatten().filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().flat_map(str::parse).collect::<Vec<u32>>()).collect()
}

/// Whether the system says what descends from a process.
#[cfg(target_os = "linux")]
pub(super) fn is_known() -> bool {
    std::path::Path::new("/proc/thread-self/children").exists()
}

/// How many processes and threads this user has, which the system counts together.
#[cfg(target_os = "linux")]
pub(super) fn of_user() -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let own = rustix::process::getuid().as_raw();
    let Ok(all) = std::fs::read_dir("/proc") else { return 0 };
    let is_process = |entry: &std::fs::DirEntry| {
        entry.file_name().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit())
            && entry.metadata().is_ok_and(|found| found.uid() == own)
    };
    let threads =
        |entry: std::fs::DirEntry| std::fs::read_dir(entry.path().join("task")).map_or(1, Iterator::count);
    all.flatten().filter(is_process).map(|entry| threads(entry) as u64).sum()
}
