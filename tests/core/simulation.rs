//! The core in hours of played trouble, which take a second: one thread, the real store, providers and users drawn from a
//! seed. Whatever happens, the order is fair, limits and pauses are kept, and everything comes to its end.
//!
//! `MEANWHILE_SIMULATION_SEEDS` says how many (`make test`: 20), `MEANWHILE_SIMULATION_SEED` which one is the first.

mod check;
mod pace;
mod provider;
mod user;

use meanwhile_core::model::{Event, ProviderKind, Settings, Task, Timestamp};
use meanwhile_core::{Clock, Core, NewProvider, Options, SessionSecrets, doctor};
use meanwhile_support::environment::number;
use meanwhile_support::harness::FakeNotifier;
use pace::Pace;
use provider::{PROVIDERS, Seen, World};
use std::sync::Arc;
use std::time::Duration;
use user::Sent;

const SEEDS: u64 = 20;
const TASKS: usize = 100;
const HOURS: u64 = 3;
/// All is over by then.
const END: Duration = Duration::from_secs(72 * 3600);

/// What is left of one simulation.
struct Played {
    sent: Vec<Sent>,
    tasks: Vec<Task>,
    logs: Vec<Vec<Event>>,
    seen: Vec<Seen>,
    /// Background tasks that may run at once.
    places: usize,
    /// When the clock was set or the laptop slept, by the time of the runtime.
    jumps: Vec<i64>,
    /// From here on nobody sets the clock and hardly anybody does anything.
    calm_from: Timestamp,
    notifier: Arc<FakeNotifier>,
}

// F26, F45, F46, F47
#[test]
fn hours_of_trouble_are_met_in_fair_order_within_all_limits_and_end() {
    let first = number("MEANWHILE_SIMULATION_SEED").unwrap_or(1);
    for seed in first..first + number("MEANWHILE_SIMULATION_SEEDS").unwrap_or(SEEDS) {
        let again = format!("MEANWHILE_SIMULATION_SEED={seed} repeats this");
        let played = play(seed, &again);
        check::all(&played, &again);
        println!("{}; {again}", check::summary(&played));
    }
}

#[test]
fn the_same_seed_gives_the_same_hours() {
    let [one, other] = [play(7, ""), play(7, "")].map(|played| check::story(&played));
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
}

fn play(seed: u64, again: &str) -> Played {
    let pace = Arc::new(Pace::default());
    // The core spreads its pauses by this.
    fastrand::seed(seed);
    let world = World::new(seed, Arc::clone(&pace), HOURS as i64);
    let runtime = pace.runtime();
    let (pace, again) = (Arc::clone(&pace), again.to_owned());
    runtime.block_on(async move {
        let folder = folder();
        let notifier = Arc::new(FakeNotifier::default());
        let options = Options {
            clock: Arc::clone(&pace) as _,
            secrets: Arc::new(SessionSecrets::default()),
            notifiers: vec![Arc::clone(&notifier) as _],
            build: world.build(),
            ..Options::new(folder.path().to_owned())
        };
        let core = Core::open(options).await.unwrap();
        let places = 2 + seed as usize % 5;
        let settings = core.settings().await.unwrap();
        core.save_settings(Settings { parallel_tasks: places as u32, ..settings }).await.unwrap();
        for number in 0..PROVIDERS {
            core.add_provider(provider(number)).await.unwrap();
        }
        let driver = tokio::spawn({
            let (core, pace) = (core.clone(), Arc::clone(&pace));
            async move { pace.drive(&core).await }
        });
        let work = async {
            let sent = user::ask_for_hours(&core, &pace, seed, TASKS, HOURS).await;
            let calm_from = pace.now();
            let tasks = user::come_back(&core, &sent).await;
            // The last ones are told by then.
            tokio::time::sleep(Duration::from_secs(60)).await;
            (sent, tasks, calm_from)
        };
        let Ok((sent, tasks, calm_from)) = tokio::time::timeout(END, work).await else {
            panic!("{again}: some came to no end");
        };
        assert_eq!(core.doctor().await.unwrap(), [], "{again}");
        let mut logs = Vec::new();
        for one in &sent {
            logs.push(core.log(&one.id).await.unwrap());
        }
        core.shutdown().await;
        driver.abort();
        assert_eq!(doctor::check(folder.path()).unwrap(), [], "{again}");
        Played { sent, tasks, logs, seen: world.seen(), places, jumps: pace.jumps(), calm_from, notifier }
    })
}

fn provider(number: usize) -> NewProvider {
    NewProvider {
        name: format!("p{number}"),
        kind: ProviderKind::OpenaiChat,
        base_url: "https://p.example/v1".to_owned(),
        key: None,
        key_env: None,
        headers: Default::default(),
        proxy: None,
    }
}

/// In memory where there is such a place: what a disk does is not what is tested here.
fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}
