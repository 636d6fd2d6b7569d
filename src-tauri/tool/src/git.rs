//! What a task changed in a copy of a folder, offered as a branch of that folder's repository.
//!
//! Only commands of git that touch its store and its list of branches: no working tree, no index, no stash, no checkout. What a
//! hostile repository has in its settings cannot run: hooks, watchers, filters and fetching are switched off for each command, and
//! the settings of the user and the system are not read.

use crate::ToolError;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file as it stands in the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// From the folder on.
    pub path: String,
    /// Its bytes, or the words of a link; `None` when it is not there.
    pub bytes: Option<Vec<u8>>,
    /// What it is.
    pub is: FiledAs,
}

/// What a file is to git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FiledAs {
    /// One to read.
    Plain,
    /// One to run.
    Program,
    /// One that leads elsewhere.
    Link,
}

/// A branch that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// As git calls it.
    pub name: String,
    /// The commit at its end.
    pub commit: String,
}

/// What is said of a new commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What the branch is called; where there is another of that name, a number follows.
    pub branch: String,
    /// What the commit says.
    pub words: String,
    /// Its time, as seconds since 1970: the same work is the same commit.
    pub at_s: i64,
}

/// Names that are tried for a branch.
const NAMES: u32 = 20;

/// A commit that a folder's repository stands at.
///
/// # Errors
/// [`ToolError::Folder`], in words: no repository, none with a commit, or no git on this computer.
pub fn head(folder: &Path) -> Result<String, ToolError> {
    Repository::of(folder)?
        .say(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], b"", &[])
        .map_err(|_| ToolError::Folder("git knows no commit there yet; make one first".to_owned()))
}

/// Makes a branch that is `base` with these files as they are said to be. Made before, it is found again. `index` is a file that is
/// not there, for git to work with; it may be there afterwards. Blocks.
///
/// # Errors
/// [`ToolError::Folder`] or [`ToolError::Failed`] in the words of git; no branch was made.
pub fn branch(
    folder: &Path,
    base: &str,
    files: &[Filed],
    message: &Message,
    index: &Path,
) -> Result<Branch, ToolError> {
    let repository = Repository::of(folder)?;
    let prefix = repository.prefix.clone();
    let at = format!("{} +0000", message.at_s);
    let with = [
        ("GIT_INDEX_FILE", index.as_os_str()),
        ("GIT_AUTHOR_DATE", at.as_ref()),
        ("GIT_COMMITTER_DATE", at.as_ref()),
    ];
    repository.say(&["read-tree", base], b"", &with)?;
    let mut changes = Vec::new();
    for file in files {
        let (mode, hash) = match &file.bytes {
            Some(bytes) => (
                file.is.mode(),
                repository.say(&["hash-object", "-w", "--no-filters", "--stdin"], bytes, &with)?,
            ),
            None => ("0", "0".repeat(base.len())),
        };
        changes.extend_from_slice(format!("{mode} {hash}\t{prefix}{}\0", file.path).as_bytes());
    }
    repository.say(&["update-index", "-z", "--index-info"], &changes, &with)?;
    let tree = repository.say(&["write-tree"], b"", &with)?;
    let commit =
        repository.say(&["commit-tree", &tree, "-p", base, "-F", "-"], message.words.as_bytes(), &with)?;
    for number in 1..=NAMES {
        let name = if number == 1 { message.branch.clone() } else { format!("{}-{number}", message.branch) };
        let reference = format!("refs/heads/{name}");
        // It must not be there: nothing of anybody is moved.
        let none = "0".repeat(commit.len());
        match repository.say(&["update-ref", &reference, &commit, &none], b"", &with) {
            Ok(_) => return Ok(Branch { name, commit }),
            Err(error) => match repository.say(&["rev-parse", "--verify", "--quiet", &reference], b"", &with)
            {
                Ok(there) if there == commit => return Ok(Branch { name, commit }),
                Ok(_) => {}
                Err(_) => return Err(error),
            },
        }
    }
    Err(ToolError::Failed(format!("there are {NAMES} branches called {} already", message.branch)))
}

impl FiledAs {
    fn mode(self) -> &'static str {
        match self {
            Self::Plain => "100644",
            Self::Program => "100755",
            Self::Link => "120000",
        }
    }
}

/// Against what a repository may say of itself: to run programs, fetch, or be another one than it seems.
const SETTINGS: [&str; 7] = [
    "commit.gpgsign=false",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.useReplaceRefs=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
];

/// What git keeps of a folder, and where in it the folder is: empty, or ending with `/`.
struct Repository {
    kept: PathBuf,
    prefix: String,
}

impl Repository {
    fn of(folder: &Path) -> Result<Self, ToolError> {
        let mut ask = git();
        ask.arg("-C").arg(folder).args(["rev-parse", "--absolute-git-dir", "--show-prefix"]);
        let said = run(ask, b"").map_err(|error| match error {
            ToolError::Failed(words) => ToolError::Folder(words),
            error => error,
        })?;
        let (kept, prefix) = said.split_once('\n').unwrap_or((&said, ""));
        Ok(Self { kept: PathBuf::from(kept), prefix: prefix.to_owned() })
    }

    fn say(
        &self,
        words: &[&str],
        input: &[u8],
        with: &[(&str, &std::ffi::OsStr)],
    ) -> Result<String, ToolError> {
        let mut ask = git();
        // Not from inside of its folder: paths are meant from its root on, and no working tree is looked for.
        ask.arg("--git-dir").arg(&self.kept).args(words).current_dir(&self.kept).envs(with.iter().copied());
        run(ask, input)
    }
}

/// git with nothing of what settings could have it run.
fn git() -> Command {
    let mut git = Command::new("git");
    git.env_clear();
    for name in ["PATH", "SYSTEMROOT"] {
        if let Some(value) = std::env::var_os(name) {
            git.env(name, value);
        }
    }
    let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
    git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", nowhere).env("GIT_TERMINAL_PROMPT", "0");
    git.env("GIT_NO_LAZY_FETCH", "1").env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    for (who, mail) in
        [("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"), ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")]
    {
        git.env(who, "Meanwhile").env(mail, "meanwhile@localhost");
    }
    for setting in SETTINGS {
        git.args(["-c", setting]);
    }
    git.arg("-c").arg(format!("core.hooksPath={nowhere}"));
    git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    git
}

/// What it says, without the end of the line.
fn run(mut command: Command, input: &[u8]) -> Result<String, ToolError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => ToolError::Folder("git is not on this computer".to_owned()),
        _ => ToolError::Failed(error.to_string()),
    };
    let mut child = command.spawn().map_err(failed)?;
    let input = input.to_owned();
    // Beside the reading: neither waits for the other.
    let written = child.stdin.take().map(|mut to| std::thread::spawn(move || to.write_all(&input)));
    let said = child.wait_with_output().map_err(failed)?;
    if let Some(written) = written {
        let _ = written.join();
    }
    if !said.status.success() {
        let words = String::from_utf8_lossy(&said.stderr);
        let line = words.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("git did not do it");
        return Err(ToolError::Failed(line.trim_start_matches("fatal: ").to_owned()));
    }
    let text =
        String::from_utf8(said.stdout).map_err(|_| ToolError::Failed("git answers no text".to_owned()))?;
    Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
}
