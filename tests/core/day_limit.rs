//! The limit of a day holds over everything: what would pass it asks, is told once, and goes on the next day by itself.

use meanwhile_core::SendMessage;
use meanwhile_core::model::{DayLimit, Lane, Outcome, Price, Reason, Settings, Task, TaskState};
use meanwhile_support::harness::{Harness, SetClock, code, prompt};
use meanwhile_support::model_server::{Gate, Step, done, finish, raw, text, wait};
use serde_json::json;
use std::sync::Arc;

/// A dollar for a hundred thousand tokens written, nothing for those read.
const PRICE: Price = Price { input: 0.0, cached: None, output: 10.0 };

const DAY: i64 = 24 * 3_600 * 1_000;
/// A noon.
const NOON: i64 = 20_000 * DAY + DAY / 2;

async fn with_limit(usd: f64) -> (Harness, Arc<SetClock>) {
    let clock = SetClock::at(NOON);
    let app = Harness::at(Arc::clone(&clock)).await;
    change(&app, |settings| {
        settings.prices.insert("sim/m".to_owned(), PRICE);
        settings.day_limit.usd = Some(usd);
    })
    .await;
    (app, clock)
}

async fn change(app: &Harness, change: impl FnOnce(&mut Settings)) {
    let mut settings = app.core.settings().await.unwrap();
    change(&mut settings);
    app.core.save_settings(settings).await.unwrap();
}

/// Sets the clock, and has the engine look at it.
async fn at(app: &Harness, clock: &SetClock, ms: i64) {
    clock.set(ms);
    change(app, |_| {}).await;
}

/// An answer of which the provider counted so many tokens, ended as it says.
fn counted(words: &str, written: u64, end: &str) -> Vec<Step> {
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": written}});
    vec![text(words), finish(end), raw(format!("data: {usage}\n\n")), done()]
}

fn most_tokens(app: &Harness) -> Vec<u64> {
    app.server.requests().iter().filter_map(|request| request.body["max_tokens"].as_u64()).collect()
}

fn asked(app: &Harness) -> usize {
    app.notifier.shown().iter().filter(|(outcome, _)| *outcome == Outcome::NeedsYou).count()
}

async fn waits(app: &Harness, task: &Task) -> Task {
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.reason, Some(Reason::DayLimit));
    waits
}

#[tokio::test]
async fn background_work_waits_at_the_limit_is_told_once_and_goes_on_the_next_day() {
    let (app, clock) = with_limit(0.001).await;
    let later = [counted(" and half", 10, "stop"), counted("one", 10, "stop"), counted("two", 10, "stop")];
    app.server.scripts("m", [vec![counted("half", 100, "length")], later.into()].concat());
    let first = app.send("m", Lane::Background).await;
    let cut = waits(&app, &first).await;
    assert_eq!(most_tokens(&app), [100], "the provider is told what is left of the day");
    assert_eq!(cut.due_at.unwrap().as_ms(), NOON + DAY / 2, "the day ends at midnight");
    let error = cut.error.unwrap();
    assert_eq!(error.code, "day_limit");
    assert_eq!(
        format!("{} {}", error.message, error.hint),
        "This would pass today's limit of $0.001: $0.001 was spent. The text so far is kept. \
         It goes on by itself tomorrow, or when you allow more today."
    );

    let more = [app.send("m", Lane::Background).await, app.send("m", Lane::Background).await];
    for task in &more {
        assert_eq!(waits(&app, task).await.attempt, 0, "nothing was asked");
    }
    app.assert_healthy().await;

    at(&app, &clock, NOON + DAY).await;
    for task in [&first, &more[0], &more[1]] {
        assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    }
    assert_eq!(app.text(&first.id).await, "half and half");
    assert_eq!(asked(&app), 1, "one cause is told once, however many tasks wait");
    app.assert_healthy().await;
}

