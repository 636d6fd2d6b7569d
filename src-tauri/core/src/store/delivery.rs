//! The outbox: a row is made with the outcome, claimed by a run, and settled channel by channel.

use super::tx::Tx;
use super::{
    CallEnd, Store, StoreError, call, channel, conversation, event, family, row, sending, settings, task,
};
use crate::model::{
    Consumed, ConversationId, Delivery, DeliveryMode, DeliveryState, EventKind, INBOX, Lane, NATIVE, Notice,
    NoticeEvent, Outcome, Progress, Reason, Receipt, ReceiptState, Seq, Task, TaskDelivery, TaskError,
    TaskId, TaskState, compose,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What a channel did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeResult {
    /// Handed over.
    Sent,
    /// The user was looking.
    Watched,
    /// The user turned the channel off, or this event on it.
    Off,
    /// It is one of the quiet hours.
    Quiet,
    /// It refused; in plain words.
    Failed(String),
}

/// So often an agent says something on the way.
const SAID: u32 = 3;

/// Makes the row; the inbox has it from this moment on.
pub fn create(
    tx: &mut Tx<'_>,
    task: &Task,
    seq: Seq,
    outcome: Outcome,
    error: Option<&TaskError>,
    text: &str,
) -> Result<(), StoreError> {
    insert(tx, task, (seq, None), outcome, error, text)
}

/// `by` is the event that makes it, and the call that it is for, if it is for one.
fn insert(
    tx: &mut Tx<'_>,
    task: &Task,
    by: (Seq, Option<u32>),
    outcome: Outcome,
    error: Option<&TaskError>,
    text: &str,
) -> Result<(), StoreError> {
    let (title, body) = compose(task, outcome, error, text, tx.now);
    // It may become whole in the moment in which its chat is deleted.
    let is_deleted = conversation::is_deleted(tx.sql, &task.conversation_id)?;
    let event = NoticeEvent::of(outcome, error);
    let silent = is_deleted
        || event.is_none()
        || is_muted(tx, task)?
        // What a part came to is told with the whole; what it needs its user for is not.
        || (task.parent_id.is_some() && outcome != Outcome::NeedsYou)
        || (matches!(outcome, Outcome::Done | Outcome::Says)
            && task.ownership.mode == DeliveryMode::Suppressed);
    let state = if silent { DeliveryState::Suppressed } else { DeliveryState::Pending };
    let is_near = outcome == Outcome::Nearly;
    let goes_on = is_near || matches!(outcome, Outcome::Says | Outcome::Halfway);
    tx.sql
        .prepare_cached(
            "INSERT INTO delivery (task_id, created_seq, outcome, title, body, state, created_at, is_near, call, event)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            task.id.as_str(),
            by.0,
            row::word(if goes_on { &Outcome::NeedsYou } else { &outcome })?,
            title,
            body,
            row::word(&state)?,
            tx.now.as_ms(),
            is_near,
            by.1,
            event.as_ref().map(row::word).transpose()?,
        ])?;
    let id = tx.sql.last_insert_rowid();
    if let Some(event) = event.filter(|_| !silent) {
        sending::enqueue(tx, id, event, outcome)?;
    }
    record(tx, id, &task.id, INBOX, &NoticeResult::Sent)
}

/// A part is muted with the whole.
fn is_muted(tx: &Tx<'_>, task: &Task) -> Result<bool, StoreError> {
    let parent = task.parent_id.as_ref().filter(|_| !task.muted);
    let query = "SELECT muted FROM task WHERE id = ?1";
    let of_parent = |id: &TaskId| tx.sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0));
    Ok(task.muted || parent.map(of_parent).transpose()?.unwrap_or_default())
}

