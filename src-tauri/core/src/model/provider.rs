use super::{ProviderId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One configured way to reach models. The key itself is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProviderRow {
    /// Its row; the secret store knows the key by it.
    pub id: ProviderId,
    /// The user's name for it, the first half of `provider/model`. Letters, digits, `-`, `_`, `.`; unique.
    pub name: String,
    /// The dialect it speaks.
    pub kind: ProviderKind,
    /// Where it is, up to and including `/v1` or its like if it has one; empty for the practice model.
    pub base_url: String,
    /// Where its key comes from.
    pub key_source: KeySource,
    /// The name of the environment variable a key is read from, if that was asked for.
    pub key_env: Option<String>,
    /// The names of the headers that are sent to it with each request; their values are kept where keys are.
    pub headers: Vec<String>,
    /// The proxy it is reached through; `None` for that of the computer, if it has one.
    pub proxy: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// The dialects spoken so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderKind {
    /// OpenAI's chat completions and everything that speaks like it.
    OpenaiChat,
    /// OpenAI's responses, which can go on at the provider.
    OpenaiResponses,
    /// Anthropic's messages.
    Anthropic,
    /// Google's Gemini.
    Gemini,
    /// Ollama's own API.
    Ollama,
    /// The embedded model that needs nothing and answers with sample text.
    Practice,
}

impl ProviderKind {
    /// Whether it answers in batches, for half the price and some time within a day.
    pub fn has_batches(self) -> bool {
        self == Self::Anthropic
    }
}

/// Where a key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    /// No key is sent.
    None,
    /// The OS keychain.
    Keychain,
    /// Kept in memory until the process ends, because there is no keychain.
    Session,
    /// Read from the environment variable named in `key_env`.
    Environment,
}

/// A model server found on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LocalServer {
    /// What it is, told by its answer and not by its port, such as `Ollama`.
    pub product: String,
    /// A good name for the provider, such as `ollama`.
    pub name: String,
    /// What it is asked in.
    pub kind: ProviderKind,
    /// Where it speaks that.
    pub base_url: String,
    /// The models it named.
    pub models: Vec<String>,
}

/// What a live test of a provider found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProviderTest {
    /// Milliseconds until the list of models was there.
    pub latency_ms: u64,
    /// The models it named.
    pub models: Vec<String>,
}
