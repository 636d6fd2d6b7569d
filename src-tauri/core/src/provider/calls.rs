//! Calls of tools: gathered from the pieces of an answer, and written into the next question.

use super::ProviderError;
use super::dialect::text;
use crate::model::{AskedCall, SaidCall, ToolSpec};
use serde_json::{Map, Value, json};

/// Calls of one answer; models make a handful at once.
const MOST: usize = 64;
/// Bytes of all that they say: a tool that writes a file is told all of it.
const LONGEST: usize = 4 << 20;
/// Bytes of thought that are kept for the calls behind it; no model thinks half as long.
pub(super) const LONGEST_THOUGHT: usize = 1 << 20;

/// The calls of one answer, as far as they were heard.
#[derive(Default)]
pub(super) struct Calls {
    all: Vec<Call>,
    bytes: usize,
}

#[derive(Default)]
struct Call {
    place: Option<u64>,
    id: String,
    tool: String,
    arguments: Arguments,
    opaque: Option<String>,
}

/// A piece of a call; each field of it may be missing.
#[derive(Default)]
pub(super) struct CallPiece<'a> {
    /// Its place among those of the answer.
    pub(super) place: Option<u64>,
    /// What the server calls it: only there to tell calls apart.
    pub(super) id: &'a str,
    pub(super) tool: &'a str,
    /// All of the arguments, or what is added to them.
    pub(super) arguments: &'a str,
    pub(super) opaque: Option<String>,
}

impl Calls {
    /// Begins a call.
    pub(super) fn begin(&mut self, piece: CallPiece<'_>) -> Result<(), ProviderError> {
        if self.all.len() == MOST {
            return Err(ProviderError::Protocol(format!("it called more than {MOST} tools in one answer")));
        }
        self.all.push(Call { place: piece.place, ..Call::default() });
        self.extend(self.all.len() - 1, piece)
    }

    /// Takes a piece of a call that was begun or begins with it. Of servers that share this form, some number the calls and
    /// some do not, some give all of them the same number, and some name a call anew in each of its pieces.
    pub(super) fn piece(&mut self, piece: CallPiece<'_>) -> Result<(), ProviderError> {
        let at = self.all.iter().rposition(|call| match piece.place {
            Some(_) => call.place == piece.place,
            None => piece.id.is_empty() || call.id == piece.id,
        });
        let is_next = |call: &Call| {
            let is_other = |own: &str, said: &str| !own.is_empty() && !said.is_empty() && own != said;
            let is_named = !piece.tool.is_empty();
            is_named
                && (is_other(&call.id, piece.id)
                    || is_other(&call.tool, piece.tool)
                    || (call.arguments.is_whole && !call.tool.is_empty()))
        };
        match at.filter(|at| self.all.get(*at).is_some_and(|call| !is_next(call))) {
            Some(at) => self.extend(at, piece),
            None => self.begin(piece),
        }
    }

    /// Adds to the arguments of the call at this place; nothing if there is none, because it is of another kind.
    pub(super) fn add(&mut self, place: Option<u64>, arguments: &str) -> Result<(), ProviderError> {
        match self.all.iter().rposition(|call| call.place == place) {
            Some(at) => self.extend(at, CallPiece { arguments, ..CallPiece::default() }),
            None => Ok(()),
        }
    }

    /// Takes all of a call that was begun, or that is heard only now.
    pub(super) fn whole(&mut self, piece: CallPiece<'_>) -> Result<(), ProviderError> {
        match self.all.iter().rposition(|call| call.place == piece.place) {
            Some(at) => {
                self.set(piece.place, piece.arguments)?;
                self.extend(at, CallPiece { arguments: "", ..piece })
            }
            None => self.begin(piece),
        }
    }

