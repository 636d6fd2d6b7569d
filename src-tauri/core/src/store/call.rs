//! What models ask to have done. A call is a row before it does anything, and its beginning is one before it begins: what was
//! done is never done again, and what may have been done is never repeated without its user.

use super::snapshot::Kept;
use super::tx::Tx;
use super::{Store, StoreError, approval, event, remark, row, snapshot};
use crate::model::{
    AskedCall, Call, CallState, EventKind, GO_ON, START_TASKS, Said, SaidCall, Seq, StepRow, StepState,
    TaskId, Timestamp, ToolEffect,
};
use rusqlite::{Connection, Row, params};

/// So often the same may be asked for in a row; what changes nothing does not change by asking again.
const REPEATS: u32 = 3;

/// After so many in a row the model is asked no more.
const STUCK: u32 = 6;

/// What is said of a call that its user never allows in its folder.
pub const NEVER_HERE: &str = "never here";

/// A call that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCall {
    /// Its number within the task.
    pub number: u32,
    /// What was called.
    pub tool: String,
    /// With which arguments, in the model's words.
    pub arguments: String,
    /// What came with it.
    pub opaque: Option<String>,
    /// It was begun before, and nobody knows what came of it.
    pub is_unknown: bool,
}

/// Whether a call began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It did.
    Yes,
    /// There is no yes for it.
    NotAllowed,
    /// Its task is to end or to be set aside.
    Unwanted,
    /// It would change more files than its task may without its user: so many.
    TooManyFiles(u32),
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub struct CallEnd {
    /// What it was, in a few words, if that was not said at its beginning.
    pub label: Option<String>,
    /// `Done`, `Failed`, or `Unknown` when it was cut.
    pub state: CallState,
    /// For people, a few words.
    pub fact: Option<String>,
    /// For the model.
    pub result: String,
    /// Files that it changed.
    pub left: Vec<Kept>,
}

/// Stores what an attempt asked for after so many bytes of text. True when the model is going round in circles.
pub fn insert(
    tx: &Tx<'_>,
    id: &TaskId,
    attempt: u32,
    place: usize,
    calls: &[AskedCall],
) -> Result<bool, StoreError> {
    let mut is_stuck = false;
    for call in calls {
        let repeats = repeats(tx.sql, id, call)?;
        is_stuck |= repeats >= STUCK;
        let is_repeated = repeats >= REPEATS;
        let state = if is_repeated { CallState::Failed } else { CallState::Asked };
        let result = if is_repeated { SAME_AGAIN } else { "" };
        tx.sql
            .prepare_cached(
                "INSERT INTO call (task_id, number, attempt, place, tool, arguments, opaque, label, state, result, asked_at, ended_at, fact)
                 VALUES (?1, (SELECT calls + 1 FROM task WHERE id = ?1), ?2, ?3, ?4, ?5, ?6, ?4, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                id.as_str(),
                attempt,
                place as i64,
                call.tool,
                call.arguments,
                call.opaque,
                row::word(&state)?,
                result,
                tx.now.as_ms(),
                is_repeated.then_some(tx.now.as_ms()),
                is_repeated.then_some("asked for again and again"),
            ])?;
        tx.sql.prepare_cached("UPDATE task SET calls = calls + 1 WHERE id = ?1")?.execute([id.as_str()])?;
    }
    Ok(is_stuck)
}

/// What the model is told instead of the same once more.
const SAME_AGAIN: &str = "This is the same call as several before it, so it was not made again: its result would be the same. Use \
                          what you have, try something else, or say what is in the way.";

/// How often the newest calls in a row were the same as this one.
fn repeats(sql: &Connection, id: &TaskId, call: &AskedCall) -> Result<u32, StoreError> {
    let query = "SELECT COUNT(*) FROM call WHERE task_id = ?1 AND number > COALESCE(
                   (SELECT MAX(number) FROM call WHERE task_id = ?1 AND (tool <> ?2 OR arguments <> ?3)), 0)";
    let count = sql
        .prepare_cached(query)?
        .query_row(params![id.as_str(), call.tool, call.arguments], |r| r.get::<_, i64>(0))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The calls of a task that are not over, in their order.
