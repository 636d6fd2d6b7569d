//! Giving a prompt to the background.

use crate::fixture::{Api, id};
use meanwhile_support::api_client::{Answer, answer};
use meanwhile_support::model_server::{stop, text};
use reqwest::Method;
use serde_json::{Value, json};

async fn start_with_key(api: &Api, key: &str, body: &Value) -> Answer {
    answer(
        api.client
            .request(Method::POST, "/background-agents/start")
            .header("Idempotency-Key", key)
            .json(body),
    )
    .await
}

fn body() -> Value {
    json!({ "prompt": "Summarise this", "model": "sim/m" })
}

#[tokio::test]
async fn a_prompt_becomes_a_task_that_is_answered_and_told_once() {
    let api = Api::start().await;
    api.app.server.script("m", [text("Whole "), text("answer"), stop()]);
    let sent = api.client.post("/background-agents/start", &body()).await.expect(201);
    assert_eq!(sent["lane"], "background");
    assert_eq!(sent["prompt"], "Summarise this");

    let task = api.client.until(id(&sent), |task| task["delivery"]["state"] == "delivered").await;
    assert_eq!(task["state"], "completed");
    assert_eq!(task["text"], "Whole answer");
    assert_eq!(task["finish_reason"], "stop");
    assert_eq!(api.app.notifier.shown().len(), 1);
}

#[tokio::test]
async fn a_repeated_key_and_body_give_the_same_task() {
    let api = Api::start().await;
    let first = start_with_key(&api, "key-1", &body()).await.expect(201);
    let second = start_with_key(&api, "key-1", &body()).await.expect(200);
    assert_eq!(first["id"], second["id"]);
}

#[tokio::test]
async fn the_key_with_another_body_is_refused() {
    let api = Api::start().await;
    start_with_key(&api, "key-1", &body()).await.expect(201);
    let other = json!({ "prompt": "Something else", "model": "sim/m" });
    assert_eq!(start_with_key(&api, "key-1", &other).await.refusal(), (409, "conflict"));
}

