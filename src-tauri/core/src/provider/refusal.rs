//! What a refusal means, by its code first and its status second.

use super::{ProviderError, retry_after, words};
use crate::secrets::Access;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::time::Duration;

/// What is known about a request when its refusal is judged.
pub(super) struct Asked<'a> {
    /// The model's name at the provider; `None` when the list of models was asked for.
    pub(super) model: Option<&'a str>,
    /// Tools were offered to it.
    pub(super) offers_tools: bool,
    /// Blanked out of everything that is passed on.
    pub(super) access: &'a Access,
}

impl Asked<'_> {
    /// The meaning of an answer with a status of 400 or more.
    pub(super) fn refusal(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ProviderError {
        let said = match serde_json::from_slice::<Value>(body) {
            Ok(json) => Said::new(error_in(&json).unwrap_or(&json)),
            Err(_) => Said { text: words::quote(body, self.access), ..Said::default() },
        };
        self.judge(status.as_u16(), &said, retry_after::wait(headers).or(said.retry_after))
    }

    /// The meaning of an error inside an answer that began well.
    pub(super) fn error_event(&self, error: &Value) -> ProviderError {
        let said = Said::new(error);
        self.judge(said.status.unwrap_or_default(), &said, said.retry_after)
    }

    /// `status` is 0 when there is none.
    fn judge(&self, status: u16, said: &Said, retry_after: Option<Duration>) -> ProviderError {
        let text = words::message(&said.text, self.access);
        let told = if text.is_empty() { format!("status {status}") } else { text };
        let with_status =
            if status == 0 || text_is_status(&told) { told.clone() } else { format!("{told} ({status})") };
        // Some say so as if there were no such model, and some as if they were broken.
        if self.offers_tools
            && matches!(status, 0 | 400 | 404 | 405 | 422 | 500 | 501)
            && said.is_about_tools()
        {
            return ProviderError::NoTools(told);
        }
        if said.has(&["model_not_found", "model_not_exist", "unknown_model"]) {
            return self.model_unknown(told);
        }
        if said.has(&["context_length", "context_size", "context_window"]) || said.is_about_context(status) {
            return ProviderError::ContextTooLong(told);
        }
        if status == 402
            || said.has(&["quota", "billing", "credit", "balance", "payment", "spend_limit"])
            || said.is_about_money(status)
        {
            return ProviderError::Billing(told);
        }
        let names_key =
            said.has(&["invalid_api_key", "api_key_invalid", "authentication", "unauthenticated"]);
        if matches!(status, 401 | 403) || names_key || said.has(&["permission"]) {
            return match self.access.key {
                Some(_) if status == 401 || names_key => ProviderError::Unauthorized,
                Some(_) => ProviderError::Forbidden(told),
                None => ProviderError::KeyMissing,
            };
        }
        if status == 429 || said.has(&["rate_limit", "too_many_requests", "resource_exhausted"]) {
            return ProviderError::RateLimited { retry_after };
        }
        match status {
            404 if said.names_model(self.model) => self.model_unknown(told),
            404 => ProviderError::NotAProvider(format!("404, {told}")),
            408 | 409 | 500.. => ProviderError::Overloaded { said: with_status, retry_after },
            400.. => ProviderError::BadRequest(with_status),
            _ if said.has(&["not_found"]) && said.names_model(self.model) => self.model_unknown(told),
            _ if said.has(&["invalid_request", "invalid_prompt", "bad_request", "invalid_argument"]) => {
                ProviderError::BadRequest(told)
            }
            _ => ProviderError::Overloaded { said: told, retry_after },
        }
    }

    fn model_unknown(&self, told: String) -> ProviderError {
        ProviderError::ModelNotFound(self.model.map_or(told, |model| words::message(model, self.access)))
    }
}

/// The error object of an answer, if it is one: `{"error": …}`, or `{"object": "error", …}` of older servers; Google's
/// may stand in a list.
pub(super) fn error_in(json: &Value) -> Option<&Value> {
    let json = json.get(0).unwrap_or(json);
    match json.get("error") {
        Some(error) if !error.is_null() => Some(error),
        _ => (json.get("object").and_then(Value::as_str) == Some("error")).then_some(json),
    }
}

#[derive(Default)]
struct Said {
    /// Code, type, status and reasons, in lower case.
    codes: String,
    /// A code that is a status.
    status: Option<u16>,
    text: String,
    /// How long its details ask to wait.
    retry_after: Option<Duration>,
}

impl Said {
    fn new(error: &Value) -> Self {
        let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let number = |name: &str| error.get(name).and_then(Value::as_u64).and_then(|n| u16::try_from(n).ok());
        let details = error.get("details").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let reasons = details.iter().filter_map(|detail| detail.get("reason")?.as_str()).collect::<Vec<_>>();
        // What is used up for a day is an account's limit, and a minute's limit is only a pace.
        let limits = details.iter().filter_map(|detail| detail.get("violations")?.as_array()).flatten();
        let per_day =
            limits.filter_map(|limit| limit.get("quotaId")?.as_str()).any(|id| id.contains("PerDay"));
        let reasons =
            [reasons.join(" ").to_lowercase().as_str(), if per_day { "quota_of_the_day" } else { "" }]
                .concat();
        Self {
            codes: format!("{} {} {} {reasons}", word("code"), word("type"), word("status")),
            retry_after: details
                .iter()
                .find_map(|detail| retry_after::span_of(detail.get("retryDelay")?.as_str()?)),
            status: number("code").or_else(|| number("status")).filter(|status| (400..600).contains(status)),
            text: words::of_error(error),
        }
    }

    fn has(&self, codes: &[&str]) -> bool {
        codes.iter().any(|code| self.codes.contains(code))
    }

    /// Some servers say this in words only.
    fn is_about_context(&self, status: u16) -> bool {
        let words = [
            "context length",
            "context size",
            "context window",
            "prompt is too long",
            "maximum number of tokens",
        ];
        matches!(status, 0 | 400 | 413) && self.says(&words)
    }

    /// Anthropic says with 400 that an account is empty, and with 400 or 429 that its owner set a limit to it.
    fn is_about_money(&self, status: u16) -> bool {
        matches!(status, 0 | 400 | 429)
            && self.says(&["credit balance", "usage limits", "spend limit", "spending limit"])
    }

    /// Nobody has a code for a model that cannot use tools. What is wrong with one tool is said in other words.
    fn is_about_tools(&self) -> bool {
        let plain = |letter: &char| !matches!(letter, '`' | '\'' | '"' | '[' | ']');
        let text: String = self.text.to_lowercase().chars().filter(plain).collect();
        let names = [
            "tools",
            "tool use",
            "tool calling",
            "tool calls",
            "function calling",
            "function calls",
            "functions",
        ];
        let before = ["support ", "support parameters: ", "unsupported parameter: ", "unknown parameter: "];
        let behind = [" not supported", " unsupported", " not enabled", " not available"];
        let is_refused = |name: &str| {
            before.iter().any(|words| text.contains(&[words, name].concat()))
                || behind.iter().any(|words| {
                    ["", " is", " are"].iter().any(|verb| text.contains(&[name, verb, words].concat()))
                })
        };
        // The last two are of vLLM and llama.cpp, when they were started without them.
        names.iter().any(|name| is_refused(name))
            || ["tool choice requires", "tools param requires"].iter().any(|words| text.contains(words))
    }

    fn says(&self, words: &[&str]) -> bool {
        let text = self.text.to_lowercase();
        words.iter().any(|words| text.contains(words))
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
