//! T1, T2, T3: what steady streams cost and how late they arrive.

use crate::floor::{self, Floor, UNWATCHED_WINDOW, WINDOW};
use crate::load::{Load, PIECE_BYTES, monotonic_us, quantile, spread};
use crate::report::{Figure, Report};
use crate::server::Server;
use crate::{Choice, Outcome, process};
use std::time::Duration;

/// CPU seconds a million tokens of Open WebUI under the same load, driven as its own page drives it.
/// Source: recorded in November 2026 on two cores; it stores an answer at its end and loses all of it in a crash.
const OPEN_WEBUI: f64 = 859.0;

/// Tokens a second of one stream.
const RATE: u64 = 20;
const STORED: &str = "SELECT SUM(length(text)) FROM message WHERE task_id IS NOT NULL";

/// Streams at the same time: a busy day, and far more than anybody has.
const STREAMS: usize = 64;
const MANY: usize = 1_000;

/// After the last start the streams are steady; the latency is theirs, the cost includes starts and ends.
const SETTLE_US: u64 = 500_000;

/// What steady streams needed.
pub struct Paced {
    pub cpu_per_million: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub peak_rss_mib: f64,
}

/// The runs that other figures are taken from too.
pub struct Runs {
    pub usual: Option<(Paced, Floor)>,
    pub many: Option<(Paced, Floor)>,
}

pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<Runs> {
    let mut runs = Runs { usual: None, many: None };
    if choice.wants(&["T1", "T2", "T3", "T7"]) {
        runs.usual = Some(usual(choice, report).await?);
    }
    if choice.wants(&["T2"]) {
        unwatched(choice, report, runs.usual.as_ref().map(|(_, floor)| floor)).await?;
    }
    if choice.wants(&["T3", "T7"]) {
        runs.many = Some(many(choice, report).await?);
    }
    Ok(runs)
}

async fn usual(choice: &Choice, report: &mut Report) -> Outcome<(Paced, Floor)> {
    let load = Load::start().await?;
    eprintln!(
        "{STREAMS} streams of {RATE} tokens a second for {} s: the floor, then followed",
        choice.seconds
    );
    let floor = floor::measure(&load, STREAMS, RATE, choice.seconds, WINDOW).await?;
    let ours = followed(&load, STREAMS, choice.seconds).await?;
    let fewer = ours.cpu_per_million / OPEN_WEBUI;
    let beside = ("Open WebUI", OPEN_WEBUI);
    report.add(
        Figure::against("T1", "64 x 20/s, one follower", ours.cpu_per_million, "CPU-s/M tokens", beside)
            .target("50 times fewer: 0.02", fewer <= 0.02),
    );
    let beside = ("floor", floor.cpu_per_million);
    let times = ours.cpu_per_million / floor.cpu_per_million;
    report.add(
        Figure::against("T2", "64 x 20/s, one follower", ours.cpu_per_million, "CPU-s/M tokens", beside)
            .target("1.5 times the floor", times <= 1.5),
    );
    latency("64 x 20/s", &ours, &floor, report);
    Ok((ours, floor))
}

async fn unwatched(choice: &Choice, report: &mut Report, followed: Option<&Floor>) -> Outcome<()> {
    let load = Load::start().await?;
    eprintln!("the same, and nobody follows");
    let folder = process::folder()?;
    let server = Server::fresh(folder.path(), &load).await?;
    let before = process::cpu_seconds(server.pid);
    server.api().begin(spread(STREAMS, choice.seconds * RATE, RATE)).await?;
    until_settled(&server).await?;
    let tokens = (STREAMS as u64 * choice.seconds * RATE) as f64;
    let cpu = (process::cpu_seconds(server.pid) - before) / tokens * 1e6;
    server.kill().await?;
    let what = "64 x 20/s, nobody follows";
    if let Some(floor) = followed {
        let beside = ("floor, 16 ms", floor.cpu_per_million);
        let times = cpu / floor.cpu_per_million;
        report.add(
            Figure::against("T2", what, cpu, "CPU-s/M tokens", beside)
                .target("1.1 times the floor", times <= 1.1),
        );
    }
    let floor = floor::measure(&load, STREAMS, RATE, choice.seconds / 2, UNWATCHED_WINDOW).await?;
    report.add(Figure::against("", what, cpu, "CPU-s/M tokens", ("floor, 250 ms", floor.cpu_per_million)));
    Ok(())
}

