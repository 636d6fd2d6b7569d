//! Taking up work: one transaction makes the task running, names the lease and stores the intent to ask.

use super::context::{Asked, Question};
use super::ledger::Allowed;
use super::queue::{BATCHES, LONGEST_PAUSE, due, has_due};
use super::tx::Tx;
use super::writer::Job;
use super::{
    OpenCall, Store, StoreError, Unwanted, child, circuit, context, day, event, ledger, outcome, part,
    remark, remote, round, row, settings, step, system, task, thought,
};
use crate::model::{
    AgentAtWork, Allowance, Attempt, EventKind, Lane, Manner, Price, Reason, RemoteRun, Said, Settings,
    Share, Step, TaskError, TaskId, TaskState, Timestamp, Today, Usage, most_read,
};
use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::mpsc;

/// A task that was taken up, with all its attempt needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// The task.
    pub task_id: TaskId,
    /// The attempt that was opened, from 1.
    pub attempt: u32,
    /// `provider/model`.
    pub model: String,
    /// Attempts that failed before.
    pub failures: u32,
    /// Rounds in a row in which its provider failed, for the length of the provider's next pause.
    pub setbacks: u32,
    /// How long its model may be silent, if the user chose that for this one.
    pub silence: Option<Duration>,
    /// Bytes of answer that earlier attempts left and this one goes on from.
    pub kept_bytes: usize,
    /// Those of them that belong to what this attempt asks for: not all, if that is a part.
    pub own_bytes: usize,
    /// Whether it asks for a part of the answer.
    pub is_part: bool,
    /// Whether it asks for the answer in a batch.
    pub in_batch: bool,
    /// The answer at the provider that the last attempt heard, to be heard further.
    pub remote: Option<RemoteRun>,
    /// What was heard of that so far.
    pub heard_text: String,
    /// Some of what that one thought was heard.
    pub has_thought: bool,
    /// The lane it was taken up in.
    pub lane: Lane,
    /// What its model costs, if that is known.
    pub price: Option<Price>,
    /// What is left of its budget, if it has one.
    pub allowance: Option<Allowance>,
    /// How its conversation has models asked; the limit is that of an answer.
    pub manner: Manner,
    /// What was said before, ending with the prompt, or with the text that was kept and the word to go on.
    pub messages: Vec<Said>,
    /// The agent that works on it.
    pub agent: Option<AgentAtWork>,
    /// The tools to be used now; empty when the model is to be asked.
    pub calls: Vec<OpenCall>,
}

impl Claimed {
    /// One of which nothing more is known.
    fn of(id: &TaskId, attempt: u32, model: String, lane: Lane) -> Self {
        Self {
            task_id: id.clone(),
            attempt,
            model,
            failures: 0,
            setbacks: 0,
            silence: None,
            kept_bytes: 0,
            own_bytes: 0,
            is_part: false,
            in_batch: false,
            remote: None,
            heard_text: String::new(),
            has_thought: false,
            lane,
            price: None,
            allowance: None,
            manner: Manner::default(),
            messages: Vec::new(),
            agent: None,
            calls: Vec::new(),
        }
    }
}

/// What the engine has to look after, beside the attempts it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agenda {
    /// A queued task was due at the moment that was asked about.
    pub has_due: bool,
    /// The earliest later moment at which a queued task is due, a provider in trouble may be asked again, or a day ends that
    /// somebody waits for.
    pub next_due_at: Option<Timestamp>,
    /// Running tasks the user wants stopped or set aside.
    pub stops: Vec<TaskId>,
    /// Answers that their providers have to be asked to stop now.
    pub unwanted: Vec<Unwanted>,
}

/// Interactive answers at the same time; somebody watches each of them, so this only stops a runaway client.
const INTERACTIVE: u32 = 64;

/// Tasks that can be running at the same time: the most places a user can choose, the watched ones, and those that wait in
/// batches.
const MOST_RUNNING: usize = 1024 + (INTERACTIVE + BATCHES) as usize;

impl Store {
    /// From now on every change takes up what it made due, or made room for, in its own transaction: the oldest first,
    /// watched ones before all others, and conversations with less running work before those with more.
    ///
    /// What was taken up comes out here after the commit. Dropped, nothing more is taken up.
    ///
    /// # Errors
    /// `Closed` only.
    pub async fn claims(&self) -> Result<mpsc::Receiver<Claimed>, StoreError> {
        let (claims, claimed) = mpsc::channel(MOST_RUNNING);
        self.shared.jobs.send(Job::Claims(claims)).await.map_err(|_| StoreError::Closed)?;
        Ok(claimed)
    }

