//! Markdown as one line of words, for notices.

use pulldown_cmark::{Event, Parser, TagEnd};

use crate::parse::options;

/// The words of a text on one line: no markup, no line breaks, nothing invisible.
pub fn plain(text: &str) -> String {
    let mut line = Line::default();
    read(text, |piece| {
        line.push(piece);
        true
    });
    line.done()
}

/// The first sentence of a text, at most `max_chars` characters; a longer one is cut after a word and ends in `…`.
pub fn first_sentence(text: &str, max_chars: usize) -> String {
    let mut line = Line::default();
    read(text, |piece| {
        let is_end = matches!(piece, Piece::BlockEnd) && !line.text.is_empty();
        line.push(piece);
        !is_end && line.text.len() <= max_chars.saturating_mul(4) + 64
    });
    let line = line.done();
    let sentence = &line[..sentence_end(&line)];
    if sentence.chars().count() <= max_chars {
        return sentence.to_owned();
    }
    let room = max_chars.saturating_sub(1);
    let cut = sentence.char_indices().nth(room).map_or(sentence.len(), |(at, _)| at);
    let head = &sentence[..cut];
    // A cut inside a long unbroken word is better than losing most of the line.
    let word_end =
        head.rfind(' ').filter(|at| *at > cut / 2 && !sentence[cut..].starts_with(' ')).unwrap_or(cut);
    let head = head[..word_end].trim_end();
    if max_chars == 0 { String::new() } else { format!("{head}…") }
}

enum Piece<'a> {
    Words(&'a str),
    Space,
    BlockEnd,
}

/// Hands out the words of a text until `take` has enough.
fn read(text: &str, mut take: impl FnMut(Piece<'_>) -> bool) {
    for event in Parser::new_ext(text, options()) {
        let goes_on = match &event {
            Event::Text(words)
            | Event::Code(words)
            | Event::Html(words)
            | Event::InlineHtml(words)
            | Event::InlineMath(words)
            | Event::DisplayMath(words) => take(Piece::Words(words)),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::TableCell) => take(Piece::Space),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::HtmlBlock,
            ) => take(Piece::BlockEnd),
            _ => true,
        };
        if !goes_on {
            return;
        }
    }
}

#[derive(Default)]
struct Line {
    text: String,
    space: bool,
}

impl Line {
    fn push(&mut self, piece: Piece<'_>) {
        let Piece::Words(words) = piece else {
            self.space = true;
            return;
        };
        for c in words.chars() {
            if c.is_whitespace() {
                self.space = true;
            } else if !is_invisible(c) {
                if std::mem::take(&mut self.space) && !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.text.push(c);
            }
        }
    }

    fn done(self) -> String {
        self.text
    }
}

/// Controls, and what turns or hides the text around it. Joiners stay: scripts and emoji need them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{AD}' | '\u{E0000}'..='\u{E007F}')
}

/// Where the first sentence of a line ends, in bytes.
fn sentence_end(line: &str) -> usize {
    for (at, c) in line.char_indices() {
        let end = at + c.len_utf8();
        let (before, after) = (&line[..at], &line[end..]);
        let is_end = match c {
            '。' | '！' | '？' => true,
            '!' | '?' | '…' => after.starts_with(' '),
            '.' => after.starts_with(' ') && !is_short(before),
            _ => false,
        };
        if is_end {
            return end;
        }
    }
    line.len()
}

/// Whether a full stop after `before` belongs to a number or an abbreviation such as `e.g.` or `Dr.`
fn is_short(before: &str) -> bool {
    let word = before.rsplit(' ').next().unwrap_or_default();
    let letters = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    letters.contains('.') || letters.chars().count() < 3 && letters != "it" && letters != "so"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_left_out_of_a_notice() {
        for (text, line) in [
            ("# Done\n\nAll **12** `tests` pass.\n", "Done All 12 tests pass."),
            ("- a\n- [b](https://x.y)\n", "a b"),
            ("| a | b |\n|---|---|\n| c | d |\n", "a b c d"),
            ("```rust\nfn a() {\n}\n```", "fn a() { }"),
            ("![alt](https://x.y/z.png)", "alt"),
            ("a\u{202E}b\u{200B}c\u{7}d", "abcd"),
            ("a  \nb", "a b"),
            ("", ""),
        ] {
            assert_eq!(plain(text), line, "{text:?}");
        }
    }

    #[test]
    fn a_notice_can_hold_the_first_sentence() {
        for (text, max, sentence) in [
            ("All tests pass. More follows.", 80, "All tests pass."),
            ("# Title\n\nText.", 80, "Title"),
            ("It costs 3.50 in total, e.g. Today. Next.", 80, "It costs 3.50 in total, e.g. Today."),
            ("Version 2. is out! Yes.", 80, "Version 2. is out!"),
            ("これは文です。次の文。", 80, "これは文です。"),
            ("one two three four", 10, "one two…"),
            ("one two three four", 8, "one two…"),
            ("abcdefghijklmnop", 5, "abcd…"),
            ("abc", 0, ""),
            ("", 80, ""),
        ] {
            assert_eq!(first_sentence(text, max), sentence, "{text:?}");
        }
    }
}
