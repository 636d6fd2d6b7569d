//! The same for the steps of an agent: whatever it was doing when the program died, nothing is done more often than it was allowed.

use crate::moments::die_at_each;
use meanwhile_support::api_client::ApiClient;
use meanwhile_support::binary::Folder;
use meanwhile_support::model_server::{ModelServer, Step, call, done, finish, stop, text};
use reqwest::Method;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::path::Path;

/// Each with the times that it comes: one call looks, one edits, one runs a program.
const STEPS: [(&str, u32); 8] = [
    ("call asked", 3),
    ("call asked>started", 3),
    ("call started>done", 3),
    ("approval asked", 2),
    ("approval decided", 2),
    ("file kept", 1),
    ("folder kept", 1),
    ("running>completed", 1),
];

// F9
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_around_any_step_of_an_agent_nothing_is_done_more_often_than_it_was_allowed() {
    die_at_each(STEPS, die_and_go_on).await;
}

fn round() -> Vec<Step> {
    vec![
        text("I look and mend."),
        call("read_file", json!({ "path": "a.txt" })),
        call("edit_file", json!({ "path": "a.txt", "old": "end", "new": "x end" })),
        call("run_command", json!({ "command": "echo ran >> oracle.log" })),
        finish("tool_calls"),
        done(),
    ]
}

async fn die_and_go_on(point: &str) {
    let (folder, work, server) = (Folder::new(), tempfile::tempdir().unwrap(), ModelServer::start().await);
    std::fs::write(work.path().join("a.txt"), "the end\n").unwrap();
    let last = || vec![text("Done."), stop()];
    server.scripts("m", [round(), last()]);
    let mut serve = folder
        .serve_with(&[], |command| {
            command.env("MEANWHILE_FAILPOINT", point);
        })
        .await;
    let provider = json!({ "name": "sim", "kind": "openai-chat", "base_url": server.base_url() });
    serve.client.post("/providers", &provider).await.expect(201);
    let start = json!({ "prompt": "x", "model": "sim/m", "agent": "General", "folder": work.path() });
    // It may die before it has answered.
    let started = serve.client.request(Method::POST, "/background-agents/start").json(&start).send().await;
    if let Ok(answer) = started
        && let Ok(task) = answer.json::<Value>().await
    {
        let id = task["id"].as_str().unwrap();
        // Its last moment may be seen before it dies of it.
        let _ = allow_until_the_end(&serve.client, id).await;
    }
    assert_eq!(serve.ended().await.code(), None, "{point}: it dies at its moment");

    // What the answer asked for may be lost with it, and is asked again then.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let sql = Connection::open_with_flags(folder.path().join("meanwhile.db"), flags).unwrap();
    let id: String = sql.query_row("SELECT id FROM task", [], |r| r.get(0)).unwrap();
    let calls: i64 = sql.query_row("SELECT COUNT(*) FROM call", [], |r| r.get(0)).unwrap();
    server.scripts("m", if calls == 0 { vec![round(), last()] } else { vec![last()] });
    let serve = folder.serve().await;
    let end = allow_until_the_end(&serve.client, &id).await.expect("nothing ends it now");
    assert_eq!(end["state"], "completed", "{point}: {end:#}");
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }), "{point}");

    let allowed = |call: i64| -> i64 {
        let query = "SELECT COUNT(*) FROM approval WHERE call = ?1 AND consumed_seq IS NOT NULL";
        sql.query_row(query, [call], |r| r.get(0)).unwrap()
    };
    let count = |file: &str, what: &str| read(&work.path().join(file)).matches(what).count() as i64;
    let (edits, runs) = (count("a.txt", "x"), count("oracle.log", "ran"));
    assert!((1..=allowed(2)).contains(&edits), "{point}: {edits} edits, {} allowed", allowed(2));
    assert!((1..=allowed(3)).contains(&runs), "{point}: {runs} runs, {} allowed", allowed(3));
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

/// Says yes to everything until the task is over; `None` when the program dies before.
pub async fn allow_until_the_end(api: &ApiClient, id: &str) -> Option<Value> {
    let mut events = api.request(Method::GET, "/events").send().await.ok()?;
    loop {
        let task = get(api, &format!("/background-agents/{id}")).await?;
        if ["completed", "failed", "cancelled"].iter().any(|state| task["state"] == *state) {
            return Some(task);
        }
        if task["state"] == "waiting" {
            for open in get(api, "/approvals").await?["approvals"].as_array()? {
                let word = json!({ "decision": "allow_once", "hash": open["hash"] });
                let path = format!("/approvals/{}", open["id"]);
                api.request(Method::POST, &path).json(&word).send().await.ok()?;
            }
        }
        events.chunk().await.ok()??;
    }
}

async fn get(api: &ApiClient, path: &str) -> Option<Value> {
    api.request(Method::GET, path).send().await.ok()?.json().await.ok()
}
