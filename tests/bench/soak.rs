//! A soak: tasks come and go for as long as it is told, and what must not grow is looked at every few seconds.
//!
//! The real `meanwhile serve` with 200 answers under way all the time: whenever one ends the next begins, of another
//! length. A follower is there, as a window is. History grows, as it should; memory, open files and the log of the
//! database must not. What grows is judged after the first third, when caches are full and the allocator knows its sizes,
//! and in a run of 15 minutes the daily copy, which is made 5 minutes after the start, is over.

use crate::follower::Follower;
use crate::load::{Load, model};
use crate::report::{Figure, Report};
use crate::server::{Api, Server};
use crate::{Choice, Outcome, process};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Answers under way.
const TASKS: usize = 200;
/// Tokens a second of each.
const RATE: u64 = 10;
/// Lengths in turn, 3 to 30 s: uneven, so that beginnings and ends never fall together.
const LENGTHS: [u64; 7] = [160, 40, 290, 90, 30, 220, 120];
/// A run from which the memory can be judged.
const ENOUGH_MINUTES: u64 = 15;
const LOOK: Duration = Duration::from_secs(5);

/// Memory that is gained so fast is a leak. Source: a core that runs for a month may not gain a gigabyte.
const MOST_MIB_PER_HOUR: f64 = 1.0;
/// Where SQLite cuts its log back to, see `open.rs` of the store.
const MOST_WAL_MIB: f64 = 64.0;
/// Open files come and go with connections: to each provider as many as it answers, to the database four to read.
const MOST_FILES_APART: usize = 16;

/// One look at the running server.
#[derive(Clone, Copy)]
struct Sample {
    hours: f64,
    rss_mib: f64,
    pss_mib: f64,
    anonymous_mib: f64,
    files: usize,
    wal_mib: f64,
    database_mib: f64,
}

pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<()> {
    let minutes = choice.minutes;
    eprintln!("{TASKS} answers under way for {minutes} minutes");
    if minutes < ENOUGH_MINUTES {
        report.note("A soak under 15 minutes judges memory while caches still fill: see the other figures.");
    }
    let load = Load::start().await?;
    let folder = process::folder()?;
    let server = Server::fresh(folder.path(), &load).await?;
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    let follower = server.follow().await?;
    let work = tokio::spawn(keep_busy(follower, server.api(), end));
    let mut samples = Vec::new();
    while Instant::now() < end && !work.is_finished() {
        sleep(LOOK).await;
        let sample = Sample::take(&server, end)?;
        say(samples.len(), &sample);
        samples.push(sample);
    }
    let tasks = work.await??;
    let (data_dir, cpu) = (server.data_dir.clone(), process::cpu_seconds(server.pid));
    server.quit().await?;
    judge(&samples, report)?;
    report.add(Figure::alone("", "soak, tasks done", tasks as f64, "tasks"));
    report.add(Figure::alone("", "soak, CPU of each", cpu / tasks as f64 * 1e3, "ms"));
    let is_healthy = is_healthy(&data_dir).await?;
    let findings = if is_healthy { 0.0 } else { 1.0 };
    report.add(
        Figure::alone("", "soak, `meanwhile doctor` afterwards", findings, "complaints")
            .target("0", is_healthy),
    );
    Ok(())
}

/// Begins a task whenever one ends, until `end`; gives how many were completed when all that was begun is.
async fn keep_busy(mut follower: Follower, api: Api, end: Instant) -> Outcome<u64> {
    let mut models = LENGTHS.iter().cycle().map(|length| model(*length, RATE));
    let (mut under_way, mut completed) = (TASKS, 0);
    let mut calls = JoinSet::new();
    calls.spawn({
        let (api, first) = (api.clone(), models.by_ref().take(TASKS).collect());
        async move { api.begin(first).await }
    });
    while under_way > 0 {
        let frame = tokio::select! {
            frame = follower.next() => frame.ok_or("the server closed the WebSocket")?,
            Some(called) = calls.join_next() => {
                called??;
                continue;
            }
        };
        for bad in ["\"kind\":\"failed\"", "\"kind\":\"waiting\"", "\"kind\":\"requeued\""] {
            if frame.contains(bad) {
                return Err(format!("a task came to {bad}").into());
            }
        }
        for _ in frame.matches("\"kind\":\"completed\"") {
            completed += 1;
            match models.next().filter(|_| Instant::now() < end) {
                Some(next) => {
                    let api = api.clone();
                    calls.spawn(async move { api.begin(vec![next]).await });
                }
                None => under_way -= 1,
            }
        }
    }
    Ok(completed)
}

