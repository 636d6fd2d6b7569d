//! Asking in any dialect.

use bytes::Bytes;
use futures_util::stream::{StreamExt, iter};
use meanwhile_core::model::{AskedCall, ProviderKind, ToolSpec};
use meanwhile_core::provider::{Adapter, CompletionRequest, Provider, ProviderError, read_events};
use meanwhile_core::secrets::Secret;
use meanwhile_support::answer::{Folded, KEY, brisk, fold, request};
use meanwhile_support::model_server::{ModelServer, Step};
use serde_json::{Value, json};

/// Every dialect that is spoken over the network.
pub const KINDS: [ProviderKind; 5] = [
    ProviderKind::OpenaiChat,
    ProviderKind::OpenaiResponses,
    ProviderKind::Anthropic,
    ProviderKind::Gemini,
    ProviderKind::Ollama,
];

pub fn speaker(kind: ProviderKind, base_url: &str) -> Adapter {
    Adapter::new(kind, base_url, Some(Secret::new(KEY)), brisk()).expect("it has an address")
}

pub fn provider(kind: ProviderKind, server: &ModelServer) -> Adapter {
    speaker(kind, &server.base_url_for(kind))
}

pub async fn ask(kind: ProviderKind, server: &ModelServer, model: &str) -> Folded {
    fold(provider(kind, server).stream(request(model))).await
}

/// The answer of a server that follows these steps.
pub async fn scripted(kind: ProviderKind, steps: impl IntoIterator<Item = Step>) -> Folded {
    let server = ModelServer::start().await;
    server.script("m", steps);
    ask(kind, &server, "m").await
}

/// What a tool is told that looks up words.
pub fn schema() -> Value {
    json!({"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]})
}

/// One prompt for `model`, which may look up words.
pub fn offering(model: &str) -> CompletionRequest {
    let look_up = ToolSpec {
        name: "look_up".to_owned(),
        description: "Looks up a word.".to_owned(),
        parameters: schema(),
    };
    CompletionRequest { tools: vec![look_up], ..request(model) }
}

/// The answer of a server that follows these steps to a question that offers tools.
pub async fn with_tools(kind: ProviderKind, steps: impl IntoIterator<Item = Step>) -> Folded {
    let server = ModelServer::start().await;
    server.script("m", steps);
    fold(provider(kind, &server).stream(offering("m"))).await
}

/// A call as it is told, with nothing that its provider wants back.
pub fn asked(tool: &str, arguments: &str) -> AskedCall {
    AskedCall { tool: tool.to_owned(), arguments: arguments.to_owned(), opaque: None }
}

/// The error such an answer ends with, and the promise that no text of ours tells the key.
pub async fn error_of(kind: ProviderKind, steps: impl IntoIterator<Item = Step>) -> ProviderError {
    let error = scripted(kind, steps).await.error.expect("an error");
    assert!(!format!("{error} {error:?}").contains(KEY), "the key is in {error:?}");
    error
}

/// Arguments, as servers write them.
pub const TIDE: &str = r#"{"word":"tide"}"#;

/// An answer that is sent as it stands here.
pub async fn read(kind: ProviderKind, body: &str) -> Folded {
    let bytes = Bytes::copy_from_slice(body.as_bytes());
    fold(read_events(kind, iter([Ok(bytes)]).boxed(), "m", brisk())).await
}

/// An answer of chat completions with these lists of calls in its chunks.
pub async fn chunks(calls: impl IntoIterator<Item = Value>, reason: &str) -> Folded {
    let chunk = |delta: Value, reason: Value| {
        format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}))
    };
    let body: String =
        calls.into_iter().map(|calls| chunk(json!({"tool_calls": calls}), Value::Null)).collect();
    read(ProviderKind::OpenaiChat, &(body + &chunk(json!({}), json!(reason)) + "data: [DONE]\n\n")).await
}
