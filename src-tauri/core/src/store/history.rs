//! Tasks that are found again.

use super::snippet::Words;
use super::{Store, StoreError, row, task};
use crate::model::{FoundTasks, TaskId, TaskQuery, TaskState};
use rusqlite::types::Value;
use rusqlite::{Connection, ToSql, params_from_iter};

/// Bytes of prompts and answers that are looked through for one query; what is older than that is not found.
const MOST_READ: usize = 64 * 1024 * 1024;

/// The moment that counts for a stretch of time: its end, or of what goes on its beginning.
const MOMENT: &str = "COALESCE(t.ended_at, t.created_at)";

/// What goes on stands before what ended, and the newest first. What is last in that order is last in a cursor.
const PLACE: &str = "COALESCE(t.ended_at, 9223372036854775807)";

impl Store {
    /// Tasks that fit, a page at a time; what is in the trash is left out, and what other tasks started.
    pub async fn find_tasks(&self, query: TaskQuery) -> Result<FoundTasks, StoreError> {
        self.read(move |sql| {
            let tx = sql.unchecked_transaction()?;
            let found = fitting(&tx, &query)?;
            let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
            let from = match query.cursor.as_deref() {
                None => 0,
                Some(text) => after(&found, text)?,
            };
            let to = found.len().min(from + query.limit as usize);
            let page = found.get(from..to).unwrap_or_default();
            let tasks = page.iter().map(|place| task::load(&tx, &place.id)).collect::<Result<_, _>>()?;
            let next = page.last().filter(|_| to < found.len()).map(Place::cursor);
            Ok(FoundTasks { tasks, total, next })
        })
        .await
    }
}

/// A task, and where it stands.
struct Place {
    at: i64,
    number: i64,
    id: TaskId,
}

impl Place {
    fn cursor(&self) -> String {
        format!("{}-{}", self.at, self.number)
    }
}

/// How many stand up to a cursor; what it named may have gone since.
fn after(found: &[Place], cursor: &str) -> Result<usize, StoreError> {
    let (at, number): (i64, i64) = cursor
        .split_once('-')
        .and_then(|(at, number)| Some((at.parse().ok()?, number.parse().ok()?)))
        .ok_or_else(|| StoreError::Invalid(format!("the cursor {cursor} is not one of ours")))?;
    Ok(found.partition_point(|place| (place.at, place.number) >= (at, number)))
}

fn fitting(sql: &Connection, query: &TaskQuery) -> Result<Vec<Place>, StoreError> {
    let words = query.words.as_deref().map(Words::of).filter(|words| !words.is_empty());
    let mut given: Vec<Value> = Vec::new();
    let mut conditions = vec!["t.parent_id IS NULL".to_owned(), task::KEPT.to_owned()];
    let mut is = |condition: &str, value: Value| {
        given.push(value);
        conditions.push(format!("{condition} ?{}", given.len()));
    };
    if let Some(model) = &query.model {
        is("t.model =", model.clone().into());
    }
    if let Some(lane) = &query.lane {
        is("t.lane =", row::word(lane)?.into());
    }
    if let Some(since) = query.since {
        is(&format!("{MOMENT} >="), since.as_ms().into());
    }
    if let Some(until) = query.until {
        is(&format!("{MOMENT} <"), until.as_ms().into());
    }
    if let Some(trigrams) = words.as_ref().and_then(Words::trigrams) {
        given.push(trigrams.into());
        let said = format!(
            "SELECT n.message_id FROM message_search s JOIN message_number n ON n.number = s.rowid WHERE message_search MATCH ?{}",
            given.len()
        );
        // A title is the beginning of its prompt until its user gives the conversation another.
        conditions.push(format!(
            "(t.prompt_id IN ({said}) OR t.id IN (SELECT task_id FROM message WHERE id IN ({said})))"
        ));
    }
    if query.unread {
        conditions.push("t.unread = 1".to_owned());
    }
    if query.pinned {
        conditions.push("t.pinned = 1".to_owned());
    }
    conditions.push(format!("t.system IS {}NULL", if query.system { "NOT " } else { "" }));
    conditions.push(states(&query.states));
    let conditions = conditions.join(" AND ");
    let select = format!(
        "SELECT t.id, t.number, {PLACE} AS place, t.prompt_id FROM task t WHERE {conditions} ORDER BY place DESC, t.number DESC"
    );
    let places =
        row::all(sql, &select, params_from_iter(given.iter().map(|value| value as &dyn ToSql)), |r| {
            let place = Place {
                at: r.get("place")?,
                number: r.get("number")?,
                id: TaskId::from_text(r.get::<_, String>("id")?),
            };
            Ok((place, r.get::<_, String>("prompt_id")?))
        })?;
    let Some(words) = words else { return Ok(places.into_iter().map(|(place, _)| place).collect()) };
    let mut left = MOST_READ;
    let mut found = Vec::new();
    for (place, prompt) in places {
        if stand_in(sql, &words, &place.id, &prompt, &mut left)? {
            found.push(place);
        }
        if left == 0 {
            break;
        }
    }
    Ok(found)
}

fn states(states: &[TaskState]) -> String {
    if states.is_empty() {
        return "t.ended_at IS NOT NULL".to_owned();
    }
    // The words are our own, so they need no parameters.
    let words: Vec<String> = states.iter().map(|state| format!("'{}'", state.word())).collect();
    let ended = if states.iter().all(|state| state.is_final()) { "t.ended_at IS NOT NULL AND " } else { "" };
    format!("{ended}t.state IN ({})", words.join(", "))
}

/// Whether all words stand in the prompt, or all of them in the answer.
fn stand_in(
    sql: &Connection,
    words: &Words,
    id: &TaskId,
    prompt: &str,
    left: &mut usize,
) -> Result<bool, StoreError> {
    let query =
        "SELECT text FROM message WHERE id = ?1 UNION ALL SELECT text FROM message WHERE task_id = ?2";
    let mut statement = sql.prepare_cached(query)?;
    let mut rows = statement.query([prompt, id.as_str()])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().unwrap_or_default();
        *left = left.saturating_sub(text.len());
        if words.are_in(text) {
            return Ok(true);
        }
    }
    Ok(false)
}
