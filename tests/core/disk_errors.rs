//! Promise P1 on a disk that reports errors: whichever call of the system fails, once or from then on, nothing that was
//! acknowledged is gone, and a start on a disk that is well again brings all work to its end.
//!
//! For each kind of call the first, then a later one, and so on until a whole life passes without reaching it.
//! `MEANWHILE_DISK_ERRORS=all` takes each (`make crash`), else `MEANWHILE_CRASH_SEED` repeats the choice.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "crash/app.rs"]
#[allow(dead_code)]
mod app;
#[path = "disk_errors/bad_day.rs"]
mod bad_day;
#[path = "crash/chance.rs"]
#[allow(dead_code)]
mod chance;
#[path = "crash/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "crash/journal.rs"]
mod journal;
#[path = "power/library.rs"]
mod library;
#[path = "crash/rows.rs"]
#[allow(dead_code)]
mod rows;

use bad_day::{Begin, Error, World};
use chance::Chance;
use futures_util::{FutureExt, StreamExt, stream};
use meanwhile_support::harness::FACT_LIMIT;
use std::panic::AssertUnwindSafe;

/// Programs at the same time; each waits more than it works.
const TOGETHER: usize = 6;
/// Calls of the system, as the library names them.
const KINDS: [&str; 6] = ["open", "read", "write", "truncate", "sync", "map"];

// F19
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_error_of_the_disk_loses_nothing() {
    at_each_call(false).await;
}

// F19
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_only_reports_errors_from_some_moment_on_loses_nothing() {
    at_each_call(true).await;
}

/// All kinds of calls, in the first start with a folder and in one after a kill.
async fn at_each_call(stays: bool) {
    let seed = chance::seed();
    println!("MEANWHILE_CRASH_SEED={seed} repeats the choice of calls");
    let world = World::make().await;
    let each = KINDS.into_iter().flat_map(|kind| [(kind, Begin::Afresh), (kind, Begin::AfterAKill)]);
    let series = each.map(|(kind, begin)| series(&world, kind, begin, stays, Chance::new(seed)));
    let all: Vec<_> = stream::iter(series).buffer_unordered(TOGETHER).collect().await;
    println!("{} errors were lived through", all.iter().map(|(count, _)| count).sum::<u32>());
    let wrong: Vec<_> = all.into_iter().flat_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "these went wrong, the reasons stand above: {wrong:#?}");
}

/// One kind of call until a life passes without the error; how many were met, and the first that went wrong.
async fn series(
    world: &World,
    kind: &'static str,
    begin: Begin,
    stays: bool,
    mut chance: Chance,
) -> (u32, Vec<String>) {
    let takes_all = std::env::var("MEANWHILE_DISK_ERRORS").is_ok_and(|which| which == "all");
    let (mut met, mut number) = (0, 1);
    loop {
        let error = Error { kind, number, stays };
        let day = tokio::time::timeout(FACT_LIMIT * 4, world.live_through(&error, begin));
        match AssertUnwindSafe(day).catch_unwind().await {
            Ok(Ok(false)) => break,
            Ok(Ok(true)) => {}
            // The next ones would only say it again.
            _ => return (met, vec![format!("{error} {begin:?}")]),
        }
        met += 1;
        number = if takes_all {
            number + 1
        } else {
            number * 2 + u32::try_from(chance.between(0, u64::from(number))).unwrap()
        };
    }
    assert!(met > 0, "there is such a call: {kind} {begin:?}");
    (met, Vec::new())
}
