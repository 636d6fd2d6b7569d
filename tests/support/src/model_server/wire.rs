//! The bytes on the wire: text of a chunk, and the two streaming dialects.

use super::spec::{ErrKind, Spec};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Microseconds of a clock that every process of the machine shares, so that a consumer in another process can
/// subtract.
pub fn monotonic_us() -> u64 {
    #[cfg(unix)]
    {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let part = |n: i64| u64::try_from(n).unwrap_or_default();
        part(now.tv_sec) * 1_000_000 + part(now.tv_nsec) / 1_000
    }
    #[cfg(not(unix))]
    {
        0
    }
}

const ASCII: &str = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do ";
const WIDE: &str = "é漢🙂ñ語ß🚀к ";

/// The text of chunk `seq`: `~seq:microseconds~` and filler up to `spec.bytes`.
pub(super) fn text(spec: &Spec, seq: u64) -> String {
    let mut out = String::with_capacity(spec.bytes + 8);
    if spec.stamp {
        let _ = write!(out, "~{}:{}~", seq, monotonic_us());
    }
    let filler = if spec.split { WIDE } else { ASCII };
    for c in filler.chars().cycle() {
        if out.len() + c.len_utf8() > spec.bytes {
            break;
        }
        out.push(c);
    }
    out
}

/// A text in pieces of at most `bytes` bytes, none of them torn inside a character.
pub(super) fn pieces(text: &str, bytes: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    for c in text.chars() {
        match all.last_mut() {
            Some(last) if last.is_empty() || last.len() + c.len_utf8() <= bytes => last.push(c),
            _ => all.push(c.to_string()),
        }
    }
    all.retain(|piece| !piece.is_empty());
    all
}

/// What every reply of one request has in common.
pub(super) struct Head {
    pub id: String,
    pub model: String,
    pub created: u64,
    pub prompt_tokens: u64,
}

pub(super) fn usage(head: &Head, completion: u64) -> Value {
    json!({
        "prompt_tokens": head.prompt_tokens,
        "completion_tokens": completion,
        "total_tokens": head.prompt_tokens + completion,
    })
}

/// One dialect turns the life of a reply into events.
pub(super) enum Dialect {
    Chat { prefix: String, usage: bool },
    Responses { item: String, seq: u64, all: String },
}

impl Dialect {
    pub fn chat(head: &Head, usage: bool) -> Self {
        // The constant front of a chunk is built once: the load source must cost less than the consumer.
        let prefix = format!(
            "{{\"id\":{},\"object\":\"chat.completion.chunk\",\"created\":{},\"model\":{},\"system_fingerprint\":\"fp_sim\",",
            json!(head.id),
            head.created,
            json!(head.model)
        );
        Self::Chat { prefix, usage }
    }

    pub fn responses(head: &Head) -> Self {
        Self::Responses { item: format!("msg_{}", head.id), seq: 0, all: String::new() }
    }

    pub fn open(&mut self, head: &Head) -> String {
        match self {
            Self::Chat { prefix, usage } => chat_choice(
                prefix,
                *usage,
                "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}",
                "null",
            ),
            Self::Responses { item, seq, .. } => {
                let r = || response_object(head, "in_progress", &json!([]), &Value::Null);
                let mut out = named(seq, "response.created", json!({"response": r()}));
                out += &named(seq, "response.in_progress", json!({"response": r()}));
                out += &named(
                    seq,
                    "response.output_item.added",
                    json!({"output_index": 0, "item":
                        {"id": item, "type": "message", "status": "in_progress", "role": "assistant", "content": []}}),
                );
                out += &named(
                    seq,
                    "response.content_part.added",
                    json!({"item_id": item, "output_index": 0, "content_index": 0,
                           "part": {"type": "output_text", "text": "", "annotations": []}}),
                );
                out
            }
        }
    }

    pub fn delta(&mut self, text: &str) -> String {
        match self {
            Self::Chat { prefix, usage } => {
                let mut delta = String::with_capacity(text.len() + 16);
                delta.push_str("{\"content\":");
                delta.push_str(&Value::from(text).to_string());
                delta.push('}');
                chat_choice(prefix, *usage, &delta, "null")
            }
            Self::Responses { item, seq, all } => {
                all.push_str(text);
                named(
                    seq,
                    "response.output_text.delta",
                    json!({"item_id": item, "output_index": 0, "content_index": 0, "delta": text}),
                )
            }
        }
    }

    /// A piece of reasoning, in the form of llama.cpp and vLLM.
    pub fn reasoning(&self, text: &str) -> String {
        match self {
            Self::Chat { prefix, usage } => {
                chat_choice(prefix, *usage, &json!({"reasoning_content": text}).to_string(), "null")
            }
            Self::Responses { .. } => String::new(),
        }
    }

    /// The reason for the end, and usage where it was asked for; no end marker.
    pub fn finish(&mut self, head: &Head, chunks: u64, reason: &str) -> String {
        match self {
            Self::Chat { prefix, usage: with_usage } => {
                let mut out = chat_choice(prefix, *with_usage, "{}", &json!(reason).to_string());
                if *with_usage {
                    let _ =
                        write!(out, "data: {prefix}\"choices\":[],\"usage\":{}}}\n\n", usage(head, chunks));
                }
                out
            }
            Self::Responses { item, seq, all } => {
                let part = json!({"type": "output_text", "text": all, "annotations": []});
                let done = json!({"id": item, "type": "message", "status": "completed", "role": "assistant", "content": [part]});
                let mut out = named(
                    seq,
                    "response.output_text.done",
                    json!({"item_id": item, "output_index": 0, "content_index": 0, "text": all}),
                );
                out += &named(
                    seq,
                    "response.content_part.done",
                    json!({"item_id": item, "output_index": 0, "content_index": 0, "part": part}),
                );
                out += &named(seq, "response.output_item.done", json!({"output_index": 0, "item": done}));
                let used = json!({"input_tokens": head.prompt_tokens, "output_tokens": chunks, "total_tokens": head.prompt_tokens + chunks});
                out += &named(
                    seq,
                    "response.completed",
                    json!({"response": response_object(head, "completed", &json!([done]), &used)}),
                );
                out
            }
        }
    }

    /// The end marker, where the dialect has one of its own.
    pub fn done(&self) -> &'static str {
        match self {
            Self::Chat { .. } => "data: [DONE]\n\n",
            Self::Responses { .. } => "",
        }
    }

    pub fn error(&mut self, kind: ErrKind) -> String {
        let body = json!({"message": "The server had an error while processing your request",
                          "type": kind.code(), "param": null, "code": kind.code()});
        match self {
            Self::Chat { .. } => format!("data: {}\n\n", json!({"error": body})),
            Self::Responses { seq, .. } => named(seq, "error", body),
        }
    }
}

fn chat_choice(prefix: &str, usage: bool, delta: &str, finish: &str) -> String {
    let null_usage = if usage { ",\"usage\":null" } else { "" };
    format!(
        "data: {prefix}\"choices\":[{{\"index\":0,\"delta\":{delta},\"logprobs\":null,\"finish_reason\":{finish}}}]{null_usage}}}\n\n"
    )
}

fn named(seq: &mut u64, kind: &str, mut body: Value) -> String {
    body["type"] = json!(kind);
    body["sequence_number"] = json!(*seq);
    *seq += 1;
    format!("event: {kind}\ndata: {body}\n\n")
}

fn response_object(head: &Head, status: &str, output: &Value, usage: &Value) -> Value {
    json!({"id": head.id, "object": "response", "created_at": head.created, "status": status,
           "model": head.model, "output": output, "usage": usage, "error": null})
}
