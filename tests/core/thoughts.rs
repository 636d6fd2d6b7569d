//! What a model thinks aloud is kept beside its answer.

use meanwhile_core::model::{EventKind, Lane, TaskState};
use meanwhile_support::harness::Harness;
use meanwhile_support::model_server::{Gate, RemoteServer, done, finish, hang, reasoning, stop, text, wait};
use std::time::Duration;

#[tokio::test]
async fn what_is_thought_is_kept_beside_the_answer_and_never_sent_back() {
    let app = Harness::start().await;
    let answer = vec![reasoning("Two ferries. "), reasoning("One is late."), text("At eleven."), stop()];
    app.server.scripts("m", [answer, vec![text("Yes."), stop()]]);
    let task = app.send("m", Lane::Background).await;
    let done = app.until_told(&task.id).await;
    assert_eq!(app.text(&task.id).await, "At eleven.");
    assert_eq!(app.core.thoughts(&task.id).await.unwrap(), "Two ferries. One is late.");
    assert!(done.thought_ms.is_some());

    let next = app.send_in(&task.conversation_id, "m", Lane::Background).await;
    let next = app.until_told(&next.id).await;
    assert_eq!((app.core.thoughts(&next.id).await.unwrap().as_str(), next.thought_ms), ("", None));
    let asked = app.server.requests().pop().unwrap().body.to_string();
    assert!(asked.contains("At eleven.") && !asked.contains("late"), "{asked}");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_follower_gets_each_thought_once_and_it_is_no_part_of_the_text() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [reasoning("First. "), wait(&gate), reasoning("Then."), text("So."), hang()]);
    let task = app.send("m", Lane::Interactive).await;
    let mut head = app.core.head();
    let (mut after, mut thought, mut text) = (0, String::new(), String::new());
    while text.is_empty() {
        for event in app.core.deltas(&task.id, after).await.unwrap() {
            after = event.seq;
            match event.kind {
                EventKind::Thought { text: piece, .. } => thought += &piece,
                EventKind::TextDelta { text: piece, .. } => text += &piece,
                other => panic!("{other:?}"),
            }
        }
        if thought == "First. " {
            gate.open();
        }
        if text.is_empty() {
            tokio::time::timeout(Duration::from_secs(20), head.changed()).await.unwrap().unwrap();
        }
    }
    assert_eq!((thought.as_str(), text.as_str()), ("First. Then.", "So."));
}

#[tokio::test]
async fn what_was_thought_before_a_crash_is_there_after_it_before_what_is_thought_then() {
    let mut app = Harness::start().await;
    app.server.scripts(
        "m",
        [
            vec![reasoning("Let me see."), text("Half "), hang()],
            vec![reasoning("Where was I?"), text("done."), stop()],
        ],
    );
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "Half ").await;
    app.crash().await;
    app.until_told(&task.id).await;
    assert_eq!(app.text(&task.id).await, "Half done.");
    assert_eq!(app.core.thoughts(&task.id).await.unwrap(), "Let me see.\n\nWhere was I?");
    app.assert_healthy().await;
}

#[tokio::test]
async fn thinking_without_end_is_kept_up_to_a_limit_and_takes_nothing_from_the_answer() {
    let app = Harness::start().await;
    let long = "x".repeat(700 * 1024);
    app.server.script("m", [reasoning(&long), reasoning(&long), text("Done."), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    assert_eq!(app.core.thoughts(&task.id).await.unwrap(), long);
    assert_eq!(app.text(&task.id).await, "Done.");
}

#[tokio::test]
async fn an_answer_made_elsewhere_is_gone_on_hearing_without_a_thought_twice() {
    let mut server = RemoteServer::start().await;
    let mut app = Harness::start().await;
    app.core.add_provider(super::remote::responses(&server)).await.unwrap();
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.is_remote).await;
    server.think("Counting ");
    until_thought(&app, &task.id, "Counting ").await;
    server.go_away();
    app.core.shutdown().await;
    server.think("ferries.");
    server.come_back().await;
    app.restart().await;
    until_thought(&app, &task.id, "Counting \n\nferries.").await;

    app.core.shutdown().await;
    server.stop_streaming();
    server.say("Two.");
    server.finish();
    app.restart().await;
    let done = app.until_told(&task.id).await;
    assert_eq!(done.state, TaskState::Completed);
    assert_eq!(app.text(&task.id).await, "Two.");
    assert_eq!(app.core.thoughts(&task.id).await.unwrap(), "Counting \n\nferries.");
}

#[tokio::test]
async fn thoughts_without_an_answer_are_paid_for_all_the_same() {
    let app = Harness::start().await;
    app.server.script("m", [reasoning("Round and round."), finish("length"), done()]);
    let task = app.send("m", Lane::Interactive).await;
    app.until(&task.id, |t| t.attempt > 0 && t.state != TaskState::Running).await;
    let first = app.core.attempts(&task.id).await.unwrap().remove(0);
    assert!(first.usage.input_tokens.is_some() && !first.usage.estimated, "{first:?}");
}

async fn until_thought(app: &Harness, id: &meanwhile_core::model::TaskId, thought: &str) {
    let mut head = app.core.head();
    while app.core.thoughts(id).await.unwrap() != thought {
        tokio::time::timeout(Duration::from_secs(20), head.changed()).await.unwrap().unwrap();
    }
}
