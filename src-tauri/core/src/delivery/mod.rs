//! The outbox: outcomes nobody was told are handed to the channels, and what they did is recorded.

mod channel;
mod email;
mod failure;
mod line;
mod message;
mod notifier;
mod post;
mod send;

pub use channel::{preview, test};
pub use email::{is_mailbox, is_this_computer};

pub use notifier::{Notifier, NotifyError, Shown};
pub use post::host_of;
pub use send::Channels;

use crate::clock::Clock;
use crate::model::{Delivery, Notice, Settings};
use crate::store::{NoticeResult, Store, StoreError, Told};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A channel that does not answer in this time has failed; the inbox has the outcome all the same.
const PATIENCE: Duration = Duration::from_secs(5);

/// Outcomes that come within this time of a notice are told together. Source: reference/ux, several within 5 s become one.
pub const GATHER: Duration = Duration::from_secs(5);

/// The pause before the database is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Follows the log and tells, until `stop`. Outcomes that come within `gather` of a notice are told together after it.
pub async fn follow(
    store: Store,
    notifiers: Vec<Arc<dyn Notifier>>,
    gather: Duration,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let mut steps = store.steps();
    let mut outbox = Outbox { store, notifiers, gather, clock, told_at: None };
    loop {
        steps.mark_unchanged();
        // Settling is a step, so what was not taken on this time is looked for again at once.
        let told = outbox.tell_next(&stop).await;
        if let Err(error) = &told {
            tracing::warn!(%error, "deliveries could not be taken on; trying again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = steps.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(AGAIN), if told.is_err() => {}
        }
    }
}

struct Outbox {
    store: Store,
    notifiers: Vec<Arc<dyn Notifier>>,
    gather: Duration,
    clock: Arc<dyn Clock>,
    /// When something was shown last.
    told_at: Option<Instant>,
}

impl Outbox {
    /// Tells what nobody was told, if there is anything, after the time in which more of it is gathered.
    async fn tell_next(&mut self, stop: &CancellationToken) -> Result<(), StoreError> {
        if !self.store.has_undelivered()? {
            return Ok(());
        }
        if let Some(told_at) = self.told_at {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep_until(told_at + self.gather) => {}
            }
        }
        if stop.is_cancelled() {
            return Ok(());
        }
        // Before anything is claimed: what is claimed is told.
        let settings = self.store.settings()?;
        let claimed = self.store.claim_deliveries().await?;
        let told = self.tell(claimed, &settings).await;
        tracing::info!(outcomes = told.len(), channels = self.notifiers.len(), "told");
        record(&self.store, told, stop).await
    }

    async fn tell(&mut self, claimed: Vec<Delivery>, settings: &Settings) -> Vec<Told> {
        let minute = self.clock.minute(self.clock.now());
        let mut told: Vec<_> = claimed.into_iter().map(|delivery| (delivery, Vec::new())).collect();
        for notifier in &self.notifiers {
            let held = |delivery: &Delivery| held_back(settings, minute, notifier.channel(), delivery);
            let wanted =
                told.iter().map(|(delivery, _)| delivery).filter(|delivery| held(delivery).is_none());
            let notices: Vec<Notice> = wanted.map(|delivery| delivery.notice.clone()).collect();
            let shown = match notices.is_empty() {
                true => Ok(Vec::new()),
                false => tokio::time::timeout(PATIENCE, notifier.notify(notices)).await,
            };
            let mut results = shown.unwrap_or_default().into_iter();
            for (delivery, channels) in &mut told {
                if let Some(result) = held(delivery) {
                    let watched = notifier.is_watched(&delivery.notice);
                    let result = if watched { NoticeResult::Watched } else { result };
                    channels.push((notifier.channel().to_owned(), result));
                    continue;
                }
                let silent = || Err(NotifyError("it did not answer within 5 s".to_owned()));
                let result = match results.next().unwrap_or_else(silent) {
                    Ok(Shown::Yes) => NoticeResult::Sent,
                    Ok(Shown::Watched) => NoticeResult::Watched,
                    Ok(Shown::Off) => NoticeResult::Off,
                    Err(error) => NoticeResult::Failed(error.to_string()),
                };
                if result == NoticeResult::Sent {
                    self.told_at = Some(Instant::now());
                }
                channels.push((notifier.channel().to_owned(), result));
            }
        }
        told
    }
}

/// Why a channel of this computer does not tell of a delivery at this minute of the day.
fn held_back(settings: &Settings, minute: u16, channel: &str, delivery: &Delivery) -> Option<NoticeResult> {
    let event = delivery.event?;
    if !settings.tells(channel, event) {
        return Some(NoticeResult::Off);
    }
    settings.quiet_hours.left(minute, delivery.notice.outcome).map(|_| NoticeResult::Quiet)
}

/// Records what was told; a disk that is full or busy is waited for, because otherwise it would be told again.
async fn record(store: &Store, told: Vec<Told>, stop: &CancellationToken) -> Result<(), StoreError> {
    loop {
        match store.settle_deliveries(told.clone()).await {
            Err(
                error @ (StoreError::Full | StoreError::Disk(_) | StoreError::ReadOnly | StoreError::Busy),
            ) => {
                tracing::warn!(outcomes = told.len(), %error, "what was told waits for the disk");
                tokio::select! {
                    () = stop.cancelled() => return Err(error),
                    () = tokio::time::sleep(AGAIN) => {}
                }
            }
            other => return other,
        }
    }
}
