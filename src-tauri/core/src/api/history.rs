//! What was done, looked back on.

use super::Core;
use crate::command::CommandError;
use crate::model::{Away, FoundTasks, Placement, TaskId, TaskQuery, Timeline, Timestamp};
use std::time::Duration;

/// What a timeline covers at most: a day on which the clocks were put back, and some.
const MOST: Duration = Duration::from_secs(8 * 24 * 3600);

/// Nobody is away for less. Source: it is about a cup of coffee; whoever only changed windows is not greeted.
const AWAY: Duration = Duration::from_secs(5 * 60);

impl Core {
    /// Tasks that fit, a page at a time.
    ///
    /// # Errors
    /// `Invalid` for a limit that is not 1 to 200, and for a cursor that is none.
    pub async fn find_tasks(&self, query: TaskQuery) -> Result<FoundTasks, CommandError> {
        if !(1..=200).contains(&query.limit) {
            return Err(CommandError::invalid("limit is between 1 and 200"));
        }
        Ok(self.store().find_tasks(query).await?)
    }

    /// What was worked on between two moments, such as the beginning and the end of a day; `None` for today.
    ///
    /// # Errors
    /// `Invalid` when the second is not after the first, or more than eight days.
    pub async fn timeline(&self, between: Option<(Timestamp, Timestamp)>) -> Result<Timeline, CommandError> {
        let now = self.inner.clock.now();
        let (from, to) = between.unwrap_or_else(|| {
            let today = self.inner.clock.day(now);
            (today.start, today.end)
        });
        if to <= from || to.since(from) > MOST {
            return Err(CommandError::invalid(
                "a timeline goes from one moment to a later one, at most eight days",
            ));
        }
        Ok(self.store().timeline(from, to, now).await?)
    }

    /// Keeps a task at hand, or no longer.
    pub async fn pin_task(&self, id: &TaskId, pinned: bool) -> Result<(), CommandError> {
        Ok(self.store().pin(id.clone(), pinned).await?)
    }

    /// Says where an answer belongs that came back after its chat had gone on; `None` for where it came back.
    ///
    /// # Errors
    /// `Invalid` for what is no complete answer.
    pub async fn place_answer(&self, id: &TaskId, placement: Option<Placement>) -> Result<(), CommandError> {
        Ok(self.store().place(id.clone(), placement).await?)
    }

    /// The user turns to a window. When they were away, and something happened that they have not seen, this says what.
    pub async fn come_back(&self) -> Result<Option<Away>, CommandError> {
        let Some((since, seq)) = self.store().look().await? else { return Ok(None) };
        let now = self.inner.clock.now();
        if now.since(since) < AWAY {
            return Ok(None);
        }
        let away = self.store().away(since, seq, now).await?;
        Ok(Some(away).filter(|away| !away.tasks.is_empty()))
    }

    /// The user turns away from the last window.
    pub async fn leave(&self) -> Result<(), CommandError> {
        self.store().look().await?;
        Ok(())
    }

    /// The computer slept between these moments.
    pub async fn slept(&self, from: Timestamp, to: Timestamp) -> Result<(), CommandError> {
        Ok(self.store().slept(from, to).await?)
    }
}
