//! Messages to the user's channels: due from the outcome on, claimed by a run before they leave, settled after. What a dead run had
//! claimed may have arrived, so it is never due again.

use super::tx::Tx;
use super::{Store, StoreError, channel, delivery, event, row, settings, task};
use crate::model::{
    ChannelFailure, ChannelRow, Delivery, EventKind, FailureKind, NoticeEvent, Outcome, Task, TaskId,
    TaskState, Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::time::Duration;

/// Outcomes in one message.
const TOGETHER: u32 = 16;

/// The index is for both words, and SQLite takes it only for a query that says so.
const DUE: &str = "n.state IN ('due', 'sending') AND n.state = 'due'";

/// An outcome that a channel is to be told of.
#[derive(Clone, Debug)]
pub struct Due {
    /// The duty.
    pub delivery: Delivery,
    /// What the task is called.
    pub title: String,
    /// Where it is now.
    pub state: TaskState,
    /// What it cost so far, in US dollars; `None` when that is not known.
    pub cost_usd: Option<f64>,
    /// The beginning of the answer, of one that is done; empty otherwise.
    pub text: String,
    /// Bytes of the answer that are not in it.
    pub more: usize,
}

/// Characters of an answer that are read for a message: as many as the longest one takes bytes.
const READ: u32 = 64 << 10;

/// Puts a delivery on every channel that is to tell of it. In the transaction of the outcome.
pub fn enqueue(
    tx: &mut Tx<'_>,
    delivery_id: i64,
    event: NoticeEvent,
    outcome: Outcome,
) -> Result<(), StoreError> {
    let names = channel::confirmed(tx.sql)?;
    if names.is_empty() {
        return Ok(());
    }
    let settings = settings::load(tx.sql)?;
    let minute = tx.clock.minute(tx.now);
    let due_at = after(tx.now, settings.quiet_hours.left(minute, outcome));
    for name in names.iter().filter(|name| settings.tells(name, event)) {
        tx.sql
            .prepare_cached(
                "INSERT INTO notice (delivery_id, channel, state, attempts, due_at, at) VALUES (?1, ?2, 'due', 0, ?3, ?4)",
            )?
            .execute(params![delivery_id, name, due_at.as_ms(), tx.now.as_ms()])?;
    }
    Ok(())
}

/// The end of the minute in which quiet hours end, or now.
fn after(now: Timestamp, minutes: Option<u16>) -> Timestamp {
    let Some(minutes) = minutes else { return now };
    let began = now.as_ms() - now.as_ms().rem_euclid(60_000);
    Timestamp::from_ms(began + i64::from(minutes) * 60_000)
}

/// What waits for a channel is not sent any more.
pub fn give_up(tx: &mut Tx<'_>, name: &str, why: &str) -> Result<(), StoreError> {
    let query = format!(
        "SELECT n.delivery_id, d.task_id FROM notice n JOIN delivery d ON d.id = n.delivery_id WHERE n.channel = ?1 AND {DUE}"
    );
    let waiting = row::all(tx.sql, &query, [name], |r| {
        Ok((r.get::<_, i64>(0)?, TaskId::from_text(r.get::<_, String>(1)?)))
    })?;
    for (delivery_id, task_id) in waiting {
        let failure = (FailureKind::MissingTarget, why);
        set(tx, (delivery_id, name), "failed", Some(failure), None)?;
        tell(tx, &task_id, name, Some(why))?;
    }
    Ok(())
}

/// What dead runs were sending: nobody knows whether it arrived.
pub fn abandon(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let query =
        "SELECT n.delivery_id, n.channel, d.task_id FROM notice n JOIN delivery d ON d.id = n.delivery_id
       WHERE n.state IN ('due', 'sending') AND n.state = 'sending' AND n.run_id <> ?1";
    let sending = row::all(tx.sql, query, [tx.run.as_str()], |r| {
        Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, TaskId::from_text(r.get::<_, String>(2)?)))
    })?;
    let why = "Meanwhile ended while it was being sent; it may have arrived, and is not sent again";
    for (delivery_id, name, task_id) in sending {
        set(tx, (delivery_id, &name), "unknown", Some((FailureKind::Unknown, why)), None)?;
        tell(tx, &task_id, &name, Some(why))?;
    }
    Ok(())
}

