//! What a refusal means, by its code first and its status second.

use super::{ProviderError, retry_after, words};
use crate::secrets::Secret;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::time::Duration;

/// What is known about a request when its refusal is judged.
pub(super) struct Asked<'a> {
    /// The model's name at the provider; `None` when the list of models was asked for.
    pub(super) model: Option<&'a str>,
    /// Blanked out of everything that is passed on.
    pub(super) key: Option<&'a Secret>,
}

impl Asked<'_> {
    /// The meaning of an answer with a status of 400 or more.
    pub(super) fn refusal(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ProviderError {
        let said = match serde_json::from_slice::<Value>(body) {
            Ok(json) => Said::new(error_in(&json).unwrap_or(&json)),
            Err(_) => Said { codes: String::new(), status: None, text: words::quote(body, self.key) },
        };
        self.judge(status.as_u16(), &said, retry_after::wait(headers))
    }

    /// The meaning of an error inside an answer that began well.
    pub(super) fn error_event(&self, error: &Value) -> ProviderError {
        let said = Said::new(error);
        self.judge(said.status.unwrap_or_default(), &said, None)
    }

    /// `status` is 0 when there is none.
    fn judge(&self, status: u16, said: &Said, retry_after: Option<Duration>) -> ProviderError {
        let text = words::message(&said.text, self.key);
        let told = if text.is_empty() { format!("status {status}") } else { text };
        let with_status =
            if status == 0 || text_is_status(&told) { told.clone() } else { format!("{told} ({status})") };
        if said.has(&["model_not_found", "model_not_exist", "unknown_model"]) {
            return self.model_unknown(told);
        }
        if said.has(&["context_length", "context_size", "context_window"]) || said.is_about_context(status) {
            return ProviderError::ContextTooLong(told);
        }
        if status == 402 || said.has(&["quota", "billing", "credit", "balance", "payment", "spend_limit"]) {
            return ProviderError::Billing(told);
        }
        let names_key = said.has(&["invalid_api_key", "authentication"]);
        if matches!(status, 401 | 403) || names_key || said.has(&["permission"]) {
            return match self.key {
                Some(_) if status == 401 || names_key => ProviderError::Unauthorized,
                Some(_) => ProviderError::Forbidden(told),
                None => ProviderError::KeyMissing,
            };
        }
        if status == 429 || said.has(&["rate_limit", "too_many_requests"]) {
            return ProviderError::RateLimited { retry_after };
        }
        match status {
            404 if said.names_model(self.model) => self.model_unknown(told),
            404 => ProviderError::NotAProvider(format!("404, {told}")),
            408 | 409 | 500.. => ProviderError::Overloaded { said: with_status, retry_after },
            400.. => ProviderError::BadRequest(with_status),
            _ if said.has(&["invalid_request", "invalid_prompt", "bad_request"]) => {
                ProviderError::BadRequest(told)
            }
            _ => ProviderError::Overloaded { said: told, retry_after },
        }
    }

    fn model_unknown(&self, told: String) -> ProviderError {
        ProviderError::ModelNotFound(self.model.map_or(told, |model| words::message(model, self.key)))
    }
}

/// The error object of an answer, if it is one: `{"error": …}`, or `{"object": "error", …}` of older servers.
pub(super) fn error_in(json: &Value) -> Option<&Value> {
    match json.get("error") {
        Some(error) if !error.is_null() => Some(error),
        _ => (json.get("object").and_then(Value::as_str) == Some("error")).then_some(json),
    }
}

struct Said {
    /// Code and type, in lower case.
    codes: String,
    /// A code that is a status.
    status: Option<u16>,
    text: String,
}

impl Said {
    fn new(error: &Value) -> Self {
        let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let number = |name: &str| error.get(name).and_then(Value::as_u64).and_then(|n| u16::try_from(n).ok());
        Self {
            codes: format!("{} {}", word("code"), word("type")),
            status: number("code").or_else(|| number("status")).filter(|status| (400..600).contains(status)),
            text: words::of_error(error),
        }
    }

    fn has(&self, codes: &[&str]) -> bool {
        codes.iter().any(|code| self.codes.contains(code))
    }

    /// Some servers say this in words only.
    fn is_about_context(&self, status: u16) -> bool {
        let text = self.text.to_lowercase();
        matches!(status, 400 | 413)
            && ["context length", "context size", "context window"].iter().any(|words| text.contains(words))
    }

    fn names_model(&self, model: Option<&str>) -> bool {
        self.text.to_lowercase().contains("model") || model.is_some_and(|model| is_word_of(&self.text, model))
    }
}

/// True when `word` stands in `text` with no letter or digit right before or behind it.
fn is_word_of(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(char::is_alphanumeric) && !behind.starts_with(char::is_alphanumeric)
    })
}

fn text_is_status(text: &str) -> bool {
    text.starts_with("status ")
}
