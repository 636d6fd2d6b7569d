//! Adapters to model APIs: the only place with HTTP out. They know nothing of the store, of tasks or of the page.

mod detect;
mod guard;
mod http;
mod openai_chat;
mod openai_error;
mod openai_stream;
mod openai_wire;
mod practice;
mod practice_text;
mod retry_after;
mod sse;
mod words;

pub use detect::{DETECT_PATIENCE, detect_local, usual_targets};
pub use openai_chat::OpenAiChat;
pub use openai_stream::read_events;
pub use practice::Practice;
pub(crate) use practice_text::answer as practice_answer;
pub use practice_text::{PRACTICE_LABEL, PRACTICE_MODELS};
#[doc(hidden)]
pub use retry_after::wait as asked_wait;
#[doc(hidden)]
pub use sse::event_data;

use crate::model::{FinishReason, ProviderKind, ProviderRow, Role};
use crate::secrets::Secret;
use futures_util::stream::BoxStream;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// One way to get an answer out of one model API.
pub trait Provider: Send + Sync {
    /// Asks, and gives the answer as it comes. Nothing is sent before the stream is polled; dropping the stream
    /// closes the connection. The stream ends after [`ProviderEvent::Finished`] or the first error; a stream that
    /// ends without either is [`ProviderError::Truncated`].
    fn stream(&self, request: CompletionRequest) -> BoxStream<'static, Result<ProviderEvent, ProviderError>>;

    /// True when it answers on this computer: it sleeps and wakes with it, and needs no network.
    fn is_here(&self) -> bool;
}

/// What to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionRequest {
    /// The model's name at the provider.
    pub model: String,
    /// What was said so far, oldest first, ending with the prompt.
    pub messages: Vec<(Role, String)>,
    /// How long this model may be silent; `None` for as long as any.
    pub silence: Option<Duration>,
}

/// One thing the provider said.
#[derive(Clone, Debug, PartialEq)]
pub enum ProviderEvent {
    /// The request was taken and an answer is being made; no text yet.
    Accepted,
    /// A piece of the answer, never empty.
    Text(String),
    /// A piece of reasoning: a sign of life that is not part of the answer.
    Reasoning(String),
    /// Tokens used so far by this request; the last one counts.
    Usage {
        /// Tokens read.
        input_tokens: u64,
        /// Tokens written.
        output_tokens: u64,
    },
    /// The terminal marker: nothing comes after it.
    Finished(FinishReason),
}

/// Why there is no answer, by what the caller does next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// There is no key.
    #[error("there is no key for this provider yet")]
    KeyMissing,
    /// The keychain is locked, or does not answer.
    #[error("the key cannot be read: {0}")]
    KeyUnreadable(String),
    /// 401, or an error that names the key.
    #[error("the provider refused the key")]
    Unauthorized,
    /// 403 without a word about the key: the model, the region or what was asked is not allowed.
    #[error("the provider does not allow this: {0}")]
    Forbidden(String),
    /// 402, or 429 with a money code.
    #[error("the provider account has no credit left: {0}")]
    Billing(String),
    /// 404, or an error that names the model.
    #[error("the provider does not know the model {0}")]
    ModelNotFound(String),
    /// 400, 413, 422 and the like: sending it again would not help.
    #[error("the provider did not accept the request: {0}")]
    BadRequest(String),
    /// The prompt and what came before it are longer than the model can read.
    #[error("the conversation is longer than the model can read: {0}")]
    ContextTooLong(String),
    /// 429 with a rate code.
    #[error("the provider asked us to slow down")]
    RateLimited {
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// 500 to 599 and error events of that kind.
    #[error("the provider is in trouble: {said}")]
    Overloaded {
        /// What it said.
        said: String,
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// Nothing listens there, the name is unknown, the connection broke before an answer.
    #[error("the provider at {host} cannot be reached: {cause}")]
    Unreachable {
        /// `host:port`, without a path or a query.
        host: String,
        /// What the network said.
        cause: String,
    },
    /// Something answered that is not a model server.
    #[error("the address did not answer like a model server: {0}")]
    NotAProvider(String),
    /// The stream ended without its end marker.
    #[error("the provider closed the connection before the answer was complete")]
    Truncated,
    /// Nothing came for too long.
    #[error("the provider was silent for {} s", .0.as_secs())]
    Stalled(Duration),
    /// Nothing came any more after the computer had slept or changed its network.
    #[error("the connection did not survive the computer's sleep or its change of network")]
    Lost,
    /// An answer without any text, and the reason the provider gave for its end, if it gave one.
    #[error("the provider sent an empty answer")]
    Empty(Option<FinishReason>),
    /// An answer beyond what is kept of one; in MiB.
    #[error("the answer is longer than {0} MiB, the most that is kept of one")]
    TooLong(usize),
    /// Bytes that break the protocol, such as a line of many megabytes.
    #[error("the provider sent something unreadable: {0}")]
    Protocol(String),
}

/// Whether and when the same request may be sent again without asking anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It would end the same way, or cost money again for nothing.
    Never,
    /// Not before this much time has passed, as the provider asked.
    After(Duration),
    /// With growing pauses.
    Backoff,
}

