//! From the bytes of a body to the data of its server-sent events, with two watchdogs.

use super::guard::Lines;
use super::{Patience, ProviderError};
use bytes::Bytes;
use eventsource_stream::{EventStream, EventStreamError};
use futures_util::stream::{BoxStream, unfold};
use futures_util::{Stream, StreamExt};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep, timeout_at};

type Body = Pin<Box<dyn Stream<Item = Result<Bytes, ProviderError>> + Send>>;

/// The data of each event of a body, until its end or the first error.
///
/// Public for the fuzz targets only.
pub fn event_data(body: Body, patience: Patience) -> BoxStream<'static, Result<String, ProviderError>> {
    let sse = Sse::new(body, patience, Instant::now());
    unfold(Some(sse), |sse| async move {
        let mut sse = sse?;
        let data = sse.next().await.transpose()?;
        let rest = data.is_ok().then_some(sse);
        Some((data, rest))
    })
    .boxed()
}

/// The events of one body.
pub(super) struct Sse {
    events: Isolated<EventStream<Lines<Watched>>>,
    silence: Duration,
    /// When a meaningful event is due, and the wait that this moment ends.
    due: (Instant, Duration),
}

impl Sse {
    /// Reads `body`, the answer to a request made at `asked_at`.
    pub(super) fn new(
        body: impl Stream<Item = Result<Bytes, ProviderError>> + Send + 'static,
        patience: Patience,
        asked_at: Instant,
    ) -> Self {
        let watched = Watched { body: Box::pin(body), limit: patience.bytes, timer: None };
        Self {
            events: Isolated(Some(EventStream::new(Lines::new(watched)))),
            silence: patience.silence,
            due: (asked_at + patience.first_event, patience.first_event),
        }
    }

    /// The data of the next event; `None` at the end of the body. Comments are passed over.
    pub(super) async fn next(&mut self) -> Result<Option<String>, ProviderError> {
        let (due_at, wait) = self.due;
        match timeout_at(due_at, self.events.next()).await {
            Err(_) => Err(ProviderError::Stalled(wait)),
            Ok(None) => Ok(None),
            Ok(Some(Ok(data))) => Ok(Some(data)),
            Ok(Some(Err(error))) => Err(error),
        }
    }

    /// Says that the last event meant something: the next one may take its time again.
    pub(super) fn keep_waiting(&mut self) {
        self.due = (Instant::now() + self.silence, self.silence);
    }
}

/// A stream whose panic is an ordinary error, so that no server can end more than its own attempt.
struct Isolated<S>(Option<S>);

impl<S> Stream for Isolated<S>
where
    S: Stream<Item = Result<eventsource_stream::Event, EventStreamError<ProviderError>>> + Unpin,
{
    type Item = Result<String, ProviderError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(inner) = self.0.as_mut() else {
            return Poll::Ready(None);
        };
        let Ok(polled) = catch_unwind(AssertUnwindSafe(|| Pin::new(inner).poll_next(cx))) else {
            self.0 = None;
            return Poll::Ready(Some(Err(unparsable())));
        };
        polled.map(|item| {
            item.map(|event| {
                event.map(|event| event.data).map_err(|error| match error {
                    EventStreamError::Transport(error) => error,
                    EventStreamError::Utf8(_) | EventStreamError::Parser(_) => unparsable(),
                })
            })
        })
    }
}

fn unparsable() -> ProviderError {
    ProviderError::Protocol("its event stream cannot be parsed".to_owned())
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
