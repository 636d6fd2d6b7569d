//! After a restart nothing that was shown is gone, and background work goes on.

use meanwhile_core::model::{AttemptEnd, FinishReason, Lane, Reason, TaskState};
use meanwhile_core::{Clock, SendMessage};
use meanwhile_support::harness::{Harness, SetClock, prompt};
use meanwhile_support::model_server::{Gate, done, finish, hang, refuse, stop, text, wait};
use std::sync::Arc;
use std::time::Duration;

// F10
#[tokio::test]
async fn a_background_task_goes_on_from_its_text_after_a_restart() {
    let mut app = Harness::start().await;
    app.server.scripts("m", [vec![text("Half an "), hang()], vec![text("answer"), stop()]]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "Half an ").await;
    app.restart().await;

    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, done.attempt), (TaskState::Completed, 2));
    assert_eq!(app.text(&task.id).await, "Half an answer");
    let said: Vec<_> =
        app.server.requests().iter().map(|r| r.body["messages"].as_array().unwrap().len()).collect();
    assert_eq!(said, [1, 3], "the second time with the text so far and the word to go on");
    let attempts = app.core.attempts(&task.id).await.unwrap();
    assert_eq!(attempts[0].kept_text, "Half an ");
    assert_eq!(attempts[0].end, Some(AttemptEnd::Interrupted));
    assert_eq!(app.notifier.shown().len(), 1, "the user is told once, by the attempt that finished");
    app.assert_healthy().await;
}

// F10
#[tokio::test]
async fn a_model_with_nothing_to_add_completes_the_answer_and_says_why_it_ended() {
    let mut app = Harness::start().await;
    for (model, reason, expected) in
        [("m", "stop", FinishReason::Stop), ("n", "length", FinishReason::Length)]
    {
        app.server.scripts(model, [vec![text("What there is."), hang()], vec![finish(reason), done()]]);
        let task = app.send(model, Lane::Background).await;
        app.until_text(&task.id, "What there is.").await;
        app.restart().await;

        let ended = app.until_told(&task.id).await;
        assert_eq!((ended.state, ended.attempt), (TaskState::Completed, 2));
        assert_eq!(ended.finish_reason, Some(expected));
        assert_eq!(app.text(&task.id).await, "What there is.");
    }
    app.assert_healthy().await;
}

// F28
#[tokio::test]
async fn an_end_without_text_or_reason_does_not_complete_an_answer_that_goes_on() {
    let mut app = Harness::start().await;
    app.server.scripts("m", [vec![text("Half an "), hang()], vec![done()], vec![text("answer"), stop()]]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "Half an ").await;
    app.restart().await;
    let ended = app.until_told(&task.id).await;
    assert_eq!((ended.state, ended.attempt), (TaskState::Completed, 3));
    assert_eq!(app.text(&task.id).await, "Half an answer");
}

// F10, F41
#[tokio::test]
async fn an_answer_that_has_no_room_left_to_go_on_is_cut_at_the_limit_of_its_model() {
    let mut app = Harness::start().await;
    let full = r#"{"error":{"code":"context_length_exceeded","message":"too long"}}"#;
    app.server.scripts("m", [vec![text("Half an answer"), hang()], vec![refuse(400, &[], full)]]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "Half an answer").await;
    app.restart().await;
    let ended = app.until_told(&task.id).await;
    assert_eq!((ended.state, ended.finish_reason), (TaskState::Completed, Some(FinishReason::Length)));
    assert_eq!(app.text(&task.id).await, "Half an answer");
}

#[tokio::test]
async fn the_time_the_app_was_off_is_not_time_a_task_worked() {
    const START: i64 = 1_800_000_000_000;
    let clock = SetClock::at(START);
    let mut app = Harness::at(Arc::clone(&clock)).await;
    let gate = Gate::new();
    app.server.scripts("m", [vec![text("Half an "), hang()], vec![wait(&gate), text("answer."), stop()]]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "Half an ").await;

    clock.set(START + 10_000);
    app.core.shutdown().await;
    clock.set(START + 3_600_000);
    app.restart().await;
    gate.reached().await;
    clock.set(START + 3_605_000);
    gate.open();

    let ended = app.until_told(&task.id).await;
    assert_eq!(ended.worked(clock.now()), Duration::from_secs(15));
}

// F10
#[tokio::test]
async fn a_watched_answer_waits_for_the_user_and_nothing_is_asked_again() {
    let mut app = Harness::start().await;
    app.server.script("m", [text("Half an "), hang()]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_text(&task.id, "Half an ").await;
    app.restart().await;

    let waiting = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waiting.reason, Some(Reason::Interrupted));
    assert_eq!(app.text(&task.id).await, "Half an ");
    assert_eq!(app.server.requests().len(), 1);
    app.assert_healthy().await;
}

