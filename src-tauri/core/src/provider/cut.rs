//! Cuts whatever bytes a server sends into whole, valid, bounded pieces: the data of server-sent events, or lines.

use super::ProviderError;
use super::framing::Framing;
use bytes::Bytes;
use futures_util::Stream;
use memchr::memchr2;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The longest line let through. Source: F31 of the reliability notes.
const LINE_LIMIT: usize = 8 << 20;
/// The longest event let through, all its lines together. Same source.
const EVENT_LIMIT: usize = 16 << 20;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The pieces of a byte stream.
pub(super) struct Cut<S> {
    body: S,
    cutter: Cutter,
    ready: VecDeque<String>,
    failed: Option<ProviderError>,
    ended: bool,
}

impl<S> Cut<S> {
    pub(super) fn new(body: S, framing: Framing) -> Self {
        Self { body, cutter: Cutter::new(framing), ready: VecDeque::new(), failed: None, ended: false }
    }

    /// A piece that is here already.
    pub(super) fn ready(&mut self) -> Option<String> {
        self.ready.pop_front()
    }
}

impl<S> Stream for Cut<S>
where
    S: Stream<Item = Result<Bytes, ProviderError>> + Unpin,
{
    type Item = Result<String, ProviderError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(piece) = this.ready() {
                return Poll::Ready(Some(Ok(piece)));
            }
            if let Some(error) = this.failed.take() {
                this.ended = true;
                return Poll::Ready(Some(Err(error)));
            }
            if this.ended {
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut this.body).poll_next(cx)) {
                Some(Ok(chunk)) => this.failed = this.cutter.take(&chunk, &mut this.ready).err(),
                Some(Err(error)) => this.failed = Some(error),
                None => {
                    this.ended = true;
                    this.cutter.finish(&mut this.ready);
                }
            }
        }
    }
}

struct Cutter {
    framing: Framing,
    /// The line that has no end yet, as it came.
    unfinished: Vec<u8>,
    /// The data of the event that has no end yet; `None` before its first line of data.
    data: Option<String>,
    /// How many of the first bytes were looked at for compression.
    sniffed: usize,
    /// A line feed right after a carriage return belongs to it, even in the next chunk.
    after_cr: bool,
    past_first_line: bool,
}

impl Cutter {
    fn new(framing: Framing) -> Self {
        let unfinished = Vec::new();
        Self { framing, unfinished, data: None, sniffed: 0, after_cr: false, past_first_line: false }
    }

    fn take(&mut self, chunk: &[u8], pieces: &mut VecDeque<String>) -> Result<(), ProviderError> {
        self.sniff(chunk)?;
        let mut rest = chunk;
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(at) = memchr2(b'\n', b'\r', rest) {
            let (line, after) = (&rest[..at], &rest[at + 1..]);
            if self.unfinished.is_empty() && line.len() <= LINE_LIMIT {
                self.line(line, pieces)?;
            } else {
                self.extend(line)?;
                let mut line = std::mem::take(&mut self.unfinished);
                self.line(&line, pieces)?;
                line.clear();
                self.unfinished = line;
            }
            rest = match (rest[at], after.first()) {
                (b'\r', Some(b'\n')) => &after[1..],
                (b'\r', None) => {
                    self.after_cr = true;
                    after
                }
                _ => after,
            };
        }
        self.extend(rest)
    }

    /// A body may end without the empty line, or the line feed, that completes its last event.
    fn finish(&mut self, pieces: &mut VecDeque<String>) {
        let line = std::mem::take(&mut self.unfinished);
        if self.line(&line, pieces).is_ok() {
            pieces.extend(self.data.take());
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

    /// Takes a line without its end. Lines are split at ASCII bytes, so a character split over chunks is whole again here.
    fn line(&mut self, line: &[u8], pieces: &mut VecDeque<String>) -> Result<(), ProviderError> {
        let line = if self.past_first_line { line } else { without_marks(line) };
        if line.starts_with(b":") {
            return Ok(());
        }
        self.past_first_line |= !line.is_empty();
        match self.framing {
            Framing::Lines if line.is_empty() => {}
            Framing::Lines => pieces.push_back(String::from_utf8_lossy(line).into_owned()),
            Framing::Events if line.is_empty() => pieces.extend(self.data.take()),
            Framing::Events => {
                if let Some(more) = data(line) {
                    self.more_data(&String::from_utf8_lossy(more))?;
                }
            }
        }
        Ok(())
    }

    fn more_data(&mut self, more: &str) -> Result<(), ProviderError> {
        let Some(data) = &mut self.data else {
            self.data = Some(more.to_owned());
            return Ok(());
        };
        if data.len() + more.len() > EVENT_LIMIT {
            return Err(too_long("event", EVENT_LIMIT));
        }
        data.push('\n');
        data.push_str(more);
        Ok(())
    }
}

/// What a line adds to the data of its event; `None` for other fields: the type stands in the data as well, and nobody asks
/// again from a number.
fn data(line: &[u8]) -> Option<&[u8]> {
    match line.strip_prefix(b"data")? {
        [] => Some(&[]),
        rest => rest.strip_prefix(b":").map(|value| value.strip_prefix(b" ").unwrap_or(value)),
    }
}

/// Without the byte-order marks it begins with.
fn without_marks(mut line: &[u8]) -> &[u8] {
    while let Some(rest) = line.strip_prefix("\u{feff}".as_bytes()) {
        line = rest;
    }
    line
}

fn too_long(what: &str, limit: usize) -> ProviderError {
    ProviderError::Protocol(format!("one {what} of the answer is longer than {} MiB", limit >> 20))
}
