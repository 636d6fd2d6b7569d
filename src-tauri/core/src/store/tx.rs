//! What a change works with: the open transaction, the time, the next numbers, and the texts on their way to the disk.

use super::text::{Buffer, Heard, UNWATCHED_WINDOW};
use super::{StoreError, circuit, remote, row, thought};
use crate::clock::Clock;
use crate::model::{Day, RunId, Seq, TaskId, Timestamp};
use rusqlite::{Connection, params};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// An open transaction.
pub struct Tx<'a> {
    pub sql: &'a Connection,
    pub now: Timestamp,
    pub clock: &'a dyn Clock,
    pub run: &'a RunId,
    pub(super) texts: &'a mut HashMap<TaskId, Text>,
    /// Text that was taken from its buffer and counts as stored after the commit.
    pub(super) flushed: Vec<(Arc<Buffer>, Heard)>,
    pub(super) progress: Progress,
}

/// How far a transaction has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The highest number that was given.
    pub seq: Seq,
    /// More than text was stored.
    pub is_step: bool,
    /// Rows that were written.
    pub rows: u64,
}

impl Progress {
    /// The next place in the log, for a step.
    pub fn next(&mut self) -> Seq {
        self.is_step = true;
        self.seq += 1;
        self.seq
    }
}

/// A text that is being written.
pub struct Text {
    pub buffer: Arc<Buffer>,
    /// When what is in the buffer goes to the disk; `None` while it is empty.
    pub due: Option<Instant>,
    /// The pause that was chosen for it; `None` before its first piece was stored.
    pub window: Option<Duration>,
    /// Bytes of it that are stored.
    stored: u64,
    /// Something of this attempt is stored: its provider is well.
    is_heard: bool,
}

impl Text {
    pub fn new(buffer: Arc<Buffer>) -> Self {
        Self { buffer, stored: 0, is_heard: false, due: None, window: None }
    }

    /// Stores what was heard since; true when it showed that a provider is well again.
    fn store(
        &mut self,
        sql: &Connection,
        progress: &mut Progress,
        heard: &Heard,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Buffer { task_id, attempt, .. } = &*self.buffer;
        let is_well_again = !self.is_heard && circuit::close(sql, progress, task_id)?;
        self.is_heard = true;
        if !heard.thought.is_empty() {
            progress.seq += 1;
            thought::insert(sql, progress.seq, task_id, *attempt, &heard.thought, now)?;
        }
        if !heard.text.is_empty() {
            if self.stored == 0 {
                self.stored = row::stored_text_len(sql, task_id, *attempt)?;
            }
            let start = self.stored;
            self.stored += heard.text.len() as u64;
            progress.seq += 1;
            insert_delta(sql, progress.seq, task_id, *attempt, start, &heard.text, now)?;
        }
        if let Some(cursor) = &heard.cursor {
            remote::reached(sql, task_id, cursor)?;
        }
        Ok(is_well_again)
    }
}

impl Tx<'_> {
    /// The day on which this happens.
    pub fn day(&self) -> Day {
        self.clock.day(self.now)
    }

    /// The next place in the log.
    pub fn next_seq(&mut self) -> Seq {
        self.progress.next()
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        Progress { rows: self.sql.total_changes(), ..self.progress }
    }

    /// All of `change` or nothing of it; the rest of the transaction stays open unless SQLite ended it by itself.
    pub fn in_savepoint<T>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        execute(self.sql, "SAVEPOINT change")?;
        let result = change(self);
        let end = if result.is_ok() { "RELEASE change" } else { "ROLLBACK TO change; RELEASE change" };
        self.sql.execute_batch(end)?;
        result
    }

    /// Stores the rest of what an attempt said and forgets the stream; the next attempt begins a new one.
    pub fn close_text(&mut self, task: &TaskId, attempt: u32) -> Result<(), StoreError> {
        self.store_texts(|text| text.buffer.task_id == *task)?;
        self.texts.remove(task);
        thought::close(self, task, attempt)
    }

    /// Begins the text of an attempt with what an earlier one left.
    pub fn begin_text(&mut self, task: &TaskId, attempt: u32, text: &str) -> Result<(), StoreError> {
        let seq = self.next_seq();
        insert_delta(self.sql, seq, task, attempt, 0, text, self.now)
    }

    /// Stores what is in the buffers of these texts. True when a first piece of one showed that a provider is well again.
    pub fn store_texts(&mut self, is_due: impl Fn(&Text) -> bool) -> Result<bool, StoreError> {
        let mut is_well_again = false;
        for text in self.texts.values_mut().filter(|t| is_due(t)) {
            text.due = None;
            let heard = text.buffer.take();
            if heard.is_empty() {
                continue;
            }
            let stored = text.store(self.sql, &mut self.progress, &heard, self.now);
            self.flushed.push((Arc::clone(&text.buffer), heard));
            is_well_again |= stored?;
        }
        Ok(is_well_again)
    }
}

/// Puts text back that was taken for a commit that did not happen, and plans to try again.
pub fn undo_texts(texts: &mut HashMap<TaskId, Text>, flushed: Vec<(Arc<Buffer>, Heard)>, now: Instant) {
    for (buffer, heard) in flushed.into_iter().rev() {
        let text = texts.entry(buffer.task_id.clone()).or_insert_with(|| Text::new(Arc::clone(&buffer)));
        // Read from the disk again: it knows how much of this got there.
        (text.stored, text.is_heard) = (0, false);
        buffer.put_back(heard);
        text.due = Some(now + UNWATCHED_WINDOW);
    }
}

/// Runs a statement that is used all the time: it is parsed once.
pub fn execute(sql: &Connection, statement: &str) -> Result<(), StoreError> {
    sql.prepare_cached(statement)?.execute([])?;
    Ok(())
}

fn insert_delta(
    sql: &Connection,
    seq: Seq,
    task: &TaskId,
    attempt: u32,
    start: u64,
    text: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql.prepare_cached(
        "INSERT INTO delta (seq, task_id, attempt, start, text, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![seq, task.as_str(), attempt, start as i64, text, now.as_ms()])?;
    Ok(())
}
