//! The process over its own API.

use crate::fixture::{Api, FakeWindow, any_port, id};
use meanwhile_api::{Front, Limits};
use meanwhile_support::harness::FACT_LIMIT;
use meanwhile_support::model_server::{hang, text};
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn status_tells_the_counts_and_the_process() {
    let api = Api::start().await;
    api.at_work().await;
    let status = api.client.get("/status").await.expect(200);
    assert_eq!(status["summary"]["working"], 1);
    assert_eq!(status["pid"], std::process::id());
    assert_eq!(status["data_dir"], api.app.data_dir().to_str().unwrap());
    assert_eq!(status["has_window"], false);
    assert!(status["version"].is_string());
}

#[tokio::test]
async fn a_healthy_core_has_no_findings() {
    let api = Api::start().await;
    api.at_work().await;
    assert_eq!(api.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}

#[tokio::test]
async fn without_a_window_there_is_none_to_open() {
    let api = Api::start().await;
    assert_eq!(api.client.post("/open", &json!({})).await.refusal(), (409, "no_window"));
}

#[tokio::test]
async fn open_raises_the_window_on_the_task_that_is_named() {
    let window = Arc::new(FakeWindow::default());
    let api = Api::with(Limits::default(), Front::Window(window.clone())).await;
    let task = api.at_work().await;
    api.client.post("/open", &json!({})).await.expect(200);
    api.client.post("/open", &json!({ "task": task["id"] })).await.expect(200);
    assert_eq!(
        api.client.post("/open", &json!({ "task": "tsk_unknown" })).await.refusal(),
        (404, "not_found")
    );
    let opened: Vec<_> =
        window.opened.lock().unwrap().iter().map(|id| id.as_ref().map(ToString::to_string)).collect();
    assert_eq!(opened, [None, Some(id(&task).to_owned())]);
    assert_eq!(api.client.get("/status").await.expect(200)["has_window"], true);
}

#[tokio::test]
async fn quit_names_what_it_would_interrupt() {
    let api = Api::start().await;
    let task = api.at_work().await;
    let answer = api.client.post("/quit", &json!({})).await;
    assert_eq!(answer.refusal(), (409, "working"));
    assert_eq!(answer.json["working"], 1);
    assert_eq!(answer.json["tasks"], json!([{ "id": task["id"], "title": task["title"] }]));
    assert!(answer.json["detail"].as_str().unwrap().contains("Summarise this"), "{}", answer.text);
    assert_eq!(api.client.task(id(&task)).await["state"], "running");
}

#[tokio::test]
async fn quit_ends_the_core_when_nothing_is_at_work() {
    let api = Api::start().await;
    assert_eq!(api.client.post("/quit", &json!({})).await.expect(200), json!({ "working": 0 }));
    tokio::time::timeout(FACT_LIMIT, api.app.core.closed()).await.unwrap();
}

#[tokio::test]
async fn quit_with_force_ends_the_core_and_keeps_the_task() {
    let mut api = Api::start().await;
    let task = api.at_work().await;
    assert_eq!(
        api.client.post("/quit", &json!({ "force": true })).await.expect(200),
        json!({ "working": 1 })
    );
    tokio::time::timeout(FACT_LIMIT, api.app.core.closed()).await.unwrap();
    api.server.shutdown().await;
    api.app.restart().await;
    let server = meanwhile_api::serve(api.app.core.clone(), any_port(), Front::None).await.unwrap();
    let client = meanwhile_support::api_client::ApiClient::new(&server.address.url(), &server.token_file);
    client.until(id(&task), |task| task["state"] == "running" && task["attempt"] == 2).await;
}

#[tokio::test]
async fn giving_way_sends_a_watched_answer_to_the_background_and_ends() {
    let mut api = Api::with(Limits::default(), Front::GivesWay).await;
    api.app.server.script("m", [text("Half an "), hang()]);
    let asked = json!({ "text": "Summarise this", "lane": "interactive", "model": "sim/m", "origin": "cli" });
    let watched = api.client.post("/ask", &asked).await.expect(201);
    api.client.until(id(&watched), |task| task["text"] == "Half an ").await;
    assert_eq!(api.client.get("/status").await.expect(200)["gives_way"], true);
    let answer = api.client.post("/quit", &json!({ "give_way": true })).await;
    assert_eq!(answer.refusal(), (409, "working"), "unasked, as at a login, it is left to its work");
    let answer = api.client.post("/quit", &json!({ "give_way": true, "force": true })).await;
    assert_eq!(answer.expect(200), json!({ "working": 1 }));
    tokio::time::timeout(FACT_LIMIT, api.app.core.closed()).await.unwrap();
    api.server.shutdown().await;
    api.app.restart().await;
    let server = meanwhile_api::serve(api.app.core.clone(), any_port(), Front::None).await.unwrap();
    let client = meanwhile_support::api_client::ApiClient::new(&server.address.url(), &server.token_file);
    let goes_on = client.until(id(&watched), |task| task["state"] == "running" && task["attempt"] == 2).await;
    assert_eq!(goes_on["lane"], "background");
}

#[tokio::test]
async fn what_was_started_to_stay_does_not_give_way() {
    let window = Arc::new(FakeWindow::default());
    for front in [Front::None, Front::Window(window)] {
        let api = Api::with(Limits::default(), front).await;
        let answer = api.client.post("/quit", &json!({ "give_way": true })).await;
        assert_eq!(answer.refusal(), (409, "stays"));
        assert_eq!(api.client.get("/status").await.expect(200)["gives_way"], false);
    }
}

#[tokio::test]
async fn a_stopped_server_leaves_its_token_and_takes_its_pointer_away() {
    let api = Api::start().await;
    let folder = api.app.data_dir();
    assert!(folder.join("endpoint.json").is_file());
    api.server.shutdown().await;
    assert!(!folder.join("endpoint.json").exists());
    assert!(folder.join("api-token").is_file());
}
