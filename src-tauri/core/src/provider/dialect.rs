//! What one model API says differently from the others. All the rest of asking and reading is the same for all: the
//! address and its key are in `line`, refusals in `refusal`, bytes in `framing`, the end of an answer in `reading`.

use super::anthropic::Anthropic;
use super::calls::Calls;
use super::facts::facts;
use super::framing::Framing;
use super::gemini::Gemini;
use super::ollama::Ollama;
use super::openai_chat::OpenAiChat;
use super::openai_responses::OpenAiResponses;
use super::refusal::Asked;
use super::{CompletionRequest, ProviderError, ProviderEvent, TokenCount, http};
use crate::model::{FinishReason, ListedModel, Picture, ProviderKind, RemoteRun, Role, Said};
use crate::secrets::Access;
use reqwest::Url;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;

/// Real names have some sixty letters; this one goes into an address and into the database.
const LONGEST_ID: usize = 256;

/// One model API: where it is asked, how, and what the pieces of its answers mean.
pub(super) trait Dialect: Send + Sync {
    /// The header for the key, and what stands before the key in it.
    fn key_header(&self) -> (&'static str, &'static str) {
        ("authorization", "Bearer ")
    }

    /// Headers of every request beside the common ones.
    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Where an answer is asked for.
    fn address(&self, base: &Url, request: &CompletionRequest) -> Url;

    /// The question.
    fn body(&self, request: &CompletionRequest) -> Value;

    /// After a refusal: takes out of the question what that server does not know and can do without. False when
    /// asking once more would not help.
    fn simplify(&self, _body: &mut Value, _refusal: &str) -> bool {
        false
    }

    /// How an answer is cut into pieces.
    fn framing(&self) -> Framing {
        Framing::Events
    }

    /// Who understands the pieces of the answer to `request`.
    fn reader(&self, request: &CompletionRequest) -> Box<dyn Reader>;

    /// True when this answer, to be made there, is asked for at an address of its own, which not every server has.
    fn asks_apart(&self, _request: &CompletionRequest) -> bool {
        false
    }

    /// Where an answer is that is made there also when nobody listens; `None` when it has none of that kind.
    fn remote(&self, _base: &Url, _run: &RemoteRun) -> Option<RemoteAt> {
        None
    }

    /// Where the models are listed.
    fn models_address(&self, base: &Url) -> Url {
        http::below(base, &["models"])
    }

    /// The models in such a list, with what it says about them; `None` when it is none.
    fn models(&self, list: &Value) -> Option<Vec<ListedModel>> {
        let list = list.get("data").or_else(|| list.get("models")).unwrap_or(list).as_array()?;
        let listed = |model: &Value| {
            let field =
                ["id", "name", "model"].iter().find_map(|field| model.get(*field).and_then(Value::as_str));
            let name = field.or(model.as_str())?.to_owned();
            Some(ListedModel { name, facts: facts(model) })
        };
        Some(list.iter().filter_map(listed).collect())
    }

    /// Where the models are listed that are in memory, with the context they have there. Only of a server that gives a model
    /// little of it unless it is asked for more, and takes a longer prompt without its beginning.
    fn loaded_address(&self, _base: &Url) -> Option<Url> {
        None
    }

    /// Where more is told about one model than the list has, and what is asked there.
    fn description(&self, _base: &Url, _model: &str) -> Option<(Url, Value)> {
        None
    }
}

/// Where an answer can be met that is made at the provider.
pub(super) struct RemoteAt {
    /// Streams it from the cursor on; of a batch, gives what became of it once it has ended.
    pub(super) stream: Url,
    /// Gives all of it that there is; of a batch, how it stands.
    pub(super) whole: Url,
    /// Asked by POST, stops it.
    pub(super) stop: Url,
}

impl RemoteAt {
    /// Below `folder`, where it is streamed from the place that the query `after` names.
    pub(super) fn below(base: &Url, folder: &str, run: &RemoteRun, after: &str) -> Self {
        let whole = http::below(base, &[folder, &run.id]);
        let mut stream = whole.clone();
        stream.query_pairs_mut().append_pair("stream", "true");
        if let Some(cursor) = run.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
            stream.query_pairs_mut().append_pair(after, cursor);
        }
        let stop = http::below(&whole, &["cancel"]);
        Self { stream, whole, stop }
    }
}

