//! The same for parts of a job that an agent gave away: whatever was being done when the program died, each part comes to one end and
//! all of them are taken up once.

use crate::agent::allow_until_the_end;
use crate::moments::die_at_each;
use meanwhile_support::binary::Folder;
use meanwhile_support::model_server::{ModelServer, Step, call, done, finish, stop, text};
use reqwest::Method;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

/// Each with the times that it comes: one part looks and says, the other one says.
const STEPS: [(&str, u32); 6] = [
    ("new>queued", 3),
    ("queued>running", 7),
    ("running>queued", 4),
    ("call asked>started", 2),
    ("call started>done", 2),
    ("running>completed", 3),
];

// F9
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_around_any_step_of_parts_of_a_job_each_has_one_end_and_all_are_taken_up_once() {
    die_at_each(STEPS, die_and_go_on).await;
}

fn asks(step: Step) -> Vec<Step> {
    vec![step, finish("tool_calls"), done()]
}

fn give() -> Vec<Step> {
    let part = |prompt: &str| json!({ "title": prompt, "prompt": prompt });
    let parts = [part("one"), part("two")];
    asks(call("start_tasks", json!({ "tasks": parts })))
}

fn says(words: &str) -> Vec<Step> {
    vec![text(words), stop()]
}

async fn die_and_go_on(point: &str) {
    let (folder, work, server) = (Folder::new(), tempfile::tempdir().unwrap(), ModelServer::start().await);
    std::fs::write(work.path().join("a.txt"), "the end\n").unwrap();
    server.scripts("m", [give(), says("All.")]);
    server.scripts_about("one", [asks(call("read_file", json!({ "path": "a.txt" }))), says("First.")]);
    server.scripts_about("two", [says("Second.")]);
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
        let _ = allow_until_the_end(&serve.client, task["id"].as_str().unwrap()).await;
    }
    assert_eq!(serve.ended().await.code(), None, "{point}: it dies at its moment");

    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let sql = Connection::open_with_flags(folder.path().join("meanwhile.db"), flags).unwrap();
    let Ok(id) = sql.query_row("SELECT id FROM task WHERE parent_id IS NULL", [], |r| r.get::<_, String>(0))
    else {
        let first = ["new>queued:before@1", "queued>running:before@1"];
        assert!(first.contains(&point), "{point}: only in these nothing was accepted");
        return;
    };
    let count = |query: &str| -> i64 { sql.query_row(query, [], |r| r.get(0)).unwrap() };
    let given = "SELECT COUNT(*) FROM call WHERE tool = 'start_tasks'";
    // What the answer asked for may be lost with it, and is asked again then.
    server.scripts("m", if count(given) == 0 { vec![give(), says("All.")] } else { vec![says("All.")] });
    let serve = folder.serve().await;
    let end = allow_until_the_end(&serve.client, &id).await.expect("nothing ends it now");
    assert_eq!(end["state"], "completed", "{point}: {end:#}");
    assert!(end["text"].as_str().unwrap().ends_with("All."), "{point}: {end:#}");
    let states: Vec<_> = end["children"].as_array().unwrap().iter().map(|child| &child["state"]).collect();
    assert_eq!(states, ["completed", "completed"], "{point}");
    assert_eq!(count(given), 1, "{point}: they are given away once");
    let result =
        "SELECT COUNT(*) FROM call WHERE state = 'done' AND result LIKE 'Part 1 of 2: one (done)%Second.'";
    assert_eq!(count(result), 1, "{point}: and come back once");
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }), "{point}");
}
