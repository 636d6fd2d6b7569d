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
    /// Not the fault of the file.
    #[error("The program that reads files does not work ({reason}). Start Meanwhile again.")]
    Reader { reason: String },
}
