//! The log without keys: whatever is written passes through here, and no key that this process knows comes out.
//!
//! The keys are those that were typed, read from the keychain or taken from the environment since the process began. They
//! are the one thing here that belongs to the whole process, because a log does.

use super::form::{Forms, SHORTEST};
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{PoisonError, RwLock};
use zeroize::Zeroize;

/// What stands where a key was.
pub(super) const HIDDEN: &str = "[key]";
/// Keys remembered; the oldest is forgotten first. Far more than anybody types before the process ends.
const KEYS: usize = 256;
/// How long a word that begins like a key has to be to be taken for one.
const LOOKS_LIKE_A_KEY: usize = 20;

static KNOWN: RwLock<Known> = RwLock::new(Known(Vec::new()));

/// From now on this key is in no log.
pub(super) fn remember(key: &str) {
    if key.len() < SHORTEST || KNOWN.read().unwrap_or_else(PoisonError::into_inner).has(key) {
        return;
    }
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).add(key);
}

/// Each key once, the oldest first.
struct Known(Vec<Forms>);

impl Known {
    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|forms| forms.are_of(key))
    }

    fn add(&mut self, key: &str) {
        // Another thread may have been faster.
        if self.has(key) {
            return;
        }
        if self.0.len() == KEYS {
            self.0.remove(0);
        }
        self.0.push(Forms::of(key));
    }
}

/// `text` with `[key]` for each key this process knows, in any of its encodings, and for what looks like one.
fn redact(text: &[u8]) -> Cow<'_, [u8]> {
    let mut found = Vec::new();
    for forms in &KNOWN.read().unwrap_or_else(PoisonError::into_inner).0 {
        forms.find(text, &mut found);
    }
    for start in 0..text.len() {
        found.extend(bearer(text, start));
        found.extend(looks_like_a_key(text, start));
    }
    without(text, found)
}

/// `text` with `[key]` for each of these places; those that overlap are one.
pub(super) fn without(text: &[u8], mut places: Vec<Range<usize>>) -> Cow<'_, [u8]> {
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    places.sort_unstable_by_key(|place| place.start);
    let (mut clean, mut at) = (Vec::with_capacity(text.len()), 0);
    for place in places {
        if place.start >= at {
            clean.extend_from_slice(text.get(at..place.start).unwrap_or_default());
            clean.extend_from_slice(HIDDEN.as_bytes());
        }
        at = at.max(place.end);
    }
    clean.extend_from_slice(text.get(at..).unwrap_or_default());
    Cow::Owned(clean)
}

/// What follows `Bearer ` at `start`, up to a space or a quotation mark.
fn bearer(text: &[u8], start: usize) -> Option<Range<usize>> {
    let word = b"bearer ";
    let (head, rest) = text.get(start..)?.split_at_checked(word.len())?;
    if !head.eq_ignore_ascii_case(word) {
        return None;
    }
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || byte.is_ascii_control() || b"\"'\\".contains(byte);
    let length = rest.iter().skip(spaces).take_while(|byte| !is_end(byte)).count();
    let first = start + word.len() + spaces;
    (length > 0).then_some(first..first + length)
}

/// A long word that begins with `sk-`, as the keys of most providers do.
fn looks_like_a_key(text: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..).filter(|rest| rest.starts_with(b"sk-"))?;
    // `task-…` is no key. What an escape ends with, as the `n` of `\n` and the `0` of `%20`, is no letter of the word.
    let inside_a_word = match text.get(..start).unwrap_or_default() {
        [.., b'\\', _] | [.., b'%', _, _] => false,
        [.., before] => before.is_ascii_alphanumeric(),
        [] => false,
    };
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).count();
    (!inside_a_word && length >= LOOKS_LIKE_A_KEY).then_some(start..start + length)
}

/// A writer without keys in front of another one, which gets whole lines only: a key may come in two pieces.
///
/// The beginning of a line is held back until its end is there or the writer is dropped, whatever `flush` asks for.
pub struct Redacted<W: Write> {
    to: W,
    line: Vec<u8>,
}

impl<W: Write> Redacted<W> {
    /// In front of `to`.
    pub fn new(to: W) -> Self {
        Self { to, line: Vec::new() }
    }
}

