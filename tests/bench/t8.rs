//! T8: durable tasks with next to nothing to do, 64 at a time.
//!
//! Counted is, for each: accepted (prompt, task, conversation), taken up and its attempt opened before anything is asked,
//! completed by somebody who answers at once (answer, outcome, usage, log), the duty to tell in the inbox and settled, and a
//! follower who was told by the log before the next one is sent. These are four commits, shared by whoever waits.
//!
//! The peers' task is a function that returns at once, its call and its result one or two rows. Ours keeps a prompt, an
//! answer, a log and a duty to tell, so beside them this is the harder task, and the figure without HTTP is the one to hold
//! against theirs: they ask no model. *Over HTTP* is what a user's task is, without the time of a model; the model server
//! takes its part of the same cores.

use crate::floor_noop::{Kept, Needed};
use crate::load::Load;
use crate::report::{Figure, Report};
use crate::{Choice, Outcome, process};

/// Behind each figure; a few seconds of ours.
const TASKS: usize = 10_000;
const AT_ONCE: usize = 64;

/// Durable engines with a task that does nothing, 64 at a time, and how often ours has to be as many.
/// Source: recorded in November 2026 on two cores.
const PEERS: [(&str, f64, f64); 3] =
    [("apalis on SQLite", 2_423.0, 8.0), ("Restate", 700.0, 25.0), ("DBOS on SQLite", 225.0, 80.0)];

/// Of the floor with the same rows.
const LEAST: f64 = 0.5;

const PER_SECOND: &str = "tasks/s";
const CPU: &str = "ms CPU/task";

pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<()> {
    if !choice.wants(&["T8"]) {
        return Ok(());
    }
    eprintln!("{TASKS} durable no-op tasks, {AT_ONCE} at a time: floors, here, floor over HTTP, over HTTP");
    let bare = floor(Kept::Row, None).await?;
    let rows = floor(Kept::Rows, None).await?;
    let here = ours(None).await?;
    let (rate, cpu) = (per_second(&here), cpu_ms(&here));
    report.add(
        Figure::against(
            "T8",
            "no-op, engine and store",
            rate,
            PER_SECOND,
            ("floor, the same rows", per_second(&rows)),
        )
        .target(&format!("{LEAST} times the floor"), rate >= LEAST * per_second(&rows)),
    );
    report.add(Figure::against(
        "",
        "no-op, engine and store",
        rate,
        PER_SECOND,
        ("floor, one row", per_second(&bare)),
    ));
    for (peer, theirs, times) in PEERS {
        report.add(
            Figure::against("T8", "no-op, engine and store", rate, PER_SECOND, (peer, theirs))
                .target(&format!("{times} times as many"), rate >= times * theirs),
        );
    }
    report.add(Figure::against(
        "",
        "no-op, engine and store",
        cpu,
        CPU,
        ("floor, the same rows", cpu_ms(&rows)),
    ));

    let load = Load::start().await?;
    let rows = floor(Kept::Rows, Some(&load)).await?;
    let whole = ours(Some(&load)).await?;
    let what = "answered at once over HTTP";
    let beside = "floor, rows and request";
    report.add(Figure::against("", what, per_second(&whole), PER_SECOND, (beside, per_second(&rows))));
    report.add(Figure::against("", what, cpu_ms(&whole), CPU, (beside, cpu_ms(&rows))));
    Ok(())
}

async fn floor(kept: Kept, load: Option<&Load>) -> Outcome<Needed> {
    child(&["floor-noop", kept.word()], load).await
}

async fn ours(load: Option<&Load>) -> Outcome<Needed> {
    child(&["noop"], load).await
}

/// This program again, with fresh data.
async fn child(words: &[&str], load: Option<&Load>) -> Outcome<Needed> {
    let folder = process::folder()?;
    let out = tokio::process::Command::new(std::env::current_exe()?)
        .args(words)
        .arg(folder.path())
        .args([TASKS.to_string(), AT_ONCE.to_string()])
        .args(load.map(Load::base_url))
        .stderr(std::process::Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await?;
    if !out.status.success() {
        return Err(format!("{} did not run", words.join(" ")).into());
    }
    let needed: Needed = serde_json::from_slice(&out.stdout)?;
    let Needed { seconds, cpu_seconds, commits } = needed;
    let commits = commits.map(|commits| format!(", {commits} commits")).unwrap_or_default();
    eprintln!("  {}: {seconds:.2} s, {cpu_seconds:.2} s of CPU{commits}", words.join(" "));
    Ok(needed)
}

fn per_second(needed: &Needed) -> f64 {
    TASKS as f64 / needed.seconds
}

fn cpu_ms(needed: &Needed) -> f64 {
    needed.cpu_seconds / TASKS as f64 * 1e3
}
