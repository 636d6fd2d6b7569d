//! Google's `streamGenerateContent`: each piece is a whole response object, and no marker ends them.

use super::dialect::{Dialect, Heard, Meaning, Reader, RemoteAt, count, finish_reason, text};
use super::facts::facts;
use super::interactions::{self, Interaction};
use super::refusal::error_in;
use super::{CompletionRequest, ProviderError, TokenCount, http};
use crate::model::{FinishReason, ListedModel, Picture, RemoteRun, Role, Said};
use reqwest::Url;
use serde_json::{Value, json};

/// The most models the API lists on one page.
const PAGE: &str = "1000";

pub(super) struct Gemini;

impl Dialect for Gemini {
    fn key_header(&self) -> (&'static str, &'static str) {
        ("x-goog-api-key", "")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        // The shape of its interactions that is spoken here.
        &[("api-revision", "2026-05-20")]
    }

    fn address(&self, base: &Url, request: &CompletionRequest) -> Url {
        if request.in_background {
            return interactions::address(base);
        }
        // Only tuned models have a name with a folder.
        let (folder, model) = request.model.split_once('/').unwrap_or(("models", &request.model));
        let mut url = http::below(base, &[folder, &format!("{model}:streamGenerateContent")]);
        url.query_pairs_mut().append_pair("alt", "sse");
        url
    }

    fn body(&self, request: &CompletionRequest) -> Value {
        if request.in_background {
            return interactions::body(request);
        }
        let content = |said: &Said| {
            let role = match said.role {
                Role::User => "user",
                Role::Assistant => "model",
            };
            let shown = said.pictures.iter().map(|Picture { media_type, base64 }| {
                json!({"inlineData": {"mimeType": media_type, "data": base64}})
            });
            json!({"role": role, "parts": shown.chain([json!({"text": said.text})]).collect::<Value>()})
        };
        let mut body = json!({"contents": request.messages.iter().map(content).collect::<Vec<_>>()});
        if !request.system.is_empty() {
            body["systemInstruction"] = json!({"parts": [{"text": request.system}]});
        }
        if let Some(most) = request.max_tokens {
            body["generationConfig"]["maxOutputTokens"] = json!(most);
        }
        if let Some(degrees) = request.temperature {
            body["generationConfig"]["temperature"] = json!(degrees);
        }
        if request.thinks_aloud {
            body["generationConfig"]["thinkingConfig"] = json!({"includeThoughts": true});
        }
        body
    }

    fn simplify(&self, body: &mut Value, refusal: &str) -> bool {
        let refusal = refusal.to_lowercase();
        let Some(config) = body["generationConfig"].as_object_mut() else { return false };
        [("output_tokens", "maxOutputTokens"), ("think", "thinkingConfig")]
            .iter()
            .any(|(word, field)| refusal.contains(word) && config.remove(*field).is_some())
    }

    fn asks_apart(&self) -> bool {
        true
    }

    fn remote(&self, base: &Url, run: &RemoteRun) -> Option<RemoteAt> {
        Some(RemoteAt::below(base, "interactions", run, "last_event_id"))
    }

    fn reader(&self, request: &CompletionRequest) -> Box<dyn Reader> {
        Box::new(Responses { asks_tool: false, interaction: Interaction::of(request) })
    }

    fn models_address(&self, base: &Url) -> Url {
        let mut url = http::below(base, &["models"]);
        url.query_pairs_mut().append_pair("pageSize", PAGE);
        url
    }

    fn models(&self, list: &Value) -> Option<Vec<ListedModel>> {
        let chats = |model: &&Value| {
            let methods = model.get("supportedGenerationMethods").and_then(Value::as_array);
            methods.is_none_or(|methods| methods.iter().any(|method| method == "generateContent"))
        };
        let listed = |model: &Value| {
            let name = text(model, "name");
            let name = name.strip_prefix("models/").unwrap_or(name).to_owned();
            ListedModel { name, facts: facts(model) }
        };
        let models = list.get("models")?.as_array()?.iter().filter(chats);
        Some(models.map(listed).filter(|model| !model.name.is_empty()).collect())
    }
}

struct Responses {
    /// It called a tool, for which it gives no reason of its own.
    asks_tool: bool,
    /// What is made there comes in other pieces.
    interaction: Interaction,
}

impl Reader for Responses {
    fn piece(&mut self, response: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError> {
        if interactions::is_piece(response) {
            return self.interaction.piece(response, heard);
        }
        if let Some(error) = error_in(response) {
            return Err(heard.error(error));
        }
        let is_counted = response.get("usageMetadata").is_some_and(|usage| counted(usage, heard));
        let candidate = response.pointer("/candidates/0");
        if candidate.is_none() && !text(&response["promptFeedback"], "blockReason").is_empty() {
            return Ok(heard.finish(FinishReason::ContentFilter));
        }
        let Some(candidate) = candidate else {
            return Ok(if is_counted { Meaning::Life } else { Meaning::Nothing });
        };
        for part in candidate.pointer("/content/parts").and_then(Value::as_array).into_iter().flatten() {
            self.asks_tool |= part.get("functionCall").is_some();
            if part.get("thought").and_then(Value::as_bool) == Some(true) {
                heard.reasoning(text(part, "text"));
            } else {
                heard.text(text(part, "text"));
            }
        }
        match text(candidate, "finishReason") {
            "" => Ok(Meaning::Life),
            "STOP" if self.asks_tool => Ok(heard.finish(FinishReason::ToolCalls)),
            reason => Ok(heard.finish(finish_reason(reason))),
        }
    }
}

/// True when the usage says something new. The last object has the whole count.
fn counted(usage: &Value, heard: &mut Heard) -> bool {
    if ["promptTokenCount", "candidatesTokenCount"].iter().all(|name| count(usage, name).is_none()) {
        return false;
    }
    let told = |name| count(usage, name).unwrap_or_default();
    let reasoning = told("thoughtsTokenCount");
    heard.count(TokenCount {
        input: told("promptTokenCount").saturating_add(told("toolUsePromptTokenCount")),
        cache_read: told("cachedContentTokenCount"),
        cache_write: 0,
        output: told("candidatesTokenCount").saturating_add(reasoning),
        reasoning,
    })
}
