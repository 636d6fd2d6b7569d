use super::{
    AttemptEnd, Budget, CallState, ConversationId, Decision, FinishReason, Lane, MessageId, Ownership,
    Placement, PlanItem, Reason, TaskError, TaskId, Timestamp, Usage,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A place in the log. Grows with every commit, is never used twice, and is the only order there is.
pub type Seq = i64;

/// A running task has written or thought something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignOfLife {
    /// Which.
    pub task_id: TaskId,
    /// UTF-8 bytes that its attempt has written so far; `None` when it only thought.
    pub bytes: Option<u64>,
}

/// One fact about a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Event {
    /// Its place in the log.
    pub seq: Seq,
    /// The task it is about.
    pub task_id: TaskId,
    /// That task's conversation.
    pub conversation_id: ConversationId,
    /// When it was stored.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened to a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// Accepted, with its way back.
    Queued {
        /// Who is told, and how.
        lane: Lane,
        /// Fixed for the life of the task.
        ownership: Ownership,
    },
    /// An attempt was opened; stored before the request leaves.
    Started {
        /// Number of the attempt, from 1.
        attempt: u32,
        /// `provider/model` asked.
        model: String,
    },
    /// The answer of this attempt is made at the provider and goes on there when nobody listens.
    WentRemote {
        /// Its number.
        attempt: u32,
        /// It waits there in a batch, and comes in one piece some time within a day.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(optional, as = "Option<bool>")]
        in_batch: bool,
    },
    /// Text of the answer, exactly as far as it is on disk.
    TextDelta {
        /// The attempt that brought it.
        attempt: u32,
        /// Bytes of that attempt's text before this piece.
        offset: u64,
        /// The piece.
        text: String,
    },
    /// What the model thought aloud on its way to the answer; no part of its text.
    Thought {
        /// The attempt that brought it.
        attempt: u32,
        /// The piece.
        text: String,
    },
    /// The attempt ended.
    AttemptEnded {
        /// Its number.
        attempt: u32,
        /// How.
        end: AttemptEnd,
        /// Why, unless it was complete.
        error: Option<TaskError>,
        /// What it used.
        usage: Usage,
    },
    /// Back in the queue by itself.
    Requeued {
        /// Why.
        reason: Reason,
        /// Not before.
        due_at: Option<Timestamp>,
    },
    /// A part of the answer is done, and the next one is due.
    PartDone {
        /// Parts done so far.
        done: u64,
        /// Parts in all.
        total: u64,
        /// What the part was about.
        label: String,
    },
    /// The model asked for tools, and they are next.
    ToolsAsked {
        /// The attempt that asked.
        attempt: u32,
        /// How many.
        calls: u32,
    },
    /// Work on the tools begins.
    ToolsBegun,
    /// A call was begun: stored before it does anything.
    CallStarted {
        /// Its number within the task.
        call: u32,
        /// What was called.
        tool: String,
        /// What it does, in a few words.
        label: String,
        /// The yes that it uses up; `None` for one that only looks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        approval: Option<i64>,
    },
    /// A call ended.
    CallEnded {
        /// Its number within the task.
        call: u32,
        /// How.
        state: CallState,
        /// One fact about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        fact: Option<String>,
    },
    /// The tools that were asked for are done, and the model is told.
    ToolsEnded,
    /// A call waits for a yes, or a question for its answer.
    ApprovalAsked {
        /// Its number.
        approval: i64,
        /// The call.
        call: u32,
        /// What would happen.
        summary: String,
    },
    /// The user decided.
    ApprovalDecided {
        /// Its number.
        approval: i64,
        /// What.
        decision: Decision,
        /// Where: `window`, `cli`, `notice`, or the rule that allowed it.
        by: String,
    },
    /// The agent said what it is about to do, and how far it is.
    PlanChanged {
        /// All of it.
        plan: Vec<PlanItem>,
    },
    /// The user said something to the agent; it is told with its next request.
    Said {
        /// What.
        text: String,
    },
    /// Files that the task changed are as they were before it.
    PutBack {
        /// How many.
        restored: u32,
        /// How many stayed, because they were edited since.
        conflicts: u32,
        /// The names of those that are as before, of very many the first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<String>>")]
        files: Vec<String>,
    },
    /// The user has to do something.
    Waiting {
        /// What for.
        reason: Reason,
        /// The cause and the next step.
        error: TaskError,
    },
    /// The user wants it set aside; the engine closes the connection.
    PauseRequested,
    /// Set aside by the user, with the text so far.
    Paused,
    /// The user asked to go on.
    Resumed,
    /// The user gave it another budget.
    BudgetChanged {
        /// From now on.
        budget: Budget,
    },
    /// The user had another model go on.
    ModelChanged {
        /// `provider/model` from now on.
        model: String,
    },
    /// The user sent a running task to the background, or came back to watch.
    LaneChanged {
        /// The lane from now on.
        lane: Lane,
    },
    /// The user wants it stopped; the engine closes the connection.
    CancelRequested,
    /// The answer is complete and stands in the conversation.
    Completed {
        /// How the provider ended it.
        finish_reason: FinishReason,
        /// The message that holds the text.
        message_id: MessageId,
    },
    /// Given up.
    Failed {
        /// Cause, what was kept, next step.
        error: TaskError,
        /// The message that holds the partial text, if there was any.
        message_id: Option<MessageId>,
    },
    /// Stopped by the user.
    Cancelled {
        /// The message that holds the partial text, if there was any.
        message_id: Option<MessageId>,
    },
    /// A channel was told of the outcome.
    Delivered {
        /// `inbox`, `native`, …
        channel: String,
    },
    /// A channel could not be told.
    NotDelivered {
        /// `native`, …
        channel: String,
        /// Why, in plain words.
        error: String,
    },
    /// The user looked at the outcome.
    Seen,
    /// The user wants it at hand, or no longer.
    Pinned {
        /// From now on.
        pinned: bool,
    },
    /// The user said where an answer belongs that came back after its chat had gone on.
    Placed {
        /// From now on; `None` for where it came back.
        placement: Option<Placement>,
    },
}
