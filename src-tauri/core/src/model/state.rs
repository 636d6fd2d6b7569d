use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the user is told about a task. It never decides how the work is done, and may change while the task runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Somebody watches the answer arrive, or nobody is to be told at all: it is of the system.
    Interactive,
    /// The user went on; the outcome is delivered.
    Background,
}

/// Where a task is in its life. Final states stay final; a retry by the user is a new task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Ready to be worked on, or due later; `Reason` says what it waits for.
    Queued,
    /// An attempt is open under the lease of a live run.
    Running,
    /// Stopped until the user does something; `Reason` says what.
    Waiting,
    /// Set aside, by the user or with its conversation, and taken up again in the same way.
    Paused,
    /// The answer is complete.
    Completed,
    /// The answer will not come; the error says why and what to do.
    Failed,
    /// The user stopped it; what was there is kept.
    Cancelled,
}

/// Why a task is queued, waiting or paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// All places for parallel work are taken.
    Slot,
    /// The provider cannot be reached; tried again at `due_at`.
    Network,
    /// No answer came in time, or it ended too early; tried again at `due_at`.
    BrokeOff,
    /// The provider asked for a pause until `due_at`.
    RateLimit,
    /// The provider is overloaded or in trouble; tried again at `due_at`.
    Overloaded,
    /// The process ended while this was running; it is taken up again.
    Restarted,
    /// No usable key, or none that can be read now; while queued it is tried again at `due_at`.
    Key,
    /// The account has no credit.
    Billing,
    /// The model or its provider is gone.
    Model,
    /// Its budget is used up, or cannot be kept.
    Budget,
    /// What everything together may use today is used up; in the background it goes on at `due_at`.
    DayLimit,
    /// An answer somebody watched was cut; continuing costs money, so the user decides.
    Interrupted,
    /// What an agent wants to do needs a yes.
    Approval,
    /// An agent asked something.
    Question,
    /// Its conversation is in the trash; it goes on when that is restored.
    Trash,
    /// Tasks that belong together wait for each other: one for those that it started, one of those for what the others need of
    /// their budget, and while it is paused for the task that started it.
    Children,
}

/// What moves a task from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The engine takes the task and opens an attempt.
    Claim,
    /// The attempt ended without an answer and another one is due.
    Retry,
    /// Only the user can remove the obstacle.
    Ask,
    /// The user removed it, or asks to go on.
    Resume,
    /// The user sets it aside.
    Pause,
    /// A complete answer is stored.
    Finish,
    /// Given up, with a reason.
    Fail,
    /// The user does not want it any more.
    Cancel,
}

/// A step that the present state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a task that is {} cannot take the step {}", self.state.word(), self.step.word())]
pub struct IllegalStep {
    /// The state the task is in.
    pub state: TaskState,
    /// The step that was asked for.
    pub step: Step,
}

impl TaskState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Running,
        Self::Waiting,
        Self::Paused,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The state after `step`; the only list of legal transitions.
    ///
    /// # Errors
    /// [`IllegalStep`] when `step` is not allowed from here.
    pub fn next(self, step: Step) -> Result<Self, IllegalStep> {
        use Step::{Ask, Cancel, Claim, Fail, Finish, Pause, Resume, Retry};
        use TaskState::{Cancelled, Completed, Failed, Paused, Queued, Running, Waiting};
        match (self, step) {
            (Queued, Claim) => Ok(Running),
            (Running, Retry) | (Waiting | Paused, Resume) => Ok(Queued),
            (Running | Queued, Ask) => Ok(Waiting),
            (Queued | Running | Waiting, Pause) => Ok(Paused),
            (Running | Waiting, Finish) => Ok(Completed),
            (Running, Fail) => Ok(Failed),
            (Queued | Running | Waiting | Paused, Cancel) => Ok(Cancelled),
            (state, step) => Err(IllegalStep { state, step }),
        }
    }

    /// True once nothing about the outcome can change.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// The heading under which people find it.
    pub fn group(self) -> Group {
        match self {
            Self::Queued | Self::Running => Group::Working,
            Self::Waiting | Self::Paused => Group::NeedsYou,
            Self::Failed => Group::Failed,
            Self::Completed | Self::Cancelled => Group::Done,
        }
    }

    /// The stored and spoken word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 8] = [
        Self::Claim,
        Self::Retry,
        Self::Ask,
        Self::Resume,
        Self::Pause,
        Self::Finish,
        Self::Fail,
        Self::Cancel,
    ];

    /// The stored and spoken word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Retry => "retry",
            Self::Ask => "ask",
            Self::Resume => "resume",
            Self::Pause => "pause",
            Self::Finish => "finish",
            Self::Fail => "fail",
            Self::Cancel => "cancel",
        }
    }
}

/// The four groups of tasks. The window sets what is paused apart from what needs you.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Queued or running.
    Working,
    /// Waiting for the user, or paused by the user.
    NeedsYou,
    /// Failed.
    Failed,
    /// Completed or cancelled.
    Done,
}

#[cfg(test)]
mod tests {
    use super::*;
    use Step::*;

    #[test]
    fn the_lists_of_states_and_steps_are_whole() {
        // Asked for a word it does not know, serde names all it knows.
        let known = |error: serde_json::Error| error.to_string().matches('`').count() / 2 - 1;
        assert_eq!(known(serde_json::from_str::<TaskState>("\"?\"").unwrap_err()), TaskState::ALL.len());
        assert_eq!(known(serde_json::from_str::<Step>("\"?\"").unwrap_err()), Step::ALL.len());
    }

    #[test]
    fn no_step_leaves_a_final_state() {
        for state in TaskState::ALL.into_iter().filter(|s| s.is_final()) {
            for step in Step::ALL {
                assert_eq!(state.next(step), Err(IllegalStep { state, step }));
            }
        }
    }

    #[test]
    fn every_state_that_is_not_final_can_be_cancelled() {
        for state in TaskState::ALL.into_iter().filter(|s| !s.is_final()) {
            assert_eq!(state.next(Cancel), Ok(TaskState::Cancelled));
        }
    }

    #[test]
    fn only_a_queued_task_can_be_claimed() {
        let claimable: Vec<_> = TaskState::ALL.into_iter().filter(|s| s.next(Claim).is_ok()).collect();
        assert_eq!(claimable, [TaskState::Queued]);
    }
}
