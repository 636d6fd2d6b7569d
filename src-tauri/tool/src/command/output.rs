//! The output of a command: its beginning and its end are kept, the rest is counted.

use crate::text;
use std::collections::VecDeque;

/// What a command wrote.
pub(super) struct Output {
    /// Bytes that are kept of each end.
    half: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    pub bytes: u64,
}

impl Output {
    pub fn new(most: usize) -> Self {
        let half = most.saturating_sub(text::NOTE) / 2;
        Self { half, head: Vec::new(), tail: VecDeque::new(), bytes: 0 }
    }

    pub fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        let room = self.half - self.head.len();
        let (first, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let over = self.tail.len().saturating_sub(self.half);
        self.tail.drain(..over);
    }

    /// As text, without what only controls a terminal.
    pub fn text(self) -> String {
        let left_out = self.bytes - (self.head.len() + self.tail.len()) as u64;
        let (head, tail) = (self.head, Vec::from(self.tail));
        if left_out == 0 {
            let mut whole = head;
            whole.extend(tail);
            return plain(&whole);
        }
        text::join(&plain(&head), &plain(&tail), left_out)
    }
}

/// Colours are left out; of a line that was written over and over, the last.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' if letters.next_if_eq(&'[').is_some() => {
                while letters.next().is_some_and(|letter| !('@'..='~').contains(&letter)) {}
            }
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' => plain.truncate(plain.rfind('\n').map_or(0, |end| end + 1)),
            '\n' | '\t' => plain.push(letter),
            letter if letter.is_control() => {}
            letter => plain.push(letter),
        }
    }
    plain
}
