//! Stopping, pausing and resuming, and what cannot be.

use crate::fixture::{Api, id};
use meanwhile_support::api_client::Answer;
use meanwhile_support::model_server::{stop, text};
use reqwest::Method;
use serde_json::json;

async fn step(api: &Api, id: &str, step: &str) -> Answer {
    api.client.post(&format!("/background-agents/{id}/{step}"), &json!({})).await
}

#[tokio::test]
async fn stop_ends_a_task_and_keeps_its_text() {
    let api = Api::start().await;
    let task = api.at_work().await;
    step(&api, id(&task), "stop").await.expect(200);
    let task = api.client.until_state(id(&task), "cancelled").await;
    assert_eq!(task["text"], "Half an ");
}

#[tokio::test]
async fn a_second_stop_is_refused() {
    let api = Api::start().await;
    let task = api.at_work().await;
    step(&api, id(&task), "stop").await.expect(200);
    api.client.until_state(id(&task), "cancelled").await;
    assert_eq!(step(&api, id(&task), "stop").await.refusal(), (409, "illegal_step"));
}

#[tokio::test]
async fn a_paused_task_can_be_taken_up_again() {
    let api = Api::start().await;
    let task = api.at_work().await;
    step(&api, id(&task), "pause").await.expect(200);
    api.client.until_state(id(&task), "paused").await;
    api.app.server.script("m", [text("Whole answer"), stop()]);
    step(&api, id(&task), "resume").await.expect(200);
    api.client.until_state(id(&task), "completed").await;
}

#[tokio::test]
async fn a_finished_task_can_neither_be_paused_nor_resumed() {
    let api = Api::start().await;
    let task = api.answering([text("ok"), stop()]).await;
    api.client.until_state(id(&task), "completed").await;
    for name in ["pause", "resume"] {
        assert_eq!(step(&api, id(&task), name).await.refusal(), (409, "illegal_step"), "{name}");
    }
}

#[tokio::test]
async fn a_step_needs_no_body() {
    let api = Api::start().await;
    let task = api.at_work().await;
    let request = api.client.request(Method::POST, &format!("/background-agents/{}/stop", id(&task)));
    let answer =
        meanwhile_support::api_client::answer(request.header("content-type", "application/json")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_step_with_fields_it_does_not_know_is_refused() {
    let api = Api::start().await;
    let task = api.at_work().await;
    let path = format!("/background-agents/{}/stop", id(&task));
    let answer = api.client.post(&path, &json!({ "reason": "bored" })).await;
    assert_eq!(answer.refusal(), (422, "invalid"));
    assert_eq!(api.client.task(id(&task)).await["state"], "running");
}

#[tokio::test]
async fn an_id_that_names_nothing_is_not_found_whatever_is_asked() {
    let api = Api::start().await;
    for id in ["tsk_unknown", "%FF", "..%2F..%2Fetc%2Fpasswd", "a%20b", "%00", "tsk_' OR 1=1"] {
        for path in [String::new(), "/events".to_owned()] {
            let answer = api.client.get(&format!("/background-agents/{id}{path}")).await;
            assert_eq!(answer.refusal(), (404, "not_found"), "{id}{path}");
        }
        for name in ["stop", "pause", "resume"] {
            assert_eq!(step(&api, id, name).await.refusal(), (404, "not_found"), "{id} {name}");
        }
    }
}
