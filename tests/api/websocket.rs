//! Everything over a WebSocket.

use crate::fixture::{Api, id};
use futures_util::{SinkExt, StreamExt};
use meanwhile_api::{Front, Limits};
use meanwhile_support::api_client::ApiClient;
use meanwhile_support::harness::FACT_LIMIT;
use meanwhile_support::model_server::{Gate, hang, stop, text, wait};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

pub type Socket = WebSocketStream<TcpStream>;

pub async fn connect(
    client: &ApiClient,
    query: &str,
    headers: &[(&'static str, &str)],
) -> Result<Socket, Error> {
    let host = client.url.strip_prefix("http://").unwrap();
    let mut request = format!("ws://{host}/background-agent-ws{query}").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    let stream = TcpStream::connect(host).await.unwrap();
    Ok(tokio_tungstenite::client_async(request, stream).await?.0)
}

async fn open(api: &Api, query: &str) -> Socket {
    let bearer = format!("Bearer {}", api.client.token);
    connect(&api.client, query, &[("authorization", &bearer)]).await.unwrap()
}

pub async fn message(socket: &mut Socket) -> Message {
    tokio::time::timeout(FACT_LIMIT, socket.next())
        .await
        .expect("nothing came")
        .expect("it was closed")
        .unwrap()
}

pub async fn frame(socket: &mut Socket) -> Value {
    loop {
        if let Message::Text(text) = message(socket).await {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

async fn goodbye(socket: &mut Socket) -> Option<CloseFrame> {
    loop {
        if let Message::Close(reason) = message(socket).await {
            return reason;
        }
    }
}

#[tokio::test]
async fn the_first_message_says_where_things_stand() {
    let api = Api::start().await;
    let task = api.at_work().await;
    let first = frame(&mut open(&api, "").await).await;
    assert_eq!(first["type"], "snapshot");
    assert_eq!(first["tasks"][0]["id"], task["id"]);
    assert_eq!(first["texts"], json!([{ "task_id": task["id"], "attempt": 1, "text": "Half an " }]));
    assert_eq!(first["summary"]["working"], 1);
    assert!(first["head"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn a_client_that_comes_back_with_after_gets_neither_a_gap_nor_a_repeat() {
    let api = Api::start().await;
    let gate = Gate::new();
    let mut socket = open(&api, "").await;
    frame(&mut socket).await;
    let task = api.answering([text("one "), wait(&gate), text("two"), stop()]).await;
    let mut seen: Vec<Value> = Vec::new();
    let mut head = Value::Null;
    while !seen.iter().any(|event| event["kind"] == "text_delta") {
        let next = frame(&mut socket).await;
        assert_eq!(next["type"], "events");
        seen.extend(next["events"].as_array().unwrap().clone());
        head = next["head"].clone();
    }
    drop(socket);
    gate.open();
    api.client.until(id(&task), |task| task["delivery"]["state"] == "delivered").await;

    let log = api.client.get(&format!("/background-agents/{}/events", id(&task))).await.expect(200);
    let log = log["events"].as_array().unwrap().clone();
    let mut socket = open(&api, &format!("?after={head}")).await;
    while seen.last().unwrap()["seq"].as_i64() < log.last().unwrap()["seq"].as_i64() {
        seen.extend(frame(&mut socket).await["events"].as_array().unwrap().clone());
    }
    let facts: Vec<Value> = seen.into_iter().filter(|event| event["kind"] != "text_delta").collect();
    assert_eq!(facts, log, "pieces of text go when the answer is complete; every other event comes once");
}

#[tokio::test]
async fn the_upgrade_needs_the_token_in_its_header() {
    let api = Api::start().await;
    let in_address = format!("?token={}", api.client.token);
    for (query, headers) in
        [("", vec![]), (in_address.as_str(), vec![]), ("", vec![("authorization", "Bearer wrong")])]
    {
        match connect(&api.client, query, &headers).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 401),
            other => panic!("{query} was answered with {other:?}"),
        }
    }
}

// F65
#[tokio::test]
async fn a_page_cannot_open_a_websocket_even_with_the_token() {
    let api = Api::start().await;
    let bearer = format!("Bearer {}", api.client.token);
    for origin in ["null", "http://evil.example", &api.client.url] {
        match connect(&api.client, "", &[("authorization", &bearer), ("origin", origin)]).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 403),
            other => panic!("{origin} was answered with {other:?}"),
        }
    }
}

#[tokio::test]
async fn without_an_upgrade_the_other_way_is_named() {
    let api = Api::start().await;
    let answer = api.client.get("/background-agent-ws").await;
    assert_eq!(answer.refusal(), (426, "upgrade_required"));
    assert!(answer.json["hint"].as_str().unwrap().contains("/events"));
}

#[tokio::test]
async fn a_client_is_asked_for_signs_of_life_and_let_go_without_them() {
    let limits = Limits { ping: Duration::from_millis(50), ..Limits::default() };
    let api = Api::with(limits, Front::None).await;
    let host = api.host();
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let upgrade = format!(
        "GET /background-agent-ws HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        api.client.token
    );
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    stream.write_all(upgrade.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let end = tokio::time::timeout(FACT_LIMIT, async {
        // A client that reads but never answers a ping.
        let mut piece = [0; 4096];
        loop {
            let read = stream.read(&mut piece).await.unwrap();
            heard.extend_from_slice(&piece[..read]);
            if read == 0 || heard.windows(15).any(|words| words == b"no sign of life") {
                return;
            }
        }
    });
    end.await.expect("the server kept a dead client");
    assert!(heard.windows(2).any(|ping| ping == [0x89, 0]), "it was asked first");
    assert!(heard.windows(15).any(|words| words == b"no sign of life"), "it was told why");
}

#[tokio::test]
async fn a_client_that_answers_pings_stays() {
    let limits = Limits { ping: Duration::from_secs(1), ..Limits::default() };
    let api = Api::with(limits, Front::None).await;
    let mut socket = open(&api, "").await;
    frame(&mut socket).await;
    let mut pings = 0;
    while pings < 3 {
        if let Message::Ping(_) = message(&mut socket).await {
            pings += 1;
        }
    }
    api.at_work().await;
    assert_eq!(frame(&mut socket).await["type"], "events");
}

// F67
#[tokio::test]
async fn a_slow_client_is_let_go_with_the_reason() {
    let limits = Limits { frame: Duration::ZERO, ..Limits::default() };
    let api = Api::with(limits, Front::None).await;
    api.app.server.script("m", [hang()]);
    for _ in 0..3 {
        api.client.start(&json!({ "prompt": "x".repeat(4 << 20), "model": "sim/m" })).await;
    }
    let mut socket = open(&api, "").await;
    let reason = goodbye(&mut socket).await.unwrap();
    assert_eq!((u16::from(reason.code), reason.reason.as_str()), (1013, "too slow"));
}

#[tokio::test]
async fn what_a_client_says_changes_nothing() {
    let api = Api::start().await;
    let mut socket = open(&api, "").await;
    frame(&mut socket).await;
    socket.send(Message::text("{\"type\":\"stop_everything\"}")).await.unwrap();
    socket.send(Message::binary(vec![0xff; 100])).await.unwrap();
    let task = api.at_work().await;
    assert_eq!(frame(&mut socket).await["events"][0]["task_id"], task["id"]);
}

#[tokio::test]
async fn a_stopping_server_says_goodbye() {
    let api = Api::start().await;
    let mut socket = open(&api, "").await;
    frame(&mut socket).await;
    let server = api.server;
    let (reason, ()) = tokio::join!(goodbye(&mut socket), server.shutdown());
    assert_eq!(u16::from(reason.unwrap().code), 1001);
}