pub fn open(sql: &Connection, id: &TaskId) -> Result<Vec<OpenCall>, StoreError> {
    let query = "SELECT number, tool, arguments, opaque, state FROM call WHERE task_id = ?1 AND ended_at IS NULL ORDER BY number";
    row::all(sql, query, [id.as_str()], |r| {
        Ok(OpenCall {
            number: row::count(r, "number")?,
            tool: r.get("tool")?,
            arguments: r.get("arguments")?,
            opaque: r.get("opaque")?,
            is_unknown: row::from_word::<CallState>(&r.get::<_, String>("state")?)? != CallState::Asked,
        })
    })
}

/// What stands between two stretches of a task's text.
enum Mark {
    Call(SaidCall),
    Remark(String),
}

/// What the model said and had done so far, and what its user said meanwhile, for its next request; and the bytes of the text
/// that follow. A text that goes on after something else begins a paragraph of its own.
pub fn said(sql: &Connection, id: &TaskId, text: &mut String) -> Result<(Vec<Said>, usize), StoreError> {
    let mut said: Vec<Said> = Vec::new();
    let (mut start, mut open_at) = (0, None);
    for (place, mark) in marks(sql, id)? {
        let place = place.min(text.len());
        let words = text.get(start..place).unwrap_or_default().trim();
        start = place;
        match mark {
            Mark::Call(call) => {
                if open_at != Some(place) {
                    said.push(Said::by_assistant(words));
                    open_at = Some(place);
                }
                if let Some(last) = said.last_mut() {
                    last.calls.push(call);
                }
            }
            Mark::Remark(remark) => {
                if !words.is_empty() {
                    said.push(Said::by_assistant(words));
                }
                said.push(Said::by_user(remark));
                open_at = None;
            }
        }
    }
    let own = text.get(start..).unwrap_or_default();
    let own_bytes = if own.trim().is_empty() { 0 } else { own.len() };
    if own_bytes > 0 {
        let own = own.trim_start().to_owned();
        said.push(Said::by_assistant(own));
        said.push(Said::by_user(GO_ON));
    } else if !text.is_empty() && !text.ends_with("\n\n") {
        // What was shown stays as it is.
        text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
    }
    Ok((said, own_bytes))
}

/// All of them by their place; what was asked for comes before what its user said after it.
fn marks(sql: &Connection, id: &TaskId) -> Result<Vec<(usize, Mark)>, StoreError> {
    let query = "SELECT place, number, tool, arguments, opaque, result, state FROM call WHERE task_id = ?1 ORDER BY number";
    let mut marks = row::all(sql, query, [id.as_str()], |r| {
        let place = usize::try_from(r.get::<_, i64>("place")?).unwrap_or(usize::MAX);
        let (number, state) = (row::count(r, "number")?, r.get::<_, String>("state")?);
        let call = SaidCall {
            id: format!("call{number:05}"),
            tool: r.get("tool")?,
            arguments: r.get("arguments")?,
            opaque: r.get("opaque")?,
            result: r.get("result")?,
            is_error: row::from_word::<CallState>(&state)? != CallState::Done,
        };
        Ok((place, Mark::Call(call)))
    })?;
    marks.extend(remark::told(sql, id)?.into_iter().map(|told| (told.place, Mark::Remark(told.text))));
    marks.sort_by_key(|(place, _)| *place);
    Ok(marks)
}

/// What was done, for the list of steps: the newest of them, with one row for all before.
pub fn steps(sql: &Connection, id: &TaskId, shown: usize) -> Result<Vec<StepRow>, StoreError> {
    let query =
        "SELECT * FROM (SELECT number, label, state, fact, started_at, ended_at FROM call WHERE task_id = ?1
                 ORDER BY number DESC LIMIT ?2) ORDER BY number";
    let mut rows = row::all(sql, query, params![id.as_str(), shown as i64], |r| {
        Ok((row::count(r, "number")?, step(r)?))
    })?;
    let before = rows.first().map_or(0, |(number, _)| number - 1);
    let mut steps = Vec::new();
    if before > 0 {
        let label = if before == 1 { "1 earlier step".to_owned() } else { format!("{before} earlier steps") };
        steps.push(StepRow { label, state: StepState::Done, fact: None, started_at: None, ended_at: None });
    }
    steps.extend(rows.drain(..).map(|(_, step)| step));
    Ok(steps)
}

