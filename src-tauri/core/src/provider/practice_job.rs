//! What the practice model does as an agent: a small job that shows each part of one, to people who have no other model yet.

use super::practice_text::PRACTICE_LABEL;
use crate::model::{AskedCall, Said, SaidCall, ToolSpec};
use serde_json::{Value, json};

/// The file that it writes.
const NOTE: &str = "practice-note.md";

/// What it says next, and what it asks for; nothing more is asked for at the end.
pub(super) fn next(tools: &[ToolSpec], messages: &[Said]) -> (String, Vec<AskedCall>) {
    let has = |name: &str| tools.iter().any(|tool| tool.name == name);
    let made: Vec<&SaidCall> = messages.iter().flat_map(|said| &said.calls).collect();
    let of = |name: &str| made.iter().rev().find(|call| call.tool == name);
    let plan = |states: [&str; 3]| {
        let labels = ["Look at the folder", "Write a note about it", "Count its lines"];
        let items: Vec<Value> = labels
            .iter()
            .zip(states)
            .map(|(label, state)| json!({ "label": label, "state": state }))
            .collect();
        call("update_plan", &json!({ "plan": items }))
    };
    if !has("list_folder") || !has("write_file") {
        return match of("ask_user") {
            None if has("ask_user") => (
                format!(
                    "*{PRACTICE_LABEL}*\n\nWithout a folder there is little to do, so I ask you something."
                ),
                vec![call(
                    "ask_user",
                    &json!({ "question": "Which bird shall I praise?", "options": ["Heron", "Stork"] }),
                )],
            ),
            asked => {
                let answer = asked.map_or("", |asked| asked.result.as_str());
                (
                    format!(
                        "*{PRACTICE_LABEL}* {answer} A fine bird. Give me a folder next time, and I show more."
                    ),
                    Vec::new(),
                )
            }
        };
    }
    let Some(listed) = of("list_folder") else {
        let look = call("list_folder", &json!({ "path": "." }));
        let words = format!(
            "*{PRACTICE_LABEL}*\n\nI look at the folder first. That changes nothing, so nobody is asked."
        );
        return (words, vec![plan(["current", "pending", "pending"]), look]);
    };
    let Some(written) = of("write_file") else {
        let entries = listed.result.lines().count();
        let text = format!(
            "# A note for practice\n\nThe list of this folder has {entries} lines.\nPut this file back and it is gone.\n"
        );
        let write = call("write_file", &json!({ "path": NOTE, "content": text }));
        let words = "Now I write a file. That changes something, so you see it first and nothing happens before your yes.";
        return (words.to_owned(), vec![plan(["done", "current", "pending"]), write]);
    };
    if written.is_error {
        let words = format!("The note was not written, and nothing was changed. {REAL}");
        return last(&made, words, || plan(["done", "failed", "pending"]));
    }
    let counted = match of("run_command") {
        Some(counted) => counted,
        None if has("run_command") => {
            let count = call("run_command", &json!({ "command": format!("wc -l {NOTE}") }));
            let words =
                "Last I run a program on it. Programs are kept in the folder, and are asked about too.";
            return (words.to_owned(), vec![plan(["done", "done", "current"]), count]);
        }
        None => written,
    };
    let (end, state) = match counted.is_error {
        true => ("The program was not run.", "failed"),
        false => ("All three steps are done.", "done"),
    };
    let words = format!(
        "{end} `{NOTE}` is in the folder: look at the change above, and put it back if you like. {REAL}"
    );
    last(&made, words, || plan(["done", "done", state]))
}

/// The plan as it ended, and then the last words.
fn last(made: &[&SaidCall], words: String, plan: impl FnOnce() -> AskedCall) -> (String, Vec<AskedCall>) {
    match made.last() {
        Some(call) if call.tool == "update_plan" => (words, Vec::new()),
        _ => (String::new(), vec![plan()]),
    }
}

const REAL: &str = "A real model does the same with a job of yours.";

fn call(tool: &str, arguments: &Value) -> AskedCall {
    AskedCall { tool: tool.to_owned(), arguments: arguments.to_string(), opaque: None }
}
