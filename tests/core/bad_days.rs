//! What the user reads when a provider fails: the cause, what is kept, the next step. Nothing is lost.

use meanwhile_core::model::{Lane, ProviderKind, Reason, Task, TaskState};
use meanwhile_core::{NewProvider, Patience};
use meanwhile_support::harness::{FACT_LIMIT, Harness, SetClock, prompt};
use meanwhile_support::model_server::{Gate, cut, hang, refuse, stop, text, wait};
use std::sync::Arc;
use std::time::Duration;

fn words(task: &Task) -> String {
    let error = task.error.as_ref().unwrap();
    format!("{} {}", error.message, error.hint)
}

fn with_key(app: &Harness, key: &str) -> NewProvider {
    NewProvider {
        name: "sim".into(),
        kind: ProviderKind::OpenaiChat,
        base_url: app.server.base_url(),
        key: Some(key.into()),
        key_env: None,
        headers: Default::default(),
        proxy: None,
    }
}

// F39
#[tokio::test]
async fn a_wrong_key_waits_for_another_one_and_then_goes_on_by_itself() {
    let app = Harness::start().await;
    app.server.scripts(
        "m",
        [
            vec![refuse(401, &[], r#"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#)],
            vec![text("ok"), stop()],
        ],
    );
    app.core.add_provider(with_key(&app, "sk-first")).await.unwrap();
    let task = app.send("m", Lane::Interactive).await;
    let waiting = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waiting.reason, Some(Reason::Key));
    assert_eq!(
        words(&waiting),
        "The provider refused the key. Your prompt is kept. Enter another key in the settings, then continue."
    );
    app.core.add_provider(with_key(&app, "sk-second")).await.unwrap();
    app.until_state(&task.id, TaskState::Completed).await;
    app.assert_healthy().await;
}

// F25, F55
#[tokio::test]
async fn a_server_that_is_not_there_is_named_with_its_address() {
    let app = Harness::start().await;
    let nobody = NewProvider {
        name: "nobody".into(),
        kind: ProviderKind::OpenaiChat,
        base_url: "http://127.0.0.1:9/v1".into(),
        key: None,
        key_env: None,
        headers: Default::default(),
        proxy: None,
    };
    app.core.add_provider(nobody).await.unwrap();
    let mut message = prompt("m", Lane::Interactive);
    message.model = Some("nobody/m".to_owned());
    let task = app.core.send_message(message).await.unwrap().task;
    let failed = app.until_state(&task.id, TaskState::Failed).await;
    let words = words(&failed);
    assert!(words.starts_with("The provider at 127.0.0.1:9 cannot be reached: "), "{words}");
    assert!(
        words.ends_with("Your prompt is kept. Check that it is running and that you are online, then retry."),
        "{words}"
    );
}

// F40
#[tokio::test]
async fn an_unknown_model_asks_for_another_one() {
    let app = Harness::start().await;
    app.server.script(
        "m",
        [refuse(404, &[], r#"{"error":{"message":"The model m does not exist","code":"model_not_found"}}"#)],
    );
    let task = app.send("m", Lane::Background).await;
    let waiting = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waiting.reason, Some(Reason::Model));
    assert_eq!(
        words(&waiting),
        "The provider does not know the model m. Your prompt is kept. Choose another model."
    );
}

// F26
#[tokio::test]
async fn a_rate_limit_is_waited_out_in_the_open() {
    let app = Harness::start().await;
    app.server.scripts(
        "m",
        [
            vec![refuse(
                429,
                &[("retry-after", "1")],
                r#"{"error":{"message":"slow","code":"rate_limit_exceeded"}}"#,
            )],
            vec![text("ok"), stop()],
        ],
    );
    let task = app.send("m", Lane::Background).await;
    let waiting = app.until(&task.id, |t| t.reason == Some(Reason::RateLimit)).await;
    assert_eq!(waiting.state, TaskState::Queued);
    assert!(waiting.due_at.is_some(), "the moment it is tried again is shown");
    assert_eq!(
        words(&waiting),
        "The provider asked us to slow down. Your prompt is kept. It is tried again by itself."
    );
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, done.attempt), (TaskState::Completed, 2));
    app.assert_healthy().await;
}

// F26
#[tokio::test]
async fn a_server_error_is_tried_again_and_then_answered() {
    let app = Harness::start().await;
    app.server.scripts("m", [vec![refuse(500, &[], "{}")], vec![text("ok"), stop()]]);
    let task = app.send("m", Lane::Background).await;
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, done.attempt), (TaskState::Completed, 2));
}

