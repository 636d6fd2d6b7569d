//! Taking up work: one transaction makes the task running, names the lease and stores the intent to ask.

use super::tx::Tx;
use super::writer::Job;
use super::{
    Store, StoreError, Unwanted, circuit, context, conversation, document, event, ledger, outcome, part,
    remote, row, settings, task, thought,
};
use crate::model::{
    Allowance, Attempt, ConversationId, EventKind, Lane, Manner, Price, Reason, RemoteRun, Role, Said,
    Settings, Step, TaskId, TaskState, Timestamp, Usage,
};
use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, HashMap};
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
    /// The answer at the provider that the last attempt heard, to be heard further.
    pub remote: Option<RemoteRun>,
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
}

impl Claimed {
    /// The text that earlier attempts left.
    pub fn kept_text(&self) -> &str {
        // Before the word to go on; see `context::messages`.
        let kept = self.messages.iter().rev().find(|said| said.role == Role::Assistant);
        kept.filter(|_| self.kept_bytes > 0).map_or("", |said| &said.text)
    }
}

/// What the engine has to look after, beside the attempts it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agenda {
    /// A queued task was due at the moment that was asked about.
    pub has_due: bool,
    /// The earliest later moment at which a queued task is due, or a provider in trouble may be asked again.
    pub next_due_at: Option<Timestamp>,
    /// Running tasks the user wants stopped or set aside.
    pub stops: Vec<TaskId>,
    /// Answers that their providers have to be asked to stop now.
    pub unwanted: Vec<Unwanted>,
}

/// Interactive answers at the same time; somebody watches each of them, so this only stops a runaway client.
const INTERACTIVE: u32 = 64;

/// No pause that is ever chosen is longer, in milliseconds. One that seems to be was chosen while the clock was ahead, and is
/// over. Source: 15 minutes at most, as a provider may ask for, and room for small corrections.
pub const LONGEST_PAUSE: i64 = 20 * 60 * 1000;

