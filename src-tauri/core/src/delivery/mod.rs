//! The outbox: outcomes nobody was told are handed to the channels, and what they did is recorded.

mod notifier;

pub use notifier::{Notifier, NotifyError, Shown};

use crate::model::Delivery;
use crate::store::{NoticeResult, Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A channel that does not answer in this time has failed; the inbox has the outcome all the same.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pause before the database is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Follows the log and tells, until `stop`.
pub async fn follow(store: Store, notifiers: Vec<Arc<dyn Notifier>>, stop: CancellationToken) {
    let mut steps = store.steps();
    loop {
        steps.mark_unchanged();
        let told = tell_all(&store, &notifiers, &stop).await;
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

async fn tell_all(
    store: &Store,
    notifiers: &[Arc<dyn Notifier>],
    stop: &CancellationToken,
) -> Result<(), StoreError> {
    while !stop.is_cancelled()
        && let Some(claimed) = store.claim_delivery().await?
    {
        let results = tell(&claimed, notifiers).await;
        tracing::info!(task = %claimed.task_id, channels = results.len(), "told");
        record(store, claimed, results, stop).await?;
    }
    Ok(())
}

/// Records what was told; a disk that is full or busy is waited for, because otherwise it would be told again.
async fn record(
    store: &Store,
    claimed: Delivery,
    results: Vec<(String, NoticeResult)>,
    stop: &CancellationToken,
) -> Result<(), StoreError> {
    loop {
        match store.settle_delivery(claimed.clone(), results.clone()).await {
            Err(
                error @ (StoreError::Full | StoreError::Disk(_) | StoreError::ReadOnly | StoreError::Busy),
            ) => {
                tracing::warn!(task = %claimed.task_id, %error, "what was told waits for the disk");
                tokio::select! {
                    () = stop.cancelled() => return Err(error),
                    () = tokio::time::sleep(AGAIN) => {}
                }
            }
            other => return other,
        }
    }
}

async fn tell(claimed: &Delivery, notifiers: &[Arc<dyn Notifier>]) -> Vec<(String, NoticeResult)> {
    let mut results = Vec::with_capacity(notifiers.len());
    for notifier in notifiers {
        let result = match tokio::time::timeout(PATIENCE, notifier.notify(claimed.notice.clone())).await {
            Ok(Ok(Shown::Yes)) => NoticeResult::Sent,
            Ok(Ok(Shown::Watched)) => NoticeResult::Watched,
            Ok(Ok(Shown::Off)) => NoticeResult::Off,
            Ok(Err(error)) => NoticeResult::Failed(error.to_string()),
            Err(_) => NoticeResult::Failed("it did not answer within 5 s".to_owned()),
        };
        results.push((notifier.channel().to_owned(), result));
    }
    results
}
