//! One program at work in one folder: asked, heard, answered, and ended when it is dropped.

use crate::AcpError;
use crate::update::{self, Ending, Entry, Permission, Steps, text};
use crate::wire::Wire;
use meanwhile_tool::Program;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// The version of the protocol that is spoken here.
const VERSION: u64 = 1;
/// Questions that wait at the same time; nobody would read more of them.
const WAITING: usize = 16;
/// How an agent says that somebody has to log in.
const LOGIN: i64 = -32_000;
/// There is no such method.
const UNKNOWN: i64 = -32_601;

/// One thing that a program says.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A piece of its answer, never empty.
    Text(String),
    /// A piece of what it thinks aloud, never empty.
    Thought(String),
    /// What it will do, and how far it is.
    Plan(Vec<Entry>),
    /// A step that nobody was asked about is over.
    Step(Ending),
    /// It asks before it does something, under this name of ours, and waits.
    Permission(String, Permission),
    /// Its turn is over.
    Stopped(Stopped),
}

/// Why a turn is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It is done.
    Done,
    /// It may write no more.
    Length,
    /// It does not want to.
    Refusal,
    /// For a reason of its own.
    Other,
}

/// A question of the program that waits for its answer.
struct Waiting {
    name: String,
    id: Value,
    step: String,
    options: Value,
}

/// A program that is talked with.
pub struct Session {
    wire: Wire,
    id: String,
    asked: u64,
    /// The number of the prompt that it is at work on.
    turn: Option<u64>,
    questions: u64,
    waiting: Vec<Waiting>,
    steps: Steps,
    plan: Vec<Entry>,
    has_spoken: bool,
    /// What it says next is about something else than what it said before.
    begins_anew: bool,
}

impl Session {
    /// Starts a program, which has to say within `patience` that it is there.
    ///
    /// # Errors
    /// In words that follow the program's name.
    pub async fn open(program: &Program, patience: Duration) -> Result<Self, AcpError> {
        let mut session = Self {
            wire: Wire::start(program)?,
            id: String::new(),
            asked: 0,
            turn: None,
            questions: 0,
            waiting: Vec::new(),
            steps: Steps::default(),
            plan: Vec::new(),
            has_spoken: false,
            begins_anew: false,
        };
        let hello = json!({
            "protocolVersion": VERSION,
            "clientCapabilities": { "fs": { "readTextFile": false, "writeTextFile": false }, "terminal": false },
            "clientInfo": { "name": "meanwhile", "title": "Meanwhile", "version": env!("CARGO_PKG_VERSION") },
        });
        let answer = session.request("initialize", &hello, patience).await?;
        let version = answer.get("protocolVersion").and_then(Value::as_u64);
        if version != Some(VERSION) {
            let version = version.map_or("another".to_owned(), |version| version.to_string());
            return Err(AcpError::Unusable(format!(
                "speaks version {version} of the Agent Client Protocol, and Meanwhile speaks version {VERSION}"
            )));
        }
        let place = json!({ "cwd": program.folder, "mcpServers": [] });
        let answer = session.request("session/new", &place, patience).await?;
        session.id = text(&answer, "sessionId").to_owned();
        if session.id.is_empty() {
            return Err(AcpError::Unusable("began no session".to_owned()));
        }
        Ok(session)
    }

    /// Whether its process is there.
    pub fn is_alive(&mut self) -> bool {
        self.wire.is_alive()
    }

    /// Whether it is at work on a prompt.
    pub const fn is_at_work(&self) -> bool {
        self.turn.is_some()
    }

    /// Whether what it says next stands after something else, in the same text and without a gap.
    pub const fn follows(&mut self, follows: bool) {
        self.has_spoken = follows;
        self.begins_anew = follows;
    }

