//! What a verb says: results on standard output, everything else on standard error.

use crate::failure::Failure;
use std::borrow::Cow;
use std::io::{ErrorKind, IsTerminal, Write};

/// One line of the result.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    piece(&format!("{text}\n"))
}

/// A piece of the result, shown at once.
pub(crate) fn piece(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let text = if out.is_terminal() { harmless(text) } else { Cow::Borrowed(text) };
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::reader_left(),
        _ => Failure::failed(format!("cannot write the result: {error}")),
    })
}

/// One line about the work.
pub(crate) fn note(text: &str) {
    let mut err = std::io::stderr().lock();
    let text = if err.is_terminal() { harmless(text) } else { Cow::Borrowed(text) };
    let _ = writeln!(err, "{text}");
}

/// An answer may hold sequences that move the cursor or rename the window; a terminal is shown none of them.
fn harmless(text: &str) -> Cow<'_, str> {
    let moves = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.contains(moves) { Cow::Owned(text.replace(moves, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_no_control_sequences() {
        assert_eq!(harmless("a\x1b]0;x\x07b\n\tc\u{9b}2J"), "a\u{fffd}]0;x\u{fffd}b\n\tc\u{fffd}2J");
    }
}
