use super::{ConversationId, Role, TaskId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What was found: names of conversations first, then prompts and answers, then what stands in attached files, each the newest
/// first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SearchResult {
    /// The places.
    pub hits: Vec<SearchHit>,
    /// True when it stopped before everything was looked at; more or longer words find the rest.
    pub has_more: bool,
}

/// A place where all the words stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SearchHit {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its name.
    pub title: String,
    /// Whose words they are; `None` for the name itself.
    pub role: Option<Role>,
    /// The turn they stand in; `None` for the name itself.
    pub turn: Option<u32>,
    /// The task that answers there, to open that turn at that version; `None` for the name itself.
    pub task_id: Option<TaskId>,
    /// The attached file that has the words in its name, or in which they stand, and where; `None` for words of the conversation.
    #[serde(default)]
    pub file: Option<String>,
    /// When it was said, or for a name when something was last said.
    pub at: Timestamp,
    /// The text around the first of the words, on one line, cut where the words begin and end.
    pub snippet: Vec<Piece>,
}

/// A piece of text that is one of the words, or stands between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Piece {
    /// The text, without markup.
    pub text: String,
    /// True for a word that was looked for.
    pub is_found: bool,
}
