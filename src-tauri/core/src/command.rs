//! What clients ask of [`crate::Core`], and how a refusal looks to them.

use crate::model::{
    AgentAtWork, AgentChoice, Attached, Budget, ChannelPlace, ConversationId, DeliveryMode, KeySource, Lane,
    Manner, Origin, ProviderKind, ServerPlace, Task, TaskId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// A prompt to be answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// Where; `None` starts a new conversation.
    #[serde(default)]
    pub conversation_id: Option<ConversationId>,
    /// The prompt, 1 byte to 4 MiB.
    pub text: String,
    /// Who is told, and how.
    pub lane: Lane,
    /// `provider/model`; `None` takes the conversation's model, else the default.
    #[serde(default)]
    pub model: Option<String>,
    /// The task whose prompt this is a new version of: it takes the same turn, in a branch of its own, which is shown from then
    /// on. What followed the other version stays in its own.
    #[serde(default)]
    pub edit_of: Option<TaskId>,
    /// The surface it was asked from.
    pub origin: Origin,
    /// How the user is told; only for the background lane.
    #[serde(default)]
    pub delivery: DeliveryMode,
    /// What it may use before its user is asked; `None` takes that of the settings for work in the background.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub budget: Option<Budget>,
    /// Files that go with the prompt; what stands in them is sent before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attached>,
    /// Asks about the files part by part, and then about what that came to: for what is too long for one request.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub in_parts: bool,
    /// Answered in a batch, for half the price and some time within a day: only in the background, and only by providers that
    /// answer in batches.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub in_batch: bool,
    /// How the models of a new conversation are asked; `None` for as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub manner: Option<Manner>,
    /// Another model that is asked the same: both answers stand side by side until one is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub compare_with: Option<String>,
    /// The agent that works on it; `None` has the model answer by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub agent: Option<AgentChoice>,
    /// Makes a repeated call give the same task. 1 to 200 visible characters.
    #[serde(default)]
    pub idempotency_key: Option<String>,
    /// What [`crate::Core`] made of `agent`.
    #[serde(skip)]
    #[ts(skip)]
    pub agent_at_work: Option<AgentAtWork>,
}

impl SendMessage {
    /// A prompt in a conversation of its own, for the model that is usual there; all else as it is when nothing is said of it.
    pub fn new(text: impl Into<String>, lane: Lane, origin: Origin) -> Self {
        Self {
            conversation_id: None,
            text: text.into(),
            lane,
            model: None,
            edit_of: None,
            origin,
            delivery: DeliveryMode::default(),
            budget: None,
            attachments: Vec::new(),
            in_parts: false,
            in_batch: false,
            manner: None,
            compare_with: None,
            agent: None,
            idempotency_key: None,
            agent_at_work: None,
        }
    }
}

/// A prompt that is being written, and what it would be sent with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// Where; `None` for a new conversation.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub conversation_id: Option<ConversationId>,
    /// The prompt as far as it is there, up to 4 MiB.
    pub text: String,
    /// Files that are to go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attached>,
    /// `provider/model`; `None` takes the conversation's model, else the default.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub model: Option<String>,
    /// The name of the agent that is to work on it; `None` has the model answer by itself.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub agent: Option<String>,
}

/// What a conversation is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// To read: what the window shows.
    Markdown,
    /// For programs: a JSON object a line, with every version of every prompt and answer.
    Jsonl,
}

impl ExportFormat {
    /// How the name of such a file ends, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Jsonl => "jsonl",
        }
    }
}

/// The receipt for an accepted prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Sent {
    /// The task, as it was stored.
    pub task: Task,
    /// False when the idempotency key had been used with the same content before.
    pub is_new: bool,
}

/// A server of tools to be added. What is secret travels inwards only.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct NewToolServer {
    /// What it is called: 1 to 24 letters, digits and dashes.
    pub name: String,
    /// How it is reached.
    pub place: ServerPlace,
    /// Variables that its program gets, by name.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// A token that is shown to its address with each request.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub token: Option<String>,
}

/// A channel to be added. What is secret travels inwards only.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    /// What it is called: 1 to 40 letters, digits, `-`, `_`, `.`.
    pub name: String,
    /// Where it leads.
    pub place: ChannelPlace,
    /// The password of a mailbox, the address of a webhook, the token of a topic; left out to keep the one it has.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub secret: Option<String>,
}

/// A provider to be added.
///
/// The key travels inwards only and is not part of any answer, log line or `Debug` output.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct NewProvider {
    /// The first half of `provider/model`.
    pub name: String,
    /// The dialect.
    pub kind: ProviderKind,
    /// Up to and including `/v1` or its like.
    #[serde(default)]
    pub base_url: String,
    /// The key itself.
    #[serde(default)]
    pub key: Option<String>,
    /// An environment variable to read the key from whenever it is needed.
    #[serde(default)]
    pub key_env: Option<String>,
    /// Headers that are sent with each request. Their values are kept like a key.
    #[serde(default)]
    #[ts(optional, as = "Option<BTreeMap<String, String>>")]
    pub headers: BTreeMap<String, String>,
    /// A proxy for this provider alone, such as `http://proxy.example.org:3128`.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub proxy: Option<String>,
}

impl std::fmt::Debug for NewProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewProvider")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("base_url", &self.base_url)
            .field("has_key", &self.key.is_some())
            .field("key_env", &self.key_env)
            .field("headers", &self.headers.keys())
            .field("proxy", &self.proxy)
            .finish()
    }
}

/// Where the key of a provider ended up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AddedProvider {
    /// The provider's name.
    pub name: String,
    /// `Session` means: there is no keychain, and the key is gone when the process ends.
    pub key_source: KeySource,
}

/// One page of tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TaskPage {
    /// Every task that is not in a final state, newest first.
    pub active: Vec<Task>,
    /// Tasks in a final state, newest first, at most `limit`.
    pub history: Vec<Task>,
    /// Give it back to get older history; `None` at the end.
    pub next: Option<String>,
}

/// Something a client asked for that was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, TS)]
#[ts(export)]
#[error("{message}")]
pub struct CommandError {
    /// What a program does next depends on this alone.
    pub code: ErrorCode,
    /// Cause, what was kept, next step, in plain words.
    pub message: String,
}

/// Exists only while a client does something different because of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The id names nothing.
    NotFound,
    /// An argument is missing, too long or of the wrong form.
    Invalid,
    /// The task's state does not allow the step.
    IllegalStep,
    /// The idempotency key was used with another body, or a name is taken.
    Conflict,
    /// No model is configured, so there is nothing to ask.
    NoModel,
    /// The provider refused or cannot be reached.
    Provider,
    /// The data folder cannot be written: full, read-only, locked.
    Storage,
    /// A defect of ours; the message says what was kept.
    Internal,
}

impl CommandError {
    /// A refusal with its code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The id names nothing.
    pub fn not_found(what: &str, id: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("there is no {what} {id}"))
    }

    /// The data folder cannot be written.
    pub fn storage(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Storage, message)
    }

    /// An argument cannot be used.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid, message)
    }
}
