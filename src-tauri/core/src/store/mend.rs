//! Makes rows that were read out of damaged data sound again: what points nowhere gets a stand-in or goes, and a task whose
//! history is not whole is closed with the text that is there.

use super::{StoreError, doctor, event, row, search, system, task};
use crate::model::{
    AttemptEnd, ConversationId, DeliveryMode, EventKind, FinishReason, Lane, MessageId, Origin, Ownership,
    Seq, Surface, TaskId, Timestamp, Usage,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// In this order: each may make rows that the next ones look at.
const STAND_INS: &str = "
  DELETE FROM event WHERE NOT json_valid(data);
  DELETE FROM message WHERE branch = (1 << 30) + 1 AND id NOT IN (SELECT prompt_id FROM task)
    AND (task_id IS NULL OR task_id NOT IN (SELECT id FROM task));
  UPDATE provider SET headers = '[]' WHERE NOT json_valid(headers);
  DELETE FROM model WHERE provider NOT IN (SELECT name FROM provider);
  UPDATE task SET ownership = '{}' WHERE NOT json_valid(ownership);
  UPDATE task SET error = NULL WHERE NOT json_valid(error);
  INSERT OR IGNORE INTO run (id, started_at, ended_at)
    SELECT lease_run, 0, 0 FROM task WHERE lease_run IS NOT NULL UNION SELECT run_id, 0, 0 FROM delivery WHERE run_id IS NOT NULL;
  CREATE INDEX message_place ON message (conversation_id, branch, turn);
  INSERT OR IGNORE INTO task (id, conversation_id, branch, turn, prompt_id, lane, state, title, model, created_at, started_at,
      ended_at, ownership, head)
    SELECT m.task_id, m.conversation_id, m.branch, m.turn,
      COALESCE((SELECT p.id FROM message p WHERE p.conversation_id = m.conversation_id AND p.branch = m.branch AND p.turn = m.turn AND p.role = 'user'
        ORDER BY p.created_at DESC LIMIT 1), 'msg_of_' || m.task_id),
      'interactive', 'cancelled', 'Salvaged answer', 'unknown/unknown', m.created_at, m.created_at, m.created_at, '{}', 0
    FROM message m WHERE m.task_id IS NOT NULL;
  DROP INDEX message_place;
  UPDATE task SET shown_seq = number WHERE shown_seq = 0;
  UPDATE task SET parent_id = NULL, parent_call = NULL, child = NULL WHERE parent_id NOT IN (SELECT id FROM task);
  INSERT OR IGNORE INTO message (id, conversation_id, branch, turn, role, text, is_whole, created_at)
    SELECT prompt_id, conversation_id, branch, turn, 'user', '(This prompt could not be read.)', 1, MIN(created_at)
    FROM task GROUP BY prompt_id;
  INSERT OR IGNORE INTO conversation (id, title, created_at, updated_at, changed_seq)
    SELECT conversation_id, 'Salvaged chat', MIN(created_at), MAX(created_at), 0 FROM message GROUP BY conversation_id;
  INSERT OR IGNORE INTO conversation (id, title, created_at, updated_at, changed_seq)
    SELECT conversation_id, 'Salvaged chat', MIN(created_at), MAX(created_at), 0 FROM task GROUP BY conversation_id;
  DELETE FROM branch WHERE conversation_id NOT IN (SELECT id FROM conversation);
  INSERT OR IGNORE INTO branch (conversation_id, number, parent, turn, shown_seq)
    SELECT conversation_id, branch, 0, MIN(turn), 0 FROM task WHERE branch > 0 AND parent_id IS NULL AND system IS NULL GROUP BY conversation_id, branch;
  INSERT OR IGNORE INTO branch (conversation_id, number, parent, turn, shown_seq)
    SELECT DISTINCT conversation_id, 0, NULL, 1, 0 FROM branch;
  UPDATE branch SET parent = 0 WHERE parent > 0 AND NOT EXISTS (SELECT 1 FROM branch p
    WHERE p.conversation_id = branch.conversation_id AND p.number = branch.parent AND p.turn < branch.turn);
  UPDATE conversation SET branch = 0
    WHERE branch > 0 AND NOT EXISTS (SELECT 1 FROM task t WHERE t.conversation_id = conversation.id AND t.branch = conversation.branch);
  UPDATE task SET retry_of = NULL WHERE retry_of NOT IN (SELECT id FROM task);
  DELETE FROM idempotency WHERE task_id NOT IN (SELECT id FROM task);
  DELETE FROM attempt WHERE task_id NOT IN (SELECT id FROM task);
  DELETE FROM event WHERE task_id NOT IN (SELECT id FROM task);
  DELETE FROM delta WHERE task_id NOT IN (SELECT id FROM task);
  DELETE FROM thought WHERE task_id NOT IN (SELECT id FROM task);
  DELETE FROM crash WHERE task_id NOT IN (SELECT id FROM task);
  DELETE FROM ledger WHERE task_id NOT IN (SELECT id FROM task);
  DELETE FROM part WHERE task_id NOT IN (SELECT id FROM task);
  INSERT OR IGNORE INTO document (hash, kind, bytes, places, notes, read_at)
    SELECT hash, 'text', 0, MAX(place), '[]', 0 FROM piece GROUP BY hash;
  UPDATE document SET notes = '[]' WHERE NOT json_valid(notes);
  UPDATE document SET left_out = NULL WHERE NOT json_valid(left_out);
  UPDATE conversation SET manner = NULL WHERE NOT json_valid(manner);
  UPDATE task SET seams = NULL WHERE NOT json_valid(seams);
  UPDATE task SET parts = 0 WHERE parts > 0 AND ended_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM part p WHERE p.task_id = task.id AND p.done_at IS NULL);
  UPDATE message SET files = NULL WHERE NOT json_valid(files);
  UPDATE conversation SET draft_files = NULL WHERE NOT json_valid(draft_files);
  UPDATE settings SET new_draft_files = NULL WHERE NOT json_valid(new_draft_files);
  DELETE FROM remote WHERE task_id NOT IN (SELECT id FROM task);
  DELETE FROM delivery WHERE task_id NOT IN (SELECT id FROM task);
  DELETE FROM notice WHERE delivery_id NOT IN (SELECT id FROM delivery);
