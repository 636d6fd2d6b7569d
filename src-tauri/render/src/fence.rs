//! An open code fence at the end of a growing text: its lines need no markdown parser.

use crate::{Node, hold::may_end_fence, memo::Painted};

/// A fence at the top level and without indent, not yet closed.
#[derive(Debug)]
pub(crate) struct Fence {
    sign: u8,
    len: usize,
    /// Start of the first line that is not complete, in bytes of the text given to [`Fence::open`].
    next: usize,
}

/// Lines to put in place of the unfinished one, and whether the fence was closed after them.
pub(crate) struct Grown {
    pub(crate) lines: Vec<Node>,
    /// Where the text goes on after the closing line.
    pub(crate) closed_at: Option<usize>,
}

impl Fence {
    /// The fence with which `text` begins, if it is open to the end of `text`.
    pub(crate) fn open(text: &str) -> Option<Self> {
        let sign = *text.as_bytes().first().filter(|sign| b"`~".contains(sign))?;
        let len = run(text, sign);
        let (first, rest) = text.split_once('\n')?;
        if len < 3 || !is_simple(text) || (sign == b'`' && first[len..].contains('`')) {
            return None;
        }
        let last = text.rfind('\n')? + 1;
        let fence = Self { sign, len, next: last };
        let is_open = !rest[..last - first.len() - 1].lines().any(|line| fence.is_closed_by(line));
        is_open.then_some(fence)
    }

    /// Takes the lines completed since the last call; `None` if the fence must be left to the parser.
    pub(crate) fn grow(&mut self, text: &str, painted: &mut Painted) -> Option<Grown> {
        let mut lines = Vec::new();
        while let Some(end) = text[self.next..].find('\n') {
            let line = &text[self.next..self.next + end];
            if painted.is_full() || !is_simple(line) {
                return None;
            }
            self.next += end + 1;
            if self.is_closed_by(line) {
                return Some(Grown { lines, closed_at: Some(self.next) });
            }
            lines.push(painted.push(line).clone());
        }
        let last = &text[self.next..];
        if painted.is_full() || !is_simple(last) {
            return None;
        }
        if !last.trim().is_empty() && !may_end_fence(last, self.sign) {
            lines.push(Node::Line { children: vec![Node::text(last)] });
        }
        Some(Grown { lines, closed_at: None })
    }

    /// As the parser sees it: it takes a tab after the signs for code.
    fn is_closed_by(&self, line: &str) -> bool {
        let unindented = line.trim_start_matches(' ');
        let signs = run(unindented, self.sign);
        line.len() - unindented.len() < 4
            && signs >= self.len
            && unindented[signs..].trim_matches(' ').is_empty()
    }
}

fn run(text: &str, sign: u8) -> usize {
    text.bytes().take_while(|byte| *byte == sign).count()
}

/// Without the characters that the parser reads in a way of its own.
fn is_simple(text: &str) -> bool {
    !text.contains(['\r', '\0'])
}
