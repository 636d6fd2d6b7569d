//! What a task and those that it started for parts of its work use together: one budget is for all of them.

use super::tx::Tx;
use super::{StoreError, attempt, row, task};
use crate::model::{Budget, TaskId, Usage, Used};
use rusqlite::Connection;
use std::time::Duration;

/// How a budget stands.
pub struct Purse {
    pub budget: Budget,
    pub spent: Usage,
    pub worked: Duration,
    /// What requests that are open may use of it.
    pub open: Used,
    /// Others are asked beside this one.
    pub is_shared: bool,
}

/// The task whose budget counts for this one.
pub fn root(sql: &Connection, id: &TaskId) -> Result<TaskId, StoreError> {
    let query = "SELECT COALESCE(parent_id, id) FROM task WHERE id = ?1";
    Ok(TaskId::from_text(sql.prepare_cached(query)?.query_row([id.as_str()], |r| r.get::<_, String>(0))?))
}

/// What a request of this task is paid from.
pub fn purse(tx: &Tx<'_>, id: &TaskId) -> Result<Purse, StoreError> {
    let root = task::load(tx.sql, &root(tx.sql, id)?)?;
    let budget = root.budget.unwrap_or_default();
    let mut worked = root.worked(tx.now);
    if !root.children.is_empty() {
        worked = task::at_work_alone(tx.sql, &root.id, tx.now)?;
        for child in &root.children {
            worked += task::at_work_alone(tx.sql, &child.task_id, tx.now)?;
        }
    }
    let others = root.children.iter().filter(|child| child.task_id != *id && !child.state.is_final());
    let is_shared = root.id != *id && others.count() > 0;
    let open = if root.children.is_empty() { Used::default() } else { open(tx.sql, &root.id)? };
    Ok(Purse { budget, spent: root.usage, worked, open, is_shared })
}

impl Purse {
    /// What was spent when all that is open is used as well.
    pub fn spent_and_open(&self) -> Usage {
        Usage {
            output_tokens: Some(
                self.spent.output_tokens.unwrap_or_default().saturating_add(self.open.tokens),
            ),
            cost_usd: Some(self.spent.cost_usd.unwrap_or_default() + self.open.usd),
            ..self.spent.clone()
        }
    }
}

/// What open requests of the tasks that this one started may use; also of answers that are made at their provider while nobody
/// hears them.
fn open(sql: &Connection, root: &TaskId) -> Result<Used, StoreError> {
    let query = "SELECT SUM(usd) AS usd, SUM(tokens) AS tokens FROM (
           SELECT l.usd, l.tokens FROM task t JOIN attempt a ON a.task_id = t.id AND a.end IS NULL
           JOIN ledger l ON l.task_id = a.task_id AND l.attempt = a.number AND l.kind = 'reserve' WHERE t.parent_id = ?1
         UNION ALL
           SELECT l.usd, l.tokens FROM task t JOIN remote r ON r.task_id = t.id AND r.stop_at IS NULL
           JOIN ledger l ON l.seq = (SELECT MAX(x.seq) FROM ledger x WHERE x.task_id = t.id AND x.kind = 'reserve')
           WHERE t.parent_id = ?1 AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.task_id = t.id AND a.end IS NULL))";
    Ok(sql.prepare_cached(query)?.query_row([root.as_str()], |r| {
        Ok(Used {
            usd: r.get::<_, Option<f64>>("usd")?.unwrap_or_default(),
            tokens: row::count_opt(r, "tokens")?.unwrap_or_default(),
        })
    })?)
}

/// Calls that the others of its family made or are making.
pub fn steps_of_others(sql: &Connection, id: &TaskId) -> Result<u32, StoreError> {
    let root = root(sql, id)?;
    let query = "SELECT COUNT(*) AS n FROM task t JOIN call c ON c.task_id = t.id
                 WHERE (t.id = ?1 OR t.parent_id = ?1) AND t.id <> ?2
                   AND (c.ended_at IS NOT NULL OR c.state = 'started' OR t.state = 'running')";
    Ok(sql.prepare_cached(query)?.query_row([root.as_str(), id.as_str()], |r| row::count(r, "n"))?)
}

/// What a task's attempts used, and those of the tasks that it started.
pub fn usage(
    sql: &Connection,
    own: &[crate::model::Attempt],
    children: &[TaskId],
) -> Result<Usage, StoreError> {
    let mut all = own.to_vec();
    for child in children {
        all.extend(attempt::of_task(sql, child)?);
    }
    Ok(task::total(&all))
}
