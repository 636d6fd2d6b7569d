//! Makes whatever bytes a server sends harmless for the parser behind it.
//!
//! The parser panics on a byte-order mark, stops for good at an invalid byte, has no limits, and reads an
//! unfinished line again with every chunk. So it is fed whole, valid, bounded lines and nothing else.

use super::ProviderError;
use super::framing::Framing;
use bytes::Bytes;
use futures_util::Stream;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The longest line let through. Source: F31 of the reliability notes.
const LINE_LIMIT: usize = 8 << 20;
/// The longest event let through, all its lines together. Same source.
const EVENT_LIMIT: usize = 16 << 20;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The lines of a byte stream, one an item, each ending with a line feed.
pub(super) struct Lines<S> {
    body: S,
    guard: Guard,
    ready: VecDeque<String>,
    failed: Option<ProviderError>,
    ended: bool,
}

impl<S> Lines<S> {
    pub(super) fn new(body: S, framing: Framing) -> Self {
        let guard = Guard { each_alone: framing == Framing::Lines, ..Guard::default() };
        Self { body, guard, ready: VecDeque::new(), failed: None, ended: false }
    }
}

impl<S> Stream for Lines<S>
where
    S: Stream<Item = Result<Bytes, ProviderError>> + Unpin,
{
    type Item = Result<String, ProviderError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(line) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(line)));
            }
            if let Some(error) = this.failed.take() {
                this.ended = true;
                return Poll::Ready(Some(Err(error)));
            }
            if this.ended {
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut this.body).poll_next(cx)) {
                Some(Ok(chunk)) => this.failed = this.guard.take(&chunk, &mut this.ready).err(),
                Some(Err(error)) => this.failed = Some(error),
                None => {
                    this.ended = true;
                    this.guard.finish(&mut this.ready);
                }
            }
        }
    }
}

#[derive(Default)]
struct Guard {
    /// The line that has no end yet, as it came.
    unfinished: Vec<u8>,
    /// Each line is a piece, and no empty one ends it.
    each_alone: bool,
    /// Bytes of the lines since the last empty one.
    event_bytes: usize,
    /// How many of the first bytes were looked at for compression.
    sniffed: usize,
    /// A line feed right after a carriage return belongs to it, even in the next chunk.
    after_cr: bool,
    past_first_line: bool,
}

impl Guard {
    fn take(&mut self, chunk: &[u8], lines: &mut VecDeque<String>) -> Result<(), ProviderError> {
        self.sniff(chunk)?;
        let mut rest = chunk;
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            self.extend(&rest[..at])?;
            let after = &rest[at + 1..];
            rest = match (rest[at], after.first()) {
                (b'\r', Some(b'\n')) => &after[1..],
                (b'\r', None) => {
                    self.after_cr = true;
                    after
                }
                _ => after,
            };
            lines.extend(self.close_line()?);
        }
        self.extend(rest)
    }

    /// A body may end without the empty line, or the line feed, that completes its last event.
    fn finish(&mut self, lines: &mut VecDeque<String>) {
        if let Ok(line) = self.close_line() {
            lines.extend(line);
        }
        if !self.each_alone {
            lines.push_back("\n".to_owned());
        }
    }

    fn sniff(&mut self, chunk: &[u8]) -> Result<(), ProviderError> {
        for byte in chunk {
            match GZIP_MAGIC.get(self.sniffed) {
                Some(expected) if expected == byte => self.sniffed += 1,
                Some(_) => self.sniffed = usize::MAX,
                None => break,
            }
        }
        if self.sniffed == GZIP_MAGIC.len() {
            return Err(ProviderError::Protocol(
                "the answer is compressed with gzip although plain text was asked for".to_owned(),
            ));
        }
        Ok(())
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), ProviderError> {
        if self.unfinished.len() + bytes.len() > LINE_LIMIT {
            return Err(too_long("line", LINE_LIMIT));
        }
        self.unfinished.extend_from_slice(bytes);
        Ok(())
    }

    /// The line as the parser may see it; `None` for a comment, and for an empty line that ends nothing. Lines are
    /// split at ASCII bytes, so a character split over chunks is whole again here.
    fn close_line(&mut self) -> Result<Option<String>, ProviderError> {
        let mut line = String::from_utf8_lossy(&self.unfinished).into_owned();
        self.unfinished.clear();
        if !self.past_first_line {
            line = line.trim_start_matches('\u{feff}').to_owned();
        }
        if line.starts_with(':') || (line.is_empty() && self.event_bytes == 0) {
            return Ok(None);
        }
        self.past_first_line = true;
        self.event_bytes = if line.is_empty() || self.each_alone { 0 } else { self.event_bytes + line.len() };
        if self.event_bytes > EVENT_LIMIT {
            return Err(too_long("event", EVENT_LIMIT));
        }
        line.push('\n');
        Ok(Some(line))
    }
}

fn too_long(what: &str, limit: usize) -> ProviderError {
    ProviderError::Protocol(format!("one {what} of the answer is longer than {} MiB", limit >> 20))
}
