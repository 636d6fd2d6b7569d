//! The chunks of a chat completion, read leniently: every field may be missing, null, or of another type.

use super::openai_error::{Asked, error_in};
use super::{CompletionRequest, ProviderError, ProviderEvent};
use crate::model::{FinishReason, Role};
use crate::secrets::Secret;
use serde_json::{Value, json};
use std::collections::VecDeque;

/// The body of a request.
pub(super) fn request_body(request: &CompletionRequest, with_usage: bool) -> Value {
    let messages: Vec<Value> = request
        .messages
        .iter()
        .map(|(role, text)| {
            let role = match role {
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            json!({"role": role, "content": text})
        })
        .collect();
    let mut body = json!({"model": request.model, "messages": messages, "stream": true});
    if with_usage {
        body["stream_options"] = json!({"include_usage": true});
    }
    body
}

/// Turns the data of one answer's events into what the caller sees.
pub(super) struct Decoder {
    model: String,
    key: Option<Secret>,
    wrote_text: bool,
    finish: Option<FinishReason>,
    usage: Option<(u64, u64)>,
    /// The last event was no JSON: a cut if the body ends here, a fault if it goes on.
    broken: bool,
}

/// What one event meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing: an empty chunk, as some servers send to keep a connection open.
    Nothing,
    /// A sign of life, text or not.
    Life,
    /// The reason for the end; only usage and the marker may follow.
    Finish,
    /// The end marker.
    Done,
}

impl Decoder {
    /// `key` is blanked out of errors.
    pub(super) fn new(model: &str, key: Option<Secret>) -> Self {
        Self { model: model.to_owned(), key, wrote_text: false, finish: None, usage: None, broken: false }
    }

    /// Reads the data of one event.
    pub(super) fn take(
        &mut self,
        data: &str,
        out: &mut VecDeque<ProviderEvent>,
    ) -> Result<Meaning, ProviderError> {
        let data = data.trim();
        if self.broken {
            return Err(ProviderError::Protocol("a piece of the answer is not JSON".to_owned()));
        }
        if data == "[DONE]" {
            return Ok(Meaning::Done);
        }
        if data.is_empty() {
            return Ok(Meaning::Nothing);
        }
        match serde_json::from_str::<Value>(data) {
            Ok(chunk) => self.chunk(&chunk, "delta", out),
            Err(_) => {
                self.broken = true;
                Ok(Meaning::Nothing)
            }
        }
    }

    /// Reads an answer that came in one piece.
    pub(super) fn whole(
        &mut self,
        answer: &Value,
        out: &mut VecDeque<ProviderEvent>,
    ) -> Result<(), ProviderError> {
        match self.chunk(answer, "message", out)? {
            Meaning::Nothing => {
                Err(ProviderError::NotAProvider("it sent JSON without an answer in it".to_owned()))
            }
            _ => self.end(true, out),
        }
    }

    /// True once the reason for the end was told.
    pub(super) fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// Judges the end of the answer; `marked` when the end marker came.
    pub(super) fn end(&self, marked: bool, out: &mut VecDeque<ProviderEvent>) -> Result<(), ProviderError> {
        let reason = match self.finish {
            Some(reason) => reason,
            None if marked => FinishReason::Stop,
            None => return Err(ProviderError::Truncated),
        };
        if !self.wrote_text && reason != FinishReason::ContentFilter {
            return Err(ProviderError::Empty(self.finish));
        }
        out.push_back(ProviderEvent::Finished(reason));
        Ok(())
    }

    /// `part` names the field with the text: `delta` in a stream, `message` in a whole answer.
    fn chunk(
        &mut self,
        chunk: &Value,
        part: &str,
        out: &mut VecDeque<ProviderEvent>,
    ) -> Result<Meaning, ProviderError> {
        if let Some(error) = error_in(chunk) {
            let asked = Asked { model: Some(&self.model), key: self.key.as_ref() };
            return Err(asked.error_event(error));
        }
        let mut meaning = Meaning::Nothing;
        // llama.cpp tells how far it has read a long prompt; that takes minutes and is life.
        if self.usage(chunk.get("usage"), out) || chunk.get("prompt_progress").is_some_and(Value::is_object) {
            meaning = Meaning::Life;
        }
        let choices = chunk.get("choices").and_then(Value::as_array);
        let Some(choice) = choices.and_then(|all| all.iter().find(|choice| is_first(choice))) else {
            return Ok(meaning);
        };
        let delta = choice.get(part).or_else(|| choice.get("delta")).or_else(|| choice.get("message"));
        if let Some(delta) = delta.and_then(Value::as_object) {
            if ["reasoning_content", "reasoning", "content", "refusal", "tool_calls", "role"]
                .iter()
                .any(|field| delta.get(*field).is_some_and(is_something))
            {
                meaning = Meaning::Life;
            }
            let reasoning = delta.get("reasoning_content").or_else(|| delta.get("reasoning"));
            if let Some(text) = reasoning.and_then(text_of) {
                out.push_back(ProviderEvent::Reasoning(text));
            }
            for text in ["content", "refusal"].iter().filter_map(|field| delta.get(*field).and_then(text_of))
            {
                self.wrote_text = true;
                out.push_back(ProviderEvent::Text(text));
            }
        }
        match choice.get("finish_reason").and_then(Value::as_str).filter(|reason| !reason.is_empty()) {
            Some("error") => Err(ProviderError::overloaded("it ended the answer with an error")),
            Some(reason) => {
                self.finish = Some(finish_reason(reason));
                Ok(Meaning::Finish)
            }
            None => Ok(meaning),
        }
    }

    /// The last usage counts, wherever it comes; true when it says something new.
    fn usage(&mut self, usage: Option<&Value>, out: &mut VecDeque<ProviderEvent>) -> bool {
        let count = |name: &str| {
            let count = usage.and_then(|usage| usage.get(name));
            // Some servers write whole numbers as 12.0.
            count.and_then(|n| n.as_u64().or_else(|| n.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64)))
        };
        let (input, output) = (count("prompt_tokens"), count("completion_tokens"));
        if input.is_none() && output.is_none() {
            return false;
        }
        let (old_input, old_output) = self.usage.unwrap_or_default();
        let now = (input.unwrap_or(old_input), output.unwrap_or(old_output));
        if self.usage == Some(now) {
            return false;
        }
        self.usage = Some(now);
        out.push_back(ProviderEvent::Usage { input_tokens: now.0, output_tokens: now.1 });
        true
    }
}

fn is_first(choice: &Value) -> bool {
    choice.get("index").and_then(Value::as_u64).unwrap_or_default() == 0
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

/// Text as a string or as a list of parts; `None` when there is none.
fn text_of(content: &Value) -> Option<String> {
    let text = match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect()
        }
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn finish_reason(word: &str) -> FinishReason {
    match word.to_ascii_lowercase().as_str() {
        "stop" | "eos" | "eos_token" | "end_turn" | "stop_sequence" | "completed" => FinishReason::Stop,
        "length" | "max_tokens" | "model_length" | "max_output_tokens" => FinishReason::Length,
        "content_filter" | "safety" | "refusal" => FinishReason::ContentFilter,
        "tool_calls" | "tool_use" | "function_call" => FinishReason::ToolCalls,
        _ => FinishReason::Other,
    }
}