fn step(r: &Row<'_>) -> Result<StepRow, StoreError> {
    let state = row::from_word::<CallState>(&r.get::<_, String>("state")?)?;
    let fact: Option<String> = r.get("fact")?;
    Ok(StepRow {
        label: r.get("label")?,
        state: match state {
            CallState::Asked => StepState::Pending,
            CallState::Started => StepState::Current,
            CallState::Done => StepState::Done,
            CallState::Failed | CallState::Refused | CallState::Unknown => StepState::Failed,
        },
        fact: match state {
            CallState::Unknown => Some("cut off; nobody knows whether it was done".to_owned()),
            _ => fact,
        },
        started_at: row::time_opt(r, "started_at")?,
        ended_at: row::time_opt(r, "ended_at")?,
    })
}

/// How many calls of a task are over.
pub fn made(sql: &Connection, id: &TaskId) -> Result<u32, StoreError> {
    let query = "SELECT COUNT(*) AS made FROM call WHERE task_id = ?1 AND ended_at IS NOT NULL";
    Ok(sql.prepare_cached(query)?.query_row([id.as_str()], |r| row::count(r, "made"))?)
}

/// Milliseconds that the calls of a task took which are over, and since when one is being made.
pub fn worked(sql: &Connection, id: &TaskId) -> Result<(u64, Option<Timestamp>), StoreError> {
    let query = "SELECT COALESCE(SUM(MAX(ended_at - started_at, 0)), 0) AS took,
                   MIN(CASE WHEN state = 'started' THEN started_at END) AS since
                 FROM call WHERE task_id = ?1 AND started_at IS NOT NULL AND tool <> ?2";
    // Tasks that it started work themselves.
    sql.prepare_cached(query)?
        .query_row([id.as_str(), START_TASKS], |r| {
            Ok((row::count_opt(r, "took")?.unwrap_or_default(), row::time_opt(r, "since")?))
        })
        .map_err(StoreError::from)
}

/// Ends what a task will not do any more.
pub fn give_up(sql: &Connection, id: &TaskId, now: Timestamp) -> Result<(), StoreError> {
    sql.prepare_cached(
        "UPDATE call SET ended_at = ?2, state = CASE state WHEN 'asked' THEN 'refused' ELSE 'unknown' END,
           fact = CASE state WHEN 'asked' THEN 'not done' ELSE fact END WHERE task_id = ?1 AND ended_at IS NULL",
    )?
    .execute(params![id.as_str(), now.as_ms()])?;
    sql.prepare_cached(
        "UPDATE approval SET decision = 'reject', decided_at = ?2, decided_by = 'end' WHERE task_id = ?1 AND decision IS NULL",
    )?
    .execute(params![id.as_str(), now.as_ms()])?;
    Ok(())
}

/// The same calls for a task that goes on from the text of an old one: what is done there is done here.
pub fn take_over(tx: &Tx<'_>, id: &TaskId, old: &TaskId) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached(
            "INSERT INTO call (task_id, number, attempt, place, tool, arguments, opaque, label, effect, state, fact, source, result, asked_at, started_at, ended_at)
             SELECT ?1, number, attempt, place, tool, arguments, opaque, label, effect, state, fact, source,
               CASE WHEN result = '' THEN 'Nobody knows whether this was done.' ELSE result END, asked_at, started_at, ended_at
             FROM call WHERE task_id = ?2",
        )?
        .execute([id.as_str(), old.as_str()])?;
    tx.sql
        .prepare_cached(
            "INSERT INTO remark (task_id, number, text, said_at, place)
             SELECT ?1, number, text, said_at, place FROM remark WHERE task_id = ?2",
        )?
        .execute([id.as_str(), old.as_str()])?;
    tx.sql
        .prepare_cached(
            "UPDATE task SET (calls, plan) = (SELECT calls, plan FROM task WHERE id = ?2) WHERE id = ?1",
        )?
        .execute([id.as_str(), old.as_str()])?;
    Ok(())
}

/// Stores what came of a call; gives the event that says so.
pub fn end(tx: &mut Tx<'_>, id: &TaskId, call: u32, end: &CallEnd) -> Result<Seq, StoreError> {
    tx.sql
        .prepare_cached(
            "UPDATE call SET state = ?3, fact = ?4, result = ?5, ended_at = ?6, label = COALESCE(?7, label)
             WHERE task_id = ?1 AND number = ?2 AND ended_at IS NULL",
        )?
        .execute(params![
            id.as_str(),
            call,
            row::word(&end.state)?,
            end.fact,
            end.result,
            tx.now.as_ms(),
            end.label,
        ])?;
    // What was asked about it is asked no more.
    tx.sql
        .prepare_cached(
            "UPDATE approval SET decision = 'reject', decided_at = ?3, decided_by = 'end'
             WHERE task_id = ?1 AND call = ?2 AND decision IS NULL",
        )?
        .execute(params![id.as_str(), call, tx.now.as_ms()])?;
    snapshot::left(tx, id, &end.left)?;
    snapshot::noted(tx, id, Some(call))?;
    event::append(tx, id, &EventKind::CallEnded { call, state: end.state, fact: end.fact.clone() })
}

