//! T9: start with 1,000 unfinished tasks until all of them move again.

use crate::load::Load;
use crate::report::{Figure, Report};
use crate::server::Server;
use crate::{Choice, Outcome, process};
use rusqlite::Connection;
use std::time::{Duration, Instant};
use tokio::time::sleep;

const TASKS: usize = 1_000;
/// They are running slowly when the process is killed, and go on slowly afterwards.
const MODEL: &str = "sim-c600-b24-r1";
/// Between two looks at the model server's counter, which stands for the figure's accuracy.
const LOOK: Duration = Duration::from_millis(2);
/// Longer than this is no start.
const LIMIT: Duration = Duration::from_secs(120);

/// Restate's start with as many unfinished tasks, on the same machine in November 2026, in seconds.
const RESTATE: f64 = 2.0;

pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<()> {
    if !choice.wants(&["T9"]) {
        return Ok(());
    }
    eprintln!("a start with {TASKS} unfinished tasks");
    let load = Load::start().await?;
    let folder = process::folder()?;
    let server = Server::fresh(folder.path(), &load).await?;
    server.api().begin(vec![MODEL.to_owned(); TASKS]).await?;
    until(&server.rows()?, "attempt = 1 AND EXISTS (SELECT 1 FROM delta d WHERE d.task_id = task.id)")
        .await?;
    server.kill().await?;
    let asked_before = load.stats().await?.requests;

    let began = Instant::now();
    let server = Server::start(folder.path()).await?;
    let ready = began.elapsed();
    while load.stats().await?.requests < asked_before + TASKS as u64 {
        if began.elapsed() > LIMIT {
            return Err("the tasks did not begin to move again".into());
        }
        sleep(LOOK).await;
    }
    let asked = began.elapsed().as_secs_f64();
    until(&server.rows()?, "attempt = 2").await?;
    report.add(
        Figure::against(
            "T9",
            "start until 1,000 requests are at the model server",
            asked,
            "s",
            ("Restate", RESTATE),
        )
        .target("0.2 s", asked <= 0.2),
    );
    report.add(Figure::alone("", "start until the API answers", ready.as_secs_f64(), "s"));
    server.kill().await
}

/// Waits until that is true of every task.
async fn until(rows: &Connection, fact: &str) -> Outcome<()> {
    let began = Instant::now();
    while !all(rows, fact)? {
        if began.elapsed() > LIMIT {
            return Err(format!("not every task came to: {fact}").into());
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

fn all(rows: &Connection, fact: &str) -> Outcome<bool> {
    let query = format!("SELECT COUNT(*) FROM task WHERE {fact}");
    let count: i64 = rows.prepare_cached(&query)?.query_row([], |row| row.get(0))?;
    Ok(usize::try_from(count)? == TASKS)
}
