//! Parts of a task that is too long for one request. Its text is one text that grows part by part, so that it can be read,
//! stopped, cut and gone on from like any other; each part is asked for by itself, and the last puts together what the others
//! came to.

use super::document::{self, TOKEN};
use super::tx::Tx;
use super::{StoreError, circuit, outcome, row};
use crate::model::{
    Attached, Attachment, EventKind, GO_ON, Progress, Said, StepRow, StepState, Task, TaskId, TaskState,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Tokens of a file that one part is about, by our estimate. Source: with the instructions and the answer it fits into the 8,192
/// tokens that local servers often give.
const PART_TOKENS: u64 = 5_000;

/// Bytes of a word with the space after it, in most languages at most.
const LETTERS: u32 = 8;

/// The heading of the last part.
const TOGETHER: &str = "All in all";

/// What is asked next of a task in parts.
pub struct Present {
    number: u32,
    is_begun: bool,
    /// Bytes of the text before the part's own.
    pub start: usize,
    /// What is sent.
    pub messages: Vec<Said>,
}

/// A range of pieces of one file.
struct Range {
    label: String,
    hash: String,
    name: String,
    first: u32,
    last: u32,
}

/// Plans the parts of a task; none when all of it fits into one request.
pub fn plan(tx: &Tx<'_>, id: &TaskId, files: &[Attachment]) -> Result<(), StoreError> {
    let mut ranges = Vec::new();
    for file in files {
        ranges.extend(of_file(tx.sql, &file.file, files.len() > 1)?);
    }
    if ranges.len() < 2 {
        return Ok(());
    }
    let mut insert = tx.sql.prepare_cached(
        "INSERT INTO part (task_id, number, label, hash, name, first, last) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let mut number = 0_u32;
    for range in ranges {
        number += 1;
        insert.execute(params![
            id.as_str(),
            number,
            range.label,
            range.hash,
            range.name,
            range.first,
            range.last
        ])?;
    }
    number += 1;
    tx.sql
        .prepare_cached("INSERT INTO part (task_id, number, label) VALUES (?1, ?2, ?3)")?
        .execute(params![id.as_str(), number, TOGETHER])?;
    set_count(tx, id, number)
}

/// The same parts for a task that asks again.
pub fn plan_again(tx: &Tx<'_>, id: &TaskId, old: &TaskId) -> Result<(), StoreError> {
    let parts = tx
        .sql
        .prepare_cached(
            "INSERT INTO part (task_id, number, label, hash, name, first, last)
             SELECT ?1, number, label, hash, name, first, last FROM part WHERE task_id = ?2",
        )?
        .execute([id.as_str(), old.as_str()])?;
    set_count(tx, id, u32::try_from(parts).unwrap_or(u32::MAX))
}

/// The same parts for a task that goes on from the text of an old one: what is done there is done here.
pub fn take_over(tx: &Tx<'_>, id: &TaskId, old: &TaskId) -> Result<(), StoreError> {
    let parts = tx
        .sql
        .prepare_cached(
            "INSERT INTO part (task_id, number, label, hash, name, first, last, start, begun_at, done_at)
             SELECT ?1, number, label, hash, name, first, last, start, begun_at, done_at FROM part WHERE task_id = ?2",
        )?
        .execute([id.as_str(), old.as_str()])?;
    set_count(tx, id, u32::try_from(parts).unwrap_or(u32::MAX))
}

fn set_count(tx: &Tx<'_>, id: &TaskId, parts: u32) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached("UPDATE task SET parts = ?2 WHERE id = ?1")?
        .execute(params![id.as_str(), parts])?;
    Ok(())
}

fn of_file(sql: &Connection, file: &Attached, is_one_of_many: bool) -> Result<Vec<Range>, StoreError> {
    let rows = row::all(
        sql,
        "SELECT number, label, octet_length(text) FROM piece WHERE hash = ?1 AND place BETWEEN ?2 AND ?3 ORDER BY number",
        params![file.hash, file.from.unwrap_or(1), file.to.unwrap_or(u32::MAX)],
        |r| Ok((r.get::<_, u32>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?.unsigned_abs())),
    )?;
    let mut ranges: Vec<(u32, u32, String, String)> = Vec::new();
    let mut bytes = u64::MAX;
    for (number, label, len) in rows {
        bytes = bytes.saturating_add(len);
        match ranges.last_mut() {
            Some((_, last, _, last_label)) if bytes <= PART_TOKENS * TOKEN => {
                (*last, *last_label) = (number, label)
            }
            _ => {
                bytes = len;
                ranges.push((number, number, label.clone(), label));
            }
        }
    }
    let range = |(first, last, from, to): (u32, u32, String, String)| {
        let place = places(&from, &to);
        let label = if is_one_of_many { format!("{}: {}", file.name, place) } else { capital(&place) };
        Range { label, hash: file.hash.clone(), name: file.name.clone(), first, last }
    };
    Ok(ranges.into_iter().map(range).collect())
}

/// "page 3" and "page 7" are "pages 3–7".
fn places(from: &str, to: &str) -> String {
    let (from, to) = (whole(from), whole(to));
    if from == to {
        return from.to_owned();
    }
    let parted = |label: &str| {
        let (word, numbers) = label.rsplit_once(' ')?;
        let (first, last) = numbers.split_once('–').unwrap_or((numbers, numbers));
        let numbers = (first.parse::<u32>().ok()?, last.parse::<u32>().ok()?);
        Some((word.trim_end_matches('s').to_owned(), numbers))
    };
    match (parted(from), parted(to)) {
        (Some((word, (first, _))), Some((same, (_, last)))) if word == same => {
            format!("{word}s {first}–{last}")
        }
        _ => format!("{from} to {to}"),
    }
}

/// Without the number of the piece within its place.
fn whole(label: &str) -> &str {
    label.split_once(", part ").map_or(label, |(place, _)| place)
}

fn capital(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// The part that is next of so many: its heading is added to the text so far when it is only now begun. Nothing is stored.
pub fn present(
    tx: &Tx<'_>,
    id: &TaskId,
    parts: u32,
    prompt: &str,
    text: &mut String,
) -> Result<Present, StoreError> {
    let (number, label, start, range) = tx
        .sql
        .prepare_cached(
            "SELECT number, label, start, hash, name, first, last FROM part WHERE task_id = ?1 AND done_at IS NULL
             ORDER BY number LIMIT 1",
        )?
        .query_row([id.as_str()], |r| {
            let hash: Option<String> = r.get("hash")?;
            let range = hash
                .map(|hash| Ok::<_, rusqlite::Error>((hash, r.get::<_, String>("name")?, r.get("first")?, r.get("last")?)))
                .transpose()?;
            Ok((row::count(r, "number")?, r.get::<_, String>("label")?, row::count_opt(r, "start")?, range))
        })?;
    let is_begun = start.is_some();
    let start = match start {
        Some(start) => usize::try_from(start).unwrap_or(usize::MAX).min(text.len()),
        None => {
            let gap = if text.is_empty() { "" } else { "\n\n" };
            *text = format!("{}{gap}## {label}\n\n", text.trim_end());
            text.len()
        }
    };
    let (before, own) = text.split_at_checked(start).unwrap_or((text, ""));
    let asked = match range {
        Some((hash, name, first, last)) => {
            format!(
                "{}{}",
                document::quoted(tx.sql, &hash, &name, first, last)?,
                of_part(&name, &label, parts, prompt)
            )
        }
        None => together(before, parts, prompt),
    };
    let mut messages = vec![Said::by_user(asked)];
    if !own.is_empty() {
        messages.push(Said::by_assistant(own));
        messages.push(Said::by_user(GO_ON));
    }
    Ok(Present { number, is_begun, start, messages })
}

/// Notes that the part is begun, once nothing stands in the way of asking for it.
pub fn begin(tx: &Tx<'_>, id: &TaskId, present: &Present) -> Result<(), StoreError> {
    if !present.is_begun {
        tx.sql
            .prepare_cached("UPDATE part SET start = ?3, begun_at = ?4 WHERE task_id = ?1 AND number = ?2")?
            .execute(params![id.as_str(), present.number, present.start as i64, tx.now.as_ms()])?;
    }
    Ok(())
}

fn of_part(name: &str, label: &str, parts: u32, prompt: &str) -> String {
    // So long that all of them can be put together.
    let words = ((PART_TOKENS * TOKEN) as u32 / parts.max(1) / LETTERS).clamp(25, 200);
    format!(
        "The text above is one part of {name} ({label}). The other parts are worked on separately, and all results are put \
         together afterwards. Do the following for this part only, in at most {words} words and without a heading. After each \
         statement name its place as it stands in the brackets above the text, such as (page 3).\n\n{prompt}"
    )
}

/// Each part gets the same share of what fits.
fn together(before: &str, parts: u32, prompt: &str) -> String {
    let share = (PART_TOKENS * TOKEN) as usize / parts.max(1) as usize;
    let sections: Vec<&str> = before.split("\n\n## ").collect();
    let cut = |section: &str| match section.char_indices().find(|(at, _)| *at >= share) {
        Some((end, _)) => format!("{} …", section.get(..end).unwrap_or_default()),
        None => section.to_owned(),
    };
    let results = sections.into_iter().map(cut).collect::<Vec<_>>().join("\n\n## ");
    format!(
        "{results}\n\n---\n\nAbove are the results for each part of a text that was worked on part by part. Put them together into \
         one answer to the following, without a heading. Keep the places in brackets, such as (page 3), and add nothing that does \
         not stand above.\n\n{prompt}"
    )
}

/// Notes that the part at work is done. True when others are left.
pub fn finish(tx: &Tx<'_>, id: &TaskId) -> Result<bool, StoreError> {
    tx.sql
        .prepare_cached(
            "UPDATE part SET done_at = ?2 WHERE task_id = ?1 AND number =
               (SELECT MIN(number) FROM part WHERE task_id = ?1 AND done_at IS NULL)",
        )?
        .execute(params![id.as_str(), tx.now.as_ms()])?;
    // All of it is in the newest text.
    tx.sql
        .prepare_cached(
            "UPDATE attempt SET kept_text = '' WHERE task_id = ?1 AND end IS NOT NULL AND kept_text <> ''",
        )?
        .execute([id.as_str()])?;
    let left = "SELECT EXISTS (SELECT 1 FROM part WHERE task_id = ?1 AND done_at IS NULL)";
    Ok(tx.sql.prepare_cached(left)?.query_row([id.as_str()], |r| r.get(0))?)
}

/// A part of it is done; the next one waits for its turn like any other task.
pub fn next(tx: &mut Tx<'_>, before: &Task, state: TaskState) -> Result<(), StoreError> {
    circuit::close(tx.sql, &mut tx.progress, &before.id)?;
    let Some(progress) = &before.progress else {
        return Err(StoreError::Broken(format!("{} has parts and no count of them", before.id)));
    };
    let (done, total, label) = (progress.done + 1, progress.total, progress.label.clone());
    outcome::next(tx, before, state, &EventKind::PartDone { done, total, label })
}

/// Where the text of the newest part begins.
pub fn newest_start(sql: &Connection, id: &TaskId) -> Result<usize, StoreError> {
    let start: Option<i64> = sql
        .prepare_cached("SELECT MAX(start) FROM part WHERE task_id = ?1")?
        .query_row([id.as_str()], |r| r.get(0))
        .optional()?
        .flatten();
    Ok(start.and_then(|start| usize::try_from(start).ok()).unwrap_or(0))
}

/// The parts as steps, and how many are done.
pub fn steps(
    sql: &Connection,
    id: &TaskId,
    state: TaskState,
) -> Result<(Progress, Vec<StepRow>), StoreError> {
    let mut steps = row::all(
        sql,
        "SELECT label, begun_at, done_at FROM part WHERE task_id = ?1 ORDER BY number",
        [id.as_str()],
        step,
    )?;
    let done = steps.iter().filter(|step| step.state == StepState::Done).count();
    let total = steps.len();
    let mut label = String::new();
    if let Some(current) = steps.get_mut(done) {
        label.clone_from(&current.label);
        match state {
            TaskState::Running => current.state = StepState::Current,
            TaskState::Failed | TaskState::Cancelled if current.started_at.is_some() => {
                current.state = StepState::Failed;
                current.started_at = None;
            }
            // Between two attempts nobody works on it.
            _ => current.started_at = None,
        }
    }
    Ok((Progress { done: done as u64, total: total as u64, unit: "parts".to_owned(), label }, steps))
}

fn step(r: &Row<'_>) -> Result<StepRow, StoreError> {
    let ended_at = row::time_opt(r, "done_at")?;
    Ok(StepRow {
        label: r.get("label")?,
        state: if ended_at.is_some() { StepState::Done } else { StepState::Pending },
        fact: None,
        started_at: row::time_opt(r, "begun_at")?,
        ended_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_a_part_are_named_as_people_do() {
        assert_eq!(places("page 3", "page 3"), "page 3");
        assert_eq!(places("page 3", "page 7"), "pages 3–7");
        assert_eq!(places("page 3, part 2", "page 4, part 1"), "pages 3–4");
        assert_eq!(places("lines 1–80", "lines 81–160"), "lines 1–160");
        assert_eq!(places("lines 1–80", "line 81"), "lines 1–81");
        assert_eq!(places("sheet Sales", "sheet Costs"), "sheet Sales to sheet Costs");
        assert_eq!(capital("pages 1–2"), "Pages 1–2");
        assert_eq!(capital("ärger"), "Ärger");
    }

    #[test]
    fn what_is_put_together_is_cut_to_the_same_share_for_each_part() {
        let long = "é".repeat(40_000);
        let text = together(&format!("## Pages 1–5\n\n{long}\n\n## Pages 6–9\n\nshort"), 3, "Why?");
        assert!(text.contains("Pages 6–9\n\nshort") && text.contains(" …\n\n## Pages 6–9"));
        assert!(text.len() < (PART_TOKENS * TOKEN) as usize);
    }
}
