//! T1, T2, T3: what steady streams cost and how late they arrive.

use crate::floor::{self, Floor, Streams, UNWATCHED_WINDOW, WINDOW};
use crate::load::{Load, PIECE_BYTES, Phases, monotonic_us, quantile};
use crate::report::{Figure, Report};
use crate::server::Server;
use crate::{Choice, Outcome, process};
use std::time::Duration;

/// CPU seconds a million tokens of Open WebUI under the same load, driven as its own page drives it.
/// Source: recorded in November 2026 on two cores; it stores an answer at its end and loses all of it in a crash.
const OPEN_WEBUI: f64 = 859.0;

const PER_MILLION: &str = "CPU-s/M tokens";

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

/// The runs that the memory is taken from too.
#[derive(Default)]
pub struct Runs {
    pub usual: Option<(Paced, Floor)>,
    pub many: Option<(Paced, Floor)>,
}

pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<Runs> {
    let mut runs = Runs::default();
    let seconds = choice.seconds;
    let streams = |count, phases, seconds| Streams { count, rate: RATE, seconds, phases };
    if choice.wants(&["T1", "T2"]) {
        together(&streams(STREAMS, Phases::Together, seconds), report).await?;
    }
    if choice.wants(&["T2", "T3", "T7"]) {
        let spread = streams(STREAMS, Phases::Spread, seconds);
        let (ours, floor) = both(&spread, "64 x 20/s", report).await?;
        cost("T2", "64 x 20/s unsynchronised, one follower", ours.cpu_per_million, &floor, 1.5, report);
        runs.usual = Some((ours, floor));
    }
    if choice.wants(&["T3", "T7"]) {
        let many = streams(MANY, Phases::Spread, seconds.div_ceil(2));
        let (ours, floor) = both(&many, "1,000 x 20/s", report).await?;
        let beside = ("floor", floor.cpu_per_million);
        let what = "1,000 x 20/s unsynchronised, one follower";
        report.add(Figure::against("", what, ours.cpu_per_million, PER_MILLION, beside));
        runs.many = Some((ours, floor));
    }
    Ok(runs)
}

/// T1 and T2 under the load of the reference: all streams are started at once and keep their step.
async fn together(streams: &Streams, report: &mut Report) -> Outcome<()> {
    let load = Load::start().await?;
    say(streams, "the floor, then with a follower, then without");
    let floor = floor::measure(&load, streams, WINDOW).await?;
    let ours = followed(&load, streams).await?;
    let unwatched = unwatched(&load, streams).await?;
    let what = "64 x 20/s, one follower";
    let fewer = ours.cpu_per_million / OPEN_WEBUI;
    report.add(
        Figure::against("T1", what, ours.cpu_per_million, PER_MILLION, ("Open WebUI", OPEN_WEBUI))
            .target("50 times fewer: 0.02", fewer <= 0.02),
    );
    cost("T2", what, ours.cpu_per_million, &floor, 1.5, report);
    let what = "64 x 20/s, nobody follows";
    cost("T2", what, unwatched, &floor, 1.1, report);
    let floor = floor::measure(&load, streams, UNWATCHED_WINDOW).await?;
    report.add(Figure::against("", what, unwatched, PER_MILLION, ("floor, 250 ms", floor.cpu_per_million)));
    Ok(())
}

/// The floor and ours under the same load, one after the other, with the latency of both.
async fn both(streams: &Streams, what: &str, report: &mut Report) -> Outcome<(Paced, Floor)> {
    let load = Load::start().await?;
    say(streams, "the floor, then with a follower");
    let floor = floor::measure(&load, streams, WINDOW).await?;
    let ours = followed(&load, streams).await?;
    let middle = format!("socket to follower, {what}, p50");
    report.add(Figure::against("T3", &middle, ours.p50_ms, "ms", ("floor", floor.p50_ms)));
    let tail = format!("socket to follower, {what}, p99");
    let reached = ours.p99_ms <= 25.0 && ours.p99_ms <= 1.5 * floor.p99_ms;
    report.add(
        Figure::against("T3", &tail, ours.p99_ms, "ms", ("floor", floor.p99_ms))
            .target("25 ms and 1.5 times the floor", reached),
    );
    Ok((ours, floor))
}

fn say(streams: &Streams, what: &str) {
    let Streams { count, rate, seconds, phases } = streams;
    eprintln!("{count} streams of {rate} tokens a second for {seconds} s, {phases:?}: {what}");
}

fn cost(name: &'static str, what: &str, cpu: f64, floor: &Floor, most: f64, report: &mut Report) {
    let beside = ("floor", floor.cpu_per_million);
    let reached = cpu <= most * floor.cpu_per_million;
    report.add(
        Figure::against(name, what, cpu, PER_MILLION, beside)
            .target(&format!("{most} times the floor"), reached),
    );
}

/// CPU seconds a million tokens when nobody follows.
async fn unwatched(load: &Load, streams: &Streams) -> Outcome<f64> {
    let folder = process::folder()?;
    let server = Server::fresh(folder.path(), load).await?;
    let before = process::cpu_seconds(server.pid);
    server.api().begin(streams.models()).await?;
    until_settled(&server).await?;
    let cpu = process::cpu_seconds(server.pid) - before;
    server.kill().await?;
    Ok(cpu / streams.tokens() as f64 * 1e6)
}

/// From the first call to the last delivery, with one follower.
async fn followed(load: &Load, streams: &Streams) -> Outcome<Paced> {
    let folder = process::folder()?;
    let server = Server::fresh(folder.path(), load).await?;
    let follower = server.follow().await?;
    let before = process::cpu_seconds(server.pid);
    let reading = tokio::spawn(follower.until_completed(streams.count));
    server.api().begin(streams.models()).await?;
    let all_begun = monotonic_us();
    let seen = reading.await??;
    until_settled(&server).await?;
    let cpu = process::cpu_seconds(server.pid) - before;
    let peak_rss_mib = process::peak_rss_mib(server.pid);
    // The last piece of an answer comes with its message, not as a piece of its own.
    let expected = streams.tokens();
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
