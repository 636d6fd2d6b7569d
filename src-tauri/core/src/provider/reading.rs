//! From the body of an answer to its events.

use super::dialect::{self, Dialect, Heard, Meaning, Reader};
use super::framing::{Framing, Pieces};
use super::{CompletionRequest, Patience, ProviderError, ProviderEvent, http};
use crate::model::{ProviderKind, ToolSpec};
use crate::secrets::Access;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::stream::{BoxStream, StreamExt, empty, iter, unfold};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;
use std::iter::from_fn;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long usage and the end marker may come after the reason for the end; some servers leave the socket open.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// As much of an answer in one piece as is read: the limit for an event.
const WHOLE_LIMIT: usize = 16 << 20;
/// As much of anything else as is read, to quote its beginning.
const FOREIGN_LIMIT: usize = 64 << 10;
/// Enough to tell an event stream by its first field.
const LONGEST_FIELD: usize = "event:".len();
/// A byte-order mark.
const MARK: &[u8] = "\u{feff}".as_bytes();

type Events = BoxStream<'static, Result<ProviderEvent, ProviderError>>;
type Body = BoxStream<'static, Result<Bytes, ProviderError>>;

/// Decodes the bytes of one streamed answer of `model`, from its first byte on; nothing for a kind that streams none.
///
/// Public so that recorded streams can be replayed without a server; [`super::Adapter`] reads through it.
pub fn read_events(kind: ProviderKind, body: Body, model: &str, patience: Patience) -> Events {
    match dialect::of(kind) {
        Some(dialect) => replayed(dialect, model, patience).events(body),
        None => empty().boxed(),
    }
}

/// The same of one that came in one piece.
pub(super) fn read_whole(kind: ProviderKind, whole: &Value, model: &str, patience: Patience) -> Events {
    match dialect::of(kind) {
        Some(dialect) => {
            replayed(dialect, model, patience).looked_at(whole).unwrap_or_else(|_| empty().boxed())
        }
        None => empty().boxed(),
    }
}

/// The reading of an answer of `model` that nobody asked for, and that may call any tool.
fn replayed(dialect: &'static dyn Dialect, model: &str, patience: Patience) -> Reading {
    let any = ToolSpec { name: String::new(), description: String::new(), parameters: Value::Null };
    let request = CompletionRequest {
        model: model.to_owned(),
        system: String::new(),
        temperature: None,
        messages: Vec::new(),
        tools: vec![any],
        silence: None,
        max_tokens: None,
        context: None,
        thinks_aloud: false,
        in_background: true,
        batch: None,
        remote: None,
    };
    Reading::new(dialect, &request, Access::default(), patience, Instant::now())
}

/// The reading of one answer.
pub(super) struct Reading {
    framing: Framing,
    reader: Box<dyn Reader>,
    heard: Heard,
    patience: Patience,
    asked_at: Instant,
    /// `None` when nothing more is read; the connection is closed then.
    pieces: Option<Pieces>,
    /// The last piece was no JSON: a cut if the body ends here, a fault if it goes on.
    broken: bool,
    /// Whether a piece belonged to an answer; `None` before the first one.
    is_answer: Option<bool>,
    failed: Option<ProviderError>,
    last_words_until: Option<Instant>,
}

/// What a body turned out to be.
pub(super) enum Taken {
    /// An answer.
    Events(Events),
    /// Something else; its beginning.
    Foreign(Vec<u8>),
}

impl Reading {
    pub(super) fn new(
        dialect: &'static dyn Dialect,
        request: &CompletionRequest,
        access: Access,
        patience: Patience,
        asked_at: Instant,
    ) -> Self {
        let heard = Heard::new(request, access);
        Self {
            framing: dialect.framing(),
            reader: dialect.reader(request),
            heard,
            patience,
            asked_at,
            pieces: None,
            broken: false,
            is_answer: None,
            failed: None,
            last_words_until: None,
        }
    }

