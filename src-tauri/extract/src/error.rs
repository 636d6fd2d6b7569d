//! Why a file cannot be read, in words for the user: the cause, and what to do.

use crate::Kind;
use serde::{Deserialize, Serialize};

/// A file that was not read. Shown to the user as it is.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
#[allow(missing_docs, reason = "each variant is its sentence")]
pub enum ExtractError {
    #[error("This file could not be opened ({reason}). See whether it is still there, and attach it again.")]
    Unreadable { reason: String },
    #[error("This is not a file but a folder or a device. Attach the files you need.")]
    NotAFile,
    #[error("This file is empty.")]
    Empty,
    #[error("This file is larger than {mib} MiB. Attach only the part you need.")]
    TooLarge { mib: u64 },
    #[error(
        "This kind of file cannot be read. Save it as text, PDF, .docx, .xlsx, .pptx, .png or .jpg, and attach that."
    )]
    Unknown,
    #[error("This is an archive. Unpack it and attach the files you need.")]
    Archive,
    #[error(
        "This is an office file in the form of before 2007. Save it as .docx, .xlsx or .pptx, and attach that."
    )]
    OldOffice,
    #[error("This {} is protected by a password. Save a copy without one and attach that.", .kind.name())]
    Protected { kind: Kind },
    #[error("This {} is damaged. Open it in its own program, save a copy, and attach that.", .kind.name())]
    Damaged { kind: Kind },
    #[error(
        "This {} is many times larger when it is unpacked, as harmful files are. Save only the part you need, and \
         attach that.",
        .kind.name()
    )]
    Bomb { kind: Kind },
    #[error("This picture has more than {megapixels} million pixels. Make it smaller and attach that.")]
    TooManyPixels { megapixels: u64 },
    #[error("There is too much text in this file. Attach only the part you need.")]
    TooMuchText,
    #[error("Reading this file takes more than {mib} MiB of memory. Attach only the part you need.")]
    TooMuchMemory { mib: u64 },
    #[error("Reading this file took too long and was stopped. Attach only the part you need.")]
    TooSlow,
    #[error(
        "This file ends the program that reads it. Open it in its own program, save a copy, and attach that."
    )]
    Broke,
    #[error("Pictures are not sent with a folder. Attach it by itself.")]
    Picture,
    #[error("This is a link, and links are not followed. Attach what it leads to.")]
    Link,
    #[error("This file changed while it was read. Attach the folder again.")]
    Changed,
    #[error("This folder lies more than {most} folders deep. Attach it by itself.")]
    TooDeep { most: usize },
    #[error(
        "There is nothing in this folder that could be sent. Hidden files, and what .gitignore and .ignore name, are not \
         looked at. Attach the files you need."
    )]
    EmptyFolder,
    #[error(
        "This folder has more than {most} files and folders, without those that .gitignore and .ignore name. Attach a smaller \
         one."
    )]
    TooManyEntries { most: usize },
    #[error(
        "This folder has more than {most} files that could be sent. Attach a smaller one, or name in a file .ignore in it what is \
         not needed."
    )]
    TooManyFiles { most: usize },
    #[error(
        "The files in this folder that could be sent have more than {mib} MiB. Attach a smaller one, or name in a file .ignore in \
         it what is not needed."
    )]
    TooMuchInFolder { mib: u64 },
    /// Not the fault of the file.
    #[error("The program that reads files does not work ({reason}). Start Meanwhile again.")]
    Reader { reason: String },
}

impl ExtractError {
    /// The same of so many files of a folder, in a word or two: "2 pictures", "1 too large".
    pub fn counted(&self, count: usize) -> String {
        let (one, more) = match self {
            Self::Unreadable { .. } | Self::Reader { .. } => ("not readable", ""),
            Self::NotAFile => ("device", "s"),
            Self::Empty | Self::EmptyFolder => ("without text", ""),
            Self::TooLarge { .. }
            | Self::TooManyPixels { .. }
            | Self::TooMuchText
            | Self::TooMuchMemory { .. }
            | Self::TooMuchInFolder { .. }
            | Self::TooManyEntries { .. }
            | Self::TooManyFiles { .. } => ("too large", ""),
            Self::Unknown | Self::OldOffice => ("of another kind", ""),
            Self::Archive => ("archive", "s"),
            Self::Protected { .. } => ("with a password", ""),
            Self::Damaged { .. } | Self::Bomb { .. } | Self::Broke => ("damaged", ""),
            Self::TooSlow => ("too slow to read", ""),
            Self::Picture => ("picture", "s"),
            Self::Link => ("link", "s"),
            Self::Changed => ("just changing", ""),
            Self::TooDeep { .. } => ("too deep", ""),
        };
        format!("{count} {one}{}", if count == 1 { "" } else { more })
    }
}
