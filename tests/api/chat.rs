//! Conversations over the API: asking in any lane, and sending a running answer to the background.

use crate::fixture::{Api, id};
use meanwhile_support::api_client::answer;
use meanwhile_support::model_server::{Gate, stop, text, wait};
use reqwest::Method;
use serde_json::{Value, json};

fn question(lane: &str) -> Value {
    json!({ "text": "What is up", "lane": lane, "model": "sim/m", "origin": "cli" })
}

#[tokio::test]
async fn a_watched_answer_can_go_on_in_the_background() {
    let api = Api::start().await;
    let gate = Gate::new();
    api.app.server.script("m", [text("one "), wait(&gate), text("two"), stop()]);
    let task = api.client.post("/ask", &question("interactive")).await.expect(201);
    assert_eq!((&task["lane"], &task["delivery"]), (&json!("interactive"), &Value::Null));
    api.client.until(id(&task), |task| task["text"] == "one ").await;

    let path = format!("/tasks/{}/background", id(&task));
    let task = api.client.post(&path, &json!({})).await.expect(200);
    assert_eq!(task["lane"], "background");
    gate.open();
    let task = api.client.until_state(id(&task), "completed").await;
    assert_eq!((task["text"].as_str(), task["attempt"].as_i64()), (Some("one two"), Some(1)));
}

#[tokio::test]
async fn a_finished_answer_stays_as_it_is() {
    let api = Api::start().await;
    api.app.server.script("m", [text("ok"), stop()]);
    let task = api.client.post("/ask", &question("interactive")).await.expect(201);
    let task = api.client.until_state(id(&task), "completed").await;
    let same = api.client.post(&format!("/tasks/{}/background", id(&task)), &json!({})).await.expect(200);
    assert_eq!(same, task);
}

#[tokio::test]
async fn a_question_with_unknown_fields_is_refused() {
    let api = Api::start().await;
    let mut body = question("interactive");
    body["temperature"] = json!(1);
    assert_eq!(api.client.post("/ask", &body).await.refusal(), (422, "invalid"));
}

#[tokio::test]
async fn conversations_are_listed_and_can_be_read() {
    let api = Api::start().await;
    let task = api.answering([text("ok"), stop()]).await;
    api.client.until_state(id(&task), "completed").await;
    let list = api.client.get("/conversations").await.expect(200);
    assert_eq!(list["conversations"][0]["id"], task["conversation_id"]);
    let path = format!("/conversations/{}", task["conversation_id"].as_str().unwrap());
    let thread = api.client.get(&path).await.expect(200);
    assert_eq!(thread["turns"][0]["tasks"][0]["id"], task["id"]);
    assert_eq!(thread["has_earlier"], false);
}

#[tokio::test]
async fn a_long_conversation_is_read_in_stretches() {
    let api = Api::start().await;
    let first = api.answering([text("ok"), stop()]).await;
    let conversation = first["conversation_id"].as_str().unwrap();
    for _ in 0..2 {
        let body = json!({ "prompt": "x", "model": "sim/m", "conversation_id": conversation });
        api.client.start(&body).await;
    }
    let newest = api.client.get(&format!("/conversations/{conversation}?limit=1")).await.expect(200);
    assert_eq!((&newest["turns"][0]["number"], &newest["has_earlier"]), (&json!(3), &json!(true)));
    let before = api.client.get(&format!("/conversations/{conversation}?limit=2&before=3")).await.expect(200);
    let numbers: Vec<i64> =
        before["turns"].as_array().unwrap().iter().map(|turn| turn["number"].as_i64().unwrap()).collect();
    assert_eq!((numbers.as_slice(), &before["has_earlier"]), (&[1, 2][..], &json!(false)));
}

#[tokio::test]
async fn an_unknown_conversation_is_not_found() {
    let api = Api::start().await;
    assert_eq!(api.client.get("/conversations/cnv_unknown").await.refusal(), (404, "not_found"));
}

#[tokio::test]
async fn what_was_said_is_found_by_its_words() {
    let api = Api::start().await;
    let task = api.answering([text("a & b = 100%"), stop()]).await;
    api.client.until_state(id(&task), "completed").await;
    let found = api.client.get("/search?q=%26%20b%20100%25&limit=5").await.expect(200);
    assert_eq!(found["has_more"], false);
    let hit = &found["hits"][0];
    assert_eq!((&hit["task_id"], &hit["role"], &hit["turn"]), (&task["id"], &json!("assistant"), &json!(1)));
    assert_eq!(hit["snippet"][1], json!({ "text": "&", "is_found": true }), "{hit}");
    assert_eq!(api.client.get("/search?q=zebra").await.expect(200)["hits"], json!([]));
    assert_eq!(api.client.get("/search?q=a&limit=0").await.refusal(), (422, "invalid"));
    assert_eq!(api.client.get("/search").await.expect(200)["hits"], json!([]));
}

