//! A provider in trouble is asked by one background task at a time; one cause is told once, and ends for all.

use meanwhile_core::model::{Lane, Outcome, ProviderKind, Reason, Settings, Task, TaskState};
use meanwhile_core::{ErrorCode, NewProvider, SendMessage};
use meanwhile_support::harness::{Harness, code, prompt};
use meanwhile_support::model_server::{Gate, Step, cut, refuse, stop, text, wait};

fn overloaded(seconds: &str) -> Vec<Step> {
    vec![refuse(503, &[("retry-after", seconds)], r#"{"error":{"message":"too many"}}"#)]
}

fn answer() -> Vec<Step> {
    vec![text("ok"), stop()]
}

async fn in_background(app: &Harness, count: usize) -> Vec<Task> {
    let mut tasks = Vec::new();
    for _ in 0..count {
        tasks.push(app.send("m", Lane::Background).await);
    }
    tasks
}

async fn now(app: &Harness, task: &Task) -> Task {
    app.until(&task.id, |_| true).await
}

// F26
#[tokio::test]
async fn one_task_at_a_time_asks_a_provider_in_trouble() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server
        .scripts("m", [overloaded("1"), vec![wait(&gate), text("ok"), stop()], answer(), answer(), answer()]);
    let first = app.send("m", Lane::Background).await;
    app.until(&first.id, |t| t.reason == Some(Reason::Overloaded)).await;
    let others = in_background(&app, 3).await;
    gate.reached().await;
    assert_eq!(app.server.requests().len(), 2, "there is room for four, and one asks");
    let asked = now(&app, &others[0]).await;
    assert_eq!(
        (asked.state, asked.attempt),
        (TaskState::Running, 1),
        "the one that failed least, and is oldest"
    );
    for held in &others[1..] {
        let held = now(&app, held).await;
        assert_eq!((held.attempt, held.reason), (0, Some(Reason::Overloaded)), "it says what it waits for");
    }
    gate.open();
    for task in others.iter().chain([&first]) {
        assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    }
    assert_eq!(app.server.requests().len(), 5, "the first one's two, and one for each of the others");
    app.assert_healthy().await;
}

#[tokio::test]
async fn whoever_follows_reads_again_what_trouble_holds_back() {
    let app = Harness::start().await;
    let gate = Gate::new();
    let taken = vec![text("begun"), wait(&gate), stop()];
    app.server.scripts("m", [taken, overloaded("600"), answer(), answer(), answer()]);
    let places = async |parallel_tasks| {
        let settings = app.core.settings().await.unwrap();
        app.core.save_settings(Settings { parallel_tasks, ..settings }).await.unwrap();
    };
    places(1).await;
    let tasks = in_background(&app, 3).await;
    app.until_text(&tasks[0].id, "begun").await;
    let held = &tasks[2];
    assert_eq!(now(&app, held).await.reason, Some(Reason::Slot));
    let changed_after = async |before: i64| {
        let rows = app.core.changes(before).await.unwrap().tasks;
        rows.into_iter().find(|row| row.id == held.id).map(|row| row.reason)
    };

    let before = *app.core.steps().borrow();
    places(2).await;
    app.until(&tasks[1].id, |t| t.reason == Some(Reason::Overloaded)).await;
    assert_eq!(changed_after(before).await, Some(Some(Reason::Overloaded)));

    let before = *app.core.steps().borrow();
    let watched = app.send("m", Lane::Interactive).await;
    app.until_state(&watched.id, TaskState::Completed).await;
    assert!(changed_after(before).await.is_some_and(|reason| reason != Some(Reason::Overloaded)));
    app.until_state(&held.id, TaskState::Completed).await;
    gate.open();
}

// F26
#[tokio::test]
async fn a_provider_that_answers_again_ends_the_pause_of_all_its_tasks() {
    let app = Harness::start().await;
    app.server.scripts("m", [overloaded("600"), answer(), answer()]);
    let first = app.send("m", Lane::Background).await;
    app.until(&first.id, |t| t.reason == Some(Reason::Overloaded)).await;
    // Somebody asks in the window, and is not made to wait for a provider that may be well again.
    let watched = app.send("m", Lane::Interactive).await;
    app.until_state(&watched.id, TaskState::Completed).await;
    assert_eq!(app.until_told(&first.id).await.attempt, 2, "ten minutes early");
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_answer_that_began_before_the_trouble_says_nothing_about_it() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.scripts(
        "m",
        [vec![text("begun"), wait(&gate), text(" long before"), stop()], overloaded("600"), answer()],
    );
    let old = app.send("m", Lane::Background).await;
    app.until_text(&old.id, "begun").await;
    let held = app.send("m", Lane::Background).await;
    app.until(&held.id, |t| t.reason == Some(Reason::Overloaded)).await;
    gate.open();
    app.until_told(&old.id).await;
    // Another task goes through the whole core, so that one that is due by mistake would be asked by now.
    let watched = prompt("other", Lane::Interactive);
    app.server.script("other", [refuse(400, &[], "{}")]);
    let watched = app.core.send_message(watched).await.unwrap().task;
    app.until_state(&watched.id, TaskState::Failed).await;
    let held = now(&app, &held).await;
    assert_eq!((held.state, held.attempt), (TaskState::Queued, 1));
    assert!(held.due_at.is_some());
}

#[tokio::test]
async fn another_address_ends_the_pause_of_the_one_before() {
    let app = Harness::start().await;
    app.server.scripts("m", [overloaded("600"), answer()]);
    let first = app.send("m", Lane::Background).await;
    app.until(&first.id, |t| t.reason == Some(Reason::Overloaded)).await;
    let second = app.send("m", Lane::Background).await;
    add_provider(&app, "sim", None).await;
    assert_eq!(app.until_told(&second.id).await.state, TaskState::Completed);
}

// F26
#[tokio::test]
async fn another_provider_goes_on() {
    let app = Harness::start().await;
    app.server.scripts("m", [overloaded("600"), answer()]);
    add_provider(&app, "well", None).await;
    let held = app.send("m", Lane::Background).await;
    app.until(&held.id, |t| t.reason == Some(Reason::Overloaded)).await;
    let message = SendMessage { model: Some("well/m".into()), ..prompt("m", Lane::Background) };
    let other = app.core.send_message(message).await.unwrap().task;
    assert_eq!(app.until_told(&other.id).await.state, TaskState::Completed);
    assert_eq!(now(&app, &held).await.state, TaskState::Queued);
}

// F26
#[tokio::test]
async fn a_pause_a_provider_asked_for_outlives_the_process() {
    let mut app = Harness::start().await;
    app.server.scripts("m", [overloaded("600")]);
    let first = app.send("m", Lane::Background).await;
    app.until(&first.id, |t| t.reason == Some(Reason::Overloaded)).await;
    let other = app.send("m", Lane::Background).await;
    app.restart().await;
    // Another start takes up all that may be asked before it answers.
    let free = app
        .core
        .send_message(SendMessage { model: Some("practice/tour".into()), ..prompt("m", Lane::Background) });
    app.until(&free.await.unwrap().task.id, |t| t.attempt == 1).await;
    assert_eq!(now(&app, &other).await.attempt, 0);
    assert_eq!(app.server.requests().len(), 1);
}

/// Leaves no room for another background task until the gate is open.
async fn take_the_only_place(app: &Harness, gate: &Gate) {
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 1;
    app.core.save_settings(settings).await.unwrap();
    app.server.script("first", [wait(gate), text("ok"), stop()]);
    add_provider(app, "well", None).await;
    let message = SendMessage { model: Some("well/first".into()), ..prompt("m", Lane::Background) };
    app.core.send_message(message).await.unwrap();
    gate.reached().await;
}

/// Tasks that are queued before any of them is asked for.
async fn queued(app: &Harness, count: usize) -> Vec<Task> {
    let gate = Gate::new();
    take_the_only_place(app, &gate).await;
    let tasks = in_background(app, count).await;
    gate.open();
    tasks
}

async fn add_provider(app: &Harness, name: &str, key: Option<&str>) {
    let provider = NewProvider {
        name: name.into(),
        kind: ProviderKind::OpenaiChat,
        base_url: app.server.base_url(),
        key: key.map(Into::into),
        key_env: None,
        headers: Default::default(),
        proxy: None,
    };
    app.core.add_provider(provider).await.unwrap();
}

fn need_you(app: &Harness) -> usize {
    app.notifier.shown().iter().filter(|(outcome, _)| *outcome == Outcome::NeedsYou).count()
}

fn asked(app: &Harness) -> usize {
    app.server.requests().iter().filter(|request| request.body["model"] == "m").count()
}

// F39
#[tokio::test]
async fn a_key_that_is_refused_stops_all_its_tasks_and_is_told_once() {
    let app = Harness::start().await;
    let refused = refuse(401, &[], r#"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#);
    app.server.scripts("m", [vec![refused], answer(), answer(), answer()]);
    let tasks = queued(&app, 3).await;
    for task in &tasks {
        let waiting = app.until_state(&task.id, TaskState::Waiting).await;
        assert_eq!(waiting.reason, Some(Reason::Key));
        assert!(waiting.error.is_some(), "each says why");
    }
    assert_eq!(asked(&app), 1);
    add_provider(&app, "sim", Some("sk-second")).await;
    for task in &tasks {
        assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    }
    assert_eq!((asked(&app), need_you(&app)), (4, 1), "one cause, one notice");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_key_that_a_watched_prompt_finds_refused_is_told_for_what_waits_in_the_background() {
    let app = Harness::start().await;
    let refused = refuse(401, &[], r#"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#);
    app.server.scripts("m", [vec![refused], answer()]);
    let gate = Gate::new();
    take_the_only_place(&app, &gate).await;
    let held = in_background(&app, 2).await;
    let watched = app.send("m", Lane::Interactive).await;
    app.until_state(&watched.id, TaskState::Waiting).await;
    for task in &held {
        app.until_state(&task.id, TaskState::Waiting).await;
    }
    app.until(&held[0].id, |t| t.delivery.as_ref().is_some_and(|d| d.channels.iter().any(|c| c == "native")))
        .await;
    assert_eq!((asked(&app), need_you(&app)), (1, 1));
    gate.open();
}

// F39
#[tokio::test]
async fn taking_up_one_task_that_waits_for_credit_takes_up_all() {
    let app = Harness::start().await;
    let no_credit = refuse(402, &[], r#"{"error":{"message":"no credit","code":"insufficient_quota"}}"#);
    app.server.scripts("m", [vec![no_credit], answer(), answer()]);
    let tasks = queued(&app, 2).await;
    for task in &tasks {
        assert_eq!(app.until_state(&task.id, TaskState::Waiting).await.reason, Some(Reason::Billing));
    }
    app.core.resume_task(&tasks[1].id).await.unwrap();
    for task in &tasks {
        assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    }
    assert_eq!((asked(&app), need_you(&app)), (3, 1));
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_address_that_is_corrected_leaves_no_number_that_no_row_has() {
    let app = Harness::start().await;
    app.server.scripts("m", [overloaded("600")]);
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.reason == Some(Reason::Overloaded)).await;
    app.core.stop_task(&task.id).await.unwrap();
    app.until_told(&task.id).await;
    app.core.remove_provider("sim").await.unwrap();
    let head = *app.core.head().borrow();
    assert_eq!(app.core.changes(0).await.unwrap().head, head, "whoever follows would look again without end");
}

#[tokio::test]
async fn a_chat_whose_task_is_tried_again_keeps_its_place_in_the_list() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("broken", [text("begun"), wait(&gate), cut()]);
    app.server.script("m", answer());
    let first = app.send("broken", Lane::Background).await;
    app.until_text(&first.id, "begun").await;
    let second = app.send("m", Lane::Interactive).await;
    app.until_state(&second.id, TaskState::Completed).await;
    gate.open();
    app.until(&first.id, |t| t.reason == Some(Reason::BrokeOff)).await;
    let list = app.core.conversations().await.unwrap();
    let order: Vec<_> = list.iter().map(|chat| &chat.id).collect();
    assert_eq!(order, [&second.conversation_id, &first.conversation_id]);
}

#[tokio::test]
async fn what_waits_for_a_moment_is_tried_now_when_its_user_says_so_and_what_waits_for_a_place_is_not() {
    let app = Harness::start().await;
    let limited = vec![refuse(429, &[("retry-after", "600")], r#"{"error":{"message":"slow down"}}"#)];
    app.server.scripts("m", [limited, answer(), answer()]);
    let first = app.send("m", Lane::Background).await;
    app.until(&first.id, |t| t.reason == Some(Reason::RateLimit) && t.due_at.is_some()).await;
    let held = app.send("m", Lane::Background).await;
    assert_eq!(now(&app, &held).await.reason, Some(Reason::RateLimit), "its provider is left alone");
    app.core.resume_task(&first.id).await.unwrap();
    for task in [&first, &held] {
        assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    }
    assert_eq!(app.server.requests().len(), 3);

    let gate = Gate::new();
    take_the_only_place(&app, &gate).await;
    let next = app.send("m", Lane::Background).await;
    assert_eq!(code(app.core.resume_task(&next.id).await), ErrorCode::IllegalStep, "nothing can be tried");
    gate.open();
    app.assert_healthy().await;
}
