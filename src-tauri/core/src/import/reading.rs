//! One conversation after the other out of a file of any size, or out of the zip it came in.

use meanwhile_extract::unpacked;
use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::Value;
use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Error, Read};
use std::path::Path;

/// Bytes of one conversation that are read into memory.
const LARGEST: u64 = 64 * 1024 * 1024;
/// Bytes that are unpacked of one file; real exports have some gigabytes.
const UNPACKED: u64 = 16 * 1024 * 1024 * 1024;

/// Gives `take` every conversation in a file until it says that it is enough.
///
/// # Errors
/// Why not all of it was read, in words.
pub fn each(path: &Path, take: &mut dyn FnMut(Value) -> bool) -> Result<(), String> {
    let file = File::open(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    unpacked(file, is_conversations, &mut |bytes| list(bytes.take(UNPACKED), take))
}

/// `conversations.json`, in any folder; newer exports have several, with a number.
fn is_conversations(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with("conversations") && name.ends_with(".json")
}

fn list(bytes: impl Read, take: &mut dyn FnMut(Value) -> bool) -> Result<(), String> {
    let left = Cell::new(LARGEST);
    let mut bytes = BufReader::new(Bounded { bytes, left: &left });
    skip_mark(&mut bytes).map_err(|error| error.to_string())?;
    let mut json = serde_json::Deserializer::from_reader(bytes);
    Each { take, left: &left }.deserialize(&mut json).map_err(|error| error.to_string())
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
