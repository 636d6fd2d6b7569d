//! What stands in a file that a user attached, as text for a model, with labels that an answer can point to.
//!
//! Files come from anywhere, and those who make libraries for reading them find new holes every year. So the bytes are
//! touched only in a process that can do nothing else: [`extract_in_child`] starts one and watches it, [`extract_main`] is
//! what it runs, and [`read`] is the part without processes. Nothing here knows tasks, windows or the database.

mod child;
mod document;
mod error;
mod folder;
mod kind;
mod limits;
mod office;
mod packed;
mod pdf;
mod picture;
mod text;

pub use child::{Confined, READ, confine, extract_in_child, extract_main, reading};
pub use document::{Document, Kind, LeftOut, Part, Picture, Progress, Said};
pub use error::ExtractError;
pub use folder::{Packed, is_document, refused_at_sight};
pub use limits::{Fatal, Limits};
pub use packed::unpacked;

use kind::Found;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Where what was read goes, piece by piece. Reading ends with the first piece that is refused.
type Say<'a> = &'a mut dyn FnMut(Said) -> Result<(), ExtractError>;

/// Reads a whole file, in this process.
///
/// # Errors
/// In the words for the user. A library that panics over a file is an error like any other damage.
pub fn read(file: Vec<u8>, limits: &Limits) -> Result<Document, ExtractError> {
    let mut document = Document::default();
    let told = &mut |said| document.take(said);
    read_to(file, limits, told)?;
    Ok(document)
}

/// Reads a file and says each piece of it as soon as it is there; the kind first.
fn read_to(file: Vec<u8>, limits: &Limits, say: Say<'_>) -> Result<(), ExtractError> {
    let found = kind::find(&file)?;
    let kind = found.kind();
    say(Said::Kind(kind))?;
    let mut left = limits.text_bytes;
    let mut counted = |said: Said| {
        left = left.checked_sub(said.weight()).ok_or(ExtractError::TooMuchText)?;
        say(said)
    };
    match found {
        Found::Folder => folder::read(&file, limits, &mut counted).map_err(|error| match error {
            ExtractError::TooMuchText => ExtractError::TooMuchInFolder { mib: limits.text_bytes >> 20 },
            error => error,
        }),
        found => read_file(file, found, limits, &mut counted),
    }
}

/// Reads what is no folder.
fn read_file(file: Vec<u8>, found: Found, limits: &Limits, say: Say<'_>) -> Result<(), ExtractError> {
    let kind = found.kind();
    let read = AssertUnwindSafe(|| match found {
        Found::Text => text::read(&file, say),
        Found::Pdf => pdf::read(file, say),
        Found::Office(kind) => office::read(&file, kind, limits, say),
        Found::Picture(format) => picture::read(&file, format, limits, say),
        Found::Folder => Err(ExtractError::Unknown),
    });
    catch_unwind(read).unwrap_or(Err(ExtractError::Damaged { kind }))
}