/// The name of what is made there; `None` for one that fits into no address.
pub(super) fn run_name(id: Option<&Value>) -> Option<String> {
    let id = id.and_then(Value::as_str).filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
    id.map(str::to_owned)
}

/// The API that `kind` names; `None` for what is asked without one.
pub(super) fn of(kind: ProviderKind) -> Option<&'static dyn Dialect> {
    match kind {
        ProviderKind::OpenaiChat => Some(&OpenAiChat),
        ProviderKind::OpenaiResponses => Some(&OpenAiResponses),
        ProviderKind::Anthropic => Some(&Anthropic),
        ProviderKind::Gemini => Some(&Gemini),
        ProviderKind::Ollama => Some(&Ollama),
        ProviderKind::Practice => None,
    }
}

/// Understands the pieces of one answer, in their order. What it does not know it passes over.
pub(super) trait Reader: Send {
    /// Tells `heard` what a piece says, and gives what it means for the rest of the answer. A server may also send the
    /// whole answer as one piece.
    fn piece(&mut self, piece: &Value, heard: &mut Heard) -> Result<Meaning, ProviderError>;
}

/// What one piece meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing, such as an empty piece that keeps a connection open.
    Nothing,
    /// A sign of life, text or not.
    Life,
    /// The reason for the end; only usage and the marker may follow.
    Finish,
    /// The end marker.
    Done,
}

/// What was heard of one answer so far.
pub(super) struct Heard {
    model: String,
    access: Access,
    said: VecDeque<ProviderEvent>,
    wrote_text: bool,
    /// Those it made so far; `None` when it was offered no tools.
    calls: Option<Calls>,
    goes_on_there: bool,
    finish: Option<FinishReason>,
    tokens: Option<TokenCount>,
}

impl Heard {
    /// Of an answer to `request`; what is secret in `access` is blanked out of errors.
    pub(super) fn new(request: &CompletionRequest, access: Access) -> Self {
        Self {
            model: request.model.clone(),
            access,
            said: VecDeque::new(),
            wrote_text: request.remote.as_ref().is_some_and(|remote| !remote.text.is_empty()),
            calls: (!request.tools.is_empty()).then(Calls::default),
            goes_on_there: false,
            finish: None,
            tokens: None,
        }
    }

    /// What the caller is told next.
    pub(super) fn next(&mut self) -> Option<ProviderEvent> {
        self.said.pop_front()
    }

