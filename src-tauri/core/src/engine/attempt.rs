//! One attempt: ask, store what comes, settle.

use super::explain;
use super::history::History;
use super::program;
use super::received::Received;
use super::retry::{self, Next, Tried};
use crate::clock::Clock;
use crate::model::{AttemptEnd, FinishReason, Lane, Overdrawn, Reason, RemoteRun, TaskError, TaskId, Usage};
use crate::outside::{Outside, Sessions};
use crate::provider::{CompletionRequest, Provider, ProviderError, ProviderEvent, RemoteAnswer};
use crate::providers::{Providers, Unresolved};
use crate::store::{Claimed, End, Settled, Store, StoreError};
use crate::tool;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A settlement that cannot be stored, because the disk is full or locked, is tried again after this pause.
pub const STORE_PAUSE: Duration = Duration::from_secs(2);

/// Bytes of an answer; far beyond any real one, far below what one row can hold. Source: F44 of the reliability notes.
const LONGEST_ANSWER: usize = 128 * 1024 * 1024;

/// Bytes of what a model thinks aloud that are kept for one attempt; nobody reads further.
const MOST_THOUGHT: usize = 1024 * 1024;

/// What an attempt of a program needs besides.
pub struct Outer {
    /// What it changes.
    pub history: History,
    /// Where it waits.
    pub sessions: Arc<Sessions>,
}

/// Makes the attempt and settles it. Dropped or stopped by shutdown, it settles nothing and recovery takes over.
pub async fn run(
    store: Store,
    providers: Arc<Providers>,
    outer: Outer,
    clock: Arc<dyn Clock>,
    claimed: Claimed,
    stop: CancellationToken,
) {
    program::begins(&store, &claimed).await;
    let mut received = Received { is_remote: claimed.remote.is_some(), ..Received::default() };
    let result = tokio::select! {
        biased;
        () = stop.cancelled() => None,
        result = in_time(&claimed, ask(&store, &providers, &outer.sessions, &claimed, &mut received)) => Some(result),
    };
    let result = match result {
        // All that it wrote within its limit were thoughts.
        Some(Err(Cut::Provider(ProviderError::Empty(Some(FinishReason::Length)))))
            if let Some(overdrawn) = received.used_up(&claimed) =>
        {
            Some(Err(Cut::Budget(overdrawn)))
        }
        Some(Ok(FinishReason::Length)) => Some(match received.used_up(&claimed) {
            Some(overdrawn) => Err(Cut::Budget(overdrawn)),
            None => Ok(FinishReason::Length),
        }),
        result => result,
    };
    let settled = match result {
        Some(Ok(finish)) => Settled {
            attempt: AttemptEnd::Complete,
            error: None,
            usage: received.usage(&claimed),
            end: match std::mem::take(&mut received.calls) {
                calls if calls.is_empty() => End::Completed(finish),
                calls => End::Calls(calls),
            },
            trouble: None,
            remote_is_over: true,
        },
        Some(Err(Cut::Provider(error))) => after(&store, &clock, &claimed, &received, &error).await,
        Some(Err(Cut::Budget(overdrawn))) => {
            let has_text = claimed.kept_bytes + received.text_bytes > 0;
            let usage = received.usage(&claimed);
            let mut error = overdrawn.explain(has_text);
            if let Some((most, written)) =
                claimed.allowance.and_then(|left| left.tokens).zip(usage.output_tokens)
                && written > most + most / 10
            {
                error.message += &format!(
                    " The server wrote on after the limit of {most} tokens that it was given, to about {written}."
                );
            }
            Settled {
                attempt: AttemptEnd::Interrupted,
                error: Some(error),
                usage,
                end: match overdrawn {
                    Overdrawn::Share if received.text_bytes > 0 => {
                        End::Again { reason: Reason::DayLimit, due_at: None }
                    }
                    // Nothing came for it: the same again would come to the same.
                    Overdrawn::Share => End::Ask(Reason::DayLimit),
                    _ => End::Ask(Reason::Budget),
                },
                trouble: None,
                remote_is_over: received.remote_is_over,
            }
        }
        Some(Err(Cut::Store(error))) => {
            tracing::warn!(task = %claimed.task_id, %error, "an attempt ended because its text could not be stored");
            return;
        }
        // Either the user stopped this task, which the store knows, or the process is ending.
        None if !was_stopped(&store, &claimed.task_id).await => return,
        None => Settled {
            attempt: AttemptEnd::Cancelled,
            error: None,
            // Nobody hears what it comes to there.
            usage: received.so_far(&claimed),
            end: End::Cancelled,
            trouble: None,
            remote_is_over: received.remote_is_over,
        },
    };
    program::note_changes(&store, &outer.history, &claimed).await;
    settle(&store, &claimed.task_id, claimed.attempt, settled).await;
}

