//! Finding tasks.

use crate::fixture::{Api, id};
use meanwhile_support::model_server::{stop, text};
use serde_json::{Value, json};

async fn finished(api: &Api, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        let task = api.answering([text("ok"), stop()]).await;
        api.client.until_state(id(&task), "completed").await;
        ids.push(id(&task).to_owned());
    }
    ids
}

fn ids(tasks: &Value) -> Vec<String> {
    tasks.as_array().unwrap().iter().map(|task| id(task).to_owned()).collect()
}

#[tokio::test]
async fn unfinished_tasks_and_history_are_apart_and_each_has_its_text() {
    let api = Api::start().await;
    let done = finished(&api, 1).await;
    let at_work = api.at_work().await;
    let page = api.client.get("/background-agents").await.expect(200);
    assert_eq!(ids(&page["active"]), [id(&at_work)]);
    assert_eq!(page["active"][0]["text"], "Half an ");
    assert_eq!(ids(&page["history"]), done);
    assert_eq!(page["history"][0]["text"], "ok");
    assert_eq!(page["next"], Value::Null);
}

#[tokio::test]
async fn pages_of_history_give_every_task_once_and_newest_first() {
    let api = Api::start().await;
    let mut expected = finished(&api, 5).await;
    expected.reverse();
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = api.client.get(&format!("/background-agents?limit=2&cursor={cursor}")).await.expect(200);
        assert!(page["history"].as_array().unwrap().len() <= 2);
        found.extend(ids(&page["history"]));
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_limit_is_a_number_from_1_to_200() {
    let api = Api::start().await;
    for limit in ["0", "201", "-1", "many", "1.5"] {
        let answer = api.client.get(&format!("/background-agents?limit={limit}")).await;
        assert_eq!(answer.refusal(), (422, "invalid"), "{limit}");
    }
    assert_eq!(api.client.get("/background-agents?limit=1").await.status, 200);
    assert_eq!(api.client.get("/background-agents?limit=200").await.status, 200);
}

#[tokio::test]
async fn parameters_without_a_value_count_as_absent() {
    let api = Api::start().await;
    let page = api.client.get("/background-agents?limit=&cursor=").await.expect(200);
    assert_eq!(page, json!({ "active": [], "history": [], "next": null }));
}

#[tokio::test]
async fn an_unknown_parameter_is_refused() {
    let api = Api::start().await;
    assert_eq!(api.client.get("/background-agents?page=2").await.refusal(), (422, "invalid"));
}

#[tokio::test]
async fn a_cursor_that_was_not_given_out_is_refused() {
    let api = Api::start().await;
    assert_eq!(api.client.get("/background-agents?cursor=nonsense").await.refusal(), (422, "invalid"));
}
