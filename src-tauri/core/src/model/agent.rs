use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Somebody who can be given work: how a model is instructed, and what it may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Agent {
    /// Its name, as it is called: letters, digits, `-` and spaces.
    pub name: String,
    /// What it is good for, in one sentence.
    pub about: String,
    /// Where it comes from.
    pub source: AgentSource,
    /// What its model is told first.
    pub instructions: String,
    /// The tools it may ask for.
    pub tools: Vec<String>,
    /// `provider/model` that it works with; `None` for the usual one.
    pub model: Option<String>,
    /// What the one that comes with Meanwhile is told, if this takes its place.
    pub original: Option<String>,
}

/// Where an agent comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum AgentSource {
    /// It comes with Meanwhile.
    Installed,
    /// A file in the user's folder of agents.
    Local,
    /// The same in the place of one that comes with Meanwhile: a copy that the user changed.
    Remixed,
}

/// The agent that works on a task, as it was when that was accepted: changing it later changes nothing here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentAtWork {
    /// Its name.
    pub name: String,
    /// What its model is told first.
    pub instructions: String,
    /// The tools it may ask for.
    pub tools: Vec<String>,
    /// The folder it works in, as an absolute path; `None` when it works in none.
    pub folder: Option<String>,
}

/// Which agent is to work on a prompt, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct AgentChoice {
    /// Its name.
    pub name: String,
    /// The folder it works in, as an absolute path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub folder: Option<String>,
}

/// One line of what an agent plans to do, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct PlanItem {
    /// What.
    pub label: String,
    /// How far.
    pub state: super::StepState,
    /// Of what is counted, so many are done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub done: Option<u64>,
    /// Of so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub total: Option<u64>,
}

/// A file that a task changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FileChange {
    /// Within the folder.
    pub path: String,
    /// As it was before the task, and as it is now.
    pub detail: super::Detail,
    /// It is not what the task left: its user edited it since.
    pub is_edited_since: bool,
}

/// What was put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PutBack {
    /// Files that are as they were before the task.
    pub restored: Vec<String>,
    /// Files that its user edited since, and which stay as they are.
    pub conflicts: Vec<String>,
}
