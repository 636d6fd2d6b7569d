//! Tasks as clients see them.

use super::tx::Tx;
use super::{
    Store, StoreError, approval, attempt, call, child, circuit, delivery, document, family, part, remark,
    remote, row, snapshot,
};
use crate::command::TaskPage;
use crate::model::{
    Attempt, AttemptEnd, ConversationId, CopyOf, Lane, MessageId, PlanItem, Progress, Reason, Seq, StepRow,
    StepState, Summary, Task, TaskId, TaskState, TaskText, Timestamp, Usage, Worked,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Deserialize;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Steps of a task that are shown with it; all of them are read by themselves.
const SHOWN: usize = 40;

const COLUMNS: &str =
    "SELECT t.*, m.text AS prompt, m.files FROM task t JOIN message m ON m.id = t.prompt_id";

/// Not in the trash.
pub const KEPT: &str =
    "NOT EXISTS (SELECT 1 FROM conversation c WHERE c.id = t.conversation_id AND c.deleted_at IS NOT NULL)";

/// One task.
pub fn load(sql: &Connection, id: &TaskId) -> Result<Task, StoreError> {
    let mut found = row::all(sql, &format!("{COLUMNS} WHERE t.id = ?1"), [id.as_str()], |r| task(sql, r))?;
    found.pop().ok_or_else(|| StoreError::NotFound { what: "task", id: id.to_string() })
}

/// Every task of the user that is not final, newest first; what is in the trash is left out.
pub fn active(sql: &Connection) -> Result<Vec<Task>, StoreError> {
    // Named, because without statistics it seems as good to walk through the whole history in the order wanted.
    let query = format!(
        "SELECT t.*, m.text AS prompt, m.files FROM task t INDEXED BY task_open JOIN message m ON m.id = t.prompt_id
                 WHERE t.ended_at IS NULL AND t.system IS NULL AND {KEPT} ORDER BY t.number DESC"
    );
    row::all(sql, &query, [], |r| task(sql, r))
}

/// Every task of the user with news after `after`.
pub fn changed(sql: &Connection, after: Seq) -> Result<Vec<Task>, StoreError> {
    row::all(
        sql,
        &format!("{COLUMNS} WHERE t.head > ?1 AND t.system IS NULL ORDER BY t.head"),
        [after],
        |r| task(sql, r),
    )
}

/// The tasks of some turns of a branch, in order.
pub fn of_turns(
    sql: &Connection,
    id: &ConversationId,
    branch: u32,
    turns: RangeInclusive<u32>,
) -> Result<Vec<Task>, StoreError> {
    let query = format!(
        "{COLUMNS} WHERE t.conversation_id = ?1 AND t.branch = ?2 AND t.turn BETWEEN ?3 AND ?4 ORDER BY t.turn, t.number"
    );
    row::all(sql, &query, params![id.as_str(), branch, turns.start(), turns.end()], |r| task(sql, r))
}

/// Whether another answer to the same prompt was put forward after this one.
pub fn has_newer_answer(sql: &Connection, task: &Task) -> Result<bool, StoreError> {
    let query = "SELECT EXISTS (SELECT 1 FROM task WHERE conversation_id = ?1 AND branch = ?2 AND turn = ?3 AND shown_seq > ?4)";
    let place = params![task.conversation_id.as_str(), task.branch, task.turn, task.shown_seq];
    Ok(sql.prepare_cached(query)?.query_row(place, |r| r.get(0))?)
}

/// Whether its answer is shown beside another one, to be compared.
pub fn is_compared(sql: &Connection, task: &Task) -> Result<bool, StoreError> {
    let query = "SELECT COUNT(*) > 1 AND ?4 = (SELECT MAX(shown_seq) FROM task WHERE conversation_id = ?1 AND branch = ?2 AND turn = ?3)
       FROM task WHERE conversation_id = ?1 AND branch = ?2 AND turn = ?3 AND shown_seq = ?4";
    let place = params![task.conversation_id.as_str(), task.branch, task.turn, task.shown_seq];
    Ok(sql.prepare_cached(query)?.query_row(place, |r| r.get(0))?)
}

/// Shows an answer beside another one.
pub fn put_beside(tx: &mut Tx<'_>, id: &TaskId, other: &TaskId) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached(
            "UPDATE task SET shown_seq = (SELECT shown_seq FROM task WHERE id = ?2) WHERE id = ?1",
        )?
        .execute([id.as_str(), other.as_str()])?;
    Ok(())
}

