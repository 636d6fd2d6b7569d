//! Work: follow the log, take up what is due, run attempts, close what the user stopped.
//!
//! Knows no SQL, no HTTP and no notices. There is one way to start work, also after a crash.

mod attempt;
mod explain;
mod recovery;
mod retry;

pub use explain::explain;
pub use recovery::plan as recovery_plan;

use crate::clock::Clock;
use crate::model::TaskId;
use crate::providers::Providers;
use crate::store::{Claimed, Store, StoreError};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// Timers stop while a computer sleeps, so a deadline in the future is looked at again at least this often.
const TICK: Duration = Duration::from_secs(30);

/// What the engine works with.
pub struct Engine {
    /// Where the work is.
    pub store: Store,
    /// How models are reached.
    pub providers: Arc<Providers>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// An attempt that is being made.
struct Running {
    task_id: TaskId,
    attempt: u32,
    stop: CancellationToken,
}

impl Engine {
    /// Works until `stop`; attempts that are open then are cut and taken up at the next start.
    pub async fn work(self, stop: CancellationToken) {
        let mut steps = self.store.steps();
        let mut attempts = JoinSet::new();
        let mut running: HashMap<Id, Running> = HashMap::new();
        loop {
            steps.mark_unchanged();
            let wait = match self.look(&mut attempts, &mut running, &stop).await {
                Ok(wait) => wait,
                Err(StoreError::Closed) => break,
                Err(error) => {
                    tracing::warn!(%error, "work could not be taken up; trying again");
                    Some(TICK)
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                changed = steps.changed() => if changed.is_err() { break },
                Some(ended) = attempts.join_next_with_id() => self.reap(&mut running, ended).await,
                () = pause(wait) => {}
            }
        }
        // Dropping the set closes every connection; the leases name this run, so nothing is forgotten.
        attempts.shutdown().await;
    }

    /// Starts what is due, stops what is to be stopped, and says when to look again by itself.
    async fn look(
        &self,
        attempts: &mut JoinSet<()>,
        running: &mut HashMap<Id, Running>,
        stop: &CancellationToken,
    ) -> Result<Option<Duration>, StoreError> {
        let now = self.clock.now();
        let agenda = self.store.agenda(now)?;
        if agenda.has_due {
            for claimed in self.store.claim_due(agenda.places).await? {
                let token = stop.child_token();
                let run = attempt::run(
                    self.store.clone(),
                    Arc::clone(&self.providers),
                    Arc::clone(&self.clock),
                    claimed.clone(),
                    token.clone(),
                );
                let id = attempts.spawn(run).id();
                let Claimed { task_id, attempt, .. } = claimed;
                tracing::info!(task = %task_id, attempt, "started");
                running.insert(id, Running { task_id, attempt, stop: token });
            }
        }
        for task in agenda.stops {
            running.values().filter(|r| r.task_id == task).for_each(|r| r.stop.cancel());
        }
        Ok(agenda.next_due_at.map(|at| at.since(now).min(TICK).max(Duration::from_millis(1))))
    }

    /// An attempt settles itself; one that panicked is settled here, and only it is lost.
    async fn reap(&self, running: &mut HashMap<Id, Running>, ended: Result<(Id, ()), JoinError>) {
        let (id, panicked) = match ended {
            Ok((id, ())) => (id, false),
            Err(error) => (error.id(), error.is_panic()),
        };
        let Some(Running { task_id, attempt, .. }) = running.remove(&id) else { return };
        if panicked {
            tracing::error!(task = %task_id, attempt, "an attempt panicked");
            if let Err(error) = self.store.settle(task_id, attempt, attempt::panicked()).await {
                tracing::error!(%error, "a panicked attempt could not be settled");
            }
        }
    }
}

async fn pause(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
