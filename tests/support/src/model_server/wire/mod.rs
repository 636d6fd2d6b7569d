//! The bytes on the wire: how each model API says what happens in the life of a reply.

mod anthropic;
mod chat;
mod gemini;
mod ollama;
mod responses;

use super::spec::ErrKind;
use meanwhile_core::model::ProviderKind;
use serde_json::{Value, json};

/// What every reply of one request has in common.
pub(super) struct Head {
    pub id: String,
    pub model: String,
    pub created: u64,
    pub prompt_tokens: u64,
    /// Tokens are told.
    pub counts: bool,
}

/// One reply in the words of one API. A piece of text counts as one token.
pub(super) trait Wire: Send {
    /// What stands before everything else.
    fn open(&mut self, _: &Head) -> String {
        String::new()
    }

    /// A piece of text.
    fn text(&mut self, head: &Head, text: &str) -> String;

    /// A piece of reasoning.
    fn reasoning(&mut self, head: &Head, text: &str) -> String;

    /// A whole call of a tool.
    fn call(&mut self, head: &Head, name: &str, arguments: &Value) -> String;

    /// So many tokens were written so far; nothing where the API counts only at the end.
    fn usage(&mut self, _: &Head, _written: u64) -> String {
        String::new()
    }

    /// What only a newer version knows, between the pieces and inside them.
    fn news(&mut self, head: &Head) -> String;

    /// The reason for the end in the words of chat completions, and usage; no end marker.
    fn finish(&mut self, head: &Head, written: u64, reason: &str) -> String;

    /// The end marker, where the API has one of its own.
    fn done(&self) -> &'static str {
        ""
    }

    /// An error inside an answer that began well, with the body of a refusal.
    fn error(&mut self, body: &Value) -> String {
        event(body)
    }

    /// A whole answer to a question that asked for no stream.
    fn whole(&self, head: &Head, text: &str, written: u64) -> Value;
}

/// How `kind` says what happens in one reply.
pub(super) fn of(kind: ProviderKind, head: &Head) -> Box<dyn Wire> {
    match kind {
        ProviderKind::OpenaiChat | ProviderKind::Practice => Box::new(chat::Chat::new(head)),
        ProviderKind::OpenaiResponses => Box::new(responses::Responses::default()),
        ProviderKind::Anthropic => Box::new(anthropic::Anthropic::default()),
        ProviderKind::Gemini => Box::new(gemini::Gemini::default()),
        ProviderKind::Ollama => Box::new(ollama::Ollama),
    }
}

/// What a server has against a question.
pub(super) struct Fault<'a> {
    pub status: u16,
    pub code: &'a str,
    pub message: String,
}

/// How `kind` words a fault.
pub(super) fn fault(kind: ProviderKind, fault: ErrKind, model: &str) -> Fault<'static> {
    let (status, code, message) = match kind {
        ProviderKind::OpenaiChat | ProviderKind::OpenaiResponses | ProviderKind::Practice => {
            let (status, code) = chat::fault(fault);
            (status, code, "The server had an error while processing your request".to_owned())
        }
        ProviderKind::Anthropic => anthropic::fault(fault, model),
        ProviderKind::Gemini => gemini::fault(fault, model),
        ProviderKind::Ollama => ollama::fault(fault, model),
    };
    Fault { status, code, message }
}

/// The body of a refusal by `kind`.
pub(super) fn refusal(kind: ProviderKind, fault: &Fault<'_>) -> Value {
    match kind {
        ProviderKind::OpenaiChat | ProviderKind::OpenaiResponses | ProviderKind::Practice => {
            chat::refusal(fault)
        }
        ProviderKind::Anthropic => anthropic::refusal(fault),
        ProviderKind::Gemini => gemini::refusal(fault),
        ProviderKind::Ollama => json!({"error": fault.message}),
    }
}

/// The list of models as `kind` gives it.
pub(super) fn models(kind: ProviderKind, names: impl Iterator<Item = String>) -> Value {
    match kind {
        ProviderKind::OpenaiChat | ProviderKind::OpenaiResponses | ProviderKind::Practice => {
            let model = |name| json!({"id": name, "object": "model", "created": 0, "owned_by": "modelsim"});
            json!({"object": "list", "data": names.map(model).collect::<Vec<_>>()})
        }
        ProviderKind::Anthropic => anthropic::models(names),
        ProviderKind::Gemini => gemini::models(names),
        ProviderKind::Ollama => ollama::models(names),
    }
}

/// Arguments of a call as the API writes them, in two pieces.
fn halves(arguments: &Value) -> [String; 2] {
    let text = arguments.to_string();
    let half = text.floor_char_boundary(text.len() / 2);
    [text[..half].to_owned(), text[half..].to_owned()]
}

/// A server-sent event without a name.
fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}

/// A server-sent event that names itself, outside and inside.
fn named(name: &str, mut data: Value) -> String {
    data["type"] = json!(name);
    format!("event: {name}\ndata: {data}\n\n")
}
