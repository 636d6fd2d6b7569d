//! What was used: by day, by model, by conversation.

use super::{Store, StoreError, row};
use crate::model::{
    ConversationId, ConversationSpent, Day, DaySpent, ModelSpent, Spent, Timestamp, UsageReport,
};
use rusqlite::{Connection, Row, params};
use std::cmp::Ordering;

/// Conversations that have a row of their own.
const CONVERSATIONS: usize = 100;

/// A request that used nothing, as far as anybody knows, was refused, or was made in another app.
const USED: &str = "COALESCE(a.input_tokens, a.output_tokens) IS NOT NULL";

const SUMS: &str =
    "COUNT(*) AS requests, SUM(a.input_tokens) AS input_tokens, SUM(a.output_tokens) AS output_tokens,
    SUM(a.cost_usd) AS cost_usd, SUM(a.cost_usd IS NULL) AS unpriced, MAX(a.is_estimated) AS estimated";

impl Store {
    /// When the first request was made that is known.
    pub fn first_used(&self) -> Result<Option<Timestamp>, StoreError> {
        self.glance(|sql| {
            let query = format!("SELECT MIN(started_at) FROM attempt a WHERE {USED}");
            let first: Option<i64> = sql.prepare_cached(&query)?.query_row([], |r| r.get(0))?;
            Ok(first.map(Timestamp::from_ms))
        })
    }

    /// What was used in these days, which follow each other.
    pub async fn usage(&self, days: Vec<Day>) -> Result<UsageReport, StoreError> {
        self.read(move |sql| {
            let tx = sql.unchecked_transaction()?;
            let (Some(first), Some(last)) = (days.first(), days.last()) else {
                return Ok(UsageReport::default());
            };
            let (start, end) = (first.start.as_ms(), last.end.as_ms());
            let mut report = UsageReport::default();
            for day in &days {
                let query = format!(
                    "SELECT {SUMS} FROM attempt a WHERE a.started_at >= ?1 AND a.started_at < ?2 AND {USED}"
                );
                let spent =
                    tx.prepare_cached(&query)?.query_row([day.start.as_ms(), day.end.as_ms()], spent)?;
                report.total = report.total.and(spent);
                report.days.push(DaySpent { date: day.date.clone(), start: day.start, spent });
            }
            report.models = models(&tx, start, end)?;
            report.conversations = conversations(&tx, start, end)?;
            Ok(report)
        })
        .await
    }
}

fn models(sql: &Connection, start: i64, end: i64) -> Result<Vec<ModelSpent>, StoreError> {
    let query = format!(
        "SELECT a.model, {SUMS} FROM attempt a
         WHERE a.started_at >= ?1 AND a.started_at < ?2 AND {USED} GROUP BY a.model"
    );
    let mut models =
        row::all(sql, &query, [start, end], |r| Ok(ModelSpent { model: r.get("model")?, spent: spent(r)? }))?;
    models.sort_by(|one, other| most(&one.spent, &other.spent).then_with(|| one.model.cmp(&other.model)));
    Ok(models)
}

fn conversations(sql: &Connection, start: i64, end: i64) -> Result<Vec<ConversationSpent>, StoreError> {
    let query = format!(
        "SELECT c.id, c.title, c.deleted_at IS NOT NULL AS is_deleted, {SUMS}
         FROM attempt a CROSS JOIN task t ON t.id = a.task_id CROSS JOIN conversation c ON c.id = t.conversation_id
         WHERE a.started_at >= ?1 AND a.started_at < ?2 AND {USED} GROUP BY c.id"
    );
    let mut rows = row::all(sql, &query, params![start, end], |r| {
        let conversation_id = Some(ConversationId::from_text(r.get::<_, String>("id")?));
        Ok((
            r.get::<_, bool>("is_deleted")?,
            ConversationSpent { conversation_id, title: r.get("title")?, spent: spent(r)? },
        ))
    })?;
    rows.sort_by(|(_, one), (_, other)| {
        most(&one.spent, &other.spent).then_with(|| one.title.cmp(&other.title))
    });
    let (deleted, kept): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(is_deleted, _)| *is_deleted);
    let mut kept: Vec<_> = kept.into_iter().map(|(_, row)| row).collect();
    let others = kept.split_off(kept.len().min(CONVERSATIONS));
    let deleted: Vec<_> = deleted.into_iter().map(|(_, row)| row).collect();
    kept.extend(together(&others, "other chat"));
    kept.extend(together(&deleted, "deleted chat"));
    Ok(kept)
}

/// One row for those that have none of their own.
fn together(rows: &[ConversationSpent], what: &str) -> Option<ConversationSpent> {
    let title = match rows.len() {
        0 => return None,
        1 => format!("1 {what}"),
        several => format!("{several} {what}s"),
    };
    let spent = rows.iter().fold(Spent::default(), |sum, row| sum.and(row.spent));
    Some(ConversationSpent { conversation_id: None, title, spent })
}

/// What cost most first, and of what has no price that for which most was written.
fn most(one: &Spent, other: &Spent) -> Ordering {
    let cost = |spent: &Spent| spent.cost_usd.unwrap_or(-1.0);
    cost(other).total_cmp(&cost(one)).then_with(|| other.output_tokens.cmp(&one.output_tokens))
}

fn spent(r: &Row<'_>) -> rusqlite::Result<Spent> {
    let count = |column: &str| -> rusqlite::Result<u64> {
        Ok(r.get::<_, Option<i64>>(column)?.and_then(|n| u64::try_from(n).ok()).unwrap_or_default())
    };
    Ok(Spent {
        requests: count("requests")?,
        input_tokens: count("input_tokens")?,
        output_tokens: count("output_tokens")?,
        cost_usd: r.get("cost_usd")?,
        unpriced: count("unpriced")?,
        estimated: r.get::<_, Option<bool>>("estimated")?.unwrap_or_default(),
    })
}