/// Shows an answer in the place of an old one, beside those that the old one was compared with.
pub fn put_with_others(tx: &mut Tx<'_>, id: &TaskId, old: &Task) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached(
            "UPDATE task SET shown_seq = (SELECT shown_seq FROM task WHERE id = ?1)
             WHERE conversation_id = ?2 AND branch = ?3 AND turn = ?4 AND shown_seq = ?5 AND id <> ?6",
        )?
        .execute(params![
            id.as_str(),
            old.conversation_id.as_str(),
            old.branch,
            old.turn,
            old.shown_seq,
            old.id.as_str()
        ])?;
    Ok(())
}

/// Makes it the answer of its prompt that is shown.
pub fn put_forward(tx: &mut Tx<'_>, id: &TaskId) -> Result<(), StoreError> {
    let seq = tx.next_seq();
    tx.sql
        .prepare_cached("UPDATE task SET shown_seq = ?2 WHERE id = ?1")?
        .execute(params![id.as_str(), seq])?;
    Ok(())
}

/// The answer as far as it is stored: the result message, else the running attempt, else what an attempt left.
pub fn text(sql: &Connection, id: &TaskId) -> Result<TaskText, StoreError> {
    let attempt: i64 = sql
        .prepare_cached("SELECT attempt FROM task WHERE id = ?1")?
        .query_row([id.as_str()], |r| r.get(0))
        .optional()?
        .ok_or_else(|| StoreError::NotFound { what: "task", id: id.to_string() })?;
    let attempt = u32::try_from(attempt).unwrap_or(0);
    let message: Option<String> = sql
        .prepare_cached("SELECT text FROM message WHERE task_id = ?1")?
        .query_row([id.as_str()], |r| r.get(0))
        .optional()?;
    let text = match message {
        Some(text) => text,
        None => {
            let live = row::stored_text(sql, id, attempt)?;
            if live.is_empty() { kept_text(sql, id)? } else { live }
        }
    };
    Ok(TaskText { task_id: id.clone(), attempt, text })
}

/// The last text an attempt of this task left without it becoming the result; before that, the text of the failed task
/// that it goes on from.
pub fn kept_text(sql: &Connection, id: &TaskId) -> Result<String, StoreError> {
    let own = sql
        .prepare_cached(
            "SELECT kept_text FROM attempt WHERE task_id = ?1 AND kept_text <> '' ORDER BY number DESC LIMIT 1",
        )?
        .query_row([id.as_str()], |r| r.get(0))
        .optional()?;
    if let Some(text) = own {
        return Ok(text);
    }
    // A place where another model went on is there before any text of its own only if the text before it is of another task.
    let found = sql
        .prepare_cached(
            "SELECT m.text FROM task t JOIN message m ON m.task_id = t.retry_of
             WHERE t.id = ?1 AND t.seams IS NOT NULL AND t.ended_at IS NULL",
        )?
        .query_row([id.as_str()], |r| r.get(0))
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Of what waits: not what goes on by itself tomorrow.
pub const ASKS: &str =
    "(COALESCE(t.reason, '') <> 'day_limit' OR t.lane <> 'background' OR t.due_at IS NULL)";

/// Counts for badges and the tray.
pub fn summary(sql: &Connection) -> Result<Summary, StoreError> {
    let query = format!(
        "SELECT
        (SELECT COUNT(*) FROM task WHERE ended_at IS NULL AND lane = 'background' AND state IN ('queued', 'running') AND parent_id IS NULL) AS working,
        (SELECT COUNT(*) FROM task WHERE ended_at IS NULL AND lane = 'interactive' AND state IN ('queued', 'running') AND system IS NULL) AS interactive,
        (SELECT COUNT(*) FROM task t WHERE ended_at IS NULL AND state = 'waiting' AND {ASKS} AND {KEPT}) AS needs_you,
        (SELECT COUNT(*) FROM task t WHERE unread = 1 AND state = 'failed' AND {KEPT}) AS failed,
        (SELECT COUNT(*) FROM task t WHERE unread = 1 AND state = 'completed' AND {KEPT}) AS unread"
    );
    let counts = |r: &Row<'_>| {
        Ok(Summary {
            working: row::count(r, "working")?,
            needs_you: row::count(r, "needs_you")?,
            failed: row::count(r, "failed")?,
            unread: row::count(r, "unread")?,
            interactive: row::count(r, "interactive")?,
        })
    };
    Ok(sql.prepare_cached(&query)?.query_row([], counts)?)
}

