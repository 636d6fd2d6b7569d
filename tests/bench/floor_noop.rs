//! The floor of tasks with next to nothing to do: a state machine by hand on SQLite, one writer that commits whatever
//! waits together, in WAL with synchronous=FULL. Each step is acknowledged after its commit.
//!
//! *Rows* keeps what a task of ours keeps, under the keys that make things happen once: the prompt with its conversation,
//! the task, the attempt as an intent, the log, the answer, the duty to tell. *Row* keeps one row a task, changed twice,
//! which is what "durable" costs at the very least. Neither has an index for a list, a check, a rule or a follower.

use crate::load::model;
use crate::{Outcome, process, server};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// What a number of tasks needed.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Needed {
    pub seconds: f64,
    pub cpu_seconds: f64,
    /// `None` where nobody counts them.
    pub commits: Option<u64>,
}

/// Steps on their way to the writer; more than there are tasks at the same time.
const QUEUE: usize = 4096;

/// What a task keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Row,
    Rows,
}

impl Kept {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Rows => "rows",
        }
    }

    fn read(word: &str) -> Outcome<Self> {
        [Self::Row, Self::Rows].into_iter().find(|kept| kept.word() == word).ok_or("row or rows".into())
    }
}

/// `bench floor-noop row|rows FOLDER TASKS AT_ONCE [BASE_URL]`: the process itself. It prints what it needed. With an
/// address each task asks the model server there, as little as can be.
pub fn child(args: impl Iterator<Item = String>) -> Outcome<()> {
    let args: Vec<String> = args.collect();
    let (kept, folder, tasks, at_once, base_url) = match args.as_slice() {
        [kept, folder, tasks, at_once] => (kept, folder, tasks, at_once, None),
        [kept, folder, tasks, at_once, url] => (kept, folder, tasks, at_once, Some(url.clone())),
        _ => return Err("floor-noop row|rows FOLDER TASKS AT_ONCE [BASE_URL]".into()),
    };
    let (kept, tasks, at_once) = (Kept::read(kept)?, tasks.parse::<usize>()?, at_once.parse::<usize>()?);
    let connection = open(Path::new(folder))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (began, before) = (Instant::now(), process::cpu_seconds(std::process::id()));
    let (ops, queue) = mpsc::channel(QUEUE);
    let writer = std::thread::spawn(move || write(connection, queue, kept));
    runtime.block_on(async {
        let client = server::client()?;
        let mut slots: JoinSet<Outcome<()>> = (0..at_once)
            .map(|slot| slot_of(slot, at_once, tasks, ops.clone(), client.clone(), base_url.clone()))
            .collect();
        drop(ops);
        while let Some(done) = slots.join_next().await {
            done??;
        }
        Outcome::Ok(())
    })?;
    let commits = writer.join().map_err(|_| "the writer panicked")??;
    let needed = Needed {
        seconds: began.elapsed().as_secs_f64(),
        cpu_seconds: process::cpu_seconds(std::process::id()) - before,
        commits: Some(commits),
    };
    println!("{}", serde_json::to_string(&needed)?);
    Ok(())
}

/// One task after another, until all of this slot's are done.
async fn slot_of(
    slot: usize,
    at_once: usize,
    tasks: usize,
    ops: mpsc::Sender<Op>,
    client: reqwest::Client,
    base_url: Option<String>,
) -> Outcome<()> {
    for task in (slot..tasks).step_by(at_once) {
        put(&ops, task, Step::Begin).await?.await?;
        let answer = match &base_url {
            Some(base_url) => ask(&client, base_url).await?,
            None => String::new(),
        };
        put(&ops, task, Step::End(answer)).await?.await?;
        // The user is told in a step of its own, which no task waits for.
        drop(put(&ops, task, Step::Told).await?);
    }
    Ok(())
}

struct Op {
    task: usize,
    step: Step,
    done: oneshot::Sender<()>,
}

enum Step {
    /// Accepted, and the intent to ask.
    Begin,
    /// The answer and the duty to tell.
    End(String),
    Told,
}

async fn put(ops: &mpsc::Sender<Op>, task: usize, step: Step) -> Outcome<oneshot::Receiver<()>> {
    let (done, stored) = oneshot::channel();
    ops.send(Op { task, step, done }).await.map_err(|_| "the writer ended")?;
    Ok(stored)
}

async fn ask(client: &reqwest::Client, base_url: &str) -> Outcome<String> {
    let body = serde_json::json!({
        "model": model(1, 0), "stream": true, "stream_options": {"include_usage": true},
        "messages": [{"role": "user", "content": "Summarise this"}],
    });
    let answer = client.post(format!("{base_url}/chat/completions")).json(&body).send().await?;
    Ok(answer.error_for_status()?.text().await?)
}

