//! Foreign text on its way into the tray menu or a notice: one line, nothing hidden, bounded.

/// The text as one line of at most `most` characters, the last one `…` when it was cut.
///
/// Control characters become spaces; zero-width and bidirectional marks, which could make a line read as another, go.
pub fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let word: String = word.chars().filter(|c| !is_hidden(*c)).collect();
        if !word.is_empty() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
    }
    cut(line, most)
}

fn cut(line: String, most: usize) -> String {
    if line.chars().count() <= most {
        return line;
    }
    let mut short: String = line.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{061C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
    )
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn lines_tabs_and_hidden_marks_become_one_honest_line() {
        assert_eq!(one_line(" a\n\tb\u{202E}c\u{200B} \u{1b}[31md ", 40), "a bc [31md");
    }

    #[test]
    fn a_long_line_is_cut_at_the_limit_and_says_so() {
        let line = one_line(&"word ".repeat(50), 12);
        assert_eq!(line, "word word w…");
        assert_eq!(one_line("exactly", 7), "exactly");
    }

    #[test]
    fn the_limit_counts_characters_and_not_bytes() {
        assert_eq!(one_line("äöüäöü", 4), "äöü…");
    }
}