impl Sample {
    fn take(server: &Server, end: Instant) -> Outcome<Self> {
        let mib = |name: &str| {
            let file = std::fs::metadata(server.data_dir.join(name));
            file.map_or(0.0, |file| file.len() as f64 / 1_048_576.0)
        };
        Ok(Self {
            // Only differences count, so any moment may stand for zero.
            hours: -end.saturating_duration_since(Instant::now()).as_secs_f64() / 3600.0,
            rss_mib: process::rss_mib(server.pid),
            pss_mib: process::pss_mib(server.pid),
            anonymous_mib: process::anonymous_mib(server.pid),
            files: process::open_files(server.pid)?,
            wal_mib: mib("meanwhile.db-wal"),
            database_mib: mib("meanwhile.db"),
        })
    }
}

fn say(number: usize, sample: &Sample) {
    let Sample { rss_mib, pss_mib, anonymous_mib, files, wal_mib, database_mib, .. } = sample;
    eprintln!(
        "    {:4} s: RSS {rss_mib:.1}, PSS {pss_mib:.1}, anonymous {anonymous_mib:.1} MiB; {files} files; \
         log {wal_mib:.1}, database {database_mib:.1} MiB",
        (number as u64 + 1) * LOOK.as_secs()
    );
}

fn judge(samples: &[Sample], report: &mut Report) -> Outcome<()> {
    let warm = &samples[samples.len() / 3..];
    if warm.len() < 3 {
        return Err("that was too short to judge".into());
    }
    let of = |value: fn(&Sample) -> f64| warm.iter().map(value);
    let most = |value: fn(&Sample) -> f64| of(value).fold(0.0, f64::max);
    let slope = |value: fn(&Sample) -> f64| slope(warm.iter().map(|sample| (sample.hours, value(sample))));
    // Of files behind memory each copy of the program that comes or goes changes the share, so this is without them.
    let (gained, error) = slope(|sample| sample.anonymous_mib);
    report.add(
        Figure::alone("", &format!("soak, anonymous memory gained, +- {error:.2}"), gained, "MiB/h")
            .target(&format!("{MOST_MIB_PER_HOUR} MiB/h"), gained < MOST_MIB_PER_HOUR),
    );
    let (gained, error) = slope(|sample| sample.pss_mib);
    report.add(Figure::alone("", &format!("soak, PSS gained, +- {error:.2}"), gained, "MiB/h"));
    report.add(Figure::alone("", "soak, most RSS", most(|sample| sample.rss_mib), "MiB"));
    let files = warm.iter().map(|sample| sample.files);
    let (fewest, most_files) = (files.clone().min().unwrap_or(0), files.max().unwrap_or(0));
    report.add(
        Figure::alone(
            "",
            &format!("soak, open files, never fewer than {fewest}"),
            most_files as f64,
            "files",
        )
        .target(&format!("{MOST_FILES_APART} apart"), most_files - fewest <= MOST_FILES_APART),
    );
    let wal = most(|sample| sample.wal_mib);
    report.add(
        Figure::alone("", "soak, longest log of the database", wal, "MiB")
            .target(&format!("{MOST_WAL_MIB} MiB"), wal <= MOST_WAL_MIB),
    );
    report.add(Figure::alone("", "soak, the database at its end", most(|sample| sample.database_mib), "MiB"));
    Ok(())
}

/// The line of least squares through these points: how steep it is, and the standard error of that.
fn slope(points: impl Iterator<Item = (f64, f64)> + Clone) -> (f64, f64) {
    let count = points.clone().count() as f64;
    let mean = |part: fn((f64, f64)) -> f64| points.clone().map(part).sum::<f64>() / count;
    let (x_mean, y_mean) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.clone().map(|(x, _)| (x - x_mean).powi(2)).sum();
    let slope = points.clone().map(|(x, y)| (x - x_mean) * (y - y_mean)).sum::<f64>() / spread;
    let rest: f64 = points.map(|(x, y)| (y - y_mean - slope * (x - x_mean)).powi(2)).sum();
    (slope, (rest / (count - 2.0) / spread).sqrt())
}

/// Whether `meanwhile doctor` finds nothing; what it says is passed on.
async fn is_healthy(data_dir: &Path) -> Outcome<bool> {
    let doctor = Command::new(process::binary("meanwhile")?)
        .args(["doctor".as_ref(), "--data-dir".as_ref(), data_dir.as_os_str()])
        .output()
        .await?;
    eprint!("{}{}", String::from_utf8_lossy(&doctor.stdout), String::from_utf8_lossy(&doctor.stderr));
    Ok(doctor.status.success())
}
