//! An agent gives parts of its work away, and the process is killed while they are worked on: what is over is not done again, the
//! rest goes on by itself, and what all of them came to is taken up once.

use meanwhile_support::binary::Folder;
use meanwhile_support::job::asks;
use meanwhile_support::model_server::{Gate, ModelServer, call, stop, text, wait};
use serde_json::{Value, json};

/// How often a part's model was asked.
fn times_asked(server: &ModelServer, prompt: &str) -> usize {
    let is_about =
        |body: &Value| body["messages"].as_array().unwrap().iter().any(|said| said["content"] == prompt);
    server
        .requests()
        .iter()
        .filter(|asked| asked.path.ends_with("completions") && is_about(&asked.body))
        .count()
}

fn states(task: &Value) -> Vec<&str> {
    task["children"].as_array().unwrap().iter().map(|child| child["state"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn parts_of_a_job_outlive_two_kills_and_come_back_once() {
    let (folder, work, server) = (Folder::new(), tempfile::tempdir().unwrap(), ModelServer::start().await);
    std::fs::write(work.path().join("a.txt"), "the heron waits\n").unwrap();
    let serve = folder.serve().await;
    let add = ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&add).await.ok();
    let gate = Gate::new();
    let part = |prompt: &str| json!({ "title": format!("The {prompt} one"), "prompt": prompt });
    let parts = ["short", "long", "other", "edit"].map(part);
    let given = json!({ "tasks": parts });
    server.scripts_about("short", [vec![text("Short."), stop()]]);
    for prompt in ["long", "other"] {
        server.scripts_about(prompt, [vec![text("Half, "), wait(&gate), text("whole."), stop()]]);
    }
    let edit = call("edit_file", json!({ "path": "a.txt", "old": "heron", "new": "stork" }));
    server.scripts_about("edit", [asks([edit]), vec![text("A stork."), stop()]]);
    server.scripts("m", [asks([call("start_tasks", given)]), vec![text("All of it."), stop()]]);
    let start = json!({ "prompt": "Mend it", "model": "sim/m", "agent": "General", "folder": work.path() });
    let id = serve.client.start(&start).await["id"].as_str().unwrap().to_owned();

    let at_work = |task: &Value| {
        task["children"].as_array().unwrap().len() == 4
            && states(task) == ["completed", "running", "running", "waiting"]
            && task["reason"] == "children"
    };
    let begun = serve.client.until(&id, at_work).await;
    let ids: Vec<String> = begun["children"]
        .as_array()
        .unwrap()
        .iter()
        .map(|child| child["task_id"].as_str().unwrap().to_owned())
        .collect();
    server.until(|stats| stats.active == 2).await;
    serve.crash().await;
    let serve = folder.serve().await;
    serve.client.until(&id, at_work).await;
    server.until(|stats| stats.active == 2).await;

    let listed = folder.run(&["tasks"]).await.ok();
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 5, "{listed}");
    assert!(lines[0].starts_with("Working: 1 of 4 parts done") && lines[0].contains(&id), "{listed}");
    assert!(
        lines[4].starts_with("  Needs you: wants you") && lines[4].ends_with("Part 4 of 4: The edit one"),
        "{listed}"
    );
    let shown = folder.run(&["show", &id]).await.ok();
    assert!(shown.contains("Parts         Done") && shown.contains(&ids[3]), "{shown}");
    let asked = folder.run(&["approvals", "--json"]).await.json()["approvals"][0].clone();
    assert_eq!(
        (asked["task_id"].as_str(), asked["title"].as_str()),
        (Some(ids[3].as_str()), Some("Part 4 of 4: The edit one"))
    );
    assert_eq!(serve.client.task(&ids[3]).await["parent_id"], id);

    serve.crash().await;
    gate.open();
    let serve = folder.serve().await;
    serve.client.until(&id, |task| states(task)[..3] == ["completed"; 3]).await;
    folder.run(&["approve", &asked["id"].to_string(), "--yes"]).await.ok();
    let done = serve.client.until(&id, |task| task["delivery"]["state"] == "delivered").await;
    assert_eq!((done["state"].as_str(), done["text"].as_str()), (Some("completed"), Some("All of it.")));
    assert_eq!(done["files_changed"], 1);
    assert_eq!(["short", "long", "other", "edit"].map(|prompt| times_asked(&server, prompt)), [1, 3, 3, 2]);
    let steps = folder.run(&["steps", &id, "--json"]).await.json();
    let calls = steps["calls"].as_array().unwrap();
    assert_eq!((calls.len(), calls[0]["fact"].as_str()), (1, Some("4 of 4 parts done")));
    let told =
        server.requests().pop().unwrap().body["messages"].as_array().unwrap().last().unwrap()["content"]
            .clone();
    assert_eq!(told, calls[0]["result"], "the model was told what came back");
    assert!(
        told.as_str().unwrap().starts_with("Part 1 of 4: The short one (done)\nShort.\n\nPart 2 of 4"),
        "{told}"
    );
    for child in &ids {
        let child = serve.client.task(child).await;
        assert_eq!(
            (child["state"].as_str(), child["delivery"]["state"].as_str()),
            (Some("completed"), Some("suppressed"))
        );
    }
    folder.run(&["put-back", &id]).await.ok();
    assert_eq!(std::fs::read_to_string(work.path().join("a.txt")).unwrap(), "the heron waits\n");
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}