#[tokio::test]
async fn as_much_again_for_today_or_a_higher_limit_lets_everything_go_on() {
    let (app, clock) = with_limit(0.001).await;
    app.server.scripts(
        "m",
        [counted("one", 100, "stop"), counted("two", 100, "stop"), counted("three", 9, "stop")],
    );
    app.until_told(&app.send("m", Lane::Background).await.id).await;
    let second = app.send("m", Lane::Background).await;
    waits(&app, &second).await;
    let allowed = app.core.allow_today().await.unwrap();
    assert_eq!(allowed.day_limit.usd, Some(0.001), "the limit itself stays");
    assert_eq!(app.core.usage(Some(1)).await.unwrap().limit_usd, Some(0.002));
    app.until_told(&second.id).await;

    let third = app.send("m", Lane::Background).await;
    waits(&app, &third).await;
    change(&app, |settings| settings.day_limit.usd = Some(1.0)).await;
    app.until_told(&third.id).await;
    app.assert_healthy().await;

    at(&app, &clock, NOON + DAY).await;
    assert_eq!(app.core.usage(Some(1)).await.unwrap().limit_usd, Some(1.0), "it was for that day");
    change(&app, |settings| settings.day_limit = DayLimit::default()).await;
    assert_eq!(code(app.core.allow_today().await), meanwhile_core::ErrorCode::Invalid);
}

#[tokio::test]
async fn an_answer_somebody_watches_asks_before_it_is_sent_and_waits_for_tomorrow_only_when_told_to() {
    let (app, clock) = with_limit(0.001).await;
    app.server
        .scripts("m", [counted("one", 100, "stop"), counted("two", 9, "stop"), counted("three", 9, "stop")]);
    app.until_told(&app.send("m", Lane::Background).await.id).await;
    let (watched, later) = (app.send("m", Lane::Interactive).await, app.send("m", Lane::Interactive).await);
    for task in [&watched, &later] {
        assert_eq!(
            waits(&app, task).await.error.unwrap().hint,
            "Your prompt is kept. Allow more today, wait until tomorrow, or stop."
        );
    }
    assert_eq!(
        (app.server.requests().len(), asked(&app)),
        (1, 0),
        "nothing was asked, and nobody is told what they see"
    );

    app.core.continue_in_background(&later.id).await.unwrap();
    at(&app, &clock, NOON + DAY).await;
    app.until_told(&later.id).await;
    assert_eq!(app.core.task(&watched.id).await.unwrap().state, TaskState::Waiting, "its user decides");
    app.core.resume_task(&watched.id).await.unwrap();
    app.until_state(&watched.id, TaskState::Completed).await;
    app.assert_healthy().await;
}

