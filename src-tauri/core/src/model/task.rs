use super::{
    Attachment, Budget, ChildTask, ConversationId, DeliveryState, Forecast, Lane, MessageId, PlanItem,
    Reason, Receipt, Seq, TaskId, TaskState, Tier, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ts_rs::TS;

/// One prompt to be answered, durable from the moment its id was given out.
///
/// `text` is not here: it can be long and changes often, so it is read or followed by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Task {
    /// Its name.
    pub id: TaskId,
    /// The conversation it was asked in, and where its answer goes.
    pub conversation_id: ConversationId,
    /// The place of its prompt in the conversation, from 1. Versions of a prompt and retries share a turn.
    pub turn: u32,
    /// The branch of the conversation it stands in: 0 for the first; each edited prompt begins one.
    pub branch: u32,
    /// The place in the log at which it was put forward as the answer of its prompt: the highest of them is shown.
    pub shown_seq: Seq,
    /// The user message it answers.
    pub prompt_id: MessageId,
    /// Who is told, and how.
    pub lane: Lane,
    /// Where it is in its life.
    pub state: TaskState,
    /// What it is queued, waiting or paused for.
    pub reason: Option<Reason>,
    /// When the engine looks at it again; `None` means at once, or not by itself. For an answer somebody watches that waits for
    /// the limit of the day: its end.
    pub due_at: Option<Timestamp>,
    /// A short name taken from the prompt.
    pub title: String,
    /// The prompt as it was sent.
    pub prompt: String,
    /// The files that went with it.
    pub attachments: Vec<Attachment>,
    /// `provider/model` as chosen when it was sent.
    pub model: String,
    /// The task that started it for a part of its work; `None` for what a user asked for.
    pub parent_id: Option<TaskId>,
    /// The agent that works on it; `None` when a model answers by itself.
    pub agent: Option<String>,
    /// The folder in which that works.
    pub folder: Option<String>,
    /// The folder that this is a copy of; `None` when it works in the folder itself.
    pub copy_of: Option<String>,
    /// What it says it will do, and how far it is.
    pub plan: Vec<PlanItem>,
    /// Questions of it that are open: things that need a yes, or an answer.
    pub approvals: u32,
    /// How long its agent was at work, those that it started included; `None` without an agent, whose attempts say it.
    pub worked: Option<Worked>,
    /// Files of its folder that it changed, or a task that it started.
    pub files_changed: u32,
    /// Attempts opened so far.
    pub attempt: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When the first attempt was opened.
    pub started_at: Option<Timestamp>,
    /// When it reached a final state.
    pub ended_at: Option<Timestamp>,
    /// When it was sent to the background, by whatever way.
    pub detached_at: Option<Timestamp>,
    /// A count with a real total; `None` where there is none.
    pub progress: Option<Progress>,
    /// What was done so far, one row for each attempt; of a task in parts all of them, one row for each.
    pub steps: Vec<StepRow>,
    /// What its user told its agent or took back, oldest first; of very much the newest.
    pub remarks: Vec<super::Remark>,
    /// The tasks that it started for parts of its work, in their order.
    pub children: Vec<ChildTask>,
    /// How the answer ended, from the provider.
    pub finish_reason: Option<FinishReason>,
    /// What it used, summed over its attempts and those of the tasks that it started.
    pub usage: Usage,
    /// What it may use before its user is asked; `None` for as much as it takes.
    pub budget: Option<Budget>,
    /// Where it came from, where it works, where its answer goes: fixed before it starts.
    pub ownership: Ownership,
    /// The duty to tell the user; `None` for an answer somebody watched.
    pub delivery: Option<TaskDelivery>,
    /// True when nobody is told of it outside the app, whatever comes of it.
    pub muted: bool,
    /// Why it failed or waits.
    pub error: Option<TaskError>,
    /// Where another model went on.
    pub seams: Vec<Seam>,
    /// Milliseconds that the model thought aloud before and while it answered; `None` when it did not.
    pub thought_ms: Option<u64>,
    /// The task this one tries again.
    pub retry_of: Option<TaskId>,
    /// True when it is answered in a batch: for half the price, some time within a day.
    pub in_batch: bool,
    /// True while its answer is made at the provider and goes on there, also when this computer sleeps.
    pub is_remote: bool,
    /// How long it was said to take when it was sent; `None` when nothing was known, and for what is made in parts or a batch.
    pub forecast: Option<Forecast>,
    /// When the background was to be suggested for it.
    pub tier: Tier,
    /// True when nobody has looked at its outcome yet.
    pub unread: bool,
    /// True for what the user keeps at hand.
    pub pinned: bool,
    /// What the user did with an answer that came back after its chat had gone on.
    pub placement: Option<Placement>,
    /// The newest event about it.
    pub head: Seq,
}

/// Where an answer belongs that came back after its chat had gone on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// To what was said: models are told it, as every answer.
    Inserted,
    /// Beside it: shown folded, and no model is told.
    Aside,
    /// Nowhere: a line says that it was there, and no model is told.
    Discarded,
}

/// The duty to tell, as shown with its task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TaskDelivery {
    /// How far it got.
    pub state: DeliveryState,
    /// The channels that were told, such as `inbox` and `native`.
    pub channels: Vec<String>,
    /// Why this desktop could not be told, in plain words; of the other channels their receipts say it.
    pub error: Option<String>,
    /// What each channel did.
    pub receipts: Vec<Receipt>,
}

