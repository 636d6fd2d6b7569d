//! Text and source code.

use crate::{ExtractError, Part, Said, Say};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

pub(crate) fn read(file: &[u8], say: Say<'_>) -> Result<(), ExtractError> {
    let marked = Encoding::for_bom(file).map(|(encoding, _)| encoding);
    if marked.is_none() && is_binary(file) {
        return Err(ExtractError::Unknown);
    }
    let encoding = marked.unwrap_or(match std::str::from_utf8(file) {
        Ok(_) => UTF_8,
        // What Windows and old Unix programs of the West write, and every byte means something in it.
        Err(_) => WINDOWS_1252,
    });
    let (text, _) = encoding.decode_with_bom_removal(file);
    if encoding == WINDOWS_1252 {
        say(Said::Note("The encoding of this text is a guess, so some letters may be wrong.".into()))?;
    }
    match text.trim().is_empty() {
        true => Err(ExtractError::Empty),
        false => say(Said::Part(Part { label: "text".into(), text: text.into_owned() })),
    }
}

/// A NUL, or more marks that no text has than a stray one here and there.
fn is_binary(file: &[u8]) -> bool {
    let is_mark = |byte: &&u8| matches!(byte, 0x00..=0x07 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    file.contains(&0) || file.iter().filter(is_mark).count() > file.len() / 100
}
