//! The thread that owns the writing connection: one transaction for everybody who is waiting.

use super::text::{Buffer, Interests, MOST_LATE};
use super::tx::{self, Progress, Text, Tx};
use super::{Claimed, StoreError, attempt, row};
use crate::clock::{Clock, until};
use crate::model::{RunId, Seq, TaskId};
use rusqlite::{Connection, params};
use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

/// A change that waits for its transaction.
pub trait Write: Send {
    /// Makes the change. It is made again, in a transaction of its own, if something in a shared one failed.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError>;
    /// Answers the caller after the commit.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// A change with its outcome and the way back to its caller.
pub struct Change<F, T> {
    pub change: F,
    pub outcome: Option<Result<T, StoreError>>,
    pub done: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Write for Change<F, T>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let outcome = (self.change)(tx);
        let result = outcome.as_ref().map(|_| ()).map_err(Clone::clone);
        self.outcome = Some(outcome);
        result
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = self.outcome.unwrap_or(Err(StoreError::Closed));
        // The caller may have gone; the change stands all the same.
        let _ = self.done.send(committed.and(outcome));
    }
}

/// Callers beyond this wait for the disk: backpressure, not a queue without end.
const JOBS: usize = 1024;

/// Changes are taken into a commit for this long, or for as long as the disk took for the last one; more would delay the
/// first of them. Source: five commits of a fast disk, so that a crowd costs little more than one commit, while the answers
/// of its first half are already under way. On a slower disk half of the time goes to changes and half to the disk.
const GROUP: Duration = Duration::from_millis(1);

/// A disk that hangs once does not make the next group endless.
const LONGEST_GROUP: Duration = Duration::from_millis(20);

/// While text waits too, changes are taken in for less long, unless the disk takes longer: an answer that has begun is shown
/// before more are begun. Source: with 250 µs on a disk of 0.5 ms each commit had room for one change, and the last of 64
/// answers that were begun at once waited for 64 commits.
const GROUP_BESIDE_TEXT: Duration = Duration::from_micros(250);

pub enum Job {
    Write(Box<dyn Write>),
    /// The buffer holds text and was empty before, or reached its limit.
    Text(Arc<Buffer>),
    /// Where tasks that were taken up go from now on.
    Claims(mpsc::Sender<Claimed>),
    Close,
}

pub struct Started {
    pub jobs: mpsc::Sender<Job>,
    pub head: watch::Receiver<Seq>,
    pub steps: watch::Receiver<Seq>,
    pub closed: watch::Receiver<bool>,
}