fn open(folder: &Path) -> Outcome<Connection> {
    let connection = Connection::open(folder.join("floor.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE conversation (id TEXT PRIMARY KEY, title TEXT, updated_at INTEGER) STRICT;
         CREATE TABLE message (id TEXT PRIMARY KEY, conversation_id TEXT, task_id TEXT UNIQUE, text TEXT) STRICT;
         CREATE TABLE task (number INTEGER PRIMARY KEY, id TEXT UNIQUE, prompt_id TEXT, state TEXT, head INTEGER) STRICT;
         CREATE TABLE attempt (task_id TEXT, number INTEGER, started_at INTEGER, ended_at INTEGER,
           PRIMARY KEY (task_id, number)) STRICT, WITHOUT ROWID;
         CREATE TABLE event (seq INTEGER PRIMARY KEY, task_id TEXT, task_seq INTEGER, data TEXT,
           UNIQUE (task_id, task_seq)) STRICT;
         CREATE TABLE delivery (task_id TEXT PRIMARY KEY, title TEXT, state TEXT) STRICT;",
    )?;
    Ok(connection)
}

/// Commits whatever waits together, until nobody sends any more; gives the number of commits.
fn write(mut connection: Connection, mut queue: mpsc::Receiver<Op>, kept: Kept) -> Outcome<u64> {
    let mut commits = 0;
    let mut batch = Vec::new();
    while let Some(first) = queue.blocking_recv() {
        batch.push(first);
        while let Ok(next) = queue.try_recv() {
            batch.push(next);
        }
        let tx = connection.transaction()?;
        for op in &batch {
            match kept {
                Kept::Row => change_row(&tx, op)?,
                Kept::Rows => change_rows(&tx, op)?,
            }
        }
        tx.commit()?;
        commits += 1;
        for op in batch.drain(..) {
            // Nobody waits for having been told.
            let _ = op.done.send(());
        }
    }
    Ok(commits)
}

fn change_row(tx: &Connection, op: &Op) -> Outcome<()> {
    let number = i64::try_from(op.task)?;
    match op.step {
        Step::Begin => {
            tx.prepare_cached("INSERT INTO task (number, state) VALUES (?1, 'queued')")?.execute([number])?
        }
        Step::End(_) => {
            tx.prepare_cached("UPDATE task SET state = 'completed' WHERE number = ?1")?.execute([number])?
        }
        Step::Told => {
            tx.prepare_cached("UPDATE task SET state = 'told' WHERE number = ?1")?.execute([number])?
        }
    };
    Ok(())
}

fn change_rows(tx: &Connection, op: &Op) -> Outcome<()> {
    let (number, now) = (i64::try_from(op.task)?, 1_795_291_544_000_i64);
    let name = |kind: &str| format!("{kind}_01999999-0000-7000-8000-{number:012}");
    let task = name("tsk");
    let event = |place: i64, data: &str| {
        tx.prepare_cached("INSERT INTO event (task_id, task_seq, data) VALUES (?1, ?2, ?3)")?
            .execute(params![task, place, data])
    };
    match &op.step {
        Step::Begin => {
            let (conversation, prompt) = (name("cnv"), name("msg"));
            tx.prepare_cached(
                "INSERT INTO conversation (id, title, updated_at) VALUES (?1, 'Summarise this', ?2)",
            )?
            .execute(params![conversation, now])?;
            tx.prepare_cached(
                "INSERT INTO message (id, conversation_id, text) VALUES (?1, ?2, 'Summarise this')",
            )?
            .execute(params![prompt, conversation])?;
            tx.prepare_cached(
                "INSERT INTO task (number, id, prompt_id, state) VALUES (?1, ?2, ?3, 'running')",
            )?
            .execute(params![number, task, prompt])?;
            tx.prepare_cached("INSERT INTO attempt (task_id, number, started_at) VALUES (?1, 1, ?2)")?
                .execute(params![task, now])?;
            event(1, r#"{"kind":"queued","lane":"background"}"#)?;
            event(2, r#"{"kind":"started","attempt":1}"#)?;
        }
        Step::End(answer) => {
            tx.prepare_cached(
                "INSERT INTO message (id, conversation_id, task_id, text) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![name("ans"), name("cnv"), task, answer])?;
            tx.prepare_cached("UPDATE attempt SET ended_at = ?2 WHERE task_id = ?1 AND number = 1")?
                .execute(params![task, now])?;
            tx.prepare_cached("UPDATE task SET state = 'completed', head = ?2 WHERE number = ?1")?
                .execute(params![number, number])?;
            event(3, r#"{"kind":"attempt_ended","attempt":1,"end":"complete"}"#)?;
            event(4, r#"{"kind":"completed","finish_reason":"stop"}"#)?;
            event(5, r#"{"kind":"delivered","channel":"inbox"}"#)?;
            tx.prepare_cached(
                "INSERT INTO delivery (task_id, title, state) VALUES (?1, 'Summarise this', 'pending')",
            )?
            .execute([&task])?;
        }
        Step::Told => {
            tx.prepare_cached("UPDATE delivery SET state = 'delivered' WHERE task_id = ?1")?
                .execute([&task])?;
        }
    }
    Ok(())
}
