//! Work of the core with a provider of each dialect, from the prompt to the notice.

use crate::common::KINDS;
use meanwhile_core::model::{GO_ON, Lane, Outcome, Reason, TaskState};
use meanwhile_support::harness::Harness;
use meanwhile_support::model_server::{ErrKind, Seen, cut, fail, hang, reasoning, stop, text, uncounted};

#[tokio::test]
async fn a_background_task_is_answered_counted_and_told_once() {
    for kind in KINDS {
        let app = Harness::speaking(kind).await;
        app.server.script("m", [reasoning("hm"), text("Nordkai is "), text("the cheapest."), stop()]);
        let task = app.send("m", Lane::Background).await;
        let done = app.until_told(&task.id).await;
        assert_eq!(done.state, TaskState::Completed, "{kind:?}");
        assert_eq!(app.text(&task.id).await, "Nordkai is the cheapest.", "{kind:?}");
        assert_eq!(app.notifier.shown(), [(Outcome::Done, "Done: Summarise this".to_owned())], "{kind:?}");
        let usage = (done.usage.input_tokens, done.usage.output_tokens, done.usage.estimated);
        assert_eq!(usage, (Some(2), Some(2), false), "{kind:?}");
        assert_eq!(app.server.requests().len(), 1, "{kind:?} is asked once");
        app.assert_healthy().await;
    }
}

// F34
#[tokio::test]
async fn an_answer_that_nobody_counted_is_estimated() {
    for kind in KINDS {
        let app = Harness::speaking(kind).await;
        app.server.script("m", [uncounted(), text(&"x".repeat(40)), stop()]);
        let task = app.send("m", Lane::Background).await;
        let usage = app.until_told(&task.id).await.usage;
        assert_eq!((usage.output_tokens, usage.estimated), (Some(10), true), "{kind:?}");
    }
}

// F10, F25
#[tokio::test]
async fn a_broken_answer_goes_on_from_its_text_and_is_told_once() {
    for kind in KINDS {
        let app = Harness::speaking(kind).await;
        app.server.scripts("m", [vec![text("Half an "), cut()], vec![text("answer"), stop()]]);
        let task = app.send("m", Lane::Background).await;
        let done = app.until_told(&task.id).await;
        assert_eq!((done.state, done.attempt), (TaskState::Completed, 2), "{kind:?}");
        assert_eq!(app.text(&task.id).await, "Half an answer", "{kind:?}");
        let asked = app.server.requests();
        assert_eq!(asked.len(), 2, "{kind:?}");
        assert_eq!(said(&asked[1]), ["Summarise this", "Half an ", GO_ON], "{kind:?}");
        assert_eq!(app.notifier.shown().len(), 1, "{kind:?}");
        app.assert_healthy().await;
    }
}

// F10
#[tokio::test]
async fn a_background_task_goes_on_from_its_text_after_a_crash() {
    for kind in KINDS {
        let mut app = Harness::speaking(kind).await;
        app.server.scripts("m", [vec![text("Half an "), hang()], vec![text("answer"), stop()]]);
        let task = app.send("m", Lane::Background).await;
        app.until_text(&task.id, "Half an ").await;
        app.crash().await;
        app.until_told(&task.id).await;
        assert_eq!(app.text(&task.id).await, "Half an answer", "{kind:?}");
        assert_eq!(app.notifier.shown().len(), 1, "{kind:?}");
        app.assert_healthy().await;
    }
}

#[tokio::test]
async fn a_stop_closes_the_connection_and_keeps_the_text() {
    for kind in KINDS {
        let app = Harness::speaking(kind).await;
        app.server.script("m", [text("Half an "), hang()]);
        let task = app.send("m", Lane::Interactive).await;
        app.until_text(&task.id, "Half an ").await;
        app.core.stop_task(&task.id).await.unwrap();
        app.until_state(&task.id, TaskState::Cancelled).await;
        app.server.until(|stats| (stats.active, stats.dropped) == (0, 1)).await;
        assert_eq!(app.text(&task.id).await, "Half an ", "{kind:?}");
        app.assert_healthy().await;
    }
}

// F39, F40
#[tokio::test]
async fn what_only_the_user_can_mend_waits_for_the_user() {
    for kind in KINDS {
        for (fault, reason) in [(ErrKind::Quota, Reason::Billing), (ErrKind::Model, Reason::Model)] {
            let app = Harness::speaking(kind).await;
            app.server.script("m", [fail(fault)]);
            let task = app.send("m", Lane::Interactive).await;
            let waiting = app.until_state(&task.id, TaskState::Waiting).await;
            assert_eq!(waiting.reason, Some(reason), "{fault:?} of {kind:?}");
            assert_eq!(app.server.requests().len(), 1, "{kind:?}");
        }
    }
}

/// The texts of a question, in whichever form they stand there.
fn said(question: &Seen) -> Vec<String> {
    let lists = ["messages", "input", "contents"].map(|name| question.body[name].as_array());
    let text = |message: &serde_json::Value| {
        let text = message.get("content").or_else(|| message.pointer("/parts/0/text"));
        text.and_then(|text| text.as_str()).unwrap_or_default().to_owned()
    };
    lists.into_iter().flatten().flatten().map(text).collect()
}
