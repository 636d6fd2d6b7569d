//! Hand-held answers: a list of steps, some of which wait for the test.

use super::reply::Piece;
use super::spec::ErrKind;
use super::state::Live;
use super::wire::{self, Head, Wire};
use bytes::Bytes;
use meanwhile_core::model::ProviderKind;
use serde_json::Value;
use std::collections::VecDeque;
use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// One thing a scripted answer does.
#[derive(Clone, Debug)]
pub enum Step {
    /// Refuses instead of answering; only as the first step. Status, headers, body.
    Refuse(u16, Vec<(String, String)>, String),
    /// Refuses with the status and the body that the API has for this; only as the first step.
    Fail(ErrKind),
    /// Tells no tokens anywhere in this answer.
    Uncounted,
    /// Sends a piece of text.
    Text(String),
    /// Sends a piece of reasoning.
    Reasoning(String),
    /// Sends a whole call of a tool: its name and its arguments.
    Call(String, Value),
    /// Says that so many tokens were written so far; some APIs count at the end only.
    Usage(u64),
    /// Sends what only a newer version knows.
    News,
    /// Sends these bytes as they are.
    Raw(Vec<u8>),
    /// Waits until the gate is opened.
    Wait(Gate),
    /// Pauses; only where the promise is about time.
    Pause(Duration),
    /// Sends an error event.
    Error(ErrKind),
    /// Sends a reason for the end, and usage if it was asked for, but no end marker.
    Finish(String),
    /// Sends the end marker.
    Done,
    /// The whole tidy end: reason, usage if it was asked for, end marker.
    Stop,
    /// Says nothing more and holds the connection open.
    Hang,
    /// Drops the connection.
    Cut,
}

/// A piece of text.
pub fn text(text: &str) -> Step {
    Step::Text(text.to_owned())
}

/// A piece of reasoning.
pub fn reasoning(text: &str) -> Step {
    Step::Reasoning(text.to_owned())
}

/// A call of a tool.
pub fn call(name: &str, arguments: Value) -> Step {
    Step::Call(name.to_owned(), arguments)
}

/// The tokens written so far.
pub fn usage(written: u64) -> Step {
    Step::Usage(written)
}

/// An answer whose tokens nobody tells; anywhere in a script.
pub fn uncounted() -> Step {
    Step::Uncounted
}

/// Something of a newer version.
pub fn news() -> Step {
    Step::News
}

/// Bytes as they are.
pub fn raw(bytes: impl Into<Vec<u8>>) -> Step {
    Step::Raw(bytes.into())
}

/// Waits until the test opens `gate`.
pub fn wait(gate: &Gate) -> Step {
    Step::Wait(gate.clone())
}

/// Pauses for a time.
pub fn pause(length: Duration) -> Step {
    Step::Pause(length)
}

/// An error event.
pub fn error(kind: ErrKind) -> Step {
    Step::Error(kind)
}

/// A reason for the end without the end marker.
pub fn finish(reason: &str) -> Step {
    Step::Finish(reason.to_owned())
}

/// The end marker alone.
pub fn done() -> Step {
    Step::Done
}

/// The whole tidy end: the script stops here.
pub fn stop() -> Step {
    Step::Stop
}

/// Silence with an open connection.
pub fn hang() -> Step {
    Step::Hang
}

/// A dropped connection.
pub fn cut() -> Step {
    Step::Cut
}

/// A refusal in the words of the API that was asked; the first step of a script, and the only one.
pub fn fail(kind: ErrKind) -> Step {
    Step::Fail(kind)
}

/// A refusal; the first step of a script, and the only one.
pub fn refuse(status: u16, headers: &[(&str, &str)], body: &str) -> Step {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Step::Refuse(status, headers, body.to_owned())
}

/// A place in a script where the answer waits for the test. Clones are the same gate.
#[derive(Clone, Debug)]
pub struct Gate {
    open: Arc<watch::Sender<bool>>,
    reached: Arc<watch::Sender<u64>>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { open: Arc::new(watch::Sender::new(false)), reached: Arc::new(watch::Sender::new(0)) }
    }
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets every answer through, now and later.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// Returns once an answer waits at the gate.
    pub async fn reached(&self) {
        let mut reached = self.reached.subscribe();
        let _ = reached.wait_for(|count| *count > 0).await;
    }

    pub(super) async fn pass(&self) {
        self.reached.send_modify(|count| *count += 1);
        let mut open = self.open.subscribe();
        let _ = open.wait_for(|open| *open).await;
    }
}

/// A script on its way out.
pub(super) struct Scripted {
    pub steps: VecDeque<Step>,
    pub head: Head,
    pub kind: ProviderKind,
    pub wire: Box<dyn Wire>,
    pub opened: bool,
    pub texts: u64,
    pub has_called: bool,
    pub live: Live,
}

impl Scripted {
    pub async fn next(mut self) -> Option<(Piece, Self)> {
        if !self.opened {
            self.opened = true;
            let opening = self.wire.open(&self.head);
            // Bytes that stand first stand alone: the test says what the body begins with.
            if !matches!(self.steps.front(), Some(Step::Raw(_))) {
                return Some((Ok(Bytes::from(opening)), self));
            }
        }
        loop {
            let out = match self.steps.pop_front() {
                None => {
                    self.live.ended = true;
                    return None;
                }
                Some(Step::Refuse(..) | Step::Fail(_) | Step::Uncounted) => continue,
                Some(Step::Wait(gate)) => {
                    gate.pass().await;
                    continue;
                }
                Some(Step::Pause(length)) => {
                    sleep(length).await;
                    continue;
                }
                Some(Step::Hang) => pending().await,
                Some(Step::Cut) => {
                    self.steps.clear();
                    // Pending once, so that what was said so far reaches the socket before the cut.
                    sleep(Duration::from_millis(2)).await;
                    return Some((Err(io::Error::other("cut")), self));
                }
                Some(Step::Text(text)) => {
                    self.texts += 1;
                    self.wire.text(&self.head, &text)
                }
                Some(Step::Reasoning(text)) => self.wire.reasoning(&self.head, &text),
                Some(Step::Call(name, arguments)) => {
                    self.has_called = true;
                    self.wire.call(&self.head, &name, &arguments)
                }
                Some(Step::Usage(written)) => self.wire.usage(&self.head, written),
                Some(Step::News) => self.wire.news(&self.head),
                Some(Step::Raw(bytes)) => return Some((Ok(Bytes::from(bytes)), self)),
                Some(Step::Error(kind)) => {
                    let fault = wire::fault(self.kind, kind, &self.head.model);
                    self.wire.error(&wire::refusal(self.kind, &fault))
                }
                Some(Step::Done) => self.wire.done().to_owned(),
                Some(Step::Finish(reason)) => self.wire.finish(&self.head, self.texts, &reason),
                Some(Step::Stop) => {
                    self.steps.clear();
                    self.live.ended = true;
                    let reason = if self.has_called { "tool_calls" } else { "stop" };
                    self.wire.finish(&self.head, self.texts, reason) + self.wire.done()
                }
            };
            return Some((Ok(Bytes::from(out)), self));
        }
    }
}
