//! Work: run the attempts that were taken up, close what the user stopped, watch the time.
//!
//! Knows no SQL, no HTTP and no notices. There is one way to start work, also after a crash: the store takes it up in the
//! transaction that makes it due.

mod attempt;
mod explain;
pub mod history;
mod program;
mod received;
mod recovery;
mod retry;
pub mod tools;
mod unwanted;

pub use explain::explain;
pub use recovery::plan as recovery_plan;

use crate::clock::{Clock, until};
use crate::model::{TaskId, Timestamp};
use crate::outside::Sessions;
use crate::providers::Providers;
use crate::servers::Servers;
use crate::store::{Claimed, Store, StoreError};
use history::History;
use meanwhile_page::Reach;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use unwanted::Stops;

/// Timers stop while a computer sleeps, so a deadline in the future is looked at again at least this often.
const TICK: Duration = Duration::from_secs(30);

/// What the engine works with.
pub struct Engine {
    /// Where the work is.
    pub store: Store,
    /// How models are reached.
    pub providers: Arc<Providers>,
    /// How servers of tools are.
    pub servers: Arc<Servers>,
    /// What agents change.
    pub history: History,
    /// Agents that are programs, and wait.
    pub sessions: Arc<Sessions>,
    /// How pages are reached.
    pub pages: Reach,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// An attempt that is being made.
struct Running {
    task_id: TaskId,
    attempt: u32,
    /// Its model is not asked: what it asked for is being done.
    is_at_tools: bool,
    stop: CancellationToken,
}

impl Engine {
    /// Works until `stop`; attempts that are open then are cut and taken up at the next start.
    pub async fn work(self, stop: CancellationToken) {
        let mut steps = self.store.steps();
        let mut attempts = JoinSet::new();
        let mut running: HashMap<Id, Running> = HashMap::new();
        let mut stops = Stops::default();
        let Ok(mut claims) = self.store.claims().await else { return };
        let mut taken_up_at = Timestamp::from_ms(0);
        let mut at_least = self.take_up(&mut taken_up_at).await;
        let mut look_again_at = None;
        let mut is_changed = true;
        loop {
            if std::mem::take(&mut is_changed) {
                steps.mark_unchanged();
                while let Ok(claimed) = claims.try_recv() {
                    self.start(claimed, &mut attempts, &mut running, &stop);
                }
                let wait = match self.look(&running, &mut stops, taken_up_at) {
                    Ok(wait) => wait.map(|wait| wait.max(at_least)),
                    Err(StoreError::Closed) => break,
                    Err(error) => {
                        tracing::warn!(%error, "the work to do could not be read; trying again");
                        Some(TICK)
                    }
                };
                look_again_at = wait.map(|wait| Instant::now() + wait);
            }
            tokio::select! {
                () = stop.cancelled() => break,
                Some(claimed) = claims.recv() => self.start(claimed, &mut attempts, &mut running, &stop),
                changed = steps.changed() => match changed {
                    Ok(()) => is_changed = true,
                    Err(_) => break,
                },
                () = stops.one_asked() => is_changed = true,
                Some(ended) = attempts.join_next_with_id() => self.reap(&mut attempts, &mut running, ended),
                () = until(look_again_at) => {
                    at_least = self.take_up(&mut taken_up_at).await;
                    is_changed = true;
                }
            }
        }
        drop(claims);
        // Dropping the set closes every connection; the leases name this run, so nothing is forgotten.
        attempts.shutdown().await;
    }

    /// Takes up what became due by the time alone. Gives the pause before the next try: none, or some after an error.
    async fn take_up(&self, taken_up_at: &mut Timestamp) -> Duration {
        let now = self.clock.now();
        match self.store.take_up_due().await {
            Ok(()) => {
                *taken_up_at = now;
                Duration::ZERO
            }
            Err(error) => {
                tracing::warn!(%error, "work could not be taken up; trying again");
                TICK
            }
        }
    }

    fn start(
        &self,
        claimed: Claimed,
        attempts: &mut JoinSet<()>,
        running: &mut HashMap<Id, Running>,
        stop: &CancellationToken,
    ) {
        let (task_id, attempt, token) = (claimed.task_id.clone(), claimed.attempt, stop.child_token());
        let (providers, clock) = (Arc::clone(&self.providers), Arc::clone(&self.clock));
        let (store, is_at_tools) = (self.store.clone(), !claimed.calls.is_empty());
        let (history, sessions) = (self.history.clone(), Arc::clone(&self.sessions));
        let id = if is_at_tools {
            let servers = Arc::clone(&self.servers);
            let places = tools::Places { history, servers, sessions, pages: self.pages.clone() };
            attempts.spawn(tools::run(store, clock, places, claimed, token.clone())).id()
        } else {
            let outside = attempt::Outer { history, sessions };
            attempts.spawn(attempt::run(store, providers, outside, clock, claimed, token.clone())).id()
        };
        tracing::info!(task = %task_id, attempt, is_at_tools, "started");
        running.insert(id, Running { task_id, attempt, is_at_tools, stop: token });
    }

    /// Stops what is to be stopped, and says when the time may have made something due.
    fn look(
        &self,
        running: &HashMap<Id, Running>,
        stops: &mut Stops,
        taken_up_at: Timestamp,
    ) -> Result<Option<Duration>, StoreError> {
        let now = self.clock.now();
        let agenda = self.store.agenda(taken_up_at, now)?;
        let programs = self.sessions.tasks();
        if !programs.is_empty() {
            self.sessions.keep_only(&self.store.at_work(&programs)?);
        }
        stops.ask(&self.store, &self.providers, agenda.unwanted);
        for task in agenda.stops {
            running.values().filter(|r| r.task_id == task).for_each(|r| r.stop.cancel());
        }
        if taken_up_at > now {
            // The clock was set back: what was not due then may be now, and the other way round.
            return Ok(Some(Duration::from_millis(1)));
        }
        let next = agenda.next_due_at.map(|at| at.since(now).min(TICK).max(Duration::from_millis(1)));
        // What is due and was not taken up waits for a place, and a change makes it; unless a change could not do it.
        Ok(next.or(agenda.has_due.then_some(TICK)))
    }

    /// An attempt settles itself; one that panicked is settled here, and only it is lost.
    fn reap(
        &self,
        attempts: &mut JoinSet<()>,
        running: &mut HashMap<Id, Running>,
        ended: Result<(Id, ()), JoinError>,
    ) {
        let (id, panicked) = match ended {
            Ok((id, ())) => (id, false),
            Err(error) => (error.id(), error.is_panic()),
        };
        let Some(Running { task_id, attempt, is_at_tools, .. }) = running.remove(&id) else { return };
        if panicked {
            tracing::error!(task = %task_id, attempt, "an attempt panicked");
            let store = self.store.clone();
            attempts.spawn(async move {
                if is_at_tools {
                    return tools::settle(&store, &task_id, tools::panicked()).await;
                }
                attempt::settle(&store, &task_id, attempt, attempt::panicked()).await;
            });
        }
    }
}
