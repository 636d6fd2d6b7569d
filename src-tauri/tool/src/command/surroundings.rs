//! What a command sees of the user's surroundings: a few variables by name, and the folders of tools.

use super::Sandbox;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Variables that are handed on as they are. Everything else may be a secret.
const VARIABLES: [&str; 5] = ["LANG", "LANGUAGE", "TZ", "USER", "LOGNAME"];

/// Folders of the system in which programs are.
pub(super) const SYSTEM: [&str; 8] =
    ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix/store"];

/// Where tools that a user installs for themselves are, from their folder on. None of these holds a key.
const TOOLS: [&str; 18] = [
    ".local/bin",
    ".local/lib",
    ".local/share/mise/installs",
    ".local/share/uv/python",
    ".local/share/uv/tools",
    ".local/share/fnm",
    ".asdf/installs",
    ".asdf/shims",
    ".bun/bin",
    ".deno/bin",
    ".nvm/versions",
    ".pyenv",
    ".rbenv",
    ".sdkman/candidates",
    ".volta",
    "go/bin",
    "go/pkg/mod",
    ".ghcup/bin",
];

/// Parts of cargo's folder. Its key for publishing is beside them.
const CARGO: [&str; 3] = ["bin", "git", "registry"];

/// The variables of a command, and the folders besides the system's that it sees.
pub(super) struct Surroundings {
    pub variables: Vec<(OsString, OsString)>,
    pub seen: Vec<PathBuf>,
    pub home: PathBuf,
}

impl Surroundings {
    pub fn of(sandbox: Sandbox) -> Self {
        let home = env::home_dir().filter(|home| is_home(home)).unwrap_or_else(|| PathBuf::from("/tmp/home"));
        let cargo = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
        let rustup = env::var_os("RUSTUP_HOME").map_or_else(|| home.join(".rustup"), PathBuf::from);
        let tools = TOOLS.iter().map(|tool| home.join(tool));
        let seen = tools.chain(CARGO.iter().map(|part| cargo.join(part))).chain([rustup.clone()]);
        let seen: Vec<_> = seen.filter(|folder| folder.is_absolute() && folder.is_dir()).collect();

        let mut variables: Vec<(OsString, OsString)> = env::vars_os()
            .filter(|(name, _)| {
                let name = name.to_string_lossy();
                VARIABLES.contains(&&*name) || name.starts_with("LC_")
            })
            .collect();
        let mut set = |name: &str, value: OsString| variables.push((name.into(), value));
        set("PATH", path(sandbox, &seen));
        set("HOME", home.clone().into());
        set("TERM", "dumb".into());
        set("PAGER", "cat".into());
        set("GIT_PAGER", "cat".into());
        // What git keeps cannot be written; without this it would try.
        set("GIT_OPTIONAL_LOCKS", "0".into());
        set("GIT_TERMINAL_PROMPT", "0".into());
        if cargo.is_dir() {
            set("CARGO_HOME", cargo.into());
        }
        if rustup.is_dir() {
            set("RUSTUP_HOME", rustup.into());
        }
        if !sandbox.has_network() {
            set("CARGO_NET_OFFLINE", "true".into());
        }
        Self { variables, seen, home }
    }
}

/// A folder that can be hidden without hiding the system.
fn is_home(home: &Path) -> bool {
    home.is_absolute() && home.parent().is_some() && !SYSTEM.iter().any(|system| home.starts_with(system))
}

/// Where programs are looked for: nothing that the command cannot see.
fn path(sandbox: Sandbox, seen: &[PathBuf]) -> OsString {
    let own = env::var_os("PATH").unwrap_or_default();
    let can_be_seen = |folder: &PathBuf| {
        let is_system = SYSTEM.iter().any(|system| folder.starts_with(system));
        folder.is_absolute()
            && (sandbox == Sandbox::None || is_system || seen.iter().any(|seen| folder.starts_with(seen)))
    };
    let folders: Vec<_> = env::split_paths(&own).filter(can_be_seen).collect();
    match env::join_paths(folders) {
        Ok(path) if !path.is_empty() => path,
        _ => "/usr/local/bin:/usr/bin:/bin".into(),
    }
}
