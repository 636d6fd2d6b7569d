//! OpenAI's responses.

use super::calls::{CallPiece, object_text};
use super::dialect::{
    Dialect, Heard, Meaning, Reader, RemoteAt, count, data_url, finish_reason, message, run_name, text,
    unlimited,
};
use super::refusal::error_in;
use super::{CompletionRequest, ProviderError, RemoteAnswer, TokenCount, http};
use crate::model::{FinishReason, RemoteRun, Said, SaidCall, ToolSpec};
use reqwest::Url;
use serde_json::{Value, json};

pub(super) struct OpenAiResponses;

impl Dialect for OpenAiResponses {
    fn address(&self, base: &Url, _: &CompletionRequest) -> Url {
        http::below(base, &["responses"])
    }

    fn body(&self, request: &CompletionRequest) -> Value {
        let mut body = json!({
            "model": request.model,
            "input": request.messages.iter().flat_map(items).collect::<Value>(),
            "stream": true,
            // What nobody takes up again is not kept there.
            "store": request.in_background,
        });
        if let Some(most) = request.max_tokens {
            // The least that the API takes.
            body["max_output_tokens"] = json!(most.max(16));
        }
        if !request.system.is_empty() {
            body["instructions"] = json!(request.system);
        }
        if let Some(degrees) = request.temperature {
            body["temperature"] = json!(degrees);
        }
        if request.thinks_aloud {
            body["reasoning"] = json!({"summary": "auto"});
        }
        if request.in_background {
            body["background"] = json!(true);
        }
        if !request.tools.is_empty() {
            body["tools"] = request.tools.iter().map(function).collect();
        }
        body
    }

    /// Some accounts keep nothing at the provider or are told no thoughts, and some models and servers answer nobody who does
    /// not listen.
    fn simplify(&self, body: &mut Value, refusal: &str) -> bool {
        if body.as_object_mut().is_some_and(|body| unlimited(body, refusal, &["max_output_tokens"])) {
            return true;
        }
        if refusal.contains("reasoning")
            && body.as_object_mut().is_some_and(|body| body.remove("reasoning").is_some())
        {
            return true;
        }
        let refused = ["background", "store", "data retention"].iter().any(|word| refusal.contains(word));
        if !refused || body.as_object_mut().is_none_or(|body| body.remove("background").is_none()) {
            return false;
        }
        body["store"] = json!(false);
        true
    }

    fn remote(&self, base: &Url, run: &RemoteRun) -> Option<RemoteAt> {
        Some(RemoteAt::below(base, "responses", run, "starting_after"))
    }

    fn reader(&self, request: &CompletionRequest) -> Box<dyn Reader> {
        Box::new(match request.remote.clone() {
            Some(RemoteAnswer { run, text, has_thought }) => {
                Events { run: Some(run.id), so_far: text, has_thought, item: None }
            }
            None => Events { run: None, so_far: String::new(), has_thought: false, item: None },
        })
    }
}

/// A message, and the calls after it with what came of them as items of their own.
fn items(said: &Said) -> impl Iterator<Item = Value> {
    let picture = |picture: &_| json!({"type": "input_image", "image_url": data_url(picture)});
    let has_words = !said.text.is_empty() || said.calls.is_empty();
    let words = has_words.then(|| message(said, "input_text", picture));
    let call = |call: &SaidCall| json!({"type": "function_call", "call_id": call.id, "name": call.tool, "arguments": object_text(call)});
    let result =
        |call: &SaidCall| json!({"type": "function_call_output", "call_id": call.id, "output": call.result});
    words.into_iter().chain(said.calls.iter().map(call)).chain(said.calls.iter().map(result))
}

/// Where nothing is said about it, this API takes all that a tool may be told for what it must be told.
fn function(tool: &ToolSpec) -> Value {
    let ToolSpec { name, description, parameters } = tool;
    json!({"type": "function", "name": name, "description": description, "parameters": parameters, "strict": false})
}

struct Events {
    /// Its name there, when it is made there also when nobody listens.
    run: Option<String>,
    /// What was heard of it before.
    so_far: String,
    /// Some of what it thought was heard as well, and is not told again.
    has_thought: bool,
    /// The output item that wrote the last text.
    item: Option<u64>,
}

