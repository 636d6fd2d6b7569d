//! System calls that no command needs and holes are found in, and, where nothing else does it, the network.

use super::Sandbox;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};
use std::collections::BTreeMap;
use std::io;

/// The filter for a sandbox. What it holds back is said not to exist, so that libraries go another way.
pub(super) fn filter(sandbox: Sandbox) -> io::Result<BpfProgram> {
    let mut held: BTreeMap<i64, Vec<SeccompRule>> = HELD.iter().map(|call| (*call, Vec::new())).collect();
    if sandbox == Sandbox::Landlock {
        // Landlock knows files and TCP. A socket by a name in the file system would lead to whoever listens there.
        held.insert(libc::SYS_socket, Vec::new());
    }
    let spaces = [
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWNS,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWNET,
        libc::CLONE_NEWUTS,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWCGROUP,
    ];
    let mut rules = Vec::new();
    for space in spaces {
        let space = space as u32 as u64;
        let with = condition(0, SeccompCmpOp::MaskedEq(space), space)?;
        rules.push(SeccompRule::new(vec![with]).map_err(io::Error::other)?);
    }
    held.insert(libc::SYS_clone, rules);
    // Typing into the terminal of somebody else.
    let typing = condition(1, SeccompCmpOp::Eq, libc::TIOCSTI)?;
    held.insert(libc::SYS_ioctl, vec![SeccompRule::new(vec![typing]).map_err(io::Error::other)?]);

    let absent = SeccompAction::Errno(libc::ENOSYS as u32);
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(io::Error::other)?;
    let filter = SeccompFilter::new(held, SeccompAction::Allow, absent, arch).map_err(io::Error::other)?;
    let mut program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
    if cfg!(target_arch = "x86_64") {
        program.splice(0..0, second_numbers());
    }
    Ok(program)
}

fn condition(argument: u8, operator: SeccompCmpOp, value: u64) -> io::Result<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value).map_err(io::Error::other)
}

/// Some kernels know every call by a second number, from this bit on, which the list does not name.
fn second_numbers() -> [seccompiler::sock_filter; 3] {
    let step = |code: u16, jf: u8, k: u32| seccompiler::sock_filter { code, jt: 0, jf, k };
    [
        // The number; if it is lower, past the next step; otherwise there is no such call.
        step(0x20, 0, 0),
        step(0x35, 1, 0x4000_0000),
        step(0x06, 0, 0x0005_0000 | libc::ENOSYS as u32),
    ]
}

/// Always held back. `clone3` hides what it is asked for; without it libraries use `clone`. What goes through an `io_uring` is
/// seen by no filter.
const HELD: [i64; 37] = [
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_adjtimex,
    libc::SYS_bpf,
    libc::SYS_clock_adjtime,
    libc::SYS_clock_settime,
    libc::SYS_clone3,
    libc::SYS_delete_module,
    libc::SYS_finit_module,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pivot_root,
    libc::SYS_quotactl,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_settimeofday,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
];
