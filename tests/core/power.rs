//! Promise P1 without electricity: whatever moment the power fails at, the disk holds all that was acknowledged.
//!
//! A real `meanwhile serve` works while everything it does to its database files is written down. From that, disks are
//! made as a power cut may leave them: each file up to its last sync, and of what was written after that any part, torn
//! within a write. Once anything was shown, each has to open, pass every check and hold what had been shown by then.
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
#[path = "power/record.rs"]
mod record;
#[path = "crash/rows.rs"]
#[allow(dead_code)]
mod rows;

use chance::Chance;
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
    let images = number("MEANWHILE_POWER_IMAGES").unwrap_or(IMAGES);
    let mut late = 0;
    for image in 0..images {
        let (at, folder) = cut(&recording, &mut chance);
        late += u64::from(recording.acknowledged_by(at).is_some());
        let whole = std::panic::catch_unwind(AssertUnwindSafe(|| assert_whole(&recording, at, &folder)));
        assert!(
            whole.is_ok(),
            "image {image}, cut after {at} bytes of the record; MEANWHILE_CRASH_SEED={seed}"
        );
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
    let lost = (0..FORGETFUL)
        .filter(|_| {
            let steps = recording.steps();
            let last = chance.between(1, steps.len() as u64) as usize;
            let syncs = steps[..last].iter().enumerate().filter(|(_, step)| matches!(step.deed, Deed::Sync));
            let syncs: Vec<usize> = syncs.map(|(at, _)| at + 1).collect();
            let Some(kept) = syncs.len().checked_sub(FORGOTTEN) else { return false };
            let folder = disk(&steps[..syncs[kept]], &mut chance);
            let Some(client) = recording.acknowledged_by(steps[last - 1].end) else { return false };
            let is_sound =
                meanwhile_core::doctor::check(&folder.path()).is_ok_and(|findings| findings.is_empty());
            let keeps = AssertUnwindSafe(|| rows::assert_all_kept(&folder, client));
            is_sound && std::panic::catch_unwind(keeps).is_err()
        })
        .count() as u64;
    std::panic::set_hook(quiet);
    assert!(lost > FORGETFUL / 4, "only {lost} losses were seen; MEANWHILE_CRASH_SEED={seed}");
}

/// The disk after the power failed somewhere in the recording, and where: bytes of the record.
fn cut(recording: &Recording, chance: &mut Chance) -> (u64, Folder) {
    let steps = recording.steps();
    let last = chance.between(1, steps.len() as u64) as usize;
    (steps[last - 1].end, disk(&steps[..last], chance))
}

fn disk(steps: &[Step], chance: &mut Chance) -> Folder {
    let folder = Folder::new();
    Disk::after(steps, chance).write_to(&folder.path());
    folder
}

fn assert_whole(recording: &Recording, at: u64, folder: &Folder) {
    let Some(client) = recording.acknowledged_by(at) else { return };
    assert_eq!(meanwhile_core::doctor::check(&folder.path()).unwrap(), [], "every invariant holds");
    rows::assert_all_kept(folder, client);
}

fn chance() -> (Chance, u64) {
    let seed = number("MEANWHILE_CRASH_SEED").unwrap_or_else(chance::fresh_seed);
    (Chance::new(seed), seed)
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}