fn set(
    tx: &Tx<'_>,
    (delivery_id, name): (i64, &str),
    state: &str,
    failure: Option<(FailureKind, &str)>,
    due_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    // Taken, or perhaps taken: it counts as told. Certainly not taken: it does not.
    let told = u32::from(matches!(state, "sent" | "unknown"));
    let failed = u32::from(failure.is_some_and(|(kind, _)| kind != FailureKind::Unknown));
    tx.sql
        .prepare_cached(
            "UPDATE notice SET state = ?3, kind = ?4, error = ?5, due_at = ?6, attempts = attempts + ?7,
               failures = failures + ?8, run_id = NULL, at = ?9
             WHERE delivery_id = ?1 AND channel = ?2",
        )?
        .execute(params![
            delivery_id,
            name,
            state,
            failure.map(|(kind, _)| row::word(&kind)).transpose()?,
            failure.map(|(_, words)| words),
            due_at.map(|at| at.as_ms()),
            told,
            failed,
            tx.now.as_ms(),
        ])?;
    Ok(())
}

/// Notes in the log of a task what a channel did, so that followers read it again.
fn tell(tx: &mut Tx<'_>, id: &TaskId, name: &str, error: Option<&str>) -> Result<(), StoreError> {
    let channel = name.to_owned();
    let kind = match error {
        None => EventKind::Delivered { channel },
        Some(error) => EventKind::NotDelivered { channel, error: error.to_owned() },
    };
    event::append(tx, id, &kind).map(drop)
}

/// Only what is small: this keeps everybody who writes waiting. Answers are read afterwards.
fn claim(tx: &mut Tx<'_>, name: &str) -> Result<Option<(ChannelRow, Vec<Due>)>, StoreError> {
    let found = match channel::by_name(tx.sql, name) {
        Err(StoreError::Broken(error)) => {
            tracing::warn!(channel = name, error, "a channel cannot be read");
            give_up(tx, name, "this version of Meanwhile cannot read where the channel leads")?;
            return Ok(None);
        }
        found => found?,
    };
    let Some(channel) = found.filter(|row| row.confirmed_at.is_some()) else {
        give_up(tx, name, "the channel is not in use")?;
        return Ok(None);
    };
    let query = format!(
        "SELECT d.*, t.conversation_id, t.title AS called, t.state AS stands,
           CASE WHEN c.deleted_at IS NOT NULL THEN 'suppressed' ELSE d.state END AS told,
           EXISTS (SELECT 1 FROM notice w WHERE w.delivery_id = d.id AND w.state = 'watched') AS watched
         FROM notice n JOIN delivery d ON d.id = n.delivery_id JOIN task t ON t.id = d.task_id
         JOIN conversation c ON c.id = t.conversation_id
         WHERE n.channel = ?1 AND {DUE} AND n.due_at <= ?2 AND d.state NOT IN ('pending', 'claimed')
         ORDER BY d.id LIMIT ?3"
    );
    let most = if channel.place.is_read_by_people() { TOGETHER } else { 1 };
    let waiting = row::all(tx.sql, &query, params![name, tx.now.as_ms(), most], |r| {
        let due = Due {
            delivery: delivery::read(r)?,
            title: r.get("called")?,
            state: row::from_word(&r.get::<_, String>("stands")?)?,
            cost_usd: None,
            text: String::new(),
            more: 0,
        };
        Ok((due, r.get::<_, String>("told")?, r.get::<_, bool>("watched")?))
    })?;
    let settings = settings::load(tx.sql)?;
    let minute = tx.clock.minute(tx.now);
    let mut claimed = Vec::new();
    for (due, told, watched) in waiting {
        let one = &due.delivery;
        let place = (one.id, name);
        let event = one.event.unwrap_or(NoticeEvent::NeedsYou);
        let quiet = settings.quiet_hours.left(minute, one.notice.outcome);
        if told == "suppressed" || !settings.tells(name, event) {
            set(tx, place, "off", None, None)?;
        } else if watched || told == "seen" {
            set(tx, place, "watched", None, None)?;
        } else if quiet.is_some() {
            let due_at = after(tx.now, quiet);
            set(tx, place, "due", None, Some(due_at))?;
            continue;
        } else {
            tx.sql
                .prepare_cached(
                    "UPDATE notice SET state = 'sending', run_id = ?3, at = ?4, due_at = NULL WHERE delivery_id = ?1 AND channel = ?2",
                )?
                .execute(params![one.id, name, tx.run.as_str(), tx.now.as_ms()])?;
            claimed.push(due);
            continue;
        }
        delivery::changed(tx, &one.task_id)?;
    }
    Ok(Some((channel, claimed)))
}

/// What the messages of these outcomes say beside their notices.
fn fill(sql: &Connection, mut due: Vec<Due>) -> Result<Vec<Due>, StoreError> {
    for one in &mut due {
        let id = &one.delivery.task_id;
        one.cost_usd = task::load(sql, id)?.usage.cost_usd;
        if one.delivery.notice.outcome != Outcome::Done {
            continue;
        }
        let query = "SELECT substr(text, 1, ?2), octet_length(text) AS bytes FROM message WHERE task_id = ?1";
        let read = |r: &Row<'_>| Ok((r.get::<_, String>(0)?, row::count(r, "bytes")?));
        let answer = sql.prepare_cached(query)?.query_row(params![id.as_str(), READ], read).optional()?;
        if let Some((text, bytes)) = answer {
            one.more = usize::try_from(bytes).unwrap_or(usize::MAX).saturating_sub(text.len());
            one.text = text;
        }
    }
    Ok(due)
}

