//! The other way to write formulas, which models like: `\(…\)` inside a line, `\[…\]` on lines of their own.

use std::borrow::Cow;

use crate::{delimiter::run_len, math::MAX_TEX};

/// The text with these signs written as `$$`, which the parser knows. Each sign has two bytes, so nothing moves.
pub(crate) fn to_dollars(text: &str) -> Cow<'_, str> {
    if !text.contains("\\(") && !text.contains("\\[") {
        return Cow::Borrowed(text);
    }
    let mut signs = Vec::new();
    let mut fence: Option<(char, usize)> = None;
    let mut skipped_to = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (at, end) = (start.max(skipped_to), start + line.len());
        let content = line.trim_start_matches(is_prefix);
        let sign = content.chars().next().filter(|c| "`~".contains(*c));
        let len = sign.map_or(0, |sign| run_len(content, sign));
        match fence {
            Some((open, least)) if sign == Some(open) && len >= least => fence = None,
            None if len >= 3 && at == start => fence = sign.map(|sign| (sign, len)),
            None if at < end => skipped_to = formulas(text, at, end, &mut signs),
            _ => {}
        }
        start = end;
    }
    if signs.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = text.to_owned();
    for at in signs {
        out.replace_range(at..at + 2, "$$");
    }
    Cow::Owned(out)
}

/// Where the closing sign of a formula stands in what follows its opening sign; `None` when this is no formula.
pub(crate) fn end(body: &str, close: char) -> Option<usize> {
    let body = beginning(body);
    // Most brackets in prose have no partner: this search is many times faster than the one below.
    body.find(if close == ')' { "\\)" } else { "\\]" })?;
    let mut from = 0;
    while let Some(found) = body[from..].find(['\\', '\n', '$']) {
        let at = from + found;
        let rest = &body[at + 1..];
        match body.as_bytes()[at] {
            b'$' => return None,
            b'\n' if is_blank(rest) => return None,
            b'\n' => from = at + 1,
            _ if rest.starts_with(close) => return (!body[..at].trim().is_empty()).then_some(at),
            _ => from = at + 1 + rest.chars().next().map_or(0, char::len_utf8),
        }
    }
    None
}

/// Whether a formula may begin here: `at` is the place of `\(` or `\[`. A bracket in prose is only that.
pub(crate) fn may_open(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at + 1)? {
        b'(' => Some(')'),
        b'[' => text[..at].chars().rev().take_while(|c| *c != '\n').all(is_prefix).then_some(']'),
        _ => None,
    }
}

/// Collects the signs of the formulas that begin between `at` and `line_end`, and says how far they reach.
fn formulas(text: &str, mut at: usize, line_end: usize, signs: &mut Vec<usize>) -> usize {
    while at < line_end
        && let Some(found) = text[at..line_end].find(['\\', '`'])
    {
        at += found;
        let rest = &text[at..];
        if rest.starts_with('`') {
            at += code(rest);
        } else if let Some(close) = may_open(text, at)
            && let Some(end) = end(&rest[2..], close)
        {
            signs.extend([at, at + 2 + end]);
            at += 2 + end + 2;
        } else {
            at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
        }
    }
    at
}

/// The length of the code span that begins here, or of its signs alone.
fn code(text: &str) -> usize {
    let len = run_len(text, '`');
    let text = beginning(text);
    let mut from = len.min(text.len());
    while let Some(found) = text[from..].find(['`', '\n']) {
        let at = from + found;
        if text[at..].starts_with('\n') {
            if is_blank(&text[at + 1..]) {
                break;
            }
            from = at + 1;
            continue;
        }
        let closing = run_len(&text[at..], '`');
        if closing == len {
            return at + len;
        }
        from = at + closing;
    }
    len
}

/// As much as is looked at for an end: more would not be typeset, and looking far from many places takes long.
pub(crate) fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEX)]
}

/// Whether the line that begins here is empty, which ends a paragraph.
fn is_blank(rest: &str) -> bool {
    rest.lines().next().is_some_and(|line| line.trim().is_empty())
}

/// What can stand before the content of a line: space, quotes, bullets and numbers.
fn is_prefix(c: char) -> bool {
    c.is_ascii_digit() || " \t>-+*.)".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_become_dollars_of_the_same_length() {
        for (text, same) in [
            (r"so \(x^2\) is", r"so $$x^2$$ is"),
            ("\\[\na + b\n\\]", "$$\na + b\n$$"),
            ("- \\[ a \\]\n- b", "- $$ a $$\n- b"),
            (r"\(a\) and \(b\)", r"$$a$$ and $$b$$"),
            ("\\(a\nb\\)", "$$a\nb$$"),
            (r"\[ a \\[2pt] b \]", r"$$ a \\[2pt] b $$"),
            ("```\n\\(a\\)\n```\n\\(b\\)", "```\n\\(a\\)\n```\n$$b$$"),
        ] {
            assert_eq!(to_dollars(text), same, "{text:?}");
            assert_eq!(text.len(), same.len());
        }
    }

    #[test]
    fn what_is_no_formula_stays() {
        for text in [
            "",
            r"\(",
            r"\(a",
            r"\(\)",
            r"\( \)",
            r"\\(a\\)",
            r"see \[1\]",
            "\\(a\n\nb\\)",
            r"`\(a\)`",
            "``a ` \\(a\\)``",
            r"\($a\)",
            "~~~\n\\(a\\)",
            r"\é\(",
        ] {
            assert_eq!(to_dollars(text), text, "{text:?}");
        }
    }
}
