//! An answer that is made at its provider goes on there when nobody listens, and is heard to its end exactly once.

use meanwhile_core::model::{Budget, EventKind, Lane, ProviderKind, Reason, TaskState};
use meanwhile_core::{NewProvider, SendMessage};
use meanwhile_support::harness::{Harness, SetClock, prompt, sim};
use meanwhile_support::model_server::{RemoteServer, cut, refuse, stop, text};
use std::sync::Arc;

/// The provider `sim` speaks responses at that server.
pub fn responses(server: &RemoteServer) -> NewProvider {
    speaking(server, ProviderKind::OpenaiResponses)
}

fn speaking(server: &RemoteServer, kind: ProviderKind) -> NewProvider {
    NewProvider { kind, ..sim(&server.base_url()) }
}

async fn at(server: &RemoteServer) -> Harness {
    let app = Harness::start().await;
    app.core.add_provider(responses(server)).await.unwrap();
    app
}

async fn at_google(server: &RemoteServer) -> Harness {
    let app = Harness::start().await;
    app.core.add_provider(speaking(server, ProviderKind::Gemini)).await.unwrap();
    app
}

#[tokio::test]
async fn after_a_kill_it_is_heard_from_where_it_was_and_asked_for_and_billed_once() {
    let server = RemoteServer::start().await;
    let mut app = at(&server).await;
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.is_remote).await;
    server.say("one ");
    app.until_text(&task.id, "one ").await;
    app.crash().await;
    server.say("two ");
    server.say("three");
    server.finish();
    let done = app.until_told(&task.id).await;
    assert_eq!(done.state, TaskState::Completed);
    assert_eq!(app.text(&task.id).await, "one two three");
    let asked: Vec<_> = server.asked().into_iter().filter(|one| one.starts_with("POST")).collect();
    assert_eq!(asked, ["POST /v1/responses"], "never a second one");
    assert!(server.asked().contains(&"GET resp_0 after 1".to_owned()), "{:?}", server.asked());
    assert_eq!((done.usage.input_tokens, done.usage.output_tokens), (Some(7), Some(5)), "billed once");
    assert!(!done.usage.estimated && !done.is_remote);
    assert_eq!(app.notifier.shown().len(), 1);
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_answer_that_is_heard_further_keeps_its_cap() {
    let server = RemoteServer::start().await;
    let mut app = at(&server).await;
    let budget = Some(Budget { tokens: Some(5), ..Budget::default() });
    let message = SendMessage { budget, ..prompt("m", Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until(&task.id, |t| t.is_remote).await;
    server.say("half");
    app.until_text(&task.id, "half").await;
    app.crash().await;
    app.until(&task.id, |t| t.state == TaskState::Running && t.attempt == 2).await;
    server.reach_limit();
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.reason, Some(Reason::Budget));
    assert_eq!(waits.error.unwrap().message, "Its cap of 5 written tokens is reached.");
    assert!(!waits.is_remote, "it has ended there");
    app.assert_healthy().await;
}

// F2, F25
#[tokio::test]
async fn a_kill_ten_minutes_without_network_and_a_restart_leave_one_answer_one_bill_and_one_notice() {
    const NOW: i64 = 1_790_000_000_000;
    let mut server = RemoteServer::start().await;
    let clock = SetClock::at(NOW);
    let mut app = Harness::at(Arc::clone(&clock)).await;
    app.core.add_provider(responses(&server)).await.unwrap();
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.is_remote).await;
    server.say("asked, ");
    app.until_text(&task.id, "asked, ").await;
    app.crash().await;
    app.until(&task.id, |t| t.state == TaskState::Running && t.attempt == 2).await;
    server.say("killed, ");
    app.until_text(&task.id, "asked, killed, ").await;

    server.go_away();
    server.say("offline, ");
    app.until(&task.id, |t| t.reason == Some(Reason::BrokeOff)).await;
    clock.set(NOW + 5_000);
    let waits = app.until(&task.id, |t| t.reason == Some(Reason::Network)).await;
    assert!(waits.is_remote, "it says that it goes on elsewhere");
    clock.set(NOW + 10 * 60 * 1000);
    server.come_back().await;
    app.core.wake().await;
    app.until_text(&task.id, "asked, killed, offline, ").await;

    app.restart().await;
    server.say("done");
    server.finish();
    let done = app.until_told(&task.id).await;
    assert_eq!(done.state, TaskState::Completed);
    assert_eq!(app.text(&task.id).await, "asked, killed, offline, done");
    assert_eq!(server.questions().len(), 1);
    assert_eq!((done.usage.input_tokens, done.usage.output_tokens), (Some(7), Some(5)));
    assert_eq!(app.notifier.shown().len(), 1);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_cannot_be_streamed_any_more_is_looked_at_until_it_has_ended() {
    let server = RemoteServer::start().await;
    let mut app = at(&server).await;
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.is_remote).await;
    server.say("half ");
    app.until_text(&task.id, "half ").await;
    server.stop_streaming();
    app.restart().await;
    server.until_asked("GET resp_0 after 1").await;
    server.say("and half");
    server.finish();
    assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    assert_eq!(app.text(&task.id).await, "half and half");
    assert_eq!(app.core.task(&task.id).await.unwrap().usage.output_tokens, Some(5));
}

