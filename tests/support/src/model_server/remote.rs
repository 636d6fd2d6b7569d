//! A provider at which answers are made whether anybody listens or not, as OpenAI's responses with `background`. The test
//! says when it goes on.

use super::Running;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::stream;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The server; it can go away and come back with all it has made in between.
pub struct RemoteServer {
    made: Arc<Made>,
    port: u16,
    running: Option<Running>,
}

impl RemoteServer {
    /// Starts on a free port.
    pub async fn start() -> Self {
        let made = Arc::new(Made::default());
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

    /// Adds a piece to every answer that is not over.
    pub fn say(&self, text: &str) {
        self.made.each(|run| {
            run.text += text;
            run.tell("response.output_text.delta", json!({"output_index": 0, "delta": text}));
        });
    }

    /// Has every answer that is not over think aloud.
    pub fn think(&self, thought: &str) {
        self.made.each(|run| {
            run.thought += thought;
            run.tell("response.reasoning_summary_text.delta", json!({"summary_index": 0, "delta": thought}));
        });
    }

    /// Ends every answer that is not over.
    pub fn finish(&self) {
        self.made.each(|run| run.end("completed"));
    }

    /// Streams no answer any more: each can only be looked at.
    pub fn stop_streaming(&self) {
        self.made.lock().streams = false;
    }

    /// Forgets every answer.
    pub fn forget(&self) {
        self.made.lock().runs.clear();
        self.made.changed();
    }

    /// What was asked so far, such as `POST /v1/responses` or `GET resp_0 after 3`.
    pub fn asked(&self) -> Vec<String> {
        self.made.lock().asked.clone()
    }

    /// The bodies of the questions so far.
    pub fn questions(&self) -> Vec<Value> {
        self.made.lock().questions.clone()
    }

    /// Waits until something was asked.
    ///
    /// # Panics
    /// After 20 seconds, with what was asked.
    #[allow(clippy::panic)]
    pub async fn until_asked(&self, what: &str) {
        let mut changes = self.made.change.subscribe();
        let wait = async {
            while !self.asked().iter().any(|one| one == what) {
                let _ = changes.changed().await;
            }
        };
        if tokio::time::timeout(super::FACT_LIMIT, wait).await.is_err() {
            panic!("{what:?} was never asked: {:?}", self.asked());
        }
    }
}

/// What the server has made so far.
struct Made {
    state: Mutex<Runs>,
    change: watch::Sender<()>,
}

impl Default for Made {
    fn default() -> Self {
        let state = Runs { streams: true, ..Runs::default() };
        Self { state: Mutex::new(state), change: watch::Sender::default() }
    }
}

#[derive(Default)]
struct Runs {
    runs: Vec<Run>,
    asked: Vec<String>,
    questions: Vec<Value>,
    streams: bool,
}

struct Run {
    id: String,
    text: String,
    thought: String,
    status: &'static str,
    is_background: bool,
    /// The events so far, each as it is on the wire; its place is its number.
    events: Vec<String>,
}

impl Made {
    fn lock(&self) -> MutexGuard<'_, Runs> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.change.send_replace(());
    }

    fn each(&self, change: impl Fn(&mut Run)) {
        self.lock().runs.iter_mut().filter(|run| run.status == "in_progress").for_each(change);
        self.changed();
    }

    fn ask(&self, what: String) -> MutexGuard<'_, Runs> {
        let mut runs = self.lock();
        runs.asked.push(what);
        self.changed();
        runs
    }
}

impl Run {
    fn tell(&mut self, kind: &str, mut event: Value) {
        event["type"] = json!(kind);
        event["sequence_number"] = json!(self.events.len());
        self.events.push(format!("event: {kind}\ndata: {event}\n\n"));
    }

    fn end(&mut self, status: &'static str) {
        self.status = status;
        let kind = format!("response.{status}");
        let response = self.object();
        self.tell(&kind, json!({"response": response}));
    }

    fn object(&self) -> Value {
        let words = json!([
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": self.thought}]},
            {"type": "message", "content": [{"type": "output_text", "text": self.text}]},
        ]);
        let usage = json!({"input_tokens": 7, "output_tokens": 5, "total_tokens": 12});
        json!({
            "id": self.id, "object": "response", "status": self.status, "background": self.is_background,
            "output": if self.status == "in_progress" { json!([]) } else { words },
            "usage": if self.status == "completed" { usage } else { Value::Null },
        })
    }
}

fn router(made: Arc<Made>) -> Router {
    Router::new()
        .route("/v1/responses", post(create))
        .route("/v1/responses/{id}", get(hear))
        .route("/v1/responses/{id}/cancel", post(cancel))
        .with_state(made)
}

async fn create(State(made): State<Arc<Made>>, Json(question): Json<Value>) -> Response {
    let mut runs = made.ask("POST /v1/responses".to_owned());
    let id = format!("resp_{}", runs.runs.len());
    let is_background = question["background"] == json!(true);
    let mut run = Run {
        id: id.clone(),
        text: String::new(),
        thought: String::new(),
        status: "in_progress",
        is_background,
        events: Vec::new(),
    };
    let response = run.object();
    run.tell("response.created", json!({"response": response}));
    runs.runs.push(run);
    runs.questions.push(question);
    drop(runs);
    stream_from(made, id, 0)
}

async fn hear(
    State(made): State<Arc<Made>>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let wants_stream = query.contains_key("stream");
    let after = query.get("starting_after").and_then(|n| n.parse::<usize>().ok());
    let runs = made.ask(match after {
        Some(after) => format!("GET {id} after {after}"),
        None => format!("GET {id}"),
    });
    let Some(run) = runs.runs.iter().find(|run| run.id == id) else {
        return refusal(StatusCode::NOT_FOUND, "there is no such response");
    };
    let (object, streams) = (run.object(), runs.streams);
    drop(runs);
    match wants_stream {
        true if streams => stream_from(made, id, after.map_or(0, |after| after + 1)),
        true => refusal(StatusCode::BAD_REQUEST, "this response cannot be streamed"),
        false => Json(object).into_response(),
    }
}

async fn cancel(State(made): State<Arc<Made>>, Path(id): Path<String>) -> Response {
    let mut runs = made.ask(format!("cancel {id}"));
    let Some(run) = runs.runs.iter_mut().find(|run| run.id == id) else {
        return refusal(StatusCode::NOT_FOUND, "there is no such response");
    };
    if run.status == "in_progress" {
        run.end("cancelled");
    }
    let object = run.object();
    drop(runs);
    made.changed();
    Json(object).into_response()
}

fn refusal(status: StatusCode, words: &str) -> Response {
    (status, Json(json!({"error": {"message": words}}))).into_response()
}

/// The events from a number on, those to come too, until the end of the answer.
fn stream_from(made: Arc<Made>, id: String, from: usize) -> Response {
    let changes = made.change.subscribe();
    let events = stream::unfold((made, changes, from), move |(made, mut changes, at)| {
        let id = id.clone();
        async move {
            loop {
                changes.mark_unchanged();
                let (next, is_over) = {
                    let runs = made.lock();
                    let run = runs.runs.iter().find(|run| run.id == id)?;
                    (run.events.get(at).cloned(), run.status != "in_progress")
                };
                match next {
                    Some(event) => {
                        return Some((Ok::<_, std::io::Error>(Bytes::from(event)), (made, changes, at + 1)));
                    }
                    None if is_over => return None,
                    None => changes.changed().await.ok()?,
                }
            }
        }
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(events)).into_response()
}
