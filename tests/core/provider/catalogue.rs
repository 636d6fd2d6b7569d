//! What model servers say about their models is understood, and what they do not say is unknown.

use crate::common::{chat, provider};
use meanwhile_core::model::{ModelFacts, Price, ProviderKind};
use meanwhile_core::provider::{Adapter, Patience};
use meanwhile_support::model_server::{LocalFake, LocalProduct, ModelServer, ReplayServer};
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

/// The first model of a server on this computer.
async fn facts(product: LocalProduct) -> ModelFacts {
    let fake = LocalFake::start(product).await;
    let (kind, tail) = match product {
        LocalProduct::Ollama => (ProviderKind::Ollama, ""),
        _ => (ProviderKind::OpenaiChat, "/v1"),
    };
    let base_url = format!("http://{}{tail}", fake.address());
    let adapter = Adapter::new(kind, &base_url, None, Patience::default()).unwrap();
    adapter.described_models().await.unwrap().remove(0).facts
}

#[tokio::test]
async fn each_local_server_is_asked_where_it_tells_the_context_and_the_abilities() {
    let unknown = ModelFacts::default();
    let context = |tokens| ModelFacts { context: Some(tokens), ..unknown };
    let tools = |facts| ModelFacts { images: Some(false), tools: Some(true), ..facts };
    // It has 8,192 in memory, and is given more when a prompt needs it.
    let ollama = ModelFacts { reasoning: Some(false), ..tools(context(131_072)) };
    for (product, expected) in [
        (LocalProduct::Ollama, ollama),
        (LocalProduct::LmStudio, tools(context(40_960))),
        (LocalProduct::LmStudioOld, context(8192)),
        (LocalProduct::LlamaCpp, context(4096)),
        (LocalProduct::Vllm, context(8192)),
        (LocalProduct::Jan, unknown),
        (LocalProduct::Other, unknown),
    ] {
        assert_eq!(facts(product).await, expected, "{product:?}");
    }
}

#[tokio::test]
async fn a_router_tells_context_abilities_and_prices_with_its_list() {
    let server = ModelServer::start().await;
    let told = json!({"context_length": 128_000, "architecture": {"input_modalities": ["text"]},
        "supported_parameters": ["reasoning"], "pricing": {"prompt": "0.000003", "completion": "0.000015"}});
    server.describe("sim", told);
    let models = provider(&server.base_url()).described_models().await.unwrap();
    let expected = ModelFacts {
        context: Some(128_000),
        images: Some(false),
        tools: Some(false),
        reasoning: Some(true),
        price: Some(Price { input: 3.0, cached: None, output: 15.0 }),
    };
    assert_eq!((models.len(), models[0].name.as_str(), models[0].facts), (1, "sim", expected));
}

#[tokio::test]
async fn the_list_is_there_although_nothing_more_can_be_learned_about_a_model() {
    // It answers the list to everything, the question about one model included.
    let body = json!({"models": [{"name": "a"}, {"name": "b"}, {"name": "a"}, 7]}).to_string();
    let server = ReplayServer::start(crate::dialect::http("application/json", &body)).await;
    let base_url = server.base_url();
    let began = Instant::now();
    let adapter = Adapter::new(ProviderKind::Ollama, &base_url, None, Patience::default()).unwrap();
    let models = adapter.described_models().await.unwrap();
    let names: Vec<_> = models.iter().map(|model| (model.name.as_str(), model.facts)).collect();
    assert_eq!(names, [("a", ModelFacts::default()), ("b", ModelFacts::default())]);
    assert!(began.elapsed() < Duration::from_secs(20), "it does not wait for what never comes");
    // And as a common list, whose other places answer nonsense as well.
    let models = chat(&base_url, None, Patience::default()).described_models().await.unwrap();
    assert_eq!(models.len(), 2);
}
