//! The tools that there are, as a model is told of them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a tool does to this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing.
    Read,
    /// Changes files, which are named before.
    Write,
    /// Runs a command, which may change any file of the folder.
    Run,
}

/// A tool, as a model is told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// What it is called by.
    pub name: &'static str,
    /// What it does, for the model.
    pub description: &'static str,
    /// The JSON schema of its arguments.
    pub parameters: Value,
    /// What it does to this computer.
    pub effect: Effect,
}

pub(crate) const LIST: &str = "list_folder";
pub(crate) const READ: &str = "read_file";
pub(crate) const SEARCH: &str = "search_files";
pub(crate) const WRITE: &str = "write_file";
pub(crate) const EDIT: &str = "edit_file";
pub(crate) const DELETE: &str = "delete_file";
pub(crate) const RUN: &str = "run_command";

/// The tools that there are, always in the same order: a prompt that does not change is cheaper.
pub fn specs() -> Vec<Spec> {
    let path = |what: &str| json!({ "type": "string", "description": what });
    let file = "The file, from the folder on, such as src/main.rs.";
    vec![
        Spec {
            name: LIST,
            description: "Lists the files and folders in the working folder or a folder in it. Ignored ones are left out and named.",
            parameters: object(
                json!({
                    "path": path("The folder, from the working folder on. Without it: the working folder itself."),
                    "depth": { "type": "integer", "minimum": 1, "maximum": 16, "description": "How many levels. Without it: 2." },
                }),
                &[],
            ),
            effect: Effect::Read,
        },
        Spec {
            name: READ,
            description: "Reads a text file, with the number of each line before it.",
            parameters: object(
                json!({
                    "path": path(file),
                    "from_line": { "type": "integer", "minimum": 1, "description": "The first line to read. Without it: 1." },
                    "lines": { "type": "integer", "minimum": 1, "description": "How many lines. Without it: 2000." },
                }),
                &["path"],
            ),
            effect: Effect::Read,
        },
        Spec {
            name: SEARCH,
            description: "Finds lines in the files of the working folder, by `text` or by `regex`. Answers path:line: text. Ignored and binary files are left out.",
            parameters: object(
                json!({
                    "text": { "type": "string", "description": "The exact words to find." },
                    "regex": { "type": "string", "description": "A regular expression in Rust's syntax, instead of `text`." },
                    "path": path("A folder or file to look in. Without it: the whole working folder."),
                    "glob": { "type": "string", "description": "Only files whose path fits, such as *.rs or src/**/*.ts." },
                }),
                &[],
            ),
            effect: Effect::Read,
        },
        Spec {
            name: WRITE,
            description: "Writes a whole file: makes it, with the folders it needs, or replaces it. To change a part, use edit_file.",
            parameters: object(
                json!({ "path": path(file), "content": { "type": "string", "description": "All that shall stand in it." } }),
                &["path", "content"],
            ),
            effect: Effect::Write,
        },
        Spec {
            name: EDIT,
            description: "Replaces a piece of a text file. `old` has to stand there exactly, with its white space, and once unless `all` is true.",
            parameters: object(
                json!({
                    "path": path(file),
                    "old": { "type": "string", "description": "What stands there, without line numbers." },
                    "new": { "type": "string", "description": "What shall stand there instead." },
                    "all": { "type": "boolean", "description": "Replace every place. Without it: false." },
                }),
                &["path", "old", "new"],
            ),
            effect: Effect::Write,
        },
        Spec {
            name: DELETE,
            description: "Deletes one file.",
            parameters: object(json!({ "path": path(file) }), &["path"]),
            effect: Effect::Write,
        },
        Spec {
            name: RUN,
            description: "Runs a command with /bin/sh in the working folder and answers its output. There is usually no network, .git cannot be written, and what it leaves running is ended with it.",
            parameters: object(
                json!({
                    "command": { "type": "string", "description": "The command line." },
                    "timeout_s": { "type": "integer", "minimum": 1, "description": "Seconds after which it is ended." },
                }),
                &["command"],
            ),
            effect: Effect::Run,
        },
    ]
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}
