//! From the body of an answer to its events.

use super::openai_wire::{Decoder, Meaning};
use super::sse::Sse;
use super::{Patience, ProviderError, ProviderEvent, http};
use crate::secrets::Secret;
use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt, iter, unfold};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;
use std::collections::VecDeque;
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

/// Decodes the bytes of one event stream, from its first byte on, as an answer of `model`.
///
/// Public so that recorded streams can be replayed without a server; [`super::OpenAiChat`] reads through it.
pub fn read_events(body: Body, model: &str, patience: Patience) -> Events {
    Reading::new(model, None, patience, Instant::now()).events(body)
}

/// The reading of one answer.
pub(super) struct Reading {
    decoder: Decoder,
    patience: Patience,
    asked_at: Instant,
    /// `None` when nothing more is read; the connection is closed then.
    sse: Option<Sse>,
    queue: VecDeque<ProviderEvent>,
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
    pub(super) fn new(model: &str, key: Option<Secret>, patience: Patience, asked_at: Instant) -> Self {
        Self {
            decoder: Decoder::new(model, key),
            patience,
            asked_at,
            sse: None,
            queue: VecDeque::new(),
            failed: None,
            last_words_until: None,
        }
    }

    /// Looks at the first bytes, because the header does not always tell: a stream, a whole answer, or a page.
    pub(super) async fn take(mut self, mut body: Body, headers: &HeaderMap) -> Result<Taken, ProviderError> {
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_stream = kind.starts_with("text/event-stream");
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
            Some(b'{' | b'[') => Nature::Json,
            Some(b'<') => Nature::Foreign,
            Some(_) if is_stream || is_event_field(seen) => Nature::Events,
            Some(_) => Nature::Foreign,
        };
        let body = iter([Ok(Bytes::from(start))]).chain(body).boxed();
        match nature {
            Nature::Events => Ok(Taken::Events(self.events(body))),
            Nature::Foreign => {
                let beginning = http::beginning(body, FOREIGN_LIMIT, self.patience, deadline).await;
                Ok(Taken::Foreign(beginning))
            }
            Nature::Json => {
                let whole = http::beginning(body, WHOLE_LIMIT, self.patience, deadline).await;
                match serde_json::from_slice::<Value>(&whole) {
                    Ok(answer) => self.decoder.whole(&answer, &mut self.queue)?,
                    Err(_) if kind.contains("json") => return Err(ProviderError::Truncated),
                    Err(_) => return Ok(Taken::Foreign(whole)),
                }
                Ok(Taken::Events(iter(self.queue.into_iter().map(Ok)).boxed()))
            }
        }
    }

    fn events(mut self, body: Body) -> Events {
        self.sse = Some(Sse::new(body, self.patience, self.asked_at));
        unfold(self, |mut reading| async move { reading.next().await.map(|event| (event, reading)) })
            .fuse()
            .boxed()
    }

    async fn next(&mut self) -> Option<Result<ProviderEvent, ProviderError>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(Ok(event));
            }
            if let Some(error) = self.failed.take() {
                return Some(Err(error));
            }
            let sse = self.sse.as_mut()?;
            let data = match self.last_words_until {
                Some(until) => timeout_at(until, sse.next()).await.unwrap_or(Ok(None)),
                None => sse.next().await,
            };
            if let Err(error) = self.react(data) {
                self.failed = Some(error);
                self.sse = None;
            }
        }
    }

    fn react(&mut self, data: Result<Option<String>, ProviderError>) -> Result<(), ProviderError> {
        let data = match data {
            Ok(Some(data)) => data,
            // Whatever breaks after the reason for the end takes nothing from the answer.
            Err(error) if !self.decoder.is_finished() => return Err(error),
            Ok(None) | Err(_) => return self.close(false),
        };
        match self.decoder.take(&data, &mut self.queue)? {
            Meaning::Nothing => {}
            Meaning::Life => {
                if let Some(sse) = self.sse.as_mut() {
                    sse.keep_waiting();
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

    fn close(&mut self, marked: bool) -> Result<(), ProviderError> {
        self.sse = None;
        self.decoder.end(marked, &mut self.queue)
    }
}

enum Nature {
    Events,
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
