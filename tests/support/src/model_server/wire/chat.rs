//! OpenAI's chat completions.

use super::{Fault, Head, Wire, halves};
use crate::model_server::spec::ErrKind;
use serde_json::{Value, json};

pub(super) struct Chat {
    prefix: String,
    calls: u64,
}

impl Chat {
    pub fn new(head: &Head) -> Self {
        // The constant front of a chunk is built once: the load source must cost less than the consumer.
        let prefix = format!(
            "{{\"id\":{},\"object\":\"chat.completion.chunk\",\"created\":{},\"model\":{},\"system_fingerprint\":\"fp_sim\",",
            json!(head.id),
            head.created,
            json!(head.model)
        );
        Self { prefix, calls: 0 }
    }

    fn choice(&self, head: &Head, delta: &str, finish: &str) -> String {
        let null_usage = if head.counts { ",\"usage\":null" } else { "" };
        format!(
            "data: {}\"choices\":[{{\"index\":0,\"delta\":{delta},\"logprobs\":null,\"finish_reason\":{finish}}}]{null_usage}}}\n\n",
            self.prefix
        )
    }
}

impl Wire for Chat {
    fn open(&mut self, head: &Head) -> String {
        self.choice(head, "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null")
    }

    fn text(&mut self, head: &Head, text: &str) -> String {
        let mut delta = String::with_capacity(text.len() + 16);
        delta.push_str("{\"content\":");
        delta.push_str(&Value::from(text).to_string());
        delta.push('}');
        self.choice(head, &delta, "null")
    }

    /// In the form of llama.cpp and vLLM.
    fn reasoning(&mut self, head: &Head, text: &str) -> String {
        self.choice(head, &json!({"reasoning_content": text}).to_string(), "null")
    }

    fn call(&mut self, head: &Head, name: &str, arguments: &Value) -> String {
        let index = self.calls;
        self.calls += 1;
        let named = json!({"index": index, "id": format!("call_{index}"), "type": "function",
                           "function": {"name": name, "arguments": ""}});
        let rest = halves(arguments).map(|half| json!({"index": index, "function": {"arguments": half}}));
        std::iter::once(named)
            .chain(rest)
            .map(|call| self.choice(head, &json!({"tool_calls": [call]}).to_string(), "null"))
            .collect()
    }

    fn usage(&mut self, head: &Head, written: u64) -> String {
        format!("data: {}\"choices\":[],\"usage\":{}}}\n\n", self.prefix, usage(head, written))
    }

    fn news(&mut self, head: &Head) -> String {
        let inside = self.choice(head, "{\"hologram\":{\"depth\":3}}", "null");
        format!("event: hologram\ndata: {{\"object\":\"chat.completion.hologram\"}}\n\n{inside}")
    }

    fn finish(&mut self, head: &Head, written: u64, reason: &str) -> String {
        let end = self.choice(head, "{}", &json!(reason).to_string());
        if head.counts { end + &self.usage(head, written) } else { end }
    }

    fn done(&self) -> &'static str {
        "data: [DONE]\n\n"
    }

    fn whole(&self, head: &Head, text: &str, written: u64) -> Value {
        json!({
            "id": head.id, "object": "chat.completion", "created": head.created, "model": head.model,
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text, "refusal": null},
                         "logprobs": null, "finish_reason": "stop"}],
            "usage": usage(head, written),
        })
    }
}

fn usage(head: &Head, written: u64) -> Value {
    json!({
        "prompt_tokens": head.prompt_tokens,
        "completion_tokens": written,
        "total_tokens": head.prompt_tokens + written,
    })
}

/// Status and code, as OpenAI gives them in both of its APIs.
pub(super) fn fault(kind: ErrKind) -> (u16, &'static str) {
    match kind {
        ErrKind::Server => (500, "server_error"),
        ErrKind::Overloaded => (503, "overloaded_error"),
        ErrKind::Rate => (429, "rate_limit_exceeded"),
        ErrKind::Quota => (429, "insufficient_quota"),
        ErrKind::Context => (400, "context_length_exceeded"),
        ErrKind::Model => (404, "model_not_found"),
        ErrKind::Key => (401, "invalid_api_key"),
    }
}

pub(super) fn refusal(fault: &Fault<'_>) -> Value {
    json!({"error": {"message": fault.message, "type": fault.code, "param": null, "code": fault.code}})
}
