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

#[tokio::test]
async fn tasks_that_fit_are_found_marked_and_put_aside_by_other_programs() {
    let api = Api::start().await;
    let done = finished(&api, 2).await;
    let at_work = api.at_work().await;
    let found = async |query: &str| {
        let page = api.client.get(&format!("/tasks?{query}")).await.expect(200);
        (ids(&page["tasks"]), page["total"].as_u64().unwrap())
    };
    let ended = vec![done[1].clone(), done[0].clone()];
    assert_eq!(found("").await, (ended.clone(), 2), "what ended, the newest first");
    assert_eq!(found("words=ok&limit=1").await, (ended[..1].to_vec(), 2));
    assert_eq!(found("state=running,%20completed&model=&limit=200").await.0[0], id(&at_work));
    assert_eq!(found("since=2040-01-01T00:00:00.000Z").await, (Vec::new(), 0));

    let pin = format!("/tasks/{}/pin", done[0]);
    assert_eq!(api.client.post(&pin, &json!({ "pinned": true })).await.status, 204);
    assert_eq!(found("pinned=true").await, (vec![done[0].clone()], 1));
    let place = format!("/tasks/{}/place", done[0]);
    assert_eq!(api.client.post(&place, &json!({ "placement": "aside" })).await.status, 204);
    let task = api.client.get(&format!("/background-agents/{}", done[0])).await.expect(200);
    assert_eq!(task["placement"], "aside");

    for wrong in ["state=asleep", "limit=0", "lane=fast", "since=yesterday", "unread=maybe", "what=1"] {
        let answer = api.client.get(&format!("/tasks?{wrong}")).await;
        assert_eq!(answer.refusal(), (422, "invalid"), "{wrong}");
    }
    let wrong = api.client.post(&place, &json!({ "placement": "nowhere" })).await;
    assert_eq!(wrong.refusal(), (422, "invalid"));
}

#[tokio::test]
async fn a_timeline_gives_the_work_between_two_moments() {
    let api = Api::start().await;
    let at_work = api.at_work().await;
    let stretch = "from=2020-01-01T00:00:00.000Z&to=2020-01-02T00:00:00.000Z";
    let empty = api.client.get(&format!("/timeline?{stretch}")).await.expect(200);
    assert_eq!(empty["spans"], json!([]));
    let moment = |text: &str, add: i64| {
        let at: meanwhile_core::model::Timestamp = serde_json::from_value(text.into()).unwrap();
        let moved = meanwhile_core::model::Timestamp::from_ms(at.as_ms() + add);
        serde_json::to_value(moved).unwrap().as_str().unwrap().to_owned()
    };
    let created = at_work["created_at"].as_str().unwrap();
    let stretch = format!("from={}&to={}", moment(created, -60_000), moment(created, 60_000));
    let now = api.client.get(&format!("/timeline?{stretch}")).await.expect(200);
    assert_eq!(now["spans"][0]["task_id"], *id(&at_work));
    assert_eq!(now["spans"][0]["to"], Value::Null);
    assert_eq!(api.client.get("/timeline?from=x&to=y").await.refusal(), (422, "invalid"));
    assert_eq!(api.client.get("/timeline?from=2020-01-01T00:00:00.000Z").await.refusal(), (422, "invalid"));
    let today = api.client.get("/timeline").await.expect(200);
    assert_eq!(today["spans"][0]["task_id"], *id(&at_work));
}

#[tokio::test]
async fn what_meanwhile_gave_itself_to_do_is_listed_for_who_asks_for_that() {
    let api = Api::start().await;
    let names = json!({ "chat_names": "always" });
    let put = api.client.request(reqwest::Method::PUT, "/settings").json(&names);
    assert_eq!(put.send().await.unwrap().status(), 200);
    let asked = finished(&api, 1).await;
    let system = "/tasks?system=true&state=queued,running,completed";
    let named = api.client.get(system).await.expect(200);
    let named = id(&named["tasks"][0]).to_owned();
    let task = api.client.until_state(&named, "completed").await;
    assert_eq!(task["ownership"]["origin"], "system");
    assert_eq!(ids(&api.client.get(system).await.expect(200)["tasks"]), [named]);
    for users in ["/tasks", "/tasks?system=false"] {
        assert_eq!(ids(&api.client.get(users).await.expect(200)["tasks"]), asked, "{users}");
    }
    let page = api.client.get("/background-agents").await.expect(200);
    assert_eq!((ids(&page["active"]), ids(&page["history"])), (vec![], asked));
}
