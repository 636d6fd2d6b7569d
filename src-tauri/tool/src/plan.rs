//! What a call would do, before it does anything.

use crate::call::Call;
use crate::command::Sandbox;
use crate::file::{self, Change};
use crate::limits::Limits;
use crate::spec::Effect;
use crate::text::{short, visible};
use crate::{ToolError, Workspace, diff};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Letters of a summary.
const SUMMARY: usize = 120;

/// What a call would do, for the person who may agree to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// What it does to this computer.
    pub effect: Effect,
    /// One line, such as ``Edit src/main.rs`` or ``Run `cargo test` ``.
    pub summary: String,
    /// The files it will write, from the folder on. A command may write any of them and names none.
    pub writes: Vec<String>,
    /// All of it.
    pub detail: Detail,
    /// SHA-256 in hexadecimal digits over everything that what happens depends on: the tool, its arguments, the folder, what
    /// stands in the files it would change, the sandbox. What is agreed to is this.
    pub basis: String,
}

/// All that a call would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Detail {
    /// It only reads.
    None,
    /// It changes a file.
    Diff {
        /// Which, from the folder on.
        path: String,
        /// A unified diff, at most 256 KiB; of what would be written nothing is left out. Letters that nobody sees are written as their numbers, such as `\u{202e}`.
        text: String,
        /// Lines that come.
        added: u32,
        /// Lines that go.
        removed: u32,
        /// Whether there is no such file yet.
        is_new: bool,
    },
    /// It runs a command.
    Command {
        /// The command line, with the same letters made visible.
        line: String,
        /// Where.
        folder: String,
        /// What keeps it from the rest of this computer.
        sandbox: Sandbox,
        /// Whether it reaches the network.
        network: bool,
    },
}

/// Says what a call would do. Changes nothing. Blocks while files are read.
///
/// # Errors
/// In words with which the model can mend its call.
pub fn plan(workspace: &Workspace, tool: &str, arguments: &str) -> Result<Planned, ToolError> {
    prepare(workspace, tool, arguments, &Limits::default()).map(|prepared| prepared.planned)
}

/// A call, what it would do, and the file it would change.
pub(crate) struct Prepared {
    pub planned: Planned,
    pub call: Call,
    pub change: Option<Change>,
}

pub(crate) fn prepare(
    workspace: &Workspace,
    tool: &str,
    arguments: &str,
    limits: &Limits,
) -> Result<Prepared, ToolError> {
    let call = Call::read(tool, arguments)?;
    let change = match &call {
        Call::Write(write) => Some(file::write(workspace, write, limits)?),
        Call::Edit(edit) => Some(file::edit(workspace, edit, limits)?),
        Call::Delete(delete) => Some(file::delete(workspace, delete, limits)?),
        Call::List(_) | Call::Read(_) | Call::Search(_) | Call::Run(_) => None,
    };
    let detail = match (&call, &change) {
        (Call::Run(run), _) => {
            if run.command.trim().is_empty() || run.command.contains('\0') {
                return Err(ToolError::Arguments("`command` has to be a command line".to_owned()));
            }
            let sandbox = workspace.sandbox();
            Detail::Command {
                line: visible(&run.command),
                folder: visible(&workspace.path().to_string_lossy()),
                sandbox,
                network: sandbox.has_network(),
            }
        }
        (_, Some(change)) => shown(change)?,
        (_, None) => {
            check_reading(workspace, &call)?;
            Detail::None
        }
    };
    let planned = Planned {
        effect: call.effect(),
        summary: summary(&call, change.as_ref()),
        writes: change.iter().map(|change| change.place.name().to_owned()).collect(),
        basis: basis(workspace, &call, change.as_ref())?,
        detail,
    };
    Ok(Prepared { planned, call, change })
}

/// A change as it is shown. What nobody could see all of is not asked for.
fn shown(change: &Change) -> Result<Detail, ToolError> {
    let (name, after) = (change.place.name(), change.after.as_deref());
    if after.is_some_and(|after| after.contains(&0)) {
        let why = "what is written has to be text, and there is a zero byte (\\u0000) in this";
        return Err(ToolError::Arguments(format!("{name}: {why}")));
    }
    let shown = diff::of(name, change.before.as_deref(), after);
    if shown.is_whole {
        return Ok(shown.detail);
    }
    let most = diff::SHOWN >> 10;
    Err(ToolError::Arguments(format!(
        "{name}: this is more than the user can be shown at once ({most} KiB). Write it in pieces: a beginning with write_file, \
         then the rest with several edit_file"
    )))
}

/// What reads is refused before it is run if its arguments lead nowhere.
fn check_reading(workspace: &Workspace, call: &Call) -> Result<(), ToolError> {
    match call {
        Call::Read(read) => workspace.readable(&read.path).map(drop),
        Call::List(list) => workspace.readable(list.path.as_deref().unwrap_or(".")).map(drop),
        Call::Search(search) => file::Finder::new(workspace, search).map(drop),
        _ => Ok(()),
    }
}

fn summary(call: &Call, change: Option<&Change>) -> String {
    let path = |path: &Option<String>| path.as_deref().unwrap_or(".").to_owned();
    let named = change.map_or("", |change| change.place.name());
    let words = match call {
        Call::List(list) => format!("List {}", path(&list.path)),
        Call::Read(read) => format!("Read {}", read.path),
        Call::Search(search) => {
            let what = search.text.as_deref().or(search.regex.as_deref()).unwrap_or_default();
            format!("Search for `{what}` in {}", path(&search.path))
        }
        Call::Write(_) if change.is_some_and(|change| change.before.is_none()) => format!("Create {named}"),
        Call::Write(_) => format!("Replace {named}"),
        Call::Edit(_) => format!("Edit {named}"),
        Call::Delete(_) => format!("Delete {named}"),
        Call::Run(run) => format!("Run `{}`", run.command.trim()),
    };
    short(&words, SUMMARY)
}

fn basis(workspace: &Workspace, call: &Call, change: Option<&Change>) -> Result<String, ToolError> {
    #[derive(Serialize)]
    struct Basis<'a> {
        form: u32,
        tool: &'a str,
        arguments: &'a Call,
        folder: &'a str,
        folder_id: (u64, u64),
        files: Vec<(&'a str, Option<String>)>,
        sandbox: Option<Sandbox>,
    }
    let basis = Basis {
        form: 1,
        tool: call.tool(),
        arguments: call,
        folder: &workspace.path().to_string_lossy(),
        folder_id: workspace.id()?,
        files: change
            .map(|change| (change.place.name(), change.before.as_deref().map(hash)))
            .into_iter()
            .collect(),
        sandbox: (call.effect() == Effect::Run).then(|| workspace.sandbox()),
    };
    let words = serde_json::to_vec(&basis).map_err(|error| ToolError::Failed(error.to_string()))?;
    Ok(hash(&words))
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}