impl<W: Write> Write for Redacted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1) else {
            self.line.extend_from_slice(bytes);
            return Ok(bytes.len());
        };
        let (lines, begun) = bytes.split_at(end);
        // The usual case: an event is written as a whole, and nothing of it is copied.
        let written = if self.line.is_empty() {
            self.to.write_all(&redact(lines))
        } else {
            self.line.extend_from_slice(lines);
            self.to.write_all(&redact(&self.line))
        };
        self.line.zeroize();
        self.line.extend_from_slice(begun);
        written.map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl<W: Write> Drop for Redacted<W> {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            // Nobody can be told any more, and the log is the last place to say it.
            let _ = self.to.write_all(&redact(&self.line));
            self.line.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Secret;
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    use proptest::prelude::*;

    /// What a log file has in it after these pieces.
    fn logged(pieces: &[&[u8]]) -> String {
        let mut file = Vec::new();
        let mut writer = Redacted::new(&mut file);
        for piece in pieces {
            writer.write_all(piece).unwrap();
            writer.flush().unwrap();
        }
        drop(writer);
        String::from_utf8(file).unwrap()
    }

    /// The key as somebody else would write it, with none of the code above.
    fn encodings(key: &str) -> Vec<String> {
        let json = serde_json::to_string(key).unwrap();
        let percent = |all: bool| -> String {
            let keep = |byte: u8| !all && (byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
            let byte = |byte: u8| if keep(byte) { char::from(byte).into() } else { format!("%{byte:02X}") };
            key.bytes().map(byte).collect()
        };
        let unquoted = |text: &str, marks: usize| text[marks..text.len() - marks].to_owned();
        vec![
            key.to_owned(),
            unquoted(&json, 1),
            // An answer in JSON, quoted in a line of JSON.
            unquoted(&serde_json::to_string(&json).unwrap(), 3),
            unquoted(&format!("{key:?}"), 1),
            percent(false),
            percent(true).to_lowercase(),
            STANDARD.encode(key).trim_end_matches('=').to_owned(),
            URL_SAFE.encode(key).trim_end_matches('=').to_owned(),
            key.bytes().map(|byte| format!("{byte:02x}")).collect(),
            key.chars().rev().collect(),
        ]
    }

    // S-25
    #[test]
    fn a_known_key_is_replaced_in_each_encoding_and_the_rest_of_the_line_stays() {
        let key = "pk/\"+7%25\\~canary";
        let _secret = Secret::new(format!(" {key}\n"));
        for text in encodings(key) {
            let line = format!("{{\"error\":\"it said {text}.\"}}\n");
            let expected = "{\"error\":\"it said [key].\"}\n";
            assert_eq!(logged(&[line.as_bytes()]), expected, "as {text}");
        }
    }

    // S-25
    #[test]
    fn what_looks_like_a_key_is_replaced_without_being_known() {
        for (line, expected) in [
            ("authorization: Bearer abc.def, next\n", "authorization: Bearer [key] next\n"),
            ("{\"a\":\"bearer  x=\"}", "{\"a\":\"bearer  [key]\"}"),
            ("with sk-proj-0123456789abcdef_X.\n", "with [key].\n"),
            (r"a\nsk-0123456789abcdefg%20sk-0123456789abcdefg", r"a\n[key]%20[key]"),
            ("sk-short and task-0123456789abcdef0123\n", "sk-short and task-0123456789abcdef0123\n"),
            ("Bearer \n\n", "Bearer \n\n"),
        ] {
            assert_eq!(logged(&[line.as_bytes()]), expected);
        }
    }

    #[test]
    fn a_line_is_given_on_in_one_piece_and_the_last_one_also_without_an_end() {
        struct Pieces(Vec<Vec<u8>>);
        impl Write for Pieces {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.push(bytes.to_vec());
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut pieces = Pieces(Vec::new());
        let mut writer = Redacted::new(&mut pieces);
        for text in ["one ", "line\nand the be", "ginning", " of one"] {
            writer.write_all(text.as_bytes()).unwrap();
            writer.flush().unwrap();
        }
        drop(writer);
        assert_eq!(pieces.0, [&b"one line\n"[..], b"and the beginning of one"]);
    }

    #[test]
    fn without_a_key_in_it_a_text_is_not_even_copied() {
        assert!(matches!(redact(b"attempt=2 task=0190\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn more_keys_than_are_remembered_push_out_the_oldest_only() {
        let mut known = Known(Vec::new());
        for n in (0..KEYS + 3).chain([KEYS]) {
            known.add(&format!("many-keys-{n}"));
        }
        assert_eq!(known.0.len(), KEYS);
        assert!(!known.has("many-keys-2") && known.has("many-keys-3"));
    }

    proptest! {
        // S-25
        #[test]
        fn no_key_comes_out_wherever_it_stands_and_however_the_line_is_cut(
            // Any but those with a bracket: they could be made anew of a replacement.
            key in "[!-Z\\\\^-~]{6,40}",
            before in any::<String>(),
            after in any::<String>(),
            way in any::<prop::sample::Index>(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            remember(&key);
            let all = encodings(&key);
            let text = format!("{before}{}{after}\n", way.get(&all));
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|ends| &text.as_bytes()[ends[0]..ends[1]]).collect();
            let log = logged(&pieces);
            for form in &all {
                prop_assert!(!log.contains(form.as_str()), "{form:?} is in {log:?}");
            }
            prop_assert_eq!(log.matches('\n').count(), text.matches('\n').count(), "no line is lost");
            prop_assert!(log.ends_with('\n'));
        }
    }
}
