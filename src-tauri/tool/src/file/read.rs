//! What stands in a file.

use crate::call::Read;
use crate::limits::Limits;
use crate::run::Done;
use crate::text::{count, is_binary};
use crate::{ToolError, Workspace};

/// Lines without being asked.
const LINES: usize = 2_000;

/// Letters of a line. Source: what is longer was written by a program.
const WIDTH: usize = 2_000;

/// Reads a text file.
pub(crate) fn read(workspace: &Workspace, call: &Read, limits: &Limits) -> Result<Done, ToolError> {
    let place = workspace.readable(&call.path)?;
    let name = place.name();
    if place.is_root() {
        return Err(ToolError::Arguments("name a file, not the folder".to_owned()));
    }
    let bytes = workspace.bytes(&place, limits.file_bytes)?;
    if is_binary(&bytes) {
        let size = bytes.len();
        return Err(ToolError::Refused(format!("{name} is no text: {size} bytes of another kind of file")));
    }
    let text = String::from_utf8_lossy(&bytes);
    let all = text.lines().count();
    let from = call.from_line.unwrap_or(1).max(1);
    if from > all.max(1) {
        return Err(ToolError::Arguments(format!("{name} has only {}", count(all, "line"))));
    }
    let wanted = call.lines.unwrap_or(LINES).max(1);
    let (mut numbered, mut shown, mut is_full) = (String::new(), 0, false);
    for (at, line) in text.lines().enumerate().skip(from - 1).take(wanted) {
        let line = match line.char_indices().nth(WIDTH) {
            Some((end, _)) => format!("{}... ({} bytes in this line)", &line[..end], line.len()),
            None => line.to_owned(),
        };
        // A whole beginning serves better than two ends.
        if numbered.len() + line.len() + 160 > limits.result_bytes {
            is_full = true;
            break;
        }
        numbered.push_str(&format!("{:>6}\t{line}\n", at + 1));
        shown += 1;
    }
    let rest = all.saturating_sub(from - 1 + shown);
    if all == 0 {
        numbered.push_str("the file is empty\n");
    } else if shown == 0 && is_full {
        numbered.push_str("this line alone is too long to be shown\n");
    } else if rest > 0 {
        let next = from + shown;
        numbered.push_str(&format!("{} more: read on with from_line {next}\n", count(rest, "line")));
    }
    Ok(Done { text: numbered, fact: count(shown, "line"), is_error: false })
}
