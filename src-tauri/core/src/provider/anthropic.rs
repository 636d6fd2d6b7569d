//! Anthropic's messages, and its batches of them.

use super::calls::{CallPiece, LONGEST_THOUGHT, keep, kept, object, written};
use super::dialect::{Dialect, Heard, Meaning, Reader, RemoteAt, count, finish_reason, message, text};
use super::refusal::error_in;
use super::{CompletionRequest, ProviderError, RemoteAnswer, TokenCount, http};
use crate::model::{Picture, RemoteRun, Role, Said, SaidCall, ToolSpec};
use reqwest::Url;
use serde_json::{Value, json};

/// The API wants a limit for the answer and refuses one above what the model can write: newer ones write 64,000 tokens.
const LONGEST: u64 = 64_000;

/// What was thought before a call. A model gets it back as it signed it, or has forgotten why it called.
const THOUGHTS: &str = "thinking";

pub(super) struct Anthropic;

impl Dialect for Anthropic {
    fn key_header(&self) -> (&'static str, &'static str) {
        ("x-api-key", "")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("anthropic-version", "2023-06-01")]
    }

    fn address(&self, base: &Url, request: &CompletionRequest) -> Url {
        match request.batch {
            Some(_) => http::below(base, &["messages", "batches"]),
            None => http::below(base, &["messages"]),
        }
    }

    fn body(&self, request: &CompletionRequest) -> Value {
        let mut body = json!({
            "model": request.model,
            "max_tokens": request.max_tokens.map_or(LONGEST, |most| most.min(LONGEST)),
            "messages": messages(&request.messages),
        });
        if !request.system.trim().is_empty() {
            body["system"] = json!(request.system);
        }
        if let Some(degrees) = request.temperature {
            body["temperature"] = json!(degrees);
        }
        if !request.tools.is_empty() {
            body["tools"] = request.tools.iter().map(tool).collect();
        }
        if let Some(name) = &request.batch {
            return json!({"requests": [{"custom_id": name, "params": body}]});
        }
        body["stream"] = json!(true);
        body
    }

    /// An older model names the limit it has: `max_tokens: 64000 > 8192, which is …`. Another model may not believe thoughts.
    fn simplify(&self, body: &mut Value, refusal: &str) -> bool {
        if refusal.contains(THOUGHTS) && without_thoughts(body) {
            return true;
        }
        let limit = refusal.split_once("max_tokens:").and_then(|(_, rest)| rest.split_once('>'));
        let digits = limit.map(|(_, rest)| rest.trim_start().split(|c: char| !c.is_ascii_digit()).next());
        let most = match body.get("requests") {
            Some(_) => body.pointer_mut("/requests/0/params/max_tokens"),
            None => body.get_mut("max_tokens"),
        };
        match (most, digits.flatten().and_then(|digits| digits.parse::<u64>().ok())) {
            (Some(most), Some(limit @ 1..LONGEST)) if most.as_u64().is_some_and(|most| limit < most) => {
                *most = json!(limit);
                true
            }
            _ => false,
        }
    }

    fn remote(&self, base: &Url, run: &RemoteRun) -> Option<RemoteAt> {
        let whole = http::below(base, &["messages", "batches", &run.id]);
        // Below our own address, wherever the batch says that its results are.
        let (stream, stop) = (http::below(&whole, &["results"]), http::below(&whole, &["cancel"]));
        Some(RemoteAt { stream, whole, stop })
    }

    fn reader(&self, request: &CompletionRequest) -> Box<dyn Reader> {
        Box::new(Events { heard_before: request.remote.clone(), thoughts: Thoughts::default() })
    }

    fn models_address(&self, base: &Url) -> Url {
        let mut url = http::below(base, &["models"]);
        url.query_pairs_mut().append_pair("limit", "1000");
        url
    }
}

/// What was said. What came of calls stands first in the next message of the user, which must follow at once.
fn messages(said: &[Said]) -> Vec<Value> {
    let mut all = Vec::new();
    let mut results = Vec::new();
    // A message without a visible character is refused, and says nothing anyway.
    for said in said.iter().filter(|said| has_words(said) || !said.calls.is_empty()) {
        let mut next = message(said, "text", picture);
        if said.role == Role::User && !results.is_empty() {
            let content = match next["content"].take() {
                Value::Array(parts) => parts,
                words => vec![json!({"type": "text", "text": words})],
            };
            next["content"] = std::mem::take(&mut results).into_iter().chain(content).collect();
        }
        all.extend(told_of(&mut results));
        if !said.calls.is_empty() {
            let words = has_words(said).then(|| json!({"type": "text", "text": said.text}));
            let mut blocks: Vec<_> = said.calls.iter().flat_map(call).collect();
            let thought = blocks.iter().take_while(|block| is_thought(block)).count();
            blocks.splice(thought..thought, words);
            next["content"] = Value::from(blocks);
            results = said.calls.iter().map(result).collect();
        }
        all.push(next);
    }
    all.extend(told_of(&mut results));
    all
}

