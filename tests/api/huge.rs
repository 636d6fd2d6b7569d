//! An answer without end.

use meanwhile_support::binary::Folder;
use meanwhile_support::model_server::{Gate, ModelServer, Step, text, wait};
use reqwest::Method;
use serde_json::{Value, json};

const MIB: usize = 1 << 20;

/// As many bytes as a character can have: reading an answer takes as long as it has characters.
const SMILE: &str = "\u{1f642}";

/// So much text.
fn mib(count: usize) -> impl Iterator<Item = Step> {
    std::iter::repeat_n(text(&SMILE.repeat(MIB / SMILE.len())), count)
}

/// Most memory the process ever had, in MiB.
fn peak_mib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() / 1024
}

// F44
#[tokio::test]
async fn an_answer_without_end_is_ended_at_128_mib_with_its_text_and_in_little_memory() {
    let folder = Folder::new();
    let server = ModelServer::start().await;
    let serve = folder.serve().await;
    let add = ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&add).await.ok();
    let one_place = serve.client.request(Method::PUT, "/settings").json(&json!({ "parallel_tasks": 1 }));
    assert_eq!(one_place.send().await.unwrap().status(), 200);
    let gate = Gate::new();
    server.script("m", mib(127).chain([wait(&gate)]).chain(mib(2)));
    let task = serve.client.start(&json!({ "prompt": "x", "model": "sim/m" })).await;
    // This one has its turn when the other is settled.
    serve.client.start(&json!({ "prompt": "y", "model": "sim/sim-c1" })).await;
    gate.reached().await;
    assert!(peak_mib(serve.pid()) < 100, "it is not gathered in memory: {} MiB", peak_mib(serve.pid()));
    gate.open();
    server.until(|stats| stats.requests == 2).await;

    // At its end the text is stored as one message, for which SQLite needs it whole, with copies of its own.
    assert!(peak_mib(serve.pid()) < 450, "{} MiB", peak_mib(serve.pid()));
    let database = rusqlite::Connection::open(folder.path().join("meanwhile.db")).unwrap();
    let text =
        "SELECT m.text, t.state, t.error FROM task t JOIN message m ON m.task_id = t.id WHERE t.id = ?1";
    let (text, state, error): (String, String, String) = database
        .query_row(text, [task["id"].as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    assert!(
        text == SMILE.repeat(128 * MIB / SMILE.len()),
        "everything up to the limit is kept: {} bytes",
        text.len()
    );
    assert_eq!(state, "failed", "there is nothing to go on to");
    let error: Value = serde_json::from_str(&error).unwrap();
    assert_eq!(error["message"], "The answer is longer than 128 MiB, the most that is kept of one.");
    assert_eq!(error["hint"], "The text so far is kept. Ask for less at once.");
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}
