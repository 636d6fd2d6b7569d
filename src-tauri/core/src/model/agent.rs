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
    /// The servers whose tools it may ask for besides; `all` for every one.
    pub servers: Vec<String>,
    /// `provider/model` that it works with; `None` for the usual one.
    pub model: Option<String>,
    /// What the one that comes with Meanwhile is told, if this takes its place.
    pub original: Option<String>,
    /// The program that does the work instead of a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub program: Option<AgentProgram>,
}

/// A program of somebody else that works as an agent. It speaks the Agent Client Protocol over its input and output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AgentProgram {
    /// Its name and its arguments.
    pub words: Vec<String>,
    /// Variables of our own surroundings that it gets, by name, if they are there. What is in them is stored nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<String>,
}

impl AgentProgram {
    /// The command line as a shell would read it.
    pub fn line(&self) -> String {
        let plain = |letter: char| letter.is_alphanumeric() || "-_./:=@%+,".contains(letter);
        let word = |word: &String| match !word.is_empty() && word.chars().all(plain) {
            true => word.clone(),
            false => format!("'{}'", word.replace('\'', "'\\''")),
        };
        self.words.iter().map(word).collect::<Vec<_>>().join(" ")
    }
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
    /// The folder that its own is a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<CopyOf>,
    /// Its user agrees to its plan before it changes anything.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plan_first: bool,
    /// The tools of servers that it may ask for besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remote: Vec<super::RemoteTool>,
    /// The program that does the work; `None` for a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<AgentProgram>,
}

/// What a folder was copied from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOf {
    /// The folder, as an absolute path.
    pub folder: String,
    /// The commit that its repository stood at.
    pub base: String,
}

/// What a task changed in a copy, as a branch of the folder that was copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Branch {
    /// As git calls it.
    pub name: String,
    /// The commit at its end.
    pub commit: String,
    /// The folder of its repository.
    pub folder: String,
    /// Files that differ from the commit that was copied.
    pub files: u32,
}

/// A file of the user's folder of agents that is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UnreadAgent {
    /// Its name.
    pub file: String,
    /// What is wrong with it, in words.
    pub why: String,
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
    /// Show its plan and wait for a yes to it, before anything is changed.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub plan_first: bool,
    /// Work in a copy of the folder, which is one that git knows; what it changes is offered as a branch.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub in_copy: bool,
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
    /// What the task changed; where what it left is not known any more, all that changed since before it.
    pub detail: super::Detail,
    /// What was edited since the task left it; `None` for nothing, and where that is not known by itself.
    pub since: Option<super::Detail>,
    /// It is not what the task left: somebody edited it since.
    pub is_edited_since: bool,
    /// The other agent that left it as it is now; `None` when it was edited by hand, or by nobody.
    pub edited_by: Option<Editor>,
}

/// An agent that edited what another one had left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Editor {
    /// Its name.
    pub agent: String,
    /// Its task.
    pub task_id: super::TaskId,
    /// What that task is called.
    pub title: String,
}

/// What the user of an agent told it or took back, for the conversation, which tells the whole story afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Remark {
    /// When.
    pub at: super::Timestamp,
    /// What.
    #[serde(flatten)]
    pub kind: RemarkKind,
}

/// What a [`Remark`] is. Texts are cut to what is read at a glance; the log has all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RemarkKind {
    /// Something was said to it at work.
    Said {
        /// What.
        text: String,
    },
    /// Its question was answered.
    Answered {
        /// What it asked.
        about: String,
        /// The answer.
        text: String,
    },
    /// Its question was not answered.
    Unanswered {
        /// What it asked.
        about: String,
        /// Why not; empty for no reason given.
        text: String,
    },
    /// It was not to do this.
    Refused {
        /// What it wanted to do.
        about: String,
        /// Why not; empty for no reason given.
        text: String,
        /// Never again in this folder.
        is_standing: bool,
    },
    /// A yes did not count, because there was a standing no when it was this call's turn.
    Overruled {
        /// What it wanted to do.
        about: String,
    },
    /// Files are as they were before it.
    PutBack {
        /// How many.
        restored: u32,
        /// Their names, of very many the first.
        files: Vec<String>,
    },
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