/// Tells once that half of what a task counts is done, if anybody wants to be told outside the app; there it is shown anyway.
pub fn halfway(tx: &mut Tx<'_>, id: &TaskId, seq: Seq) -> Result<(), StoreError> {
    let query = "SELECT EXISTS (SELECT 1 FROM delivery WHERE task_id = ?1 AND event = 'halfway')";
    if tx.sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get(0))? {
        return Ok(());
    }
    let settings = settings::load(tx.sql)?;
    let wants = |name: &str| settings.tells(name, NoticeEvent::Halfway);
    if !wants(NATIVE) && !channel::confirmed(tx.sql)?.iter().any(|name| wants(name)) {
        return Ok(());
    }
    let task = task::load(tx.sql, id)?;
    let is_long = |progress: &&Progress| progress.total >= COUNTS && progress.done * 2 >= progress.total;
    let Some(half) = task.progress.as_ref().filter(is_long) else { return Ok(()) };
    if task.lane != Lane::Background || task.state.is_final() || half.done == half.total {
        return Ok(());
    }
    let text = format!("{} of {} {} are done.", half.done, half.total, half.unit);
    create(tx, &task, seq, Outcome::Halfway, None, &text)
}

/// A task that counts less than this has no middle worth telling.
const COUNTS: u64 = 10;

/// Followers read a task again whose delivery moved.
pub fn changed(tx: &mut Tx<'_>, id: &TaskId) -> Result<(), StoreError> {
    let seq = tx.next_seq();
    tx.sql.prepare_cached("UPDATE task SET head = ?2 WHERE id = ?1")?.execute(params![id.as_str(), seq])?;
    Ok(())
}

/// Tells once for each cap that it is near, at the task that has it; whoever watches sees it come.
pub fn warn(tx: &mut Tx<'_>, before: &Task, seq: Seq) -> Result<(), StoreError> {
    let capped = before.parent_id.as_ref().unwrap_or(&before.id);
    if before.budget.is_none() && before.parent_id.is_none() {
        return Ok(());
    }
    let task = task::load(tx.sql, capped)?;
    let waits = task.state == TaskState::Queued && task.reason == Some(Reason::Children);
    let is_told_here = task.lane == Lane::Background && (task.id == before.id || waits);
    let Some(budget) = task.budget.filter(|_| is_told_here) else { return Ok(()) };
    let used = Consumed {
        usd: task.usage.cost_usd.unwrap_or_default(),
        tokens: task.usage.output_tokens.unwrap_or_default(),
        worked: task.worked(tx.now),
        // The step that waits for them is one, too.
        steps: call::made(tx.sql, capped)? + u32::from(waits) + family::steps_of_others(tx.sql, capped)?,
        files: task.files_changed,
    };
    let Some(near) = budget.near(&used) else { return Ok(()) };
    let error = near.warn();
    let told =
        "SELECT EXISTS (SELECT 1 FROM delivery WHERE task_id = ?1 AND is_near = 1 AND instr(body, ?2) > 0)";
    let is_told: bool =
        tx.sql.prepare_cached(told)?.query_row([capped.as_str(), &error.message], |r| r.get(0))?;
    if is_told {
        return Ok(());
    }
    // It needs a place in the log of its own task.
    let again = EventKind::Requeued { reason: Reason::Children, due_at: None };
    let seq = if waits { event::append(tx, capped, &again)? } else { seq };
    create(tx, &task, seq, Outcome::Nearly, Some(&error), "")
}