async fn many(choice: &Choice, report: &mut Report) -> Outcome<(Paced, Floor)> {
    let load = Load::start().await?;
    let seconds = choice.seconds.div_ceil(2);
    eprintln!("{MANY} streams of {RATE} tokens a second for {seconds} s: the floor, then followed");
    let floor = floor::measure(&load, MANY, RATE, seconds, WINDOW).await?;
    let ours = followed(&load, MANY, seconds).await?;
    latency("1,000 x 20/s", &ours, &floor, report);
    let beside = ("floor", floor.cpu_per_million);
    report.add(Figure::against(
        "",
        "1,000 x 20/s, one follower",
        ours.cpu_per_million,
        "CPU-s/M tokens",
        beside,
    ));
    Ok((ours, floor))
}

fn latency(what: &str, ours: &Paced, floor: &Floor, report: &mut Report) {
    let middle = format!("socket to follower, {what}, p50");
    report.add(Figure::against("T3", &middle, ours.p50_ms, "ms", ("floor", floor.p50_ms)));
    let tail = format!("socket to follower, {what}, p99");
    let reached = ours.p99_ms <= 25.0 && ours.p99_ms <= 1.5 * floor.p99_ms;
    report.add(
        Figure::against("T3", &tail, ours.p99_ms, "ms", ("floor", floor.p99_ms))
            .target("25 ms and 1.5 times the floor", reached),
    );
}

/// From the first call to the last delivery, with one follower.
async fn followed(load: &Load, streams: usize, seconds: u64) -> Outcome<Paced> {
    let folder = process::folder()?;
    let server = Server::fresh(folder.path(), load).await?;
    let follower = server.follow().await?;
    let before = process::cpu_seconds(server.pid);
    let reading = tokio::spawn(follower.until_completed(streams));
    server.api().begin(spread(streams, seconds * RATE, RATE)).await?;
    let all_begun = monotonic_us();
    let seen = reading.await??;
    until_settled(&server).await?;
    let cpu = process::cpu_seconds(server.pid) - before;
    let peak_rss_mib = process::peak_rss_mib(server.pid);
    // The last piece of an answer comes with its message, not as a piece of its own.
    let expected = streams as u64 * seconds * RATE;
    let stored: i64 = server.rows()?.query_row(STORED, [], |row| row.get(0))?;
    if stored.unsigned_abs() != expected * PIECE_BYTES {
        return Err(format!("{stored} bytes are stored of {expected} pieces").into());
    }
    server.kill().await?;
    let steady = all_begun + SETTLE_US..seen.first_end;
    let during = |part: &std::ops::Range<u64>| -> Vec<u32> {
        seen.pieces.iter().filter(|(sent, _)| part.contains(sent)).map(|(_, late)| *late).collect()
    };
    let (mut all, mut latencies) = (during(&(0..u64::MAX)), during(&steady));
    let worst = quantile(&mut all, 0.99) / 1e3;
    eprintln!(
        "  {} pieces in {} frames; p99 {worst:.1} ms with all starts and ends, {} pieces between them",
        all.len(),
        seen.frames,
        latencies.len()
    );
    Ok(Paced {
        cpu_per_million: cpu / expected as f64 * 1e6,
        p50_ms: quantile(&mut latencies, 0.5) / 1e3,
        p99_ms: quantile(&mut latencies, 0.99) / 1e3,
        peak_rss_mib,
    })
}

/// Waits until every task has its outcome and everybody was told; asks the file, so that the server does not pay.
async fn until_settled(server: &Server) -> Outcome<()> {
    let rows = server.rows()?;
    let open = "SELECT (SELECT COUNT(*) FROM task WHERE ended_at IS NULL)
                     + (SELECT COUNT(*) FROM delivery WHERE state IN ('pending', 'claimed'))";
    while rows.query_row(open, [], |row| row.get::<_, i64>(0))? > 0 {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}