    /// The events of an answer that was looked at as a whole; `Err` with what that is a sign of, while it is still being
    /// made.
    pub(super) fn looked_at(mut self, whole: &Value) -> Result<Events, Meaning> {
        self.failed = match self.reader.piece(whole, &mut self.heard) {
            Ok(still @ (Meaning::Nothing | Meaning::Life)) => return Err(still),
            Ok(Meaning::Finish | Meaning::Done) => self.heard.end(true).err(),
            Err(error) => Some(error),
        };
        Ok(self.into_events())
    }

    /// Looks at the first bytes, because the header does not always tell: a stream, a whole answer, or a page.
    pub(super) async fn take(mut self, mut body: Body, headers: &HeaderMap) -> Result<Taken, ProviderError> {
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_stream = kind.starts_with(self.framing.content_type());
        let enough = if is_stream { 1 } else { LONGEST_FIELD };
        let mut start = Vec::new();
        let deadline = self.asked_at + self.patience.first_event;
        while visible(&start).len() < enough {
            match timeout_at(deadline, body.next()).await {
                Ok(Some(chunk)) => start.extend_from_slice(&chunk?),
                Ok(None) => break,
                Err(_) => return Err(ProviderError::Stalled(self.patience.first_event)),
            }
            // White space means nothing in any of the three, and however much comes, none of it is kept.
            let blank = start.len() - visible(&start).len();
            if blank > 0 && !is_unfinished_mark(&start) {
                start.drain(..blank);
            }
        }
        let seen = visible(&start);
        let nature = match seen.first() {
            None if is_stream => return Err(ProviderError::Truncated),
            None => return Ok(Taken::Foreign(Vec::new())),
            Some(b'{') if self.framing == Framing::Lines => Nature::Stream,
            Some(b'{' | b'[') => Nature::Json,
            Some(b'<') => Nature::Foreign,
            Some(_) if is_stream || is_event_field(seen) => Nature::Stream,
            Some(_) => Nature::Foreign,
        };
        let body = iter([Ok(Bytes::from(start))]).chain(body).boxed();
        match nature {
            Nature::Stream => Ok(Taken::Events(self.events(body))),
            Nature::Foreign => {
                let beginning = http::beginning(body, FOREIGN_LIMIT, self.patience, deadline).await;
                Ok(Taken::Foreign(beginning))
            }
            Nature::Json => {
                let whole = http::beginning(body, WHOLE_LIMIT, self.patience, deadline).await;
                match serde_json::from_slice::<Value>(&whole) {
                    Ok(answer) => self.whole(&answer)?,
                    Err(_) if kind.contains("json") => return Err(ProviderError::Truncated),
                    Err(_) => return Ok(Taken::Foreign(whole)),
                }
                Ok(Taken::Events(iter(from_fn(move || self.heard.next())).map(Ok).boxed()))
            }
        }
    }

    /// Reads an answer that came in one piece, or as a list of pieces.
    fn whole(&mut self, answer: &Value) -> Result<(), ProviderError> {
        let pieces = answer.as_array().map_or(std::slice::from_ref(answer), Vec::as_slice);
        let mut is_answer = false;
        for piece in pieces {
            is_answer |= self.reader.piece(piece, &mut self.heard)? != Meaning::Nothing;
        }
        if !is_answer {
            return Err(foreign());
        }
        self.heard.end(true)
    }

    fn events(mut self, body: Body) -> Events {
        self.pieces = Some(Pieces::new(self.framing, body, self.patience, self.asked_at));
        self.into_events()
    }

    /// What was understood so far, and what there is to read. A defect of ours ends this answer, whatever its server sent.
    fn into_events(self) -> Events {
        let next = |reading: Option<Box<Self>>| async {
            let mut reading = reading?;
            match AssertUnwindSafe(reading.next()).catch_unwind().await {
                Ok(event) => Some((event?, Some(reading))),
                Err(_) => Some((Err(unreadable()), None)),
            }
        };
        unfold(Some(Box::new(self)), next).fuse().boxed()
    }

