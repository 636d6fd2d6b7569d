//! A real job for an agent: forty notes to read, twelve with a mistake to mend, and a test of their folder that finds it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::model_server::{Gate, Step, call, done, finish, stop, text, wait};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Notes in the folder.
pub const FILES: usize = 40;
/// Those with the mistake: the first ones.
pub const WRONG: usize = 12;
/// Calls after which its cap is to stop it: all that was read, and the plan.
pub const CAP: u32 = FILES as u32 + 1;
/// What the test of the folder is called with.
pub const TEST: &str = "sh test.sh";
/// The last words of the answer.
pub const SUMMARY: &str = "Twelve notes said hernon; now all say heron, and the test passes.";

/// A note's name.
pub fn name(file: usize) -> String {
    format!("notes/{file:02}.txt")
}

/// Puts the notes and the test into a folder.
pub fn prepare(folder: &Path) {
    std::fs::create_dir(folder.join("notes")).unwrap();
    for file in 0..FILES {
        let bird = if file < WRONG { "hernon" } else { "heron" };
        std::fs::write(folder.join(name(file)), format!("Note {file}.\nThe {bird} waits.\n")).unwrap();
    }
    // Each run leaves a line: nothing may run twice for one yes. The first one does not end by itself.
    let test = "echo run >> runs.log\nwhile [ $(wc -l < runs.log) -lt 2 ]; do sleep 0.1; done\n! grep -rl hernon notes\n";
    std::fs::write(folder.join("test.sh"), test).unwrap();
}

/// All that stands in the folder.
pub fn contents(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for file in (0..FILES).map(name).chain(["test.sh", "runs.log"].map(str::to_owned)) {
        if let Ok(text) = std::fs::read_to_string(folder.join(&file)) {
            all.insert(file, text);
        }
    }
    all
}

/// How often the test was begun.
pub fn runs(folder: &Path) -> usize {
    std::fs::read_to_string(folder.join("runs.log")).map_or(0, |log| log.lines().count())
}

/// Waits until the test was begun: nobody else knows that it is at work.
pub async fn test_begun(folder: &Path) {
    let wait = async {
        while runs(folder) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(crate::harness::FACT_LIMIT, wait).await.expect("the test was never begun");
}

/// The end of an answer that asks for tools.
pub fn asks(calls: impl IntoIterator<Item = Step>) -> Vec<Step> {
    calls.into_iter().chain([finish("tool_calls"), done()]).collect()
}

fn plan(states: [&str; 3], edited: usize) -> Step {
    call(
        "update_plan",
        json!({ "plan": [
            { "label": "Read all notes", "state": states[0], "total": FILES },
            { "label": "Mend the mistakes", "state": states[1], "done": edited, "total": WRONG },
            { "label": "Run the test", "state": states[2] },
        ] }),
    )
}

/// What the model says. Its second request is held until its program is killed, and comes again.
pub fn answers(held: &Gate) -> [Vec<Step>; 5] {
    let reads = (0..FILES).map(|file| call("read_file", json!({ "path": name(file) })));
    let edit = |file| call("edit_file", json!({ "path": name(file), "old": "hernon", "new": "heron" }));
    let edits = || asks([plan(["done", "current", "pending"], 0)].into_iter().chain((0..WRONG).map(edit)));
    let looks = [text("I read all of it."), plan(["current", "pending", "pending"], 0)];
    [
        asks(looks.into_iter().chain(reads)),
        [vec![wait(held)], edits()].concat(),
        edits(),
        asks([plan(["done", "done", "current"], WRONG), call("run_command", json!({ "command": TEST }))]),
        vec![text(SUMMARY), stop()],
    ]
}
