//! The thread that owns the writing connection: one transaction for everybody who is waiting.

use super::text::{Buffer, Interests, MOST_LATE, UNWATCHED_WINDOW};
use super::{StoreError, row};
use crate::clock::Clock;
use crate::model::{RunId, Seq, TaskId, Timestamp};
use rusqlite::{Connection, params};
use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// Called with the result of the commit.
pub type Ack = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// A change, and how its caller is answered after the commit; given an error, it only answers.
pub type Write = Box<dyn FnOnce(Result<&mut Tx<'_>, StoreError>) -> Ack + Send>;

/// Callers beyond this wait for the disk: backpressure, not a queue without end.
const JOBS: usize = 1024;

/// Changes in one commit; more would delay the first of them.
const GROUP: usize = 512;

pub enum Job {
    Write(Write),
    /// The buffer holds text and was empty before, or reached its limit.
    Text(Arc<Buffer>),
    Close,
}

pub struct Started {
    pub jobs: mpsc::Sender<Job>,
    pub head: watch::Receiver<Seq>,
    pub steps: watch::Receiver<Seq>,
    pub closed: watch::Receiver<bool>,
}

/// What a change works with: the open transaction, the time, and the next numbers.
pub struct Tx<'a> {
    pub sql: &'a Connection,
    pub now: Timestamp,
    pub run: &'a RunId,
    seq: Seq,
    texts: &'a mut HashMap<TaskId, Text>,
    flushed: Vec<(Arc<Buffer>, String)>,
    /// The error that made SQLite end the transaction by itself.
    fault: Option<StoreError>,
}

/// A text that is being written.
struct Text {
    buffer: Arc<Buffer>,
    /// Bytes of it that are stored.
    stored: u64,
    /// When what is in the buffer goes to the disk; `None` while it is empty.
    due: Option<Instant>,
    /// The pause that was chosen for it; `None` before its first piece was stored.
    window: Option<Duration>,
}

impl Text {
    fn new(buffer: Arc<Buffer>) -> Self {
        Self { buffer, stored: 0, due: None, window: None }
    }
}

struct Writer {
    connection: Connection,
    clock: Arc<dyn Clock>,
    run: RunId,
    seq: Seq,
    texts: HashMap<TaskId, Text>,
    /// When text was last stored, for each length of the pause. Texts with the same pause go to the disk together.
    flushed_at: HashMap<Duration, Instant>,
    interests: Arc<Mutex<Interests>>,
    head: watch::Sender<Seq>,
    steps: watch::Sender<Seq>,
}

