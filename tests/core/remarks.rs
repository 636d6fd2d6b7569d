//! What the user of an agent told it stands with its task in its order, so that the conversation tells the whole story.

use crate::agents::{asks, folder, says, start};
use crate::approvals::{asked, content, decide, edit, finished, write};
use meanwhile_core::Clock;
use meanwhile_core::model::{Decision, Lane, RemarkKind, Task, TaskState};
use meanwhile_support::harness::{Harness, SetClock};
use meanwhile_support::model_server::call;
use serde_json::json;
use std::sync::Arc;

const START: i64 = 1_763_700_000_000;

async fn later(clock: &SetClock) {
    clock.set(clock.now().as_ms() + 1_000);
}

fn kinds(task: &Task) -> Vec<RemarkKind> {
    task.remarks.iter().map(|remark| remark.kind.clone()).collect()
}

#[tokio::test]
async fn what_was_said_answered_refused_and_put_back_stays_with_its_task_in_its_order() {
    let clock = SetClock::at(START);
    let (mut app, folder) = (Harness::at(Arc::clone(&clock)).await, folder());
    let question = call("ask_user", json!({ "question": "Which bird?" }));
    app.server.scripts(
        "m",
        [
            asks([question]),
            asks([write("1.txt", "1"), write("2.txt", "2")]),
            asks([edit("a.txt", "heron", "stork")]),
            says("Done."),
        ],
    );
    let task = start(&app, folder.path(), Lane::Background).await;
    app.until_state(&task.id, TaskState::Waiting).await;
    let which = app.core.approvals(Some(&task.id)).await.unwrap().remove(0);
    app.core.decide(which.id, Decision::AllowOnce, &which.hash, Some("The stork."), "window").await.unwrap();

    let both = asked(&app, &task.id).await;
    later(&clock).await;
    app.core.say(&task.id, &format!("Look at b.txt. {}", "x".repeat(2_000))).await.unwrap();
    decide(&app, &both[0], Decision::AllowOnce).await;
    later(&clock).await;
    let why = Some("No new files.");
    app.core.decide(both[1].id, Decision::RejectAlways, &both[1].hash, why, "cli").await.unwrap();
    app.until(&task.id, |task| task.approvals == 1).await;
    later(&clock).await;
    decide(&app, &asked(&app, &task.id).await[0], Decision::AllowOnce).await;
    finished(&app, &task.id).await;
    later(&clock).await;
    app.core.put_back(&task.id, None).await.unwrap();
    assert_eq!(
        (content(folder.path(), "1.txt"), content(folder.path(), "2.txt")),
        ("(none)".into(), "(none)".into())
    );

    app.restart().await;
    let done = app.core.task(&task.id).await.unwrap();
    let told = kinds(&done);
    let RemarkKind::Said { text } = &told[1] else { panic!("{told:?}") };
    assert!(text.starts_with("Look at b.txt. xxx") && text.ends_with("x…"), "a long one is cut");
    assert_eq!(text.chars().count(), 1_001);
    let (bird, new) = ("Which bird?".to_owned(), "No new files.".to_owned());
    assert_eq!(told[0], RemarkKind::Answered { about: bird, text: "The stork.".to_owned() });
    assert_eq!(
        told[2..],
        [
            RemarkKind::Refused { about: "Create 2.txt".to_owned(), text: new, is_standing: true },
            RemarkKind::Overruled { about: "Create 1.txt".to_owned() },
            RemarkKind::PutBack { restored: 1, files: vec!["a.txt".to_owned()] },
        ],
        "a plain yes needs no words: what came of it is a step"
    );
    let moments: Vec<_> = done.remarks.iter().map(|remark| remark.at.as_ms() - START).collect();
    assert_eq!(moments, [0, 1_000, 2_000, 2_000, 4_000]);
    app.assert_healthy().await;
}
