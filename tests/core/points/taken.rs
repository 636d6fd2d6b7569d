//! What the rows of a dead program say about a step.

use meanwhile_core::model::TaskState;
use meanwhile_support::binary::Folder;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;

/// How often it was taken.
pub fn times(folder: &Folder, step: &str) -> u32 {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let sql = Connection::open_with_flags(folder.path().join("meanwhile.db"), flags).unwrap();
    let count = |query: &str| sql.query_row(query, [], |r| r.get(0)).unwrap();
    match step {
        "text" => count("SELECT COUNT(*) FROM delta"),
        "cancel asked" => count("SELECT COUNT(*) FROM task WHERE cancel_at IS NOT NULL"),
        "pause asked" => count("SELECT COUNT(*) FROM task WHERE pause_at IS NOT NULL"),
        _ => match step.strip_prefix("delivery ").map(|step| step.split_once('>').unwrap()) {
            Some((_, to)) => count(&format!("SELECT COUNT(*) FROM delivery WHERE state = '{to}'")),
            None => u32::try_from(steps(&sql).iter().filter(|found| *found == step).count()).unwrap(),
        },
    }
}

/// `from>to` for each step of each task, from the log alone.
fn steps(sql: &Connection) -> Vec<String> {
    let mut log = sql.prepare("SELECT task_id, kind FROM event ORDER BY seq").unwrap();
    let events = log.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))).unwrap();
    let mut states = HashMap::<String, &str>::new();
    let mut found = Vec::new();
    for (task, kind) in events.map(Result::unwrap) {
        let Some(to) = after(&kind) else { continue };
        let from = states.insert(task, to.word()).unwrap_or("new");
        found.push(format!("{from}>{}", to.word()));
    }
    found
}

/// The state that an event leads to, if it leads to one.
fn after(kind: &str) -> Option<TaskState> {
    Some(match kind {
        "queued" | "requeued" | "part_done" | "tools_asked" | "tools_ended" | "resumed" => TaskState::Queued,
        "started" | "tools_begun" => TaskState::Running,
        "waiting" => TaskState::Waiting,
        "paused" => TaskState::Paused,
        "completed" => TaskState::Completed,
        "failed" => TaskState::Failed,
        "cancelled" => TaskState::Cancelled,
        _ => return None,
    })
}
