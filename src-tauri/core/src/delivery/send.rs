//! The outbox of the user's channels: what is due is claimed, sent and recorded, each channel by itself.

use super::{AGAIN, channel};
use crate::clock::Clock;
use crate::model::{Delivery, Timestamp};
use crate::secrets::SecretStore;
use crate::store::{Store, StoreError};
use futures_util::FutureExt as _;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Timers stop while a computer sleeps, so what is due later is looked at again at least this often.
const TICK: Duration = Duration::from_secs(30);

/// What the sending needs.
#[derive(Clone)]
pub struct Channels {
    /// Where it is recorded.
    pub store: Store,
    /// Where what is secret about a channel is kept.
    pub secrets: Arc<dyn SecretStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What comes within this time of a message to people is told together after it.
    pub gather: Duration,
}

impl Channels {
    /// Follows the log and sends, until `stop`. One channel that is slow keeps no other waiting; what is on its way when all
    /// ends is waited for, as long as that is borne.
    pub async fn follow(self, stop: CancellationToken) {
        let mut steps = self.store.steps();
        let mut at_work = FuturesUnordered::new();
        let mut busy = HashSet::new();
        let this = &self;
        loop {
            steps.mark_unchanged();
            let due = self.store.due_channels(self.clock.now());
            if let Err(error) = &due {
                tracing::warn!(%error, "messages could not be taken on; trying again");
            }
            let pause = match &due {
                Ok((_, next)) => next.map(|at| self.pause(at)),
                Err(_) => Some(AGAIN),
            };
            for name in due.map(|(names, _)| names).unwrap_or_default() {
                if busy.insert(name.clone()) {
                    let stop = stop.clone();
                    at_work.push(this.send_or_rest(name, stop).boxed());
                }
            }
            tokio::select! {
                () = stop.cancelled() => break,
                Some((sent, name)) = at_work.next() => {
                    busy.remove(&name);
                    if let Err(error) = sent {
                        tracing::warn!(channel = name, %error, "a message could not be recorded");
                    }
                }
                changed = steps.changed() => if changed.is_err() { break },
                () = tokio::time::sleep(pause.unwrap_or_default()), if pause.is_some() => {}
            }
        }
        while at_work.next().await.is_some() {}
    }

    async fn send_or_rest(&self, name: String, stop: CancellationToken) -> (Result<(), StoreError>, String) {
        let sent = self.send_next(&name, &stop).await;
        if sent.is_err() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(AGAIN) => {}
            }
        }
        (sent, name)
    }

    fn pause(&self, next: Timestamp) -> Duration {
        next.since(self.clock.now()).min(TICK)
    }

    /// Sends what one channel has to be told now, as one message.
    async fn send_next(&self, name: &str, stop: &CancellationToken) -> Result<(), StoreError> {
        // Before anything is claimed: what is claimed is sent.
        let is_private = self.store.settings()?.private_notices;
        let Some((row, due)) = self.store.claim_notices(name.to_owned()).await? else { return Ok(()) };
        if due.is_empty() {
            return Ok(());
        }
        let sent = channel::tell(self.secrets.as_ref(), &row, &due, is_private).await;
        let kind = sent.as_ref().err().map(|failure| failure.kind);
        tracing::info!(channel = name, outcomes = due.len(), failure = ?kind, "told");
        let told: Vec<Delivery> = due.into_iter().map(|one| one.delivery).collect();
        let wait = sent.as_ref().err().and_then(|failure| failure.wait);
        let failure = sent.err().map(|failure| failure.stored(self.clock.now()));
        loop {
            match self.store.end_notices(row.clone(), told.clone(), failure.clone(), wait).await {
                Err(
                    error
                    @ (StoreError::Full | StoreError::Disk(_) | StoreError::ReadOnly | StoreError::Busy),
                ) => {
                    tracing::warn!(channel = name, %error, "what was sent waits for the disk");
                    tokio::select! {
                        () = stop.cancelled() => return Err(error),
                        () = tokio::time::sleep(AGAIN) => {}
                    }
                }
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        if row.place.is_read_by_people() {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(self.gather) => {}
            }
        }
        Ok(())
    }
}
