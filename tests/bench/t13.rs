//! T13: what a core does while there is nothing to do.
//!
//! Counted is how often any thread of the process tree was switched to: a thread that waits for an event is switched to
//! when the event comes, one that polls is switched to all the time. Nothing of ours has a timer then: the engine's
//! pause of 30 s is for deadlines, and there are none. What has one, by name: the daily copy, 5 minutes after the start and
//! then each hour; and for a minute after the last answer the connections that are kept to a provider, which are looked at
//! every 30 s until they are let go.

use crate::load::{Load, model};
use crate::report::{Figure, Report};
use crate::server::Server;
use crate::{Choice, Outcome, process};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::sleep;

/// How long nothing is done while we count.
const IDLE: Duration = Duration::from_secs(40);
/// After a start: threads that are not needed any more end after 10 s.
pub const AFTER_START: Duration = Duration::from_secs(12);
/// After work: connections to a provider are let go.
const AFTER_WORK: Duration = Duration::from_secs(65);
/// Tasks of the core that was at work before.
const TASKS: usize = 64;

pub async fn measure(choice: &Choice, report: &mut Report) -> Outcome<()> {
    if !choice.wants(&["T13"]) {
        return Ok(());
    }
    eprintln!("nothing to do, {} s after a start and {} s after work", IDLE.as_secs(), IDLE.as_secs());
    let load = Load::start().await?;
    let folder = process::folder()?;
    let mut server = Server::fresh(folder.path(), &load).await?;
    server.hang_up()?;
    count("meanwhile serve, started", server.pid, AFTER_START, report).await?;

    let follower = server.follow().await?;
    server.api().begin(vec![model(20, 20); TASKS]).await?;
    follower.until_completed(TASKS).await?;
    server.hang_up()?;
    count(&format!("meanwhile serve, {TASKS} tasks done"), server.pid, AFTER_WORK, report).await?;
    server.kill().await
}

/// Counts while the process tree is left alone, after it had time to settle.
pub async fn count(state: &str, root: u32, settle: Duration, report: &mut Report) -> Outcome<()> {
    sleep(settle).await;
    let (before, cpu) = (process::switches(root), process::cpu_seconds(root));
    sleep(IDLE).await;
    let (after, cpu) = (process::switches(root), process::cpu_seconds(root) - cpu);
    if before.is_empty() || after.is_empty() {
        return Err("the threads of the process cannot be read".into());
    }
    let mut woken: BTreeMap<&str, u64> = BTreeMap::new();
    for (id, (name, times)) in &after {
        let more = times - before.get(id).map_or(0, |(_, times)| *times);
        *woken.entry(name).or_default() += more;
    }
    let total: u64 = woken.values().sum();
    woken.retain(|_, times| *times > 0);
    eprintln!("    {} threads; switched to: {woken:?}", after.len());
    let what = format!("{state}, idle for {} s", IDLE.as_secs());
    report.add(Figure::alone("T13", &what, total as f64, "wake-ups").target("0", total == 0));
    report.add(Figure::alone("", &what, cpu * 1e3, "ms CPU"));
    Ok(())
}
