use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A file that goes with a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct Attached {
    /// The SHA-256 of the file, in hexadecimal digits: what was read of it is stored under that.
    pub hash: String,
    /// As the user knows it.
    pub name: String,
    /// The first page, sheet, slide or file of it that is sent, from 1; `None` for the first there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub from: Option<u32>,
    /// The last one; `None` for the last there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional = nullable)]
    pub to: Option<u32>,
}

/// The same with what was found in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Attachment {
    /// Which file, and how much of it.
    #[serde(flatten)]
    #[ts(flatten)]
    pub file: Attached,
    /// What it is.
    pub kind: AttachmentKind,
    /// Bytes of the file; of a folder, of what stands in its files.
    pub bytes: u64,
    /// Pages, sheets, slides or files of a folder; 1 for what has none.
    pub places: u32,
    /// What of it is sent, in tokens, by our own estimate: four bytes each.
    pub tokens: u64,
    /// What its user should know about the reading, as sentences.
    pub notes: Vec<String>,
}

impl Attachment {
    /// The name of the file, and which of its pages were sent.
    pub fn words(&self) -> String {
        let Self { file, kind, places, .. } = self;
        let one = match kind {
            AttachmentKind::Pdf => "page",
            AttachmentKind::Sheets => "sheet",
            AttachmentKind::Slides => "slide",
            AttachmentKind::Folder => "file",
            AttachmentKind::Text | AttachmentKind::Word | AttachmentKind::Picture => {
                return file.name.clone();
            }
        };
        match (file.from, file.to) {
            (None, None) => file.name.clone(),
            (from, to) => {
                let (from, to) = (from.unwrap_or(1), to.unwrap_or(*places));
                format!("{} ({one}s {from}–{to} of {places})", file.name)
            }
        }
    }
}

/// What kind of file it is, by its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// Text or source code.
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
    /// A folder of files.
    Folder,
}

/// What was found in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FolderFiles {
    /// The files that are sent, in the order of their paths.
    pub files: Vec<FolderFile>,
    /// Files that are not sent, a thousand of them at most. What is hidden or named by `.gitignore` and the like is not among them.
    pub left_out: Vec<LeftOut>,
}

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FolderFile {
    /// Its place in the folder, from 1.
    pub place: u32,
    /// Its path in the folder.
    pub path: String,
    /// What stands in it, in tokens, by our own estimate.
    pub tokens: u64,
}

/// A file of a folder that is not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LeftOut {
    /// Its path in the folder.
    pub path: String,
    /// Why, as sentences for the user.
    pub why: String,
}

/// A piece of what stands in a file, small enough that many of them make a request of any size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The page, sheet, slide or file it is from, from 1.
    pub place: u32,
    /// The same in words, as an answer can name it: "page 12", "lines 1–80", "file src/main.rs"; "text" for what needs none.
    pub label: String,
    /// What stands there.
    pub text: String,
}