#[tokio::test]
async fn a_conversation_is_named_and_told_how_to_ask_its_models() {
    let api = Api::start().await;
    let task = api.answering([text("ok"), stop()]).await;
    // Its row is compared as it is read twice.
    api.client.until_state(id(&task), "completed").await;
    let path = format!("/conversations/{}", task["conversation_id"].as_str().unwrap());
    let change = |body: Value| api.client.request(Method::PATCH, &path).json(&body);
    let manner = json!({ "system": "Be brief.", "temperature": 0.5, "max_tokens": null });
    let changed = answer(change(json!({ "title": "Heat", "manner": manner }))).await.expect(200);
    assert_eq!((&changed["title"], &changed["has_manner"]), (&json!("Heat"), &json!(true)));
    let thread = api.client.get(&path).await.expect(200);
    assert_eq!((&thread["manner"], &thread["conversation"]), (&manner, &changed));
    for wrong in [json!({}), json!({ "manner": { "temperature": 3 } }), json!({ "manner": { "top_p": 1 } })] {
        assert_eq!(answer(change(wrong)).await.refusal(), (422, "invalid"));
    }
    assert_eq!(api.client.get(&path).await.expect(200)["manner"], manner);
}

#[tokio::test]
async fn an_edited_prompt_begins_a_branch_and_the_other_version_is_shown_again_by_its_task() {
    let api = Api::start().await;
    let old = api.answering([text("ok"), stop()]).await;
    api.client.until_state(id(&old), "completed").await;
    let mut body = question("background");
    body["conversation_id"] = old["conversation_id"].clone();
    body["edit_of"] = old["id"].clone();
    let new = api.client.post("/ask", &body).await.expect(201);
    assert_eq!((&new["turn"], &new["branch"]), (&json!(1), &json!(1)));
    let path = format!("/conversations/{}", old["conversation_id"].as_str().unwrap());
    let thread = api.client.get(&path).await.expect(200);
    let versions: Vec<&Value> = thread["turns"][0]["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| &version["task_id"])
        .collect();
    assert_eq!((id(&thread["turns"][0]["tasks"][0]), versions), (id(&new), vec![&old["id"], &new["id"]]));

    let shown = api.client.post(&format!("/tasks/{}/show", id(&old)), &json!({})).await.expect(200);
    assert_eq!(shown["id"], old["id"]);
    let thread = api.client.get(&path).await.expect(200);
    assert_eq!(thread["turns"][0]["tasks"][0]["id"], old["id"]);
    assert_eq!(api.client.post("/tasks/tsk_none/show", &json!({})).await.refusal(), (404, "not_found"));
}

#[tokio::test]
async fn a_prompt_is_asked_of_two_models_and_one_answer_is_kept() {
    let api = Api::start().await;
    for model in ["m", "other"] {
        api.app.server.script(model, [text(model), stop()]);
    }
    let mut body = question("background");
    body["compare_with"] = json!("sim/other");
    let first = api.client.post("/ask", &body).await.expect(201);
    api.client.until_state(id(&first), "completed").await;
    let path = format!("/conversations/{}", first["conversation_id"].as_str().unwrap());
    let both = |thread: &Value| thread["turns"][0]["tasks"].as_array().unwrap().clone();
    let tasks = both(&api.client.get(&path).await.expect(200));
    assert_eq!((id(&tasks[0]), &tasks[0]["shown_seq"]), (id(&first), &tasks[1]["shown_seq"]));
    api.client.until_state(id(&tasks[1]), "completed").await;
    let show = format!("/tasks/{}/show", id(&tasks[1]));
    let kept = api.client.post(&show, &json!({ "keep": true })).await.expect(200);
    assert_eq!((&kept["model"], &kept["text"]), (&json!("sim/other"), &json!("other")));
    let tasks = both(&api.client.get(&path).await.expect(200));
    assert!(tasks[1]["shown_seq"].as_i64() > tasks[0]["shown_seq"].as_i64());
    assert_eq!(api.client.post(&show, &json!({ "kept": true })).await.refusal(), (422, "invalid"));
}
