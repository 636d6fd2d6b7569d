//! Google's `streamGenerateContent`.

use super::{Fault, Head, Wire, event};
use crate::model_server::spec::ErrKind;
use serde_json::{Value, json};

/// One reply; each piece of it is a whole response, with the count so far.
#[derive(Default)]
pub(super) struct Gemini {
    written: u64,
}

impl Gemini {
    fn response(&self, head: &Head, candidate: Value) -> String {
        let mut response =
            json!({"candidates": [candidate], "modelVersion": head.model, "responseId": head.id});
        if head.counts {
            response["usageMetadata"] = usage(head, self.written);
        }
        event(&response)
    }

    fn part(&self, head: &Head, part: Value) -> String {
        self.response(head, json!({"content": {"parts": [part], "role": "model"}, "index": 0}))
    }
}

impl Wire for Gemini {
    fn text(&mut self, head: &Head, text: &str) -> String {
        self.written += 1;
        self.part(head, json!({"text": text}))
    }

    fn reasoning(&mut self, head: &Head, text: &str) -> String {
        self.part(head, json!({"text": text, "thought": true}))
    }

    fn call(&mut self, head: &Head, name: &str, arguments: &Value) -> String {
        let call = json!({"name": name, "args": arguments});
        self.part(head, json!({"functionCall": call, "thoughtSignature": "c2ln"}))
    }

    fn usage(&mut self, head: &Head, written: u64) -> String {
        event(&json!({"usageMetadata": usage(head, written), "modelVersion": head.model}))
    }

    fn news(&mut self, head: &Head) -> String {
        event(&json!({"hologram": {"text": "not text"}}))
            + &self.part(head, json!({"hologram": {"text": "not text"}}))
    }

    /// A call of a tool is no reason of its own.
    fn finish(&mut self, head: &Head, written: u64, reason: &str) -> String {
        let reason = match reason {
            "stop" | "tool_calls" => "STOP",
            "length" => "MAX_TOKENS",
            "content_filter" => "SAFETY",
            other => other,
        };
        self.written = written;
        let content = json!({"parts": [{"text": ""}], "role": "model"});
        self.response(head, json!({"content": content, "finishReason": reason, "index": 0}))
    }

    fn whole(&self, head: &Head, text: &str, written: u64) -> Value {
        let content = json!({"parts": [{"text": text}], "role": "model"});
        json!({"candidates": [{"content": content, "finishReason": "STOP", "index": 0}],
               "usageMetadata": usage(head, written), "modelVersion": head.model, "responseId": head.id})
    }
}

fn usage(head: &Head, written: u64) -> Value {
    json!({"promptTokenCount": head.prompt_tokens, "candidatesTokenCount": written,
           "totalTokenCount": head.prompt_tokens + written})
}

pub(super) fn fault(kind: ErrKind, model: &str) -> (u16, &'static str, String) {
    let used_up = "You exceeded your current quota, please check your plan and billing details.";
    let (status, code, message) = match kind {
        ErrKind::Server => (500, "", "An internal error has occurred."),
        ErrKind::Overloaded => (503, "", "The model is overloaded. Please try again later."),
        ErrKind::Rate => (429, "RequestsPerMinute", used_up),
        ErrKind::Quota => (429, "RequestsPerDay", used_up),
        ErrKind::Context => (
            400,
            "",
            "The input token count (2100000) exceeds the maximum number of tokens allowed (1048576).",
        ),
        ErrKind::Model => {
            return (404, "", format!("models/{model} is not found for API version v1beta"));
        }
        ErrKind::Key => (400, "API_KEY_INVALID", "API key not valid. Please pass a valid API key."),
    };
    (status, code, message.to_owned())
}

pub(super) fn refusal(fault: &Fault<'_>) -> Value {
    let word = match fault.status {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        500.. => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    };
    let detail = |name: &str, mut detail: Value| {
        detail["@type"] = json!(format!("type.googleapis.com/google.rpc.{name}"));
        detail
    };
    let details = if fault.status == 429 {
        let id = format!("Generate{}PerProjectPerModel-FreeTier", fault.code);
        vec![
            detail("QuotaFailure", json!({"violations": [{"quotaId": id, "quotaValue": "10"}]})),
            detail("RetryInfo", json!({"retryDelay": "7s"})),
        ]
    } else if fault.code == "API_KEY_INVALID" {
        vec![detail("ErrorInfo", json!({"reason": fault.code, "domain": "googleapis.com"}))]
    } else {
        Vec::new()
    };
    json!({"error": {"code": fault.status, "message": fault.message, "status": word, "details": details}})
}

pub(super) fn models(names: impl Iterator<Item = String>) -> Value {
    let model = |name: String| {
        json!({"name": format!("models/{name}"), "displayName": "A model",
               "supportedGenerationMethods": ["generateContent", "countTokens"]})
    };
    let embeds = json!({"name": "models/embedding-1", "supportedGenerationMethods": ["embedContent"]});
    json!({"models": names.map(model).chain([embeds]).collect::<Vec<_>>()})
}