    /// Gives it a prompt. It must not be at work on another one.
    pub fn prompt(&mut self, words: &str) {
        let prompt = json!({ "sessionId": self.id, "prompt": [{ "type": "text", "text": words }] });
        self.turn = Some(self.ask("session/prompt", &prompt));
        self.begins_anew = true;
    }

    /// The next thing that it says. Dropped while it waits, nothing is lost.
    ///
    /// # Errors
    /// In words that follow the program's name, also when it says nothing for `patience`.
    pub async fn next(&mut self, patience: Duration) -> Result<Heard, AcpError> {
        loop {
            let message = self.wire.hear(patience).await?;
            let method = text(&message, "method");
            let id = message.get("id").filter(|id| !id.is_null()).cloned();
            let params = message.get("params").unwrap_or(&Value::Null);
            let heard = match (method, id) {
                ("session/update", _) => self.update(params.get("update").unwrap_or(&Value::Null)),
                ("session/request_permission", Some(id)) => Some(self.permission(id, params)?),
                ("", Some(id)) if self.turn.is_some() && id.as_u64() == self.turn => {
                    self.turn = None;
                    self.waiting.clear();
                    Some(Heard::Stopped(self.stopped(&message)?))
                }
                (_, Some(id)) if !method.is_empty() => {
                    self.refuse(&id);
                    None
                }
                _ => None,
            };
            if let Some(heard) = heard {
                return Ok(heard);
            }
        }
    }

    /// The names of the questions that wait for an answer.
    pub fn waiting(&self) -> Vec<String> {
        self.waiting.iter().map(|waiting| waiting.name.clone()).collect()
    }

    /// Answers a question. What is allowed is allowed once: the program is never told to stop asking.
    pub fn answer(&mut self, name: &str, is_allowed: bool) {
        let Some(place) = self.waiting.iter().position(|waiting| waiting.name == name) else { return };
        let Waiting { id, step, options, .. } = self.waiting.remove(place);
        if !is_allowed {
            self.steps.refused(&step);
        }
        let kind = if is_allowed { "allow_once" } else { "reject_once" };
        let option = options.as_array().into_iter().flatten().find(|option| text(option, "kind") == kind);
        let outcome = match option {
            Some(option) => json!({ "outcome": "selected", "optionId": text(option, "optionId") }),
            None => json!({ "outcome": "cancelled" }),
        };
        self.wire.say(&json!({ "jsonrpc": "2.0", "id": id, "result": { "outcome": outcome } }));
    }

    fn ask(&mut self, method: &str, params: &Value) -> u64 {
        self.asked += 1;
        let message = json!({ "jsonrpc": "2.0", "id": self.asked, "method": method, "params": params });
        self.wire.say(&message);
        self.asked
    }

    /// Asks, and waits for the answer; what else it says meanwhile is not for us.
    async fn request(&mut self, method: &str, params: &Value, patience: Duration) -> Result<Value, AcpError> {
        let number = self.ask(method, params);
        let answer = async {
            loop {
                let message = self.wire.hear(patience).await?;
                let id = message.get("id").filter(|id| !id.is_null()).cloned();
                match (text(&message, "method"), id) {
                    ("", Some(id)) if id.as_u64() == Some(number) => return Ok(message),
                    (method, Some(id)) if !method.is_empty() => self.refuse(&id),
                    _ => {}
                }
            }
        };
        // It may chatter without ever coming to the point.
        let answer: Result<Value, AcpError> = match timeout(patience, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(AcpError::Ended(format!("said nothing for {} s", patience.as_secs()))),
        };
        let answer = match answer {
            // Whatever it is, it is no agent that is slow for once.
            Err(AcpError::Ended(words)) => return Err(AcpError::Unusable(words)),
            answer => answer?,
        };
        match answer.get("error") {
            None => Ok(answer.get("result").cloned().unwrap_or_default()),
            Some(error) => Err(AcpError::Unusable(
                self.login(error).unwrap_or_else(|| format!("refused to begin: {}", self.said_by(error))),
            )),
        }
    }

