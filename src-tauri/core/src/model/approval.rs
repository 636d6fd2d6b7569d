use super::{ConversationId, TaskId, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ts_rs::TS;

/// A yes counts for so long from the moment in which it was asked for. Source: S-31 of the reliability notes.
pub const EXPIRES_AFTER: Duration = Duration::from_secs(24 * 3_600);

/// What a call of a tool does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum ToolEffect {
    /// Nothing: it looks, and can be done again.
    Read,
    /// It changes files of its folder.
    Write,
    /// It runs a program.
    Run,
    /// It asks somebody outside, who may do anything.
    Send,
}

/// How far a call of a tool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Asked for by the model, and not begun.
    Asked,
    /// Begun: what it does may have happened.
    Started,
    /// It did what was asked.
    Done,
    /// It did not.
    Failed,
    /// The user does not want it.
    Refused,
    /// It was begun and nobody knows how it ended.
    Unknown,
}

/// One call of a tool, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Call {
    /// Its number within its task, from 1.
    pub number: u32,
    /// What was called.
    pub tool: String,
    /// The JSON text of its arguments, in the model's own words.
    pub arguments: String,
    /// What it does, in a few words.
    pub label: String,
    /// How far it is.
    pub state: CallState,
    /// One fact about its end, such as `120 lines`.
    pub fact: Option<String>,
    /// What came of it, as the model is told.
    pub result: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it was begun.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A question that stops a task: what it wants to do stands here exactly as it will be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Approval {
    /// Its number.
    pub id: i64,
    /// The task that waits.
    pub task_id: TaskId,
    /// That task's conversation.
    pub conversation_id: ConversationId,
    /// What that task is called.
    pub title: String,
    /// The agent that asks.
    pub agent: String,
    /// The call it is about.
    pub call: u32,
    /// The tool.
    pub tool: String,
    /// What it does to the world; `None` for a question.
    pub effect: Option<ToolEffect>,
    /// What will happen, in a few words.
    pub summary: String,
    /// What will happen, exactly.
    pub detail: Detail,
    /// Why it is asked again, or what else to know; empty for nothing.
    pub note: String,
    /// The hash over all that the yes is for: with another one it counts for nothing.
    pub hash: String,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// A yes after this does not count.
    pub expires_at: Timestamp,
    /// What was decided; `None` while it is open.
    pub decision: Option<Decision>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Where: `window`, `cli`, `notice`, `tray`, or the rule that allowed it.
    pub decided_by: Option<String>,
    /// The answer, or why not, in the user's words.
    pub words: Option<String>,
}

/// What a call will do, so that it can be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Detail {
    /// Nothing more than its summary.
    None,
    /// A file as it is and as it will be. What cannot be seen in it is made visible.
    Diff {
        /// Within the folder.
        path: String,
        /// Unified.
        text: String,
        /// Lines that come.
        added: u32,
        /// Lines that go.
        removed: u32,
        /// There is no such file yet.
        is_new: bool,
    },
    /// A program.
    Command {
        /// What the shell gets.
        line: String,
        /// Where it runs.
        folder: String,
        /// What keeps it there, in words.
        sandbox: String,
        /// It is kept in that folder by the system.
        is_contained: bool,
        /// It reaches the network.
        network: bool,
    },
    /// A server of tools.
    Remote {
        /// The user's name for it.
        server: String,
        /// What is asked of it, by its own name.
        tool: String,
        /// What it is given: JSON, with everything hidden visible.
        arguments: String,
        /// Where it is: an address, or a program as it would be typed.
        place: String,
        /// The hash of where it is and of all it says about the tool: what a standing yes is for.
        definition: String,
    },
    /// A page of the web. All that is sent is its address.
    Page {
        /// All of it, as it is sent.
        url: String,
        /// Who is asked, with its port if that is not the usual one: what a standing yes is for.
        host: String,
        /// It is a computer in the user's own network.
        is_near: bool,
    },
    /// The agent wants to know something.
    Question {
        /// What.
        text: String,
        /// Answers to choose from; others can be given.
        options: Vec<String>,
    },
}

impl Detail {
    /// Who outside is asked, and answers.
    pub fn source(&self) -> Option<String> {
        match self {
            Self::Remote { server, .. } => Some(format!("server {server}")),
            Self::Page { host, .. } => Some(format!("page {host}")),
            _ => None,
        }
    }
}

/// What the user says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes, this once. To a question: the answer is in the words.
    AllowOnce,
    /// Yes, and the same for the rest of this task.
    AllowTask,
    /// Yes, and the same tool in this folder, or of this server, or pages of this host, from now on.
    AllowAlways,
    /// No.
    Reject,
    /// No, and never the same tool in this folder; of programs never exactly this one.
    RejectAlways,
}

impl Decision {
    /// It is a no.
    pub fn is_no(self) -> bool {
        matches!(self, Self::Reject | Self::RejectAlways)
    }
}

/// A standing rule, which the user gave with [`Decision::AllowAlways`] or [`Decision::RejectAlways`] and can take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Permit {
    /// Its number.
    pub id: i64,
    /// The tool.
    pub tool: String,
    /// The folder; for a tool of a server, where that is. Empty for pages that are read without a folder.
    pub folder: String,
    /// The exact arguments, for a tool that runs programs; the host, for pages; `None` for any.
    pub arguments: Option<String>,
    /// When it was given.
    pub given_at: Timestamp,
    /// It does not count after this.
    pub expires_at: Timestamp,
    /// It says no, which wins over every yes.
    pub denies: bool,
}
