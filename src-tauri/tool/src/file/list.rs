//! What is in a folder.

use crate::call::List;
use crate::run::Done;
use crate::text::{count, visible};
use crate::workspace::{Seen, Stop, Walk, rules_on_disk};
use crate::{ToolError, Workspace};

/// Things that are named. Source: more than a model looks through, less than half of a result.
const MOST: usize = 1_000;

/// Levels without being asked.
const DEPTH: usize = 2;

/// Lists a folder.
pub(crate) fn list(
    workspace: &Workspace,
    call: &List,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Done, ToolError> {
    let place = workspace.readable(call.path.as_deref().unwrap_or("."))?;
    let depth = call.depth.unwrap_or(DEPTH).clamp(1, 16);
    let (mut lines, mut ignored, mut more) = (Vec::new(), Vec::new(), false);
    let walk = Walk { depth, rules: &rules_on_disk };
    let walked = walk.go(workspace.dir(), &place, &mut |path, seen, _, _| {
        if lines.len() + ignored.len() >= MOST || !is_wanted() {
            more = true;
            return Err(Stop);
        }
        let path = visible(path);
        match seen {
            Seen::File(found) => lines.push(format!("{path}  {}", size(found.len()))),
            Seen::Folder => lines.push(format!("{path}/")),
            Seen::Link => lines.push(format!("{path}  (link)")),
            Seen::Ignored(found) if found.is_dir() => ignored.push(format!("{path}/")),
            Seen::Ignored(_) => ignored.push(path),
            Seen::Git => ignored.push(format!("{path}/")),
            Seen::LeftOut(why) => lines.push(format!("{path}  ({why})")),
        }
        Ok(())
    });
    walked.map_err(|error| ToolError::at(place.name(), &error))?;
    let fact = count(lines.len(), "entry");
    let mut text = if lines.is_empty() { "there is nothing".to_owned() } else { lines.join("\n") };
    if !ignored.is_empty() {
        text.push_str(&format!("\n\nignored and not looked into: {}", ignored.join(", ")));
    }
    if more {
        text.push_str(&format!("\n\nthere is more than {MOST} entries: list a folder below"));
    }
    Ok(Done { text, fact, is_error: false })
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", bytes.div_ceil(1 << 10)),
        _ => format!("{} MiB", bytes.div_ceil(1 << 20)),
    }
}