pub fn start(
    connection: Connection,
    lock: File,
    clock: Arc<dyn Clock>,
    run: RunId,
    interests: Arc<Mutex<Interests>>,
) -> Result<Started, StoreError> {
    let seq = row::last_seq(&connection)?;
    connection.execute(
        "INSERT INTO run (id, started_at) VALUES (?1, ?2)",
        params![run.as_str(), clock.now().as_ms()],
    )?;
    let (jobs, queue) = mpsc::channel(JOBS);
    let (head, head_seen) = watch::channel(seq);
    let (steps, steps_seen) = watch::channel(seq);
    let (closing, closed) = watch::channel(false);
    let writer = Writer {
        connection,
        clock,
        run,
        seq,
        texts: HashMap::new(),
        flushed_at: HashMap::new(),
        interests,
        head,
        steps,
    };
    let failed = |e: std::io::Error| StoreError::Sql(e.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(failed)?;
    std::thread::Builder::new()
        .name("store".to_owned())
        .spawn(move || {
            runtime.block_on(writer.work(queue));
            drop(lock);
            closing.send_replace(true);
        })
        .map_err(failed)?;
    Ok(Started { jobs, head: head_seen, steps: steps_seen, closed })
}

impl Writer {
    async fn work(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut writes = Vec::new();
        let mut closing = false;
        while !closing {
            let due = self.texts.values().filter_map(|t| t.due).min();
            let first = tokio::select! {
                biased;
                job = queue.recv() => match job {
                    Some(job) => Some(job),
                    None => break,
                },
                () = until(due) => None,
            };
            let mut next = first;
            while let Some(job) = next {
                match job {
                    Job::Write(write) => writes.push(write),
                    Job::Text(buffer) => self.plan(buffer),
                    Job::Close => closing = true,
                }
                next = if writes.len() < GROUP && !closing { queue.try_recv().ok() } else { None };
            }
            let now = Instant::now();
            if !writes.is_empty() || closing || self.texts.values().any(|t| t.due.is_some_and(|d| d <= now)) {
                self.commit(&mut writes, closing);
            }
        }
        self.end();
    }

    /// Decides when the text in a buffer goes to the disk.
    fn plan(&mut self, buffer: Arc<Buffer>) {
        let window = self.interests.lock().unwrap_or_else(PoisonError::into_inner).window(&buffer.task_id);
        let full = buffer.len() >= MOST_LATE;
        let text = self
            .texts
            .entry(buffer.task_id.clone())
            .and_modify(|text| {
                if !Arc::ptr_eq(&text.buffer, &buffer) {
                    *text = Text::new(Arc::clone(&buffer));
                }
            })
            .or_insert_with(|| Text::new(Arc::clone(&buffer)));
        let now = Instant::now();
        // Nobody waits for a first piece longer than it takes.
        text.due = Some(match (text.window, self.flushed_at.get(&window)) {
            (Some(_), Some(last)) if !full => (*last + window).max(now),
            _ => now,
        });
        text.window = Some(window);
    }

    fn commit(&mut self, writes: &mut Vec<Write>, all_text: bool) {
        let before = self.seq;
        let mut acks = Vec::with_capacity(writes.len());
        let result = self.transact(writes, &mut acks, all_text);
        writes.clear();
        if let Err(error) = &result {
            tracing::warn!(%error, "a commit failed");
        }
        for ack in acks {
            ack(result.as_ref().map(|_| ()).map_err(Clone::clone));
        }
        if let Ok(stepped) = result
            && self.seq != before
        {
            if stepped {
                self.steps.send_replace(self.seq);
            }
            self.head.send_replace(self.seq);
        }
    }

    /// One transaction. On an error nothing is stored, and text that was taken is put back.
    fn transact(
        &mut self,
        writes: &mut Vec<Write>,
        acks: &mut Vec<Ack>,
        all_text: bool,
    ) -> Result<bool, StoreError> {
        let now = Instant::now();
        let mut tx = Tx {
            sql: &self.connection,
            now: self.clock.now(),
            run: &self.run,
            seq: self.seq,
            texts: &mut self.texts,
            flushed: Vec::new(),
            fault: None,
        };
        let mut stepped = false;
        let result: Result<(), StoreError> = (|| {
            run(tx.sql, "BEGIN IMMEDIATE")?;
            let before = tx.seq;
            while !writes.is_empty() {
                acks.push(writes.remove(0)(Ok(&mut tx)));
                // A full disk ends the whole transaction, so nothing of this group may count as stored.
                if let Some(error) = tx.fault.take() {
                    return Err(error);
                }
            }
            stepped = tx.seq != before;
            tx.store_texts(|text| all_text || text.due.is_some_and(|due| due <= now))?;
            run(tx.sql, "COMMIT")
        })();
        let Tx { seq, flushed, .. } = tx;
        match result {
            Ok(()) => {
                self.seq = seq;
                for (buffer, _) in flushed {
                    buffer.has_room();
                    if let Some(text) = self.texts.get_mut(&buffer.task_id)
                        && Arc::ptr_eq(&text.buffer, &buffer)
                        && let Some(window) = text.window
                    {
                        self.flushed_at.insert(window, now);
                    }
                }
                Ok(stepped)
            }
            Err(error) => {
                // Without an open transaction this fails, which is fine.
                let _ = self.connection.execute_batch("ROLLBACK");
                undo_texts(&mut self.texts, flushed, now);
                for write in writes.drain(..) {
                    acks.push(write(Err(error.clone())));
                }
                Err(error)
            }
        }
    }

    fn end(&self) {
        let ended = self.connection.execute(
            "UPDATE run SET ended_at = ?2, is_clean = 1 WHERE id = ?1",
            params![self.run.as_str(), self.clock.now().as_ms()],
        );
        if let Err(error) = ended {
            tracing::warn!(%error, "the end of this run could not be stored");
        }
        // A quiet end leaves one file; a reader that is still open only postpones this.
        let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }
}

impl Tx<'_> {
    /// The next place in the log.
    pub fn next_seq(&mut self) -> Seq {
        self.seq += 1;
        self.seq
    }

    /// All of `change` or nothing of it, whatever else is in the transaction.
    pub fn in_savepoint<T>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        run(self.sql, "SAVEPOINT change")?;
        let flushed = self.flushed.len();
        let result = change(self);
        if result.is_ok() {
            run(self.sql, "RELEASE change")?;
        } else {
            undo_texts(self.texts, self.flushed.split_off(flushed), Instant::now());
            let is_gone = self.sql.is_autocommit();
            if is_gone || self.sql.execute_batch("ROLLBACK TO change; RELEASE change").is_err() {
                self.fault = result.as_ref().err().cloned();
            }
        }
        result
    }

    /// Stores the rest of a task's text and forgets the stream; the next attempt begins a new one.
    pub fn close_text(&mut self, task: &TaskId) -> Result<(), StoreError> {
        self.store_texts(|text| text.buffer.task_id == *task)?;
        self.texts.remove(task);
        Ok(())
    }

    /// Begins the text of an attempt with what an earlier one left.
    pub fn begin_text(&mut self, task: &TaskId, attempt: u32, text: &str) -> Result<(), StoreError> {
        let seq = self.next_seq();
        insert_delta(self.sql, seq, task, attempt, 0, text, self.now)
    }

    fn store_texts(&mut self, is_due: impl Fn(&Text) -> bool) -> Result<(), StoreError> {
        for text in self.texts.values_mut().filter(|t| is_due(t)) {
            text.due = None;
            let piece = text.buffer.take();
            if piece.is_empty() {
                continue;
            }
            self.seq += 1;
            let Buffer { task_id, attempt, .. } = &*text.buffer;
            if text.stored == 0 {
                text.stored = row::stored_text_len(self.sql, task_id, *attempt)?;
            }
            let start = text.stored;
            text.stored += piece.len() as u64;
            let result = insert_delta(self.sql, self.seq, task_id, *attempt, start, &piece, self.now);
            self.flushed.push((Arc::clone(&text.buffer), piece));
            result?;
        }
        Ok(())
    }
}

/// Puts text back that was taken for a commit that did not happen, and plans to try again.
fn undo_texts(texts: &mut HashMap<TaskId, Text>, flushed: Vec<(Arc<Buffer>, String)>, now: Instant) {
    for (buffer, piece) in flushed.into_iter().rev() {
        buffer.put_back(&piece);
        let text = texts.entry(buffer.task_id.clone()).or_insert_with(|| Text::new(Arc::clone(&buffer)));
        text.stored = text.stored.saturating_sub(piece.len() as u64);
        text.due = Some(now + UNWATCHED_WINDOW);
    }
}

/// Runs a statement that is used all the time: it is parsed once.
fn run(sql: &Connection, statement: &str) -> Result<(), StoreError> {
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

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
