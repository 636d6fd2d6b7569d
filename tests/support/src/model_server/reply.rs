//! A streamed answer that follows a spec.

use super::filler;
use super::spec::Spec;
use super::state::Live;
use super::wire::{self, Head, Wire};
use bytes::Bytes;
use meanwhile_core::model::ProviderKind;
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// What a body is made of.
pub(super) type Piece = Result<Bytes, io::Error>;

pub(super) enum Stage {
    Open,
    Chunk(u64),
    End,
}

pub(super) struct Reply {
    pub spec: Spec,
    pub head: Head,
    pub kind: ProviderKind,
    pub wire: Box<dyn Wire>,
    pub stage: Stage,
    /// The first piece: another than 0 when an answer that was cut goes on.
    pub first: u64,
    pub start: Instant,
    /// The pieces of a text to replay instead of filler.
    pub replay: Option<Vec<String>>,
    /// What is left of a torn event.
    pub rest: Option<Bytes>,
    pub live: Live,
}

impl Reply {
    pub async fn next(mut self) -> Option<(Piece, Self)> {
        if let Some(rest) = self.rest.take() {
            sleep(Duration::from_millis(1)).await;
            return Some((Ok(rest), self));
        }
        match self.stage {
            Stage::Open => {
                self.stage = Stage::Chunk(self.first);
                let mark = if self.spec.bom { "\u{feff}" } else { "" };
                let text = format!("{mark}{}", self.wire.open(&self.head));
                Some((Ok(self.frame(text)), self))
            }
            Stage::Chunk(k) => self.chunk(k).await,
            Stage::End => None,
        }
    }

    async fn chunk(mut self, k: u64) -> Option<(Piece, Self)> {
        // Faults and pauses are those of this reply, whatever was said before.
        let nth = k.saturating_sub(self.first);
        if self.spec.cut == Some(nth) {
            self.stage = Stage::End;
            // Pending once, so that what was said so far reaches the socket before the cut.
            sleep(Duration::from_millis(2)).await;
            return Some((Err(io::Error::other("cut")), self));
        }
        if self.spec.eof == Some(nth) {
            self.live.ended = true;
            return None;
        }
        if self.spec.hold == Some(nth) {
            self.live.sim.release.pass().await;
        }
        if self.spec.stall == Some(nth) {
            std::future::pending::<()>().await;
        }
        if self.spec.err == Some(nth) {
            self.stage = Stage::End;
            let fault = wire::fault(self.kind, self.spec.err_kind, &self.head.model);
            let text = self.wire.error(&wire::refusal(self.kind, &fault));
            return Some((Ok(self.frame(text)), self));
        }
        if let Some(due) = self.due(nth) {
            sleep_until(due).await;
        }
        if let Some(mib) = self.spec.huge {
            self.stage = Stage::End;
            let size = usize::try_from(mib << 20).unwrap_or(usize::MAX);
            return Some((Ok(Bytes::from([b"data: ", "x".repeat(size).as_bytes()].concat())), self));
        }
        if k == self.spec.chunks {
            self.stage = Stage::End;
            self.live.ended = true;
            let mut text = self.wire.finish(&self.head, k, "stop");
            if !self.spec.nodone {
                text += self.wire.done();
            }
            return Some((Ok(self.frame(text)), self));
        }
        let mut out = String::new();
        if self.spec.keep_alive.is_some_and(|n| k.is_multiple_of(n)) {
            out += ": keep-alive\n\n";
        }
        let text = self.text(k);
        out += &self.wire.text(&self.head, &text);
        self.stage = Stage::Chunk(k + 1);
        self.live.sim.chunks.fetch_add(1, Relaxed);
        let mut whole = self.frame(out);
        if self.spec.bad && k == self.spec.chunks / 2 {
            whole = spoil(&whole);
        }
        let piece = if self.spec.split { self.tear(whole) } else { whole };
        Some((Ok(piece), self))
    }

    fn text(&self, k: u64) -> String {
        let at = usize::try_from(k).unwrap_or(usize::MAX);
        match &self.replay {
            Some(pieces) => pieces.get(at).cloned().unwrap_or_default(),
            None => filler::text(&self.spec, k),
        }
    }

    fn frame(&self, text: String) -> Bytes {
        if self.spec.crlf { Bytes::from(text.replace('\n', "\r\n")) } else { Bytes::from(text) }
    }

    /// When chunk `k` of this reply is due. Deadlines are absolute, so a late timer does not slow the stream down.
    fn due(&self, k: u64) -> Option<Instant> {
        let first = self.start + Duration::from_millis(self.spec.ttft_ms);
        match self.spec.rate {
            0 if k > 0 || self.spec.ttft_ms == 0 => None,
            0 => Some(first),
            rate => Some(first + Duration::from_nanos(1_000_000_000 / rate * k)),
        }
    }

    /// Tears an event inside its first multi-byte character; the rest follows in a later write.
    fn tear(&mut self, all: Bytes) -> Bytes {
        match all.iter().position(|b| *b >= 0xC0) {
            Some(at) => {
                self.rest = Some(all.slice(at + 1..));
                all.slice(..at + 1)
            }
            None => all,
        }
    }
}

/// Puts a byte that is never valid at the start of the event's text.
fn spoil(event: &Bytes) -> Bytes {
    let text = ["\"content\":\"", "\"delta\":\"", "\"text\":\""].into_iter().find_map(|name| {
        let at = event.windows(name.len()).position(|bytes| bytes == name.as_bytes())?;
        Some(at + name.len())
    });
    let Some(at) = text else {
        return event.clone();
    };
    let (before, after) = event.split_at(at);
    Bytes::from([before, &[0xff], after].concat())
}