/// The settlement of an attempt that panicked.
pub fn panicked() -> Settled {
    let error = TaskError {
        code: "internal".to_owned(),
        message: "This attempt ran into a defect of Meanwhile.".to_owned(),
        hint: "Your prompt is kept, and other tasks go on. Retry, and report it if it happens again."
            .to_owned(),
        retryable: true,
    };
    Settled {
        attempt: AttemptEnd::Interrupted,
        error: Some(error),
        usage: Usage::default(),
        end: End::Failed,
        trouble: None,
        remote_is_over: false,
    }
}

/// The work, unless it takes longer than its budget allows.
async fn in_time(
    claimed: &Claimed,
    work: impl Future<Output = Result<FinishReason, Cut>>,
) -> Result<FinishReason, Cut> {
    match claimed.allowance.and_then(|left| left.time.zip(left.seconds)) {
        Some((left, all)) => {
            let late = |_| Err(Cut::Budget(Overdrawn::Seconds(all)));
            tokio::time::timeout(left, work).await.unwrap_or_else(late)
        }
        None => work.await,
    }
}

enum Cut {
    Budget(Overdrawn),
    Provider(ProviderError),
    Store(StoreError),
}

impl From<ProviderError> for Cut {
    fn from(error: ProviderError) -> Self {
        Self::Provider(error)
    }
}

