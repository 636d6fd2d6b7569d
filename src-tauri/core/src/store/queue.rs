//! Which queued tasks are next: the oldest first, and conversations with less running work before those with more.

use super::{StoreError, child, circuit, remote, row};
use crate::model::{Lane, Settings, TaskId, Timestamp};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// No pause that is ever chosen is longer, in milliseconds. One that seems to be was chosen while the clock was ahead, and is
/// over. Source: 15 minutes at most, as a provider may ask for, and room for small corrections.
pub const LONGEST_PAUSE: i64 = 20 * 60 * 1000;

/// Batches that are waited for at the same time. They take no places, because nothing is done here; each is looked at now and
/// then.
pub const BATCHES: u32 = 256;

/// Whether a queued task of a lane may run now, if there is a place for it and its provider is not in trouble.
fn has_due_in(sql: &Connection, now: Timestamp, lane: Lane) -> Result<bool, StoreError> {
    let query = format!(
        "SELECT EXISTS (SELECT 1 FROM task t WHERE t.ended_at IS NULL AND t.state = 'queued' AND t.lane = ?3 AND t.system IS NULL
                 AND COALESCE(t.due_at, 0) NOT BETWEEN ?1 + 1 AND ?1 + ?2 AND {})",
        child::IS_DUE
    );
    let params = params![now.as_ms(), LONGEST_PAUSE, row::word(&lane)?];
    Ok(sql.prepare_cached(&query)?.query_row(params, |r| r.get(0))?)
}

/// The same of any lane.
pub fn has_due(sql: &Connection, now: Timestamp) -> Result<bool, StoreError> {
    Ok(has_due_in(sql, now, Lane::Interactive)? || has_due_in(sql, now, Lane::Background)?)
}

/// The due tasks of a lane for which there is room, in the order in which they get it. Some providers have places of their
/// own number; those of models that are held stay where they are.
pub fn due(
    sql: &Connection,
    now: Timestamp,
    lane: Lane,
    places: u32,
    of_provider: &BTreeMap<String, u32>,
    held: &BTreeSet<String>,
) -> Result<Vec<TaskId>, StoreError> {
    if !has_due_in(sql, now, lane)? {
        return Ok(Vec::new());
    }
    let word = row::word(&lane)?;
    let batches = in_batches(sql, &word)?;
    let running = running(sql, &word)?.saturating_sub(batches);
    let room = places.saturating_sub(running) as usize;
    let more_batches = if lane == Lane::Background { BATCHES.saturating_sub(batches) as usize } else { 0 };
    if room == 0 && more_batches == 0 {
        return Ok(Vec::new());
    }
    let mut probes = Vec::new();
    let mut in_trouble = String::new();
    if lane == Lane::Background && circuit::any_open(sql)? {
        probes = circuit::probes(sql, now)?;
        probes.truncate(room);
        in_trouble =
            format!("AND NOT EXISTS (SELECT 1 FROM circuit c WHERE c.provider = {})", circuit::PROVIDER);
    }
    let room = room - probes.len();
    let models = row::json(&held)?;
    let is_held = if held.is_empty() {
        "AND ?5 = '[]'".to_owned()
    } else {
        // What is made at its provider already is only heard further, and needs nothing that others wait for.
        format!("AND (t.model NOT IN (SELECT value FROM json_each(?5)) OR {})", remote::IS_WANTED)
    };
    let waiting = |of: &str| {
        format!(
            "SELECT t.id, t.conversation_id, t.number FROM task t
             WHERE t.ended_at IS NULL AND t.state = 'queued' AND t.lane = ?1 AND t.system IS NULL
               AND COALESCE(t.due_at, 0) NOT BETWEEN ?2 + 1 AND ?2 + ?3 AND {} AND {of} {in_trouble} {is_held}
             ORDER BY t.number",
            child::IS_DUE
        )
    };
    let (now, pause) = (now.as_ms(), LONGEST_PAUSE);
    // Whose turn it is matters only where not all of them get a place.
    let is_room_for_all = of_provider.is_empty() && queued(sql, &word, room + 1)? <= room;
    let at_work = if is_room_for_all { HashMap::new() } else { at_work(sql)? };
    // Each of those by itself, so that a queue without end for one of them is not walked through for the others.
    let names = row::json(&of_provider.keys().collect::<Vec<_>>())?;
    let others = format!(
        "t.in_batch = 0 AND (?4 = '[]' OR {} NOT IN (SELECT value FROM json_each(?4)))",
        circuit::PROVIDER
    );
    let mut first = fair(sql, &at_work, &waiting(&others), params![word, now, pause, names, models], room)?;
    let own = waiting(&format!("t.in_batch = 0 AND {} = ?4", circuit::PROVIDER));
    for (name, places) in of_provider {
        let room = places.saturating_sub(running_of(sql, &word, name)?) as usize;
        first.extend(fair(sql, &at_work, &own, params![word, now, pause, name, models], room)?);
    }
    first.sort_by_key(|one| (one.place, one.number));
    probes.extend(first.into_iter().take(room).map(|one| one.id));
    if more_batches > 0 {
        let batches = waiting("t.in_batch = 1 AND ?4 = ''");
        let batches =
            fair(sql, &HashMap::new(), &batches, params![word, now, pause, "", models], more_batches)?;
        probes.extend(batches.into_iter().map(|one| one.id));
    }
    Ok(probes)
}

