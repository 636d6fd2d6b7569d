//! One client cannot take everything.

use crate::fixture::Api;
use crate::raw;
use meanwhile_api::{Front, Limits};
use meanwhile_support::api_client::{Answer, answer};
use meanwhile_support::harness::FACT_LIMIT;
use meanwhile_support::model_server::hang;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

async fn post(api: &Api, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = api.client.request(Method::POST, "/background-agents/start");
    answer(request.header("content-type", content_type).body(body)).await
}

#[tokio::test]
async fn malformed_json_is_refused() {
    let api = Api::start().await;
    for body in
        ["", "{", "{\"prompt\":", "nonsense", "{\"prompt\":\"x\"} trailing", "{'prompt':'x'}", "\u{feff}{}"]
    {
        assert_eq!(post(&api, "application/json", body).await.refusal(), (400, "malformed_json"), "{body}");
    }
}

#[tokio::test]
async fn json_of_the_wrong_form_is_refused() {
    let api = Api::start().await;
    for body in [
        "[]",
        "[\"x\", \"sim/m\"]",
        "null",
        "\"prompt\"",
        "{}",
        "{\"prompt\":7}",
        "{\"prompt\":\"x\",\"lane\":\"interactive\"}",
        "{\"prompt\":\"x\",\"prompt\":\"y\"}",
        "{\"Prompt\":\"x\"}",
    ] {
        assert_eq!(post(&api, "application/json", body).await.refusal(), (422, "invalid"), "{body}");
    }
}

#[tokio::test]
async fn json_that_is_nested_without_end_is_refused() {
    let api = Api::start().await;
    let body = "[".repeat(1 << 20);
    assert_eq!(post(&api, "application/json", body).await.refusal(), (400, "malformed_json"));
}

#[tokio::test]
async fn bytes_that_are_not_text_are_refused() {
    let api = Api::start().await;
    let body = b"{\"prompt\":\"\xff\xfe\",\"model\":\"sim/m\"}".to_vec();
    assert_eq!(post(&api, "application/json", body).await.refusal(), (400, "malformed_json"));
}

#[tokio::test]
async fn only_json_is_taken() {
    let api = Api::start().await;
    let body = "{\"prompt\":\"x\",\"model\":\"sim/m\"}";
    for kind in [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json-seq",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "",
    ] {
        assert_eq!(post(&api, kind, body).await.refusal(), (415, "unsupported_media_type"), "{kind}");
    }
    for kind in ["application/json", "Application/JSON; charset=UTF-8"] {
        assert_eq!(post(&api, kind, body).await.status, 201, "{kind}");
    }
}

#[tokio::test]
async fn a_call_without_a_body_needs_to_say_no_type() {
    let api = Api::start().await;
    let head = [
        "POST /background-agents/tsk_nowhere/stop HTTP/1.1".to_owned(),
        format!("Host: {}", api.host()),
        format!("Authorization: Bearer {}", api.client.token),
    ];
    assert_eq!(raw::send(&api.host(), &head, "").await.status, 404, "it is understood, and names no task");
}

// F67
#[tokio::test]
async fn a_body_of_seventeen_mebibytes_is_refused() {
    let api = Api::start().await;
    let body = format!("{{\"prompt\":\"{}\",\"model\":\"sim/m\"}}", "x".repeat(17 << 20));
    assert_eq!(post(&api, "application/json", body).await.refusal(), (413, "too_large"));
    let page = api.client.get("/background-agents").await.expect(200);
    assert_eq!(page["active"], json!([]), "nothing was stored");
}

#[tokio::test]
async fn a_large_body_without_a_length_is_refused_too() {
    let api = Api::start().await;
    let pieces = futures_util::stream::iter((0..17).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1 << 20])));
    let body = reqwest::Body::wrap_stream(pieces);
    assert_eq!(post(&api, "application/json", body).await.refusal(), (413, "too_large"));
}

// F67
#[tokio::test]
async fn a_head_of_many_kilobytes_is_refused() {
    let api = Api::start().await;
    let head = ["GET /healthz HTTP/1.1".to_owned(), format!("X-Long: {}", "x".repeat(64 << 10))];
    assert_eq!(raw::send(&api.host(), &head, "").await.status, 431);
}

