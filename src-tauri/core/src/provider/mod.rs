//! Adapters to model APIs: the only place with HTTP out. They know nothing of the store, of tasks or of the page.

mod adapter;
mod address;
mod anthropic;
mod batch;
mod calls;
mod catalogue;
mod cut;
mod detect;
mod dialect;
mod error;
mod facts;
mod framing;
mod gemini;
mod http;
mod interactions;
mod line;
mod ollama;
mod openai_chat;
mod openai_responses;
mod practice;
mod practice_job;
mod practice_text;
mod reading;
mod refusal;
mod retry_after;
mod words;

pub use adapter::Adapter;
pub use address::{is_address, is_header, keeps_a_key_safe};
#[doc(hidden)]
pub use batch::read_result;
pub use detect::{DETECT_PATIENCE, detect_local, usual_targets};
pub use error::{ProviderError, Retry};
#[doc(hidden)]
pub use framing::event_data;
pub use practice::Practice;
pub(crate) use practice_text::answer as practice_answer;
pub use practice_text::{PRACTICE_LABEL, PRACTICE_MODELS};
pub use reading::read_events;
#[doc(hidden)]
pub use retry_after::wait as asked_wait;

use crate::model::{
    AskedCall, FinishReason, ListedModel, MadeStep, ModelFacts, PlanItem, ProviderRow, RemoteRun, Said,
    ToolSpec,
};
use crate::secrets::Access;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use std::sync::Arc;
use std::time::Duration;

/// One way to get an answer out of one model API.
pub trait Provider: Send + Sync {
    /// Asks, and gives the answer as it comes. Nothing is sent before the stream is polled; dropping the stream
    /// closes the connection. The stream ends after [`ProviderEvent::Finished`] or the first error; a stream that
    /// ends without either is [`ProviderError::Truncated`].
    fn stream(&self, request: CompletionRequest) -> BoxStream<'static, Result<ProviderEvent, ProviderError>>;

    /// Asks it to stop an answer that is made there. Done as well when it does not know that one any more.
    fn stop(&self, run: String) -> BoxFuture<'static, Result<(), ProviderError>> {
        let _ = run;
        std::future::ready(Ok(())).boxed()
    }

    /// True when it answers on this computer: it sleeps and wakes with it, and needs no network.
    fn is_here(&self) -> bool;
}

/// What to ask.
#[derive(Clone, Debug, PartialEq)]
pub struct CompletionRequest {
    /// The model's name at the provider.
    pub model: String,
    /// What the model is told before everything else; empty for nothing.
    pub system: String,
    /// From 0 to 2; `None` leaves it to the model.
    pub temperature: Option<f64>,
    /// What was said so far, oldest first, ending with the prompt.
    pub messages: Vec<Said>,
    /// What it may ask to have done; empty for nothing.
    pub tools: Vec<ToolSpec>,
    /// How long this model may be silent; `None` for as long as any.
    pub silence: Option<Duration>,
    /// How many tokens it may write at most; `None` for as many as the model does.
    pub max_tokens: Option<u64>,
    /// Tokens of context that the server is asked to give the model; `None` for as many as it does.
    pub context: Option<u64>,
    /// It is a model that reasons, and is asked to do that aloud where it would not by itself. Nothing is lost by saying so of
    /// another one: a server that refuses is asked again without.
    pub thinks_aloud: bool,
    /// The answer may be made there also when nobody listens, if that is possible.
    pub in_background: bool,
    /// Asks for it in a batch of one, as the request of this name: 1 to 64 letters, digits, `-` and `_`. `None` for an answer now.
    pub batch: Option<String>,
    /// An answer that is made there already: it is heard further, and nothing new is asked.
    pub remote: Option<RemoteAnswer>,
}

/// An answer that is made at the provider, as far as it was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteAnswer {
    /// Its name there, and how far that is in its own count.
    pub run: RemoteRun,
    /// The text of it that was heard.
    pub text: String,
    /// Some of what it thought on the way was heard as well.
    pub has_thought: bool,
}