fn record(
    tx: &mut Tx<'_>,
    id: i64,
    task_id: &TaskId,
    channel: &str,
    result: &NoticeResult,
) -> Result<(), StoreError> {
    let (state, error) = match result {
        NoticeResult::Sent => ("sent", None),
        NoticeResult::Watched => ("watched", None),
        NoticeResult::Off => ("off", None),
        NoticeResult::Quiet => ("quiet", None),
        NoticeResult::Failed(error) => ("failed", Some(error.clone())),
    };
    tx.sql
        .prepare_cached(
            "INSERT INTO notice (delivery_id, channel, state, attempts, error, at) VALUES (?1, ?2, ?3, 1, ?4, ?5)
             ON CONFLICT DO UPDATE SET state = ?3, attempts = attempts + 1, error = ?4, at = ?5",
        )?
        .execute(params![id, channel, state, error, tx.now.as_ms()])?;
    let channel = channel.to_owned();
    match (result, error) {
        (NoticeResult::Sent, _) => event::append(tx, task_id, &EventKind::Delivered { channel }).map(drop),
        (_, Some(error)) => event::append(tx, task_id, &EventKind::NotDelivered { channel, error }).map(drop),
        _ => Ok(()),
    }
}

/// An outcome, and what each channel did with it.
pub type Told = (Delivery, Vec<(String, NoticeResult)>);

/// Nobody was told. The index is for both words, and SQLite takes it only for a query that says so.
const PENDING: &str = "d.state IN ('pending', 'claimed') AND d.state = 'pending'";

/// Outcomes that are taken on at once.
const TOGETHER: u32 = 64;

impl Store {
    /// Tells what an agent says on the way, and ends the call that said it. False, and nothing is done, when its task said enough.
    pub async fn tell(&self, id: TaskId, call: u32, text: String, end: CallEnd) -> Result<bool, StoreError> {
        self.write(move |tx| {
            let query = "SELECT COUNT(*) AS said FROM delivery WHERE task_id = ?1 AND call IS NOT NULL";
            let said = tx.sql.prepare_cached(query)?.query_row([id.as_str()], |r| row::count(r, "said"))?;
            if said >= SAID {
                return Ok(false);
            }
            let seq = call::end(tx, &id, call, &end)?;
            let task = task::load(tx.sql, &id)?;
            insert(tx, &task, (seq, Some(call)), Outcome::Says, None, &text)?;
            if task.lane == Lane::Background {
                let unread = "UPDATE task SET unread = 1 WHERE id = ?1";
                tx.sql.prepare_cached(unread)?.execute([id.as_str()])?;
                conversation::mark_changed(tx, &task.conversation_id)?;
            }
            Ok(true)
        })
        .await
    }

    /// Whether there is an outcome that nobody was told.
    pub fn has_undelivered(&self) -> Result<bool, StoreError> {
        self.glance(|sql| {
            let query = format!("SELECT EXISTS (SELECT 1 FROM delivery d WHERE {PENDING})");
            Ok(sql.prepare_cached(&query)?.query_row([], |r| r.get(0))?)
        })
    }

    /// Takes on the oldest outcomes that nobody was told.
    pub async fn claim_deliveries(&self) -> Result<Vec<Delivery>, StoreError> {
        self.write(|tx| {
            let claimed = row::all(
                tx.sql,
                &format!(
                    "SELECT d.*, t.conversation_id FROM delivery d JOIN task t ON t.id = d.task_id
                     WHERE {PENDING} ORDER BY d.id LIMIT ?1"
                ),
                [TOGETHER],
                read,
            )?;
            for one in &claimed {
                tx.sql
                    .prepare_cached("UPDATE delivery SET state = 'claimed', run_id = ?2 WHERE id = ?1")?
                    .execute(params![one.id, tx.run.as_str()])?;
            }
            Ok(claimed)
        })
        .await
    }

    /// Records what the channels did with each; the deliveries are settled.
    pub async fn settle_deliveries(&self, told: Vec<Told>) -> Result<(), StoreError> {
        self.write(move |tx| told.iter().try_for_each(|(claimed, results)| settle(tx, claimed, results)))
            .await
    }
}