impl Store {
    /// Notes that a call begins now, before it does anything. One that changes something needs a yes for exactly this `hash`,
    /// which is used up.
    ///
    /// # Errors
    /// Those of the database; `NotFound` when it is over.
    pub async fn start_call(&self, id: TaskId, what: approval::Wanted) -> Result<Begun, StoreError> {
        self.write(move |tx| {
            let call = what.call;
            let is_wanted: bool = tx
                .sql
                .prepare_cached("SELECT cancel_at IS NULL AND pause_at IS NULL FROM task WHERE id = ?1")?
                .query_row([id.as_str()], |r| r.get(0))?;
            if !is_wanted {
                return Ok(Begun::Unwanted);
            }
            if matches!(what.effect, Some(ToolEffect::Write | ToolEffect::Run))
                && let Some(most) = snapshot::too_many(tx.sql, &id, &what)?
            {
                return Ok(Begun::TooManyFiles(most));
            }
            let approval = match what.effect {
                Some(ToolEffect::Read) | None => None,
                Some(_) => match approval::allowed(tx, &id, &what)? {
                    Some(approval) => Some(approval),
                    None => return Ok(Begun::NotAllowed),
                },
            };
            let seq = event::append(
                tx,
                &id,
                &EventKind::CallStarted {
                    call,
                    tool: what.tool.clone(),
                    label: what.summary.clone(),
                    approval,
                },
            )?;
            let begun = tx
                .sql
                .prepare_cached(
                    "UPDATE call SET state = 'started', label = ?3, effect = ?4, started_at = ?5, started_seq = ?6, source = ?7
                     WHERE task_id = ?1 AND number = ?2 AND ended_at IS NULL",
                )?
                .execute(params![
                    id.as_str(),
                    call,
                    what.summary,
                    what.effect.as_ref().map(row::word).transpose()?,
                    tx.now.as_ms(),
                    seq,
                    what.detail.source(),
                ])?;
            if begun != 1 {
                return Err(StoreError::NotFound { what: "open call", id: format!("{id}/{call}") });
            }
            if let Some(approval) = approval {
                tx.sql
                    .prepare_cached("UPDATE approval SET consumed_seq = ?2 WHERE id = ?1")?
                    .execute([approval, seq])?;
            }
            Ok(Begun::Yes)
        })
        .await
    }

    /// Whether a task has heard from somebody outside other than this source.
    pub async fn has_heard_another(&self, id: TaskId, source: String) -> Result<bool, StoreError> {
        self.read(move |sql| {
            let query = "SELECT EXISTS (SELECT 1 FROM call WHERE task_id = ?1 AND source <> ?2 AND ended_at IS NOT NULL)";
            Ok(sql.prepare_cached(query)?.query_row([id.as_str(), &source], |r| r.get(0))?)
        })
        .await
    }

    /// Stores what came of a call.
    pub async fn end_call(&self, id: TaskId, call: u32, end: CallEnd) -> Result<(), StoreError> {
        self.write(move |tx| self::end(tx, &id, call, &end).map(drop)).await
    }

    /// Everything that a task had done, oldest first.
    pub async fn calls(&self, id: TaskId) -> Result<Vec<Call>, StoreError> {
        self.read(move |sql| {
            row::state(sql, &id)?;
            row::all(sql, "SELECT * FROM call WHERE task_id = ?1 ORDER BY number", [id.as_str()], |r| {
                Ok(Call {
                    number: row::count(r, "number")?,
                    tool: r.get("tool")?,
                    arguments: r.get("arguments")?,
                    label: r.get("label")?,
                    state: row::from_word(&r.get::<_, String>("state")?)?,
                    fact: r.get("fact")?,
                    result: r.get("result")?,
                    asked_at: row::time(r, "asked_at")?,
                    started_at: row::time_opt(r, "started_at")?,
                    ended_at: row::time_opt(r, "ended_at")?,
                })
            })
        })
        .await
    }
}