/// Tasks that can be running at the same time: the most places a user can choose, and the watched ones.
const MOST_RUNNING: usize = 1024 + INTERACTIVE as usize;

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
        self.write(|_| Ok(())).await
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
            Ok(Agenda {
                has_due: has_due(sql, taken_up_at)?,
                next_due_at: next.map(Timestamp::from_ms),
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

/// Whether a queued task may run now, if there is a place for it and its provider is not in trouble.
pub fn has_due(sql: &Connection, now: Timestamp) -> Result<bool, StoreError> {
    let query = "SELECT EXISTS (SELECT 1 FROM task
                 WHERE ended_at IS NULL AND state = 'queued' AND COALESCE(due_at, 0) NOT BETWEEN ?1 + 1 AND ?1 + ?2)";
    Ok(sql.prepare_cached(query)?.query_row([now.as_ms(), LONGEST_PAUSE], |r| r.get(0))?)
}

/// Takes up as many due tasks as there is room for.
pub fn take_up(tx: &mut Tx<'_>) -> Result<Vec<Claimed>, StoreError> {
    if !has_due(tx.sql, tx.now)? {
        return Ok(Vec::new());
    }
    let settings = settings::load(tx.sql)?;
    let mut claimed = Vec::new();
    let background = (Lane::Background, settings.parallel_tasks, &settings.provider_tasks);
    for (lane, places, of_provider) in [(Lane::Interactive, INTERACTIVE, &BTreeMap::new()), background] {
        for id in due(tx.sql, tx.now, lane, places, of_provider)? {
            // One whose rows make no sense must not hold up all others.
            match tx.in_savepoint(|tx| claim(tx, &id, &settings)) {
                Ok(one) => claimed.extend(one),
                Err(error @ (StoreError::Broken(_) | StoreError::Sql(_) | StoreError::NotFound { .. })) => {
                    tracing::error!(task = %id, %error, "it cannot be taken up; `meanwhile doctor` may say more");
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(claimed)
}

/// The due tasks of a lane for which there is room, in the order in which they get it. Some providers have places of their
/// own number.
fn due(
    sql: &Connection,
    now: Timestamp,
    lane: Lane,
    places: u32,
    of_provider: &BTreeMap<String, u32>,
) -> Result<Vec<TaskId>, StoreError> {
    let word = row::word(&lane)?;
    let running: u32 = sql
        .prepare_cached(
            "SELECT COUNT(*) AS n FROM task WHERE ended_at IS NULL AND state = 'running' AND lane = ?1",
        )?
        .query_row([&word], |r| row::count(r, "n"))?;
    let room = places.saturating_sub(running) as usize;
    if room == 0 {
        return Ok(Vec::new());
    }
    let mut probes = Vec::new();
    let mut held = String::new();
    if lane == Lane::Background && circuit::any_open(sql)? {
        probes = circuit::probes(sql, now)?;
        probes.truncate(room);
        held = format!("AND NOT EXISTS (SELECT 1 FROM circuit c WHERE c.provider = {})", circuit::PROVIDER);
    }
    let room = room - probes.len();
    let waiting = |of: &str| {
        format!(
            "SELECT t.id, t.conversation_id, t.number FROM task t
             WHERE t.ended_at IS NULL AND t.state = 'queued' AND t.lane = ?1
               AND COALESCE(t.due_at, 0) NOT BETWEEN ?2 + 1 AND ?2 + ?3 AND {of} {held}
             ORDER BY t.number"
        )
    };
    let (now, pause) = (now.as_ms(), LONGEST_PAUSE);
    let at_work = at_work(sql)?;
    // Each of those by itself, so that a queue without end for one of them is not walked through for the others.
    let names = row::json(&of_provider.keys().collect::<Vec<_>>())?;
    let others = format!("(?4 = '[]' OR {} NOT IN (SELECT value FROM json_each(?4)))", circuit::PROVIDER);
    let mut first = fair(sql, &at_work, &waiting(&others), params![word, now, pause, names], room)?;
    let own = waiting(&format!("{} = ?4", circuit::PROVIDER));
    for (name, places) in of_provider {
        let room = places.saturating_sub(running_of(sql, &word, name)?) as usize;
        first.extend(fair(sql, &at_work, &own, params![word, now, pause, name], room)?);
    }
    first.sort_by_key(|one| (one.place, one.number));
    probes.extend(first.into_iter().take(room).map(|one| one.id));
    Ok(probes)
}

/// How many tasks of a lane a provider is answering.
fn running_of(sql: &Connection, lane: &str, provider: &str) -> Result<u32, StoreError> {
    let query = format!(
        "SELECT COUNT(*) AS n FROM task t
         WHERE t.ended_at IS NULL AND t.state = 'running' AND t.lane = ?1 AND {} = ?2",
        circuit::PROVIDER
    );
    Ok(sql.prepare_cached(&query)?.query_row([lane, provider], |r| row::count(r, "n"))?)
}

/// A task that waits, and where it stands.
struct Standing {
    /// From 1, among those of its conversation.
    place: u32,
    number: i64,
    id: TaskId,
}

/// How many tasks of each conversation are running.
fn at_work(sql: &Connection) -> Result<HashMap<String, u32>, StoreError> {
    let query = "SELECT conversation_id, COUNT(*) AS n FROM task WHERE ended_at IS NULL AND state = 'running'
                   GROUP BY conversation_id";
    Ok(row::all(sql, query, [], |r| Ok((r.get(0)?, row::count(r, "n")?)))?.into_iter().collect())
}

/// The first of the tasks that a query gives: the n-th waiting task of a conversation stands behind those that have less
/// than n running and waiting before them.
fn fair(
    sql: &Connection,
    at_work: &HashMap<String, u32>,
    waiting: &str,
    params: impl rusqlite::Params,
    room: usize,
) -> Result<Vec<Standing>, StoreError> {
    if room == 0 {
        return Ok(Vec::new());
    }
    let mut places = at_work.clone();
    let mut first: Vec<Standing> = Vec::new();
    let mut statement = sql.prepare_cached(waiting)?;
    let mut rows = statement.query(params)?;
    // Nothing stands before a task that is alone, so thousands that wait behind it need not be looked at.
    while (first.len() < room || first.last().is_some_and(|one| one.place > 1))
        && let Some(r) = rows.next()?
    {
        let place = places.entry(r.get(1)?).or_default();
        *place += 1;
        let at = first.partition_point(|before| before.place <= *place);
        if at < room {
            let id = TaskId::from_text(r.get::<_, String>(0)?);
            first.insert(at, Standing { place: *place, number: r.get(2)?, id });
            first.truncate(room);
        }
    }
    Ok(first)
}

/// `None` when its budget is used up: then its user is asked.
fn claim(tx: &mut Tx<'_>, id: &TaskId, settings: &Settings) -> Result<Option<Claimed>, StoreError> {
    let (state, lane, conversation, turn, prompt, files, parts, model, attempt, failures, setbacks, has_budget) = tx
        .sql
        .prepare_cached(
            &format!(
                "SELECT t.state, t.lane, t.conversation_id, t.turn, m.text AS prompt, m.files, t.parts, t.model, t.attempt + 1 AS attempt, t.failures,
                   COALESCE((SELECT c.failures FROM circuit c WHERE c.provider = {}), 0) AS setbacks,
                   t.budget IS NOT NULL AS has_budget
                 FROM task t JOIN message m ON m.id = t.prompt_id WHERE t.id = ?1",
                circuit::PROVIDER
            ),
        )?
        .query_row([id.as_str()], |r| {
            Ok((
                r.get::<_, String>("state")?,
                r.get::<_, String>("lane")?,
                ConversationId::from_text(r.get::<_, String>("conversation_id")?),
                row::count(r, "turn")?,
                r.get::<_, String>("prompt")?,
                r.get::<_, Option<String>>("files")?,
                row::count(r, "parts")?,
                r.get::<_, String>("model")?,
                row::count(r, "attempt")?,
                row::count(r, "failures")?,
                row::count(r, "setbacks")?,
                r.get::<_, bool>("has_budget")?,
            ))
        })?;
    let (state, lane) = (row::from_word::<TaskState>(&state)?.next(Step::Claim)?, row::from_word(&lane)?);
    // What was shown stays: the answer goes on from the text that is there.
    let mut kept = if attempt > 1 { task::kept_text(tx.sql, id)? } else { String::new() };
    let has_text = !kept.is_empty();
    let mut present = None;
    let (messages, own_bytes) = if parts > 0 {
        let mut next = part::present(tx, id, parts, &prompt, &mut kept)?;
        let messages = std::mem::take(&mut next.messages);
        let own_bytes = kept.len() - next.start;
        present = Some(next);
        (messages, own_bytes)
    } else {
        let prompt = document::asked(tx.sql, prompt, files.as_deref())?;
        (context::messages(tx.sql, &conversation, turn, prompt, &kept)?, kept.len())
    };
    let manner = conversation::manner(tx.sql, &conversation)?;
    let price = ledger::price(tx.sql, settings, &model)?;
    let remote = if attempt > 1 { remote::wanted(tx.sql, id)? } else { None };
    let has_thought = remote.is_some() && thought::any(tx.sql, id)?;
    let asked = ledger::most_read(&manner.system, &messages);
    let mut allowance = None;
    // What is made at the provider already was reserved when it was asked for.
    if has_budget && remote.is_none() {
        let before = task::load(tx.sql, id)?;
        match ledger::allow(tx, &before, attempt, asked, price)? {
            Ok(left) => allowance = Some(left),
            Err(overdrawn) => {
                let state = before.state.next(Step::Ask)?;
                outcome::ask(tx, &before, state, Reason::Budget, Some(overdrawn.explain(has_text)))?;
                return Ok(None);
            }
        }
    }
    if let Some(present) = &present {
        part::begin(tx, id, present)?;
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
    Ok(Some(Claimed {
        task_id: id.clone(),
        attempt,
        model,
        failures,
        setbacks,
        silence,
        kept_bytes,
        own_bytes,
        is_part: parts > 0,
        remote,
        has_thought,
        lane,
        price,
        allowance,
        manner,
        messages,
    }))
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
