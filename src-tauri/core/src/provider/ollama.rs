//! Ollama's own API: one JSON object a line.

use super::calls::{CallPiece, called, functions, object, written};
use super::dialect::{Dialect, Heard, Meaning, Reader, count, finish_reason, role, text, told_first};
use super::framing::Framing;
use super::refusal::error_in;
use super::{CompletionRequest, ProviderError, TokenCount, http};
use crate::model::{FinishReason, Said, SaidCall};
use reqwest::Url;
use serde_json::{Value, json};

pub(super) struct Ollama;

impl Dialect for Ollama {
    fn address(&self, base: &Url, _: &CompletionRequest) -> Url {
        below(base, "chat")
    }

    fn body(&self, request: &CompletionRequest) -> Value {
        let mut body = json!({
            "model": request.model,
            "messages": told_first(request).into_iter().chain(request.messages.iter().flat_map(messages)).collect::<Value>(),
            "stream": true,
        });
        if let Some(most) = request.max_tokens {
            body["options"]["num_predict"] = json!(most);
        }
        if let Some(degrees) = request.temperature {
            body["options"]["temperature"] = json!(degrees);
        }
        if let Some(tokens) = request.context {
            body["options"]["num_ctx"] = json!(tokens);
        }
        if !request.tools.is_empty() {
            body["tools"] = functions(&request.tools);
        }
        body
    }

    fn framing(&self) -> Framing {
        Framing::Lines
    }

    fn reader(&self, _: &CompletionRequest) -> Box<dyn Reader> {
        Box::new(Chunks::default())
    }

    fn models_address(&self, base: &Url) -> Url {
        below(base, "tags")
    }

    fn loaded_address(&self, base: &Url) -> Option<Url> {
        Some(below(base, "ps"))
    }

    fn description(&self, base: &Url, model: &str) -> Option<(Url, Value)> {
        Some((below(base, "show"), json!({"model": model})))
    }
}

/// Its address may have been given with the `/v1` under which it speaks another dialect.
fn below(base: &Url, name: &str) -> Url {
    let mut base = base.clone();
    if let Some(root) = base.path().trim_end_matches('/').strip_suffix("/v1").map(str::to_owned) {
        base.set_path(&root);
    }
    http::below(&base, &["api", name])
}

#[derive(Default)]
struct Chunks {
    /// It called a tool, for which it gives no reason of its own.
    asks_tool: bool,
}

impl Reader for Chunks {
    fn piece(&mut self, chunk: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        if let Some(error) = error_in(chunk) {
            return Err(heard.error(error));
        }
        let message = chunk.get("message").filter(|message| message.is_object());
        if let Some(message) = message {
            heard.reasoning(text(message, "thinking"));
            heard.text(text(message, "content"));
            for call in message["tool_calls"].as_array().into_iter().flatten() {
                self.asks_tool = true;
                if let Some(calls) = heard.calls() {
                    let (tool, arguments) = called(call);
                    let arguments = written(arguments);
                    calls.begin(CallPiece { tool, arguments: &arguments, ..CallPiece::default() })?;
                }
            }
        }
        if chunk.get("done").and_then(Value::as_bool) != Some(true) {
            return Ok(if message.is_some() { Meaning::Life } else { Meaning::Nothing });
        }
        // A prompt that was read before is not counted again, and its count is missing then.
        if let Some(output) = count(chunk, "eval_count") {
            let input = count(chunk, "prompt_eval_count").unwrap_or_default();
            heard.count(TokenCount { input, output, ..TokenCount::default() });
        }
        heard.finish(
            match finish_reason(chunk.get("done_reason").and_then(Value::as_str).unwrap_or("stop")) {
                FinishReason::Stop if self.asks_tool => FinishReason::ToolCalls,
                reason => reason,
            },
        );
        Ok(Meaning::Done)
    }
}

/// A message, and one for each of its calls with what came of that.
fn messages(said: &Said) -> impl Iterator<Item = Value> {
    let result = |call: &SaidCall| json!({"role": "tool", "tool_name": call.tool, "content": call.result});
    std::iter::once(message(said)).chain(said.calls.iter().map(result))
}

/// Pictures and calls stand beside the words.
fn message(said: &Said) -> Value {
    let mut message = json!({"role": role(said.role), "content": said.text});
    if !said.pictures.is_empty() {
        message["images"] = said.pictures.iter().map(|picture| picture.base64.as_str()).collect();
    }
    if !said.calls.is_empty() {
        let call = |call: &SaidCall| json!({"function": {"name": call.tool, "arguments": object(call)}});
        message["tool_calls"] = said.calls.iter().map(call).collect();
    }
    message
}