// F10
#[tokio::test]
async fn continue_goes_on_from_the_text_that_is_there() {
    let mut app = Harness::start().await;
    app.server.scripts("m", [vec![text("Half an "), hang()], vec![text("answer"), stop()]]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_text(&task.id, "Half an ").await;
    app.restart().await;
    app.until_state(&task.id, TaskState::Waiting).await;

    app.core.resume_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!(app.text(&task.id).await, "Half an answer");
    let messages = app.server.requests()[1].body["messages"].as_array().unwrap().clone();
    assert_eq!(messages[1]["content"], "Half an ", "the model sees where it stopped");
    assert_eq!(messages.len(), 3);
    app.assert_healthy().await;
}

// F25
#[tokio::test]
async fn going_on_while_the_provider_is_away_leaves_the_answer_waiting_and_not_given_up() {
    let mut app = Harness::start().await;
    let away = || vec![refuse(503, &[], "{}")];
    app.server.scripts("m", [vec![text("Half an "), hang()], away(), away(), vec![text("answer"), stop()]]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_text(&task.id, "Half an ").await;
    app.restart().await;
    for attempts in [1, 3] {
        let waiting = app.until(&task.id, |t| t.state == TaskState::Waiting && t.attempt == attempts).await;
        assert_eq!(waiting.reason, Some(Reason::Interrupted));
        app.core.resume_task(&task.id).await.unwrap();
    }
    app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!(app.text(&task.id).await, "Half an answer");
}

#[tokio::test]
async fn text_that_an_attempt_went_on_from_is_not_counted_as_written_again() {
    let mut app = Harness::start().await;
    let (said, more) = ("x".repeat(400), "y".repeat(40));
    app.server.scripts("m", [vec![text(&said), hang()], vec![text(&more), hang()], vec![stop()]]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, &said).await;
    app.core.pause_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Paused).await;
    app.core.resume_task(&task.id).await.unwrap();
    app.until_text(&task.id, &format!("{said}{more}")).await;
    app.restart().await;
    app.until(&task.id, |task| task.attempt == 3).await;
    let attempts = app.core.attempts(&task.id).await.unwrap();
    assert_eq!(attempts[1].usage.output_tokens, Some(10));
}

#[tokio::test]
async fn an_attempt_that_a_crash_cut_is_taken_to_have_read_the_whole_conversation() {
    let mut app = Harness::start().await;
    let said = "x".repeat(4_000);
    app.server.scripts("m", [vec![text(&said), stop()], vec![text("y"), hang()], vec![stop()]]);
    let first = app.send("m", Lane::Background).await;
    app.until_told(&first.id).await;
    let conversation_id = Some(first.conversation_id);
    let second = SendMessage { conversation_id, ..prompt("m", Lane::Background) };
    let second = app.core.send_message(second).await.unwrap().task;
    app.until_text(&second.id, "y").await;
    app.crash().await;
    app.until_told(&second.id).await;
    let cut = &app.core.attempts(&second.id).await.unwrap()[0].usage;
    assert!(cut.estimated && cut.input_tokens.unwrap() > 1_000, "{cut:?}");
}

#[tokio::test]
async fn a_stop_before_the_restart_still_holds_after_it() {
    let mut app = Harness::start().await;
    app.server.script("m", [text("Half an "), hang()]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "Half an ").await;
    app.core.stop_task(&task.id).await.unwrap();
    app.restart().await;
    let stopped = app.until_state(&task.id, TaskState::Cancelled).await;
    assert_eq!(stopped.attempt, 1);
    assert_eq!(app.text(&task.id).await, "Half an ");
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_was_queued_is_still_queued_in_its_order() {
    let mut app = Harness::start().await;
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 1;
    app.core.save_settings(settings).await.unwrap();
    app.server.script("slow", [hang()]);
    app.server.script("m", [text("ok"), stop()]);
    let slow = app.send("slow", Lane::Background).await;
    app.until_state(&slow.id, TaskState::Running).await;
    let second = app.send("m", Lane::Background).await;
    app.restart().await;
    app.core.stop_task(&slow.id).await.unwrap();
    let done = app.until_told(&second.id).await;
    assert_eq!(done.state, TaskState::Completed);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_hiccup_while_going_on_does_not_throw_the_kept_text_away() {
    let mut app = Harness::start().await;
    app.server.scripts(
        "m",
        [vec![text("Half an "), hang()], vec![refuse(503, &[], "{}")], vec![text("answer"), stop()]],
    );
    let task = app.send("m", Lane::Interactive).await;
    app.until_text(&task.id, "Half an ").await;
    app.restart().await;
    app.until_state(&task.id, TaskState::Waiting).await;
    app.core.resume_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!(app.text(&task.id).await, "Half an answer");
    app.assert_healthy().await;
}
