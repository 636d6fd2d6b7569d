//! The ways in which a key may be written, and where one of them stands in a text.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::ops::Range;
use zeroize::Zeroizing;

/// Shorter words protect nothing, and would hide half of any text: some servers here want any word as a key.
pub(super) const SHORTEST: usize = 6;
/// Backslashes that are taken for the escape of one character: JSON in JSON in JSON has seven.
const BACKSLASHES: usize = 16;

/// One key in each of its encodings. Overwritten when it is dropped.
pub(super) struct Forms(Vec<Zeroizing<Vec<u8>>>);

impl Forms {
    /// Of a key that is not empty. How a text quotes or percent-encodes it needs no form: [`Forms::find`] reads through that.
    pub(super) fn of(key: &str) -> Self {
        let plain = key.as_bytes();
        if key.len() < SHORTEST {
            return Self(vec![Zeroizing::new(plain.to_vec())]);
        }
        // Room for the whole, so that nothing is left behind where a text grew out of its place.
        let mut base64 = Zeroizing::new(String::with_capacity(plain.len() * 4 / 3 + 4));
        STANDARD_NO_PAD.encode_string(plain, &mut base64);
        let mut url_safe = Zeroizing::new(String::with_capacity(plain.len() * 4 / 3 + 4));
        URL_SAFE_NO_PAD.encode_string(plain, &mut url_safe);
        let reversed: Vec<u8> = plain.iter().rev().copied().collect();
        let (lower, upper) = (hex(plain, b"0123456789abcdef"), hex(plain, b"0123456789ABCDEF"));
        let mut forms = vec![Zeroizing::new(plain.to_vec())];
        for form in [base64.as_bytes().to_vec(), url_safe.as_bytes().to_vec(), lower, upper, reversed] {
            let form = Zeroizing::new(form);
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        Self(forms)
    }

    /// True when these are the forms of `key`.
    pub(super) fn are_of(&self, key: &str) -> bool {
        self.0.first().is_some_and(|plain| plain.as_slice() == key.as_bytes())
    }

    /// Adds where any form stands in `text`; places that overlap are all told.
    pub(super) fn find(&self, text: &[u8], found: &mut Vec<Range<usize>>) {
        for form in &self.0 {
            for start in 0..text.len() {
                if let Some(end) = end_of(form, text, start) {
                    found.push(start..end);
                }
            }
        }
    }
}

fn hex(bytes: &[u8], digits: &[u8; 16]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.extend([byte >> 4, byte & 15].map(|digit| digits[usize::from(digit)]));
    }
    text
}

/// Where `form` ends if it begins at `start`, each of its bytes written as it is, after `%`, or behind backslashes.
fn end_of(form: &[u8], text: &[u8], start: usize) -> Option<usize> {
    let first = *text.get(start)?;
    if Some(&first) != form.first() && first != b'%' && first != b'\\' {
        return None;
    }
    // More than one place when a byte may be read in two ways, as the `%` of `%25`.
    let (mut places, mut next) = (vec![start], Vec::new());
    for byte in form {
        for place in places.drain(..) {
            read(*byte, text, place, &mut next);
        }
        next.sort_unstable();
        next.dedup();
        std::mem::swap(&mut places, &mut next);
        if places.is_empty() {
            return None;
        }
    }
    places.last().copied()
}

/// Adds each place after `byte` if it is written at `place`.
fn read(byte: u8, text: &[u8], place: usize, after: &mut Vec<usize>) {
    let rest = text.get(place..).unwrap_or_default();
    match rest {
        [b'%', high, low, ..] if is_hex(byte, &[*high, *low]) => after.push(place + 3),
        [b'\\', ..] => {
            let run = rest.iter().take(BACKSLASHES).take_while(|found| **found == b'\\').count();
            if byte == b'\\' {
                after.extend((1..=run).map(|length| place + length));
            }
            if let Some(length) = escaped(byte, rest.get(run..).unwrap_or_default()) {
                after.push(place + run + length);
            }
        }
        _ => {}
    }
    if rest.first() == Some(&byte) {
        after.push(place + 1);
    }
}

/// How long `byte` is behind its backslash: itself, a letter, `u0022` as in JSON or `u{22}` as in Rust.
fn escaped(byte: u8, text: &[u8]) -> Option<usize> {
    match text {
        [b'u', b'0', b'0', high, low, ..] if is_hex(byte, &[*high, *low]) => Some(5),
        [b'u', b'{', digit, b'}', ..] if is_hex(byte, &[*digit]) => Some(4),
        [b'u', b'{', high, low, b'}', ..] if is_hex(byte, &[*high, *low]) => Some(5),
        [letter, ..] if *letter == byte || (*letter, byte) == (b't', b'\t') => Some(1),
        _ => None,
    }
}

fn is_hex(byte: u8, digits: &[u8]) -> bool {
    let read = std::str::from_utf8(digits).ok().filter(|text| !text.contains('+'));
    read.and_then(|text| u8::from_str_radix(text, 16).ok()) == Some(byte)
}
