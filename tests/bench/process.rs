//! What a process and its children cost, read from /proc; and the binaries to start.

use crate::Outcome;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Refuses where the figures cannot be read, and says what disturbs them.
pub fn check_machine() -> Outcome<()> {
    if !Path::new("/proc/self/stat").exists() {
        return Err("the figures are read from /proc, so this measures on Linux only".into());
    }
    let busy = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let busy: f64 = busy.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    eprintln!("{cores} cores, load {busy} before the start");
    if busy > 0.5 {
        eprintln!("something else is running: times that wait for a core or the disk will be too long");
    }
    Ok(())
}

/// A release binary that stands beside this one.
pub fn binary(name: &str) -> Outcome<PathBuf> {
    let path = beside()?.join(name);
    if !path.exists() {
        return Err(format!("there is no {}; build it with `cargo build --release`", path.display()).into());
    }
    Ok(path)
}

/// A fresh folder on the disk that holds the build; the system's own place for such folders may be memory.
pub fn folder() -> Outcome<tempfile::TempDir> {
    Ok(tempfile::Builder::new().prefix("bench-").tempdir_in(beside()?)?)
}

fn beside() -> Outcome<PathBuf> {
    Ok(std::env::current_exe()?.parent().ok_or("this program has no folder")?.to_owned())
}

/// The process and all that descend from it.
pub fn tree(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            Some((pid, stat(pid)?.get(1)?.parse().ok()?))
        })
        .collect();
    let mut all = vec![root];
    let mut at = 0;
    while let Some(&parent) = all.get(at) {
        all.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    all
}

/// CPU seconds of a process tree so far, children that were waited for included.
pub fn cpu_seconds(root: u32) -> f64 {
    let ticks: f64 = tree(root)
        .into_iter()
        .filter_map(stat)
        .flat_map(|fields| fields.into_iter().skip(11).take(4))
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / rustix::param::clock_ticks_per_second() as f64
}

/// Most memory the process ever had resident, in MiB.
pub fn peak_rss_mib(pid: u32) -> f64 {
    field_kib(&format!("/proc/{pid}/status"), "VmHWM:") / 1024.0
}

/// Proportional memory of a process tree now, in MiB: shared pages count for the part that falls on each user.
pub fn pss_mib(root: u32) -> f64 {
    tree(root).iter().map(|pid| field_kib(&format!("/proc/{pid}/smaps_rollup"), "Pss:")).sum::<f64>() / 1024.0
}

/// Memory the process has resident now, in MiB.
pub fn rss_mib(pid: u32) -> f64 {
    field_kib(&format!("/proc/{pid}/status"), "VmRSS:") / 1024.0
}

/// The part of it that no file stands behind: heap and stacks.
pub fn anonymous_mib(pid: u32) -> f64 {
    field_kib(&format!("/proc/{pid}/status"), "RssAnon:") / 1024.0
}

/// Files, sockets and the like that the process has open.
pub fn open_files(pid: u32) -> Outcome<usize> {
    Ok(fs::read_dir(format!("/proc/{pid}/fd"))?.count())
}

/// How often each thread of a process tree was switched to, by thread id, with its name.
pub fn switches(root: u32) -> HashMap<u32, (String, u64)> {
    let threads = tree(root).into_iter().filter_map(|pid| fs::read_dir(format!("/proc/{pid}/task")).ok());
    threads
        .flatten()
        .flatten()
        .filter_map(|thread| {
            let status = fs::read_to_string(thread.path().join("status")).ok()?;
            let fields = status.lines().filter_map(|line| line.split_once(':'));
            let of =
                |name: &str| fields.clone().find(|(field, _)| *field == name).map(|(_, value)| value.trim());
            let count = |name: &str| of(name)?.parse::<u64>().ok();
            let times = count("voluntary_ctxt_switches")? + count("nonvoluntary_ctxt_switches")?;
            Some((thread.file_name().to_str()?.parse().ok()?, (of("Name")?.to_owned(), times)))
        })
        .collect()
}

/// The fields of /proc/PID/stat after the name: state, parent, …
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

fn field_kib(file: &str, name: &str) -> f64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
