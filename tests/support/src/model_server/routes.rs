//! What the server answers to what.

use super::filler;
use super::question::Question;
use super::refusal::{fail, refuse_as_given, refuse_by, refuse_with};
use super::reply::{Piece, Reply, Stage};
use super::script::{Scripted, Step};
use super::spec::Spec;
use super::state::{Live, Seen, Sim};
use super::wire::{self, Fault, Head};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use futures_util::stream;
use meanwhile_core::model::ProviderKind;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Chunks carry a time of making; nobody reads it, so it stands still.
const CREATED: u64 = 1_790_000_000;
/// More than any prompt a test sends.
const BODY_LIMIT: usize = 64 << 20;
const PAGE: &str = "<!doctype html><html><head><title>Guest network</title><style>p{color:red}</style></head>\
    <body><h1>Welcome</h1><p>Please sign in to use the guest network.</p></body></html>";

pub(super) fn router(sim: Arc<Sim>) -> Router {
    let asked = |kind| post(move |State(sim): State<Arc<Sim>>, request: Request| answer(sim, request, kind));
    let listed = |kind| get(move |State(sim): State<Arc<Sim>>, request: Request| models(sim, request, kind));
    Router::new()
        .route("/v1/chat/completions", asked(ProviderKind::OpenaiChat))
        .route("/v1/responses", asked(ProviderKind::OpenaiResponses))
        .route("/v1/messages", asked(ProviderKind::Anthropic))
        .route("/v1beta/models/{call}", asked(ProviderKind::Gemini))
        .route("/api/chat", asked(ProviderKind::Ollama))
        .route("/v1/models", listed(ProviderKind::OpenaiChat))
        .route("/v1beta/models", listed(ProviderKind::Gemini))
        .route("/api/tags", listed(ProviderKind::Ollama))
        .route("/api/ps", get(in_memory))
        .route("/stats", get(stats))
        .route("/release", post(release))
        .with_state(sim)
}

/// Two of the APIs list their models at one place, and are told apart by a header.
async fn models(sim: Arc<Sim>, request: Request, kind: ProviderKind) -> Json<Value> {
    let (_, headers, _) = note(&sim, request).await;
    let kind = if headers.contains_key("anthropic-version") { ProviderKind::Anthropic } else { kind };
    let named = sim.models.iter().map(|(name, _)| name.clone()).chain(sim.script_names());
    let mut list = wire::models(kind, named);
    let entries = if list.get("data").is_some() { &mut list["data"] } else { &mut list["models"] };
    for entry in entries.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        let name = entry.get("id").or_else(|| entry.get("name")).and_then(Value::as_str).unwrap_or_default();
        entry.extend(sim.description(name));
    }
    Json(list)
}

/// As Ollama lists them.
async fn in_memory(State(sim): State<Arc<Sim>>) -> Json<Value> {
    let loaded = sim.loaded().into_iter();
    Json(
        json!({"models": loaded.map(|(name, context)| json!({"name": name, "context_length": context})).collect::<Vec<_>>()}),
    )
}

async fn stats(State(sim): State<Arc<Sim>>) -> Json<Value> {
    let n = sim.stats();
    Json(json!({"requests": n.requests, "active": n.active, "chunks": n.chunks,
                "completed": n.completed, "dropped": n.dropped}))
}

async fn release(State(sim): State<Arc<Sim>>) -> StatusCode {
    sim.release.open();
    StatusCode::NO_CONTENT
}