/// One thing the provider said.
#[derive(Clone, Debug, PartialEq)]
pub enum ProviderEvent {
    /// The request was taken and an answer is being made; no text yet.
    Accepted,
    /// A piece of the answer, never empty.
    Text(String),
    /// A piece of reasoning, never empty: what the model thinks aloud, no part of the answer.
    Reasoning(String),
    /// It asks for a tool, once all of the call was said; what came of it goes into the next request. An answer may ask for several.
    Call(AskedCall),
    /// What it will do, and how far it is. Programs say that by themselves.
    Plan(Vec<PlanItem>),
    /// It did something with a tool of its own.
    Step(MadeStep),
    /// Tokens used so far by this request; the last count is the one that counts.
    Usage(TokenCount),
    /// The answer is made there under this name, and goes on when nobody listens. All that came before, and the text that
    /// comes right after this, is what was said up to its cursor.
    Remote(RemoteRun),
    /// The answer that was made there has ended there, well or not.
    RemoteOver,
    /// The terminal marker: nothing comes after it.
    Finished(FinishReason),
}

/// Tokens, as a provider counts them for its bill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenCount {
    /// Read, in all.
    pub input: u64,
    /// Of those read, taken from the provider's cache.
    pub cache_read: u64,
    /// Of those read, put into the provider's cache.
    pub cache_write: u64,
    /// Written, in all.
    pub output: u64,
    /// Of those written, for reasoning.
    pub reasoning: u64,
}

/// How long silence is borne on an open stream.
///
/// Source: T5 and F29 of the reliability notes: local servers load a model for minutes without a byte, reasoning models
/// are honestly silent for about three minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the connection itself.
    pub connect: Duration,
    /// From the request to the first meaningful event.
    pub first_event: Duration,
    /// Between two meaningful events.
    pub silence: Duration,
    /// Between any two bytes, keep-alive comments included.
    pub bytes: Duration,
    /// From the end of a sleep, or a change of network, to the next event of a provider elsewhere.
    pub after_wake: Duration,
}

impl Patience {
    /// The same with another time for silence of every kind, its first included.
    pub fn bearing(self, silence: Option<Duration>) -> Self {
        match silence {
            Some(silence) => Self { first_event: silence, silence, bytes: silence, ..self },
            None => self,
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_event: Duration::from_secs(300),
            silence: Duration::from_secs(300),
            bytes: Duration::from_secs(120),
            // So that work moves again about ten seconds after a sleep. Source: F47 of the reliability notes.
            after_wake: Duration::from_secs(8),
        }
    }
}

/// How the provider that a row describes is made, with its key and headers: [`build`], unless somebody plays the providers.
pub type Build = Arc<dyn Fn(&ProviderRow, Access, Patience) -> Arc<dyn Provider> + Send + Sync>;

/// The provider that `row` describes. Each one has its own connections: keep it while the row and its secrets stay the
/// same, and build it anew after sleep or a change of network.
pub fn build(row: &ProviderRow, access: Access, patience: Patience) -> Arc<dyn Provider> {
    match Adapter::of(row, access, patience) {
        Some(adapter) => Arc::new(adapter),
        None => Arc::new(Practice),
    }
}

/// The names of the models that `row` offers now, asked of the provider itself in one request.
///
/// # Errors
/// Any [`ProviderError`] but those about an answer's stream.
pub async fn list_models(row: &ProviderRow, access: Access) -> Result<Vec<String>, ProviderError> {
    match Adapter::of(row, access, Patience::default()) {
        Some(adapter) => adapter.models().await,
        None => Ok(Practice::models()),
    }
}

/// The same with what the provider says about each of them, for which some are asked more than once.
///
/// # Errors
/// Those of [`list_models`].
pub async fn describe_models(row: &ProviderRow, access: Access) -> Result<Vec<ListedModel>, ProviderError> {
    match Adapter::of(row, access, Patience::default()) {
        Some(adapter) => adapter.described_models().await,
        None => Ok(Practice::models().into_iter().map(undescribed).collect()),
    }
}

fn undescribed(name: String) -> ListedModel {
    ListedModel { name, facts: ModelFacts::default() }
}
