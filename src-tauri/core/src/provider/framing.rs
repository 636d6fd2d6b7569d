//! From the bytes of a body to its pieces, the data of server-sent events or lines, with two watchdogs.

use super::cut::Cut;
use super::{Patience, ProviderError};
use bytes::Bytes;
use futures_util::stream::{BoxStream, unfold};
use futures_util::{Stream, StreamExt};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep, timeout_at};

type Body = Pin<Box<dyn Stream<Item = Result<Bytes, ProviderError>> + Send>>;

/// The data of each event of a body, until its end or the first error.
///
/// Public for the fuzz targets only.
pub fn event_data(body: Body, patience: Patience) -> BoxStream<'static, Result<String, ProviderError>> {
    let pieces = Pieces::new(Framing::Events, body, patience, Instant::now());
    unfold(Some(pieces), |pieces| async move {
        let mut pieces = pieces?;
        let data = pieces.next().await.transpose()?;
        let rest = data.is_ok().then_some(pieces);
        Some((data, rest))
    })
    .boxed()
}

/// How a streamed answer is cut into pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// Server-sent events; a piece is the data of one.
    Events,
    /// A piece is a line.
    Lines,
}

impl Framing {
    /// What a body of this kind is called.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Events => "text/event-stream",
            Self::Lines => "application/x-ndjson",
        }
    }
}

/// The pieces of one body.
pub(super) struct Pieces {
    cut: Cut<Watched>,
    silence: Duration,
    /// When a meaningful piece is due, and the wait that this moment ends.
    due: (Instant, Duration),
}

impl Pieces {
    /// Reads `body`, the answer to a request made at `asked_at`.
    pub(super) fn new(
        framing: Framing,
        body: impl Stream<Item = Result<Bytes, ProviderError>> + Send + 'static,
        patience: Patience,
        asked_at: Instant,
    ) -> Self {
        let watched = Watched { body: Box::pin(body), limit: patience.bytes, timer: None };
        Self {
            cut: Cut::new(watched, framing),
            silence: patience.silence,
            due: (asked_at + patience.first_event, patience.first_event),
        }
    }

    /// The next piece; `None` at the end of the body. Comments are passed over.
    pub(super) async fn next(&mut self) -> Result<Option<String>, ProviderError> {
        if let Some(piece) = self.cut.ready() {
            return Ok(Some(piece));
        }
        let (due_at, wait) = self.due;
        let next = timeout_at(due_at, self.cut.next()).await;
        next.unwrap_or(Some(Err(ProviderError::Stalled(wait)))).transpose()
    }

    /// Says that the last piece meant something: the next one may take its time again.
    pub(super) fn keep_waiting(&mut self) {
        self.due = (Instant::now() + self.silence, self.silence);
    }
}

/// A body that fails when no byte came for too long. The wait begins with the first bytes: until then the limit
/// for the first event rules, because a local server loads its model in silence.
struct Watched {
    body: Body,
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Stream for Watched {
    type Item = Result<Bytes, ProviderError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let limit = this.limit;
        if let Poll::Ready(item) = this.body.as_mut().poll_next(cx) {
            let timer = this.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
            timer.as_mut().reset(Instant::now() + limit);
            return Poll::Ready(item);
        }
        match this.timer.as_mut().map(|timer| timer.as_mut().poll(cx)) {
            Some(Poll::Ready(())) => Poll::Ready(Some(Err(ProviderError::Stalled(limit)))),
            _ => Poll::Pending,
        }
    }
}