fn task(sql: &Connection, r: &Row<'_>) -> Result<Task, StoreError> {
    let id = TaskId::from_text(r.get::<_, String>("id")?);
    let lane: Lane = row::from_word(&r.get::<_, String>("lane")?)?;
    let attempt = row::count(r, "attempt")?;
    // Before the first attempt there is none, and nothing to tell.
    let attempts = if attempt == 0 { Vec::new() } else { attempt::of_task(sql, &id)? };
    let state: TaskState = row::from_word(&r.get::<_, String>("state")?)?;
    let model: String = r.get("model")?;
    let due_at = row::time_opt(r, "due_at")?;
    let mut reason: Option<Reason> = row::from_word_opt(r.get("reason")?)?;
    let is_parked = reason == Some(Reason::Children);
    if state == TaskState::Queued && lane == Lane::Background && due_at.is_none() && !is_parked {
        // What waits for its turn at a provider in trouble waits for that provider.
        reason = circuit::trouble(sql, &model)?.or(reason);
    }
    let agent: Option<Who> =
        r.get::<_, Option<String>>("agent")?.map(|text| row::from_json(&text)).transpose()?;
    let plan: Vec<PlanItem> = r
        .get::<_, Option<String>>("plan")?
        .map(|text| row::from_json(&text))
        .transpose()?
        .unwrap_or_default();
    let (progress, steps) = match row::count(r, "parts")? {
        0 if agent.is_some() => (planned(&plan), worked_on(sql, &id, &attempts)?),
        0 => (None, attempts.iter().map(step).collect()),
        _ => part::steps(sql, &id, state).map(|(progress, steps)| (Some(progress), steps))?,
    };
    let children = if agent.is_some() { child::list(sql, &id)? } else { Vec::new() };
    let started: Vec<TaskId> = children.iter().map(|child| child.task_id.clone()).collect();
    Ok(Task {
        parent_id: r.get::<_, Option<String>>("parent_id")?.map(TaskId::from_text),
        conversation_id: ConversationId::from_text(r.get::<_, String>("conversation_id")?),
        turn: row::count(r, "turn")?,
        branch: row::count(r, "branch")?,
        shown_seq: r.get("shown_seq")?,
        prompt_id: MessageId::from_text(r.get::<_, String>("prompt_id")?),
        lane,
        state,
        reason,
        due_at,
        title: r.get("title")?,
        prompt: r.get("prompt")?,
        attachments: document::list(r.get::<_, Option<String>>("files")?.as_deref())?,
        model,
        folder: agent.as_ref().and_then(|agent| agent.folder.clone()),
        copy_of: agent.as_ref().and_then(|agent| agent.copy_of.as_ref()).map(|copy| copy.folder.clone()),
        approvals: if agent.is_some() && !state.is_final() { approval::open(sql, &id)? } else { 0 },
        files_changed: if agent.is_some() { snapshot::changed(sql, &id)? } else { 0 },
        worked: agent.is_some().then(|| at_work_together(sql, &id, &attempts, &started)).transpose()?,
        remarks: if agent.is_some() { remark::of_task(sql, &id)? } else { Vec::new() },
        agent: agent.map(|agent| agent.name),
        plan,
        attempt,
        created_at: row::time(r, "created_at")?,
        started_at: row::time_opt(r, "started_at")?,
        ended_at: row::time_opt(r, "ended_at")?,
        detached_at: row::time_opt(r, "detached_at")?,
        progress,
        steps,
        finish_reason: row::from_word_opt(r.get("finish_reason")?)?,
        usage: family::usage(sql, &attempts, &started)?,
        children,
        budget: r.get::<_, Option<String>>("budget")?.map(|text| row::from_json(&text)).transpose()?,
        ownership: row::from_json(&r.get::<_, String>("ownership")?)?,
        delivery: delivery::of_task(sql, &id, lane)?,
        error: r.get::<_, Option<String>>("error")?.map(|e| row::from_json(&e)).transpose()?,
        seams: r
            .get::<_, Option<String>>("seams")?
            .map(|text| row::from_json(&text))
            .transpose()?
            .unwrap_or_default(),
        thought_ms: row::count_opt(r, "thought_ms")?,
        retry_of: r.get::<_, Option<String>>("retry_of")?.map(TaskId::from_text),
        in_batch: r.get("in_batch")?,
        is_remote: attempt > 0 && !state.is_final() && remote::wanted(sql, &id)?.is_some(),
        forecast: r.get::<_, Option<String>>("forecast")?.map(|text| row::from_json(&text)).transpose()?,
        tier: row::from_word(&r.get::<_, String>("tier")?)?,
        unread: r.get("unread")?,
        pinned: r.get("pinned")?,
        placement: row::from_word_opt(r.get("placement")?)?,
        muted: r.get("muted")?,
        head: r.get("head")?,
        id,
    })
}

