//! One conversation after the other out of a file of any size, or out of the zip it came in.

use super::lines;
use meanwhile_extract::unpacked;
use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;
use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read};
use std::path::Path;

/// Bytes of one conversation that are read into memory.
const LARGEST: u64 = 64 * 1024 * 1024;
/// What is said of a file that is something else.
pub const NO_EXPORT: &str = "this is no export of ChatGPT, Claude or Meanwhile";
/// Bytes that are unpacked of one file; real exports have some gigabytes.
const UNPACKED: u64 = 16 * 1024 * 1024 * 1024;

/// Gives `take` every conversation in a file until it says that it is enough.
///
/// # Errors
/// Why not all of it was read, in words.
pub fn each(path: &Path, take: &mut dyn FnMut(Value) -> bool) -> Result<(), String> {
    let place = path.display();
    if path.is_dir() {
        return Err(format!("{place} is a folder; name the file in it"));
    }
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("there is no file {place}"),
        _ => format!("{place} cannot be read ({error})"),
    })?;
    match unpacked(file, is_conversations, &mut |bytes| conversations(bytes.take(UNPACKED), take))? {
        true => Ok(()),
        false => Err(format!("{NO_EXPORT} (there is no conversations.json in the zip)")),
    }
}

/// `conversations.json`, in any folder; newer exports have several, with a number.
fn is_conversations(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with("conversations") && name.ends_with(".json")
}

/// A list, as other apps export it, or our own lines.
fn conversations(bytes: impl Read, take: &mut dyn FnMut(Value) -> bool) -> Result<(), String> {
    let left = Cell::new(LARGEST);
    let mut bytes = BufReader::new(Bounded { bytes, left: &left });
    match first(&mut bytes).map_err(|error| error.to_string())? {
        None => Err("the file is empty".to_owned()),
        Some(b'[') => list(bytes, &left, take),
        Some(b'{') => lines::each(bytes, &|| left.set(LARGEST), take),
        Some(_) => Err(NO_EXPORT.to_owned()),
    }
}

fn list(bytes: impl Read, left: &Cell<u64>, take: &mut dyn FnMut(Value) -> bool) -> Result<(), String> {
    let is_any = Cell::new(false);
    let mut take = |value| {
        is_any.set(true);
        take(value)
    };
    let mut json = serde_json::Deserializer::from_reader(bytes);
    let read = Each { take: &mut take, left }.deserialize(&mut json);
    read.map_err(|error| match error.classify() {
        Category::Io => error.to_string(),
        Category::Eof => format!("the file breaks off in line {} ({error})", error.line()),
        _ if is_any.get() => format!("line {} of the file is damaged ({error})", error.line()),
        _ => format!("{NO_EXPORT} ({error})"),
    })
}

/// The first byte that says something; what is before it is not longer than what is read at once.
fn first(bytes: &mut impl BufRead) -> Result<Option<u8>, Error> {
    skip_mark(bytes)?;
    Ok(bytes.fill_buf()?.iter().copied().find(|byte| !byte.is_ascii_whitespace()))
}

/// The mark that some programs put before UTF-8.
fn skip_mark(bytes: &mut impl BufRead) -> Result<(), Error> {
    if bytes.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        bytes.consume(3);
    }
    Ok(())
}

/// Ends where one conversation is larger than what fits into memory.
struct Bounded<'a, R> {
    bytes: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        let read = self.bytes.read(into)?;
        match self.left.get().checked_sub(read as u64) {
            Some(left) => self.left.set(left),
            None => return Err(Error::other("one conversation is larger than 64 MiB")),
        }
        Ok(read)
    }
}

struct Each<'a> {
    take: &'a mut dyn FnMut(Value) -> bool,
    left: &'a Cell<u64>,
}

impl<'de> DeserializeSeed<'de> for Each<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Each<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of conversations")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            self.left.set(LARGEST);
            if !(self.take)(value) {
                return Err(A::Error::custom("it was ended"));
            }
        }
        Ok(())
    }
}
