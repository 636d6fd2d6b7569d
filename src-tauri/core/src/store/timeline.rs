//! What was worked on between two moments.

use super::{Store, StoreError, row};
use crate::model::{
    AttemptEnd, ConversationId, Lane, Span, SpanKind, TaskId, TaskState, Timeline, Timestamp,
};
use rusqlite::{Connection, params};

/// Spans of one timeline.
const MOST: usize = 2_000;

/// Milliseconds between two steps of a task that are shown as one stretch of work.
const GAP: i64 = 2_000;

impl Store {
    /// What was worked on, and what waited for the user, between two moments; what is in the trash is left out.
    pub async fn timeline(
        &self,
        from: Timestamp,
        to: Timestamp,
        now: Timestamp,
    ) -> Result<Timeline, StoreError> {
        self.read(move |sql| {
            let tx = sql.unchecked_transaction()?;
            let mut spans = working(&tx, from, to)?;
            let inside = |span: &Span| {
                let end = span.to.unwrap_or(now).min(to);
                u64::try_from(end.as_ms() - span.from.max(from).as_ms()).unwrap_or(0)
            };
            let worked_ms = spans.iter().filter(|span| span.lane == Lane::Background).map(inside).sum();
            spans.extend(waiting(&tx, from, to)?);
            spans.sort_by(|one, other| {
                one.from.cmp(&other.from).then_with(|| one.task_id.cmp(&other.task_id))
            });
            spans.truncate(MOST);
            let cost = "SELECT SUM(cost_usd) FROM attempt WHERE started_at >= ?1 AND started_at < ?2";
            let cost_usd = tx.prepare_cached(cost)?.query_row([from.as_ms(), to.as_ms()], |r| r.get(0))?;
            Ok(Timeline { from, to, spans, worked_ms, cost_usd })
        })
        .await
    }
}

/// Of attempts and calls, those of one task that follow each other at once as one.
fn working(sql: &Connection, from: Timestamp, to: Timestamp) -> Result<Vec<Span>, StoreError> {
    // No request is open for longer than a few days; the bound lets the index on the beginning be used.
    let query = format!(
        "SELECT w.task_id, w.started_at, w.ended_at, w.is_last, t.conversation_id, t.title, t.lane, t.state FROM (
           SELECT task_id, started_at, ended_at, number = (SELECT MAX(number) FROM attempt x WHERE x.task_id = a.task_id) AND end <> '{complete}' AS is_last
             FROM attempt a WHERE started_at >= ?3 AND started_at < ?2 AND (ended_at IS NULL OR ended_at > ?1)
           UNION ALL
           SELECT task_id, started_at, ended_at, 0 FROM call
            WHERE started_at >= ?3 AND started_at < ?2 AND (ended_at IS NULL OR ended_at > ?1)) w
         JOIN task t ON t.id = w.task_id WHERE t.system IS NULL AND {kept} ORDER BY w.task_id, w.started_at",
        complete = row::word(&AttemptEnd::Complete)?,
        kept = super::task::KEPT,
    );
    let early = from.as_ms() - 7 * 24 * 3_600_000;
    let steps = row::all(sql, &query, params![from.as_ms(), to.as_ms(), early], |r| {
        let state: TaskState = row::from_word(&r.get::<_, String>("state")?)?;
        let has_failed = state == TaskState::Failed && r.get::<_, Option<bool>>("is_last")?.unwrap_or(false);
        let kind = if has_failed { SpanKind::Failed } else { SpanKind::Working };
        span(r, kind, row::time(r, "started_at")?, row::time_opt(r, "ended_at")?)
    })?;
    let mut spans: Vec<Span> = Vec::new();
    for step in steps {
        match spans.last_mut().filter(|last| last.task_id == step.task_id) {
            Some(last) if last.to.is_none_or(|end| step.from.as_ms() - end.as_ms() <= GAP) => {
                last.kind = step.kind;
                last.to = last.to.zip(step.to).map(|(one, other)| one.max(other));
            }
            _ => spans.push(step),
        }
    }
    Ok(spans)
}

/// From each time a task asked for its user to the next thing that happened to it.
fn waiting(sql: &Connection, from: Timestamp, to: Timestamp) -> Result<Vec<Span>, StoreError> {
    let query = format!(
        "SELECT e.task_id, e.at AS started_at, t.conversation_id, t.title, t.lane,
                (SELECT x.at FROM event x WHERE x.task_id = e.task_id AND x.task_seq > e.task_seq
                   AND x.kind IN ('resumed', 'started', 'tools_begun', 'completed', 'failed', 'cancelled', 'paused')
                 ORDER BY x.task_seq LIMIT 1) AS ended_at
         FROM task t JOIN event e ON e.task_id = t.id
         WHERE e.kind = 'waiting' AND e.at < ?2 AND {kept}
           AND (t.ended_at IS NULL OR t.ended_at > ?1) AND t.created_at < ?2",
        kept = super::task::KEPT,
    );
    let spans = row::all(sql, &query, [from.as_ms(), to.as_ms()], |r| {
        span(r, SpanKind::Waiting, row::time(r, "started_at")?, row::time_opt(r, "ended_at")?)
    })?;
    Ok(spans.into_iter().filter(|span| span.to.is_none_or(|end| end > from)).collect())
}

fn span(
    r: &rusqlite::Row<'_>,
    kind: SpanKind,
    from: Timestamp,
    to: Option<Timestamp>,
) -> Result<Span, StoreError> {
    Ok(Span {
        task_id: TaskId::from_text(r.get::<_, String>("task_id")?),
        conversation_id: ConversationId::from_text(r.get::<_, String>("conversation_id")?),
        title: r.get("title")?,
        lane: row::from_word(&r.get::<_, String>("lane")?)?,
        kind,
        from,
        to,
    })
}
