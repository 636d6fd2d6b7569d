//! Replacing a piece of a text, and what to say when it does not stand there.

use super::change::too_long;
use crate::ToolError;
use crate::call::Edit;
use crate::text::{count, is_binary, short};
use similar::TextDiff;
use std::borrow::Cow;

/// Lines that are compared with one that is not there.
const COMPARED: usize = 20_000;

/// Lines of two texts, and pairs of letters of two lines, that are compared before no more is looked for: some tenths of a second.
const LINES: usize = 1_000_000;
const PAIRS: usize = 20_000_000;

/// The whole text after an edit, of `most` bytes.
pub(super) fn edited(name: &str, before: &[u8], call: &Edit, most: u64) -> Result<String, ToolError> {
    let no_text = || ToolError::Refused(format!("{name} is no text in UTF-8 and not edited"));
    let text = std::str::from_utf8(before).ok().filter(|_| !is_binary(before)).ok_or_else(no_text)?;
    if call.old.is_empty() {
        return Err(ToolError::Arguments("`old` is empty: use write_file for a whole file".to_owned()));
    }
    if call.old == call.new {
        return Err(ToolError::Arguments("`old` and `new` are the same".to_owned()));
    }
    let (old, new) = ends_of_lines(text, call);
    let found = text.matches(&*old).count();
    // Before it is made: a short text with many places can become one that no memory holds.
    let goes = if call.all { found } else { found.min(1) };
    let bytes =
        goes.checked_mul(new.len()).and_then(|comes| comes.checked_add(text.len() - goes * old.len()));
    if bytes.is_none_or(|bytes| bytes as u64 > most) {
        return Err(too_long(name, most));
    }
    match found {
        0 => Err(ToolError::Arguments(absent(name, text, &old))),
        1 => Ok(text.replacen(&*old, &new, 1)),
        _ if call.all => Ok(text.replace(&*old, &new)),
        found => {
            let places = text.match_indices(&*old).take(20);
            let lines: Vec<_> = places.map(|(at, _)| line_of(text, at).to_string()).collect();
            Err(ToolError::Arguments(format!(
                "`old` stands in {name} {found} times, at lines {}: take more of what is around it, or say `all`",
                lines.join(", ")
            )))
        }
    }
}

/// Models write line ends as `\n`; in a file that has the others they mean those.
fn ends_of_lines<'a>(text: &str, call: &'a Edit) -> (Cow<'a, str>, Cow<'a, str>) {
    let is_other = text.contains("\r\n") && !text.replace("\r\n", "").contains('\n');
    if is_other && !call.old.contains('\r') && !call.new.contains('\r') {
        (call.old.replace('\n', "\r\n").into(), call.new.replace('\n', "\r\n").into())
    } else {
        (Cow::Borrowed(&call.old), Cow::Borrowed(&call.new))
    }
}

/// Says what stands nearest to what is not there.
fn absent(name: &str, text: &str, old: &str) -> String {
    let wanted: Vec<&str> = old.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let Some(first) = wanted.first() else {
        return format!("`old` is only white space, and not like that in {name}");
    };
    let lines: Vec<&str> = text.lines().take(COMPARED).collect();
    if let Some(at) = alike(&lines, &wanted) {
        return format!(
            "`old` is not in {name}, but at line {} the same stands with other white space:\n{}",
            at + 1,
            shown(&lines, at, wanted.len())
        );
    }
    match nearest(&lines, first) {
        Some(at) => format!(
            "`old` is not in {name}. Nearest to its first line is line {} of {}:\n{}",
            at + 1,
            count(text.lines().count(), "line"),
            shown(&lines, at, wanted.len())
        ),
        None => format!("`old` is not in {name}, and nothing there is like it: read the file first"),
    }
}

/// Where the same lines stand with other white space.
fn alike(lines: &[&str], wanted: &[&str]) -> Option<usize> {
    let there: Vec<(usize, &str)> =
        lines.iter().map(|line| line.trim()).enumerate().filter(|(_, line)| !line.is_empty()).collect();
    let mut left = LINES;
    for window in there.windows(wanted.len()) {
        let same = window.iter().zip(wanted).take_while(|((_, line), wanted)| line == *wanted).count();
        if same == wanted.len() {
            return window.first().map(|(at, _)| *at);
        }
        left = left.checked_sub(same + 1)?;
    }
    None
}

fn nearest(lines: &[&str], wanted: &str) -> Option<usize> {
    if let Some(at) = lines.iter().position(|line| line.trim() == wanted) {
        return Some(at);
    }
    // Comparing letters costs their number squared.
    if wanted.chars().count() > 400 {
        return None;
    }
    let (mut best, mut left) = ((0.6, None), PAIRS);
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim();
        let (long, short) = (line.len().max(wanted.len()), line.len().min(wanted.len()));
        // Two texts are never more alike than their lengths.
        if long == 0 || (2 * short) as f32 / ((long + short) as f32) <= best.0 {
            continue;
        }
        let Some(rest) = left.checked_sub(long * short) else { break };
        left = rest;
        let alike = TextDiff::from_chars(wanted, line).ratio();
        if alike > best.0 {
            best = (alike, Some(at));
        }
    }
    best.1
}

fn shown(lines: &[&str], at: usize, many: usize) -> String {
    let end = (at + many.clamp(1, 8)).min(lines.len());
    let numbered = lines[at..end].iter().enumerate();
    numbered.map(|(n, line)| format!("{:>6}\t{}\n", at + n + 1, short(line, 200))).collect()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].bytes().filter(|byte| *byte == b'\n').count() + 1
}
