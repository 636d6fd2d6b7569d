//! Commands: what they run in, and the process of ours that starts each and ends all of it.
//!
//! Our process starts a second one of the same program ([`RUN`]), which starts the command, watches it, and ends everything it
//! started when the command ends, when its time is over, or when our process is gone, however that went. With bubblewrap the
//! command has a process space of its own, which the system ends at once; otherwise whatever loses its parent becomes the
//! watching process's own child, which therefore knows of all that is left.

mod orders;

#[cfg(target_os = "linux")]
mod bubblewrap;
#[cfg(target_os = "linux")]
mod confine;
#[cfg(target_os = "linux")]
mod filter;
#[cfg(unix)]
mod inside;
#[cfg(unix)]
mod output;
#[cfg(unix)]
mod outside;
mod program;
#[cfg(unix)]
mod surroundings;
#[cfg(unix)]
mod talk;
#[cfg(unix)]
mod tree;

#[cfg(unix)]
pub(crate) use outside::run;
pub use program::{Program, Talk};

use serde::{Deserialize, Serialize};
use std::process::ExitCode;
#[cfg(target_os = "linux")]
use std::sync::OnceLock;

/// What keeps a command from the rest of this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sandbox {
    /// A view of the system of its own, made by `bwrap`: the folder, the programs, no network, nobody else's processes.
    Bubblewrap,
    /// Landlock and a list of system calls: the folder, the programs, no network. Where the folder has a repository, its
    /// first level can get no new names, because what git keeps could not be kept out otherwise.
    Landlock,
    /// Nothing. Whoever agrees to a command agrees to whatever it does.
    None,
}

impl Sandbox {
    /// Whether it works here, found out once by trying it. Blocks for a moment then.
    pub fn works(self) -> bool {
        #[cfg(target_os = "linux")]
        {
            static VIEW: OnceLock<bool> = OnceLock::new();
            static RULES: OnceLock<bool> = OnceLock::new();
            match self {
                Self::Bubblewrap => *VIEW.get_or_init(bubblewrap::works),
                Self::Landlock => *RULES.get_or_init(confine::works),
                Self::None => true,
            }
        }
        #[cfg(not(target_os = "linux"))]
        {
            self == Self::None
        }
    }

    /// Whether a command reaches the network.
    pub(crate) fn has_network(self) -> bool {
        self == Self::None
    }
}

/// The first argument of the process that runs a command, before what it shall do.
pub const RUN: &str = "run-command";

/// The first argument of the process that keeps a program which is talked with, before its name and arguments.
const TALK: &str = "keep-program";

/// How far behind others a command stands when there is not enough of the processor, from 0 to 19.
#[cfg(target_os = "linux")]
const COURTESY: i32 = 10;

/// The first argument of the process that becomes the command, before the same.
#[cfg(target_os = "linux")]
const BECOME: &str = "become-command";

/// The best that works here, found out once by trying it. Blocks for a moment then.
pub fn sandbox() -> Sandbox {
    [Sandbox::Bubblewrap, Sandbox::Landlock]
        .into_iter()
        .find(|sandbox| sandbox.works())
        .unwrap_or(Sandbox::None)
}

/// Is a process that runs a command, if this one was started as such; `None` in every other one. To be called first of all in
/// `main`, when there is one thread and nothing is open yet.
pub fn running() -> Option<ExitCode> {
    #[cfg(unix)]
    match &std::env::args_os().collect::<Vec<_>>()[..] {
        [_, first, orders] if first == RUN => return Some(inside::watch(&orders.to_string_lossy())),
        [_, first, orders] if first == TALK => return Some(talk::watch(&orders.to_string_lossy())),
        #[cfg(target_os = "linux")]
        [_, first, orders] if first == BECOME => {
            return Some(inside::become_command(&orders.to_string_lossy()));
        }
        _ => {}
    }
    None
}

#[cfg(not(unix))]
pub(crate) async fn run(
    _: &crate::Workspace,
    _: &crate::call::Run,
    _: &crate::Limits,
) -> Result<crate::Done, crate::ToolError> {
    Err(crate::ToolError::Refused("commands are run on Linux and macOS only".to_owned()))
}
