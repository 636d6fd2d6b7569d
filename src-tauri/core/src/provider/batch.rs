//! An answer that its provider makes when it likes, within a day, and for half the price: asked for in a batch of one, looked
//! at now and then, and fetched when it is there.

use super::dialect::{RemoteAt, run_name, text};
use super::framing::{Framing, Pieces};
use super::line::{Line, bytes_of};
use super::{
    CompletionRequest, Patience, ProviderError, ProviderEvent, RemoteAnswer, Retry, http, reading, refusal,
};
use crate::model::{ProviderKind, RemoteRun};
use futures_util::TryStreamExt;
use futures_util::stream::{BoxStream, StreamExt, iter, once};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Pauses between two looks: most batches end within an hour, and none within seconds.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);
/// A batch ends by itself after 24 hours; one that does not is gone. Source: section 4.5 of the notes on APIs.
const LONGEST: Duration = Duration::from_secs(30 * 3_600);
/// As much of what says how a batch stands as is read; it has a dozen short fields.
const STATUS_LIMIT: usize = 64 << 10;

type Events = BoxStream<'static, Result<ProviderEvent, ProviderError>>;
type Body = BoxStream<'static, Result<bytes::Bytes, ProviderError>>;

/// Asks for it, as the request of this name.
pub(super) async fn ask(
    line: Arc<Line>,
    request: CompletionRequest,
    name: String,
    mut question: Value,
) -> Result<Events, ProviderError> {
    let response = line.ask_with(&mut question, &request, Instant::now()).await.map_err(unsure)?;
    let headers = response.headers().clone();
    let body = http::beginning(bytes_of(response), STATUS_LIMIT, line.patience, line.soon()).await;
    let created: Option<Value> = serde_json::from_slice(&body).ok();
    // It was taken, and what it is called was lost on the way.
    if created.is_none() && (body.is_empty() || body.starts_with(b"{")) {
        return Err(ProviderError::Unsure);
    }
    let id = created
        .filter(|made| text(made, "type") == "message_batch")
        .and_then(|made| run_name(made.get("id")));
    let run = RemoteRun {
        id: id.ok_or_else(|| line.not_a_provider(&headers, &body))?,
        // What it is called among the results, for whoever meets it again.
        cursor: Some(name),
    };
    let begun = iter([Ok(ProviderEvent::Accepted), Ok(ProviderEvent::Remote(run.clone()))]);
    let made = RemoteAnswer { run, text: String::new(), has_thought: false };
    Ok(begun.chain(wait(line, request, made, question, FIRST_PAUSE)).boxed())
}

/// Of a request that left, nobody knows whether it was taken when no answer to it came; and what was taken is made, whoever
/// listens.
fn unsure(error: ProviderError) -> ProviderError {
    match error {
        ProviderError::Stalled(_) | ProviderError::Lost | ProviderError::Truncated => ProviderError::Unsure,
        ProviderError::Unreachable { ref cause, .. } if cause == http::BROKE => ProviderError::Unsure,
        error => error,
    }
}

/// Waits for one that was asked for before.
pub(super) fn meet(line: Arc<Line>, request: CompletionRequest, made: RemoteAnswer) -> Events {
    // By the name that it was given then.
    let request = CompletionRequest { batch: made.run.cursor.clone(), ..request };
    let question = line.dialect.body(&request);
    let accepted = once(async { Ok(ProviderEvent::Accepted) });
    accepted.chain(wait(line, request, made, question, Duration::ZERO)).boxed()
}

fn wait(
    line: Arc<Line>,
    request: CompletionRequest,
    made: RemoteAnswer,
    mut question: Value,
    pause: Duration,
) -> Events {
    let rest = async move {
        let name = request.batch.clone().unwrap_or_default();
        let at = line.remote_at(&made.run)?;
        let result = ended(&line, &at, &name, pause).await?;
        // What a model cannot do is told only now, and nothing was paid for it.
        if refusal_in(&result).is_some_and(|refusal| line.dialect.simplify(&mut question, &refusal)) {
            let over = once(async { Ok(ProviderEvent::RemoteOver) });
            return Ok(over.chain(once(ask(line, request, name, question)).try_flatten()).boxed());
        }
        let request = CompletionRequest { remote: Some(made), ..request };
        let events = line.reading(&request, Instant::now()).looked_at(&result);
        events.map_err(|_| ProviderError::Protocol("a result without an answer in it".to_owned()))
    };
    once(rest).try_flatten().boxed()
}

/// What became of the request of this name, once that is known. The first look is after `pause`.
async fn ended(line: &Line, at: &RemoteAt, name: &str, mut pause: Duration) -> Result<Value, ProviderError> {
    let began = Instant::now();
    loop {
        sleep(pause).await;
        pause = (pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        match look(line, at, name).await {
            Ok(Some(result)) => return Ok(result),
            Ok(None) => {}
            // It goes on there whatever stands in between, be it the page of a hotel's network.
            Err(error) => match error.retry() {
                Retry::After(wait) => pause = pause.max(wait.min(3 * LONGEST_PAUSE)),
                Retry::Backoff => {}
                Retry::Never if matches!(error, ProviderError::NotAProvider(_)) => {}
                Retry::Never => return Err(error),
            },
        }
        if began.elapsed() > LONGEST {
            return Err(ProviderError::Expired);
        }
    }
}

async fn look(line: &Line, at: &RemoteAt, name: &str) -> Result<Option<Value>, ProviderError> {
    let (batch, _) = line.look(&at.whole).await?;
    if text(&batch, "processing_status") != "ended" {
        return Ok(None);
    }
    let results = line.fetch(&at.stream).await?;
    result_of(bytes_of(results), name, line.patience).await.map(Some)
}

/// The line about the request of this name. Results come in any order, and some may be about others.
async fn result_of(body: Body, name: &str, patience: Patience) -> Result<Value, ProviderError> {
    let mut lines = Pieces::new(Framing::Lines, body, patience, Instant::now());
    let mut is_cut = true;
    while let Some(line) = lines.next().await? {
        match serde_json::from_str::<Value>(&line) {
            Ok(line) if text(&line, "custom_id") == name => return Ok(line),
            other => is_cut = other.is_err(),
        }
    }
    Err(if is_cut { ProviderError::Truncated } else { ProviderError::RunGone })
}

/// The words with which a request in a batch was refused.
fn refusal_in(result: &Value) -> Option<String> {
    let error = result.pointer("/result/error")?;
    Some(text(refusal::error_in(error).unwrap_or(error), "message").to_owned())
}

/// Decodes the results of a batch: what they say of the request of this name to `model`.
///
/// Public so that recorded results can be replayed without a server.
pub async fn read_result(body: Body, name: &str, model: &str, patience: Patience) -> Events {
    match result_of(body, name, patience).await {
        Ok(result) => reading::read_whole(ProviderKind::Anthropic, &result, model, patience),
        Err(error) => once(async { Err(error) }).boxed(),
    }
}
