//! OpenAI's responses.

use super::{Head, Wire, halves};
use serde_json::{Value, json};

/// One reply as a row of output items, each of them opened by its first piece.
#[derive(Default)]
pub(super) struct Responses {
    seq: u64,
    /// The items that are whole.
    output: Vec<Value>,
    /// The one that is being written.
    item: Option<Item>,
}

struct Item {
    is_reasoning: bool,
    text: String,
}

impl Item {
    fn names(&self) -> (&'static str, &'static str) {
        if self.is_reasoning { ("reasoning", "summary_text") } else { ("message", "output_text") }
    }

    fn json(&self, at: usize, status: &str) -> Value {
        let (kind, part) = self.names();
        let list = if self.is_reasoning { "summary" } else { "content" };
        let parts = if status == "completed" {
            json!([{"type": part, "text": self.text, "annotations": []}])
        } else {
            json!([])
        };
        json!({"id": format!("item_{at}"), "type": kind, "status": status, "role": "assistant", list: parts})
    }
}

impl Responses {
    fn event(&mut self, name: &str, mut data: Value) -> String {
        data["sequence_number"] = json!(self.seq);
        self.seq += 1;
        super::named(name, data)
    }

    fn delta(&mut self, is_reasoning: bool, text: &str) -> String {
        let mut out = String::new();
        if self.item.as_ref().is_none_or(|item| item.is_reasoning != is_reasoning) {
            out += &self.close();
            let item = Item { is_reasoning, text: String::new() };
            let at = self.output.len();
            let part = json!({"type": item.names().1, "text": "", "annotations": []});
            let opened = json!({"output_index": at, "item": item.json(at, "in_progress")});
            self.item = Some(item);
            out += &self.event("response.output_item.added", opened);
            let name = if is_reasoning {
                "response.reasoning_summary_part.added"
            } else {
                "response.content_part.added"
            };
            out += &self.event(name, json!({"output_index": at, "content_index": 0, "part": part}));
        }
        if let Some(item) = &mut self.item {
            item.text += text;
        }
        let name =
            if is_reasoning { "response.reasoning_summary_text.delta" } else { "response.output_text.delta" };
        let at = self.output.len();
        out + &self.event(name, json!({"output_index": at, "content_index": 0, "delta": text}))
    }

    fn close(&mut self) -> String {
        let Some(item) = self.item.take() else { return String::new() };
        let at = self.output.len();
        let whole = item.json(at, "completed");
        let name = if item.is_reasoning {
            "response.reasoning_summary_text.done"
        } else {
            "response.output_text.done"
        };
        let text = self.event(name, json!({"output_index": at, "content_index": 0, "text": item.text}));
        let done = self.event("response.output_item.done", json!({"output_index": at, "item": whole}));
        self.output.push(whole);
        text + &done
    }

    fn response(&self, head: &Head, status: &str, details: &Value, usage: &Value) -> Value {
        json!({"id": head.id, "object": "response", "created_at": head.created, "status": status,
               "model": head.model, "output": self.output, "usage": usage, "error": null,
               "incomplete_details": details})
    }
}

impl Wire for Responses {
    fn open(&mut self, head: &Head) -> String {
        ["response.created", "response.in_progress"]
            .map(|name| {
                let response = self.response(head, "in_progress", &Value::Null, &Value::Null);
                self.event(name, json!({"response": response}))
            })
            .concat()
    }

    fn text(&mut self, _: &Head, text: &str) -> String {
        self.delta(false, text)
    }

    fn reasoning(&mut self, _: &Head, text: &str) -> String {
        self.delta(true, text)
    }

    fn call(&mut self, _: &Head, name: &str, arguments: &Value) -> String {
        let mut out = self.close();
        let at = self.output.len();
        let id = format!("fc_{at}");
        let call = |arguments: &str| {
            json!({"id": id, "type": "function_call", "call_id": format!("call_{at}"), "name": name,
                   "arguments": arguments})
        };
        out += &self.event("response.output_item.added", json!({"output_index": at, "item": call("")}));
        for half in halves(arguments) {
            out += &self.event(
                "response.function_call_arguments.delta",
                json!({"output_index": at, "item_id": id, "delta": half}),
            );
        }
        let whole = arguments.to_string();
        out += &self.event(
            "response.function_call_arguments.done",
            json!({"output_index": at, "item_id": id, "arguments": whole}),
        );
        out += &self.event("response.output_item.done", json!({"output_index": at, "item": call(&whole)}));
        self.output.push(call(&whole));
        out
    }

    fn news(&mut self, _: &Head) -> String {
        let outside = self.event("response.hologram.delta", json!({"output_index": 7, "delta": "not text"}));
        outside + &self.event("keepalive", json!({}))
    }

    fn finish(&mut self, head: &Head, written: u64, reason: &str) -> String {
        let closed = self.close();
        let usage = if head.counts {
            json!({"input_tokens": head.prompt_tokens, "input_tokens_details": {"cached_tokens": 0},
                   "output_tokens": written, "output_tokens_details": {"reasoning_tokens": 0},
                   "total_tokens": head.prompt_tokens + written})
        } else {
            Value::Null
        };
        let (status, details) = match reason {
            "length" => ("incomplete", json!({"reason": "max_output_tokens"})),
            "content_filter" => ("incomplete", json!({"reason": "content_filter"})),
            _ => ("completed", Value::Null),
        };
        let response = self.response(head, status, &details, &usage);
        closed + &self.event(&format!("response.{status}"), json!({"response": response}))
    }

    /// What a refusal has in an object of its own stands in the event itself.
    fn error(&mut self, body: &Value) -> String {
        self.event("error", body["error"].clone())
    }

    fn whole(&self, head: &Head, text: &str, written: u64) -> Value {
        json!({
            "id": head.id, "object": "response", "created_at": head.created, "status": "completed", "model": head.model,
            "output": [{"id": format!("msg_{}", head.id), "type": "message", "status": "completed", "role": "assistant",
                        "content": [{"type": "output_text", "text": text, "annotations": []}]}],
            "usage": {"input_tokens": head.prompt_tokens, "output_tokens": written, "total_tokens": head.prompt_tokens + written},
        })
    }
}