// F68
#[tokio::test]
async fn a_hundred_clients_with_one_key_make_one_task() {
    let api = Api::start().await;
    let calls = (0..100).map(|_| {
        let request = api.client.request(Method::POST, "/background-agents/start");
        let request = request.header("Idempotency-Key", "same").json(&body());
        tokio::spawn(async move {
            // The server has 64 places; a client that is sent away comes back.
            loop {
                let answer = answer_or_none(request.try_clone().unwrap()).await;
                if let Some(answer) = answer.filter(|answer| answer.status != 503) {
                    return answer;
                }
            }
        })
    });
    let mut statuses = Vec::new();
    let mut ids = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        let answer = call.await.unwrap();
        statuses.push(answer.status);
        ids.push(answer.json["id"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "every client got the same task");
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    let page = api.client.get("/background-agents").await.expect(200);
    let all = page["active"].as_array().unwrap().len() + page["history"].as_array().unwrap().len();
    assert_eq!(all, 1);
}

async fn answer_or_none(request: reqwest::RequestBuilder) -> Option<Answer> {
    let response = request.send().await.ok()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.ok()?;
    let json = serde_json::from_str(&text).ok()?;
    Some(Answer { status, headers, text, json })
}

#[tokio::test]
async fn a_key_of_the_wrong_form_is_refused() {
    let api = Api::start().await;
    for key in ["", &"k".repeat(201), "with\ttab"] {
        assert_eq!(start_with_key(&api, key, &body()).await.refusal(), (422, "invalid"), "{key:?}");
    }
}

#[tokio::test]
async fn an_agent_that_is_not_there_is_refused_in_words_and_never_ignored() {
    let api = Api::start().await;
    let mut body = body();
    body["agent"] = json!("coder");
    let answer = api.client.post("/background-agents/start", &body).await;
    assert_eq!(answer.refusal(), (422, "invalid"));
    assert!(answer.json["detail"].as_str().unwrap().contains("there is no agent coder"), "{}", answer.text);
    body["agent"] = Value::Null;
    body["folder"] = json!("/tmp");
    let answer = api.client.post("/background-agents/start", &body).await;
    assert_eq!(answer.refusal(), (422, "invalid"));
    let page = api.client.get("/background-agents").await.expect(200);
    assert_eq!(page, json!({ "active": [], "history": [], "next": null }));
}

#[tokio::test]
async fn an_absent_agent_may_be_said() {
    let api = Api::start().await;
    let body =
        json!({ "prompt": "x", "model": "sim/m", "agent": null, "budget": null, "conversation_id": null });
    assert_eq!(api.client.post("/background-agents/start", &body).await.status, 201);
}

#[tokio::test]
async fn the_ways_to_be_told_are_kept_with_the_task() {
    let api = Api::start().await;
    for mode in ["parent_mediated", "direct", "suppressed"] {
        let task = api.client.start(&json!({ "prompt": "x", "model": "sim/m", "delivery": mode })).await;
        assert_eq!(task["ownership"]["mode"], mode);
    }
}

#[tokio::test]
async fn an_unknown_way_to_be_told_is_refused() {
    let api = Api::start().await;
    let body = json!({ "prompt": "x", "model": "sim/m", "delivery": "by pigeon" });
    assert_eq!(api.client.post("/background-agents/start", &body).await.refusal(), (422, "invalid"));
}

#[tokio::test]
async fn a_task_joins_the_conversation_it_names() {
    let api = Api::start().await;
    let first = api.answering([text("a"), stop()]).await;
    let second =
        json!({ "prompt": "And then", "model": "sim/m", "conversation_id": first["conversation_id"] });
    let second = api.client.start(&second).await;
    assert_eq!(second["conversation_id"], first["conversation_id"]);
    assert_eq!(second["turn"], 2);
}

#[tokio::test]
async fn an_unknown_conversation_is_not_found() {
    let api = Api::start().await;
    let body = json!({ "prompt": "x", "model": "sim/m", "conversation_id": "cnv_unknown" });
    assert_eq!(api.client.post("/background-agents/start", &body).await.refusal(), (404, "not_found"));
}

#[tokio::test]
async fn without_a_model_and_without_a_default_the_next_step_is_said() {
    let api = Api::start().await;
    let answer = api.client.post("/background-agents/start", &json!({ "prompt": "x" })).await;
    assert_eq!(answer.refusal(), (409, "no_model"));
}

#[tokio::test]
async fn without_a_model_the_default_for_background_work_is_asked() {
    let api = Api::start().await;
    let put = api.client.request(Method::PUT, "/settings").json(&json!({ "background_model": "sim/b" }));
    answer(put).await.expect(200);
    let task = api.client.start(&json!({ "prompt": "x" })).await;
    assert_eq!(task["model"], "sim/b");
}

#[tokio::test]
async fn an_empty_prompt_is_refused() {
    let api = Api::start().await;
    let body = json!({ "prompt": " \n", "model": "sim/m" });
    assert_eq!(api.client.post("/background-agents/start", &body).await.refusal(), (422, "invalid"));
}

#[tokio::test]
async fn a_prompt_of_one_mebibyte_is_taken_whole() {
    let api = Api::start().await;
    let prompt = "word ".repeat(1 << 20).split_off(4 << 20);
    let task = api.client.start(&json!({ "prompt": prompt, "model": "sim/m" })).await;
    assert_eq!(api.client.task(id(&task)).await["prompt"].as_str().unwrap().len(), 1 << 20);
}

#[tokio::test]
async fn a_prompt_over_four_mebibytes_is_refused() {
    let api = Api::start().await;
    let body = json!({ "prompt": "x".repeat((4 << 20) + 1), "model": "sim/m" });
    assert_eq!(api.client.post("/background-agents/start", &body).await.refusal(), (422, "invalid"));
}
