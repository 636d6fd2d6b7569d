//! The limit of a day: what everything together used of it, and who waits for more.

use super::tx::Tx;
use super::{Store, StoreError, child, event, ledger, outcome, remote, row, settings, step, task};
use crate::model::{EventKind, Lane, Reason, Settings, Share, Step, TaskId, Timestamp, Today, Used};
use rusqlite::{Connection, params};

/// No day is longer, in milliseconds. The end of one that seems to be was noted while the clock was ahead, and is past.
pub const LONGEST_DAY: i64 = 26 * 3_600 * 1000;

/// How today stands; `None` without a limit.
pub fn today(tx: &Tx<'_>, settings: &Settings) -> Result<Option<Today>, StoreError> {
    if settings.day_limit.is_none() {
        return Ok(None);
    }
    let day = tx.day();
    let (usd, tokens) = settings.day_limit.on(&day);
    let spent = "SELECT SUM(cost_usd) AS usd, SUM(output_tokens) AS tokens FROM attempt
                 WHERE started_at >= ?1 AND started_at < ?2";
    // Few are open, and the index that knows them is for just that.
    // What is made at its provider is open also while nobody hears it.
    let open = "SELECT SUM(usd) AS usd, SUM(tokens) AS tokens FROM (
                  SELECT l.usd, l.tokens FROM attempt a INDEXED BY attempt_open
                  JOIN ledger l ON l.task_id = a.task_id AND l.attempt = a.number AND l.kind = 'reserve'
                  WHERE a.end IS NULL AND a.started_at >= ?1 AND a.started_at < ?2
                UNION ALL
                  SELECT l.usd, l.tokens FROM remote r
                  JOIN ledger l ON l.seq = (SELECT MAX(x.seq) FROM ledger x WHERE x.task_id = r.task_id AND x.kind = 'reserve')
                  WHERE r.stop_at IS NULL AND l.at >= ?1 AND l.at < ?2
                    AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.task_id = r.task_id AND a.end IS NULL))";
    let used = |query: &str| -> Result<Used, StoreError> {
        Ok(tx.sql.prepare_cached(query)?.query_row([day.start.as_ms(), day.end.as_ms()], |r| {
            Ok(Used {
                usd: r.get::<_, Option<f64>>("usd")?.unwrap_or_default(),
                tokens: row::count_opt(r, "tokens")?.unwrap_or_default(),
            })
        })?)
    };
    Ok(Some(Today { usd, tokens, spent: used(spent)?, open: used(open)? }))
}

/// What is queued in the background and would find nothing left of the day either waits with the task that found out.
pub fn hold_back(tx: &mut Tx<'_>, settings: &Settings, today: &Today) -> Result<(), StoreError> {
    let queued = format!(
        "SELECT t.id, t.model, t.in_batch FROM task t WHERE t.ended_at IS NULL AND t.state = 'queued' AND t.lane = ?1 AND {} AND {}
           -- What is made at its provider already is only heard further.
           AND NOT {}
         ORDER BY t.number",
        task::KEPT,
        child::IS_DUE,
        remote::IS_WANTED
    );
    let queued = row::all(tx.sql, &queued, [row::word(&Lane::Background)?], |r| {
        Ok((TaskId::from_text(r.get::<_, String>(0)?), r.get::<_, String>(1)?, r.get::<_, bool>(2)?))
    })?;
    for (id, model, in_batch) in queued {
        let price = ledger::price(tx.sql, settings, &model, in_batch)?;
        if today.share(0, price) == Share::UsedUp {
            let before = task::load(tx.sql, &id)?;
            let has_text = !task::kept_text(tx.sql, &id)?.is_empty();
            let error = today.explain(price, before.lane, has_text);
            outcome::ask(tx, &before, before.state.next(Step::Ask)?, Reason::DayLimit, Some(error))?;
        }
    }
    Ok(())
}

