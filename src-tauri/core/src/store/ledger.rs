//! What requests of tasks with a budget, or on a day with a limit, may use, noted before they leave, and what they did use.

use super::tx::Tx;
use super::{StoreError, catalogue, family, row};
use crate::model::{
    Allowance, Budget, Lane, Overdrawn, Price, Reason, Settings, Share, TaskError, TaskId, Today, Usage,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use std::time::Duration;

/// What a model costs: as the user says, else as its server says or its provider published; half of it in a batch. `None` when
/// nobody knows.
pub fn price(
    sql: &Connection,
    settings: &Settings,
    model: &str,
    in_batch: bool,
) -> Result<Option<Price>, StoreError> {
    let price = match settings.prices.get(model) {
        Some(price) => Some(*price),
        None => catalogue::facts(sql, model)?.price,
    };
    Ok(if in_batch { price.map(Price::halved) } else { price })
}

/// A request that is about to be made.
pub struct Request<'a> {
    pub id: &'a TaskId,
    pub attempt: u32,
    pub lane: Lane,
    pub has_budget: bool,
    /// Tokens that it reads at most.
    pub reads: u64,
    /// Tokens that an answer of its conversation has at most.
    pub most: Option<u64>,
    pub price: Option<Price>,
    /// There is some of the answer.
    pub has_text: bool,
}

/// Whether a request may leave.
pub enum Allowed {
    /// Within this, if anything is limited.
    Yes(Option<Allowance>),
    /// What is left of the day is kept for requests that are open.
    NotYet,
    /// The same of the budget that it shares with other tasks.
    AfterOthers,
    /// Only the user can allow it.
    No(Reason, TaskError),
}

/// Reserves the most that a request can use, of its task's budget and of the day.
pub fn allow(tx: &Tx<'_>, today: Option<&Today>, request: &Request<'_>) -> Result<Allowed, StoreError> {
    let Request { reads, price, has_text, .. } = *request;
    let mut allowance = None;
    let mut budget = Budget::default();
    if request.has_budget {
        let purse = family::purse(tx, request.id)?;
        budget = purse.budget;
        match budget.left(&purse.spent_and_open(), purse.worked, reads, price) {
            Ok(left) if purse.is_shared => allowance = Some(left.shared(reads, price)),
            Ok(left) => allowance = Some(left),
            Err(overdrawn) => match budget.left(&purse.spent, purse.worked, reads, price) {
                Ok(_) => return Ok(Allowed::AfterOthers),
                Err(_) => return Ok(Allowed::No(Reason::Budget, overdrawn.explain(has_text))),
            },
        }
    }
    if let Some(today) = today {
        match today.share(reads, price) {
            Share::Free => {}
            Share::Tokens(share) => allowance = Some(Allowance::of_day(share, allowance, reads, price)),
            Share::Kept if request.lane == Lane::Background => return Ok(Allowed::NotYet),
            Share::Kept | Share::UsedUp => {
                let error = today.explain(price, request.lane, has_text);
                return Ok(Allowed::No(Reason::DayLimit, error));
            }
        }
    }
    if let Some(most) = allowance {
        reserve(tx, today, request, &budget, most)?;
    }
    Ok(Allowed::Yes(allowance))
}

fn reserve(
    tx: &Tx<'_>,
    today: Option<&Today>,
    request: &Request<'_>,
    budget: &Budget,
    most: Allowance,
) -> Result<(), StoreError> {
    let tokens = most.tokens.map(|tokens| request.most.map_or(tokens, |own| own.min(tokens)));
    let usd = tokens.and_then(|tokens| Some(request.price?.most(request.reads, tokens)));
    let day = today.map(|today| json!({ "start": tx.day().start, "usd": today.usd, "tokens": today.tokens }));
    tx.sql
        .prepare_cached(
            "INSERT INTO ledger (task_id, attempt, kind, tokens, usd, budget, at, day)
             VALUES (?1, ?2, 'reserve', ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            request.id.as_str(),
            request.attempt,
            tokens.map(to_sql),
            usd,
            row::json(budget)?,
            tx.now.as_ms(),
            day.map(|day| day.to_string()),
        ])?;
    Ok(())
}

/// Keeps what was reserved for an answer that is made at its provider, while another attempt hears it further; gives what is
/// left for that.
pub fn carry(tx: &Tx<'_>, request: &Request<'_>) -> Result<Option<Allowance>, StoreError> {
    // It is no new request, so it says nothing about the day.
    let carried = tx
        .sql
        .prepare_cached(
            "INSERT INTO ledger (task_id, attempt, kind, tokens, usd, budget, at)
             SELECT task_id, ?2, 'reserve', tokens, usd, budget, ?3 FROM ledger
             WHERE task_id = ?1 AND kind = 'reserve' ORDER BY seq DESC LIMIT 1 RETURNING tokens, usd",
        )?
        .query_row(params![request.id.as_str(), request.attempt, tx.now.as_ms()], |r| {
            Ok((row::count_opt(r, "tokens")?, r.get::<_, Option<f64>>("usd")?))
        })
        .optional()?;
    let Some((tokens, usd)) = carried else { return Ok(None) };
    // It is billed at its end: for now the task has spent as much as when it was asked for.
    let family::Purse { budget, spent, worked, .. } = family::purse(tx, request.id)?;
    let left = budget.left(&spent, worked, request.reads, request.price);
    let (own, by, time) = match left {
        Ok(left) => (left.tokens, left.by, left.time),
        Err(by @ Overdrawn::Seconds(_)) => (None, Some(by), Some(Duration::ZERO)),
        Err(by) => (Some(0), Some(by), None),
    };
    let is_share = tokens.is_some_and(|tokens| own.is_none_or(|own| tokens < own));
    let by = if is_share { Some(Overdrawn::Share) } else { by };
    Ok(Some(Allowance { tokens, by, time, seconds: budget.seconds, usd }))
}

/// Notes what a request did use, if anything was reserved for it.
pub fn settle(tx: &Tx<'_>, id: &TaskId, attempt: u32, usage: &Usage) -> Result<(), StoreError> {
    tx.sql
        .prepare_cached(
            "INSERT INTO ledger (task_id, attempt, kind, tokens, usd, budget, at, day)
             SELECT task_id, attempt, 'settle', ?3, ?4, budget, ?5, day FROM ledger
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
