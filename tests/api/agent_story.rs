//! A real job by a scripted model with real tools, from the command line alone: forty files read, twelve edited behind a yes each, the
//! folder's own test run, a cap of steps, two kills, and everything put back.

use meanwhile_support::binary::Folder;
use meanwhile_support::harness::FACT_LIMIT;
use meanwhile_support::model_server::{Gate, ModelServer, Step, call, done, finish, stop, text, wait};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const FILES: usize = 40;
const WRONG: usize = 12;

fn name(file: usize) -> String {
    format!("notes/{file:02}.txt")
}

/// Forty notes, twelve of them with a mistake, and a test that finds it.
fn job(folder: &Path) {
    std::fs::create_dir(folder.join("notes")).unwrap();
    for file in 0..FILES {
        let bird = if file < WRONG { "hernon" } else { "heron" };
        std::fs::write(folder.join(name(file)), format!("Note {file}.\nThe {bird} waits.\n")).unwrap();
    }
    // Each run leaves a line: nothing may run twice for one yes. The first one does not end by itself.
    let test = "echo run >> runs.log\nwhile [ $(wc -l < runs.log) -lt 2 ]; do sleep 0.1; done\n! grep -rl hernon notes\n";
    std::fs::write(folder.join("test.sh"), test).unwrap();
}

fn contents(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for file in (0..FILES).map(name).chain(["test.sh", "runs.log"].map(str::to_owned)) {
        if let Ok(text) = std::fs::read_to_string(folder.join(&file)) {
            all.insert(file, text);
        }
    }
    all
}

fn asks(calls: impl IntoIterator<Item = Step>) -> Vec<Step> {
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

/// Waits until a program has written its file: nobody else knows that it is at work.
async fn begun(file: &Path) {
    let wait = async {
        while !file.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(FACT_LIMIT, wait).await.expect("the program was never begun");
}

async fn approvals(folder: &Folder, task: &str) -> Vec<Value> {
    let open = folder.run(&["approvals", "--task", task, "--json"]).await.json();
    open["approvals"].as_array().unwrap().clone()
}

async fn approve_all(folder: &Folder, task: &str) -> usize {
    let open = approvals(folder, task).await;
    for approval in &open {
        folder.run(&["approve", &approval["id"].to_string(), "--yes"]).await.ok();
    }
    open.len()
}

// F9
#[tokio::test]
async fn an_agent_does_a_real_job_behind_approvals_through_two_kills_and_all_of_it_is_put_back() {
    let (folder, work, server) = (Folder::new(), tempfile::tempdir().unwrap(), ModelServer::start().await);
    job(work.path());
    let before = contents(work.path());
    let serve = folder.serve().await;
    let add = ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&add).await.ok();

    let held = Gate::new();
    let reads = (0..FILES).map(|file| call("read_file", json!({ "path": name(file) })));
    let edit = |file| call("edit_file", json!({ "path": name(file), "old": "hernon", "new": "heron" }));
    let edits = || [plan(["done", "current", "pending"], 0)].into_iter().chain((0..WRONG).map(edit));
    server.scripts(
        "m",
        [
            asks(
                [text("I read all of it."), plan(["current", "pending", "pending"], 0)]
                    .into_iter()
                    .chain(reads),
            ),
            // The first kill comes while the model thinks about what it read.
            [vec![wait(&held)], asks(edits())].concat(),
            asks(edits()),
            asks([
                plan(["done", "done", "current"], WRONG),
                call("run_command", json!({ "command": "sh test.sh" })),
            ]),
            vec![text("Twelve notes said hernon; now all say heron, and the test passes."), stop()],
        ],
    );
    let path = work.path().to_str().unwrap();
    let ask = [
        "ask",
        "--background",
        "--agent",
        "General",
        "--folder",
        path,
        "--model",
        "sim/m",
        "--max-steps",
        "41",
        "--json",
    ];
    let task = folder.run(&[&ask[..], &["Mend the notes"]].concat()).await.json();
    let id = task["id"].as_str().unwrap().to_owned();

    held.reached().await;
    serve.crash().await;
    let serve = folder.serve().await;
    // Forty reads and the plan are done, and the twelve edits are more than its cap.
    let capped = serve.client.until(&id, |task| task["reason"] == "budget").await;
    assert_eq!(capped["error"]["message"], "Its cap of 41 steps is reached.");
    assert_eq!(capped["progress"]["total"], 3);
    let reads_done = |calls: &Value| {
        calls["calls"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|c| c["tool"] == "read_file" && c["state"] == "done")
            .count()
    };
    assert_eq!(
        reads_done(&folder.run(&["steps", &id, "--json"]).await.json()),
        FILES,
        "no step was done twice"
    );
    folder.run(&["budget", &id, "--max-steps", "200"]).await.ok();

    serve.client.until(&id, |task| task["reason"] == "approval").await;
    assert_eq!(contents(work.path()), before, "nothing was changed without a yes");
    assert_eq!(approve_all(&folder, &id).await, WRONG);

    // The test of the folder waits for its own yes, is begun, and the second kill comes while it runs.
    let asked = serve.client.until(&id, |task| task["reason"] == "approval" && task["approvals"] == 1).await;
    assert_eq!(asked["progress"]["done"], 2);
    let command = approvals(&folder, &id).await.remove(0);
    assert_eq!(command["detail"]["line"], "sh test.sh");
    assert_eq!(approve_all(&folder, &id).await, 1);
    begun(&work.path().join("runs.log")).await;
    serve.crash().await;

    let serve = folder.serve().await;
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    let again = approvals(&folder, &id).await.remove(0);
    assert!(again["note"].as_str().unwrap().contains("nobody knows how far it came"), "{again}");
    assert_eq!(approve_all(&folder, &id).await, 1);
    let done = serve.client.until_state(&id, "completed").await;
    assert!(done["text"].as_str().unwrap().ends_with("and the test passes."), "{}", done["text"]);
    let steps = folder.run(&["steps", &id, "--json"]).await.json();
    assert_eq!(reads_done(&steps), FILES);
    let test = steps["calls"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (test["state"].as_str(), test["tool"].as_str()),
        (Some("done"), Some("run_command")),
        "{test}"
    );
    let runs = std::fs::read_to_string(work.path().join("runs.log")).unwrap();
    assert_eq!(runs.lines().count(), 2, "once for each yes");

    let diff = folder.run(&["changes", &id]).await.ok();
    assert_eq!(diff.matches("-The hernon waits.").count(), WRONG);
    let told = serve.client.until(&id, |task| task["delivery"]["state"] == "delivered").await;
    assert_eq!(told["files_changed"], WRONG + 1);
    folder.run(&["put-back", &id]).await.ok();
    assert_eq!(contents(work.path()), before);
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}
