//! What the process that reads gives up before it sees a byte, so that a hole in a library leads nowhere.
//!
//! Everywhere: a deadline, the end by its parent, the sizes in [`Limits`], no surroundings. On Unix besides: no core dump, no
//! file grows, none is opened, a limit of work. On Linux besides: a limit of memory, and a list of the system calls that
//! computing needs, which has neither a network nor files nor other processes in it. macOS and Windows have such means too,
//! but none that a safe library offers.

use crate::Limits;
use std::io;

/// What came into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confined {
    /// Whether the system refuses everything but computing. Linux kernels can be built without it.
    pub calls: bool,
}

/// Gives up what reading a file does not need, for ever. Only for a process that does nothing else.
///
/// # Errors
/// A limit that could not be set.
pub fn confine(limits: &Limits) -> io::Result<Confined> {
    #[cfg(unix)]
    resources(limits)?;
    #[cfg(not(unix))]
    let _ = limits;
    #[cfg(target_os = "linux")]
    let calls = only_compute().is_ok();
    #[cfg(not(target_os = "linux"))]
    let calls = false;
    Ok(Confined { calls })
}

#[cfg(unix)]
fn resources(limits: &Limits) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let mut wanted = vec![
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        // The three that are open stay open.
        (Resource::Nofile, 3),
        (Resource::Cpu, limits.cpu_secs),
    ];
    // Not the address space: the desktop app alone maps a gigabyte of libraries before it begins.
    if cfg!(target_os = "linux") {
        wanted.push((Resource::Data, limits.memory_bytes));
    }
    for (resource, most) in wanted {
        let hard = getrlimit(resource).maximum.unwrap_or(u64::MAX);
        // A second between being told that the time is over and being ended says why it ended.
        let last = most + u64::from(resource == Resource::Cpu);
        setrlimit(resource, Rlimit { current: Some(most.min(hard)), maximum: Some(last.min(hard)) })?;
    }
    Ok(())
}

/// Everything else is refused with an error, not with death: libraries ask for much that they can do without.
#[cfg(target_os = "linux")]
fn only_compute() -> Result<(), seccompiler::Error> {
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, TargetArch, apply_filter_all_threads,
    };
    let computing = [
        libc::SYS_brk,
        libc::SYS_clock_gettime,
        libc::SYS_close,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_fstat,
        libc::SYS_futex,
        libc::SYS_getpid,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_lseek,
        libc::SYS_madvise,
        libc::SYS_mmap,
        libc::SYS_mprotect,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_read,
        libc::SYS_restart_syscall,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sched_yield,
        libc::SYS_sigaltstack,
        libc::SYS_write,
        libc::SYS_writev,
    ];
    let own = u64::from(std::process::id());
    let to_itself = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, own)?;
    let mut calls: std::collections::BTreeMap<_, _> = computing.map(|call| (call, Vec::new())).into();
    // How a process ends itself after a defect.
    calls.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![to_itself])?]);
    let refused = SeccompAction::Errno(libc::EPERM as u32);
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let filter: BpfProgram = SeccompFilter::new(calls, refused, SeccompAction::Allow, arch)?.try_into()?;
    apply_filter_all_threads(&filter)
}