impl Store {
    /// The channels with something to send now, and when the next thing is to be sent after that.
    pub fn due_channels(&self, now: Timestamp) -> Result<(Vec<String>, Option<Timestamp>), StoreError> {
        self.glance(|sql| {
            // What this desktop is told goes first: whoever sees an outcome there needs no mail about it.
            let query = format!(
                "SELECT n.channel, MIN(n.due_at) AS due_at FROM notice n JOIN delivery d ON d.id = n.delivery_id
                 WHERE {DUE} AND d.state NOT IN ('pending', 'claimed') GROUP BY n.channel"
            );
            let all = row::all(sql, &query, [], |r| Ok((r.get::<_, String>(0)?, row::time(r, "due_at")?)))?;
            let next = all.iter().map(|(_, at)| *at).filter(|at| *at > now).min();
            Ok((all.into_iter().filter(|(_, at)| *at <= now).map(|(name, _)| name).collect(), next))
        })
    }

    /// Takes on what a channel has to be told now, oldest first; of one that programs read a single outcome. What the user has
    /// seen by now, turned off, muted or put into the trash is settled without being sent.
    pub async fn claim_notices(&self, name: String) -> Result<Option<(ChannelRow, Vec<Due>)>, StoreError> {
        let claimed = self.write(move |tx| claim(tx, &name)).await?;
        let Some((channel, due)) = claimed else { return Ok(None) };
        let whole = due.clone();
        // They are claimed, so they are sent: with the lines of their notices, if nothing else can be read.
        let due = match self.read(move |sql| fill(sql, whole)).await {
            Ok(whole) => whole,
            Err(error) => {
                tracing::warn!(%error, "what is told could not be read; it is told without");
                due
            }
        };
        Ok(Some((channel, due)))
    }

    /// Settles what a channel was told, all of it alike. What certainly did not arrive is due again a few times; `wait` is
    /// what the channel asked for.
    pub async fn end_notices(
        &self,
        channel: ChannelRow,
        told: Vec<Delivery>,
        failure: Option<ChannelFailure>,
        wait: Option<Duration>,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            let is_same = channel::is_there(tx.sql, &channel.id)?;
            for one in &told {
                let place = (one.id, channel.name.as_str());
                let query = "SELECT failures FROM notice WHERE delivery_id = ?1 AND channel = ?2 AND state = 'sending' AND run_id = ?3";
                let failures: u32 = tx
                    .sql
                    .prepare_cached(query)?
                    .query_row(params![one.id, channel.name, tx.run.as_str()], |r| row::count(r, "failures"))?;
                let Some(failed) = &failure else {
                    set(tx, place, "sent", None, None)?;
                    tell(tx, &one.task_id, &channel.name, None)?;
                    continue;
                };
                // What waits for one place never goes to another that has its name by now.
                let pause = failed.kind.next_try(failures, wait).filter(|_| is_same);
                let why = Some((failed.kind, failed.message.as_str()));
                if let Some(pause) = pause {
                    set(tx, place, "due", why, Some(tx.now.after(pause)))?;
                    delivery::changed(tx, &one.task_id)?;
                    continue;
                }
                let state = if failed.kind == FailureKind::Unknown { "unknown" } else { "failed" };
                set(tx, place, state, why, None)?;
                tell(tx, &one.task_id, &channel.name, Some(&failed.message))?;
            }
            channel::used(tx, &channel.id, failure.as_ref())
        })
        .await
    }

    /// Whether anybody is told of a task outside the app from now on.
    pub async fn mute(&self, id: TaskId, muted: bool) -> Result<Task, StoreError> {
        self.write(move |tx| {
            task::load(tx.sql, &id)?;
            tx.sql
                .prepare_cached("UPDATE task SET muted = ?2 WHERE id = ?1")?
                .execute(params![id.as_str(), muted])?;
            if muted {
                tx.sql
                    .prepare_cached(
                        "UPDATE delivery SET state = 'suppressed' WHERE task_id = ?1 AND state = 'pending'",
                    )?
                    .execute([id.as_str()])?;
                tx.sql
                    .prepare_cached(
                        "UPDATE notice SET state = 'off', due_at = NULL, at = ?2
                         WHERE delivery_id IN (SELECT id FROM delivery WHERE task_id = ?1) AND state = 'due'",
                    )?
                    .execute(params![id.as_str(), tx.now.as_ms()])?;
            }
            delivery::changed(tx, &id)?;
            task::load(tx.sql, &id)
        })
        .await
    }
}