impl ProviderError {
    /// Trouble at the provider, without a word on how long.
    pub fn overloaded(said: impl Into<String>) -> Self {
        Self::Overloaded { said: said.into(), retry_after: None }
    }

    /// The one place that decides about retries.
    pub fn retry(&self) -> Retry {
        match self {
            Self::RateLimited { retry_after: Some(wait) }
            | Self::Overloaded { retry_after: Some(wait), .. } => Retry::After(*wait),
            Self::RateLimited { retry_after: None }
            | Self::Overloaded { retry_after: None, .. }
            | Self::Unreachable { .. }
            | Self::KeyUnreadable(_)
            | Self::Truncated
            | Self::Stalled(_)
            | Self::Lost
            | Self::Empty(_) => Retry::Backoff,
            Self::KeyMissing
            | Self::Unauthorized
            | Self::Forbidden(_)
            | Self::Billing(_)
            | Self::ModelNotFound(_)
            | Self::BadRequest(_)
            | Self::ContextTooLong(_)
            | Self::NotAProvider(_)
            | Self::TooLong(_)
            | Self::Protocol(_) => Retry::Never,
        }
    }

    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::KeyMissing => "key_missing",
            Self::KeyUnreadable(_) => "key_unreadable",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden(_) => "forbidden",
            Self::Billing(_) => "billing",
            Self::ModelNotFound(_) => "model_not_found",
            Self::BadRequest(_) => "bad_request",
            Self::ContextTooLong(_) => "context_too_long",
            Self::RateLimited { .. } => "rate_limited",
            Self::Overloaded { .. } => "overloaded",
            Self::Unreachable { .. } => "unreachable",
            Self::NotAProvider(_) => "not_a_provider",
            Self::Truncated => "truncated",
            Self::Stalled(_) => "stalled",
            Self::Lost => "connection_lost",
            Self::Empty(_) => "empty_answer",
            Self::TooLong(_) => "answer_too_long",
            Self::Protocol(_) => "protocol",
        }
    }
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

/// How the provider that a row describes is made, with its key: [`build`], unless somebody plays the providers.
pub type Build = Arc<dyn Fn(&ProviderRow, Option<Secret>, Patience) -> Arc<dyn Provider> + Send + Sync>;

/// The provider that `row` describes. Each one has its own connections: keep it while the row and the key stay the
/// same, and build it anew after sleep or a change of network.
pub fn build(row: &ProviderRow, key: Option<Secret>, patience: Patience) -> Arc<dyn Provider> {
    match row.kind {
        ProviderKind::OpenaiChat => Arc::new(OpenAiChat::new(&row.base_url, key, patience)),
        ProviderKind::Practice => Arc::new(Practice),
    }
}

/// The models that `row` offers now, asked of the provider itself.
///
/// # Errors
/// Any [`ProviderError`] but those about an answer's stream.
pub async fn list_models(row: &ProviderRow, key: Option<Secret>) -> Result<Vec<String>, ProviderError> {
    match row.kind {
        ProviderKind::OpenaiChat => OpenAiChat::new(&row.base_url, key, Patience::default()).models().await,
        ProviderKind::Practice => Ok(Practice::models()),
    }
}

/// True when a key on its way to `address` is encrypted, or does not leave this machine or the user's own network.
///
/// Names without a dot and those of RFC 6762, RFC 8375 and the reserved `.internal` are found in the own network only.
pub fn keeps_a_key_safe(address: &str) -> bool {
    use reqwest::Url;
    let Ok(url) = Url::parse(address) else { return address.is_empty() };
    let near = |name: &str| {
        let name = name.trim_end_matches('.');
        let is_own = |end: &&str| name.ends_with(end);
        name == "localhost"
            || !name.contains('.')
            || [".localhost", ".local", ".lan", ".internal", ".home.arpa"].iter().any(is_own)
    };
    url.scheme() == "https"
        || url.host_str().is_some_and(|host| match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
            Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
            Err(_) => near(host),
        })
}

/// True for an address a provider can have: http or https, with a host and without a password in it.
pub fn is_address(text: &str) -> bool {
    reqwest::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.host().is_some() && url.password().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::keeps_a_key_safe;

    #[test]
    fn a_key_travels_encrypted_or_within_the_own_network() {
        for near in [
            "https://api.example.com/v1",
            "http://localhost:11434/v1",
            "http://127.0.0.1:8000/v1",
            "http://[::1]:8000/v1",
            "http://10.0.0.7/v1",
            "http://gpu-box:8000/v1",
            "http://gpu-box.local/v1",
            "",
        ] {
            assert!(keeps_a_key_safe(near), "{near}");
        }
        for far in ["http://api.example.com/v1", "http://8.8.8.8/v1", "http://localhost.example.com/v1"] {
            assert!(!keeps_a_key_safe(far), "{far}");
        }
    }
}
