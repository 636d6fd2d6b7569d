//! What is kept of a connection beside it: how much it may still send, and why it ended.

use crate::limit::{ASKED, NOISE, READ};
use rmcp::model::{JsonRpcMessage, ServerJsonRpcMessage};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// Why a connection ended. A sentence without its full stop.
pub(crate) type Why = String;

#[derive(Default)]
pub(crate) struct Health {
    why: OnceLock<Why>,
    read: AtomicUsize,
    asked: AtomicUsize,
    noise: AtomicUsize,
    is_changed: AtomicBool,
}

impl Health {
    /// A request begins: what came before it does not count any more.
    pub fn begin(&self) {
        self.read.store(0, Relaxed);
    }

    /// Notes the first reason for the end.
    pub fn fail(&self, why: Why) {
        // Only the first one is a cause.
        let _ = self.why.set(why);
    }

    pub fn why(&self) -> Option<&Why> {
        self.why.get()
    }

    /// Whether it said that its tools are others now; asked once for each time.
    pub fn take_changed(&self) -> bool {
        self.is_changed.swap(false, Relaxed)
    }

    /// It is to be asked for its tools again.
    pub fn set_changed(&self) {
        self.is_changed.store(true, Relaxed);
    }

    /// Counts what was read, before it is looked at.
    pub fn count(&self, bytes: usize) -> Result<(), Why> {
        let before = self.read.fetch_add(bytes, Relaxed);
        match before.saturating_add(bytes) > READ {
            true => Err(format!("it sent more than {} MiB at once, and nothing more is read", READ >> 20)),
            false => Ok(()),
        }
    }

    /// What of a text is handed on: answers, and questions within their number. What it tells unasked is dropped here, so a
    /// flood of it costs nothing.
    pub fn admit(&self, text: &[u8]) -> Result<Option<ServerJsonRpcMessage>, Why> {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Ok(None);
        }
        if text[0] != b'{' {
            // What programs print by mistake where only messages belong.
            let noise = self.noise.fetch_add(1, Relaxed);
            return if noise < NOISE { Ok(None) } else { Err("what it writes is no MCP".to_owned()) };
        }
        match serde_json::from_slice::<ServerJsonRpcMessage>(text) {
            Ok(JsonRpcMessage::Notification(told)) => {
                if matches!(
                    told.notification,
                    rmcp::model::ServerNotification::ToolListChangedNotification(_)
                ) {
                    self.is_changed.store(true, Relaxed);
                }
                Ok(None)
            }
            Ok(JsonRpcMessage::Request(_)) if self.asked.fetch_add(1, Relaxed) >= ASKED => {
                Err("it asks for one thing after another, and nothing is given".to_owned())
            }
            Ok(message) => Ok(Some(message)),
            Err(error) if error.is_eof() || error.is_syntax() => {
                Err(format!("it sent a message that cannot be read ({error})"))
            }
            // Of another kind than any we know: whoever waits for it is told when its time is over.
            Err(_) => match self.noise.fetch_add(1, Relaxed) < NOISE {
                true => Ok(None),
                false => Err("what it sends is no MCP".to_owned()),
            },
        }
    }
}
