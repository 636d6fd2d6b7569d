//! What requests of tasks with a budget may use, noted before they leave, and what they did use.

use super::tx::Tx;
use super::{StoreError, catalogue, row};
use crate::model::{Allowance, Budget, Overdrawn, Price, Said, Settings, Task, TaskId, Usage};
use rusqlite::{Connection, params};

/// Tokens that a picture can cost. Source: Gemini, which cuts one of our size into six tiles of 258. The small models of OpenAI
/// count more tokens for one, and charge less for each.
const MOST_OF_PICTURE: u64 = 2_000;

/// What a model costs: as the user says, else as its server says or its provider published; `None` when nobody knows.
pub fn price(sql: &Connection, settings: &Settings, model: &str) -> Result<Option<Price>, StoreError> {
    if let Some(price) = settings.prices.get(model) {
        return Ok(Some(*price));
    }
    Ok(catalogue::facts(sql, model)?.price)
}

/// The most tokens that a request can read: three bytes a token is more than nearly any text has.
pub fn most_read(system: &str, messages: &[Said]) -> u64 {
    let bytes = system.len() + messages.iter().map(|said| said.text.len()).sum::<usize>();
    let pictures = messages.iter().map(|said| said.pictures.len()).sum::<usize>() as u64;
    bytes.div_ceil(3) as u64 + pictures * MOST_OF_PICTURE
}

/// Reserves the most that the next request of a task can use, which reads this many tokens.
///
/// # Errors
/// The inner one is what is used up.
pub fn allow(
    tx: &Tx<'_>,
    task: &Task,
    attempt: u32,
    input: u64,
    price: Option<Price>,
) -> Result<Result<Allowance, Overdrawn>, StoreError> {
    let budget = task.budget.unwrap_or_default();
    let left = budget.left(&task.usage, task.worked(tx.now), input, price);
    if let Ok(most) = left {
        reserve(tx, &task.id, attempt, &budget, most)?;
    }
    Ok(left)
}

fn reserve(
    tx: &Tx<'_>,
    id: &TaskId,
    attempt: u32,
    budget: &Budget,
    most: Allowance,
) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached(
            "INSERT INTO ledger (task_id, attempt, kind, tokens, usd, budget, at) VALUES (?1, ?2, 'reserve', ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            id.as_str(),
            attempt,
            most.tokens.map(to_sql),
            most.usd,
            row::json(budget)?,
            tx.now.as_ms()
        ])?;
    Ok(())
}

/// Notes what a request did use, if anything was reserved for it.
pub fn settle(tx: &Tx<'_>, id: &TaskId, attempt: u32, usage: &Usage) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached(
            "INSERT INTO ledger (task_id, attempt, kind, tokens, usd, budget, at)
             SELECT task_id, attempt, 'settle', ?3, ?4, budget, ?5 FROM ledger
             WHERE task_id = ?1 AND attempt = ?2 AND kind = 'reserve'",
        )?
        .execute(params![
            id.as_str(),
            attempt,
            usage.output_tokens.map(to_sql),
            usage.cost_usd,
            tx.now.as_ms()
        ])?;
    Ok(())
}

fn to_sql(tokens: u64) -> i64 {
    i64::try_from(tokens).unwrap_or(i64::MAX)
}
