//! What the server answers to what.

use super::reply::{Reply, Stage};
use super::script::{Scripted, Step};
use super::spec::{Refuse, Spec};
use super::state::{Live, Seen, Sim};
use super::wire::{self, Dialect, Head};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use futures_util::stream;
use meanwhile_core::model::GO_ON;
use serde::Deserialize;
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

#[derive(Deserialize)]
struct Question {
    model: String,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
    #[serde(default)]
    messages: Vec<Value>,
    #[serde(default)]
    input: Value,
    #[serde(default)]
    sim: Option<String>,
}

#[derive(Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Api {
    Chat,
    Responses,
}

pub(super) fn router(sim: Arc<Sim>) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(chat))
        .route("/v1/responses", post(responses))
        .route("/v1/models", get(models))
        .route("/stats", get(stats))
        .route("/release", post(release))
        .with_state(sim)
}

async fn chat(State(sim): State<Arc<Sim>>, request: Request) -> Response {
    answer(sim, request, Api::Chat).await
}

async fn responses(State(sim): State<Arc<Sim>>, request: Request) -> Response {
    answer(sim, request, Api::Responses).await
}

async fn models(State(sim): State<Arc<Sim>>, request: Request) -> Json<Value> {
    note(&sim, request).await;
    let named = sim.models.iter().map(|(name, _)| name.clone()).chain(sim.script_names());
    let data: Vec<Value> = named
        .map(|name| json!({"id": name, "object": "model", "created": 0, "owned_by": "modelsim"}))
        .collect();
    Json(json!({"object": "list", "data": data}))
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

/// Keeps the request for the test to look at, and gives its headers and body on.
async fn note(sim: &Sim, request: Request) -> (HeaderMap, Bytes) {
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
    (head.headers, bytes)
}

async fn answer(sim: Arc<Sim>, request: Request, api: Api) -> Response {
    let (headers, body) = note(&sim, request).await;
    let question: Question = match serde_json::from_slice(&body) {
        Ok(question) => question,
        Err(error) => return fail(400, "invalid_request_error", &error.to_string()),
    };
    let number = sim.requests.fetch_add(1, Relaxed);
    let prefix = if api == Api::Chat { "chatcmpl" } else { "resp" };
    let head = Head {
        id: format!("{prefix}-sim{number}"),
        model: question.model.clone(),
        created: CREATED,
        prompt_tokens: 1 + (question.messages.len() as u64).max(u64::from(!question.input.is_null())),
    };
    let dialect = match api {
        Api::Chat => Dialect::chat(&head, question.stream_options.as_ref().is_some_and(|o| o.include_usage)),
        Api::Responses => Dialect::responses(&head),
    };
    if let Some(steps) = sim.next_script(&question.model) {
        if let Some(Step::Refuse(status, headers, body)) = steps.front() {
            return refusal(*status, headers, body);
        }
        let live = Live::new(sim);
        return streamed(stream::unfold(
            Scripted { steps, head, dialect, opened: false, texts: 0, live },
            Scripted::next,
        ));
    }
    let words = words_of(&sim, &headers, &question);
    let mut spec = match Spec::parse(&words) {
        Ok(spec) => spec,
        Err(error) => return fail(404, "model_not_found", &error.to_string()),
    };
    if let Some(refuse) = spec.refuse.filter(|refuse| sim.refuses(&words, refuse.times)) {
        return refuse_by(&spec, refuse);
    }
    if spec.html {
        return ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], PAGE).into_response();
    }
    let mut replay = None;
    if let Some(name) = &spec.file {
        let Some(text) = sim.text(name) else {
            return fail(404, "model_not_found", &format!("there is no text called '{name}'"));
        };
        let pieces = wire::pieces(&text, spec.bytes);
        spec.chunks = pieces.len() as u64;
        replay = Some(pieces);
    }
    let first = said_before(&question).map_or(0, |said| match &replay {
        Some(pieces) => pieces_in(pieces, said),
        // Two of these stand in each piece of filler.
        None => said.matches('~').count() as u64 / 2,
    });
    let mut live = Live::new(sim);
    if question.stream {
        let reply = Reply {
            spec,
            head,
            dialect,
            stage: Stage::Open,
            first,
            start: Instant::now(),
            replay,
            rest: None,
            live,
        };
        return streamed(stream::unfold(reply, Reply::next));
    }
    sleep(Duration::from_millis(spec.ttft_ms)).await;
    if let Some(ms) = (spec.chunks * 1000).checked_div(spec.rate) {
        sleep(Duration::from_millis(ms)).await;
    }
    let text =
        replay.map_or_else(|| (0..spec.chunks).map(|k| wire::text(&spec, k)).collect(), |p| p.concat());
    live.ended = true;
    Json(whole(&head, api, &text, spec.chunks)).into_response()
}

/// What was said of the answer before it was cut, when the question is to go on with it.
fn said_before(question: &Question) -> Option<&str> {
    match question.messages.as_slice() {
        [.., said, last] if last["content"] == GO_ON => said["content"].as_str(),
        _ => None,
    }
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

fn streamed(events: impl futures_util::Stream<Item = super::reply::Piece> + Send + 'static) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    (headers, Body::from_stream(events)).into_response()
}

fn refuse_by(spec: &Spec, refuse: Refuse) -> Response {
    let by_status = match refuse.status {
        401 => "invalid_api_key",
        402 => "insufficient_credits",
        403 => "permission_error",
        404 => "model_not_found",
        413 => "request_too_large",
        429 => "rate_limit_exceeded",
        503 | 529 => "overloaded_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    };
    let mut reply = fail(refuse.status, spec.code.as_deref().unwrap_or(by_status), "simulated refusal");
    if refuse.status == 429 {
        reply.headers_mut().insert(header::RETRY_AFTER, spec.retry_after.into());
    }
    reply
}

fn refusal(status: u16, headers: &[(String, String)], body: &str) -> Response {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder
        .body(Body::from(body.to_owned()))
        .unwrap_or_else(|error| fail(500, "bad_script", &error.to_string()))
}

fn fail(status: u16, kind: &str, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({"error": {"message": message, "type": kind, "param": null, "code": kind}});
    (status, Json(body)).into_response()
}

fn whole(head: &Head, api: Api, text: &str, chunks: u64) -> Value {
    match api {
        Api::Chat => json!({
            "id": head.id, "object": "chat.completion", "created": head.created, "model": head.model,
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text, "refusal": null},
                         "logprobs": null, "finish_reason": "stop"}],
            "usage": wire::usage(head, chunks),
        }),
        Api::Responses => json!({
            "id": head.id, "object": "response", "created_at": head.created, "status": "completed", "model": head.model,
            "output": [{"id": format!("msg_{}", head.id), "type": "message", "status": "completed", "role": "assistant",
                        "content": [{"type": "output_text", "text": text, "annotations": []}]}],
            "usage": {"input_tokens": head.prompt_tokens, "output_tokens": chunks, "total_tokens": head.prompt_tokens + chunks},
        }),
    }
}