#[tokio::test]
async fn an_account_without_credit_is_not_asked_again() {
    let app = Harness::start().await;
    app.server.script(
        "m",
        [refuse(429, &[], r#"{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}"#)],
    );
    let task = app.send("m", Lane::Background).await;
    let waiting = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waiting.reason, Some(Reason::Billing));
    assert_eq!(app.server.requests().len(), 1);
}

// F30
#[tokio::test]
async fn a_stream_that_just_ends_is_never_an_answer() {
    let app = Harness::start().await;
    app.server.script("m", [text("Half an "), cut()]);
    let task = app.send("m", Lane::Interactive).await;
    let waiting = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waiting.reason, Some(Reason::Interrupted));
    assert_eq!(
        words(&waiting),
        "The provider closed the connection before the answer was complete. The text so far is kept. Continue from here, or start again."
    );
    assert_eq!(app.text(&task.id).await, "Half an ");
    app.assert_healthy().await;
}

// F36
#[tokio::test]
async fn a_background_answer_that_keeps_breaking_off_fails_with_its_text_kept() {
    let app = Harness::start().await;
    let pieces = ["One, ", "two, ", "three"].map(|piece| vec![text(piece), cut()]);
    app.server.scripts("m", pieces);
    let task = app.send("m", Lane::Background).await;
    let failed = app.until_told(&task.id).await;
    assert_eq!((failed.state, failed.attempt), (TaskState::Failed, 3));
    assert_eq!(app.text(&task.id).await, "One, two, three");
    assert_eq!(failed.steps.len(), 3, "every attempt is shown");
    app.assert_healthy().await;
}

// F29
#[tokio::test]
async fn a_silent_stream_is_noticed_and_said() {
    let patience = Patience { silence: Duration::from_millis(200), ..Patience::default() };
    let app = Harness::with_patience(patience).await;
    app.server.script("m", [text("Half an "), hang()]);
    let task = app.send("m", Lane::Interactive).await;
    let waiting = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waiting.error.unwrap().code, "stalled");
    app.server.until(|s| s.active == 0).await;
}

// F29
#[tokio::test]
async fn a_model_may_be_silent_for_as_long_as_the_user_chose_for_it() {
    let patience = Patience { silence: Duration::from_millis(200), ..Patience::default() };
    let app = Harness::with_patience(patience).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.silence.insert("sim/thinker".to_owned(), 600);
    app.core.save_settings(settings.clone()).await.unwrap();
    let gate = Gate::new();
    app.server.script("thinker", [text("Half an "), wait(&gate), text("answer"), stop()]);
    app.server.script("m", [text("Half an "), hang()]);
    let thinker = app.send("thinker", Lane::Interactive).await;
    app.until_text(&thinker.id, "Half an ").await;
    // This one was asked later and is silent for less time.
    let other = app.send("m", Lane::Interactive).await;
    app.until_state(&other.id, TaskState::Waiting).await;
    gate.open();
    app.until_state(&thinker.id, TaskState::Completed).await;
    assert_eq!(app.text(&thinker.id).await, "Half an answer");

    settings.silence.insert("sim/thinker".to_owned(), 9);
    let refused = app.core.save_settings(settings).await.unwrap_err();
    assert_eq!(refused.message, "a model can be silent for 10 to 14,400 seconds; nothing was changed");
}

#[tokio::test]
async fn an_empty_answer_is_said_to_be_empty() {
    let app = Harness::start().await;
    app.server.script("m", [stop()]);
    let task = app.send("m", Lane::Interactive).await;
    let failed = app.until_state(&task.id, TaskState::Failed).await;
    assert_eq!(failed.error.as_ref().unwrap().message, "The provider sent an empty answer.");
}

// F46
#[tokio::test]
async fn a_clock_that_was_ahead_does_not_make_work_wait_for_as_long() {
    const YEAR: i64 = 365 * 24 * 3_600_000;
    let clock = SetClock::at(1_800_000_000_000 + YEAR);
    let app = Harness::at(Arc::clone(&clock)).await;
    app.server.scripts("m", [vec![refuse(503, &[], "later")], vec![text("ok"), stop()]]);
    let id = app.send("m", Lane::Background).await.id;
    let mut head = app.core.head();
    let wait = async {
        loop {
            head.mark_unchanged();
            let task = app.core.task(&id).await.unwrap();
            if task.due_at.is_some() {
                clock.set(1_800_000_000_000);
            }
            if task.state == TaskState::Completed {
                return;
            }
            let _ = head.changed().await;
        }
    };
    tokio::time::timeout(FACT_LIMIT, wait).await.expect("it waits for the time that was wrong");
}
