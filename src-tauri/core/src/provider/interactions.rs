//! Google's interactions: answers of Gemini that are made there also when nobody listens.

use super::dialect::{Heard, Meaning, count, run_name, text};
use super::refusal::error_in;
use super::{CompletionRequest, ProviderError, RemoteAnswer, TokenCount, http};
use crate::model::{FinishReason, Picture, RemoteRun, Role, Said};
use reqwest::Url;
use serde_json::{Value, json};

/// True when an answer is to be made there, and can be. One with tools cannot: what came of a call goes there only with all the
/// steps before it as they were made, signed thoughts included, and we keep words and calls.
pub(super) fn takes(request: &CompletionRequest) -> bool {
    let has_calls = request.messages.iter().any(|said| !said.calls.is_empty());
    request.in_background && request.tools.is_empty() && !has_calls
}

/// Where one is asked for.
pub(super) fn address(base: &Url) -> Url {
    http::below(base, &["interactions"])
}

/// The question.
pub(super) fn body(request: &CompletionRequest) -> Value {
    let step = |said: &Said| {
        let kind = match said.role {
            Role::User => "user_input",
            Role::Assistant => "model_output",
        };
        let shown = said.pictures.iter().map(
            |Picture { media_type, base64 }| json!({"type": "image", "mime_type": media_type, "data": base64}),
        );
        let words = json!({"type": "text", "text": said.text});
        json!({"type": kind, "content": shown.chain([words]).collect::<Value>()})
    };
    let mut body = json!({
        "model": request.model, "stream": true, "background": true, "store": true,
        "input": request.messages.iter().map(step).collect::<Vec<_>>(),
    });
    if !request.system.is_empty() {
        body["system_instruction"] = json!(request.system);
    }
    if let Some(most) = request.max_tokens {
        body["generation_config"]["max_output_tokens"] = json!(most);
    }
    if let Some(degrees) = request.temperature {
        body["generation_config"]["temperature"] = json!(degrees);
    }
    if request.thinks_aloud {
        body["generation_config"]["thinking_summaries"] = json!("auto");
    }
    body
}

/// True for a piece of one, which every other answer of Gemini is not.
pub(super) fn is_piece(piece: &Value) -> bool {
    piece.get("event_type").is_some() || text(piece, "object") == "interaction"
}

/// What was heard of one.
#[derive(Default)]
pub(super) struct Interaction {
    run: Option<String>,
    /// The text that was heard before.
    so_far: String,
    /// As much of it as comes once more, because nobody knows where in the stream it ended.
    known: String,
    /// Some of what it thought was heard as well, and is not told again.
    has_thought: bool,
    /// All of it comes once more.
    from_the_start: bool,
    /// The step that is being taken is a thought.
    thinks: bool,
    wrote: bool,
}

impl Interaction {
    pub(super) fn of(request: &CompletionRequest) -> Self {
        match request.remote.clone() {
            Some(RemoteAnswer { run, text, has_thought }) => {
                let from_the_start = run.cursor.as_ref().is_none_or(String::is_empty);
                let known = if from_the_start { text.clone() } else { String::new() };
                let wrote = !from_the_start && !text.is_empty();
                let run = Some(run.id);
                Self { run, so_far: text, known, has_thought, from_the_start, thinks: false, wrote }
            }
            None => Self::default(),
        }
    }