/// An answer that is made at its provider and goes on there when nobody listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteRun {
    /// The provider's name for it.
    pub id: String,
    /// How far it was heard, in the provider's own words; `None` when nothing was.
    pub cursor: Option<String>,
}

/// A task that is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PutForward {
    /// The task.
    pub task: Task,
    /// What was shown in its place before, and the chat went on from; `None` when nothing changed.
    pub instead_of: Option<TaskId>,
}

/// A place in an answer from which on another model wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Seam {
    /// `provider/model` that wrote what stands before.
    pub from: String,
    /// The last words of that.
    pub after: String,
}

/// A count with a real total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Progress {
    /// Units done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
    /// The unit, plural.
    pub unit: String,
    /// What is being counted.
    pub label: String,
}

impl Task {
    /// Whether the app gave it to itself.
    pub fn is_of_system(&self) -> bool {
        self.ownership.origin == Origin::System
    }

    /// How long it was worked on until `now` or its end, without what lies between its attempts; nothing before the first.
    pub fn worked(&self, now: Timestamp) -> Duration {
        if let Some(worked) = self.worked {
            return worked.until(now);
        }
        let now = self.ended_at.unwrap_or(now);
        let attempts =
            self.steps.iter().filter_map(|step| Some((step.started_at?, step.ended_at.unwrap_or(now))));
        attempts.map(|(start, end)| end.since(start)).sum()
    }
}

/// Time at work: models thought and tools did something; nobody was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Worked {
    /// Milliseconds, of what is over.
    pub ms: u64,
    /// What is being done began then.
    pub since: Option<Timestamp>,
}

impl Worked {
    /// All of it until `now`.
    pub fn until(&self, now: Timestamp) -> Duration {
        let since = self.since.map_or(Duration::ZERO, |since| now.since(since));
        Duration::from_millis(self.ms) + since
    }
}

/// One line of the progress tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StepRow {
    /// What it does, such as `Ask qwen3`.
    pub label: String,
    /// Whether it is done.
    pub state: StepState,
    /// One fact about it, such as why it ended.
    pub fact: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Being done.
    Current,
    /// Done.
    Done,
    /// Ended without its result.
    Failed,
}

/// Where a task was asked, is worked on and answers; and how its user is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Ownership {
    /// The surface it was asked from.
    pub origin: Origin,
    /// The surface that shows its work.
    pub work: Surface,
    /// The surface its answer goes to.
    #[serde(rename = "final")]
    pub end: Surface,
    /// How the user is told.
    pub mode: DeliveryMode,
}

/// Who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The chat window.
    Window,
    /// The quick-ask field.
    QuickAsk,
    /// The command line.
    Cli,
    /// The HTTP API.
    Api,
    /// Another app: it was asked there, and brought in with what was answered.
    Import,
    /// Meanwhile itself, such as for the name of a chat: nobody is told, and it stands in no conversation.
    System,
}

/// A place where work or an answer is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Surface {
    /// A conversation.
    Conversation(ConversationId),
    /// The page of a task.
    Task(TaskId),
}

/// How the user is told of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryMode {
    /// The conversation takes the answer, and a notice points to it.
    #[default]
    ParentMediated,
    /// The notice carries the answer itself.
    Direct,
    /// No notice by the OS for an answer; badge, row and result always, and failures still ask.
    Suppressed,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// The model was done.
    Stop,
    /// The model's own limit on length.
    Length,
    /// The provider's filter.
    ContentFilter,
    /// The model asked for a tool.
    ToolCalls,
    /// Stopped by the user; the text is what was there.
    Cancelled,
    /// Cut, and taken by the user as it was.
    Accepted,
    /// Ended in a way the provider did not name.
    Other,
}

/// What an answer used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Usage {
    /// Tokens read; `None` when neither told nor estimated.
    pub input_tokens: Option<u64>,
    /// Tokens written.
    pub output_tokens: Option<u64>,
    /// Of the tokens read, those that came from the provider's cache; `None` for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cached_tokens: Option<u64>,
    /// Of the tokens written, those for reasoning; `None` for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reasoning_tokens: Option<u64>,
    /// US dollars; `None` means unknown, never zero.
    pub cost_usd: Option<f64>,
    /// True when the counts are our own estimate (four characters a token) because the provider sent none.
    pub estimated: bool,
}

/// Why a task failed or waits, for people and for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TaskError {
    /// Stable, such as `unauthorized` or `truncated`.
    pub code: String,
    /// The cause in one plain sentence.
    pub message: String,
    /// What was kept and the next step.
    pub hint: String,
    /// True when trying again may help without changing anything.
    pub retryable: bool,
}

/// One try at a task: one request to one provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Attempt {
    /// Its task.
    pub task_id: TaskId,
    /// From 1.
    pub number: u32,
    /// `provider/model` asked.
    pub model: String,
    /// When the intent to ask was stored, before the request left.
    pub started_at: Timestamp,
    /// When it was settled.
    pub ended_at: Option<Timestamp>,
    /// How it was settled; `None` while open.
    pub end: Option<AttemptEnd>,
    /// The error that ended it.
    pub error: Option<TaskError>,
    /// What it used.
    pub usage: Usage,
    /// The text of an attempt whose answer is not the task's result; empty otherwise.
    pub kept_text: String,
}

/// How an attempt was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum AttemptEnd {
    /// A terminal marker from the provider is stored.
    Complete,
    /// The stream ended or failed before one came.
    Interrupted,
    /// The provider refused.
    Refused,
    /// The user stopped it.
    Cancelled,
}