#[tokio::test]
async fn an_answer_that_the_provider_forgot_asks_its_user_and_is_not_asked_for_again_by_itself() {
    let server = RemoteServer::start().await;
    let mut app = at(&server).await;
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.is_remote).await;
    server.say("begun");
    app.until_text(&task.id, "begun").await;
    app.core.shutdown().await;
    server.forget();
    app.restart().await;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.error.as_ref().unwrap().code, "run_gone");
    assert!(!waits.is_remote);
    assert_eq!(app.text(&task.id).await, "begun");
    assert_eq!(server.questions().len(), 1);
    app.core.resume_task(&task.id).await.unwrap();
    app.until(&task.id, |t| t.is_remote).await;
    assert_eq!(server.questions().len(), 2, "the user wanted it");
}

#[tokio::test]
async fn a_stop_reaches_the_provider_also_when_it_is_away_at_that_moment() {
    let mut server = RemoteServer::start().await;
    let app = at(&server).await;
    let first = app.send("m", Lane::Background).await;
    app.until(&first.id, |t| t.is_remote).await;
    app.core.stop_task(&first.id).await.unwrap();
    server.until_asked("cancel resp_0").await;

    let second = app.send("m", Lane::Background).await;
    app.until(&second.id, |t| t.is_remote).await;
    server.go_away();
    app.until(&second.id, |t| t.state == TaskState::Queued).await;
    app.core.stop_task(&second.id).await.unwrap();
    app.until_state(&second.id, TaskState::Cancelled).await;
    server.come_back().await;
    server.until_asked("cancel resp_1").await;
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_answer_somebody_watches_is_not_kept_at_the_provider() {
    let server = RemoteServer::start().await;
    let app = at(&server).await;
    let task = app.send("m", Lane::Interactive).await;
    app.until(&task.id, |t| t.state == TaskState::Running).await;
    server.until_asked("POST /v1/responses").await;
    server.say("hello");
    server.finish();
    app.until_state(&task.id, TaskState::Completed).await;
    let question = server.questions().remove(0);
    assert_eq!((question["store"].as_bool(), question.get("background")), (Some(false), None));
    let log = app.core.log(&task.id).await.unwrap();
    assert!(!log.iter().any(|event| matches!(event.kind, EventKind::WentRemote { .. })));
}

#[tokio::test]
async fn an_answer_of_gemini_is_made_there_and_heard_from_where_it_was_after_a_kill() {
    let server = RemoteServer::speaking(ProviderKind::Gemini).await;
    let mut app = at_google(&server).await;
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.is_remote).await;
    server.think("Counting.");
    server.say("one ");
    app.until_text(&task.id, "one ").await;
    app.crash().await;
    server.say("two ");
    server.say("three");
    server.finish();
    let done = app.until_told(&task.id).await;
    assert_eq!(app.text(&task.id).await, "one two three");
    assert_eq!(app.core.thoughts(&task.id).await.unwrap(), "Counting.");
    assert_eq!(server.asked(), ["POST /v1/interactions", "GET resp_0 after 2"]);
    let question = server.questions().remove(0);
    assert_eq!((&question["background"], &question["store"]), (&true.into(), &true.into()));
    assert_eq!(question["input"][0]["type"], "user_input");
    assert_eq!((done.usage.input_tokens, done.usage.output_tokens), (Some(7), Some(5)), "billed once");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_stream_that_is_cut_again_and_again_is_heard_further_each_time_and_is_no_failure() {
    let server = RemoteServer::speaking(ProviderKind::Gemini).await;
    let app = at_google(&server).await;
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.is_remote).await;
    let mut text = String::new();
    for hour in 0..15 {
        let piece = format!("{hour} ");
        text += &piece;
        server.say(&piece);
        app.until_text(&task.id, &text).await;
        let attempt = app.core.task(&task.id).await.unwrap().attempt;
        server.cut();
        // Nobody waits out the pause.
        app.until(&task.id, |t| t.state == TaskState::Queued || t.attempt > attempt).await;
        app.core.wake().await;
        app.until(&task.id, |t| t.state == TaskState::Running && t.attempt > attempt).await;
    }
    server.finish();
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, app.text(&task.id).await), (TaskState::Completed, text));
    assert_eq!(server.questions().len(), 1);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_stream_without_named_places_is_heard_from_its_start_and_nothing_stands_twice() {
    let server = RemoteServer::speaking(ProviderKind::Gemini).await;
    server.name_no_places();
    let mut app = at_google(&server).await;
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.is_remote).await;
    server.think("Counting.");
    for piece in ["one ", "two "] {
        server.say(piece);
    }
    app.until_text(&task.id, "one two ").await;
    app.restart().await;
    server.say("three");
    server.finish();
    app.until_told(&task.id).await;
    assert_eq!(app.text(&task.id).await, "one two three");
    assert_eq!(app.core.thoughts(&task.id).await.unwrap(), "Counting.");
    assert_eq!(server.asked().last().unwrap(), "GET resp_0");
}