impl Reader for Events {
    fn piece(&mut self, event: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        match text(event, "type") {
            "response.created" if event.pointer("/response/background") == Some(&Value::Bool(true)) => {
                self.run = run_name(event.pointer("/response/id"));
                self.reached(event, heard);
            }
            "response.output_text.delta" | "response.refusal.delta" => {
                self.reached(event, heard);
                self.text(count(event, "output_index"), text(event, "delta"), heard);
            }
            "response.reasoning_summary_part.added" if count(event, "summary_index") > Some(0) => {
                heard.reasoning("\n\n");
            }
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                self.reached(event, heard);
                heard.reasoning(text(event, "delta"));
            }
            "response.output_item.added" => {
                let piece = call_in(&event["item"], count(event, "output_index"));
                if let (Some(piece), Some(calls)) = (piece, heard.calls()) {
                    calls.begin(piece)?;
                }
            }
            "response.output_item.done" => {
                let piece = call_in(&event["item"], count(event, "output_index"));
                if let (Some(piece), Some(calls)) = (piece, heard.calls()) {
                    calls.whole(piece)?;
                }
            }
            "response.function_call_arguments.done" => {
                if let Some(calls) = heard.calls() {
                    calls.set(count(event, "output_index"), text(event, "arguments"))?;
                }
            }
            "response.function_call_arguments.delta" => {
                if let Some(calls) = heard.calls() {
                    calls.add(count(event, "output_index"), text(event, "delta"))?;
                }
            }
            "response.completed" | "response.incomplete" | "response.failed" | "response.cancelled" => {
                return self.ended(&event["response"], heard);
            }
            "error" => return Err(heard.error(error_in(event).unwrap_or(event))),
            // The whole answer, as far as it is there.
            "" if text(event, "object") == "response" => {
                return match text(event, "status") {
                    "queued" => Ok(Meaning::Nothing),
                    "in_progress" => Ok(Meaning::Life),
                    _ => {
                        self.rest_of(event, heard);
                        self.ended(event, heard)
                    }
                };
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
        let is_next = self.item.is_some() && self.item != item;
        self.item = item.or(self.item);
        // In one piece: a place in the provider's count stands for all that was said up to it.
        heard.text(&[if is_next { "\n\n" } else { "" }, words].concat());
    }

    fn reached(&self, event: &Value, heard: &mut Heard) {
        if let Some(id) = &self.run {
            let cursor = count(event, "sequence_number").map(|number| number.to_string());
            heard.remote(RemoteRun { id: id.clone(), cursor });
        }
    }

    /// Tells what a whole answer has beyond what was heard before.
    fn rest_of(&mut self, response: &Value, heard: &mut Heard) {
        let outputs = response["output"].as_array().filter(|_| !self.has_thought);
        let parts = outputs.into_iter().flatten().filter_map(|item| item["summary"].as_array()).flatten();
        heard.reasoning(&parts.map(|part| text(part, "text")).collect::<Vec<_>>().join("\n\n"));
        let messages = response["output"].as_array().into_iter().flatten().filter_map(|item| {
            let parts = item["content"].as_array()?;
            let words: String =
                parts.iter().flat_map(|part| [text(part, "text"), text(part, "refusal")]).collect();
            (!words.is_empty()).then_some(words)
        });
        let whole = messages.collect::<Vec<_>>().join("\n\n");
        heard.rest(&self.so_far, &whole);
    }

    fn ended(&mut self, response: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        if self.run.is_some() {
            heard.remote_is_over();
        }
        if let Some(usage) = response.get("usage") {
            counted(usage, heard);
        }
        if let Some(error) = error_in(response) {
            return Err(heard.error(error));
        }
        let outputs = response["output"].as_array();
        let said: Vec<_> = outputs.into_iter().flatten().filter_map(|item| call_in(item, None)).collect();
        let asks_tool = !said.is_empty();
        // The whole counts, also for who began to hear it in the middle; some servers send an empty one.
        if asks_tool && let Some(calls) = heard.calls() {
            calls.clear();
            said.into_iter().try_for_each(|piece| calls.begin(piece))?;
        }
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

/// The call that an item of the output is, as far as it is there.
fn call_in(item: &Value, place: Option<u64>) -> Option<CallPiece<'_>> {
    (text(item, "type") == "function_call").then(|| CallPiece {
        place,
        tool: text(item, "name"),
        arguments: text(item, "arguments"),
        ..CallPiece::default()
    })
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
