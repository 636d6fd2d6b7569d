use super::Timestamp;
use serde::{Deserialize, Serialize};

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
}
