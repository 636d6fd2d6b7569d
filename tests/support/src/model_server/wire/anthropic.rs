//! Anthropic's messages.

use super::{Fault, Head, Wire, halves, named};
use crate::model_server::spec::ErrKind;
use serde_json::{Value, json};

/// One reply as a row of blocks, each of them opened by its first piece.
#[derive(Default)]
pub(super) struct Anthropic {
    /// Blocks so far.
    blocks: u64,
    /// What the open one is.
    open: Option<&'static str>,
}

impl Anthropic {
    fn start(&mut self, kind: &'static str, block: Value) -> String {
        if self.open == Some(kind) {
            return String::new();
        }
        let closed = self.close();
        self.open = Some(kind);
        self.blocks += 1;
        closed + &named("content_block_start", json!({"index": self.index(), "content_block": block}))
    }

    fn delta(&self, delta: &Value) -> String {
        named("content_block_delta", json!({"index": self.index(), "delta": delta}))
    }

    fn close(&mut self) -> String {
        match self.open.take() {
            Some(_) => named("content_block_stop", json!({"index": self.index()})),
            None => String::new(),
        }
    }

    fn index(&self) -> u64 {
        self.blocks.saturating_sub(1)
    }
}

impl Wire for Anthropic {
    fn open(&mut self, head: &Head) -> String {
        let mut message = json!({"id": head.id, "type": "message", "role": "assistant", "model": head.model,
                                 "content": [], "stop_reason": null, "stop_sequence": null});
        if head.counts {
            message["usage"] = usage(head, 1);
        }
        named("message_start", json!({"message": message})) + &named("ping", json!({}))
    }

    fn text(&mut self, _: &Head, text: &str) -> String {
        let opened = self.start("text", json!({"type": "text", "text": ""}));
        opened + &self.delta(&json!({"type": "text_delta", "text": text}))
    }

    fn reasoning(&mut self, _: &Head, text: &str) -> String {
        let opened = self.start("thinking", json!({"type": "thinking", "thinking": "", "signature": ""}));
        opened + &self.delta(&json!({"type": "thinking_delta", "thinking": text}))
    }

    fn call(&mut self, _: &Head, name: &str, arguments: &Value) -> String {
        let id = format!("toolu_{}", self.blocks);
        let mut out =
            self.start("tool_use", json!({"type": "tool_use", "id": id, "name": name, "input": {}}));
        let [first, rest] = halves(arguments);
        // What is told nothing has no input at all.
        let rest = if arguments == &json!({}) { [String::new(), String::new()] } else { [first, rest] };
        for part in [String::new()].into_iter().chain(rest) {
            out += &self.delta(&json!({"type": "input_json_delta", "partial_json": part}));
        }
        out + &self.close()
    }

    fn usage(&mut self, _: &Head, written: u64) -> String {
        named(
            "message_delta",
            json!({"delta": {"stop_reason": null, "stop_sequence": null}, "usage": {"output_tokens": written}}),
        )
    }

    fn news(&mut self, _: &Head) -> String {
        let mut out =
            named("hologram", json!({"depth": 3, "delta": {"type": "text_delta", "text": "not text"}}));
        if self.open.is_some() {
            out += &self.delta(&json!({"type": "hologram_delta", "hologram": "not text"}));
        }
        out
    }

    fn finish(&mut self, head: &Head, written: u64, reason: &str) -> String {
        let reason = match reason {
            "stop" => "end_turn",
            "length" => "max_tokens",
            "content_filter" => "refusal",
            "tool_calls" => "tool_use",
            other => other,
        };
        let mut end = json!({"delta": {"stop_reason": reason, "stop_sequence": null}});
        if head.counts {
            end["usage"] = json!({"output_tokens": written});
        }
        self.close() + &named("message_delta", end)
    }

    fn done(&self) -> &'static str {
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
    }

    fn error(&mut self, body: &Value) -> String {
        named("error", body.clone())
    }

    fn whole(&self, head: &Head, text: &str, written: u64) -> Value {
        json!({"id": head.id, "type": "message", "role": "assistant", "model": head.model,
               "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "stop_sequence": null,
               "usage": usage(head, written)})
    }
}

/// The first token of each prompt comes out of the cache, and is counted beside the others.
fn usage(head: &Head, written: u64) -> Value {
    json!({"input_tokens": head.prompt_tokens - 1, "cache_creation_input_tokens": 0,
           "cache_read_input_tokens": 1, "output_tokens": written})
}

pub(super) fn fault(kind: ErrKind, model: &str) -> (u16, &'static str, String) {
    let (status, message) = match kind {
        ErrKind::Server => (500, "Internal server error"),
        ErrKind::Overloaded => (529, "Overloaded"),
        ErrKind::Rate => (429, "This request would exceed the rate limit of your organization"),
        ErrKind::Quota => (400, "Your credit balance is too low to access the API. Please buy credits."),
        ErrKind::Context => (400, "prompt is too long: 210000 tokens > 200000 maximum"),
        ErrKind::Model => return (404, type_of(404), format!("model: {model}")),
        ErrKind::Key => (401, "invalid x-api-key"),
    };
    (status, type_of(status), message.to_owned())
}

/// The status says the type of the error, whatever its code is elsewhere.
pub(super) fn refusal(fault: &Fault<'_>) -> Value {
    json!({"type": "error", "error": {"type": type_of(fault.status), "message": fault.message}})
}

fn type_of(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}

pub(super) fn models(names: impl Iterator<Item = String>) -> Value {
    let model = |name| json!({"type": "model", "id": name, "display_name": "A model", "created_at": "2026-09-21T00:00:00Z"});
    let models: Vec<_> = names.map(model).collect();
    json!({"data": models, "has_more": false, "first_id": null, "last_id": null})
}
