//! Providers, models and settings over the API.

use crate::fixture::Api;
use meanwhile_support::api_client::{Answer, answer};
use meanwhile_support::canary::Canary;
use meanwhile_support::model_server::ModelServer;
use reqwest::Method;
use serde_json::{Value, json};

async fn put_settings(api: &Api, body: &Value) -> Answer {
    answer(api.client.request(Method::PUT, "/settings").json(body)).await
}

#[tokio::test]
async fn a_provider_can_be_added_tested_listed_and_removed() {
    let api = Api::start().await;
    let server = ModelServer::start().await;
    let body = json!({ "name": "mine", "kind": "openai-chat", "base_url": server.base_url() });
    let added = api.client.post("/providers", &body).await.expect(201);
    assert_eq!(added, json!({ "name": "mine", "key_source": "none" }));
    let test = api.client.post("/providers/mine/test", &json!({})).await.expect(200);
    assert!(!test["models"].as_array().unwrap().is_empty());
    let remove = api.client.request(Method::DELETE, "/providers/mine").json(&json!({}));
    assert_eq!(answer(remove).await.expect(200), json!({ "removed": "mine" }));
    let list = api.client.get("/providers").await.expect(200);
    let names: Vec<&str> =
        list["providers"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["practice", "sim"]);
}

#[tokio::test]
async fn a_key_goes_in_and_never_comes_out() {
    let api = Api::start().await;
    let canary = Canary::new("sk-");
    let body = json!({ "name": "mine", "kind": "openai-chat", "base_url": "http://127.0.0.1:9/v1", "key": canary.key() });
    let added = api.client.post("/providers", &body).await;
    let list = api.client.get("/providers").await;
    let test = api.client.post("/providers/mine/test", &json!({})).await;
    for answer in [added, list, test] {
        canary.assert_not_in(&answer.text, &answer.text);
    }
    canary.assert_not_below(&api.app.data_dir());
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_a_bad_gateway() {
    let api = Api::start().await;
    let body = json!({ "name": "mine", "kind": "openai-chat", "base_url": "http://127.0.0.1:9/v1" });
    api.client.post("/providers", &body).await.expect(201);
    assert_eq!(api.client.post("/providers/mine/test", &json!({})).await.refusal(), (502, "provider"));
}

#[tokio::test]
async fn a_provider_that_was_never_added_is_not_found() {
    let api = Api::start().await;
    assert_eq!(api.client.post("/providers/nobody/test", &json!({})).await.refusal(), (404, "not_found"));
    let remove = api.client.request(Method::DELETE, "/providers/nobody").json(&json!({}));
    assert_eq!(answer(remove).await.refusal(), (404, "not_found"));
}

#[tokio::test]
async fn a_provider_of_an_unknown_kind_is_refused() {
    let api = Api::start().await;
    let body = json!({ "name": "mine", "kind": "telepathy", "base_url": "http://127.0.0.1:9" });
    assert_eq!(api.client.post("/providers", &body).await.refusal(), (422, "invalid"));
}

#[tokio::test]
async fn models_are_listed_and_silent_providers_named() {
    let api = Api::start().await;
    let body = json!({ "name": "gone", "kind": "openai-chat", "base_url": "http://127.0.0.1:9/v1" });
    api.client.post("/providers", &body).await.expect(201);
    let found = api.client.get("/models").await.expect(200);
    let ids: Vec<&str> =
        found["models"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"practice/quick"), "{ids:?}");
    assert_eq!(found["problems"][0]["provider"], "gone");
}

#[tokio::test]
async fn a_setting_can_be_changed_alone() {
    let api = Api::start().await;
    let before = api.client.get("/settings").await.expect(200);
    let after = put_settings(&api, &json!({ "theme": "dark" })).await.expect(200);
    let mut expected = before;
    expected["theme"] = json!("dark");
    assert_eq!(after, expected);
    assert_eq!(api.client.get("/settings").await.expect(200), expected);
}

#[tokio::test]
async fn a_setting_that_does_not_exist_or_cannot_be_is_refused() {
    let api = Api::start().await;
    let before = api.client.get("/settings").await.expect(200);
    for body in [json!({ "thema": "dark" }), json!({ "theme": "pink" }), json!({ "parallel_tasks": 0 })] {
        assert_eq!(put_settings(&api, &body).await.refusal(), (422, "invalid"), "{body}");
    }
    assert_eq!(api.client.get("/settings").await.expect(200), before);
}
