//! Ollama's own API: one JSON object a line.

use super::{Head, Wire};
use crate::model_server::spec::ErrKind;
use serde_json::{Value, json};

pub(super) struct Ollama;

fn line(value: &Value) -> String {
    format!("{value}\n")
}

fn message(head: &Head, message: Value) -> Value {
    let mut message = message;
    message["role"] = json!("assistant");
    json!({"model": head.model, "created_at": "2026-09-21T14:13:20Z", "message": message, "done": false})
}

fn end(head: &Head, text: &str, written: u64, reason: &str) -> Value {
    let mut end = message(head, json!({"content": text}));
    end["done"] = json!(true);
    end["done_reason"] = json!(reason);
    end["total_duration"] = json!(4_883_583_458_u64);
    if head.counts {
        end["prompt_eval_count"] = json!(head.prompt_tokens);
        end["eval_count"] = json!(written);
    }
    end
}

impl Wire for Ollama {
    fn text(&mut self, head: &Head, text: &str) -> String {
        line(&message(head, json!({"content": text})))
    }

    fn reasoning(&mut self, head: &Head, text: &str) -> String {
        line(&message(head, json!({"content": "", "thinking": text})))
    }

    fn call(&mut self, head: &Head, name: &str, arguments: &Value) -> String {
        let call = json!({"function": {"name": name, "arguments": arguments}});
        line(&message(head, json!({"content": "", "tool_calls": [call]})))
    }

    fn news(&mut self, head: &Head) -> String {
        line(&json!({"hologram": {"content": "not text"}}))
            + &line(&message(head, json!({"content": "", "hologram": "not text"})))
    }

    /// A call of a tool is no reason of its own.
    fn finish(&mut self, head: &Head, written: u64, reason: &str) -> String {
        line(&end(head, "", written, if reason == "tool_calls" { "stop" } else { reason }))
    }

    fn error(&mut self, body: &Value) -> String {
        line(body)
    }

    fn whole(&self, head: &Head, text: &str, written: u64) -> Value {
        end(head, text, written, "stop")
    }
}

pub(super) fn fault(kind: ErrKind, model: &str) -> (u16, &'static str, String) {
    let (status, message) = match kind {
        ErrKind::Server => (500, "model runner has unexpectedly stopped"),
        ErrKind::Overloaded => (503, "server busy, please try again. maximum pending requests exceeded"),
        ErrKind::Rate => (429, "too many requests"),
        ErrKind::Quota => (402, "this model needs a subscription"),
        ErrKind::Context => (400, "prompt too long; exceeded max context length by 812 tokens"),
        ErrKind::Model => return (404, "", format!("model '{model}' not found")),
        ErrKind::Key => (401, "unauthorized"),
    };
    (status, "", message.to_owned())
}

pub(super) fn models(names: impl Iterator<Item = String>) -> Value {
    let model = |name: String| json!({"name": name, "model": name, "details": {"family": "llama"}});
    json!({"models": names.map(model).collect::<Vec<_>>()})
}
