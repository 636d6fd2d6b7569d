//! An answer that is made at its provider goes on there when nobody listens, and is heard to its end exactly once.

use meanwhile_core::NewProvider;
use meanwhile_core::model::{EventKind, Lane, ProviderKind, Reason, TaskState};
use meanwhile_support::harness::{Harness, SetClock, sim};
use meanwhile_support::model_server::RemoteServer;
use std::sync::Arc;

/// The provider `sim` speaks responses at that server.
pub fn responses(server: &RemoteServer) -> NewProvider {
    NewProvider { kind: ProviderKind::OpenaiResponses, ..sim(&server.base_url()) }
}

async fn at(server: &RemoteServer) -> Harness {
    let app = Harness::start().await;
    app.core.add_provider(responses(server)).await.unwrap();
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