    /// Takes up what became due by the time alone.
    pub async fn take_up_due(&self) -> Result<(), StoreError> {
        self.write(day::begin).await
    }

    /// What there is to look after at `now`, when work was last taken up at `taken_up_at`; cheap, and without waiting for the
    /// writer.
    pub fn agenda(&self, taken_up_at: Timestamp, now: Timestamp) -> Result<Agenda, StoreError> {
        self.glance(|sql| {
            let next = "SELECT MIN(at) FROM (
                  SELECT MIN(due_at) AS at FROM task
                  WHERE ended_at IS NULL AND state = 'queued' AND due_at BETWEEN ?1 + 1 AND ?1 + ?2
                  UNION ALL SELECT MIN(probe_at) FROM circuit WHERE probe_at BETWEEN ?1 + 1 AND ?1 + ?2
                  UNION ALL SELECT MIN(stop_at) FROM remote WHERE stop_at > ?3)";
            let next: Option<i64> = sql
                .prepare_cached(next)?
                .query_row([taken_up_at.as_ms(), LONGEST_PAUSE, now.as_ms()], |r| r.get(0))?;
            let tomorrow = day::next_end(sql, taken_up_at)?;
            Ok(Agenda {
                has_due: has_due(sql, taken_up_at)?,
                next_due_at: next.map(Timestamp::from_ms).into_iter().chain(tomorrow).min(),
                stops: stop_requests(sql)?,
                unwanted: remote::unwanted(sql, now)?,
            })
        })
    }

    /// Running tasks the user wants stopped or set aside.
    pub fn stop_requests(&self) -> Result<Vec<TaskId>, StoreError> {
        self.glance(stop_requests)
    }

    /// The attempts of a task, oldest first.
    pub async fn attempts(&self, id: TaskId) -> Result<Vec<Attempt>, StoreError> {
        self.read(move |sql| {
            row::state(sql, &id)?;
            of_task(sql, &id)
        })
        .await
    }
}

fn stop_requests(sql: &Connection) -> Result<Vec<TaskId>, StoreError> {
    let query = "SELECT id FROM task
                 WHERE ended_at IS NULL AND state = 'running' AND (cancel_at IS NOT NULL OR pause_at IS NOT NULL)";
    row::task_ids(sql, query, [])
}

/// Tokens that the description of a tool has at most.
const TOOL_TOKENS: u64 = 400;

/// Models that are passed over in one go; behind more of them others wait for the next.
const MOST_HELD: usize = 8;

/// Takes up as many due tasks as there is room for.
pub fn take_up(tx: &mut Tx<'_>) -> Result<Vec<Claimed>, StoreError> {
    if !has_due(tx.sql, tx.now)? && !system::any_queued(tx.sql)? {
        return Ok(Vec::new());
    }
    let settings = settings::load(tx.sql)?;
    let mut today = day::today(tx, &settings)?;
    let mut claimed = Vec::new();
    let mut held = BTreeSet::new();
    // Who has to ask, or to wait for others, makes room for those behind.
    while take_up_first(tx, &settings, &mut today, &mut held, &mut claimed)? {}
    claimed.extend(system::take_up(tx, &settings, today.as_ref())?);
    Ok(claimed)
}

/// What became of a due task.
pub enum Due {
    Claimed(Box<Claimed>),
    /// Its user is asked, or it waits for those that it shares a budget with.
    Asked(Reason),
    /// It stays where it is, and others of its model too.
    NotYet(String),
}