    /// What to say when somebody has to log in.
    fn login(&self, error: &Value) -> Option<String> {
        let is_login = error.get("code").and_then(Value::as_i64) == Some(LOGIN);
        let said = self.wire.clean(text(error, "message"));
        is_login.then(|| format!("wants you to log in first; start it once in a terminal. It said: {said}"))
    }

    /// The words of an error, with those that some put beside them, and what the program said last.
    fn said_by(&self, error: &Value) -> String {
        let beside = match error.get("data") {
            Some(Value::String(words)) => words.clone(),
            other => other.map(|data| text(data, "details").to_owned()).unwrap_or_default(),
        };
        let words = [text(error, "message"), beside.as_str()].join(" ");
        format!("{}{}", self.wire.clean(words.trim()), self.wire.last_words())
    }

    fn refuse(&mut self, id: &Value) {
        let error = json!({ "code": UNKNOWN, "message": "Meanwhile does not offer this" });
        self.wire.say(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
    }

    fn update(&mut self, update: &Value) -> Option<Heard> {
        match text(update, "sessionUpdate") {
            "agent_message_chunk" => {
                let words = update::words(update.get("content"));
                if words.is_empty() {
                    return None;
                }
                let gap = if self.has_spoken && self.begins_anew { "\n\n" } else { "" };
                (self.has_spoken, self.begins_anew) = (true, false);
                Some(Heard::Text(format!("{gap}{words}")))
            }
            "agent_thought_chunk" => {
                let words = update::words(update.get("content"));
                (!words.is_empty()).then(|| Heard::Thought(words.to_owned()))
            }
            "tool_call" | "tool_call_update" => {
                self.begins_anew = true;
                self.steps.told(update).map(Heard::Step)
            }
            "plan" => {
                let plan = update::plan(update);
                if plan == self.plan {
                    return None;
                }
                self.plan.clone_from(&plan);
                Some(Heard::Plan(plan))
            }
            _ => None,
        }
    }

    fn permission(&mut self, id: Value, params: &Value) -> Result<Heard, AcpError> {
        if self.waiting.len() >= WAITING {
            return Err(AcpError::Unusable(format!("asks for more than {WAITING} things at once")));
        }
        self.questions += 1;
        let name = self.questions.to_string();
        let call = params.get("toolCall").unwrap_or(&Value::Null);
        let (permission, step) = (self.steps.asked(call), text(call, "toolCallId").to_owned());
        let options = params.get("options").cloned().unwrap_or_default();
        self.waiting.push(Waiting { name: name.clone(), id, step, options });
        Ok(Heard::Permission(name, permission))
    }

    fn stopped(&self, message: &Value) -> Result<Stopped, AcpError> {
        if let Some(error) = message.get("error") {
            return Err(match self.login(error) {
                Some(words) => AcpError::Unusable(words),
                None => AcpError::Ended(format!("stopped with an error: {}", self.said_by(error))),
            });
        }
        Ok(match text(message.get("result").unwrap_or(&Value::Null), "stopReason") {
            "end_turn" => Stopped::Done,
            "max_tokens" => Stopped::Length,
            "refusal" => Stopped::Refusal,
            _ => Stopped::Other,
        })
    }
}

impl Drop for Session {
    /// What it is at work on is cancelled as the protocol wants it; then its input closes, and whatever is left of it ends.
    fn drop(&mut self) {
        if self.turn.is_none() {
            return;
        }
        let cancel =
            json!({ "jsonrpc": "2.0", "method": "session/cancel", "params": { "sessionId": self.id } });
        self.wire.say(&cancel);
        for Waiting { id, .. } in std::mem::take(&mut self.waiting) {
            let outcome = json!({ "outcome": { "outcome": "cancelled" } });
            self.wire.say(&json!({ "jsonrpc": "2.0", "id": id, "result": outcome }));
        }
        self.wire.say_last();
    }
}
