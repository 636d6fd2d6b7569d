use super::{Conversation, ConversationId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// A conversation that was held in another app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imported {
    /// Which one it is in which app, such as `chatgpt/68a1…`: brought in again, it is not there twice. 1 to 200 characters.
    pub source: String,
    /// Its name there.
    pub title: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When something was last said in it.
    pub updated_at: Timestamp,
    /// What was said, oldest first; at least one.
    pub turns: Vec<ImportedTurn>,
}

/// What the source of a conversation of Meanwhile begins with; its id follows.
const OURS: &str = "meanwhile/";

impl Imported {
    /// The source of a conversation that Meanwhile exported.
    pub fn source_of(id: &str) -> String {
        format!("{OURS}{id}")
    }

    /// The id that it has where it was held in Meanwhile; `None` for one of another app.
    pub fn held_as(&self) -> Option<&str> {
        self.source.strip_prefix(OURS)
    }

    /// Prompts in it, with all versions.
    pub fn prompts(&self) -> u64 {
        prompts_in(&self.turns)
    }
}

fn prompts_in(turns: &[ImportedTurn]) -> u64 {
    turns.iter().flat_map(|turn| &turn.versions).map(|version| 1 + prompts_in(&version.then)).sum()
}

/// One place in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportedTurn {
    /// The prompts and answers that stood there, the one that was shown last; at least one.
    pub versions: Vec<ImportedVersion>,
}

/// A prompt, and its answer if it got one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportedVersion {
    /// The prompt. Right after the same prompt of the same moment it is the same one, answered again.
    pub prompt: String,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// What was answered.
    pub answer: Option<ImportedAnswer>,
    /// How it was gone on with there, if another version is the one that is shown; after the last answer to this prompt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<ImportedTurn>,
}

impl ImportedVersion {
    /// Whether both are the same prompt, answered twice.
    pub fn is_same(&self, other: &Self) -> bool {
        self.prompt == other.prompt && self.asked_at == other.asked_at
    }
}

/// An answer that was given elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportedAnswer {
    /// The text.
    pub text: String,
    /// Who gave it, as `app/model`.
    pub model: String,
    /// When it was there.
    pub at: Timestamp,
    /// False if it breaks off.
    #[serde(default = "whole", skip_serializing_if = "Clone::clone")]
    pub is_whole: bool,
}

fn whole() -> bool {
    true
}

/// What became of the files that another app exported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportReport {
    /// Conversations that are here now.
    pub imported: u64,
    /// Prompts in them, with all versions.
    pub prompts: u64,
    /// Conversations that were here already, brought in before or held here.
    pub already_here: u64,
    /// Conversations that were left out, by the reason, as the words after a count.
    pub left_out: BTreeMap<String, u64>,
    /// Why the rest of a file was not read.
    pub stopped: Option<String>,
    /// The one of them in which something was said last; `None` when none was brought in, or nobody keeps them here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub newest: Option<ConversationId>,
    /// When that was.
    #[serde(skip)]
    #[ts(skip)]
    newest_at: Option<Timestamp>,
}

impl ImportReport {
    /// Counts a conversation with so many prompts that was brought in, or was here before.
    pub fn took(&mut self, prompts: u64, is_new: bool) {
        if is_new {
            self.imported += 1;
            self.prompts += prompts;
        } else {
            self.already_here += 1;
        }
    }

    /// Counts one that was left out.
    pub fn left_out(&mut self, reason: &str) {
        *self.left_out.entry(reason.to_owned()).or_default() += 1;
    }

    /// Remembers where a new one is, if nothing was said later in any other.
    pub fn stored(&mut self, conversation: &Conversation) {
        if self.newest_at.is_none_or(|at| at < conversation.updated_at) {
            self.newest_at = Some(conversation.updated_at);
            self.newest = Some(conversation.id.clone());
        }
    }
}
