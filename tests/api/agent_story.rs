//! A real job by a scripted model with real tools, from the command line alone: forty files read, twelve edited behind a yes each, the
//! folder's own test run, a cap of steps, two kills, and everything put back.

use meanwhile_support::binary::Folder;
use meanwhile_support::harness::FACT_LIMIT;
use meanwhile_support::job::{self, FILES, WRONG};
use meanwhile_support::model_server::{Gate, ModelServer, call, stop, text};
use serde_json::{Value, json};
use std::time::Duration;

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
    job::prepare(work.path());
    let before = job::contents(work.path());
    let serve = folder.serve().await;
    let add = ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&add).await.ok();

    let held = Gate::new();
    server.scripts("m", job::answers(&held));
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
        &job::CAP.to_string(),
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
    assert_eq!(job::contents(work.path()), before, "nothing was changed without a yes");
    assert_eq!(approve_all(&folder, &id).await, WRONG);

    // The test of the folder waits for its own yes, is begun, and the second kill comes while it runs.
    let asked = serve.client.until(&id, |task| task["reason"] == "approval" && task["approvals"] == 1).await;
    assert_eq!(asked["progress"]["done"], 2);
    let command = approvals(&folder, &id).await.remove(0);
    assert_eq!(command["detail"]["line"], job::TEST);
    assert_eq!(approve_all(&folder, &id).await, 1);
    job::test_begun(work.path()).await;
    serve.crash().await;

    let serve = folder.serve().await;
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    let again = approvals(&folder, &id).await.remove(0);
    assert!(again["note"].as_str().unwrap().contains("nobody knows how far it came"), "{again}");
    assert_eq!(approve_all(&folder, &id).await, 1);
    let done = serve.client.until_state(&id, "completed").await;
    assert!(done["text"].as_str().unwrap().ends_with(job::SUMMARY), "{}", done["text"]);
    let steps = folder.run(&["steps", &id, "--json"]).await.json();
    assert_eq!(reads_done(&steps), FILES);
    let test = steps["calls"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (test["state"].as_str(), test["tool"].as_str()),
        (Some("done"), Some("run_command")),
        "{test}"
    );
    assert_eq!(job::runs(work.path()), 2, "once for each yes");

    let diff = folder.run(&["changes", &id]).await.ok();
    assert_eq!(diff.matches("-The hernon waits.").count(), WRONG);
    let told = serve.client.until(&id, |task| task["delivery"]["state"] == "delivered").await;
    assert_eq!(told["files_changed"], WRONG + 1);
    folder.run(&["put-back", &id]).await.ok();
    assert_eq!(job::contents(work.path()), before);
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}

// F62
#[tokio::test]
async fn a_stop_in_the_middle_of_a_command_ends_all_of_it_and_what_it_left_can_be_put_back() {
    let (folder, work, server) = (Folder::new(), tempfile::tempdir().unwrap(), ModelServer::start().await);
    let serve = folder.serve().await;
    let add = ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&add).await.ok();
    // A length of sleep that is nobody else's.
    let mark = format!("{}.5", 400_000 + std::process::id());
    let command =
        format!("echo made > made.txt; (setsid sleep {mark} &); sleep {mark}; echo late > late.txt");
    server.scripts("m", [job::asks([call("run_command", json!({ "command": command }))])]);
    let start = json!({ "prompt": "x", "model": "sim/m", "agent": "General", "folder": work.path() });
    let task = serve.client.post("/background-agents/start", &start).await.expect(201);
    let id = task["id"].as_str().unwrap().to_owned();
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    assert_eq!(approve_all(&folder, &id).await, 1);
    let sleeping = |mark: &str| {
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let lines = all.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
        lines
            .filter(|line| line.starts_with(b"sleep") && String::from_utf8_lossy(line).contains(mark))
            .count()
    };
    let until = async |many: usize| {
        let wait = async {
            while sleeping(&mark) != many {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(FACT_LIMIT, wait).await.expect("the processes of the command");
    };
    until(2).await;
    folder.run(&["stop", &id]).await.ok();
    serve.client.until_state(&id, "cancelled").await;
    until(0).await;
    let left = folder.run(&["changes", &id]).await.ok();
    assert!(left.contains("made.txt") && !left.contains("late.txt"), "{left}");
    folder.run(&["put-back", &id]).await.ok();
    assert_eq!(std::fs::read_dir(work.path()).unwrap().count(), 0);
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}

#[tokio::test]
async fn a_command_that_is_cut_again_and_again_is_asked_for_each_time() {
    let (folder, work, server) = (Folder::new(), tempfile::tempdir().unwrap(), ModelServer::start().await);
    let mut serve = folder.serve().await;
    let add = ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&add).await.ok();
    let run = call("run_command", json!({ "command": "echo run >> runs.log; sleep 100" }));
    server.scripts("m", [job::asks([run])]);
    let start = json!({ "prompt": "x", "model": "sim/m", "agent": "General", "folder": work.path() });
    let task = serve.client.post("/background-agents/start", &start).await.expect(201);
    let id = task["id"].as_str().unwrap().to_owned();
    for times in 1..=3 {
        serve.client.until(&id, |task| task["reason"] == "approval").await;
        assert_eq!(approve_all(&folder, &id).await, 1);
        let begun = async {
            while job::runs(work.path()) < times {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(FACT_LIMIT, begun).await.expect("it was begun");
        serve.crash().await;
        serve = folder.serve().await;
    }
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    assert_eq!(job::runs(work.path()), 3, "once for each yes");
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}

// I19
#[tokio::test]
async fn each_of_two_commands_of_one_task_runs_after_the_folder_was_kept() {
    let (folder, work, server) = (Folder::new(), tempfile::tempdir().unwrap(), ModelServer::start().await);
    let serve = folder.serve().await;
    let add = ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&add).await.ok();
    let run = |line: &str| job::asks([call("run_command", json!({ "command": line }))]);
    server.scripts("m", [run("echo one > one.txt"), run("echo two > one.txt"), vec![text("Done."), stop()]]);
    let start = json!({ "prompt": "x", "model": "sim/m", "agent": "General", "folder": work.path() });
    let task = serve.client.post("/background-agents/start", &start).await.expect(201);
    let id = task["id"].as_str().unwrap();
    for _ in 0..2 {
        serve.client.until(id, |task| task["reason"] == "approval").await;
        assert_eq!(approve_all(&folder, id).await, 1);
    }
    serve.client.until_state(id, "completed").await;
    assert_eq!(std::fs::read_to_string(work.path().join("one.txt")).unwrap(), "two\n");
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
    folder.run(&["put-back", id]).await.ok();
    assert!(!work.path().join("one.txt").exists(), "as it was before the first of them");
}
