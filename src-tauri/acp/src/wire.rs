//! Lines to a program and from it. Nothing of it is kept beyond a bound, whatever it sends.

use crate::AcpError;
use bytes::{Buf as _, BytesMut};
use meanwhile_tool::{Program, Talk, visible};
use serde_json::Value;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until, timeout};

/// Bytes of one message; no diff that somebody reads has more.
const MESSAGE: usize = 4 << 20;
/// Bytes that wait to be read by the program. More than any prompt of ours.
const UNREAD: usize = 16 << 20;
/// Bytes of what it wrote about errors that are kept for the words of ours.
const ERRORS: usize = 2 << 10;
/// Lines in a row that are no message: some programs greet before they speak.
const STRAY: u32 = 100;
/// How long the end of a program and its last words are waited for.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A program that runs, and what is on its way.
pub(crate) struct Wire {
    talk: Talk,
    read: BytesMut,
    /// Bytes of `read` in which no line ends.
    searched: usize,
    unread: BytesMut,
    errors: VecDeque<u8>,
    has_more_errors: bool,
    stray: u32,
    /// What must not stand in any words of ours.
    secrets: Vec<String>,
}

impl Wire {
    pub fn start(program: &Program) -> Result<Self, AcpError> {
        let talk =
            program.start().map_err(|error| AcpError::Unusable(format!("was not started: {error}")))?;
        // What is shorter stands in ordinary words as well.
        let secrets =
            program.variables.iter().map(|(_, value)| value.clone()).filter(|value| value.len() >= 6);
        Ok(Self {
            talk,
            read: BytesMut::new(),
            searched: 0,
            unread: BytesMut::new(),
            errors: VecDeque::new(),
            has_more_errors: true,
            stray: 0,
            secrets: secrets.collect(),
        })
    }

    /// Whether its process is there.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.talk.process.try_wait(), Ok(None))
    }

    /// Puts a message on its way; it goes while the next one is waited for.
    pub fn say(&mut self, message: &Value) {
        self.unread.extend_from_slice(message.to_string().as_bytes());
        self.unread.extend_from_slice(b"\n");
    }

    /// Sends what can be sent without waiting: nobody will read an answer.
    pub fn say_last(&mut self) {
        let mut nobody = Context::from_waker(Waker::noop());
        // Whatever comes of it: the program ends next.
        let _ = Pin::new(&mut self.talk.input).poll_write(&mut nobody, &self.unread);
    }

    /// The next message. Dropped while it waits, nothing is lost.
    pub async fn hear(&mut self, patience: Duration) -> Result<Value, AcpError> {
        let until = Instant::now() + patience;
        let mut errors = [0; 1024];
        loop {
            if let Some(message) = self.message()? {
                return Ok(message);
            }
            if self.unread.len() > UNREAD {
                return Err(AcpError::Ended("does not read what it is told".to_owned()));
            }
            tokio::select! {
                read = self.talk.output.read_buf(&mut self.read) => {
                    if !matches!(read, Ok(1..)) {
                        return Err(self.ended().await);
                    }
                }
                read = self.talk.errors.read(&mut errors), if self.has_more_errors => match read {
                    Ok(count @ 1..) => keep_end(&mut self.errors, errors.get(..count).unwrap_or_default()),
                    _ => self.has_more_errors = false,
                },
                written = self.talk.input.write(&self.unread), if !self.unread.is_empty() => match written {
                    Ok(count @ 1..) => self.unread.advance(count),
                    // Its end shows in its output.
                    _ => self.unread.clear(),
                },
                () = sleep_until(until) => {
                    return Err(AcpError::Ended(format!("said nothing for {} s{}", patience.as_secs(), self.last_words())));
                }
            }
        }
    }

    /// A whole message of what was read.
    fn message(&mut self) -> Result<Option<Value>, AcpError> {
        loop {
            let unsearched = self.read.get(self.searched..).unwrap_or_default();
            let Some(end) = memchr::memchr(b'\n', unsearched) else {
                self.searched = self.read.len();
                if self.read.len() > MESSAGE {
                    return Err(too_long());
                }
                return Ok(None);
            };
            let line = self.read.split_to(self.searched + end + 1);
            self.searched = 0;
            if line.len() > MESSAGE {
                return Err(too_long());
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice::<Value>(&line) {
                Ok(message) if message.is_object() => {
                    self.stray = 0;
                    return Ok(Some(message));
                }
                _ => {
                    self.stray += 1;
                    keep_end(&mut self.errors, &line);
                }
            }
            if self.stray > STRAY {
                let words =
                    format!("does not speak the Agent Client Protocol on its output{}", self.last_words());
                return Err(AcpError::Unusable(words));
            }
        }
    }

    /// Its output is closed: how it ended, and what it said at last.
    async fn ended(&mut self) -> AcpError {
        let errors = &mut self.errors;
        let rest = timeout(LAST_WORDS, read_end(&mut self.talk.errors, errors)).await;
        self.has_more_errors &= rest.is_err();
        let status = timeout(LAST_WORDS, self.talk.process.wait()).await;
        let code = status.ok().and_then(Result::ok).and_then(|status| status.code());
        let words = self.last_words();
        match code {
            Some(127) => AcpError::Unusable(format!("could not be started{words}")),
            Some(0) => AcpError::Ended(format!("ended before it was done{words}")),
            Some(code) => AcpError::Ended(format!("ended before it was done, with status {code}{words}")),
            None => AcpError::Ended(format!("was ended before it was done{words}")),
        }
    }

    /// `: it said …`, or nothing. On one line, visible and without what may be secret.
    pub fn last_words(&self) -> String {
        let bytes: Vec<u8> = self.errors.iter().copied().collect();
        let words = self.clean(&String::from_utf8_lossy(&bytes));
        if words.is_empty() { words } else { format!(": it said {words}") }
    }

    /// Words of the program as they can be shown: short, on one line, visible, and without what may be secret.
    pub fn clean(&self, words: &str) -> String {
        let mut words = words.to_owned();
        for secret in &self.secrets {
            words = words.replace(secret.as_str(), "[...]");
        }
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        visible(&words[..words.floor_char_boundary(ERRORS)])
    }
}

fn too_long() -> AcpError {
    AcpError::Unusable(format!("sent a message of more than {} MiB", MESSAGE >> 20))
}

async fn read_end(from: &mut (impl AsyncRead + Unpin), kept: &mut VecDeque<u8>) {
    let mut bytes = [0; 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        keep_end(kept, bytes.get(..count).unwrap_or_default());
    }
}

fn keep_end(kept: &mut VecDeque<u8>, more: &[u8]) {
    kept.extend(more.iter().skip(more.len().saturating_sub(ERRORS)));
    kept.drain(..kept.len().saturating_sub(ERRORS));
}