";

/// Mends everything; gives how many tasks had to be closed.
pub fn mend(sql: &Connection, now: Timestamp) -> Result<u64, StoreError> {
    sql.execute_batch(STAND_INS)?;
    search::index_all(sql)?;
    let broken = broken(sql)?;
    for id in &broken {
        close(sql, id, now)?;
    }
    Ok(broken.len() as u64)
}

/// Tasks that a check names, and those whose rows cannot be understood.
fn broken(sql: &Connection) -> Result<BTreeSet<TaskId>, StoreError> {
    let all: BTreeSet<TaskId> = row::task_ids(sql, "SELECT id FROM task", [])?.into_iter().collect();
    let named =
        doctor::check_rows(sql)?.into_iter().filter_map(|finding| finding.task_id).map(TaskId::from_text);
    let mut broken: BTreeSet<TaskId> = named.filter(|id| all.contains(id)).collect();
    broken.extend(all.into_iter().filter(|id| task::load(sql, id).is_err()));
    let facts = row::all(sql, "SELECT task_id, data FROM event", [], |r| {
        Ok((r.get::<_, String>(0)?, row::from_json::<EventKind>(&r.get::<_, String>(1)?).is_ok()))
    })?;
    broken.extend(facts.into_iter().filter(|(_, is_clear)| !is_clear).map(|(id, _)| TaskId::from_text(id)));
    Ok(broken)
}

