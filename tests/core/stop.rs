//! Stop means stop, and what was there is kept.

use meanwhile_core::model::{EventKind, Lane, TaskState};
use meanwhile_core::{Clock, ErrorCode};
use meanwhile_support::harness::{Harness, SetClock, code};
use meanwhile_support::model_server::{Gate, hang, stop, text, wait};
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn stopping_keeps_the_partial_text_and_closes_the_connection() {
    let app = Harness::start().await;
    app.server.script("m", [text("Half an "), hang()]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_text(&task.id, "Half an ").await;
    app.core.stop_task(&task.id).await.unwrap();

    app.until_state(&task.id, TaskState::Cancelled).await;
    app.server.until(|s| s.dropped == 1 && s.active == 0).await;
    assert_eq!(app.text(&task.id).await, "Half an ");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_queued_task_is_stopped_before_anything_is_asked() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [wait(&gate), text("ok"), stop()]);
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 1;
    app.core.save_settings(settings).await.unwrap();
    let first = app.send("m", Lane::Background).await;
    gate.reached().await;
    let second = app.send("m", Lane::Background).await;

    let stopped = app.core.stop_task(&second.id).await.unwrap();
    assert_eq!(stopped.state, TaskState::Cancelled);
    gate.open();
    app.until_told(&first.id).await;
    assert_eq!(app.server.requests().len(), 1);
    assert_eq!(app.notifier.shown().len(), 1, "who stops a task is not told that it stopped");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_second_stop_is_refused_with_the_state_it_is_in() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_state(&task.id, TaskState::Completed).await;
    let error = app.core.stop_task(&task.id).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::IllegalStep);
    assert_eq!(error.message, "a task that is completed cannot take the step cancel");
}

#[tokio::test]
async fn an_answer_that_comes_after_the_stop_loses() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [text("a"), wait(&gate), text("b"), stop()]);
    let task = app.send("m", Lane::Background).await;
    gate.reached().await;
    app.core.stop_task(&task.id).await.unwrap();
    gate.open();
    let done = app.until_told(&task.id).await;
    assert_eq!(done.state, TaskState::Cancelled);
    let log = app.core.log(&task.id).await.unwrap();
    assert!(!log.iter().any(|e| matches!(e.kind, EventKind::Completed { .. })));
    app.assert_healthy().await;
}

#[tokio::test]
async fn stopping_an_unknown_task_says_that_there_is_none() {
    let app = Harness::start().await;
    let id = meanwhile_core::model::TaskId::from_text("tsk_nowhere");
    assert_eq!(code(app.core.stop_task(&id).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_paused_answer_keeps_its_text_and_goes_on_from_it() {
    let app = Harness::start().await;
    app.server.scripts("m", [vec![text("Half an "), hang()], vec![text("answer"), stop()]]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "Half an ").await;
    app.core.pause_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Paused).await;
    app.server.until(|s| s.active == 0).await;
    assert_eq!(app.text(&task.id).await, "Half an ");
    app.assert_healthy().await;

    app.core.resume_task(&task.id).await.unwrap();
    app.until_told(&task.id).await;
    assert_eq!(app.text(&task.id).await, "Half an answer");
    assert_eq!(app.notifier.shown().len(), 1, "a pause by the user is no news to the user");
    app.assert_healthy().await;
}

#[tokio::test]
async fn the_time_a_task_was_set_aside_is_not_time_it_worked() {
    const START: i64 = 1_800_000_000_000;
    let clock = SetClock::at(START);
    let app = Harness::at(Arc::clone(&clock)).await;
    let gate = Gate::new();
    app.server.scripts("m", [vec![text("Half an "), hang()], vec![wait(&gate), text("answer."), stop()]]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "Half an ").await;

    clock.set(START + 10_000);
    app.core.pause_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Paused).await;
    clock.set(START + 3_600_000);
    app.core.resume_task(&task.id).await.unwrap();
    gate.reached().await;
    clock.set(START + 3_605_000);
    gate.open();
    let done = app.until_told(&task.id).await;

    assert_eq!(done.worked(clock.now()), Duration::from_secs(15));
    assert_eq!(app.notifier.notices()[0].body, "Half an answer. 15 s.");
}

#[tokio::test]
async fn everything_in_the_background_is_set_aside_and_taken_up_again_at_once() {
    let app = Harness::start().await;
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 1;
    app.core.save_settings(settings).await.unwrap();
    let gate = Gate::new();
    app.server.scripts(
        "m",
        [vec![text("half"), wait(&gate), stop()], vec![text(" an answer"), stop()], vec![text("ok"), stop()]],
    );
    let running = app.send("m", Lane::Background).await;
    gate.reached().await;
    app.until_text(&running.id, "half").await;
    let queued = app.send("m", Lane::Background).await;
    app.server.script("watched", [text("seen"), wait(&gate), stop()]);
    let watched = app.send("watched", Lane::Interactive).await;
    app.until_text(&watched.id, "seen").await;

    app.core.pause_all().await.unwrap();
    for task in [&running, &queued] {
        app.until_state(&task.id, TaskState::Paused).await;
    }
    assert_eq!(app.core.task(&watched.id).await.unwrap().state, TaskState::Running, "somebody watches it");
    app.core.resume_all().await.unwrap();
    for task in [&running, &queued] {
        assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    }
    app.assert_healthy().await;
}
