//! A provider that answers in batches, as Anthropic's message batches. The test says when one ends, and how.

use super::Running;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::stream;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The server; it can go away and come back with all it has made in between.
pub struct BatchServer {
    made: Arc<Made>,
    port: u16,
    running: Option<Running>,
}

impl BatchServer {
    /// Starts on a free port.
    pub async fn start() -> Self {
        let made = Arc::new(Made { state: Mutex::default(), change: watch::Sender::default() });
        let running = Running::start(0, router(Arc::clone(&made))).await;
        Self { made, port: running.address.port(), running: Some(running) }
    }

    /// Where a provider finds it.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// Closes every connection, and listens no more. What is being made goes on.
    pub fn go_away(&mut self) {
        self.running = None;
    }

    /// Listens again where it was.
    pub async fn come_back(&mut self) {
        self.running = Some(Running::start(self.port, router(Arc::clone(&self.made))).await);
    }

    /// Ends every batch with this answer, which has 7 tokens read and 5 written.
    pub fn answer(&self, text: &str) {
        self.end(&succeeded(text));
    }

    /// Takes each new one from now on without saying what it is called: the connection breaks.
    pub fn lose_names(&self) {
        self.made.lock().loses_names = true;
    }

    /// Ends every batch with a refusal of this kind.
    pub fn refuse(&self, kind: &str, message: &str) {
        let error = json!({"type": "error", "error": {"type": kind, "message": message}});
        self.end(&json!({"type": "errored", "error": error}));
    }

    /// Ends every batch that has not ended with this result.
    pub fn end(&self, result: &Value) {
        let mut batches = self.made.lock();
        for batch in batches.all.iter_mut().filter(|batch| batch.result.is_none()) {
            batch.result = Some(result.clone());
        }
        drop(batches);
        self.made.changed();
    }

    /// Ends every batch that is asked to stop with this answer: it was too late.
    pub fn answer_when_cancelled(&self, text: &str) {
        self.made.lock().late = Some(succeeded(text));
    }

    /// Puts these lines before each result.
    pub fn say_first(&self, lines: &str) {
        self.made.lock().first = lines.to_owned();
    }

    /// Forgets every batch.
    pub fn forget(&self) {
        self.made.lock().all.iter_mut().for_each(|batch| batch.id = String::new());
    }

    /// What was asked so far, such as `POST /v1/messages/batches` or `GET msgbatch_0`.
    pub fn asked(&self) -> Vec<String> {
        self.made.lock().asked.clone()
    }

    /// How often that was asked so far.
    pub fn times_asked(&self, what: &str) -> usize {
        self.asked().iter().filter(|one| *one == what).count()
    }

    /// The bodies of the questions so far.
    pub fn questions(&self) -> Vec<Value> {
        self.made.lock().all.iter().map(|batch| batch.question.clone()).collect()
    }

    /// Waits until something was asked so often.
    ///
    /// # Panics
    /// After a minute, with what was asked.
    #[allow(clippy::panic)]
    pub async fn until_asked(&self, what: &str, times: usize) {
        let mut changes = self.made.change.subscribe();
        let wait = async {
            while self.times_asked(what) < times {
                let _ = changes.changed().await;
            }
        };
        if tokio::time::timeout(super::FACT_LIMIT, wait).await.is_err() {
            panic!("{what:?} was not asked {times} times: {:?}", self.asked());
        }
    }
}

fn succeeded(text: &str) -> Value {
    json!({"type": "succeeded", "message": {
        "id": "msg_0", "type": "message", "role": "assistant", "model": "m",
        "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": 7, "output_tokens": 5, "service_tier": "batch"},
    }})
}

/// What the server has made so far.
struct Made {
    state: Mutex<Batches>,
    change: watch::Sender<()>,
}

#[derive(Default)]
struct Batches {
    all: Vec<Batch>,
    asked: Vec<String>,
    /// Lines before each result.
    first: String,
    /// What becomes of a batch that is asked to stop.
    late: Option<Value>,
    /// Breaks the connection before it says what a new one is called.
    loses_names: bool,
}