/// The first of them for which there is room, but for those of models that are held. True when there may be room for more.
fn take_up_first(
    tx: &mut Tx<'_>,
    settings: &Settings,
    today: &mut Option<Today>,
    held: &mut BTreeSet<String>,
    claimed: &mut Vec<Claimed>,
) -> Result<bool, StoreError> {
    let mut has_room = false;
    let background = (Lane::Background, settings.parallel_tasks, &settings.provider_tasks);
    for (lane, places, of_provider) in [(Lane::Interactive, INTERACTIVE, &BTreeMap::new()), background] {
        for id in due(tx.sql, tx.now, lane, places, of_provider, held)? {
            // One whose rows make no sense must not hold up all others.
            match tx.in_savepoint(|tx| claim(tx, &id, settings, today.as_ref())) {
                Ok(Due::Claimed(one)) => {
                    // What is only heard further is open already.
                    let reserved = one.allowance.filter(|_| one.remote.is_none());
                    if let (Some(today), Some(most)) = (today.as_mut(), reserved) {
                        today.open.usd += most.usd.unwrap_or_default();
                        today.open.tokens = today.open.tokens.saturating_add(most.tokens.unwrap_or_default());
                    }
                    claimed.push(*one);
                }
                Ok(Due::Asked(reason)) => {
                    has_room = true;
                    if let Some(today) =
                        today.filter(|_| reason == Reason::DayLimit && lane == Lane::Background)
                    {
                        day::hold_back(tx, settings, &today)?;
                        break;
                    }
                }
                Ok(Due::NotYet(model)) => {
                    if held.len() < MOST_HELD && held.insert(model.clone()) {
                        has_room = true;
                        day::tell_held(tx, &model)?;
                    }
                }
                Err(error @ (StoreError::Broken(_) | StoreError::Sql(_) | StoreError::NotFound { .. })) => {
                    tracing::error!(task = %id, %error, "it cannot be taken up; `meanwhile doctor` may say more");
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(has_room)
}

/// Opens an attempt, unless its budget or the day is used up.
pub fn claim(
    tx: &mut Tx<'_>,
    id: &TaskId,
    settings: &Settings,
    today: Option<&Today>,
) -> Result<Due, StoreError> {
    let (state, lane, asked, model, attempt, failures, setbacks, has_budget, goes_on, in_batch, agent) = tx
        .sql
        .prepare_cached(
            &format!(
                "SELECT t.state, t.lane, t.conversation_id, t.branch, t.turn, m.text AS prompt, m.files, t.parts, t.agent, t.model, t.attempt + 1 AS attempt, t.failures,
                   COALESCE((SELECT c.failures FROM circuit c WHERE c.provider = {}), 0) AS setbacks,
                   COALESCE(t.budget, (SELECT p.budget FROM task p WHERE p.id = t.parent_id)) IS NOT NULL AS has_budget, t.seams IS NOT NULL AS goes_on, t.in_batch
                 FROM task t JOIN message m ON m.id = t.prompt_id WHERE t.id = ?1",
                circuit::PROVIDER
            ),
        )?
        .query_row([id.as_str()], |r| {
            Ok((
                r.get::<_, String>("state")?,
                r.get::<_, String>("lane")?,
                Asked::of(r)?,
                r.get::<_, String>("model")?,
                row::count(r, "attempt")?,
                row::count(r, "failures")?,
                row::count(r, "setbacks")?,
                r.get::<_, bool>("has_budget")?,
                r.get::<_, bool>("goes_on")?,
                r.get::<_, bool>("in_batch")?,
                r.get::<_, Option<String>>("agent")?,
            ))
        })?;
    let agent: Option<AgentAtWork> = agent.as_deref().map(row::from_json).transpose()?;
    let (state, lane) = (row::from_word::<TaskState>(&state)?.next(Step::Claim)?, row::from_word(&lane)?);
    if agent.is_some() {
        match round::open(tx, id)? {
            round::Open::Nothing => {}
            round::Open::TooMany(error) => return ask(tx, id, Reason::Budget, error),
            round::Open::Calls(calls) => {
                round::take_up(tx, id, state)?;
                let asked = Claimed::of(id, attempt - 1, model, lane);
                return Ok(Due::Claimed(Box::new(Claimed { agent, calls, ..asked })));
            }
        }
    }
    // What was shown stays: the answer goes on from the text that is there.
    let mut kept = if attempt > 1 || goes_on { task::kept_text(tx.sql, id)? } else { String::new() };
    let has_text = !kept.is_empty();
    let price = ledger::price(tx.sql, settings, &model, in_batch)?;
    let wanted = if attempt > 1 { remote::wanted(tx.sql, id)? } else { None };
    let (remote, heard_from) = wanted.map_or((None, 0), |(run, start)| (Some(run), start));
    let heard_text = remote.as_ref().and_then(|_| kept.get(heard_from..)).unwrap_or_default().to_owned();
    // Before anything long is read: there may be many of them, and they are looked at again and again.
    if let Some(today) = today.filter(|_| remote.is_none()) {
        match today.share(0, price) {
            Share::Kept if lane == Lane::Background => return Ok(Due::NotYet(model)),
            Share::Kept | Share::UsedUp => {
                return ask(tx, id, Reason::DayLimit, today.explain(price, lane, has_text));
            }
            Share::Free | Share::Tokens(_) => {}
        }
    }
    // What is heard further was asked before the user said more.
    if agent.is_some() && remote.is_none() {
        remark::take(tx, id, kept.len())?;
    }
    let Question { messages, own_bytes, part } = context::question(tx, id, &asked, &mut kept)?;
    let mut manner = context::manner(tx.sql, &asked)?;
    if let Some(agent) = &agent {
        manner.system = [manner.system.as_str(), &agent.instructions].join("\n\n").trim().to_owned();
    }
    let has_thought = remote.is_some() && thought::any(tx.sql, id)?;
    let tools = agent.as_ref().map_or(0, |agent| agent.tools.len() as u64 * TOOL_TOKENS);
    let reads = most_read(&manner.system, &messages) + tools;
    let most = manner.max_tokens;
    let request = ledger::Request { id, attempt, lane, has_budget, reads, most, price, has_text };
    let mut allowance = None;
    if remote.is_some() {
        // What is made at the provider already was reserved when it was asked for.
        allowance = ledger::carry(tx, &request)?;
    } else if has_budget || today.is_some() {
        match ledger::allow(tx, today, &request)? {
            Allowed::Yes(left) => allowance = left,
            Allowed::NotYet => return Ok(Due::NotYet(model)),
            Allowed::AfterOthers => {
                child::park(tx, &task::load(tx.sql, id)?)?;
                return Ok(Due::Asked(Reason::Children));
            }
            Allowed::No(reason, error) => return ask(tx, id, reason, error),
        }
    }
    if let Some(part) = &part {
        part::begin(tx, id, part)?;
    }
    let head = tx.next_seq();
    tx.sql
        .prepare_cached(
            "UPDATE task SET state = ?2, lease_run = ?3, attempt = ?4, reason = NULL, due_at = NULL,
               error = NULL, started_at = COALESCE(started_at, ?5), head = ?6 WHERE id = ?1",
        )?
        .execute(params![id.as_str(), state.word(), tx.run.as_str(), attempt, tx.now.as_ms(), head])?;
    tx.sql
        .prepare_cached("INSERT INTO attempt (task_id, number, model, started_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![id.as_str(), attempt, model, tx.now.as_ms()])?;
    event::insert(tx, head, id, &EventKind::Started { attempt, model: model.clone() })?;
    if !kept.is_empty() {
        tx.begin_text(id, attempt, &kept)?;
    }
    let kept_bytes = kept.len();
    let silence = settings.silence.get(&model).map(|seconds| Duration::from_secs(u64::from(*seconds)));
    Ok(Due::Claimed(Box::new(Claimed {
        agent,
        failures,
        setbacks,
        silence,
        kept_bytes,
        own_bytes,
        is_part: part.is_some(),
        in_batch,
        remote,
        heard_text,
        has_thought,
        price,
        allowance,
        manner,
        messages,
        ..Claimed::of(id, attempt, model, lane)
    })))
}

fn ask(tx: &mut Tx<'_>, id: &TaskId, reason: Reason, error: TaskError) -> Result<Due, StoreError> {
    let before = task::load(tx.sql, id)?;
    if before.is_of_system() {
        step::cancel(tx, id)?;
        return Ok(Due::Asked(reason));
    }
    outcome::ask(tx, &before, before.state.next(Step::Ask)?, reason, Some(error))?;
    Ok(Due::Asked(reason))
}

/// The attempts of a task, oldest first.
pub fn of_task(sql: &Connection, id: &TaskId) -> Result<Vec<Attempt>, StoreError> {
    row::all(sql, "SELECT * FROM attempt WHERE task_id = ?1 ORDER BY number", [id.as_str()], |r| {
        attempt(id, r)
    })
}

fn attempt(id: &TaskId, r: &Row<'_>) -> Result<Attempt, StoreError> {
    Ok(Attempt {
        task_id: id.clone(),
        number: row::count(r, "number")?,
        model: r.get("model")?,
        started_at: row::time(r, "started_at")?,
        ended_at: row::time_opt(r, "ended_at")?,
        end: row::from_word_opt(r.get("end")?)?,
        error: r.get::<_, Option<String>>("error")?.map(|e| row::from_json(&e)).transpose()?,
        usage: Usage {
            input_tokens: row::count_opt(r, "input_tokens")?,
            output_tokens: row::count_opt(r, "output_tokens")?,
            cached_tokens: row::count_opt(r, "cached_tokens")?,
            reasoning_tokens: row::count_opt(r, "reasoning_tokens")?,
            cost_usd: r.get("cost_usd")?,
            estimated: r.get("is_estimated")?,
        },
        kept_text: r.get("kept_text")?,
    })
}
