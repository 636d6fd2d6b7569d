//! The floor: as little as possible between the socket and the disk, with the libraries we use. Nobody can be faster
//! without leaving something out.
//!
//! N streams through reqwest, eventsource-stream and serde into borrowed structs; one writer thread that gathers for a
//! window and commits one row for each stream, in WAL with synchronous=FULL. No tasks, no log, nobody who follows.

use crate::load::{Load, Phases, monotonic_us, quantile, stamps};
use crate::{Outcome, process, server};
use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The window of the program under test while somebody follows.
pub const WINDOW: Duration = Duration::from_millis(16);
/// Its window while nobody does.
pub const UNWATCHED_WINDOW: Duration = Duration::from_millis(250);

/// Pieces on their way to the writer; more than it ever takes in one window.
const QUEUE: usize = 65_536;

/// Commits behind one figure for the disk.
const COMMITS: u32 = 200;

/// What the floor needed.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Floor {
    pub cpu_per_million: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub peak_rss_mib: f64,
    pub commits: u64,
    pub commit_p50_ms: f64,
}

/// What one row in a commit of its own takes on the disk now, in milliseconds: the unit of everything that waits for it.
pub fn commit_ms() -> Outcome<f64> {
    let folder = process::folder()?;
    let connection = open(folder.path())?;
    let mut times = Vec::new();
    for number in 0..COMMITS {
        let began = monotonic_us();
        connection
            .execute("INSERT INTO segment (stream, number, text) VALUES (1, ?1, 'Half an ')", [number])?;
        times.push(u32::try_from(monotonic_us() - began)?);
    }
    Ok(quantile(&mut times, 0.5) / 1e3)
}

/// The load under which the floor is measured.
pub struct Streams {
    pub count: usize,
    pub rate: u64,
    pub seconds: u64,
    pub phases: Phases,
}

impl Streams {
    pub fn models(&self) -> Vec<String> {
        self.phases.models(self.count, self.seconds * self.rate, self.rate)
    }

    pub fn tokens(&self) -> u64 {
        self.count as u64 * self.seconds * self.rate
    }
}

/// Runs the floor under a load, as a process of its own.
pub async fn measure(load: &Load, streams: &Streams, window: Duration) -> Outcome<Floor> {
    let folder = process::folder()?;
    std::fs::write(folder.path().join("models"), streams.models().join("\n"))?;
    let out = tokio::process::Command::new(std::env::current_exe()?)
        .args(["floor", &load.base_url(), &window.as_millis().to_string()])
        .arg(folder.path())
        .stderr(std::process::Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await?;
    if !out.status.success() {
        return Err("the floor did not run".into());
    }
    let floor: Floor = serde_json::from_slice(&out.stdout)?;
    eprintln!("  floor: {} commits of {:.2} ms", floor.commits, floor.commit_p50_ms);
    Ok(floor)
}

/// `bench floor BASE_URL WINDOW_MS FOLDER`: the process itself. The folder holds the models, one a line; it prints its
/// figures.
pub fn child(args: impl Iterator<Item = String>) -> Outcome<()> {
    let args: Vec<String> = args.collect();
    let [base_url, window_ms, folder] = args.as_slice() else {
        return Err("floor BASE_URL WINDOW_MS FOLDER".into());
    };
    let window = Duration::from_millis(window_ms.parse()?);
    let models = std::fs::read_to_string(Path::new(folder).join("models"))?;
    let connection = open(Path::new(folder))?;
    let (pieces, queue) = mpsc::channel(QUEUE);
    let writer = std::thread::spawn(move || write(connection, queue, window));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let tokens: u64 = runtime.block_on(async {
        let client = server::client()?;
        let mut streams: JoinSet<Outcome<u64>> = (0..)
            .zip(models.lines())
            .map(|(number, model)| {
                stream(client.clone(), base_url.clone(), model.to_owned(), number, pieces.clone())
            })
            .collect();
        drop(pieces);
        let mut tokens = 0;
        while let Some(read) = streams.join_next().await {
            tokens += read??;
        }
        Outcome::Ok(tokens)
    })?;
    let mut written = writer.join().map_err(|_| "the writer panicked")??;
    let floor = Floor {
        cpu_per_million: process::cpu_seconds(std::process::id()) / tokens as f64 * 1e6,
        p50_ms: quantile(&mut written.latencies, 0.5) / 1e3,
        p99_ms: quantile(&mut written.latencies, 0.99) / 1e3,
        peak_rss_mib: process::peak_rss_mib(std::process::id()),
        commits: written.commit_us.len() as u64,
        commit_p50_ms: quantile(&mut written.commit_us, 0.5) / 1e3,
    };
    println!("{}", serde_json::to_string(&floor)?);
    Ok(())
}

struct Piece {
    stream: u32,
    number: u32,
    text: String,
}

#[derive(Default)]
struct Written {
    latencies: Vec<u32>,
    commit_us: Vec<u32>,
}

fn open(folder: &Path) -> Outcome<Connection> {
    let connection = Connection::open(folder.join("floor.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE segment (stream INTEGER, number INTEGER, text TEXT, PRIMARY KEY (stream, number)) WITHOUT ROWID",
    )?;
    Ok(connection)
}

fn write(mut connection: Connection, mut queue: mpsc::Receiver<Piece>, window: Duration) -> Outcome<Written> {
    let mut written = Written::default();
    let mut batch: HashMap<u32, (u32, String)> = HashMap::new();
    while let Some(first) = queue.blocking_recv() {
        batch.insert(first.stream, (first.number, first.text));
        std::thread::sleep(window);
        while let Ok(piece) = queue.try_recv() {
            batch.entry(piece.stream).or_insert((piece.number, String::new())).1.push_str(&piece.text);
        }
        let began = monotonic_us();
        let tx = connection.transaction()?;
        {
            let mut insert =
                tx.prepare_cached("INSERT INTO segment (stream, number, text) VALUES (?1, ?2, ?3)")?;
            for (stream, (number, text)) in &batch {
                insert.execute(params![stream, number, text])?;
            }
        }
        tx.commit()?;
        let now = monotonic_us();
        written.commit_us.push(u32::try_from(now - began)?);
        for (_, (_, text)) in batch.drain() {
            stamps(&text, |_, sent| {
                written.latencies.push(u32::try_from(now.saturating_sub(sent)).unwrap_or(u32::MAX));
            });
        }
    }
    Ok(written)
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    choices: Vec<Choice<'a>>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    delta: Delta<'a>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow, default)]
    content: Option<Cow<'a, str>>,
}

async fn stream(
    client: reqwest::Client,
    base_url: String,
    model: String,
    stream: u32,
    pieces: mpsc::Sender<Piece>,
) -> Outcome<u64> {
    let body = serde_json::json!({
        "model": model, "stream": true, "stream_options": {"include_usage": true},
        "messages": [{"role": "user", "content": "Summarise this"}],
    });
    let answer = client.post(format!("{base_url}/chat/completions")).json(&body).send().await?;
    let mut events = answer.error_for_status()?.bytes_stream().eventsource();
    let mut number = 0;
    while let Some(event) = events.next().await {
        let event = event?;
        if event.data == "[DONE]" {
            continue;
        }
        let chunk: Chunk<'_> = serde_json::from_str(&event.data)?;
        let text = chunk.choices.into_iter().next().and_then(|choice| choice.delta.content);
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            pieces.send(Piece { stream, number, text: text.into_owned() }).await?;
            number += 1;
        }
    }
    Ok(u64::from(number))
}
