//! Which end of a growing text is held back: a last line that may yet become something else.

use crate::parse::{Leaf, LeafKind};

/// The part of a growing text that may be parsed: all of it, or all but its unfinished last line.
pub(crate) fn shown(text: &str, leaf: Leaf) -> &str {
    let start = text.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line = &text[start..];
    let kind = if start >= leaf.end { LeafKind::None } else { leaf.kind };
    let is_held = match kind {
        LeafKind::Fence => leaf.start >= start || may_end_fence(line, sign(text, leaf.start)),
        LeafKind::IndentedCode | LeafKind::Html => false,
        LeafKind::None | LeafKind::Paragraph | LeafKind::Heading | LeafKind::Table => is_marker(line),
    };
    if is_held { &text[..start] } else { text }
}

/// Whether an unfinished line may become the end of a fence made of `sign`.
pub(crate) fn may_end_fence(line: &str, sign: u8) -> bool {
    let line = line.trim_matches([' ', '\t', '>']);
    !line.is_empty() && line.bytes().all(|byte| byte == sign)
}

fn sign(text: &str, start: usize) -> u8 {
    text[start..].trim_start().bytes().next().unwrap_or_default()
}

/// Whether an unfinished line holds nothing but the beginning of a block.
pub(crate) fn is_marker(line: &str) -> bool {
    let (mut rest, mut is_item, mut is_block) = (line.trim_start(), false, false);
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            (rest, is_item) = (after.trim_start(), false);
        } else if let Some(after) = after_bullet(rest) {
            (rest, is_item) = (after.trim_start(), true);
        } else {
            break;
        }
        is_block = true;
    }
    let rest = rest.trim_end();
    let digits = rest.trim_end_matches(['.', ')']);
    let only = |signs: &str| rest.chars().all(|c| signs.contains(c));
    if rest.is_empty() {
        return is_block;
    }
    (is_item && matches!(rest, "[" | "[x" | "[X" | "[ ]" | "[x]" | "[X]"))
        || (only("#") && rest.len() <= 6)
        || only("-*_= \t")
        || only("|:- \t")
        || only("`")
        || only("~")
        || rest == "+"
        || rest.strip_prefix("```").is_some_and(|info| !info.contains('`'))
        || rest.starts_with("~~~")
        || (digits.len() <= 9
            && rest.len() <= digits.len() + 1
            && digits.bytes().all(|byte| byte.is_ascii_digit()))
        || is_definition(rest)
}

/// Whether an unfinished line may define a link target, or name a footnote it is about to define.
fn is_definition(rest: &str) -> bool {
    match rest.strip_prefix('[') {
        Some(label) if label.starts_with('^') => label.find(']').is_none_or(|end| end + 1 == label.len()),
        Some(label) => label.contains("]:"),
        None => false,
    }
}

/// What follows the bullet or number of a list item.
fn after_bullet(line: &str) -> Option<&str> {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let after = match line.len() - number.len() {
        0 => line.strip_prefix(['-', '+', '*'])?,
        1..=9 => number.strip_prefix(['.', ')'])?,
        _ => return None,
    };
    after.starts_with([' ', '\t']).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_markers_is_held() {
        for line in [
            "#", "###", "-", "- ", "*", "+", "1", "12.", "3)", "1. ", "|", "|--", "|:-:|-", ">", "> ", "> -",
            "- [", "- [ ", "* [x]", "---", "===", "=", "***", "**", "_", "`", "``", "```", "```ru", "~~~",
            "~", "  -", "- 1.", "[a]: htt", "[^", "[^1", "[^1]", "> [a]: ",
        ] {
            assert!(is_marker(line), "{line:?}");
        }
    }

    #[test]
    fn a_line_with_words_is_shown() {
        for line in [
            "",
            "  ",
            "# a",
            "- a",
            "1. a",
            "12.5",
            "1234567890",
            "| a",
            "> a",
            "- [a",
            "- [ ] a",
            "-a",
            "**a",
            "`a",
            "```a```",
            "[a",
            "[a]",
            "[a](htt",
            "[^1]: a",
            "+1",
        ] {
            assert!(!is_marker(line), "{line:?}");
        }
    }
}