    async fn next(&mut self) -> Option<Result<ProviderEvent, ProviderError>> {
        loop {
            if let Some(event) = self.heard.next() {
                return Some(Ok(event));
            }
            if let Some(error) = self.failed.take() {
                return Some(Err(error));
            }
            let pieces = self.pieces.as_mut()?;
            let piece = match self.last_words_until {
                Some(until) => timeout_at(until, pieces.next()).await.unwrap_or(Ok(None)),
                None => pieces.next().await,
            };
            if let Err(error) = self.react(piece) {
                self.failed = Some(error);
                self.pieces = None;
            }
        }
    }

    fn react(&mut self, piece: Result<Option<String>, ProviderError>) -> Result<(), ProviderError> {
        let piece = match piece {
            Ok(Some(piece)) => piece,
            // Whatever breaks after the reason for the end takes nothing from the answer.
            Err(error) if !self.heard.is_finished() => return Err(error),
            Ok(None) | Err(_) => return self.close(false),
        };
        match self.understand(piece.trim())? {
            Meaning::Nothing => {}
            Meaning::Life => {
                if let Some(pieces) = self.pieces.as_mut() {
                    pieces.keep_waiting();
                }
                // Text after a reason for the end: the reason was not the last word.
                if self.last_words_until.is_some() {
                    self.last_words_until = Some(Instant::now() + LAST_WORDS);
                }
            }
            Meaning::Finish => self.last_words_until = Some(Instant::now() + LAST_WORDS),
            Meaning::Done => return self.close(true),
        }
        Ok(())
    }

    fn understand(&mut self, piece: &str) -> Result<Meaning, ProviderError> {
        if self.broken {
            return Err(ProviderError::Protocol("a piece of the answer is not JSON".to_owned()));
        }
        if piece == "[DONE]" {
            return Ok(Meaning::Done);
        }
        if piece.is_empty() {
            return Ok(Meaning::Nothing);
        }
        match serde_json::from_str::<Value>(piece) {
            Ok(piece) => {
                let meaning = self.reader.piece(&piece, &mut self.heard)?;
                self.is_answer = Some(self.is_answer == Some(true) || meaning != Meaning::Nothing);
                Ok(meaning)
            }
            Err(_) => {
                self.broken = true;
                Ok(Meaning::Nothing)
            }
        }
    }

    fn close(&mut self, marked: bool) -> Result<(), ProviderError> {
        self.pieces = None;
        // Any JSON is a line, but only a model server names the type of an event stream.
        if self.framing == Framing::Lines && self.is_answer == Some(false) {
            return Err(foreign());
        }
        self.heard.end(marked)
    }
}

fn unreadable() -> ProviderError {
    ProviderError::Protocol("its event stream cannot be parsed".to_owned())
}

fn foreign() -> ProviderError {
    ProviderError::NotAProvider("it sent JSON without an answer in it".to_owned())
}

enum Nature {
    Stream,
    Json,
    Foreign,
}

/// What follows a byte-order mark and white space; nothing while the mark itself may be unfinished.
fn visible(start: &[u8]) -> &[u8] {
    if is_unfinished_mark(start) { &[] } else { start.strip_prefix(MARK).unwrap_or(start).trim_ascii_start() }
}

/// True also for nothing at all and for the whole mark.
fn is_unfinished_mark(start: &[u8]) -> bool {
    MARK.starts_with(start)
}

/// The first field or comment of an event stream, or compressed bytes, which the guard reports.
fn is_event_field(seen: &[u8]) -> bool {
    [b"data:".as_slice(), b"event:", b"id:", b"retry:", b":", &[0x1f, 0x8b]]
        .iter()
        .any(|field| seen.starts_with(field))
}