fn picture(picture: &Picture) -> Value {
    let Picture { media_type, base64 } = picture;
    json!({"type": "image", "source": {"type": "base64", "media_type": media_type, "data": base64}})
}

fn has_words(said: &Said) -> bool {
    !said.text.trim().is_empty()
}

/// What came of calls, as a message of its own.
fn told_of(results: &mut Vec<Value>) -> Option<Value> {
    (!results.is_empty()).then(|| json!({"role": "user", "content": std::mem::take(results)}))
}

fn call(call: &SaidCall) -> impl Iterator<Item = Value> {
    let thoughts = match kept(call, THOUGHTS) {
        Some(Value::Array(thoughts)) => thoughts,
        _ => Vec::new(),
    };
    let called = json!({"type": "tool_use", "id": call.id, "name": call.tool, "input": object(call)});
    thoughts.into_iter().chain([called])
}

fn is_thought(block: &Value) -> bool {
    matches!(text(block, "type"), "thinking" | "redacted_thinking")
}

/// True when there were any.
fn without_thoughts(body: &mut Value) -> bool {
    let question =
        if body.get("requests").is_some() { body.pointer_mut("/requests/0/params") } else { Some(body) };
    let messages = question.and_then(|question| question.get_mut("messages")?.as_array_mut());
    let mut had_some = false;
    let contents =
        messages.into_iter().flatten().filter_map(|message| message.get_mut("content")?.as_array_mut());
    for content in contents {
        let before = content.len();
        content.retain(|block| !is_thought(block));
        had_some |= content.len() < before;
    }
    had_some
}

fn result(call: &SaidCall) -> Value {
    let mut result = json!({"type": "tool_result", "tool_use_id": call.id});
    if !call.result.trim().is_empty() {
        result["content"] = json!(call.result);
    }
    if call.is_error {
        result["is_error"] = json!(true);
    }
    result
}

fn tool(tool: &ToolSpec) -> Value {
    let ToolSpec { name, description, parameters } = tool;
    json!({"name": name, "description": description, "input_schema": parameters})
}

struct Events {
    /// Of an answer in a batch, as far as it was kept.
    heard_before: Option<RemoteAnswer>,
    thoughts: Thoughts,
}

/// What was thought and is not kept with a call yet.
#[derive(Default)]
struct Thoughts {
    blocks: Vec<Value>,
    bytes: usize,
}

impl Thoughts {
    fn begin(&mut self, block: &Value) {
        // An empty one counts too.
        self.bytes += 64 + ["thinking", "data"].map(|field| text(block, field).len()).iter().sum::<usize>();
        if self.bytes <= LONGEST_THOUGHT {
            self.blocks.push(block.clone());
        }
    }

    fn add(&mut self, delta: &Value) {
        let Some(last) = self.blocks.last_mut() else { return };
        for field in ["thinking", "signature"] {
            let more = text(delta, field);
            self.bytes += more.len();
            if !more.is_empty() && self.bytes <= LONGEST_THOUGHT {
                match last.get_mut(field) {
                    Some(Value::String(own)) => own.push_str(more),
                    _ => last[field] = json!(more),
                }
            }
        }
    }

    fn keep(&mut self) -> Option<String> {
        let Self { blocks, .. } = std::mem::take(self);
        keep([(THOUGHTS, if blocks.is_empty() { Value::Null } else { Value::from(blocks) })])
    }
}

