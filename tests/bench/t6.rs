//! T6: what kill -9 takes away while 64 answers are running.

use crate::floor::WINDOW;
use crate::follower::{Follower, Frame};
use crate::load::{Load, PIECE_BYTES, Phases, monotonic_us, stamps};
use crate::report::{Figure, Report};
use crate::server::{self, Server};
use crate::{Choice, Outcome, process};
use rusqlite::Connection;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const STREAMS: usize = 64;
const RATE: u64 = 20;
/// How far the answers have come when the process is killed.
const BEFORE_KILL: Duration = Duration::from_secs(4);
const CHUNKS: u64 = 200;
/// All of them are answered again from their beginning after the restart.
const AFTER_KILL: Duration = Duration::from_secs(120);

/// The text a follower was shown, by task.
type Shown = HashMap<String, String>;

pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<()> {
    if !choice.wants(&["T6"]) {
        return Ok(());
    }
    eprintln!("kill -9 with {STREAMS} answers running");
    let load = Load::start().await?;
    let folder = process::folder()?;
    let server = Server::fresh(folder.path(), &load).await?;
    let data_dir = server.data_dir.clone();
    let follower = server.follow().await?;
    let reading = tokio::spawn(read(follower));
    server.api().begin(Phases::Spread.models(STREAMS, CHUNKS, RATE)).await?;
    sleep(BEFORE_KILL).await;
    let killed_at = monotonic_us();
    server.kill().await?;
    let sent_after = load.stats().await?.chunks;
    let shown = reading.await??;
    if shown.len() != STREAMS {
        return Err(format!("{} of {STREAMS} answers were running", shown.len()).into());
    }

    let server = Server::start(folder.path()).await?;
    let lost = Lost::count(&data_dir, &shown, killed_at)?;
    let shown_bytes: usize = shown.values().map(String::len).sum();
    let what = format!("of {shown_bytes} bytes shown before kill -9, not stored");
    report.add(
        Figure::against("T6", &what, lost.shown_bytes as f64, "bytes", ("Open WebUI", shown_bytes as f64))
            .target("0", lost.shown_bytes == 0),
    );
    let sent = sent_after * PIECE_BYTES;
    let unstored = sent.saturating_sub(lost.stored_bytes);
    report.add(Figure::alone(
        "",
        "sent by the model servers and not stored, all 64 together",
        unstored as f64,
        "bytes",
    ));
    // A window, and the time its commit and the way to the process may take on a busy machine.
    let window_ms = 2.0 * WINDOW.as_millis() as f64;
    report.add(
        Figure::alone("T6", "age of the oldest text that was lost", lost.oldest_ms, "ms")
            .target("a window and a commit: 32", lost.oldest_ms <= window_ms),
    );

    until_final(&server).await?;
    let stuck: i64 = server.rows()?.query_row(STUCK, [], |row| row.get(0))?;
    report.add(
        Figure::alone("T6", "tasks stuck as running after the restart", stuck as f64, "tasks")
            .target("0", stuck == 0),
    );
    server.kill().await
}

const STUCK: &str = "SELECT COUNT(*) FROM task WHERE state <> 'completed'";

/// Keeps what is shown until the connection breaks; pieces have to follow each other without a gap.
async fn read(mut follower: Follower) -> Outcome<Shown> {
    let mut shown = Shown::new();
    while let Some(frame) = follower.next().await {
        for event in serde_json::from_str::<Frame<'_>>(&frame)?.events {
            if event.kind == "text_delta" {
                let text = shown.entry(event.task_id.to_owned()).or_default();
                if event.attempt != 1 || event.offset != text.len() {
                    return Err("a piece of text came twice or not at all".into());
                }
                text.push_str(&event.text);
            }
        }
    }
    Ok(shown)
}

#[derive(Default)]
struct Lost {
    /// Shown, and not in the database.
    shown_bytes: usize,
    stored_bytes: u64,
    /// How long before the kill the first piece was made that is not in the database.
    oldest_ms: f64,
}

impl Lost {
    fn count(data_dir: &Path, shown: &Shown, killed_at: u64) -> Outcome<Self> {
        let rows = server::rows(data_dir)?;
        let mut lost = Self::default();
        for (task, text) in shown {
            let stored = stored_text(&rows, task)?;
            if !stored.starts_with(text.as_str()) {
                let same = stored.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
                lost.shown_bytes += text.len() - same;
            }
            lost.stored_bytes += stored.len() as u64;
            let mut last = 0;
            stamps(&stored, |_, at| last = at);
            // The server keeps its pace to the millisecond, so the next piece was made one step later.
            let next = last + 1_000_000 / RATE;
            lost.oldest_ms = lost.oldest_ms.max(killed_at.saturating_sub(next) as f64 / 1e3);
        }
        Ok(lost)
    }
}

/// What the killed attempt left.
fn stored_text(rows: &Connection, task: &str) -> Outcome<String> {
    let kept = "SELECT kept_text FROM attempt WHERE task_id = ?1 AND number = 1";
    Ok(rows.query_row(kept, [task], |row| row.get(0))?)
}

async fn until_final(server: &Server) -> Outcome<()> {
    let rows = server.rows()?;
    let end = Instant::now() + AFTER_KILL;
    while rows.query_row(STUCK, [], |row| row.get::<_, i64>(0))? > 0 && Instant::now() < end {
        sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}