struct Batch {
    id: String,
    question: Value,
    /// How it ended, if it has.
    result: Option<Value>,
    is_stopped: bool,
}

impl Made {
    fn lock(&self) -> MutexGuard<'_, Batches> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.change.send_replace(());
    }

    fn ask(&self, what: String) -> MutexGuard<'_, Batches> {
        let mut batches = self.lock();
        batches.asked.push(what);
        self.changed();
        batches
    }
}

impl Batch {
    fn object(&self) -> Value {
        let status = match &self.result {
            Some(_) => "ended",
            None if self.is_stopped => "canceling",
            None => "in_progress",
        };
        let is = |kind: &str| u8::from(self.result.as_ref().is_some_and(|result| result["type"] == kind));
        json!({
            "id": self.id, "type": "message_batch", "processing_status": status,
            "request_counts": {"processing": u8::from(self.result.is_none()), "succeeded": is("succeeded"),
                "errored": is("errored"), "canceled": is("canceled"), "expired": is("expired")},
            "created_at": "2026-09-21T10:00:00Z", "expires_at": "2026-09-22T10:00:00Z", "ended_at": null,
            // Whoever goes there instead of to the address it knows is lost.
            "results_url": self.result.as_ref().map(|_| "http://192.0.2.1/results"),
        })
    }
}

fn router(made: Arc<Made>) -> Router {
    Router::new()
        .route("/v1/messages", post(now))
        .route("/v1/messages/batches", post(create))
        .route("/v1/messages/batches/{id}", get(stand))
        .route("/v1/messages/batches/{id}/results", get(results))
        .route("/v1/messages/batches/{id}/cancel", post(cancel))
        .with_state(made)
}

/// An answer at once, for those who do not want to wait.
async fn now(State(made): State<Arc<Made>>, at: Uri) -> Response {
    drop(made.ask(format!("POST {}", at.path())));
    Json(succeeded("Now.")["message"].clone()).into_response()
}

async fn create(State(made): State<Arc<Made>>, at: Uri, Json(question): Json<Value>) -> Response {
    let mut batches = made.ask(format!("POST {}", at.path()));
    if batches.loses_names {
        let cut = std::io::Error::other("the connection breaks here");
        return Body::from_stream(stream::iter([Err::<Bytes, _>(cut)])).into_response();
    }
    let id = format!("msgbatch_{}", batches.all.len());
    let batch = Batch { id, question, result: None, is_stopped: false };
    let object = batch.object();
    batches.all.push(batch);
    Json(object).into_response()
}

async fn stand(State(made): State<Arc<Made>>, Path(id): Path<String>) -> Response {
    let batches = made.ask(format!("GET {id}"));
    match batches.all.iter().find(|batch| batch.id == id) {
        Some(batch) => Json(batch.object()).into_response(),
        None => unknown(),
    }
}

async fn results(State(made): State<Arc<Made>>, Path(id): Path<String>) -> Response {
    let batches = made.ask(format!("GET {id}/results"));
    let Some((batch, result)) = batches
        .all
        .iter()
        .find(|batch| batch.id == id)
        .and_then(|batch| Some((batch, batch.result.as_ref()?)))
    else {
        return unknown();
    };
    let name = &batch.question["requests"][0]["custom_id"];
    let line = json!({"custom_id": name, "result": result});
    format!("{}{line}\n", batches.first).into_response()
}

async fn cancel(State(made): State<Arc<Made>>, Path(id): Path<String>) -> Response {
    let mut batches = made.ask(format!("cancel {id}"));
    let late = batches.late.clone();
    let Some(batch) = batches.all.iter_mut().find(|batch| batch.id == id) else { return unknown() };
    if batch.result.is_some() {
        return refusal(StatusCode::CONFLICT, "invalid_request_error", "this batch has ended");
    }
    batch.is_stopped = true;
    batch.result = late;
    Json(batch.object()).into_response()
}

fn unknown() -> Response {
    refusal(StatusCode::NOT_FOUND, "not_found_error", "there is no such batch")
}

fn refusal(status: StatusCode, kind: &str, words: &str) -> Response {
    (status, Json(json!({"type": "error", "error": {"type": kind, "message": words}}))).into_response()
}
