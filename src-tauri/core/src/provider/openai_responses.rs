//! OpenAI's responses.

use super::dialect::{Dialect, Heard, Meaning, Reader, count, finish_reason, text};
use super::refusal::error_in;
use super::{CompletionRequest, ProviderError, TokenCount, http};
use crate::model::{FinishReason, Role};
use reqwest::Url;
use serde_json::{Value, json};

pub(super) struct OpenAiResponses;

impl Dialect for OpenAiResponses {
    fn address(&self, base: &Url, _: &CompletionRequest) -> Url {
        http::below(base, &["responses"])
    }

    fn body(&self, request: &CompletionRequest) -> Value {
        let item = |(role, text): &(Role, String)| {
            let role = match role {
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            json!({"role": role, "content": text})
        };
        json!({
            "model": request.model,
            "input": request.messages.iter().map(item).collect::<Vec<_>>(),
            "stream": true,
            // What nobody takes up again is not kept there.
            "store": false,
        })
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(Events::default())
    }
}

#[derive(Default)]
struct Events {
    /// The output item that wrote the last text.
    item: Option<u64>,
}

impl Reader for Events {
    fn piece(&mut self, event: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        match text(event, "type") {
            "response.output_text.delta" | "response.refusal.delta" => {
                self.text(count(event, "output_index"), text(event, "delta"), heard);
            }
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                heard.reasoning(text(event, "delta"));
            }
            "response.completed" | "response.incomplete" | "response.failed" | "response.cancelled" => {
                return self.ended(&event["response"], heard);
            }
            "error" => return Err(heard.error(error_in(event).unwrap_or(event))),
            // The whole answer of a server that does not stream.
            "" if text(event, "object") == "response" => {
                for (at, item) in event["output"].as_array().into_iter().flatten().enumerate() {
                    for part in item["content"].as_array().into_iter().flatten() {
                        let words = [text(part, "text"), text(part, "refusal")].concat();
                        self.text(u64::try_from(at).ok(), &words, heard);
                    }
                }
                return self.ended(event, heard);
            }
            "" => {
                return match error_in(event) {
                    Some(error) => Err(heard.error(error)),
                    None => Ok(Meaning::Nothing),
                };
            }
            "keepalive" => return Ok(Meaning::Nothing),
            _ => {}
        }
        Ok(Meaning::Life)
    }
}

impl Events {
    /// Two messages of one answer are two paragraphs.
    fn text(&mut self, item: Option<u64>, words: &str, heard: &mut Heard) {
        if words.is_empty() {
            return;
        }
        if self.item.is_some() && self.item != item {
            heard.text("\n\n");
        }
        self.item = item.or(self.item);
        heard.text(words);
    }

    fn ended(&mut self, response: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        if let Some(usage) = response.get("usage") {
            counted(usage, heard);
        }
        if let Some(error) = error_in(response) {
            return Err(heard.error(error));
        }
        let outputs = response["output"].as_array();
        let asks_tool =
            outputs.is_some_and(|all| all.iter().any(|item| text(item, "type") == "function_call"));
        let reason = match text(response, "status") {
            "incomplete" => finish_reason(text(&response["incomplete_details"], "reason")),
            "completed" if asks_tool => FinishReason::ToolCalls,
            "completed" => FinishReason::Stop,
            "failed" => return Err(ProviderError::overloaded("it ended the answer with an error")),
            _ => return Err(ProviderError::Truncated),
        };
        heard.finish(reason);
        Ok(Meaning::Done)
    }
}

fn counted(usage: &Value, heard: &mut Heard) {
    let (Some(input), Some(output)) = (count(usage, "input_tokens"), count(usage, "output_tokens")) else {
        return;
    };
    let detail = |of: &str, name| usage.get(of).and_then(|details| count(details, name)).unwrap_or_default();
    heard.count(TokenCount {
        input,
        cache_read: detail("input_tokens_details", "cached_tokens"),
        cache_write: 0,
        output,
        reasoning: detail("output_tokens_details", "reasoning_tokens"),
    });
}
