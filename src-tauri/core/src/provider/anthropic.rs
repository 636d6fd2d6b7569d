//! Anthropic's messages, and its batches of them.

use super::dialect::{Dialect, Heard, Meaning, Reader, RemoteAt, count, finish_reason, messages, text};
use super::refusal::error_in;
use super::{CompletionRequest, ProviderError, RemoteAnswer, TokenCount, http};
use crate::model::{Picture, RemoteRun};
use reqwest::Url;
use serde_json::{Value, json};

/// The API wants a limit for the answer and refuses one above what the model can write: newer ones write 64,000 tokens.
const LONGEST: u64 = 64_000;

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
        // A message without a visible character is refused, and says nothing anyway.
        let said = request.messages.iter().filter(|said| !said.text.trim().is_empty());
        let mut body = json!({
            "model": request.model,
            "max_tokens": request.max_tokens.map_or(LONGEST, |most| most.min(LONGEST)),
            "messages": messages(said, "text", |Picture { media_type, base64 }| {
                json!({"type": "image", "source": {"type": "base64", "media_type": media_type, "data": base64}})
            }),
        });
        if !request.system.trim().is_empty() {
            body["system"] = json!(request.system);
        }
        if let Some(degrees) = request.temperature {
            body["temperature"] = json!(degrees);
        }
        if let Some(name) = &request.batch {
            return json!({"requests": [{"custom_id": name, "params": body}]});
        }
        body["stream"] = json!(true);
        body
    }

    /// An older model names the limit it has: `max_tokens: 64000 > 8192, which is …`.
    fn simplify(&self, body: &mut Value, refusal: &str) -> bool {
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
        Box::new(Events { heard_before: request.remote.clone() })
    }

    fn models_address(&self, base: &Url) -> Url {
        let mut url = http::below(base, &["models"]);
        url.query_pairs_mut().append_pair("limit", "1000");
        url
    }
}

struct Events {
    /// Of an answer in a batch, as far as it was kept.
    heard_before: Option<RemoteAnswer>,
}

impl Reader for Events {
    fn piece(&mut self, event: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        match text(event, "type") {
            "message_start" => counted(event.pointer("/message/usage"), heard),
            "content_block_start" => block(&event["content_block"], heard),
            "content_block_delta" => block(&event["delta"], heard),
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
                event["content"].as_array().into_iter().flatten().for_each(|part| block(part, heard));
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
    fn result(&self, result: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
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
        Ok(heard.finish(finish_reason(text(message, "stop_reason"))))
    }
}

/// A block of the answer, or what is added to one.
fn block(block: &Value, heard: &mut Heard) {
    heard.reasoning(text(block, "thinking"));
    heard.text(text(block, "text"));
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
