//! Where delimiters of inline markup open and close.

use crate::tex;

/// Whether what follows a bracket is an address.
pub(crate) enum Target {
    /// It is not.
    None,
    /// It is, and reaches to the end of the text.
    Open,
    /// It is; this many bytes with its end, after the opening sign.
    Closed(usize),
}

/// Reads an address and a title after `(`.
pub(crate) fn target(text: &str) -> Target {
    let address = text.trim_start();
    let mut depth = 0_usize;
    let mut escaped = false;
    let mut end = None;
    if let Some(inner) = address.strip_prefix('<') {
        match inner.find(['>', '\n']) {
            None => return Target::Open,
            Some(at) if inner[at..].starts_with('\n') => return Target::None,
            Some(at) => end = Some(at + 2),
        }
    } else {
        for (at, c) in address.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '(' => depth += 1,
                ')' if depth > 0 => depth -= 1,
                ')' => {
                    end = Some(at);
                    break;
                }
                c if c.is_whitespace() => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
    }
    let Some(end) = end else { return Target::Open };
    let title = address[end..].trim_start();
    let Some(quote) = title.chars().next() else { return Target::Open };
    let rest = match quote {
        '"' | '\'' => match title[1..].find(quote) {
            None => return Target::Open,
            Some(at) => title[at + 2..].trim_start(),
        },
        _ => title,
    };
    match rest.chars().next() {
        None => Target::Open,
        Some(')') => Target::Closed(text.len() - rest.len() + 1),
        Some(_) => Target::None,
    }
}

/// Where a formula's content and closing sign end.
pub(crate) fn formula_end(body: &str, len: usize) -> Option<usize> {
    let body = tex::beginning(body);
    let mut from = 0;
    while let Some(found) = body[from..].find('$') {
        let at = from + found;
        let signs = run_len(&body[at..], '$');
        let before = body[..at].chars().next_back();
        let is_escaped = body[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        if signs >= len && !is_escaped && (len == 2 || before.is_some_and(|c| !c.is_whitespace())) {
            return Some(at + len);
        }
        from = at + signs;
    }
    None
}

/// Whether a run of signs can open and can close, after CommonMark's rules of flanks.
pub(crate) fn flanks(sign: char, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_punctuation = |c: Option<char>| c.is_some_and(|c| !c.is_alphanumeric() && !c.is_whitespace());
    let left = !is_space(after) && (!is_punctuation(after) || is_space(before) || is_punctuation(before));
    let right = !is_space(before) && (!is_punctuation(before) || is_space(after) || is_punctuation(after));
    if sign == '_' {
        (left && (!right || is_punctuation(before)), right && (!left || is_punctuation(after)))
    } else {
        (left, right)
    }
}

/// How often `sign`, an ASCII character, is repeated at the start of a text.
pub(crate) fn run_len(text: &str, sign: char) -> usize {
    text.bytes().take_while(|byte| *byte == sign as u8).count()
}
