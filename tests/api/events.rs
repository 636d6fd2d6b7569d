//! The log of one task, and everything as server-sent events.

use crate::fixture::{Api, id};
use meanwhile_support::harness::FACT_LIMIT;
use meanwhile_support::model_server::{Gate, stop, text, wait};
use reqwest::{Method, Response};
use serde_json::Value;

/// One server-sent event.
#[derive(Debug, Default)]
struct Sent {
    id: String,
    name: String,
    data: Value,
}

struct Stream {
    response: Response,
    bytes: Vec<u8>,
}

impl Stream {
    async fn open(api: &Api, path: &str, last_event_id: Option<&str>) -> Self {
        let mut request = api.client.request(Method::GET, path);
        if let Some(id) = last_event_id {
            request = request.header("Last-Event-ID", id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, bytes: Vec::new() }
    }

    async fn next(&mut self) -> Sent {
        loop {
            if let Some(end) = self.bytes.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = self.bytes.drain(..end + 2).collect();
                let block = String::from_utf8(block).unwrap();
                let mut sent = Sent::default();
                for line in block.lines() {
                    match line.split_once(": ") {
                        Some(("id", value)) => sent.id = value.to_owned(),
                        Some(("event", value)) => sent.name = value.to_owned(),
                        Some(("data", value)) => sent.data = serde_json::from_str(value).unwrap(),
                        _ => {}
                    }
                }
                if !sent.name.is_empty() {
                    return sent;
                }
                continue;
            }
            let chunk = tokio::time::timeout(FACT_LIMIT, self.response.chunk()).await.expect("no event came");
            self.bytes.extend_from_slice(&chunk.unwrap().expect("the stream ended"));
        }
    }
}

async fn events_after(api: &Api, id: &str, after: &Value) -> (Vec<Value>, Value) {
    let page = api.client.get(&format!("/background-agents/{id}/events?after={after}")).await.expect(200);
    (page["events"].as_array().unwrap().clone(), page["head"].clone())
}

#[tokio::test]
async fn the_log_of_a_task_tells_its_life_in_order() {
    let api = Api::start().await;
    let task = api.answering([text("ok"), stop()]).await;
    api.client.until(id(&task), |task| task["delivery"]["state"] == "delivered").await;
    let (events, head) = events_after(&api, id(&task), &0.into()).await;
    let kinds: Vec<&str> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[..4], ["queued", "started", "attempt_ended", "completed"]);
    let seqs: Vec<i64> = events.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b), "{seqs:?}");
    assert_eq!(head.as_i64(), seqs.last().copied());
    assert!(events.iter().all(|event| event["task_id"] == task["id"]));
}

#[tokio::test]
async fn after_leaves_out_what_is_known() {
    let api = Api::start().await;
    let task = api.answering([text("ok"), stop()]).await;
    api.client.until(id(&task), |task| task["delivery"]["state"] == "delivered").await;
    let (all, head) = events_after(&api, id(&task), &0.into()).await;
    let (rest, _) = events_after(&api, id(&task), &all[0]["seq"]).await;
    assert_eq!(rest, all[1..]);
    let (none, same) = events_after(&api, id(&task), &head).await;
    assert_eq!((none.len(), same), (0, head));
}

#[tokio::test]
async fn an_after_that_is_no_number_is_refused() {
    let api = Api::start().await;
    let task = api.at_work().await;
    let answer = api.client.get(&format!("/background-agents/{}/events?after=soon", id(&task))).await;
    assert_eq!(answer.refusal(), (422, "invalid"));
}

#[tokio::test]
async fn a_stream_begins_with_where_things_stand() {
    let api = Api::start().await;
    let task = api.at_work().await;
    let first = Stream::open(&api, "/events", None).await.next().await;
    assert_eq!(first.name, "snapshot");
    assert_eq!(first.data["type"], "snapshot");
    assert_eq!(first.data["tasks"][0]["id"], task["id"]);
    assert_eq!(first.data["texts"][0]["text"], "Half an ");
    assert_eq!(first.data["summary"]["working"], 1);
    assert_eq!(first.id, first.data["head"].to_string());
}

#[tokio::test]
async fn a_client_that_comes_back_gets_neither_a_gap_nor_a_repeat() {
    let api = Api::start().await;
    let gate = Gate::new();
    let mut stream = Stream::open(&api, "/events", None).await;
    stream.next().await;
    let task = api.answering([text("one "), wait(&gate), text("two"), stop()]).await;
    let mut seen: Vec<Value> = Vec::new();
    let mut last = String::new();
    while !seen.iter().any(|event| event["kind"] == "text_delta") {
        let sent = stream.next().await;
        seen.extend(sent.data["events"].as_array().unwrap().clone());
        last = sent.id;
    }
    drop(stream);
    gate.open();
    api.client.until(id(&task), |task| task["delivery"]["state"] == "delivered").await;

    let mut stream = Stream::open(&api, "/events", Some(&last)).await;
    let (log, _) = events_after(&api, id(&task), &0.into()).await;
    while seen.last().unwrap()["seq"].as_i64() < log.last().unwrap()["seq"].as_i64() {
        let sent = stream.next().await;
        assert_eq!(sent.name, "events");
        seen.extend(sent.data["events"].as_array().unwrap().clone());
    }
    let facts: Vec<Value> = seen.into_iter().filter(|event| event["kind"] != "text_delta").collect();
    assert_eq!(facts, log, "pieces of text go when the answer is complete; every other event comes once");
}

#[tokio::test]
async fn last_event_id_counts_more_than_the_address() {
    let api = Api::start().await;
    let task = api.answering([text("ok"), stop()]).await;
    api.client.until(id(&task), |task| task["delivery"]["state"] == "delivered").await;
    let (log, _) = events_after(&api, id(&task), &0.into()).await;
    let last = log[1]["seq"].to_string();
    let sent = Stream::open(&api, "/events?after=0", Some(&last)).await.next().await;
    assert_eq!(sent.data["events"][0]["seq"], log[2]["seq"]);
}

#[tokio::test]
async fn a_last_event_id_that_is_no_number_is_refused() {
    let api = Api::start().await;
    let request = api.client.request(Method::GET, "/events").header("Last-Event-ID", "yesterday");
    assert_eq!(meanwhile_support::api_client::answer(request).await.refusal(), (422, "invalid"));
}

#[tokio::test]
async fn text_is_on_disk_when_a_client_sees_it() {
    let api = Api::start().await;
    let gate = Gate::new();
    let mut stream = Stream::open(&api, "/events", None).await;
    stream.next().await;
    let task = api.answering([text("visible"), wait(&gate), stop()]).await;
    loop {
        let sent = stream.next().await;
        let events = sent.data["events"].as_array().unwrap();
        if events.iter().any(|event| event["kind"] == "text_delta") {
            break;
        }
    }
    assert_eq!(api.client.task(id(&task)).await["text"], "visible");
    gate.open();
}