/// What is shown of an agent at work with its task. The rest of it may be long: the tools of its servers.
#[derive(Deserialize)]
struct Who {
    name: String,
    folder: Option<String>,
    copy_of: Option<CopyOf>,
}

/// How far a plan is.
fn planned(plan: &[PlanItem]) -> Option<Progress> {
    let done = plan.iter().filter(|item| item.state == StepState::Done).count();
    let current = plan.iter().find(|item| item.state == StepState::Current);
    let label = current.map_or_else(String::new, |item| item.label.clone());
    let (done, total) = (done as u64, plan.len() as u64);
    (total > 0).then(|| Progress { done, total, unit: "steps".to_owned(), label })
}

/// The steps of an agent: what it had done, and of its requests those that failed and the one that is open.
fn worked_on(sql: &Connection, id: &TaskId, attempts: &[Attempt]) -> Result<Vec<StepRow>, StoreError> {
    let mut steps = call::steps(sql, id, SHOWN)?;
    if let Some(last) = attempts.last().filter(|attempt| attempt.end != Some(AttemptEnd::Complete)) {
        let thinks = StepRow { label: "Decide what is next".to_owned(), ..step(last) };
        steps.push(if last.end.is_none() { thinks } else { step(last) });
    }
    Ok(steps)
}

fn at_work(sql: &Connection, id: &TaskId, attempts: &[Attempt]) -> Result<Worked, StoreError> {
    let (of_calls, since) = call::worked(sql, id)?;
    let over = |attempt: &Attempt| Some(attempt.ended_at?.since(attempt.started_at).as_millis());
    let thought: u128 = attempts.iter().filter_map(over).sum();
    let thinks = attempts.iter().find(|attempt| attempt.ended_at.is_none());
    Ok(Worked {
        ms: of_calls.saturating_add(u64::try_from(thought).unwrap_or(u64::MAX)),
        since: since.or(thinks.map(|attempt| attempt.started_at)),
    })
}

/// The same with what the tasks did that it started.
fn at_work_together(
    sql: &Connection,
    id: &TaskId,
    attempts: &[Attempt],
    started: &[TaskId],
) -> Result<Worked, StoreError> {
    let mut worked = at_work(sql, id, attempts)?;
    for child in started {
        let one = at_work(sql, child, &attempt::of_task(sql, child)?)?;
        worked.ms = worked.ms.saturating_add(one.ms);
        // While several are at work the one that began first is told.
        worked.since = [worked.since, one.since].into_iter().flatten().min();
    }
    Ok(worked)
}

