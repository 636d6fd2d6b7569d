//! Foreign text made fit for one line of a list, a notice or a menu.

/// The text on one line of at most `most` characters, the last one `…` when it was cut; nothing hidden in it.
pub fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let word: String = word.chars().filter(|c| !is_invisible(*c)).collect();
        if !word.is_empty() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
    }
    if line.chars().count() <= most {
        return line;
    }
    let kept: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The text on one line with everything visible, so that no two texts look the same: what nobody sees is its number.
pub fn exactly(text: &str) -> String {
    let shown = meanwhile_tool::visible(&text.replace("\\u{", "\\u{5c}u{"));
    shown.replace('\n', "\\u{a}").replace('\t', "\\u{9}")
}

/// Errors are written to stand behind a colon; alone they begin with a capital and end with a full stop.
pub fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if error.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// What turns or hides the text around it, so that a line could read as another. Joiners stay: scripts and emoji need them.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
    ) || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tabs_and_hidden_marks_become_one_honest_line() {
        assert_eq!(one_line(" a\n\tb\u{202E}c\u{200B} \u{1b}[31md ", 40), "a bc [31md");
        assert_eq!(one_line("safe\u{202E}txt.exe", 60), "safetxt.exe");
    }

    #[test]
    fn a_long_line_is_cut_at_the_limit_and_says_so() {
        assert_eq!(one_line(&"word ".repeat(50), 12), "word word w…");
        assert_eq!(one_line("exactly", 7), "exactly");
    }

    #[test]
    fn the_limit_counts_characters_and_not_bytes() {
        assert_eq!(one_line("äöüäöü", 4), "äöü…");
    }

    #[test]
    fn no_two_texts_look_the_same_when_they_are_shown_exactly() {
        let texts = [
            "a b",
            "a\nb",
            "a\tb",
            "a\\u{a}b",
            "a\u{a0}b",
            "a\u{202e}b",
            "a\\u{202e}b",
            "ab",
            "a\\u{5c}u{a}b",
        ];
        let shown: std::collections::BTreeSet<_> = texts.iter().map(|text| exactly(text)).collect();
        assert_eq!(shown.len(), texts.len(), "{shown:?}");
        assert!(shown.iter().all(|line| !line.contains(['\n', '\t'])));
    }

    #[test]
    fn an_error_stands_alone_as_a_sentence() {
        assert_eq!(sentence("the disk is full"), "The disk is full.");
        assert_eq!(sentence("is it on?"), "Is it on?");
        assert_eq!(sentence(""), ".");
    }
}