// F67
#[tokio::test]
async fn a_client_that_never_finishes_its_head_is_let_go() {
    let api =
        Api::with(Limits { header: Duration::from_millis(100), ..Limits::default() }, Front::None).await;
    for start in ["", "GET /healthz HTTP/1.1\r\nHost: "] {
        let mut stream = TcpStream::connect(api.host()).await.unwrap();
        stream.write_all(start.as_bytes()).await.unwrap();
        let reply = raw::read(&mut stream).await;
        assert_eq!(reply.body, "", "{start:?} got {reply:?}");
    }
}

// F67
#[tokio::test]
async fn a_client_that_never_finishes_its_body_is_let_go() {
    let api = Api::with(Limits { body: Duration::from_millis(100), ..Limits::default() }, Front::None).await;
    let mut stream = TcpStream::connect(api.host()).await.unwrap();
    let head = format!(
        "POST /background-agents/start HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"prompt\":",
        api.host(),
        api.client.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = raw::read(&mut stream).await;
    assert_eq!(reply.status, 408);
    assert!(reply.body.contains("too_slow"), "{}", reply.body);
}

/// Takes one of the places by following.
async fn follow(api: &Api) -> reqwest::Response {
    let response = api.client.request(Method::GET, "/events").send().await.unwrap();
    assert_eq!(response.status(), 200);
    response
}

// F67
#[tokio::test]
async fn one_connection_too_many_is_told_so_and_the_others_go_on() {
    let api = Api::with(Limits { connections: 3, ..Limits::default() }, Front::None).await;
    let mut followers = vec![follow(&api).await, follow(&api).await, follow(&api).await];
    let mut stream = TcpStream::connect(api.host()).await.unwrap();
    let reply = raw::read(&mut stream).await;
    assert_eq!(reply.status, 503);
    let problem: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(problem["code"], "too_many_connections");
    api.app.send("m", meanwhile_core::model::Lane::Background).await;
    for follower in &mut followers {
        follower.chunk().await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_place_is_free_again_when_its_client_leaves() {
    let api = Api::with(Limits { connections: 1, ..Limits::default() }, Front::None).await;
    drop(follow(&api).await);
    assert_eq!(until_answered(&api).await, 200);
}

/// Asks until there is a place.
async fn until_answered(api: &Api) -> u16 {
    let head = ["GET /healthz HTTP/1.1".to_owned(), format!("Host: {}", api.host())];
    let wait = async {
        loop {
            let reply = raw::send(&api.host(), &head, "").await;
            if reply.status != 503 {
                return reply.status;
            }
        }
    };
    tokio::time::timeout(FACT_LIMIT, wait).await.expect("the place never became free")
}

#[tokio::test]
async fn a_client_that_reads_nothing_loses_its_place() {
    let limits = Limits { connections: 2, stuck: Duration::from_secs(2), ..Limits::default() };
    let api = Api::with(limits, Front::None).await;
    api.app.server.script("m", [hang()]);
    let mut task = json!({});
    for _ in 0..4 {
        task = api.client.start(&json!({ "prompt": "x".repeat(4 << 20), "model": "sim/m" })).await;
    }
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stuck = socket.connect(api.host().parse().unwrap()).await.unwrap();
    let head = format!(
        "GET /events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        api.host(),
        api.client.token
    );
    stuck.write_all(head.as_bytes()).await.unwrap();
    stuck.readable().await.unwrap();

    // Both places are taken now: by the one that reads nothing, and by this one, which reads and so keeps its place.
    let mut other = follow(&api).await;
    let reading = tokio::spawn(async move { while let Ok(Some(_)) = other.chunk().await {} });
    // So it is the other one's that became free.
    assert_eq!(until_answered(&api).await, 200);
    assert!(!reading.is_finished(), "the one that reads lost its place");
    drop(stuck);
    assert_eq!(api.app.core.doctor().await.unwrap(), [], "{task:?}");
}