fn settle(tx: &mut Tx<'_>, claimed: &Delivery, results: &[(String, NoticeResult)]) -> Result<(), StoreError> {
    let failed = results.iter().any(|(_, r)| matches!(r, NoticeResult::Failed(_)));
    let state = if failed { DeliveryState::Failed } else { DeliveryState::Delivered };
    let changed = tx
        .sql
        .prepare_cached(
            "UPDATE delivery SET state = ?2, run_id = NULL WHERE id = ?1 AND state = 'claimed' AND run_id = ?3",
        )?
        .execute(params![claimed.id, row::word(&state)?, tx.run.as_str()])?;
    let is_seen: bool = changed == 0
        && tx
            .sql
            .query_row("SELECT state = 'seen' FROM delivery WHERE id = ?1", [claimed.id], |r| r.get(0))?;
    if changed == 0 && !is_seen {
        return Err(StoreError::Broken(format!("delivery {} is not held by this run", claimed.id)));
    }
    for (channel, result) in results {
        record(tx, claimed.id, &claimed.task_id, channel, result)?;
    }
    // The state changed even if no channel has news, so followers read the task again.
    self::changed(tx, &claimed.task_id)
}

/// One that is taken on.
pub fn read(r: &Row<'_>) -> Result<Delivery, StoreError> {
    let task_id = TaskId::from_text(r.get::<_, String>("task_id")?);
    // A word of a newer version is told like the usual.
    let event: Option<NoticeEvent> = row::from_word_opt(r.get("event")?).unwrap_or_default();
    let outcome = match (event, r.get("is_near")?, r.get::<_, Option<u32>>("call")?) {
        (Some(NoticeEvent::Halfway), ..) => Outcome::Halfway,
        (_, true, _) => Outcome::Nearly,
        (_, _, Some(_)) => Outcome::Says,
        _ => row::from_word(&r.get::<_, String>("outcome")?)?,
    };
    Ok(Delivery {
        id: r.get("id")?,
        created_seq: r.get("created_seq")?,
        state: DeliveryState::Claimed,
        // Older ones do not say.
        event: event.or_else(|| NoticeEvent::of(outcome, None)),
        notice: Notice {
            task_id: task_id.clone(),
            conversation_id: ConversationId::from_text(r.get::<_, String>("conversation_id")?),
            outcome,
            title: r.get("title")?,
            body: r.get("body")?,
            at: row::time(r, "created_at")?,
        },
        task_id,
    })
}

/// How its user is told of a task: of the newest duty, and the duty that is to come of one in the background.
pub fn of_task(sql: &Connection, id: &TaskId, lane: Lane) -> Result<Option<TaskDelivery>, StoreError> {
    let newest: Option<(i64, String)> = sql
        .prepare_cached("SELECT id, state FROM delivery WHERE task_id = ?1 ORDER BY id DESC LIMIT 1")?
        .query_row([id.as_str()], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let Some((delivery, state)) = newest else {
        let pending = TaskDelivery {
            state: row::from_word("pending")?,
            channels: Vec::new(),
            error: None,
            receipts: Vec::new(),
        };
        return Ok((lane == Lane::Background).then_some(pending));
    };
    let query = "SELECT channel, state, kind, error, due_at, at FROM notice WHERE delivery_id = ?1 ORDER BY at, channel";
    let receipts = row::all(sql, query, [delivery], receipt)?;
    let sent = receipts.iter().filter(|receipt| receipt.state == ReceiptState::Sent);
    Ok(Some(TaskDelivery {
        state: row::from_word(&state)?,
        channels: sent.map(|receipt| receipt.channel.clone()).collect(),
        error: receipts
            .iter()
            .filter(|receipt| receipt.channel == NATIVE)
            .find_map(|receipt| receipt.error.clone()),
        receipts,
    }))
}

fn receipt(r: &Row<'_>) -> Result<Receipt, StoreError> {
    Ok(Receipt {
        channel: r.get("channel")?,
        state: row::from_word(&r.get::<_, String>("state")?)?,
        failure: row::from_word_opt(r.get("kind")?)?,
        error: r.get("error")?,
        due_at: row::time_opt(r, "due_at")?,
        at: row::time(r, "at")?,
    })
}
