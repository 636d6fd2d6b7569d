//! Promise P1, by force: the real program is killed at random moments, and nothing it acknowledged is gone.
//!
//! `MEANWHILE_CRASH_CYCLES` says how often (`make crash`: 10,000), `MEANWHILE_CRASH_SEED` repeats a run.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "crash/app.rs"]
mod app;
#[path = "crash/chance.rs"]
mod chance;
#[path = "crash/client.rs"]
mod client;
#[path = "crash/journal.rs"]
mod journal;
#[path = "crash/rows.rs"]
mod rows;

use app::App;
use chance::Chance;
use client::Client;
use futures_util::FutureExt;
use meanwhile_support::binary::Folder;
use meanwhile_support::model_server::ModelServer;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// Enough to meet each kind of moment, and short enough for every run of the tests.
const CYCLES: u64 = 60;
const TASKS_PER_CYCLE: u64 = 8;
/// Cycles on one folder. Everything in it is compared after each of them, so without a bound the last would take longest.
const CYCLES_PER_FOLDER: u64 = 200;
/// All that is left is answered, retried and delivered in this time once nobody kills any more.
const CALM: Duration = Duration::from_secs(120);

// F1, F2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_by_kill_9_and_every_task_comes_to_its_end() {
    let cycles = chance::number("MEANWHILE_CRASH_CYCLES").unwrap_or(CYCLES);
    let seed = chance::seed();
    println!("{cycles} cycles; MEANWHILE_CRASH_SEED={seed} repeats the choices of this run");
    for done in (0..cycles).step_by(CYCLES_PER_FOLDER as usize) {
        let seed = seed.wrapping_add(done);
        let mut at = "the first start".to_owned();
        let run = run(CYCLES_PER_FOLDER.min(cycles - done), Chance::new(seed), &mut at);
        if let Err(panic) = AssertUnwindSafe(run).catch_unwind().await {
            println!("failed at {at}, after {done} others; MEANWHILE_CRASH_SEED={seed} repeats it");
            std::panic::resume_unwind(panic);
        }
    }
}

async fn run(cycles: u64, mut chance: Chance, at: &mut String) {
    let folder = Folder::new();
    let server = ModelServer::start().await;
    let mut client = Client::default();
    App::start(&folder).await.set_up(&server.base_url()).await.kill_after(Duration::ZERO).await;

    for cycle in 1..=cycles {
        *at = format!("cycle {cycle}");
        let delay = Duration::from_millis(chance.between(20, 400));
        if chance.one_in(4) {
            // The start is a moment too: recovery, or the first claims.
            app::start_and_kill_after(&folder, delay / 4).await;
        } else {
            let app = App::start(&folder).await;
            app::assert_healthy(&folder, "after the recovery").await;
            client.plan(&mut chance, cycle, TASKS_PER_CYCLE);
            client.work_until_killed(app, &mut chance, delay).await;
        }
        app::assert_healthy(&folder, "in what the dead process left").await;
        rows::assert_all_kept(&folder, &client);
        let finished = rows::finished(&folder);
        assert!(finished >= cycle / 5, "only {finished} tasks finished in {cycle} cycles");
    }

    *at = "the calm after the last kill".to_owned();
    let app = App::start(&folder).await;
    let calm = tokio::time::timeout(CALM, client.work_until_final(&app)).await;
    assert!(calm.is_ok(), "some tasks came to no end: {:#?}", rows::open(&folder));
    client.until_told(&app.client()).await;
    app::assert_healthy(&folder, "at the end").await;
    app.quit().await;
    app::assert_healthy(&folder, "after a polite end").await;
    rows::assert_all_kept(&folder, &client);
    rows::assert_all_ended_as_asked(&folder, &client);
    let interrupted = rows::interrupted(&folder);
    assert!(interrupted >= cycles / 10, "{interrupted} attempts were cut: the kills met hardly any work");
    println!("{}; {interrupted} attempts were cut", client.summary());
}
