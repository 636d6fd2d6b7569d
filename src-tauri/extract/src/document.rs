//! What was read.

use crate::ExtractError;
use serde::{Deserialize, Serialize};

/// What kind of file it is, by its bytes.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text or source code.
    #[default]
    Text,
    /// A PDF.
    Pdf,
    /// A text document of an office program.
    Word,
    /// A workbook of sheets.
    Sheets,
    /// A presentation.
    Slides,
    /// A picture.
    Picture,
    /// A folder of files, as [`crate::Packed`] makes one file of it.
    Folder,
}

impl Kind {
    /// As it is called in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Pdf => "PDF",
            Self::Word => "document",
            Self::Sheets => "workbook",
            Self::Slides => "presentation",
            Self::Picture => "picture",
            Self::Folder => "folder",
        }
    }
}

/// A file, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: Kind,
    /// Its text in reading order. Parts without any are left out.
    pub parts: Vec<Part>,
    /// The picture, if it is one.
    pub picture: Option<Picture>,
    /// What the user should know about the reading, as sentences.
    pub notes: Vec<String>,
    /// Files of a folder that are not among its parts.
    pub left_out: Vec<LeftOut>,
}

impl Document {
    /// All of it as text for a model, each part under the name of its place, so that an answer can name it.
    pub fn quoted(&self, name: &str) -> String {
        let mut text = String::new();
        for part in &self.parts {
            let place = if part.label == "text" { String::new() } else { format!(", {}", part.label) };
            text += &format!("[{name}{place}]\n{}\n\n", part.text.trim_end());
        }
        text + &format!("[end of {name}]\n\n")
    }

    /// Adds what was said. Progress adds nothing.
    pub(crate) fn take(&mut self, said: Said) -> Result<(), ExtractError> {
        match said {
            Said::Kind(kind) => self.kind = kind,
            Said::Part(part) => self.parts.push(part),
            Said::Picture(picture) => self.picture = Some(picture),
            Said::Note(note) => self.notes.push(note),
            Said::LeftOut(left_out) => self.left_out.push(left_out),
            Said::Progress(_) | Said::End => {}
            Said::Failed(error) => return Err(error),
        }
        Ok(())
    }
}

/// A piece of a document that an answer can point to.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it is from: "page 12", "sheet Sales", "slide 3", "file src/main.rs", "text".
    pub label: String,
    /// What stands there; never empty.
    pub text: String,
}

/// A picture that was decoded and written anew: small enough for a model, and without anything that is not pixels.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `image/png` or `image/jpeg`.
    pub media_type: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The file, in base64.
    pub base64: String,
}

/// A file of a folder that is not sent.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Where it is in the folder.
    pub path: String,
    /// Why.
    pub why: ExtractError,
}

/// How far the reading is, in things that the user can count.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Pages, sheets, slides or files that were read.
    pub done: usize,
    /// How many there are.
    pub of: usize,
}

/// One line of the process that reads.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(tag = "said", content = "it", rename_all = "snake_case")]
pub enum Said {
    /// What it is; the first line.
    Kind(Kind),
    /// How far it is.
    Progress(Progress),
    /// Text.
    Part(Part),
    /// The picture.
    Picture(Picture),
    /// A sentence for the user.
    Note(String),
    /// A file of a folder that is not sent.
    LeftOut(LeftOut),
    /// All was said.
    End,
    /// It cannot be read.
    Failed(ExtractError),
}

impl Said {
    /// What counts towards the limit of text.
    pub(crate) fn weight(&self) -> u64 {
        let bytes = match self {
            Self::Part(part) => part.label.len() + part.text.len(),
            Self::Note(note) => note.len(),
            Self::LeftOut(left_out) => left_out.path.len(),
            _ => 0,
        };
        bytes as u64
    }
}

/// A name out of a file, fit to be shown: one line, no hidden marks, not long.
pub(crate) fn clean(name: &str) -> String {
    let kept: String = name.chars().filter(|c| !is_mark(*c)).take(80).collect();
    kept.trim().to_owned()
}

/// What is not seen in a line, or changes how the rest of it is.
pub(crate) fn is_mark(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
