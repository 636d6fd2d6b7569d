use super::{Attachment, ConversationId, Manner, SaidCall, Seq, Task, TaskId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Ordered messages with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Conversation {
    /// Its name in links.
    pub id: ConversationId,
    /// Shown in lists; taken from the first prompt until the user renames it.
    pub title: String,
    /// `provider/model` used last here; `None` means the default.
    pub model: Option<String>,
    /// True when its models are asked in a [`Manner`] of its own.
    pub has_manner: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something was last asked or answered in it.
    pub updated_at: Timestamp,
    /// When it was moved to the trash.
    pub deleted_at: Option<Timestamp>,
    /// Tasks of it that are queued or running.
    pub working: u32,
    /// Tasks of it that wait for the user.
    pub waiting: u32,
    /// Outcomes in it that nobody has looked at.
    pub unread: u32,
    /// True when one of the unread outcomes is a failure.
    pub failed: bool,
    /// The place in the log at which another of its versions was shown last; 0 when none ever was.
    pub shown_seq: Seq,
}

/// Whose a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// Something that was said, as it is sent to a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who said it.
    pub role: Role,
    /// The words.
    pub text: String,
    /// What was shown with them.
    pub pictures: Vec<Picture>,
    /// The tools that the model asked for after these words, and what came of each: all of one answer, in their order.
    pub calls: Vec<SaidCall>,
}

impl Said {
    /// By the person.
    pub fn by_user(text: impl Into<String>) -> Self {
        Self { role: Role::User, text: text.into(), pictures: Vec::new(), calls: Vec::new() }
    }

    /// By the model.
    pub fn by_assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, text: text.into(), pictures: Vec::new(), calls: Vec::new() }
    }

    /// Bytes of text in it.
    fn bytes(&self) -> usize {
        let of_call = |call: &SaidCall| call.tool.len() + call.arguments.len() + call.result.len();
        self.text.len() + self.calls.iter().map(of_call).sum::<usize>()
    }
}

/// Tokens that a picture can cost. Source: Gemini, which cuts one of our size into six tiles of 258. The small models of OpenAI
/// count more tokens for one, and charge less for each.
const MOST_OF_PICTURE: u64 = 2_000;

/// Bytes of text that a request sends.
pub(crate) fn sent_bytes(system: &str, messages: &[Said]) -> usize {
    system.len() + messages.iter().map(Said::bytes).sum::<usize>()
}

/// The most tokens that a request can read: three bytes a token is more than nearly any text has.
pub(crate) fn most_read(system: &str, messages: &[Said]) -> u64 {
    let pictures = messages.iter().map(|said| said.pictures.len()).sum::<usize>() as u64;
    sent_bytes(system, messages).div_ceil(3) as u64 + pictures * MOST_OF_PICTURE
}

/// A picture, small enough for a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `image/png` or `image/jpeg`.
    pub media_type: String,
    /// The file, in base64.
    pub base64: String,
}

/// A part of a conversation as its tasks, oldest turn first. It shows one branch: of each prompt that was edited one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Thread {
    /// Which conversation.
    pub conversation: Conversation,
    /// How its models are asked.
    pub manner: Manner,
    /// Where the turns of the branch that is shown stand, from the first on.
    pub path: Vec<Stretch>,
    /// The turns, oldest first.
    pub turns: Vec<Turn>,
    /// True when there are older turns than the first one here.
    pub has_earlier: bool,
}

/// From this turn on, up to the next stretch, the turns of a path stand in this branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Stretch {
    /// 0 for the branch that was there first.
    pub branch: u32,
    /// Its first turn here.
    pub from: u32,
}

/// One place in a conversation: a prompt and its answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Turn {
    /// From 1.
    pub number: u32,
    /// The answers to the version of the prompt that is shown, oldest first; at least one.
    pub tasks: Vec<Task>,
    /// The versions of the prompt, oldest first, the one that is shown among them; empty when it was never edited.
    pub versions: Vec<Version>,
}

impl Turn {
    /// The answer that is shown: the one put forward last. Of those put forward together, to be compared, the first.
    pub fn shown(&self) -> Option<&Task> {
        self.tasks.iter().rev().max_by_key(|task| task.shown_seq)
    }
}

/// One version of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Version {
    /// The task that answers it.
    pub task_id: TaskId,
    /// The branches that go on from it.
    pub branches: Vec<u32>,
}

/// What the user has typed and not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Draft {
    /// Where; `None` for a conversation that does not exist yet.
    pub conversation_id: Option<ConversationId>,
    /// The text.
    pub text: String,
    /// Files that are to go with it.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// Said to the model when the user wants a cut answer to go on; the cut text stands before it.
pub const GO_ON: &str = "Your last answer was cut off. Go on exactly where it stopped. Do not repeat anything and do not comment on this.";
