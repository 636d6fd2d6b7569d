//! Replacing a piece of a text, and what to say when it does not stand there.

use crate::ToolError;
use crate::call::Edit;
use crate::text::{count, is_binary, short};
use similar::TextDiff;
use std::borrow::Cow;

/// Lines that are compared with one that is not there.
const COMPARED: usize = 20_000;

/// The whole text after an edit.
pub(super) fn edited(name: &str, before: &[u8], call: &Edit) -> Result<String, ToolError> {
    let no_text = || ToolError::Refused(format!("{name} is no text in UTF-8 and not edited"));
    let text = std::str::from_utf8(before).ok().filter(|_| !is_binary(before)).ok_or_else(no_text)?;
    if call.old.is_empty() {
        return Err(ToolError::Arguments("`old` is empty: use write_file for a whole file".to_owned()));
    }
    if call.old == call.new {
        return Err(ToolError::Arguments("`old` and `new` are the same".to_owned()));
    }
    let (old, new) = ends_of_lines(text, call);
    let places: Vec<usize> = text.match_indices(&*old).map(|(at, _)| at).collect();
    match places.len() {
        0 => Err(ToolError::Arguments(absent(name, text, &old))),
        1 => Ok(text.replacen(&*old, &new, 1)),
        _ if call.all => Ok(text.replace(&*old, &new)),
        found => {
            let lines: Vec<_> = places.iter().take(20).map(|at| line_of(text, *at).to_string()).collect();
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
    let fits = |at: usize| {
        let there = lines[at..].iter().map(|line| line.trim()).filter(|line| !line.is_empty());
        there.take(wanted.len()).eq(wanted.iter().copied())
    };
    if let Some(at) = (0..lines.len()).find(|at| lines[*at].trim() == *first && fits(*at)) {
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

fn nearest(lines: &[&str], wanted: &str) -> Option<usize> {
    if let Some(at) = lines.iter().position(|line| line.trim() == wanted) {
        return Some(at);
    }
    // Comparing letters costs their number squared.
    if wanted.chars().count() > 400 {
        return None;
    }
    let mut best = (0.6, None);
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim();
        let (long, short) = (line.len().max(wanted.len()), line.len().min(wanted.len()));
        // Two texts are never more alike than their lengths.
        if long == 0 || (2 * short) as f32 / ((long + short) as f32) <= best.0 {
            continue;
        }
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
