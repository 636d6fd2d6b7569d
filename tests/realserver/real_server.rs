//! Against llama.cpp's own server: a wire that nobody here wrote.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use meanwhile_core::model::{AttemptEnd, FinishReason, Lane, ProviderKind, Reason, Task, TaskId, TaskState};
use meanwhile_core::{NewProvider, SendMessage};
use meanwhile_support::harness::{Harness, prompt};
use meanwhile_support::real_server::{RealModel, RealServer};

#[tokio::test]
async fn an_answer_is_whole_and_counted_in_one_attempt() {
    let server = RealServer::start().await.unwrap();
    let app = app_with(&server, None).await;
    assert_eq!(app.core.test_provider("real").await.unwrap().models, ["tiny"]);

    // The server closes each connection after a stream although it offers to keep it.
    for _ in 0..5 {
        let task = ask(&app, "Tell me something", Lane::Background).await;
        let done = app.until_told(&task.id).await;
        assert_eq!(done.state, TaskState::Completed, "{:?}", done.error);
        assert_eq!(done.attempt, 1, "a connection that was closed costs no attempt");
        assert_eq!(done.finish_reason, Some(FinishReason::Stop));
        assert!(!app.text(&task.id).await.is_empty());
        assert!(!done.usage.estimated, "the server's own count is used");
        assert!(done.usage.input_tokens > Some(0) && done.usage.output_tokens > Some(0), "{:?}", done.usage);
    }
    app.assert_healthy().await;
}

#[tokio::test]
async fn stopping_gives_the_only_slot_free() {
    let server = RealServer::start_with(RealModel::Endless, &["--slots", "1", "--tokens-per-second", "60"]);
    let server = server.await.unwrap();
    let app = app_with(&server, None).await;
    let first = ask(&app, "Go on for ever", Lane::Interactive).await;
    until_some_text(&app, &first.id).await;
    let second = ask(&app, "Me too", Lane::Interactive).await;

    app.core.stop_task(&first.id).await.unwrap();
    app.until_state(&first.id, TaskState::Cancelled).await;
    assert!(!app.text(&first.id).await.is_empty(), "what was there is kept");
    // It had to wait for the slot.
    until_some_text(&app, &second.id).await;
    app.core.stop_task(&second.id).await.unwrap();
    app.until_state(&second.id, TaskState::Cancelled).await;
    app.assert_healthy().await;
}

#[tokio::test]
async fn reasoning_is_not_part_of_the_answer() {
    let server = RealServer::start_with(RealModel::Thinking, &[]).await.unwrap();
    let app = app_with(&server, None).await;
    let task = ask(&app, "Think first", Lane::Interactive).await;
    let done = app.until_state(&task.id, TaskState::Completed).await;
    let text = app.text(&task.id).await;
    // This model thinks one small word a line, and begins every answer with a capital.
    assert!(text.starts_with(|first: char| !first.is_whitespace() && !first.is_lowercase()), "{text:?}");
    assert!(!text.contains("think>"), "{text:?}");
    assert_eq!(done.attempt, 1);
}

#[tokio::test]
async fn a_refused_key_waits_for_the_user_and_goes_on_with_a_good_one() {
    let server = RealServer::start_with(RealModel::Tiny, &["--api-key", "good-key"]).await.unwrap();
    let app = app_with(&server, Some("bad-key")).await;
    let task = ask(&app, "Let me in", Lane::Background).await;
    let waiting = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waiting.reason, Some(Reason::Key));
    let error = waiting.error.unwrap();
    assert_eq!(error.code, "unauthorized");
    assert!(!format!("{error:?}").contains("bad-key"), "a key is never repeated: {error:?}");

    app.core.remove_provider("real").await.unwrap();
    app.core.add_provider(real(&server, Some("good-key"))).await.unwrap();
    app.until_state(&task.id, TaskState::Completed).await;
}

// F41
#[tokio::test]
async fn a_prompt_longer_than_the_model_reads_is_refused_in_plain_words() {
    let server = RealServer::start_with(RealModel::Tiny, &["--context", "256"]).await.unwrap();
    let app = app_with(&server, None).await;
    let task = ask(&app, &"many words ".repeat(400), Lane::Background).await;
    let failed = app.until_told(&task.id).await;
    assert_eq!(failed.state, TaskState::Failed);
    let error = failed.error.unwrap();
    assert_eq!((error.code.as_str(), error.retryable), ("context_too_long", false));
    assert_eq!(failed.attempt, 1, "sending it again would not help");
}

// F36
#[tokio::test]
async fn a_server_that_dies_in_the_middle_leaves_the_text_and_a_question() {
    let server = RealServer::start_with(RealModel::Endless, &["--tokens-per-second", "60"]).await.unwrap();
    let app = app_with(&server, None).await;
    let task = ask(&app, "Go on for ever", Lane::Interactive).await;
    until_some_text(&app, &task.id).await;
    drop(server);

    let waiting = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waiting.reason, Some(Reason::Interrupted));
    assert!(!app.text(&task.id).await.is_empty(), "what was shown is kept");
    let attempts = app.core.attempts(&task.id).await.unwrap();
    assert_eq!(
        attempts.iter().map(|attempt| attempt.end).collect::<Vec<_>>(),
        [Some(AttemptEnd::Interrupted)]
    );
    app.assert_healthy().await;
}

async fn app_with(server: &RealServer, key: Option<&str>) -> Harness {
    let app = Harness::start().await;
    app.core.add_provider(real(server, key)).await.unwrap();
    app
}

fn real(server: &RealServer, key: Option<&str>) -> NewProvider {
    NewProvider {
        name: "real".to_owned(),
        kind: ProviderKind::OpenaiChat,
        base_url: server.base_url().to_owned(),
        key: key.map(str::to_owned),
        key_env: None,
        headers: Default::default(),
        proxy: None,
    }
}

async fn ask(app: &Harness, text: &str, lane: Lane) -> Task {
    let message =
        SendMessage { text: text.to_owned(), model: Some("real/tiny".to_owned()), ..prompt("", lane) };
    app.core.send_message(message).await.unwrap().task
}

async fn until_some_text(app: &Harness, id: &TaskId) {
    let mut head = app.core.head();
    let wait = async {
        while app.text(id).await.is_empty() {
            let _ = head.changed().await;
        }
    };
    let limit = meanwhile_support::harness::FACT_LIMIT;
    tokio::time::timeout(limit, wait).await.unwrap_or_else(|_| panic!("no text came"));
}
