//! Asking in any dialect.

use meanwhile_core::model::ProviderKind;
use meanwhile_core::provider::{Adapter, Provider, ProviderError};
use meanwhile_core::secrets::Secret;
use meanwhile_support::answer::{Folded, KEY, brisk, fold, request};
use meanwhile_support::model_server::{ModelServer, Step};

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

/// The error such an answer ends with, and the promise that no text of ours tells the key.
pub async fn error_of(kind: ProviderKind, steps: impl IntoIterator<Item = Step>) -> ProviderError {
    let error = scripted(kind, steps).await.error.expect("an error");
    assert!(!format!("{error} {error:?}").contains(KEY), "the key is in {error:?}");
    error
}
