//! What was asked, whichever API was asked it.

use super::history;
use meanwhile_core::model::{GO_ON, ProviderKind};
use serde_json::Value;

/// One question.
pub(super) struct Question {
    pub model: String,
    pub stream: bool,
    /// Tokens are to be told.
    pub counts: bool,
    /// What was said so far, oldest first.
    pub said: Vec<String>,
    /// Words in the body that say what the answer does.
    pub sim: Option<String>,
}

impl Question {
    /// Reads the body of a question; `called` is the end of the path, where Gemini names the model.
    ///
    /// # Errors
    /// What the API would not accept, in a sentence.
    pub fn read(kind: ProviderKind, called: &str, body: &[u8]) -> Result<Self, String> {
        let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let flag = |of: &Value, name: &str| of.get(name).and_then(Value::as_bool);
        let (model, stream) = match kind {
            ProviderKind::Gemini => {
                let (model, method) = called.rsplit_once(':').ok_or("no method is called")?;
                (Some(model.to_owned()), method == "streamGenerateContent")
            }
            _ => {
                let stream = flag(&body, "stream").unwrap_or(kind == ProviderKind::Ollama);
                (body["model"].as_str().map(str::to_owned), stream)
            }
        };
        if kind == ProviderKind::Anthropic && !body["max_tokens"].is_u64() {
            return Err("max_tokens: field required".to_owned());
        }
        history::check(kind, &body)?;
        let list = match kind {
            ProviderKind::Gemini => &body["contents"],
            ProviderKind::OpenaiResponses => &body["input"],
            _ => &body["messages"],
        };
        let counts = kind != ProviderKind::OpenaiChat
            || body.get("stream_options").and_then(|options| flag(options, "include_usage")) == Some(true);
        Ok(Self {
            model: model.ok_or("no model is named")?,
            stream,
            counts,
            said: list.as_array().into_iter().flatten().map(text_of).collect(),
            sim: body["sim"].as_str().map(str::to_owned),
        })
    }

    /// A message counts as one token, and one more stands before them.
    pub fn tokens(&self) -> u64 {
        1 + self.said.len().max(1) as u64
    }

    /// What was said of the answer before it was cut, when the question is to go on with it.
    pub fn said_before(&self) -> Option<&str> {
        match self.said.as_slice() {
            [.., said, last] if last == GO_ON => Some(said),
            _ => None,
        }
    }
}

fn text_of(message: &Value) -> String {
    let text = message.get("content").or_else(|| message.pointer("/parts/0/text"));
    text.and_then(Value::as_str).unwrap_or_default().to_owned()
}