#[tokio::test]
async fn an_answer_of_gemini_that_cannot_be_streamed_is_looked_at_and_one_that_is_stopped_is_stopped_there() {
    let server = RemoteServer::speaking(ProviderKind::Gemini).await;
    let mut app = at_google(&server).await;
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.is_remote).await;
    server.say("half ");
    app.until_text(&task.id, "half ").await;
    app.core.shutdown().await;
    server.stop_streaming();
    server.say("and half");
    server.finish();
    app.restart().await;
    assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    assert_eq!(app.text(&task.id).await, "half and half");

    let second = app.send("m", Lane::Background).await;
    app.until(&second.id, |t| t.is_remote).await;
    app.core.stop_task(&second.id).await.unwrap();
    server.until_asked("cancel resp_1").await;
}

#[tokio::test]
async fn a_gemini_that_makes_nothing_elsewhere_answers_while_somebody_listens() {
    let app = Harness::speaking(ProviderKind::Gemini).await;
    app.server.script("m", [text("Here."), stop()]);
    let task = app.send("m", Lane::Background).await;
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, app.text(&task.id).await.as_str()), (TaskState::Completed, "Here."));
    assert_eq!(app.core.attempts(&task.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_that_goes_on_from_text_of_another_model_is_looked_at_without_that_text_twice() {
    let server = RemoteServer::start().await;
    let mut app = Harness::start().await;
    app.core.add_provider(NewProvider { name: "far".to_owned(), ..responses(&server) }).await.unwrap();
    let no_credit = r#"{"error":{"code":"insufficient_quota","message":"You have no credit left."}}"#;
    app.server.scripts("near", [vec![text("Half "), cut()], vec![refuse(429, &[], no_credit)]]);
    let task = app.send("near", Lane::Background).await;
    app.until_state(&task.id, TaskState::Waiting).await;
    app.core.hand_over_task(&task.id, "far/m").await.unwrap();
    app.until(&task.id, |t| t.is_remote).await;
    server.say("an ");
    app.until_text(&task.id, "Half an ").await;
    app.core.shutdown().await;
    server.stop_streaming();
    server.say("answer.");
    server.finish();
    app.restart().await;
    assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
    assert_eq!(app.text(&task.id).await, "Half an answer.");
}
