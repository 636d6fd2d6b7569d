//! Google's `streamGenerateContent`: each piece is a whole response object, and no marker ends them.

use super::calls::{CallPiece, keep, kept, object, written};
use super::dialect::{Dialect, Heard, Meaning, Reader, RemoteAt, count, finish_reason, text};
use super::facts::facts;
use super::interactions::{self, Interaction};
use super::refusal::error_in;
use super::{CompletionRequest, ProviderError, TokenCount, http};
use crate::model::{FinishReason, ListedModel, Picture, RemoteRun, Role, Said, SaidCall, ToolSpec};
use reqwest::Url;
use serde_json::{Value, json};

/// The most models the API lists on one page.
const PAGE: &str = "1000";

/// What a call has with it, and must have when it is told again.
const SIGNATURE: &str = "thoughtSignature";
/// What a call of another model has in its place. Source: Google's notes on thought signatures.
const UNSIGNED: &str = "skip_thought_signature_validator";

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
        if interactions::takes(request) {
            return interactions::address(base);
        }
        // Only tuned models have a name with a folder.
        let (folder, model) = request.model.split_once('/').unwrap_or(("models", &request.model));
        let mut url = http::below(base, &[folder, &format!("{model}:streamGenerateContent")]);
        url.query_pairs_mut().append_pair("alt", "sse");
        url
    }

    fn body(&self, request: &CompletionRequest) -> Value {
        if interactions::takes(request) {
            return interactions::body(request);
        }
        let mut body = json!({"contents": contents(&request.messages)});
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
        if !request.tools.is_empty() {
            let functions: Value = request.tools.iter().map(function).collect();
            body["tools"] = json!([{"functionDeclarations": functions}]);
        }
        body
    }

    fn simplify(&self, body: &mut Value, refusal: &str) -> bool {
        let refusal = refusal.to_lowercase();
        if ["thought_signature", "thought signature", "thoughtsignature"]
            .iter()
            .any(|word| refusal.contains(word))
        {
            return unsigned(body);
        }
        let Some(config) = body["generationConfig"].as_object_mut() else { return false };
        [("output_tokens", "maxOutputTokens"), ("think", "thinkingConfig")]
            .iter()
            .any(|(word, field)| refusal.contains(word) && config.remove(*field).is_some())
    }

    fn asks_apart(&self, request: &CompletionRequest) -> bool {
        interactions::takes(request)
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

/// What was said. What came of calls stands in the content right behind them, before the next words of the user.
fn contents(said: &[Said]) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    let mut after_calls = false;
    for said in said {
        let shown = said.pictures.iter().map(
            |Picture { media_type, base64 }| json!({"inlineData": {"mimeType": media_type, "data": base64}}),
        );
        let words = (!said.text.is_empty() || said.calls.is_empty()).then(|| json!({"text": said.text}));
        let parts: Vec<_> = shown.chain(words).chain(said.calls.iter().map(call)).collect();
        match all.last_mut().and_then(|last| last["parts"].as_array_mut()) {
            Some(results) if after_calls && said.role == Role::User => results.extend(parts),
            _ => {
                let role = if said.role == Role::User { "user" } else { "model" };
                all.push(json!({"role": role, "parts": parts}));
            }
        }
        after_calls = !said.calls.is_empty();
        if after_calls {
            all.push(json!({"role": "user", "parts": said.calls.iter().map(result).collect::<Value>()}));
        }
    }
    all
}

fn call(call: &SaidCall) -> Value {
    let mut part = json!({"functionCall": {"id": call.id, "name": call.tool, "args": object(call)}});
    if let Some(signature) = kept(call, SIGNATURE) {
        part[SIGNATURE] = signature;
    }
    part
}

fn result(call: &SaidCall) -> Value {
    let key = if call.is_error { "error" } else { "output" };
    json!({"functionResponse": {"id": call.id, "name": call.tool, "response": {key: call.result}}})
}

fn function(tool: &ToolSpec) -> Value {
    let ToolSpec { name, description, parameters } = tool;
    json!({"name": name, "description": description, "parametersJsonSchema": parameters})
}

/// The first call of each answer needs a signature, which only the model gives that made it. Those without one go first; when
/// none is without, those that are there were not believed. True when one is new.
fn unsigned(body: &mut Value) -> bool {
    let contents = body["contents"].as_array_mut().into_iter().flatten();
    let mut firsts: Vec<_> = contents
        .filter_map(|content| {
            content["parts"].as_array_mut()?.iter_mut().find(|part| part.get("functionCall").is_some())
        })
        .collect();
    let is_unsigned = |part: &Value| part.get(SIGNATURE).is_none();
    let any_unsigned = firsts.iter().any(|part| is_unsigned(part));
    let mut is_new = false;
    for part in firsts.iter_mut().filter(|part| !any_unsigned || is_unsigned(part)) {
        is_new |= part.get(SIGNATURE).is_none_or(|signature| signature != UNSIGNED);
        part[SIGNATURE] = json!(UNSIGNED);
    }
    is_new
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
            if let Some(call) = part.get("functionCall") {
                self.asks_tool = true;
                if let Some(calls) = heard.calls() {
                    let (arguments, opaque) =
                        (written(&call["args"]), keep([(SIGNATURE, part[SIGNATURE].clone())]));
                    let tool = text(call, "name");
                    calls.begin(CallPiece { tool, arguments: &arguments, opaque, ..CallPiece::default() })?;
                }
            }
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