async fn ask(
    store: &Store,
    providers: &Providers,
    sessions: &Arc<Sessions>,
    claimed: &Claimed,
    received: &mut Received,
) -> Result<FinishReason, Cut> {
    let (provider, model) = resolve(providers, sessions, claimed).await?;
    let mut woken = providers.woken();
    let proof = (!provider.is_here()).then_some(providers.patience.after_wake);
    let sink = store.text_sink(&claimed.task_id, claimed.attempt);
    let question = |model, run: Option<RemoteRun>| CompletionRequest {
        model,
        system: claimed.manner.system.clone(),
        temperature: claimed.manner.temperature,
        messages: claimed.messages.clone(),
        tools: claimed.agent.as_ref().map(tool::specs).unwrap_or_default(),
        silence: claimed.silence,
        max_tokens: [claimed.manner.max_tokens, claimed.allowance.and_then(|left| left.tokens)]
            .into_iter()
            .flatten()
            .min(),
        // Its address knows better.
        context: None,
        thinks_aloud: false,
        // What follows a part is asked from here, so nothing is won if it is made elsewhere.
        in_background: claimed.lane == Lane::Background && !claimed.is_part,
        batch: claimed.in_batch.then(|| format!("{}-{}", claimed.task_id, claimed.attempt)),
        remote: run.map(|run| {
            // Of one that began with this attempt nothing was heard before.
            let is_old = claimed.remote.as_ref().is_some_and(|old| old.id == run.id);
            let text = if is_old { claimed.heard_text.clone() } else { String::new() };
            RemoteAnswer { run, text, has_thought: is_old && claimed.has_thought }
        }),
    };
    let mut stream = provider.stream(question(model, claimed.remote.clone()));
    let mut batch = claimed.remote.clone().filter(|_| claimed.in_batch);
    let mut cursor = None;
    loop {
        let event = match &batch {
            // Whether it was taken is not known while no answer came.
            None if claimed.in_batch => stream.next().await,
            None => next(&mut stream, &mut woken, proof).await,
            Some(run) => tokio::select! {
                biased;
                event = stream.next() => event,
                // No connection waits for it that could be lost, but it may have come meanwhile.
                Ok(()) = woken.changed() => {
                    let (provider, model) = resolve(providers, sessions, claimed).await?;
                    stream = provider.stream(question(model, Some(run.clone())));
                    continue;
                }
            },
        };
        let Some(event) = event else { return Err(ProviderError::Truncated.into()) };
        let event = match event {
            // The model has nothing to add to what it said before, or no room for it.
            Err(ProviderError::Empty(Some(reason))) if claimed.own_bytes > 0 || has_done(claimed) => {
                return Ok(reason);
            }
            Err(ProviderError::ContextTooLong(_)) if claimed.own_bytes > 0 => {
                received.is_full = true;
                return Ok(FinishReason::Length);
            }
            event => event?,
        };
        match event {
            ProviderEvent::Accepted => {}
            ProviderEvent::Reasoning(piece) => {
                received.thought_bytes += piece.len();
                if received.thought_bytes <= MOST_THOUGHT {
                    sink.think(&piece, cursor.take()).await.map_err(Cut::Store)?;
                }
            }
            ProviderEvent::Text(piece) => {
                received.text_bytes += piece.len();
                if claimed.kept_bytes + received.text_bytes > LONGEST_ANSWER {
                    return Err(ProviderError::TooLong(LONGEST_ANSWER >> 20).into());
                }
                if let Some(overdrawn) = received.is_far_over(claimed) {
                    return Err(Cut::Budget(overdrawn));
                }
                sink.push(&piece, cursor.take()).await.map_err(Cut::Store)?;
            }
            ProviderEvent::Call(call) => received.calls.push(call),
            ProviderEvent::Plan(plan) => {
                store.set_plan(claimed.task_id.clone(), plan).await.map_err(Cut::Store)?;
            }
            ProviderEvent::Step(step) => {
                let place = claimed.kept_bytes + received.text_bytes;
                let noted = store.note_step(claimed.task_id.clone(), claimed.attempt, place, step);
                if let Some(most) = noted.await.map_err(Cut::Store)? {
                    return Err(Cut::Budget(Overdrawn::Steps(most)));
                }
            }
            ProviderEvent::Usage(tokens) => received.tokens = Some(tokens),
            ProviderEvent::Remote(run) if received.is_remote && !received.remote_is_over => {
                cursor = run.cursor;
            }
            ProviderEvent::Remote(run) => {
                batch = Some(run.clone()).filter(|_| claimed.in_batch);
                // Before a word of it: from here on it is heard further, and never asked for again.
                let (task, attempt) = (claimed.task_id.clone(), claimed.attempt);
                store.went_remote(task, attempt, run, claimed.kept_bytes).await.map_err(Cut::Store)?;
                (received.is_remote, received.remote_is_over) = (true, false);
            }
            ProviderEvent::RemoteOver => {
                received.remote_is_over = true;
                batch = None;
            }
            ProviderEvent::Finished(reason) => return Ok(reason),
        }
    }
}

/// Whether tools were used before: then a model may have no more to say.
fn has_done(claimed: &Claimed) -> bool {
    claimed.messages.iter().any(|said| !said.calls.is_empty())
}

type Events = BoxStream<'static, Result<ProviderEvent, ProviderError>>;

/// The next event. After a sleep it has to come within `proof`: a connection that did not survive it says nothing.
async fn next(
    stream: &mut Events,
    woken: &mut watch::Receiver<()>,
    proof: Option<Duration>,
) -> Option<Result<ProviderEvent, ProviderError>> {
    let Some(proof) = proof else { return stream.next().await };
    tokio::select! {
        biased;
        event = stream.next() => return event,
        Ok(()) = woken.changed() => {}
    }
    tokio::time::timeout(proof, stream.next()).await.unwrap_or(Some(Err(ProviderError::Lost)))
}