/// A short history that is true as far as anybody knows: asked, answered as far as the text goes.
fn close(sql: &Connection, id: &TaskId, now: Timestamp) -> Result<(), StoreError> {
    let (conversation, branch, turn, lane, model): (String, u32, u32, String, String) = sql.query_row(
        "SELECT conversation_id, branch, turn, lane, model FROM task WHERE id = ?1",
        [id.as_str()],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)),
    )?;
    let lane: Lane = row::from_word(&lane)?;
    let message = answer(sql, id, &conversation, (branch, turn), now)?;
    let is_whole = message.as_ref().is_some_and(|(_, is_whole)| *is_whole);
    let message_id = message.map(|(id, _)| id);
    for table in ["event", "attempt", "delta", "crash", "remote", "ledger", "part"] {
        sql.execute(&format!("DELETE FROM {table} WHERE task_id = ?1"), [id.as_str()])?;
    }
    sql.execute(
        "DELETE FROM notice WHERE delivery_id IN (SELECT id FROM delivery WHERE task_id = ?1)",
        [id.as_str()],
    )?;
    sql.execute("DELETE FROM delivery WHERE task_id = ?1", [id.as_str()])?;
    let ownership = Ownership {
        origin: if branch == system::BRANCH { Origin::System } else { Origin::Window },
        work: Surface::Task(id.clone()),
        end: Surface::Conversation(ConversationId::from_text(&conversation)),
        mode: DeliveryMode::default(),
    };
    let (end, ended) = match message_id {
        Some(message_id) if is_whole => {
            (AttemptEnd::Complete, EventKind::Completed { finish_reason: FinishReason::Stop, message_id })
        }
        message_id => (AttemptEnd::Cancelled, EventKind::Cancelled { message_id }),
    };
    let usage = Usage { estimated: true, ..Usage::default() };
    let history = [
        EventKind::Queued { lane, ownership: ownership.clone() },
        EventKind::Started { attempt: 1, model: model.clone() },
        EventKind::AttemptEnded { attempt: 1, end, error: None, usage },
        ended,
    ];
    let mut seq: Seq = row::last_seq(sql)?;
    for fact in &history {
        seq += 1;
        event::put(sql, seq, id, fact, now)?;
    }
    sql.execute(
        "INSERT INTO attempt (task_id, number, model, started_at, ended_at, end, is_estimated) VALUES (?1, 1, ?2, ?3, ?3, ?4, 1)",
        params![id.as_str(), model, now.as_ms(), row::word(&end)?],
    )?;
    if lane == Lane::Background {
        sql.execute(
            "INSERT INTO delivery (task_id, created_seq, outcome, title, body, state, created_at)
             SELECT id, ?2, ?3, title, '', 'seen', ?4 FROM task WHERE id = ?1",
            params![id.as_str(), seq, if is_whole { "done" } else { "cancelled" }, now.as_ms()],
        )?;
    }
    sql.execute(
        "UPDATE task SET state = ?2, finish_reason = ?3, reason = NULL, due_at = NULL, lease_run = NULL, cancel_at = NULL,
           pause_at = NULL, attempt = 1, parts = 0, ended_at = COALESCE(ended_at, ?4), ownership = ?5, error = NULL, unread = 0, head = ?6
         WHERE id = ?1",
        params![
            id.as_str(),
            if is_whole { "completed" } else { "cancelled" },
            is_whole.then_some("stop"),
            now.as_ms(),
            row::json(&ownership)?,
            seq
        ],
    )?;
    Ok(())
}

/// The answer of a task and whether it is whole; text that was still in pieces becomes one that is not.
fn answer(
    sql: &Connection,
    id: &TaskId,
    conversation: &str,
    (branch, turn): (u32, u32),
    now: Timestamp,
) -> Result<Option<(MessageId, bool)>, StoreError> {
    let found = sql
        .query_row("SELECT id, is_whole FROM message WHERE task_id = ?1", [id.as_str()], |r| {
            Ok((MessageId::from_text(r.get::<_, String>(0)?), r.get(1)?))
        })
        .optional()?;
    if let Some(found) = found {
        sql.execute(
            "UPDATE message SET conversation_id = ?2, branch = ?3, turn = ?4 WHERE task_id = ?1",
            params![id.as_str(), conversation, branch, turn],
        )?;
        return Ok(Some(found));
    }
    let kept: Option<String> = sql
        .query_row(
            "SELECT kept_text FROM attempt WHERE task_id = ?1 ORDER BY number DESC LIMIT 1",
            [id.as_str()],
            |r| r.get(0),
        )
        .optional()?;
    let text =
        [begun(sql, id)?, kept.unwrap_or_default()].into_iter().max_by_key(String::len).unwrap_or_default();
    if text.is_empty() {
        return Ok(None);
    }
    let message_id = MessageId::fresh();
    sql.execute(
        "INSERT INTO message (id, conversation_id, branch, turn, role, text, task_id, is_whole, created_at)
         VALUES (?1, ?2, ?3, ?4, 'assistant', ?5, ?6, 0, ?7)",
        params![message_id.as_str(), conversation, branch, turn, text, id.as_str(), now.as_ms()],
    )?;
    search::index(sql, &message_id)?;
    Ok(Some((message_id, false)))
}

/// The pieces of the newest attempt up to the first that is missing: what comes after a hole is no answer.
fn begun(sql: &Connection, id: &TaskId) -> Result<String, StoreError> {
    let pieces = row::all(
        sql,
        "SELECT start, text FROM delta WHERE task_id = ?1
           AND attempt = (SELECT MAX(attempt) FROM delta WHERE task_id = ?1) ORDER BY start",
        [id.as_str()],
        |r| Ok((r.get::<_, i64>(0)?.unsigned_abs(), r.get::<_, String>(1)?)),
    )?;
    let mut text = String::new();
    for (start, piece) in pieces {
        if start != text.len() as u64 {
            break;
        }
        text += &piece;
    }
    Ok(text)
}