impl Reader for Events {
    fn piece(&mut self, event: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        match text(event, "type") {
            "message_start" => counted(event.pointer("/message/usage"), heard),
            "content_block_start" => {
                let started = &event["content_block"];
                block(started, heard);
                // Its input follows in pieces; who sends all of it here sends none.
                self.begun(started, count(event, "index"), heard)?;
            }
            "content_block_delta" => {
                block(&event["delta"], heard);
                self.thoughts.add(&event["delta"]);
                if let Some(calls) =
                    heard.calls().filter(|_| text(&event["delta"], "type") == "input_json_delta")
                {
                    calls.add(count(event, "index"), text(&event["delta"], "partial_json"))?;
                }
            }
            "content_block_stop" => {}
            "message_delta" => {
                counted(event.get("usage"), heard);
                let reason = event.pointer("/delta/stop_reason").and_then(Value::as_str);
                if let Some(reason) = reason {
                    return Ok(heard.finish(finish_reason(reason)));
                }
            }
            "message_stop" => return Ok(Meaning::Done),
            "error" => return Err(heard.error(event.get("error").unwrap_or(event))),
            // The whole answer of a server that does not stream.
            "message" => {
                counted(event.get("usage"), heard);
                for part in event["content"].as_array().into_iter().flatten() {
                    block(part, heard);
                    self.called(part, heard)?;
                }
                return Ok(heard.finish(finish_reason(text(event, "stop_reason"))));
            }
            // What became of a request in a batch.
            "" if event.get("result").is_some() => return self.result(&event["result"], heard),
            // Somebody in between has another form for it.
            "" => {
                return match error_in(event) {
                    Some(error) => Err(heard.error(error)),
                    None => Ok(Meaning::Nothing),
                };
            }
            _ => return Ok(Meaning::Nothing),
        }
        Ok(Meaning::Life)
    }
}

impl Events {
    /// A call or a thought that begins.
    fn begun(&mut self, block: &Value, place: Option<u64>, heard: &mut Heard) -> Result<(), ProviderError> {
        let has_input = block["input"].as_object().is_some_and(|input| !input.is_empty());
        let arguments = if has_input { written(&block["input"]) } else { String::new() };
        self.call(block, place, &arguments, heard)
    }

    /// A whole call or thought.
    fn called(&mut self, block: &Value, heard: &mut Heard) -> Result<(), ProviderError> {
        self.call(block, None, &written(&block["input"]), heard)
    }

    fn call(
        &mut self,
        block: &Value,
        place: Option<u64>,
        arguments: &str,
        heard: &mut Heard,
    ) -> Result<(), ProviderError> {
        match heard.calls() {
            Some(calls) if is_call(block) => {
                let (tool, opaque) = (text(block, "name"), self.thoughts.keep());
                calls.begin(CallPiece { place, tool, arguments, opaque, ..CallPiece::default() })
            }
            Some(_) if is_thought(block) => {
                self.thoughts.begin(block);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn result(&mut self, result: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        heard.remote_is_over();
        match text(result, "type") {
            "succeeded" => {}
            "errored" => {
                return Err(heard.error(error_in(&result["error"]).unwrap_or(&result["error"])));
            }
            "canceled" => return Err(ProviderError::Cancelled),
            "expired" => return Err(ProviderError::Expired),
            other => return Err(ProviderError::Protocol(format!("a result of the kind {other:?}"))),
        }
        let message = &result["message"];
        counted(message.get("usage"), heard);
        let all = |field| -> String {
            let parts = message["content"].as_array().into_iter().flatten();
            parts.map(|part| text(part, field)).collect()
        };
        let (so_far, has_thought) =
            self.heard_before.as_ref().map_or(("", false), |before| (&before.text, before.has_thought));
        if !has_thought {
            heard.reasoning(&all("thinking"));
        }
        heard.rest(so_far, &all("text"));
        message["content"].as_array().into_iter().flatten().try_for_each(|part| self.called(part, heard))?;
        Ok(heard.finish(finish_reason(text(message, "stop_reason"))))
    }
}

/// A block of the answer, or what is added to one.
fn block(block: &Value, heard: &mut Heard) {
    heard.reasoning(text(block, "thinking"));
    heard.text(text(block, "text"));
}

/// A block that calls one of our tools, and none of the server's own.
fn is_call(block: &Value) -> bool {
    text(block, "type") == "tool_use"
}

/// What is told later replaces what was told before. Tokens that went through the cache are counted beside the others.
fn counted(usage: Option<&Value>, heard: &mut Heard) {
    let is_count =
        |usage: &&Value| ["input_tokens", "output_tokens"].iter().any(|name| count(usage, name).is_some());
    let Some(usage) = usage.filter(is_count) else { return };
    let old = heard.tokens();
    let told = |name, old| count(usage, name).unwrap_or(old);
    let cache_read = told("cache_read_input_tokens", old.cache_read);
    let cache_write = told("cache_creation_input_tokens", old.cache_write);
    let fresh =
        told("input_tokens", old.input.saturating_sub(old.cache_read).saturating_sub(old.cache_write));
    heard.count(TokenCount {
        input: fresh.saturating_add(cache_read).saturating_add(cache_write),
        cache_read,
        cache_write,
        output: told("output_tokens", old.output),
        reasoning: 0,
    });
}
