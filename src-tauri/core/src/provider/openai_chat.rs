//! OpenAI's chat completions, and every server that speaks like it: each field of a chunk may be missing, null, or of
//! another type.

use super::calls::{CallPiece, LONGEST_THOUGHT, called, functions, keep, kept, object_text};
use super::dialect::{
    Dialect, Heard, Meaning, Reader, count, data_url, finish_reason, message, text, told_first, unlimited,
};
use super::refusal::error_in;
use super::{CompletionRequest, ProviderError, TokenCount, http};
use crate::model::{Said, SaidCall};
use reqwest::Url;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// What a call of a model of Google has with it here, and wants to have back.
const EXTRA: &str = "extra_content";
/// What some models thought before a call, and are lost without.
const THOUGHT: &str = "reasoning_content";

pub(super) struct OpenAiChat;

impl Dialect for OpenAiChat {
    fn address(&self, base: &Url, _: &CompletionRequest) -> Url {
        http::below(base, &["chat", "completions"])
    }

    fn body(&self, request: &CompletionRequest) -> Value {
        let said = request.messages.iter().flat_map(messages);
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
        if !request.tools.is_empty() {
            body["tools"] = functions(&request.tools);
        }
        body
    }

    /// Older servers know no `stream_options`, and newer models of OpenAI another name for the most tokens.
    fn simplify(&self, body: &mut Value, refusal: &str) -> bool {
        let Some(body) = body.as_object_mut() else { return false };
        if refusal.contains("stream_options") {
            return body.remove("stream_options").is_some();
        }
        for field in [EXTRA, THOUGHT] {
            if refusal.contains(field) && without(field, body) {
                return true;
            }
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
        Box::new(Chunks::default())
    }
}

/// One message, or several of which the first has calls and the others what came of them.
fn messages(said: &Said) -> impl Iterator<Item = Value> {
    let picture = |picture: &_| json!({"type": "image_url", "image_url": {"url": data_url(picture)}});
    let mut first = message(said, "text", picture);
    if !said.calls.is_empty() {
        if said.text.is_empty() {
            first["content"] = Value::Null;
        }
        first["tool_calls"] = said.calls.iter().map(call).collect();
        let thoughts = said.calls.iter().filter_map(|call| kept(call, THOUGHT));
        let thought: String = thoughts.filter_map(|thought| thought.as_str().map(str::to_owned)).collect();
        if !thought.is_empty() {
            first[THOUGHT] = json!(thought);
        }
    }
    let results = said
        .calls
        .iter()
        .map(|call| json!({"role": "tool", "tool_call_id": call.id, "content": call.result}));
    std::iter::once(first).chain(results)
}

fn call(said: &SaidCall) -> Value {
    let mut call = json!({"id": said.id, "type": "function",
                          "function": {"name": said.tool, "arguments": object_text(said)}});
    if let Some(extra) = kept(said, EXTRA) {
        call[EXTRA] = extra;
    }
    call
}

/// Another provider than the one that sent it may not know it. True when it was there.
fn without(field: &str, body: &mut Map<String, Value>) -> bool {
    let mut was_there = false;
    let messages = body.get_mut("messages").and_then(Value::as_array_mut).into_iter().flatten();
    for message in messages.filter_map(Value::as_object_mut) {
        was_there |= message.remove(field).is_some();
        let calls = message.get_mut("tool_calls").and_then(Value::as_array_mut).into_iter().flatten();
        was_there |= calls.filter_map(|call| call.as_object_mut()?.remove(field)).count() > 0;
    }
    was_there
}

/// Reads chunks, and the whole answers of servers that do not stream.
#[derive(Default)]
struct Chunks {
    /// What was thought and not kept with a call yet.
    thought: String,
}

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
            if heard.calls().is_some() {
                let thought = text(delta, THOUGHT);
                if self.thought.len() + thought.len() <= LONGEST_THOUGHT {
                    self.thought += thought;
                }
            }
            for content in ["content", "refusal"].iter().filter_map(|field| delta.get(*field)) {
                heard.text(&text_of(content));
            }
            if let Some(calls) = delta.get("tool_calls").and_then(Value::as_array) {
                self.gather(calls, part("delta").is_none(), heard)?;
            }
        }
        match choice.get("finish_reason").and_then(Value::as_str).filter(|reason| !reason.is_empty()) {
            Some("error") => Err(ProviderError::overloaded("it ended the answer with an error")),
            Some(reason) => Ok(heard.finish(finish_reason(reason))),
            None => Ok(meaning),
        }
    }
}

impl Chunks {
    /// In a whole answer each is a call of its own; in a chunk it may be a piece of one.
    fn gather(&mut self, said: &[Value], is_whole: bool, heard: &mut Heard) -> Result<(), ProviderError> {
        let Some(calls) = heard.calls() else { return Ok(()) };
        for call in said {
            let (tool, arguments) = called(call);
            let arguments = match arguments {
                Value::Null => "".into(),
                Value::String(text) => Cow::from(text),
                object => object.to_string().into(),
            };
            let thought = std::mem::take(&mut self.thought);
            let thought = if thought.is_empty() { Value::Null } else { json!(thought) };
            let piece = CallPiece {
                place: count(call, "index"),
                id: text(call, "id"),
                tool,
                arguments: &arguments,
                opaque: keep([(EXTRA, call[EXTRA].clone()), (THOUGHT, thought)]),
            };
            if is_whole { calls.begin(piece)? } else { calls.piece(piece)? }
        }
        Ok(())
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
