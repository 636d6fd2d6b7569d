//! Promise P1, by name: the real program dies right before and right after each step of a task is committed.
//!
//! The list of steps is the table of the model. A step without a story fails, and so does one whose moment never comes.
//! Moments exist in builds with debug assertions only; see `store/point.rs` of the core.
#![cfg(all(unix, debug_assertions))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "points/agent.rs"]
mod agent;
#[path = "crash/app.rs"]
#[allow(dead_code)]
mod app;
#[path = "crash/chance.rs"]
#[allow(dead_code)]
mod chance;
#[path = "points/children.rs"]
mod children;
#[path = "crash/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "crash/journal.rs"]
mod journal;
#[path = "points/life.rs"]
mod life;
#[path = "points/moments.rs"]
mod moments;
#[path = "crash/rows.rs"]
#[allow(dead_code)]
mod rows;
#[path = "points/story.rs"]
mod story;
#[path = "points/taken.rs"]
mod taken;

use futures_util::{FutureExt, StreamExt, stream};
use life::Life;
use meanwhile_core::model::{Step, TaskState};
use meanwhile_support::harness::FACT_LIMIT;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;

/// Programs that die at the same time; each works a little and waits a lot.
const TOGETHER: usize = 6;

/// A way to a moment.
#[derive(Clone, Debug)]
struct Way {
    /// What leads to it.
    story: String,
    /// The step whose commit is the moment.
    step: String,
    /// How many of these steps there are until then, this one included.
    time: u32,
}

// F1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_or_after_any_legal_step_a_task_took_it_not_at_all_or_wholly() {
    let legal = legal_steps();
    assert!(legal.len() >= 10, "the table has them: {legal:?}");
    die_at_each(legal.into_iter().map(|step| way(&step, &step, 1)).collect()).await;
}

// F1, F2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_around_intake_text_requests_and_delivery_nothing_is_half_done_or_told_twice() {
    let steps = [
        "new>queued",
        "cancel asked",
        "pause asked",
        "delivery pending>claimed",
        "delivery claimed>delivered",
    ];
    let mut ways: Vec<Way> = steps.map(|step| way(step, step, 1)).into();
    ways.extend([1, 3].map(|time| way("text", "text", time)));
    die_at_each(ways).await;
}

// F1, F2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_in_the_recovery_the_next_start_settles_what_was_left() {
    let found = [
        ("background work was cut", "running>queued"),
        ("a watched answer was cut", "running>waiting"),
        ("a stop was cut", "running>cancelled"),
        ("a delivery was cut", "delivery claimed>pending"),
    ];
    die_at_each(found.map(|(story, step)| way(story, step, 1)).into()).await;
}

fn way(story: &str, step: &str, time: u32) -> Way {
    Way { story: story.to_owned(), step: step.to_owned(), time }
}

/// `from>to` for each legal step, from the only list there is.
fn legal_steps() -> BTreeSet<String> {
    let all = TaskState::ALL.into_iter().flat_map(|from| Step::ALL.map(|step| (from, step)));
    all.filter_map(|(from, step)| Some(format!("{}>{}", from.word(), from.next(step).ok()?.word()))).collect()
}

/// Lets a program die at both moments of each way; all that went wrong is told at the end.
async fn die_at_each(ways: Vec<Way>) {
    let moments = ways.iter().flat_map(|way| [("before", way), ("after", way)]);
    let runs = moments.map(|(when, way)| async move {
        let run = tokio::time::timeout(FACT_LIMIT * 3, die_and_go_on(way, when));
        let is_well = matches!(AssertUnwindSafe(run).catch_unwind().await, Ok(Ok(())));
        (!is_well).then(|| format!("{}, {when} {} ({})", way.story, way.step, way.time))
    });
    let all: Vec<_> = stream::iter(runs).buffer_unordered(TOGETHER).collect().await;
    println!("{} programs died at their moment and went on", all.len());
    let wrong: Vec<_> = all.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "these went wrong, the reasons stand above: {wrong:#?}");
}

async fn die_and_go_on(way: &Way, when: &str) {
    let point = format!("{}:{when}@{}", way.step, way.time);
    let mut life = Life::new().await;
    if story::is_left_by_a_dead_run(&way.story) {
        story::leave(&way.story, &mut life).await;
        life.die_in_the_start(&point).await;
    } else {
        life.start(&point).await;
        let _ = story::play(&way.step, &mut life).await;
        life.has_died(&point).await;
    }

    app::assert_healthy(&life.folder, "in what the dead process left").await;
    rows::assert_all_kept(&life.folder, &life.client);
    let expected = if when == "before" { way.time - 1 } else { way.time };
    assert_eq!(
        taken::times(&life.folder, &way.step),
        expected,
        "{point}: the step, once the process is dead"
    );

    life.go_on_to_the_end().await;
    app::assert_healthy(&life.folder, "at the end").await;
    rows::assert_all_kept(&life.folder, &life.client);
    rows::assert_all_ended_as_asked(&life.folder, &life.client);
}
