//! Promise P1 without electricity: whatever moment the power fails at, the disk holds all that was acknowledged.
//!
//! A real `meanwhile serve` works while everything it does to its database files is written down. From that, disks are
//! made as a power cut may leave them: each file up to its last sync, and of what was written after that any part, torn
//! within a write. It fails at the very moment of each answer, with all that was not synced gone, and then at any moment. Once anything was shown, each has to open, pass every check and hold what had been shown by then.
//!
//! `MEANWHILE_POWER_IMAGES` says how many (`make crash`: 20,000), `MEANWHILE_CRASH_SEED` repeats the
//! choices, on another recording of the same work.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "crash/app.rs"]
#[allow(dead_code)]
mod app;
#[path = "crash/chance.rs"]
mod chance;
#[path = "crash/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "power/disk.rs"]
mod disk;
#[path = "crash/journal.rs"]
mod journal;
#[path = "power/library.rs"]
mod library;
#[path = "power/record.rs"]
mod record;
#[path = "crash/rows.rs"]
#[allow(dead_code)]
mod rows;

use chance::Chance;
use client::Client;
use disk::{Deed, Disk, Step};
use meanwhile_core::{Core, Options, SessionSecrets};
use meanwhile_support::binary::Folder;
use record::Recording;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Enough to meet each kind of moment, and short enough for every run of the tests.
const IMAGES: u64 = 600;
/// One in so many is also started and has to go on.
const STARTED: u64 = 40;
/// Disks of the kind that forgets.
const FORGETFUL: u64 = 100;
/// Syncs that it forgets at the end.
const FORGOTTEN: usize = 12;

// F3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_power_fails() {
    let (mut chance, seed) = chance();
    let recording = Recording::make(&mut chance).await;
    assert!(
        recording.has_checkpoint(),
        "the log went into the database at least once after something was shown"
    );
    for (steps, client) in recording.answers() {
        let folder = Folder::new();
        Disk::synced(steps).write_to(&folder.path());
        assert_whole(&folder, client);
    }
    let images = chance::number("MEANWHILE_POWER_IMAGES").unwrap_or(IMAGES);
    let mut late = 0;
    for image in 0..images {
        let steps = moment(&recording, &mut chance);
        let folder = disk(steps, &mut chance);
        if let Some(client) = acknowledged(&recording, steps) {
            late += 1;
            let whole = std::panic::catch_unwind(AssertUnwindSafe(|| assert_whole(&folder, client)));
            assert!(
                whole.is_ok(),
                "image {image}, cut after step {}; MEANWHILE_CRASH_SEED={seed}",
                steps.len()
            );
        }
        if image % STARTED == 0 {
            let options =
                Options { secrets: Arc::new(SessionSecrets::default()), ..Options::new(folder.path()) };
            let core = Core::open(options).await.unwrap();
            assert_eq!(
                core.doctor().await.unwrap(),
                [],
                "image {image} goes on; MEANWHILE_CRASH_SEED={seed}"
            );
            core.shutdown().await;
        }
    }
    assert!(late > images / 2, "only {late} cuts came after anything was shown");
    println!("{images} disks from {}, all whole", recording.summary());
}

// F4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_forgets_what_it_said_it_had_is_found_out_by_the_same_checks() {
    let (mut chance, seed) = chance();
    let recording = Recording::make(&mut chance).await;
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    // It opens and is sound in itself, as an older state is; only what had been shown tells that some is gone.
    let is_lost = |chance: &mut Chance| {
        let steps = moment(&recording, chance);
        let (Some(kept), Some(client)) = (without_last_syncs(steps), acknowledged(&recording, steps)) else {
            return false;
        };
        let folder = disk(kept, chance);
        let is_sound =
            meanwhile_core::doctor::check(&folder.path()).is_ok_and(|findings| findings.is_empty());
        let keeps = AssertUnwindSafe(|| rows::assert_all_kept(&folder, client));
        is_sound && std::panic::catch_unwind(keeps).is_err()
    };
    let lost = (0..FORGETFUL).filter(|_| is_lost(&mut chance)).count() as u64;
    std::panic::set_hook(quiet);
    assert!(lost > FORGETFUL / 4, "only {lost} losses were seen; MEANWHILE_CRASH_SEED={seed}");
}

/// All that was done until the power fails, which it does at any step.
fn moment<'a>(recording: &'a Recording, chance: &mut Chance) -> &'a [Step] {
    let steps = recording.steps();
    &steps[..chance.between(1, steps.len() as u64) as usize]
}

/// What had been shown by then; `None` before anything was.
fn acknowledged<'a>(recording: &'a Recording, steps: &[Step]) -> Option<&'a Client> {
    recording.acknowledged_by(steps.last()?.end)
}

/// The steps up to the first of the last syncs; `None` when there are not as many.
fn without_last_syncs(steps: &[Step]) -> Option<&[Step]> {
    let mut syncs = steps.iter().enumerate().rev().filter(|(_, step)| matches!(step.deed, Deed::Sync));
    syncs.nth(FORGOTTEN - 1).map(|(at, _)| &steps[..=at])
}

fn disk(steps: &[Step], chance: &mut Chance) -> Folder {
    let folder = Folder::new();
    Disk::after(steps, chance).write_to(&folder.path());
    folder
}

fn assert_whole(folder: &Folder, client: &Client) {
    assert_eq!(meanwhile_core::doctor::check(&folder.path()).unwrap(), [], "every invariant holds");
    rows::assert_all_kept(folder, client);
}

fn chance() -> (Chance, u64) {
    let seed = chance::seed();
    (Chance::new(seed), seed)
}
