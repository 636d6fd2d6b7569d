//! What a change changes, for people.

use crate::plan::Detail;
use crate::text::{count, is_binary, visible};
use similar::{ChangeTag, TextDiff};
use std::time::Duration;

/// Bytes of a diff that are shown.
pub(crate) const SHOWN: usize = 256 << 10;

/// How long the shortest diff is looked for. A longer one is as true.
const TIME: Duration = Duration::from_millis(500);

/// What somebody says it would change in a file, for people; `None` for no file before.
pub fn difference(path: &str, before: Option<&str>, after: &str) -> Detail {
    of(path, before.map(str::as_bytes), Some(after.as_bytes())).detail
}

/// What is shown of a change.
pub(crate) struct Shown {
    pub detail: Detail,
    /// Nothing that would stand in the file is left out.
    pub is_whole: bool,
}

/// The lines that go and come; `None` for no file.
pub(crate) fn of(path: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> Shown {
    // A line of its name could look like one of the text.
    let path = visible(path).replace('\n', "\\u{a}");
    let is_new = before.is_none();
    let (old, new) = (before.unwrap_or_default(), after.unwrap_or_default());
    let of_text = std::str::from_utf8(old).ok().filter(|_| !is_binary(old));
    let (old, new) = match (of_text, std::str::from_utf8(new)) {
        (Some(old), Ok(new)) => (old, new),
        (None, Ok(new)) if after.is_some() => {
            let text = instead(&path, &format!("{}, which are no text", count(old.len(), "byte")), new);
            let (is_whole, added) = (text.len() <= SHOWN, split(new).len() as u32);
            let detail = Detail::Diff { path, text: shortened(text), added, removed: 0, is_new };
            return Shown { detail, is_whole };
        }
        _ => {
            let text = match (before, after) {
                (_, None) => format!("no text, {} bytes, deleted", old.len()),
                (None, _) => format!("no text, {} bytes, new", new.len()),
                _ => format!("no text, {} bytes before, {} bytes after", old.len(), new.len()),
            };
            let detail = Detail::Diff { path, text, added: 0, removed: 0, is_new };
            return Shown { detail, is_whole: after.is_none() };
        }
    };
    let (old_lines, new_lines) = (split(old), split(new));
    let diff = TextDiff::configure()
        .timeout(TIME)
        .newline_terminated(true)
        .diff_slices::<str>(&old_lines, &new_lines);
    let (added, removed) = counted(&diff);
    let name = |side: &str, is_there: bool| {
        if is_there { format!("{side}/{path}") } else { "/dev/null".to_owned() }
    };
    let (from, to) = (name("a", before.is_some()), name("b", after.is_some()));
    let mut whole = diff.unified_diff().context_radius(3).header(&from, &to).to_string();
    // Line ends of Windows are shown only where they come or go.
    if [old, new].iter().all(|text| text.replace("\r\n", "").find('\n').is_none()) {
        whole = whole.replace("\r\n", "\n");
    }
    let mut whole = visible(&whole);
    if whole.len() > SHOWN && after.is_some() {
        // What comes counts for more than what goes.
        let alone = instead(&path, &format!("{}, not shown", count(old_lines.len(), "line")), new);
        whole = if alone.len() <= SHOWN { alone } else { whole };
    }
    let is_whole = whole.len() <= SHOWN || after.is_none();
    let detail = Detail::Diff { path, text: shortened(whole), added, removed, is_new };
    Shown { detail, is_whole }
}

/// The whole new text, after a line that says what stood there before.
fn instead(path: &str, before: &str, new: &str) -> String {
    let lines = split(new);
    let mut text =
        format!("--- a/{path}\n+++ b/{path}\n@@ -0,0 +1,{} @@\n... before: {before}\n", lines.len());
    for line in &lines {
        text.push('+');
        text.push_str(line);
    }
    if !new.is_empty() && !new.ends_with('\n') {
        text.push_str("\n\\ No newline at end of file\n");
    }
    visible(&text)
}

/// How many lines come and go.
pub(crate) fn lines(before: &[u8], after: &[u8]) -> (u32, u32) {
    if is_binary(before) || is_binary(after) {
        return (0, 0);
    }
    let (old, new) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let (old, new) = (split(&old), split(&new));
    counted(&TextDiff::configure().timeout(TIME).diff_slices::<str>(&old, &new))
}

/// Lines as everybody else counts them: `\r` alone ends none, or what follows would look like a line of its own.
fn split(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn counted(diff: &TextDiff<'_, '_, str>) -> (u32, u32) {
    let (mut added, mut removed) = (0, 0);
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Insert => added += 1,
            ChangeTag::Delete => removed += 1,
            ChangeTag::Equal => {}
        }
    }
    (added, removed)
}

/// The beginning, and how much is not shown.
fn shortened(mut whole: String) -> String {
    if whole.len() > SHOWN {
        let end = whole[..whole.floor_char_boundary(SHOWN - 64)].rfind('\n').map_or(0, |end| end + 1);
        let left = whole[end..].lines().count();
        whole.truncate(end);
        whole.push_str(&format!("... {} more not shown\n", count(left, "line")));
    }
    whole
}