    pub(super) fn piece(&mut self, event: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        match text(event, "event_type") {
            "interaction.created" => {
                self.run = run_name(event.pointer("/interaction/id"));
                self.reached(event, heard);
            }
            "step.start" => {
                let step = &event["step"];
                self.thinks = text(step, "type") == "thought";
                // In one piece: a place in the provider's count stands for all that was said up to it.
                let is_next = self.wrote && text(step, "type") == "model_output";
                self.words(event, &[if is_next { "\n\n" } else { "" }, &words_of(step)].concat(), heard);
            }
            "step.delta" => {
                let delta = &event["delta"];
                match text(delta, "type") {
                    "text" => self.words(event, text(delta, "text"), heard),
                    "thought_summary" => self.thought(event, text(&delta["content"], "text"), heard),
                    _ => {}
                }
            }
            "interaction.completed" => return self.ended(&event["interaction"], heard),
            "error" => return Err(heard.error(error_in(event).unwrap_or(event))),
            // The whole of it, as far as it is there.
            "" => {
                return match text(event, "status") {
                    "in_progress" | "" => Ok(Meaning::Life),
                    _ => {
                        self.rest_of(event, heard);
                        self.ended(event, heard)
                    }
                };
            }
            _ => {}
        }
        Ok(Meaning::Life)
    }

    fn words(&mut self, event: &Value, words: &str, heard: &mut Heard) {
        if words.is_empty() {
            return;
        }
        if self.thinks {
            return self.thought(event, words, heard);
        }
        self.wrote = true;
        if let Some(rest) = self.known.strip_prefix(words) {
            self.known = rest.to_owned();
            return;
        }
        self.reached(event, heard);
        match words.strip_prefix(&std::mem::take(&mut self.known)) {
            Some(new) => heard.text(new),
            // What was shown is not taken back; what counts stands below it.
            None => heard.text(&format!("\n\n{words}")),
        }
    }

    fn thought(&self, event: &Value, words: &str, heard: &mut Heard) {
        if !(self.has_thought && self.from_the_start) {
            self.reached(event, heard);
            heard.reasoning(words);
        }
    }

    /// An event without a name cannot be gone on from: all of it would be heard again.
    fn reached(&self, event: &Value, heard: &mut Heard) {
        if let Some(id) = &self.run {
            heard.remote(RemoteRun { id: id.clone(), cursor: Some(text(event, "event_id").to_owned()) });
        }
    }

    /// Tells what the whole has beyond what was heard before.
    fn rest_of(&mut self, whole: &Value, heard: &mut Heard) {
        let steps = whole["steps"].as_array().map_or(&[][..], Vec::as_slice);
        let joined = |kind: &str| {
            let all = steps.iter().filter(|step| text(step, "type") == kind).map(words_of);
            all.filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n\n")
        };
        if !self.has_thought {
            heard.reasoning(&joined("thought"));
        }
        heard.rest(&self.so_far, &joined("model_output"));
    }

    fn ended(&mut self, interaction: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        heard.remote_is_over();
        if let Some(usage) = interaction.get("usage") {
            counted(usage, heard);
        }
        if let Some(error) = error_in(interaction) {
            return Err(heard.error(error));
        }
        heard.finish(match text(interaction, "status") {
            "completed" => FinishReason::Stop,
            "incomplete" | "budget_exceeded" => FinishReason::Length,
            "requires_action" => FinishReason::ToolCalls,
            "failed" => return Err(ProviderError::overloaded("it ended the answer with an error")),
            _ => return Err(ProviderError::Truncated),
        });
        Ok(Meaning::Done)
    }
}

/// The words in a step, those of its summary if it is a thought.
fn words_of(step: &Value) -> String {
    let parts = ["content", "summary"].iter().filter_map(|list| step[*list].as_array()).flatten();
    parts.map(|part| text(part, "text")).collect()
}

fn counted(usage: &Value, heard: &mut Heard) {
    if ["total_input_tokens", "total_output_tokens"].iter().all(|name| count(usage, name).is_none()) {
        return;
    }
    let told = |name| count(usage, name).unwrap_or_default();
    let reasoning = told("total_thought_tokens");
    heard.count(TokenCount {
        input: told("total_input_tokens").saturating_add(told("total_tool_use_tokens")),
        cache_read: told("total_cached_tokens"),
        cache_write: 0,
        // As in the other API of Gemini, thoughts are counted beside what is written.
        output: told("total_output_tokens").saturating_add(reasoning),
        reasoning,
    });
}
