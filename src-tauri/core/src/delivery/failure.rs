//! Why a channel took no message.

use crate::model::{ChannelFailure, FailureKind, Timestamp, one_line};
use crate::secrets::Secret;
use std::time::Duration;

/// A message that was not taken, or perhaps not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What can be done about it.
    pub kind: FailureKind,
    /// In plain words of ours, to stand alone.
    pub message: String,
    /// What the server said, which may repeat whatever it was told.
    pub said: Option<String>,
    /// How long the channel asked us to wait.
    pub wait: Option<Duration>,
}

/// Characters of what a server says about its refusal.
const SAID: usize = 160;

impl Failure {
    /// One that asked for no wait.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), said: None, wait: None }
    }

    /// The connection broke after the message had left.
    pub fn unknown() -> Self {
        let words =
            "The connection broke before it was confirmed. It may have arrived, and is not sent again.";
        Self::new(FailureKind::Unknown, words)
    }

    /// There was no connection; `why` stands behind a colon.
    pub fn unreachable(host: &str, why: &str) -> Self {
        Self::new(FailureKind::Transport, format!("{host} could not be reached: {why}."))
    }

    /// The same with what the server said at its end, without the secret, on one line.
    pub fn without(mut self, secret: Option<&Secret>) -> Self {
        let said = self.said.take().map(|said| match secret {
            Some(secret) => one_line(&secret.hide_in(&said), SAID),
            None => one_line(&said, SAID),
        });
        if let Some(said) = said.filter(|said| !said.is_empty()) {
            self.message += " It said: ";
            self.message += &said;
        }
        self
    }

    /// As it is stored.
    pub fn stored(&self, at: Timestamp) -> ChannelFailure {
        ChannelFailure { kind: self.kind, message: self.message.clone(), at }
    }
}
