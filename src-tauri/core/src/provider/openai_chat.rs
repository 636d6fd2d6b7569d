//! OpenAI's chat completions, and every server that speaks like it: each field of a chunk may be missing, null, or of
//! another type.

use super::dialect::{
    Dialect, Heard, Meaning, Reader, count, data_url, finish_reason, messages, told_first, unlimited,
};
use super::refusal::error_in;
use super::{CompletionRequest, ProviderError, TokenCount, http};
use reqwest::Url;
use serde_json::{Value, json};
use std::borrow::Cow;

pub(super) struct OpenAiChat;

impl Dialect for OpenAiChat {
    fn address(&self, base: &Url, _: &CompletionRequest) -> Url {
        http::below(base, &["chat", "completions"])
    }

    fn body(&self, request: &CompletionRequest) -> Value {
        let said = messages(
            &request.messages,
            "text",
            |picture| json!({"type": "image_url", "image_url": {"url": data_url(picture)}}),
        );
        let mut body = json!({
            "model": request.model,
            "messages": told_first(request).into_iter().chain(said).collect::<Value>(),
            "stream": true,
            "stream_options": {"include_usage": true},
        });
        if let Some(most) = request.max_tokens {
            body["max_tokens"] = json!(most);
        }
        if let Some(degrees) = request.temperature {
            body["temperature"] = json!(degrees);
        }
        body
    }

    /// Older servers know no `stream_options`, and newer models of OpenAI another name for the most tokens.
    fn simplify(&self, body: &mut Value, refusal: &str) -> bool {
        let Some(body) = body.as_object_mut() else { return false };
        if refusal.contains("stream_options") {
            return body.remove("stream_options").is_some();
        }
        if refusal.contains("max_completion_tokens")
            && let Some(most) = body.remove("max_tokens")
        {
            body.insert("max_completion_tokens".to_owned(), most);
            return true;
        }
        unlimited(body, refusal, &["max_tokens", "max_completion_tokens"])
    }

    fn reader(&self, _: &CompletionRequest) -> Box<dyn Reader> {
        Box::new(Chunks)
    }
}

/// Reads chunks, and the whole answers of servers that do not stream.
struct Chunks;

impl Reader for Chunks {
    fn piece(&mut self, chunk: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        if let Some(error) = error_in(chunk) {
            return Err(heard.error(error));
        }
        let mut meaning = Meaning::Nothing;
        // llama.cpp tells how far it has read a long prompt; that takes minutes and is life.
        if chunk.get("usage").is_some_and(|usage| counted(usage, heard))
            || chunk.get("prompt_progress").is_some_and(Value::is_object)
        {
            meaning = Meaning::Life;
        }
        let choices = chunk.get("choices").and_then(Value::as_array);
        let Some(choice) = choices.and_then(|all| all.iter().find(|choice| is_first(choice))) else {
            return Ok(meaning);
        };
        let part = |name: &str| choice.get(name).filter(|part| part.is_object());
        if let Some(delta) = part("delta").or_else(|| part("message")) {
            if ["reasoning_content", "reasoning", "content", "refusal", "tool_calls", "role"]
                .iter()
                .any(|field| delta.get(*field).is_some_and(is_something))
            {
                meaning = Meaning::Life;
            }
            if let Some(reasoning) = delta.get("reasoning_content").or_else(|| delta.get("reasoning")) {
                heard.reasoning(&text_of(reasoning));
            }
            for content in ["content", "refusal"].iter().filter_map(|field| delta.get(*field)) {
                heard.text(&text_of(content));
            }
        }
        match choice.get("finish_reason").and_then(Value::as_str).filter(|reason| !reason.is_empty()) {
            Some("error") => Err(ProviderError::overloaded("it ended the answer with an error")),
            Some(reason) => Ok(heard.finish(finish_reason(reason))),
            None => Ok(meaning),
        }
    }
}

/// True when the usage says something new. A count that is missing stays as it was.
fn counted(usage: &Value, heard: &mut Heard) -> bool {
    let (input, output) = (count(usage, "prompt_tokens"), count(usage, "completion_tokens"));
    if input.is_none() && output.is_none() {
        return false;
    }
    let old = heard.tokens();
    let detail = |of: &str, name: &str| usage.get(of).and_then(|details| count(details, name));
    heard.count(TokenCount {
        input: input.unwrap_or(old.input),
        cache_read: detail("prompt_tokens_details", "cached_tokens").unwrap_or(old.cache_read),
        cache_write: 0,
        output: output.unwrap_or(old.output),
        reasoning: detail("completion_tokens_details", "reasoning_tokens").unwrap_or(old.reasoning),
    })
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

/// Text as a string or as a list of parts; empty when there is none.
fn text_of(content: &Value) -> Cow<'_, str> {
    match content {
        Value::String(text) => text.into(),
        Value::Array(parts) => parts.iter().filter_map(|part| part.get("text")?.as_str()).collect(),
        _ => "".into(),
    }
}