/// Whether the system may ask this provider for something: nothing of the user is queued, and there is a place that nobody has.
pub fn is_room_for_system(sql: &Connection, settings: &Settings, provider: &str) -> Result<bool, StoreError> {
    let query =
        "SELECT EXISTS (SELECT 1 FROM task WHERE ended_at IS NULL AND state = 'queued' AND system IS NULL)";
    let background = row::word(&Lane::Background)?;
    let own = settings.provider_tasks.get(provider);
    Ok(!sql.prepare_cached(query)?.query_row([], |r| r.get::<_, bool>(0))?
        && running(sql, &background)?.saturating_sub(in_batches(sql, &background)?) < settings.parallel_tasks
        && own.map_or(Ok(true), |own| Ok::<_, StoreError>(running_of(sql, &background, provider)? < *own))?)
}

/// How many tasks of a lane are running. Answered by an index alone.
fn running(sql: &Connection, lane: &str) -> Result<u32, StoreError> {
    let query = "SELECT COUNT(*) AS n FROM task WHERE ended_at IS NULL AND state = 'running' AND lane = ?1";
    Ok(sql.prepare_cached(query)?.query_row([lane], |r| row::count(r, "n"))?)
}

/// How many tasks of a lane are queued, counted to `most`. Answered by an index alone.
fn queued(sql: &Connection, lane: &str, most: usize) -> Result<usize, StoreError> {
    let query = "SELECT COUNT(*) AS n FROM (
        SELECT 1 FROM task WHERE ended_at IS NULL AND state = 'queued' AND lane = ?1 LIMIT ?2)";
    Ok(sql.prepare_cached(query)?.query_row(params![lane, most as i64], |r| r.get::<_, i64>("n"))? as usize)
}

/// How many of those that run are made in batches.
fn in_batches(sql: &Connection, lane: &str) -> Result<u32, StoreError> {
    let query = "SELECT COUNT(*) AS n FROM task
                 WHERE ended_at IS NULL AND state = 'running' AND lane = ?1 AND in_batch = 1";
    Ok(sql.prepare_cached(query)?.query_row([lane], |r| row::count(r, "n"))?)
}

/// How many tasks of a lane a provider is answering, those in batches left out.
fn running_of(sql: &Connection, lane: &str, provider: &str) -> Result<u32, StoreError> {
    let query = format!(
        "SELECT COUNT(*) AS n FROM task t
         WHERE t.ended_at IS NULL AND t.state = 'running' AND t.lane = ?1 AND t.in_batch = 0 AND {} = ?2",
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

/// How many tasks of each conversation are running, those in batches left out.
fn at_work(sql: &Connection) -> Result<HashMap<String, u32>, StoreError> {
    let query = "SELECT conversation_id, COUNT(*) AS n FROM task
                 WHERE ended_at IS NULL AND state = 'running' AND in_batch = 0 AND system IS NULL GROUP BY conversation_id";
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