/// How long a task of an agent was at work by itself.
pub fn at_work_alone(sql: &Connection, id: &TaskId, now: Timestamp) -> Result<Duration, StoreError> {
    Ok(at_work(sql, id, &attempt::of_task(sql, id)?)?.until(now))
}

fn step(attempt: &Attempt) -> StepRow {
    let state = match attempt.end {
        None => StepState::Current,
        Some(AttemptEnd::Complete) => StepState::Done,
        Some(_) => StepState::Failed,
    };
    let model = attempt.model.split_once('/').map_or(attempt.model.as_str(), |(_, name)| name);
    StepRow {
        label: if attempt.number == 1 {
            format!("Ask {model}")
        } else {
            format!("Ask {model} again (attempt {})", attempt.number)
        },
        state,
        fact: attempt.error.as_ref().map(|e| e.message.clone()),
        started_at: Some(attempt.started_at),
        ended_at: attempt.ended_at,
    }
}

pub fn total(attempts: &[Attempt]) -> Usage {
    let sum = |pick: fn(&Usage) -> Option<u64>| {
        attempts
            .iter()
            .filter_map(|a| pick(&a.usage))
            .fold(None, |sum: Option<u64>, n| Some(sum.unwrap_or(0) + n))
    };
    let costs: Vec<f64> = attempts.iter().filter_map(|a| a.usage.cost_usd).collect();
    Usage {
        cached_tokens: sum(|u| u.cached_tokens),
        reasoning_tokens: sum(|u| u.reasoning_tokens),
        input_tokens: sum(|u| u.input_tokens),
        output_tokens: sum(|u| u.output_tokens),
        cost_usd: (!costs.is_empty()).then(|| costs.iter().sum()),
        estimated: attempts.iter().any(|a| a.usage.estimated),
    }
}

impl Store {
    /// One task.
    pub fn task(&self, id: &TaskId) -> Result<Task, StoreError> {
        self.glance(|sql| load(sql, id))
    }

    /// The answer of a task as far as it is stored.
    pub async fn task_text(&self, id: TaskId) -> Result<TaskText, StoreError> {
        self.read(move |sql| text(sql, &id)).await
    }

    /// Counts for badges and the tray.
    pub fn summary(&self) -> Result<Summary, StoreError> {
        self.glance(summary)
    }

    /// Active tasks, and a page of those that ended, newest first; what is in the trash is left out, and what the system does, and of what ended
    /// the tasks that others started. The cursor is opaque.
    pub async fn tasks(&self, limit: u32, cursor: Option<String>) -> Result<TaskPage, StoreError> {
        self.read(move |sql| {
            let (ended_at, number) = match cursor.as_deref() {
                None => (i64::MAX, i64::MAX),
                Some(text) => text
                    .split_once('-')
                    .and_then(|(at, number)| Some((at.parse().ok()?, number.parse().ok()?)))
                    .ok_or_else(|| StoreError::Invalid(format!("the cursor {text} is not one of ours")))?,
            };
            let query = format!(
                "{COLUMNS} WHERE t.ended_at IS NOT NULL AND (t.ended_at, t.number) < (?1, ?2)
                   AND t.parent_id IS NULL AND t.system IS NULL AND {KEPT}
                 ORDER BY t.ended_at DESC, t.number DESC LIMIT ?3"
            );
            let mut history = row::all(sql, &query, params![ended_at, number, limit + 1], |r| {
                Ok((r.get::<_, i64>("ended_at")?, r.get::<_, i64>("number")?, task(sql, r)?))
            })?;
            let more = history.len() > limit as usize;
            history.truncate(limit as usize);
            let next = history.last().filter(|_| more).map(|(at, number, _)| format!("{at}-{number}"));
            Ok(TaskPage {
                active: active(sql)?,
                history: history.into_iter().map(|(.., t)| t).collect(),
                next,
            })
        })
        .await
    }
}
