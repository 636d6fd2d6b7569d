//! Names and forms that programs rely on.

use crate::fixture::{Api, id};
use meanwhile_support::model_server::{stop, text};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn fields(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn is_time(value: &Value) -> bool {
    let text = value.as_str().unwrap();
    text.len() == 24 && text.ends_with('Z') && text.as_bytes()[10] == b'T'
}

#[test]
fn the_document_names_every_reason_that_the_page_knows() {
    let document: Value = serde_json::from_str(include_str!("../../src-tauri/api/src/openapi.json")).unwrap();
    let named = &document["components"]["schemas"]["Task"]["properties"]["reason"]["enum"];
    let named: BTreeSet<&str> = named.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let known = include_str!("../../ui/src/ipc/generated/Reason.ts").split('"').skip(1).step_by(2).collect();
    assert_eq!(named, known);
}

#[tokio::test]
async fn a_finished_task_has_every_field_of_the_contract() {
    let api = Api::start().await;
    let task = api.answering([text("ok"), stop()]).await;
    let task = api.client.until(id(&task), |task| task["delivery"]["state"] == "delivered").await;
    let promised: BTreeSet<&str> = [
        "id",
        "conversation_id",
        "lane",
        "state",
        "reason",
        "title",
        "prompt",
        "model",
        "agent",
        "attempt",
        "created_at",
        "started_at",
        "ended_at",
        "progress",
        "steps",
        "text",
        "finish_reason",
        "usage",
        "budget",
        "ownership",
        "delivery",
        "error",
        "retry_of",
        "head",
    ]
    .into();
    let missing: Vec<_> = promised.difference(&fields(&task)).copied().collect();
    assert_eq!(missing, [""; 0]);

    assert!(["created_at", "started_at", "ended_at"].iter().all(|name| is_time(&task[name])), "{task:#}");
    assert_eq!(fields(&task["usage"]), ["cost_usd", "estimated", "input_tokens", "output_tokens"].into());
    assert_eq!(fields(&task["ownership"]), ["final", "mode", "origin", "work"].into());
    assert!(fields(&task["delivery"]).is_superset(&["channels", "state"].into()), "{task:#}");
    assert_eq!(task["delivery"]["channels"], json!(["inbox", "native"]));
    assert_eq!(task["ownership"]["origin"], "api");
    assert_eq!(task["ownership"]["final"], json!({ "kind": "conversation", "id": task["conversation_id"] }));
    assert_eq!(task["model"], "sim/m");
    assert_eq!(task["attempt"], 1);
    for name in ["agent", "budget", "progress", "error", "retry_of", "reason"] {
        assert_eq!(task[name], Value::Null, "{name}");
    }
    assert_eq!(task["steps"].as_array().unwrap().len(), 1);
    assert!(task["head"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn a_failed_task_says_why_and_what_to_do() {
    let api = Api::start().await;
    let task = api.client.start(&json!({ "prompt": "x", "model": "sim/e400" })).await;
    let task = api.client.until_state(id(&task), "failed").await;
    assert_eq!(fields(&task["error"]), ["code", "hint", "message", "retryable"].into());
    assert_eq!(task["error"]["code"], "bad_request");
}

#[tokio::test]
async fn the_description_names_every_field_of_a_task_and_no_other() {
    let api = Api::start().await;
    let task = api.at_work().await;
    let description = api.client.get("/openapi.json").await.expect(200);
    let described = &description["components"]["schemas"]["Task"];
    assert_eq!(fields(&task), fields(&described["properties"]));
    let required: BTreeSet<&str> =
        described["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(fields(&task), required);
}

#[tokio::test]
async fn the_description_names_every_field_of_a_model_and_what_was_said_about_it_is_in_them() {
    let api = Api::start().await;
    let told = json!({"context_length": 64_000, "pricing": {"prompt": "0.000001", "completion": "0.000002"}});
    api.app.server.describe("sim", told);
    let found = api.client.get("/models").await.expect(200);
    let models = found["models"].as_array().unwrap();
    let model = models.iter().find(|model| model["id"] == "sim/sim").unwrap();
    let price = json!({"input": 1.0, "cached": null, "output": 2.0});
    assert_eq!(
        (&model["context"], &model["price"], &model["price_source"]),
        (&json!(64_000), &price, &json!("server"))
    );
    assert_eq!(model["images"], Value::Null, "nobody said");
    let description = api.client.get("/openapi.json").await.expect(200);
    let described = &description["components"]["schemas"]["Model"];
    assert_eq!(fields(model), fields(&described["properties"]));
    let required: BTreeSet<&str> =
        described["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(fields(model), required);
}

#[tokio::test]
async fn the_description_names_every_setting() {
    let api = Api::start().await;
    let settings = api.client.get("/settings").await.expect(200);
    let description = api.client.get("/openapi.json").await.expect(200);
    assert_eq!(fields(&settings), fields(&description["components"]["schemas"]["Settings"]["properties"]));
}

#[tokio::test]
async fn every_call_of_the_description_is_answered_by_its_route() {
    let api = Api::start().await;
    let description = api.client.get("/openapi.json").await.expect(200);
    let mut calls = 0;
    for (path, methods) in description["paths"].as_object().unwrap() {
        let path = path.replace("{id}", "unknown").replace("{name}", "unknown");
        for method in methods.as_object().unwrap().keys() {
            let is_stream = path == "/events";
            // Asked for nothing, and with a body that no call takes: no call is carried out.
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let mut request = api.client.request(method.clone(), &path);
            if method != Method::GET {
                request = request.json(&json!(["not", "an", "object"]));
            }
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let body = if is_stream { String::new() } else { response.text().await.unwrap() };
            assert_ne!(status, 405, "{method} {path}");
            assert!(!body.contains("\"code\":\"no_such_route\""), "{method} {path}");
            assert_eq!(
                status == 200,
                method == Method::GET && !path.contains("unknown") && status != 426,
                "{method} {path}: {status} {body}"
            );
            calls += 1;
        }
    }
    assert!(calls > 20, "{calls}");
}

#[tokio::test]
async fn an_address_that_is_nothing_and_a_method_it_does_not_take_are_told_apart() {
    let api = Api::start().await;
    assert_eq!(api.client.get("/nothing").await.refusal(), (404, "no_such_route"));
    assert_eq!(api.client.get("/background-agents/").await.refusal(), (404, "no_such_route"));
    let patch = api.client.request(Method::PATCH, "/status").json(&json!({}));
    assert_eq!(meanwhile_support::api_client::answer(patch).await.refusal(), (405, "method_not_allowed"));
}