struct Writer {
    connection: Connection,
    #[cfg(debug_assertions)]
    point: Option<super::point::Point>,
    clock: Arc<dyn Clock>,
    run: RunId,
    seq: Seq,
    texts: HashMap<TaskId, Text>,
    /// When text was last stored, for each length of the pause. Texts with the same pause go to the disk together.
    flushed_at: HashMap<Duration, Instant>,
    interests: Arc<Mutex<Interests>>,
    claims: Option<mpsc::Sender<Claimed>>,
    /// More than text was stored since the followers were last told.
    is_step: bool,
    /// How long the disk took for the last commit.
    disk: Duration,
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
        #[cfg(debug_assertions)]
        point: super::point::Point::of_environment(&connection)?,
        connection,
        clock,
        run,
        seq,
        texts: HashMap::new(),
        flushed_at: HashMap::new(),
        interests,
        claims: None,
        is_step: false,
        disk: Duration::ZERO,
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
        let mut writes = VecDeque::new();
        let mut closing = false;
        while !closing {
            let due = self.texts.values().filter_map(|t| t.due).min();
            let mut next = tokio::select! {
                biased;
                job = queue.recv() => match job {
                    Some(job) => Some(job),
                    None => break,
                },
                () = until(due) => None,
                () = std::future::ready(()), if !writes.is_empty() => None,
            };
            while let Some(job) = next {
                match job {
                    Job::Write(write) => writes.push_back(write),
                    Job::Text(buffer) => self.plan(buffer),
                    Job::Claims(claims) => self.claims = Some(claims),
                    Job::Close => closing = true,
                }
                next = if writes.len() < JOBS && !closing { queue.try_recv().ok() } else { None };
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

    /// Everything that waits in one transaction; if that fails, each in one of its own, so that nobody pays for another.
    fn commit(&mut self, writes: &mut VecDeque<Box<dyn Write>>, closing: bool) {
        let began = Instant::now();
        let before = self.seq;
        let is_taken = !closing && self.claims.as_ref().is_some_and(|claims| !claims.is_closed());
        let takes_up = is_taken && !writes.is_empty();
        let is_due = |text: &Text| closing || text.due.is_some_and(|due| due <= began);

        let has_text = self.texts.values().any(is_due);
        let least = if has_text { GROUP_BESIDE_TEXT } else { GROUP };
        let enough = least.max(self.disk.min(LONGEST_GROUP));
        let mut group = Vec::new();
        let together = self.transact(|tx| {
            // At least one: to begin alone may take longer than this on a slow disk.
            while (closing || group.is_empty() || began.elapsed() < enough)
                && let Some(mut write) = writes.pop_front()
            {
                let so_far = tx.progress();
                let result = write.run(tx);
                group.push(write);
                // A refusal that wrote nothing is an answer like any other.
                if result.is_err() && tx.progress() != so_far {
                    return result.map(|()| Vec::new());
                }
            }
            let is_well_again = tx.store_texts(is_due)?;
            if takes_up || (is_taken && is_well_again) { attempt::take_up(tx) } else { Ok(Vec::new()) }
        });
        match together {
            Ok(claimed) => {
                self.hand_over(claimed);
                group.into_iter().for_each(|write| write.answer(Ok(())));
            }
            Err(error) => {
                tracing::warn!(%error, "a commit failed");
                if group.is_empty() {
                    group.extend(writes.drain(..));
                }
                if matches!(error, StoreError::Busy | StoreError::ReadOnly) {
                    // Another program has the database, or nobody may write: it is the same for each of them.
                    group.into_iter().for_each(|write| write.answer(Err(error.clone())));
                } else {
                    self.commit_apart(group, takes_up, is_due);
                }
            }
        }
        if self.seq != before {
            if std::mem::take(&mut self.is_step) {
                self.steps.send_replace(self.seq);
            }
            self.head.send_replace(self.seq);
        }
    }

    fn commit_apart(&mut self, group: Vec<Box<dyn Write>>, takes_up: bool, is_due: impl Fn(&Text) -> bool) {
        for mut write in group {
            let result = self.transact(|tx| write.run(tx));
            write.answer(result);
        }
        let is_well_again = self.transact(|tx| tx.store_texts(is_due)).unwrap_or_else(|error| {
            tracing::warn!(%error, "text waits for the disk");
            false
        });
        if takes_up || is_well_again {
            match self.transact(attempt::take_up) {
                Ok(claimed) => self.hand_over(claimed),
                Err(error) => tracing::warn!(%error, "work could not be taken up; the engine asks again"),
            }
        }
    }

    fn hand_over(&self, claimed: Vec<Claimed>) {
        let Some(claims) = &self.claims else { return };
        for claimed in claimed {
            // There is room for every task that can be running; without a receiver the next run takes it up.
            let _ = claims.try_send(claimed);
        }
    }

    /// One transaction. On an error nothing is stored, and text that was taken is put back.
    fn transact<T>(
        &mut self,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let began = Instant::now();
        let mut disk = self.disk;
        let rows = self.connection.total_changes();
        let mut tx = Tx {
            sql: &self.connection,
            now: self.clock.now(),
            clock: &*self.clock,
            run: &self.run,
            texts: &mut self.texts,
            flushed: Vec::new(),
            progress: Progress { seq: self.seq, is_step: false, rows },
        };
        let result = tx::execute(tx.sql, "BEGIN IMMEDIATE").and_then(|()| change(&mut tx)).and_then(|done| {
            #[cfg(debug_assertions)]
            if let Some(point) = &mut self.point {
                return point.commit(tx.sql).map(|()| done);
            }
            let ready = Instant::now();
            tx::execute(tx.sql, "COMMIT").map(|()| {
                disk = ready.elapsed();
                done
            })
        });
        let Tx { progress, flushed, .. } = tx;
        self.disk = disk;
        match &result {
            Ok(_) => {
                self.seq = progress.seq;
                self.is_step |= progress.is_step;
                for (buffer, _) in flushed {
                    buffer.has_room();
                    if let Some(text) = self.texts.get_mut(&buffer.task_id)
                        && Arc::ptr_eq(&text.buffer, &buffer)
                        && let Some(window) = text.window
                    {
                        self.flushed_at.insert(window, began);
                    }
                }
            }
            Err(_) => {
                // SQLite has ended it already if the disk is full; then this fails, which is fine.
                let _ = self.connection.execute_batch("ROLLBACK");
                tx::undo_texts(&mut self.texts, flushed, began);
            }
        }
        result
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

#[cfg(test)]
mod tests {
    use crate::clock::SystemClock;
    use crate::store::{Store, StoreError, Tx};
    use std::sync::Arc;

    fn add_run(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
        tx.next_seq();
        tx.sql.execute("INSERT INTO run (id, started_at) VALUES (?1, 0)", [id]).map(drop).map_err(Into::into)
    }

    // F1, F19
    #[tokio::test]
    async fn a_change_that_fails_half_way_leaves_nothing_and_takes_nobody_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Arc::new(SystemClock)).unwrap();
        let before = *store.head().borrow();
        let (first, broken, last) = tokio::join!(
            store.write(|tx| add_run(tx, "run_1")),
            store.write(|tx| {
                add_run(tx, "run_2")?;
                Err::<(), _>(StoreError::Broken("half way".to_owned()))
            }),
            store.write(|tx| add_run(tx, "run_3")),
        );
        assert_eq!((first, last), (Ok(()), Ok(())));
        assert_eq!(broken, Err(StoreError::Broken("half way".to_owned())));
        let runs: u32 = store
            .glance(|sql| {
                Ok(sql.query_row("SELECT COUNT(*) FROM run WHERE started_at = 0", [], |r| r.get(0))?)
            })
            .unwrap();
        assert_eq!(runs, 2);
        // Callers are answered before followers are told.
        store.close().await;
        assert_eq!(*store.head().borrow(), before + 2, "what was not stored took no number");
    }
}
