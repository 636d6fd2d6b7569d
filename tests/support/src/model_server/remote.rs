//! A provider at which answers are made whether anybody listens or not, as OpenAI's responses and Google's interactions with
//! `background`. The test says when it goes on.

use super::Running;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::stream;
use meanwhile_core::model::ProviderKind;
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
    /// Starts on a free port, speaking OpenAI's responses.
    pub async fn start() -> Self {
        Self::speaking(ProviderKind::OpenaiResponses).await
    }

    /// The same in the words of `kind`: OpenAI's responses or Gemini.
    pub async fn speaking(kind: ProviderKind) -> Self {
        let made = Arc::new(Made::of(kind));
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
            match run.is_google {
                false => run.tell("response.output_text.delta", json!({"output_index": 0, "delta": text})),
                true => run.tell("step.delta", json!({"index": 1, "delta": {"type": "text", "text": text}})),
            }
        });
    }

    /// Has every answer that is not over think aloud.
    pub fn think(&self, thought: &str) {
        self.made.each(|run| {
            run.thought += thought;
            let summary = json!({"type": "thought_summary", "content": {"type": "text", "text": thought}});
            match run.is_google {
                false => run.tell(
                    "response.reasoning_summary_text.delta",
                    json!({"summary_index": 0, "delta": thought}),
                ),
                true => run.tell("step.delta", json!({"index": 0, "delta": summary})),
            }
        });
    }

    /// Has every answer that is not over call a tool; of OpenAI's only.
    pub fn call(&self, name: &str, arguments: &Value) {
        self.made.each(|run| {
            let at = 2 + run.calls.len();
            let call = json!({"type": "function_call", "id": format!("fc_{at}"), "call_id": format!("call_{at}"),
                              "name": name, "arguments": arguments.to_string()});
            let mut begun = call.clone();
            begun["arguments"] = json!("");
            run.tell("response.output_item.added", json!({"output_index": at, "item": begun}));
            run.tell("response.output_item.done", json!({"output_index": at, "item": call}));
            run.calls.push(call);
        });
    }

    /// Ends every answer that is not over.
    pub fn finish(&self) {
        self.made.each(|run| run.end("completed"));
    }

    /// Ends every answer that is not over at the limit it was given; of OpenAI's only.
    pub fn reach_limit(&self) {
        self.made.each(|run| run.end("incomplete"));
    }

    /// Streams no answer any more: each can only be looked at.
    pub fn stop_streaming(&self) {
        self.made.lock().streams = false;
    }

    /// Ends every stream without its answer, as Google does after ten minutes; what is made goes on.
    pub fn cut(&self) {
        let mut runs = self.made.lock();
        runs.cuts += 1;
        drop(runs);
        self.made.changed();
    }

    /// Names no place in its streams any more, so that each is heard from its start.
    pub fn name_no_places(&self) {
        self.made.lock().names_places = false;
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
    /// After a minute, with what was asked.
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

#[derive(Default)]
struct Runs {
    runs: Vec<Run>,
    asked: Vec<String>,
    questions: Vec<Value>,
    streams: bool,
    names_places: bool,
    cuts: u32,
    is_google: bool,
}

struct Run {
    id: String,
    text: String,
    thought: String,
    calls: Vec<Value>,
    status: &'static str,
    is_background: bool,
    is_google: bool,
    names_places: bool,
    /// The events so far, each as it is on the wire; its place is its number.
    events: Vec<String>,
}

impl Made {
    fn of(kind: ProviderKind) -> Self {
        let is_google = kind == ProviderKind::Gemini;
        let state = Runs { streams: true, names_places: true, is_google, ..Runs::default() };
        Self { state: Mutex::new(state), change: watch::Sender::default() }
    }

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
        if self.is_google {
            event["event_type"] = json!(kind);
            if self.names_places {
                event["event_id"] = json!(self.events.len().to_string());
            }
        } else {
            event["type"] = json!(kind);
            event["sequence_number"] = json!(self.events.len());
        }
        self.events.push(format!("event: {kind}\ndata: {event}\n\n"));
    }

    fn end(&mut self, status: &'static str) {
        self.status = status;
        let whole = self.object();
        if self.is_google {
            self.tell("interaction.completed", json!({"interaction": whole}));
        } else {
            self.tell(&format!("response.{status}"), json!({"response": whole}));
        }
    }

    fn object(&self) -> Value {
        if self.is_google {
            return self.interaction();
        }
        let words = [
            json!({"type": "reasoning", "summary": [{"type": "summary_text", "text": self.thought}]}),
            json!({"type": "message", "content": [{"type": "output_text", "text": self.text}]}),
        ];
        let words: Value = words.into_iter().chain(self.calls.iter().cloned()).collect();
        let usage = json!({"input_tokens": 7, "output_tokens": 5, "total_tokens": 12});
        json!({
            "id": self.id, "object": "response", "status": self.status, "background": self.is_background,
            "output": if self.status == "in_progress" { json!([]) } else { words },
            "usage": if self.status == "in_progress" { Value::Null } else { usage },
            "incomplete_details": (self.status == "incomplete").then(|| json!({"reason": "max_output_tokens"})),
        })
    }
}

impl Run {
    fn interaction(&self) -> Value {
        let words = |text: &str| json!([{"type": "text", "text": text}]);
        let steps = json!([
            {"type": "thought", "summary": words(&self.thought)},
            {"type": "model_output", "content": words(&self.text)},
        ]);
        let usage = json!({"total_input_tokens": 7, "total_output_tokens": 5, "total_thought_tokens": 0});
        json!({
            "id": self.id, "object": "interaction", "status": self.status,
            "steps": if self.status == "in_progress" { json!([]) } else { steps },
            "usage": if self.status == "completed" { usage } else { Value::Null },
        })
    }
}

fn router(made: Arc<Made>) -> Router {
    Router::new()
        .route("/v1/responses", post(create))
        .route("/v1/responses/{id}", get(hear))
        .route("/v1/responses/{id}/cancel", post(cancel))
        .route("/v1/interactions", post(create))
        .route("/v1/interactions/{id}", get(hear))
        .route("/v1/interactions/{id}/cancel", post(cancel))
        .with_state(made)
}

async fn create(State(made): State<Arc<Made>>, at: Uri, Json(question): Json<Value>) -> Response {
    let mut runs = made.ask(format!("POST {}", at.path()));
    let id = format!("resp_{}", runs.runs.len());
    let is_background = question["background"] == json!(true);
    let mut run = Run {
        id: id.clone(),
        text: String::new(),
        thought: String::new(),
        calls: Vec::new(),
        status: "in_progress",
        is_background,
        is_google: runs.is_google,
        names_places: runs.names_places,
        events: Vec::new(),
    };
    let whole = run.object();
    match run.is_google {
        false => run.tell("response.created", json!({"response": whole})),
        true => run.tell("interaction.created", json!({"interaction": whole})),
    }
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
    let after =
        query.get("starting_after").or(query.get("last_event_id")).and_then(|n| n.parse::<usize>().ok());
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
    let cuts = made.lock().cuts;
    let events = stream::unfold((made, changes, from), move |(made, mut changes, at)| {
        let id = id.clone();
        async move {
            loop {
                changes.mark_unchanged();
                let (next, is_over, is_cut) = {
                    let runs = made.lock();
                    let run = runs.runs.iter().find(|run| run.id == id)?;
                    (run.events.get(at).cloned(), run.status != "in_progress", runs.cuts > cuts)
                };
                match next {
                    None if is_cut => return None,
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