/// Notes of what is due of a model that it waits for what requests at work leave of the day.
pub fn tell_held(tx: &mut Tx<'_>, model: &str) -> Result<(), StoreError> {
    let due = format!(
        "SELECT t.id FROM task t WHERE t.ended_at IS NULL AND t.state = 'queued' AND t.lane = ?1 AND t.model = ?2
           AND t.due_at IS NULL AND COALESCE(t.reason, '') <> ?3 AND NOT {} AND {}
         ORDER BY t.number",
        remote::IS_WANTED,
        child::IS_DUE
    );
    let reason = row::word(&Reason::DayLimit)?;
    for id in row::task_ids(tx.sql, &due, params![row::word(&Lane::Background)?, model, reason])? {
        tx.sql
            .prepare_cached("UPDATE task SET reason = ?2 WHERE id = ?1")?
            .execute(params![id.as_str(), reason])?;
        event::append(tx, &id, &EventKind::Requeued { reason: Reason::DayLimit, due_at: None })?;
    }
    Ok(())
}

/// Takes up again what waits in the background for a day that is over.
pub fn begin(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let over = format!(
        "SELECT t.id FROM task t INDEXED BY task_waits WHERE t.state = 'waiting' AND t.due_at IS NOT NULL
           AND t.due_at NOT BETWEEN ?1 + 1 AND ?1 + ?2 AND t.lane = ?3 AND {}
         ORDER BY t.number",
        task::KEPT
    );
    let background = row::word(&Lane::Background)?;
    row::task_ids(tx.sql, &over, params![tx.now.as_ms(), LONGEST_DAY, background])?
        .iter()
        .try_for_each(|id| step::resume(tx, id))
}

/// Takes up again what waits for the limit of a day, because it is another one.
pub fn go_on(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let waiting = format!(
        "SELECT t.id FROM task t INDEXED BY task_waits WHERE t.state = 'waiting' AND t.due_at IS NOT NULL AND t.reason = ?1 AND {}
         ORDER BY t.number",
        task::KEPT
    );
    row::task_ids(tx.sql, &waiting, [row::word(&Reason::DayLimit)?])?
        .iter()
        .try_for_each(|id| step::resume(tx, id))
}

/// The next end of a day that somebody waits for, after this moment.
pub fn next_end(sql: &Connection, after: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let query = "SELECT MIN(due_at) FROM task
                 WHERE state = 'waiting' AND due_at IS NOT NULL AND due_at BETWEEN ?1 + 1 AND ?1 + ?2";
    let next: Option<i64> =
        sql.prepare_cached(query)?.query_row([after.as_ms(), LONGEST_DAY], |r| r.get(0))?;
    Ok(next.map(Timestamp::from_ms))
}

impl Store {
    /// Allows the limit of a day once more for today; what waits for it goes on.
    ///
    /// # Errors
    /// `Invalid` without a limit.
    pub async fn allow_today(&self) -> Result<Settings, StoreError> {
        self.write(|tx| {
            let mut chosen = settings::load(tx.sql)?;
            if chosen.day_limit.is_none() {
                return Err(StoreError::Invalid("a day has no limit; nothing waits for one".to_owned()));
            }
            let spent = today(tx, &chosen)?.map(|today| today.spent).unwrap_or_default();
            chosen.day_limit = chosen.day_limit.with_more(&tx.day(), spent);
            settings::keep(tx, &chosen)?;
            go_on(tx)?;
            Ok(chosen)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};
    use crate::command::SendMessage;
    use crate::model::{Origin, Price, TaskState};
    use std::sync::Arc;

    #[tokio::test]
    async fn the_end_of_a_day_that_somebody_waits_for_is_looked_at_when_it_comes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Arc::new(SystemClock)).unwrap();
        let _claims = store.claims().await.unwrap();
        let mut chosen = store.settings().unwrap();
        chosen.day_limit.usd = Some(0.01);
        // A dollar for each token read: what is asked alone costs more than a day may.
        let dear = Price { input: 1e6, cached: None, output: 1e6 };
        chosen.prices.insert("practice/quick".to_owned(), dear);
        store.save_settings(chosen).await.unwrap();
        let prompt = SendMessage {
            model: Some("practice/quick".to_owned()),
            ..SendMessage::new("hello", Lane::Background, Origin::Api)
        };
        let now = SystemClock.now();
        let id = store.accept(prompt).await.unwrap().task.id;
        let waits = store.task(&id).unwrap();
        assert_eq!((waits.state, waits.reason), (TaskState::Waiting, Some(Reason::DayLimit)));
        assert_eq!(store.agenda(now, now).unwrap().next_due_at, waits.due_at);
        store.close().await;
    }
}
