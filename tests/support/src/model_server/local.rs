//! Fakes of the model servers people run on their own computers, told apart by the form of their answers.

use super::Running;
use super::state::{Seen, Sim};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;

/// Whose answers a fake gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalProduct {
    /// Ollama with one model.
    Ollama,
    /// LM Studio with its newer list: one chat model, one embedding model.
    LmStudio,
    /// LM Studio with its older list.
    LmStudioOld,
    /// llama.cpp, which answers Ollama's list as well.
    LlamaCpp,
    /// Jan.
    Jan,
    /// vLLM.
    Vllm,
    /// Something that only knows the common list.
    Other,
    /// A web application that answers a page to everything.
    WebApp,
    /// A web application that answers JSON to everything.
    JsonApp,
    /// Something that takes the request and says nothing.
    Silent,
}

/// A running fake.
pub struct LocalFake {
    sim: Arc<Sim>,
    running: Running,
}

impl LocalFake {
    /// Starts a fake of `product` on a free port.
    pub async fn start(product: LocalProduct) -> Self {
        let sim = Arc::new(Sim::default());
        let app = Router::new().fallback(answer).with_state((Arc::clone(&sim), product));
        Self { sim, running: Running::start(0, app).await }
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Seen> {
        self.sim.seen()
    }
}

async fn answer(State((sim, product)): State<(Arc<Sim>, LocalProduct)>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    sim.record(Seen {
        method: request.method().to_string(),
        path: path.clone(),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: Value::Null,
    });
    match product {
        LocalProduct::WebApp => return Html("<!doctype html><h1>My router</h1>").into_response(),
        LocalProduct::JsonApp => return Json(json!({"status": "ok", "version": "3"})).into_response(),
        LocalProduct::Silent => std::future::pending().await,
        _ => {}
    }
    match said(product, &path) {
        Some(json) => Json(json).into_response(),
        // LM Studio answers 200 to paths it does not know.
        None if matches!(product, LocalProduct::LmStudio | LocalProduct::LmStudioOld) => {
            Json(json!({"error": format!("Unexpected endpoint or method. (GET {path})")})).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn said(product: LocalProduct, path: &str) -> Option<Value> {
    let list = |id: &str, owner: &str| json!({"object": "list", "data": [{"id": id, "object": "model", "created": 1, "owned_by": owner}]});
    let tags =
        |name: &str| json!({"models": [{"name": name, "model": name, "details": {"family": "llama"}}]});
    Some(match (product, path) {
        (LocalProduct::Ollama, "/api/version") => json!({"version": "0.14.2"}),
        (LocalProduct::Ollama, "/api/tags") => tags("llama3.2:3b"),
        (LocalProduct::Ollama, "/api/show") => json!({"capabilities": ["completion", "tools"],
            "model_info": {"general.architecture": "llama", "llama.context_length": 131_072}}),
        (LocalProduct::Ollama, "/api/ps") => json!({"models": [
            {"name": "llama3.2:3b", "model": "llama3.2:3b", "size_vram": 0, "context_length": 8192}]}),
        (LocalProduct::Ollama, "/v1/models") => list("llama3.2:3b", "library"),
        (LocalProduct::LmStudio, "/api/v1/models") => json!({"models": [
            {"type": "llm", "key": "qwen/qwen3-8b", "display_name": "Qwen3 8B", "loaded_instances": [],
             "max_context_length": 40_960, "capabilities": {"vision": false, "trained_for_tool_use": true}},
            {"type": "embedding", "key": "nomic-embed", "display_name": "Nomic", "loaded_instances": []}]}),
        (LocalProduct::LmStudio, "/v1/models") => list("qwen/qwen3-8b", "organization_owner"),
        (LocalProduct::LmStudioOld, "/api/v0/models") => json!({"object": "list", "data": [
            {"id": "gemma-3-4b", "object": "model", "type": "llm", "state": "loaded",
             "loaded_context_length": 8192, "max_context_length": 131_072},
            {"id": "nomic-embed", "object": "model", "type": "embeddings", "state": "not-loaded"}]}),
        (LocalProduct::LmStudioOld, "/v1/models") => list("gemma-3-4b", "organization_owner"),
        (LocalProduct::LlamaCpp, "/props") => {
            json!({"default_generation_settings": {"n_ctx": 4096}, "total_slots": 1})
        }
        (LocalProduct::LlamaCpp, "/v1/models") => list("tiny.gguf", "llamacpp"),
        (LocalProduct::LlamaCpp, "/api/tags") => tags("tiny.gguf"),
        (LocalProduct::Jan, "/v1/models") => list("jan-v1-4b", "user"),
        (LocalProduct::Jan, "/openapi.json") => {
            json!({"openapi": "3.1.0", "info": {"title": "Jan API", "version": "0.6.9"}})
        }
        (LocalProduct::Vllm, "/v1/models") => json!({"object": "list", "data": [
            {"id": "meta-llama/Llama-3.1-8B", "object": "model", "owned_by": "vllm", "max_model_len": 8192}]}),
        (LocalProduct::Vllm, "/openapi.json") => json!({"info": {"title": "FastAPI", "version": "0.1.0"}}),
        (LocalProduct::Other, "/v1/models") => list("some-model", "me"),
        _ => return None,
    })
}
