//! A disk that takes nothing more: what is stored stays, what cannot be stored is said, and space is all it needs.

use meanwhile_support::binary::Folder;
use meanwhile_support::model_server::{Gate, ModelServer, stop, text, wait};
use serde_json::json;

/// The size of the largest file of the data folder: from now on nothing can be appended to it.
fn largest(folder: &Folder) -> u64 {
    let files = std::fs::read_dir(folder.path()).unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len()).max().unwrap()
}

// F15, F19
#[tokio::test]
async fn a_full_disk_loses_nothing_and_work_goes_on_when_there_is_space() {
    let folder = Folder::new();
    let server = ModelServer::start().await;
    let serve = folder.serve_on_a_small_disk().await;
    let add = ["provider", "add", "--name", "sim", "--kind", "openai-chat", "--base-url", &server.base_url()];
    folder.run(&add).await.ok();
    let space = Gate::new();
    server.script("m", [text("Kept. "), wait(&space), text("And the rest."), stop()]);
    let task = serve.client.start(&json!({ "prompt": "x", "model": "sim/m" })).await;
    let id = task["id"].as_str().unwrap();
    serve.client.until(id, |task| task["text"] == "Kept. ").await;

    serve.limit_files(Some(largest(&folder)));
    space.open();
    let refused =
        serve.client.post("/background-agents/start", &json!({ "prompt": "y", "model": "sim/m" })).await;
    let problem = refused.expect(503);
    assert_eq!(problem["code"], "storage", "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("What was stored is safe"), "{detail}");
    assert!(detail.contains("free some space"), "{detail}");
    let status = serve.client.get("/status").await.expect(200);
    assert_eq!(status["summary"]["working"], 1, "the refused prompt left nothing behind: {status}");
    let kept = serve.client.get(&format!("/background-agents/{id}")).await.expect(200);
    assert_eq!((kept["text"].as_str(), kept["state"].as_str()), (Some("Kept. "), Some("running")));

    serve.limit_files(None);
    serve.client.until(id, |task| task["state"] == "completed").await;
    let done = serve.client.until(id, |task| task["delivery"]["state"] == "delivered").await;
    assert_eq!(done["text"], "Kept. And the rest.");
    assert_eq!(done["delivery"]["channels"], json!(["inbox"]), "told once");
    serve.client.start(&json!({ "prompt": "y", "model": "practice/practice" })).await;
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}
