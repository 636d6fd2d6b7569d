//! Text that is shown to people, or cut for a model.

use std::fmt::Write as _;

/// The text with everything visible: what is hidden, turns the direction of writing, or controls a terminal is written as its
/// number. Lines and tabs stay.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_hidden(letter) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(letter));
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Whether a person cannot see the letter, or sees others differently because of it.
pub(crate) fn is_hidden(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => true,
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}' => true,
        '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        letter => letter.is_control(),
    }
}

/// The beginning, on one line and visible.
pub(crate) fn short(text: &str, most: usize) -> String {
    let line = visible(&text.replace(['\n', '\t'], " "));
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The text, with a note instead of its middle when it is longer than `most` bytes.
pub(crate) fn cut(text: String, most: usize) -> String {
    if text.len() <= most {
        return text;
    }
    let half = most.saturating_sub(NOTE) / 2;
    let head = text.floor_char_boundary(half);
    let tail = text.ceil_char_boundary(text.len() - half);
    join(&text[..head], &text[tail..], (tail - head) as u64)
}

/// Room for the note.
pub(crate) const NOTE: usize = 64;

/// Two ends and how much is left out between them.
pub(crate) fn join(head: &str, tail: &str, left_out: u64) -> String {
    format!("{head}\n[... {left_out} bytes are left out here ...]\n{tail}")
}

/// A number of things in words.
pub(crate) fn count(number: usize, one: &str) -> String {
    match one.strip_suffix('y') {
        _ if number == 1 => format!("1 {one}"),
        Some(stem) => format!("{number} {stem}ies"),
        None if one.ends_with("ch") || one.ends_with('s') => format!("{number} {one}es"),
        None => format!("{number} {one}s"),
    }
}

/// Whether it looks like no text: the sign git goes by too.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(8 << 10).any(|byte| *byte == 0)
}
