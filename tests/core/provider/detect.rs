//! Local model servers are found by the form of their answers, without a key, on this computer only.

use meanwhile_core::model::{LocalServer, ProviderKind};
use meanwhile_core::provider::{detect_local, usual_targets};
use meanwhile_support::model_server::{LocalFake, LocalProduct};
use std::net::SocketAddr;
use std::time::Duration;

/// More than the app allows: this computer may be busy with a build.
const PATIENCE: Duration = Duration::from_secs(10);

async fn found(product: LocalProduct) -> Vec<(String, String, Vec<String>)> {
    let fake = LocalFake::start(product).await;
    let servers = detect_local(PATIENCE, &[fake.address()]).await;
    for seen in fake.requests() {
        assert_eq!((seen.method.as_str(), seen.header("authorization")), ("GET", None), "{}", seen.path);
    }
    servers
        .into_iter()
        .map(|server| {
            let (kind, tail) = match product {
                LocalProduct::Ollama => (ProviderKind::Ollama, ""),
                _ => (ProviderKind::OpenaiChat, "/v1"),
            };
            assert_eq!((server.kind, server.base_url), (kind, format!("http://{}{tail}", fake.address())));
            (server.product, server.name, server.models)
        })
        .collect()
}

#[tokio::test]
async fn each_product_is_known_by_its_answers() {
    for (product, name, short, model) in [
        (LocalProduct::Ollama, "Ollama", "ollama", "llama3.2:3b"),
        (LocalProduct::LmStudio, "LM Studio", "lm-studio", "qwen/qwen3-8b"),
        (LocalProduct::LmStudioOld, "LM Studio", "lm-studio", "gemma-3-4b"),
        (LocalProduct::LlamaCpp, "llama.cpp", "llama-cpp", "tiny.gguf"),
        (LocalProduct::Jan, "Jan", "jan", "jan-v1-4b"),
        (LocalProduct::Vllm, "vLLM", "vllm", "meta-llama/Llama-3.1-8B"),
        (LocalProduct::Other, "OpenAI-compatible server", "local", "some-model"),
    ] {
        let expected = (name.to_owned(), short.to_owned(), vec![model.to_owned()]);
        assert_eq!(found(product).await, [expected], "{product:?}");
    }
}

#[tokio::test]
async fn what_is_no_model_server_is_not_found() {
    for product in [LocalProduct::WebApp, LocalProduct::JsonApp] {
        assert_eq!(found(product).await, [], "{product:?}");
    }
}

#[tokio::test]
async fn a_silent_port_and_a_closed_port_do_not_hold_up_the_others() {
    let ollama = LocalFake::start(LocalProduct::Ollama).await;
    let silent = LocalFake::start(LocalProduct::Silent).await;
    let closed = LocalFake::start(LocalProduct::Jan).await;
    let closed_address = closed.address();
    drop(closed);
    let targets = [silent.address(), closed_address, ollama.address()];
    let patience = Duration::from_secs(2);
    let searching = detect_local(patience, &targets);
    let servers =
        tokio::time::timeout(patience * 3, searching).await.expect("one patience, not one for each target");
    let products: Vec<_> = servers.iter().map(|server| server.product.as_str()).collect();
    assert_eq!(products, ["Ollama"]);
}

#[tokio::test]
async fn two_servers_of_one_product_get_two_names() {
    let (first, second) =
        (LocalFake::start(LocalProduct::LlamaCpp).await, LocalFake::start(LocalProduct::LlamaCpp).await);
    let servers = detect_local(PATIENCE, &[first.address(), second.address()]).await;
    let names: Vec<_> = servers.into_iter().map(|server: LocalServer| server.name).collect();
    assert_eq!(names, ["llama-cpp", "llama-cpp-2"]);
}

#[tokio::test]
async fn another_computer_is_never_asked() {
    // An address of the documentation range: a connection to it would time out, so nothing at all is the proof.
    let targets: [SocketAddr; 1] = ["192.0.2.1:11434".parse().unwrap()];
    let searching = detect_local(Duration::from_secs(3600), &targets);
    let servers = tokio::time::timeout(Duration::from_secs(5), searching).await.expect("no waiting");
    assert_eq!(servers, []);
}

#[test]
fn ollama_host_is_respected_when_it_is_this_computer() {
    let first = |host: &str| usual_targets(Some(host)).first().map(ToString::to_string);
    for (host, target) in [
        ("127.0.0.1:9999", "127.0.0.1:9999"),
        ("http://localhost:9999", "127.0.0.1:9999"),
        ("0.0.0.0:9999", "127.0.0.1:9999"),
        ("[::1]:9999", "[::1]:9999"),
        ("192.168.1.7:9999", "127.0.0.1:11434"),
        ("box.local", "127.0.0.1:11434"),
        ("0.0.0.0", "127.0.0.1:11434"),
    ] {
        assert_eq!(first(host).as_deref(), Some(target), "for {host}");
    }
    assert_eq!(usual_targets(None).len(), 5);
}
