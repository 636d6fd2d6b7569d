//! Dropping the stream is how an answer is stopped, and the provider notices.

use crate::common::{brisk, chat, provider, request};
use futures_util::StreamExt;
use meanwhile_core::provider::{Provider, ProviderEvent};
use meanwhile_support::model_server::{Gate, ModelServer, hang, stop, text, wait};

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    let server = ModelServer::start().await;
    server.script("m", [text("a"), hang()]);
    let mut events = provider(&server.base_url()).stream(request("m"));
    while !matches!(events.next().await, Some(Ok(ProviderEvent::Text(_)))) {}
    server.until(|stats| stats.active == 1).await;
    drop(events);
    server.until(|stats| (stats.active, stats.dropped) == (0, 1)).await;
}

#[tokio::test]
async fn dropping_the_stream_while_the_server_thinks_closes_the_connection() {
    let server = ModelServer::start().await;
    server.script("m", [hang()]);
    let provider = chat(&server.base_url(), None, brisk());
    let reading = tokio::spawn(async move {
        let mut events = provider.stream(request("m"));
        while events.next().await.is_some() {}
    });
    server.until(|stats| stats.active == 1).await;
    reading.abort();
    server.until(|stats| (stats.active, stats.dropped) == (0, 1)).await;
}

#[tokio::test]
async fn text_is_given_on_before_the_next_piece_exists() {
    let server = ModelServer::start().await;
    let gate = Gate::new();
    server.script("m", [text("a"), wait(&gate), text("b"), stop()]);
    let mut events = provider(&server.base_url()).stream(request("m"));
    assert_eq!(events.next().await, Some(Ok(ProviderEvent::Accepted)));
    assert_eq!(events.next().await, Some(Ok(ProviderEvent::Text("a".to_owned()))));
    gate.reached().await;
    gate.open();
    assert_eq!(events.next().await, Some(Ok(ProviderEvent::Text("b".to_owned()))));
}

#[tokio::test]
async fn a_server_that_ends_takes_its_connections_along() {
    let server = ModelServer::start().await;
    server.script("m", [text("a"), hang()]);
    let mut events = provider(&server.base_url()).stream(request("m"));
    while !matches!(events.next().await, Some(Ok(ProviderEvent::Text(_)))) {}
    drop(server);
    assert!(events.next().await.unwrap().is_err(), "a dead server is noticed at once");
    assert_eq!(events.next().await, None);
}