    /// Says what all of the arguments are of the call at this place, if there is one.
    pub(super) fn set(&mut self, place: Option<u64>, arguments: &str) -> Result<(), ProviderError> {
        let call = self.all.iter_mut().rfind(|call| call.place == place);
        if let Some(call) = call.filter(|_| !arguments.is_empty()) {
            self.bytes -= call.arguments.text.len();
            call.arguments = Arguments::default();
        }
        self.add(place, arguments)
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The calls in their order. Of an answer that was cut, those that are whole: a half of one must not be done.
    pub(super) fn told(self, was_cut: bool) -> Result<Vec<AskedCall>, ProviderError> {
        let whole = self.all.into_iter().filter(|call| !was_cut || call.arguments.is_whole);
        whole.map(Call::told).collect()
    }

    fn extend(&mut self, at: usize, piece: CallPiece<'_>) -> Result<(), ProviderError> {
        let Some(call) = self.all.get_mut(at) else { return Ok(()) };
        let before = call.bytes();
        for (own, said) in [(&mut call.id, piece.id), (&mut call.tool, piece.tool)] {
            if own.is_empty() {
                said.clone_into(own);
            }
        }
        call.arguments.add(piece.arguments);
        call.opaque = call.opaque.take().or(piece.opaque);
        self.bytes += call.bytes() - before;
        if self.bytes > LONGEST {
            let limit = LONGEST >> 20;
            return Err(ProviderError::Protocol(format!("its calls of tools are longer than {limit} MiB")));
        }
        Ok(())
    }
}

impl Call {
    fn bytes(&self) -> usize {
        let opaque = self.opaque.as_ref().map_or(0, String::len);
        self.id.len() + self.tool.len() + self.arguments.text.len() + opaque
    }

    fn told(self) -> Result<AskedCall, ProviderError> {
        if self.tool.is_empty() {
            return Err(ProviderError::Protocol("it called a tool without naming it".to_owned()));
        }
        let said = self.arguments.text;
        let arguments = if said.trim().is_empty() { "{}".to_owned() } else { said };
        Ok(AskedCall { tool: self.tool, arguments, opaque: self.opaque })
    }
}

/// Arguments as they are written: JSON that may end anywhere.
#[derive(Default)]
struct Arguments {
    text: String,
    /// Brackets that are open.
    depth: usize,
    in_string: bool,
    after_backslash: bool,
    /// The bracket was closed that opened first.
    is_whole: bool,
}

impl Arguments {
    fn add(&mut self, more: &str) {
        self.text.push_str(more);
        for byte in more.bytes() {
            match byte {
                _ if self.is_whole => return,
                _ if self.after_backslash => self.after_backslash = false,
                b'\\' if self.in_string => self.after_backslash = true,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.is_whole = self.depth == 1;
                    self.depth = self.depth.saturating_sub(1);
                }
                _ => {}
            }
        }
    }
}

/// Arguments that came as a value; some servers that have an object there send text.
pub(super) fn written(arguments: &Value) -> String {
    match arguments {
        Value::Null => "{}".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The arguments of a call that is over, where they must be an object.
pub(super) fn object(call: &SaidCall) -> Value {
    let said = serde_json::from_str::<Value>(&call.arguments).ok();
    said.filter(Value::is_object).unwrap_or_else(|| json!({}))
}

/// The same where they are text: most servers read an object out of it all the same, and refuse what has none.
pub(super) fn object_text(call: &SaidCall) -> &str {
    let is_object = serde_json::from_str::<Value>(&call.arguments).is_ok_and(|said| said.is_object());
    if is_object { &call.arguments } else { "{}" }
}

/// Fields as what their provider wants back, which only a provider that knows them will find there.
pub(super) fn keep(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Option<String> {
    let kept = fields.into_iter().filter(|(_, value)| !value.is_null());
    let kept: Map<String, Value> = kept.map(|(name, value)| (name.to_owned(), value)).collect();
    (!kept.is_empty()).then(|| Value::from(kept).to_string())
}

/// The field that was kept of a call, if its provider was one that knows it.
pub(super) fn kept(call: &SaidCall, field: &str) -> Option<Value> {
    serde_json::from_str::<Value>(call.opaque.as_deref()?).ok()?.get(field).cloned()
}

/// The tools in the form that chat completions have, and Ollama took over.
pub(super) fn functions(tools: &[ToolSpec]) -> Value {
    let function = |tool: &ToolSpec| {
        let ToolSpec { name, description, parameters } = tool;
        json!({"type": "function",
               "function": {"name": name, "description": description, "parameters": parameters}})
    };
    tools.iter().map(function).collect()
}

/// Name and arguments of a call in that form, as servers send it: any of it may be missing.
pub(super) fn called(call: &Value) -> (&str, &Value) {
    let function = &call["function"];
    (text(function, "name"), &function["arguments"])
}
