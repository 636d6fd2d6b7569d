//! A folder as one file: a list of its files, then their bytes in that order. [`Packed`] makes one where the folder can be read,
//! and what stands in it is read where nothing else can be done. Whoever made it, nothing in it is believed.

use crate::document::{LeftOut, clean, is_mark};
use crate::kind::{self, Found};
use crate::{ExtractError, Kind, Limits, Part, Progress, Said, Say, read_file};
use image::ImageFormat;
use serde::{Deserialize, Serialize};

/// What such a file begins with.
const MARK: &[u8] = b"meanwhile folder 1\n";

/// Letters of a path; of a longer one the end is shown, where its name is.
const PATH: usize = 200;

/// Sentences about single files; the rest is counted.
const NOTES: usize = 3;

/// Files that a list says are left out. Source: as many as are looked at in a folder.
const LEFT_OUT: usize = 20_000;

/// A folder on its way into one file.
#[derive(Default)]
pub struct Packed {
    list: List,
    bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize, Default)]
struct List {
    files: Vec<Entry>,
    left_out: Vec<LeftOut>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    path: String,
    bytes: usize,
}

impl Packed {
    /// Adds a file under its path in the folder.
    pub fn add(&mut self, path: String, file: &[u8]) {
        self.list.files.push(Entry { path, bytes: file.len() });
        self.bytes.extend_from_slice(file);
    }

    /// Says of a file in the folder why it is not there.
    pub fn leave_out(&mut self, path: String, why: ExtractError) {
        self.list.left_out.push(LeftOut { path, why });
    }

    /// How many files were added.
    pub fn files(&self) -> usize {
        self.list.files.len()
    }

    /// Bytes of the files that were added.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The one file. The same folder gives the same bytes.
    pub fn into_file(self) -> Vec<u8> {
        let list = serde_json::to_vec(&self.list).unwrap_or_default();
        [MARK, &list, b"\n", &self.bytes].concat()
    }
}

/// Why a file with such a beginning has no place in a folder that is sent; `None` if it may have one.
pub fn refused_at_sight(head: &[u8]) -> Option<ExtractError> {
    match image::guess_format(head) {
        Ok(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP) => {
            return Some(ExtractError::Picture);
        }
        Ok(_) => return Some(ExtractError::Unknown),
        Err(_) => {}
    }
    let is_marked = encoding_rs::Encoding::for_bom(head).is_some();
    (!is_marked && !is_document(head) && head.contains(&0)).then_some(ExtractError::Unknown)
}

/// Whether these are the first bytes of a PDF or of an office file, which are larger than what stands in them.
pub fn is_document(head: &[u8]) -> bool {
    head.starts_with(b"%PDF-") || head.starts_with(b"PK\x03\x04")
}

pub(crate) fn is_folder(file: &[u8]) -> bool {
    file.starts_with(MARK)
}

/// Says each file under its path. What cannot be read of one takes nothing from the others.
pub(crate) fn read(file: &[u8], limits: &Limits, say: Say<'_>) -> Result<(), ExtractError> {
    let damaged = ExtractError::Damaged { kind: Kind::Folder };
    let (list, mut rest) = opened(file).ok_or_else(|| damaged.clone())?;
    if list.left_out.len() > LEFT_OUT {
        return Err(damaged);
    }
    for LeftOut { path, why } in list.left_out {
        say(Said::LeftOut(LeftOut { path: shown(&path), why: plain(why) }))?;
    }
    let of = list.files.len();
    let (mut notes, mut any) = (Vec::new(), false);
    for (at, entry) in list.files.into_iter().enumerate() {
        say(Said::Progress(Progress { done: at, of }))?;
        let (bytes, after) = rest.split_at_checked(entry.bytes).ok_or_else(|| damaged.clone())?;
        rest = after;
        let path = shown(&entry.path);
        let read = match limits.fatal.iter().find(|fatal| fatal.file == at) {
            Some(fatal) => Err(fatal.why.clone()),
            None => one(bytes, limits),
        };
        match read {
            Ok((text, said)) => {
                any = true;
                notes.extend(said.iter().map(|note| format!("{path}: {note}")));
                say(Said::Part(Part { label: format!("file {path}"), text }))?;
            }
            Err(why) => say(Said::LeftOut(LeftOut { path, why }))?,
        }
    }
    say(Said::Progress(Progress { done: of, of }))?;
    let more = notes.len().saturating_sub(NOTES);
    notes.truncate(NOTES);
    if more > 0 {
        notes.push(format!("The same or the like is true of {more} more."));
    }
    notes.into_iter().try_for_each(|note| say(Said::Note(note)))?;
    if any { Ok(()) } else { Err(ExtractError::EmptyFolder) }
}

/// A reason as it may stand in a file that anybody can have written: without words of its own.
fn plain(why: ExtractError) -> ExtractError {
    match why {
        ExtractError::Unreadable { reason } => ExtractError::Unreadable { reason: clean(&reason) },
        ExtractError::Reader { reason } => ExtractError::Unreadable { reason: clean(&reason) },
        why => why,
    }
}

fn opened(file: &[u8]) -> Option<(List, &[u8])> {
    let rest = file.strip_prefix(MARK)?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (list, bytes) = rest.split_at_checked(end)?;
    Some((serde_json::from_slice(list).ok()?, bytes.strip_prefix(b"\n")?))
}

/// The whole text of one file, with the names of its pages, and what is to be known about it.
fn one(file: &[u8], limits: &Limits) -> Result<(String, Vec<String>), ExtractError> {
    let found = kind::find(file)?;
    match found {
        Found::Picture(_) => return Err(ExtractError::Picture),
        Found::Folder => return Err(ExtractError::Unknown),
        Found::Text | Found::Pdf | Found::Office(_) => {}
    }
    let (mut text, mut notes, mut left) = (String::new(), Vec::new(), limits.text_bytes);
    read_file(file.to_vec(), found, limits, &mut |said| {
        left = left.checked_sub(said.weight()).ok_or(ExtractError::TooMuchText)?;
        match said {
            Said::Part(part) if part.label == "text" => text += &part.text,
            Said::Part(part) => text += &format!("({})\n{}\n\n", part.label, part.text),
            Said::Note(note) => notes.push(note),
            _ => {}
        }
        Ok(())
    })?;
    // A scan has none.
    if text.trim().is_empty() { Err(ExtractError::Empty) } else { Ok((text, notes)) }
}

/// A path fit for one line: what moves the cursor, or reads in another order than it stands, is marked.
fn shown(path: &str) -> String {
    let letters: Vec<char> = path.chars().map(|c| if is_mark(c) { '\u{fffd}' } else { c }).collect();
    match letters.len().checked_sub(PATH) {
        None | Some(0) => letters.into_iter().collect(),
        Some(more) => std::iter::once('…').chain(letters.into_iter().skip(more + 1)).collect(),
    }
}