/// The provider; a database that cannot be read is waited for, as in [`settle`].
async fn resolve(
    providers: &Providers,
    sessions: &Arc<Sessions>,
    claimed: &Claimed,
) -> Result<(Arc<dyn Provider>, String), Cut> {
    if let Some(agent) = claimed.agent.clone().filter(|agent| agent.program.is_some()) {
        let (task, attempt) = (claimed.task_id.clone(), claimed.attempt);
        let outside = Outside { sessions: Arc::clone(sessions), task, attempt, agent };
        return Ok((Arc::new(outside), claimed.model.clone()));
    }
    loop {
        match providers.resolve(&claimed.model).await {
            Ok(found) => return Ok(found),
            Err(Unresolved::Provider(error)) => return Err(Cut::Provider(error)),
            Err(Unresolved::Store(error @ StoreError::Closed)) => return Err(Cut::Store(error)),
            Err(Unresolved::Store(error)) => {
                tracing::warn!(task = %claimed.task_id, %error, "the provider could not be read; trying again");
                tokio::time::sleep(STORE_PAUSE).await;
            }
        }
    }
}

async fn after(
    store: &Store,
    clock: &Arc<dyn Clock>,
    claimed: &Claimed,
    received: &Received,
    error: &ProviderError,
) -> Settled {
    // The lane may have changed while the attempt ran; without an answer from the store the task counts as watched.
    let lane = store.task(&claimed.task_id).map(|t| t.lane).unwrap_or(Lane::Interactive);
    let (failures, setbacks, has_text) = (claimed.failures, claimed.setbacks, received.text_bytes > 0);
    let goes_on = claimed.own_bytes > 0;
    let remote_is_over = received.remote_is_over || *error == ProviderError::RunGone;
    let is_remote = received.is_remote && !remote_is_over;
    let tried = Tried { lane, failures, setbacks, has_text, goes_on, is_remote };
    let Next { end, trouble } = retry::after(error, tried, fastrand::f64(), clock.now());
    tracing::info!(task = %claimed.task_id, attempt = claimed.attempt, code = error.code(), ?end, "attempt ended");
    let text_bytes = claimed.kept_bytes + received.text_bytes;
    let will_retry = matches!(end, End::Again { .. });
    let refused = received.text_bytes == 0
        && !matches!(
            error,
            ProviderError::Truncated
                | ProviderError::Stalled(_)
                | ProviderError::Lost
                | ProviderError::Empty(_)
        );
    Settled {
        attempt: match refused {
            _ if end == End::Cancelled => AttemptEnd::Cancelled,
            true => AttemptEnd::Refused,
            false => AttemptEnd::Interrupted,
        },
        error: Some(explain(
            error,
            &claimed.manner,
            text_bytes,
            will_retry,
            end == End::Ask(Reason::Interrupted),
        )),
        usage: if refused { Usage::default() } else { received.usage(claimed) },
        end,
        trouble,
        remote_is_over,
    }
}

/// Whether the user wants this task stopped or set aside.
pub async fn was_stopped(store: &Store, id: &TaskId) -> bool {
    loop {
        match store.stop_requests() {
            Ok(ids) => return ids.contains(id),
            Err(StoreError::Closed) => return false,
            Err(_) => tokio::time::sleep(STORE_PAUSE).await,
        }
    }
}

/// Stores the outcome; a disk that is full or busy is waited for, because nobody else would settle this attempt.
pub async fn settle(store: &Store, task_id: &TaskId, attempt: u32, settled: Settled) {
    until_stored(task_id, || store.settle(task_id.clone(), attempt, settled.clone())).await;
}

/// Stores the end of a piece of work, however long the disk is full or busy; what cannot be stored at all is told in the log.
pub async fn until_stored<F>(task_id: &TaskId, store: impl Fn() -> F)
where
    F: Future<Output = Result<(), StoreError>>,
{
    loop {
        match store().await {
            Ok(()) => return,
            Err(
                error @ (StoreError::Closed
                | StoreError::Illegal(_)
                | StoreError::NotFound { .. }
                | StoreError::Broken(_)),
            ) => {
                tracing::error!(task = %task_id, %error, "the outcome could not be stored");
                return;
            }
            Err(error) => {
                tracing::warn!(task = %task_id, %error, "the outcome waits for the disk");
                tokio::time::sleep(STORE_PAUSE).await;
            }
        }
    }
}