    /// A piece of the answer.
    pub(super) fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.wrote_text = true;
            self.said.push_back(ProviderEvent::Text(text.to_owned()));
        }
    }

    /// What a whole answer has beyond the text that was heard of it before.
    pub(super) fn rest(&mut self, so_far: &str, whole: &str) {
        match whole.strip_prefix(so_far) {
            Some(rest) => self.text(rest),
            // What was shown is not taken back; what counts stands below it.
            None => self.text(&format!("\n\n{whole}")),
        }
    }

    /// The answer is made there, and this far was it heard with the text that comes right after.
    pub(super) fn remote(&mut self, run: RemoteRun) {
        self.goes_on_there = true;
        self.said.push_back(ProviderEvent::Remote(run));
    }

    /// What was made there has ended there.
    pub(super) fn remote_is_over(&mut self) {
        self.goes_on_there = false;
        self.said.push_back(ProviderEvent::RemoteOver);
    }

    /// A piece of reasoning.
    pub(super) fn reasoning(&mut self, text: &str) {
        if !text.is_empty() {
            self.said.push_back(ProviderEvent::Reasoning(text.to_owned()));
        }
    }

    /// Where its calls are gathered. `None` when it was offered no tools: what it makes up then is no call.
    pub(super) fn calls(&mut self) -> Option<&mut Calls> {
        self.calls.as_mut()
    }

    /// The tokens counted so far.
    pub(super) fn tokens(&self) -> TokenCount {
        self.tokens.unwrap_or_default()
    }

    /// The last count is the one that counts, wherever it comes; true when it says something new.
    pub(super) fn count(&mut self, tokens: TokenCount) -> bool {
        if self.tokens == Some(tokens) {
            return false;
        }
        self.tokens = Some(tokens);
        self.said.push_back(ProviderEvent::Usage(tokens));
        true
    }

    /// The reason for the end. A later one replaces it.
    pub(super) fn finish(&mut self, reason: FinishReason) -> Meaning {
        self.finish = Some(reason);
        Meaning::Finish
    }

    /// True once the reason for the end was told.
    pub(super) fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// The meaning of an error inside an answer that began well.
    pub(super) fn error(&self, error: &Value) -> ProviderError {
        let offers_tools = self.calls.is_some();
        Asked { model: Some(&self.model), offers_tools, access: &self.access }.error_event(error)
    }

    /// Judges the end of the answer; `marked` when the end marker came. Only now its calls are told: whether one was cut
    /// shows at the end, and of an answer without an end none is done.
    pub(super) fn end(&mut self, marked: bool) -> Result<(), ProviderError> {
        let reason = match self.finish {
            Some(reason) => reason,
            // The marker of what goes on there ends the stream and not the answer.
            None if marked && !self.goes_on_there => FinishReason::Stop,
            None => return Err(ProviderError::Truncated),
        };
        let was_cut = matches!(reason, FinishReason::Length | FinishReason::ContentFilter);
        let calls = self.calls.take().unwrap_or_default().told(was_cut)?;
        if !self.wrote_text && calls.is_empty() && reason != FinishReason::ContentFilter {
            return Err(ProviderError::Empty(self.finish));
        }
        // Some have no word of their own for it.
        let reason = if calls.is_empty() || was_cut { reason } else { FinishReason::ToolCalls };
        self.said.extend(calls.into_iter().map(ProviderEvent::Call));
        self.said.push_back(ProviderEvent::Finished(reason));
        Ok(())
    }
}

/// What was said, as most of them write it: words alone are a text, and with pictures they are the last of several parts.
pub(super) fn message(said: &Said, words: &str, picture: impl Fn(&Picture) -> Value) -> Value {
    let content = if said.pictures.is_empty() {
        json!(said.text)
    } else {
        let shown = said.pictures.iter().map(&picture);
        shown.chain([json!({"type": words, "text": said.text})]).collect()
    };
    json!({"role": role(said.role), "content": content})
}

/// Who said it, as most of them write it.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

/// A picture as an address that holds it.
pub(super) fn data_url(picture: &Picture) -> String {
    format!("data:{};base64,{}", picture.media_type, picture.base64)
}

/// What the model is told first, as a message of its own, where it is one.
pub(super) fn told_first(request: &CompletionRequest) -> Option<Value> {
    (!request.system.is_empty()).then(|| json!({"role": "system", "content": request.system}))
}

/// Takes the limit for the answer out of a question that was refused because of it: what the model can write is less, and
/// whoever set the limit counts too.
pub(super) fn unlimited(body: &mut Map<String, Value>, refusal: &str, names: &[&str]) -> bool {
    names.iter().any(|name| refusal.contains(name) && body.remove(*name).is_some())
}

/// A count as servers write it; some write whole numbers as 12.0.
pub(super) fn count(of: &Value, name: &str) -> Option<u64> {
    whole(of.get(name)?)
}

/// The same of a value.
pub(super) fn whole(count: &Value) -> Option<u64> {
    count.as_u64().or_else(|| count.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64))
}

/// The text of a field; empty when there is none.
pub(super) fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A reason for the end, in the words of any of them.
pub(super) fn finish_reason(word: &str) -> FinishReason {
    match word.to_ascii_lowercase().as_str() {
        "stop" | "eos" | "eos_token" | "end_turn" | "stop_sequence" | "completed" => FinishReason::Stop,
        "length" | "max_tokens" | "model_length" | "max_output_tokens" | "model_context_window_exceeded" => {
            FinishReason::Length
        }
        "content_filter" | "safety" | "refusal" | "recitation" | "blocklist" | "prohibited_content"
        | "spii" | "language" | "image_safety" => FinishReason::ContentFilter,
        "tool_calls" | "tool_use" | "function_call" => FinishReason::ToolCalls,
        _ => FinishReason::Other,
    }
}
