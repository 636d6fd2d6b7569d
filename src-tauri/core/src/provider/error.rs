//! Why there is no answer, and whether asking again may help.

use crate::model::FinishReason;
use std::time::Duration;

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
    /// Tools were offered, and the model or its server has no use for them.
    #[error("this model cannot use tools: {0}")]
    NoTools(String),
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
    /// It does not know the answer any more that was made there.
    #[error("the provider does not know this answer any more")]
    RunGone,
    /// It has nothing like a batch.
    #[error("the provider does not answer in batches")]
    NoBatches,
    /// A batch was sent, and no answer to that came back: it may be made, and be paid for.
    #[error("the provider did not say whether it took the batch")]
    Unsure,
    /// A batch that was not come to in its time.
    #[error("the provider did not come to it within a day")]
    Expired,
    /// A batch that was stopped there, by somebody else.
    #[error("it was cancelled at the provider")]
    Cancelled,
    /// An answer without any text, and the reason the provider gave for its end, if it gave one.
    #[error("the provider sent an empty answer")]
    Empty(Option<FinishReason>),
    /// An answer beyond what is kept of one; in MiB.
    #[error("the answer is longer than {0} MiB, the most that is kept of one")]
    TooLong(usize),
    /// The program of an agent cannot be used as it is.
    #[error("{agent} {said}")]
    ProgramUnusable {
        /// The agent.
        agent: String,
        /// What is wrong, after its name.
        said: String,
    },
    /// The program of an agent was there and is not any more.
    #[error("{agent} {said}")]
    ProgramEnded {
        /// The agent.
        agent: String,
        /// What happened, after its name.
        said: String,
    },
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
            | Self::ProgramEnded { .. }
            | Self::Empty(_) => Retry::Backoff,
            Self::KeyMissing
            | Self::Unauthorized
            | Self::Forbidden(_)
            | Self::Billing(_)
            | Self::ModelNotFound(_)
            | Self::NoTools(_)
            | Self::BadRequest(_)
            | Self::ContextTooLong(_)
            | Self::NotAProvider(_)
            | Self::RunGone
            | Self::NoBatches
            | Self::Unsure
            | Self::Expired
            | Self::Cancelled
            | Self::TooLong(_)
            | Self::ProgramUnusable { .. }
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
            Self::NoTools(_) => "no_tools",
            Self::BadRequest(_) => "bad_request",
            Self::ContextTooLong(_) => "context_too_long",
            Self::RateLimited { .. } => "rate_limited",
            Self::Overloaded { .. } => "overloaded",
            Self::Unreachable { .. } => "unreachable",
            Self::NotAProvider(_) => "not_a_provider",
            Self::Truncated => "truncated",
            Self::Stalled(_) => "stalled",
            Self::Lost => "connection_lost",
            Self::RunGone => "run_gone",
            Self::NoBatches => "no_batches",
            Self::Unsure => "batch_unsure",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Empty(_) => "empty_answer",
            Self::TooLong(_) => "answer_too_long",
            Self::ProgramUnusable { .. } => "program_unusable",
            Self::ProgramEnded { .. } => "program_ended",
            Self::Protocol(_) => "protocol",
        }
    }
}
