//! Copies of all data: one a day while there is news, checked, seven kept. Keys are not in the data, so not in a copy.

pub use crate::store::{Backup, salvage::Salvaged};

use crate::clock::Clock;
use crate::error::OpenError;
use crate::model::Timestamp;
use crate::store::{Store, backup as copies, salvage as store_salvage};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Between two copies. Source: promise P13 of the reliability notes, a copy is at most 24 hours old.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A start has better things to do first.
const AFTER_START: Duration = Duration::from_secs(5 * 60);
/// Timers stop while a computer sleeps, so the time is looked at again at least this often.
const LOOK: Duration = Duration::from_secs(60 * 60);

/// Makes a checked copy now, also while Meanwhile runs.
///
/// # Errors
/// [`OpenError`] when there is no data, or the copy cannot be made; the data itself is as it was.
pub fn make(data_dir: &Path, clock: &dyn Clock) -> Result<Backup, OpenError> {
    copies::make(data_dir, clock.now())
}

/// The copies there are, the newest first.
pub fn list(data_dir: &Path) -> Vec<Backup> {
    copies::list(data_dir)
}

/// Puts a copy in the place of the data, which is kept beside it in the folder that is given back.
///
/// # Errors
/// [`OpenError`] when Meanwhile runs with this data, or the copy is damaged or of a newer version; nothing was changed.
pub fn restore(data_dir: &Path, backup: &Path, clock: &dyn Clock) -> Result<PathBuf, OpenError> {
    copies::restore(data_dir, backup, clock.now())
}

/// Reads all that can be read of damaged data and puts it in their place; they are kept beside it. What was lost is lost: a
/// copy may hold more of it.
///
/// # Errors
/// [`OpenError`] when Meanwhile runs with this data, or not even the list of tables can be read; nothing was changed.
pub fn salvage(data_dir: &Path, clock: &dyn Clock) -> Result<Salvaged, OpenError> {
    store_salvage::salvage(data_dir, clock.now())
}

/// True when [`salvage`] has a chance.
pub fn can_be_salvaged(data_dir: &Path) -> bool {
    store_salvage::can_be_salvaged(data_dir)
}

/// Makes a copy a day until `stop`.
pub(crate) async fn daily(store: Store, data_dir: PathBuf, clock: Arc<dyn Clock>, stop: CancellationToken) {
    let mut wait = AFTER_START;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        let (folder, head, now) = (data_dir.clone(), store.last_seq(), clock.now());
        let made = tokio::task::spawn_blocking(move || {
            let newest = copies::list(&folder).into_iter().next();
            // The time first: to know whether there is news, the copy has to be opened.
            if is_due(newest.as_ref().map(|copy| copy.made_at), now)
                && newest.as_ref().and_then(copies::last_seq) != head.ok()
            {
                copies::make(&folder, now).map(Some)
            } else {
                Ok(None)
            }
        });
        match made.await {
            Ok(Ok(Some(copy))) => tracing::info!(bytes = copy.bytes, "a copy of the data was made"),
            Ok(Ok(None)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "no copy of the data could be made; trying again"),
            Err(_) => return,
        }
        wait = LOOK;
    }
}

/// A copy from the future was made by a clock that was wrong.
fn is_due(newest: Option<Timestamp>, now: Timestamp) -> bool {
    newest.is_none_or(|at| at > now || now.since(at) >= DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_due_after_a_day_and_when_there_is_none() {
        let now = Timestamp::from_ms(1_795_291_544_000);
        let before = |hours: i64| Some(Timestamp::from_ms(now.as_ms() - hours * 3_600_000));
        assert!(is_due(None, now) && is_due(before(24), now) && is_due(before(-2), now));
        assert!(!is_due(before(23), now));
    }
}
