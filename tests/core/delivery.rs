//! The user is told of every outcome, once, and a channel that fails is named.

use meanwhile_core::model::{DeliveryState, Lane, Outcome, Reason, TaskState};
use meanwhile_core::{NotifyError, Shown};
use meanwhile_support::harness::Harness;
use meanwhile_support::model_server::{refuse, stop, text};
use std::time::Duration;

#[tokio::test]
async fn a_failure_is_told_with_its_cause_and_the_next_step() {
    let app = Harness::start().await;
    app.server.script("m", [refuse(400, &[], r#"{"error":{"message":"temperature must be a number"}}"#)]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    let notices = app.notifier.notices();
    assert_eq!(notices.len(), 1);
    assert_eq!((notices[0].outcome, notices[0].title.as_str()), (Outcome::Failed, "Failed: Summarise this"));
    assert_eq!(
        notices[0].body,
        "The provider did not accept the request: temperature must be a number (400). Your prompt is kept. Change the prompt or choose another model."
    );
    assert_eq!(notices[0].conversation_id, task.conversation_id);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_task_that_needs_the_user_is_told_and_told_again_when_it_ends() {
    let app = Harness::start().await;
    app.server.scripts(
        "m",
        [
            vec![refuse(401, &[], r#"{"error":{"message":"bad key","code":"invalid_api_key"}}"#)],
            vec![text("ok"), stop()],
        ],
    );
    let task = app.send("m", Lane::Background).await;
    let waiting = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waiting.reason, Some(Reason::Key));
    app.until(&task.id, |t| t.delivery.as_ref().is_some_and(|d| d.state == DeliveryState::Delivered)).await;
    app.core.resume_task(&task.id).await.unwrap();
    app.until_told(&task.id).await;
    let outcomes: Vec<_> = app.notifier.shown().into_iter().map(|(outcome, _)| outcome).collect();
    assert_eq!(outcomes, [Outcome::NeedsYou, Outcome::Done]);
    app.assert_healthy().await;
}

// F48
#[tokio::test]
async fn a_channel_that_refuses_is_named_and_the_inbox_has_the_outcome() {
    let app = Harness::start().await;
    app.notifier.answer_with(Err(NotifyError("no notification service was found".to_owned())));
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Background).await;
    let done = app.until_told(&task.id).await;
    let delivery = done.delivery.unwrap();
    assert_eq!(delivery.state, DeliveryState::Failed);
    assert_eq!(delivery.channels, ["inbox"]);
    assert_eq!(delivery.error.as_deref(), Some("no notification service was found"));
    assert_eq!(app.notifier.shown().len(), 1, "it is not tried again by itself");
    app.assert_healthy().await;
}

#[tokio::test]
async fn looking_at_an_outcome_clears_every_mark_of_it() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    assert_eq!(app.core.summary().await.unwrap().unread, 1);
    app.core.mark_seen(&task.id).await.unwrap();
    let seen = app.core.task(&task.id).await.unwrap();
    assert_eq!(seen.delivery.unwrap().state, DeliveryState::Seen);
    assert!(!seen.unread);
    assert_eq!(app.core.summary().await.unwrap().unread, 0);
    assert_eq!(app.core.conversations().await.unwrap()[0].unread, 0);
}

#[tokio::test]
async fn a_channel_the_user_turned_off_counts_as_told_in_the_inbox() {
    let app = Harness::start().await;
    app.notifier.answer_with(Ok(Shown::Off));
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Background).await;
    let done = app.until_told(&task.id).await;
    let delivery = done.delivery.unwrap();
    assert_eq!((delivery.state, delivery.channels), (DeliveryState::Delivered, vec!["inbox".to_owned()]));
}

#[tokio::test]
async fn outcomes_that_follow_a_notice_closely_are_told_together_and_each_is_recorded() {
    let app = Harness::gathering(Duration::from_millis(400)).await;
    app.server.scripts("m", (0..4).map(|_| vec![text("ok"), stop()]).collect::<Vec<_>>());
    let first = app.send("m", Lane::Background).await;
    app.until_told(&first.id).await;
    let mut rest = Vec::new();
    for _ in 0..3 {
        rest.push(app.send("m", Lane::Background).await);
    }
    for task in &rest {
        let told = app.until_told(&task.id).await;
        assert_eq!(told.delivery.unwrap().state, DeliveryState::Delivered);
    }
    assert_eq!(app.notifier.together(), [1, 3], "the first at once, the others as one");
    app.assert_healthy().await;
}

// F2
#[tokio::test]
async fn what_was_being_gathered_is_told_after_the_next_start() {
    let mut app = Harness::gathering(Duration::from_secs(600)).await;
    app.server.scripts("m", [vec![text("ok"), stop()], vec![text("ok"), stop()]]);
    let first = app.send("m", Lane::Background).await;
    app.until_told(&first.id).await;
    let second = app.send("m", Lane::Background).await;
    app.until_state(&second.id, TaskState::Completed).await;
    assert_eq!(app.notifier.together(), [1]);
    app.restart().await;
    app.until_told(&second.id).await;
    assert_eq!(app.notifier.together(), [1, 1], "each once");
    app.assert_healthy().await;
}