/// Keeps the request for the test to look at, and gives its parts on.
async fn note(sim: &Sim, request: Request) -> (Uri, HeaderMap, Bytes) {
    let (head, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    let headers = head.headers.iter();
    sim.record(Seen {
        method: head.method.to_string(),
        path: head.uri.to_string(),
        headers: headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    });
    (head.uri, head.headers, bytes)
}

async fn answer(sim: Arc<Sim>, request: Request, kind: ProviderKind) -> Response {
    let (uri, headers, body) = note(&sim, request).await;
    let refuse = |status, code, message: String| fail(kind, &Fault { status, code, message });
    let called = uri.path().rsplit('/').next().unwrap_or_default();
    let question = match Question::read(kind, called, &body) {
        Ok(question) => question,
        Err(said) => return refuse(400, "invalid_request_error", said),
    };
    if kind == ProviderKind::Anthropic && !headers.contains_key("anthropic-version") {
        return refuse(400, "invalid_request_error", "anthropic-version: header is required".to_owned());
    }
    let number = sim.requests.fetch_add(1, Relaxed);
    sim.touch();
    let prefix = if kind == ProviderKind::OpenaiChat { "chatcmpl" } else { "resp" };
    let mut head = Head {
        id: format!("{prefix}-sim{number}"),
        model: question.model.clone(),
        created: CREATED,
        prompt_tokens: question.tokens(),
        counts: question.counts,
    };
    if let Some(steps) = sim.next_script(&question.model, &question.said) {
        match steps.front() {
            Some(Step::Refuse(status, headers, body)) => return refuse_as_given(*status, headers, body),
            Some(Step::Fail(fault)) => return refuse_with(kind, *fault, &question.model),
            _ => {}
        }
        head.counts &= !steps.iter().any(|step| matches!(step, Step::Uncounted));
        let wire = wire::of(kind, &head);
        let live = Live::new(sim);
        let scripted = Scripted { steps, head, kind, wire, opened: false, texts: 0, has_called: false, live };
        return streamed(kind, stream::unfold(scripted, Scripted::next));
    }
    let words = words_of(&sim, &headers, &question);
    let mut spec = match Spec::parse(&words) {
        Ok(spec) => spec,
        Err(error) => return refuse(404, "model_not_found", error.to_string()),
    };
    if let Some(refuse) = spec.refuse.filter(|refuse| sim.refuses(&words, refuse.times)) {
        return refuse_by(kind, &spec, refuse);
    }
    if spec.html {
        return ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], PAGE).into_response();
    }
    let mut replay = None;
    if let Some(name) = &spec.file {
        let Some(text) = sim.text(name) else {
            return refuse(404, "model_not_found", format!("there is no text called '{name}'"));
        };
        let pieces = filler::pieces(&text, spec.bytes);
        spec.chunks = pieces.len() as u64;
        replay = Some(pieces);
    }
    let first = question.said_before().map_or(0, |said| match &replay {
        Some(pieces) => pieces_in(pieces, said),
        // Two of these stand in each piece of filler.
        None => said.matches('~').count() as u64 / 2,
    });
    let wire = wire::of(kind, &head);
    let mut live = Live::new(sim);
    if question.stream {
        let reply = Reply {
            spec,
            head,
            kind,
            wire,
            stage: Stage::Open,
            first,
            start: Instant::now(),
            replay,
            rest: None,
            live,
        };
        return streamed(kind, stream::unfold(reply, Reply::next));
    }
    sleep(Duration::from_millis(spec.ttft_ms)).await;
    if let Some(ms) = (spec.chunks * 1000).checked_div(spec.rate) {
        sleep(Duration::from_millis(ms)).await;
    }
    let text =
        replay.map_or_else(|| (0..spec.chunks).map(|k| filler::text(&spec, k)).collect(), |p| p.concat());
    live.ended = true;
    Json(wire.whole(&head, &text, spec.chunks)).into_response()
}

/// How many of these pieces make up a text.
fn pieces_in(pieces: &[String], text: &str) -> u64 {
    let mut rest = text.len();
    let whole = pieces.iter().take_while(|piece| {
        let fits = piece.len() <= rest;
        rest = rest.saturating_sub(piece.len());
        fits && !piece.is_empty()
    });
    whole.count() as u64
}

/// The request's `x-sim` header, else its body's `sim`, else the model's alias, else the model's name.
fn words_of(sim: &Sim, headers: &HeaderMap, question: &Question) -> String {
    let alias = sim.models.iter().find(|(name, _)| *name == question.model).map(|(_, spec)| spec.clone());
    headers
        .get("x-sim")
        .and_then(|value| value.to_str().ok().map(str::to_owned))
        .or_else(|| question.sim.clone())
        .or(alias)
        .unwrap_or_else(|| question.model.clone())
}

fn streamed(
    kind: ProviderKind,
    events: impl futures_util::Stream<Item = Piece> + Send + 'static,
) -> Response {
    let content = if kind == ProviderKind::Ollama { "application/x-ndjson" } else { "text/event-stream" };
    let headers = [(header::CONTENT_TYPE, content), (header::CACHE_CONTROL, "no-cache")];
    (headers, Body::from_stream(events)).into_response()
}