#[tokio::test]
async fn tasks_at_the_same_time_cannot_pass_the_limit_together() {
    let (app, _) = with_limit(0.2).await;
    let gate = Gate::new();
    change(&app, |settings| settings.parallel_tasks = 8).await;
    let slow = |written| {
        let mut steps = vec![text("x"), wait(&gate)];
        steps.extend(counted("y", written, "stop"));
        steps
    };
    app.server.scripts("m", [slow(10_000), slow(5_000), slow(4_096), slow(903)]);
    let mut tasks = Vec::new();
    for _ in 0..4 {
        tasks.push(app.send("m", Lane::Background).await);
    }
    for task in &tasks {
        app.until_text(&task.id, "x").await;
    }
    let mut most = most_tokens(&app);
    most.sort();
    assert_eq!(
        most,
        [903, 4_096, 5_000, 10_000],
        "each gets half of what is left, as long as that is enough"
    );
    let fifth = app.send("m", Lane::Background).await;
    assert_eq!(
        app.core.task(&fifth.id).await.unwrap().state,
        TaskState::Queued,
        "what is left is kept for those at work"
    );
    app.assert_healthy().await;

    gate.open();
    waits(&app, &fifth).await;
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_answer_longer_than_its_part_of_the_day_goes_on_by_itself_while_there_is_more() {
    let (app, _) = with_limit(0.2).await;
    app.server.scripts("m", [counted("half", 10_000, "length"), counted(" and half", 10, "stop")]);
    let task = app.send("m", Lane::Interactive).await;
    let done = app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!((app.text(&task.id).await.as_str(), done.attempt), ("half and half", 2));
    assert_eq!(most_tokens(&app), [10_000, 5_000]);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_the_day_does_not_limit_passes_those_that_wait_for_it() {
    let (app, _) = with_limit(0.001).await;
    change(&app, |settings| settings.parallel_tasks = 1).await;
    let gate = Gate::new();
    app.server.script("m", [vec![wait(&gate)], counted("one", 100, "stop")].concat());
    app.server.script("unknown", counted("two", 100, "stop"));
    let first = app.send("m", Lane::Background).await;
    let mut behind = Vec::new();
    for model in ["m", "m", "unknown"] {
        behind.push(app.send(model, Lane::Background).await);
    }
    gate.open();
    app.until_told(&first.id).await;
    app.until_told(&behind[2].id).await;
    for task in &behind[..2] {
        waits(&app, task).await;
    }
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_the_day_does_not_limit_passes_those_for_which_it_is_kept() {
    let (app, _) = with_limit(0.001).await;
    change(&app, |settings| settings.parallel_tasks = 2).await;
    let gate = Gate::new();
    app.server.script("m", [vec![text("x"), wait(&gate)], counted("one", 100, "stop")].concat());
    app.server.script("unknown", counted("two", 100, "stop"));
    let first = app.send("m", Lane::Background).await;
    app.until_text(&first.id, "x").await;
    let kept = app.send("m", Lane::Background).await;
    let free = app.send("unknown", Lane::Background).await;
    app.until_told(&free.id).await;
    let held = app.core.task(&kept.id).await.unwrap();
    assert_eq!(
        (held.state, held.reason),
        (TaskState::Queued, Some(Reason::DayLimit)),
        "it says what it waits for"
    );
    gate.open();
    waits(&app, &kept).await;
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_crash_takes_nothing_of_what_was_spent_and_tells_nobody_again() {
    let (mut app, clock) = with_limit(0.001).await;
    app.server.scripts(
        "m",
        [counted("one", 100, "stop"), counted("two", 10, "stop"), counted("three", 10, "stop")],
    );
    app.until_told(&app.send("m", Lane::Background).await.id).await;
    let second = app.send("m", Lane::Background).await;
    waits(&app, &second).await;
    app.until(&second.id, |task| {
        task.delivery.as_ref().is_some_and(|d| d.channels.contains(&"native".to_owned()))
    })
    .await;
    app.crash().await;
    let third = app.send("m", Lane::Background).await;
    for task in [&second, &third] {
        waits(&app, task).await;
    }
    assert_eq!((app.server.requests().len(), asked(&app)), (1, 1));
    app.assert_healthy().await;

    clock.set(NOON + DAY);
    app.restart().await;
    for task in [&second, &third] {
        assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed, "the day ended meanwhile");
    }
}

#[tokio::test]
async fn a_model_without_a_known_price_is_limited_in_tokens_only() {
    let (app, _) = with_limit(0.001).await;
    app.server.scripts("m", [counted("one", 100, "stop")]);
    app.server.scripts("unknown", [counted("two", 100, "stop"), counted("three", 100, "stop")]);
    app.until_told(&app.send("m", Lane::Background).await.id).await;
    let free = app.send("unknown", Lane::Background).await;
    assert_eq!(app.until_told(&free.id).await.state, TaskState::Completed);
    change(&app, |settings| settings.day_limit.tokens = Some(200)).await;
    let limited = app.send("unknown", Lane::Background).await;
    let error = waits(&app, &limited).await.error.unwrap();
    assert_eq!(error.message, "This would pass today's limit of 200 written tokens: 200 were written.");
}

#[tokio::test]
async fn the_cap_of_a_task_and_the_limit_of_the_day_both_hold() {
    let (app, _) = with_limit(0.1).await;
    app.server.scripts("m", [counted("half", 100, "length")]);
    let budget = meanwhile_core::model::Budget { tokens: Some(100), ..Default::default() };
    let message = SendMessage { budget: Some(budget), ..prompt("m", Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!((waits.reason, most_tokens(&app)), (Some(Reason::Budget), vec![100]));
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_limit_that_is_none_is_refused_and_nothing_is_limited_by_itself() {
    let app = Harness::start().await;
    let settings = app.core.settings().await.unwrap();
    assert!(settings.day_limit.is_none());
    for day_limit in [
        DayLimit { usd: Some(0.0), ..DayLimit::default() },
        DayLimit { tokens: Some(0), ..DayLimit::default() },
    ] {
        let refused = app.core.save_settings(Settings { day_limit, ..settings.clone() }).await;
        assert_eq!(code(refused), meanwhile_core::ErrorCode::Invalid);
    }
}
