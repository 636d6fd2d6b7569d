//! An agent tells its user something on the way: once, as its own words, and not more than is good.

use crate::agents::{asks, folder, says, start, work};
use meanwhile_core::SendMessage;
use meanwhile_core::model::{CallState, DeliveryMode, DeliveryState, Lane, Notice, Outcome, Task, TaskState};
use meanwhile_support::harness::Harness;
use meanwhile_support::model_server::{Gate, Step, call, wait};
use serde_json::json;

fn tell(text: &str) -> Step {
    call("notify_user", json!({ "text": text }))
}

fn said(app: &Harness) -> Vec<Notice> {
    app.notifier.notices().into_iter().filter(|notice| notice.outcome == Outcome::Says).collect()
}

async fn delivered(app: &Harness, task: &Task) {
    app.until(&task.id, |task| {
        task.delivery.as_ref().is_some_and(|one| one.state == DeliveryState::Delivered)
    })
    .await;
}

// F49
#[tokio::test]
async fn what_an_agent_says_is_shown_at_once_as_its_own_words_and_it_goes_on() {
    let (app, folder, gate) = (Harness::start().await, folder(), Gate::new());
    let words = "The <b>heron</b>\u{202e} is\n gone.";
    app.server.scripts("m", [asks([tell(words)]), [vec![wait(&gate)], says("All read.")].concat()]);
    let task = start(&app, folder.path(), Lane::Background).await;
    delivered(&app, &task).await;
    let notice = said(&app).remove(0);
    assert_eq!(notice.title, "General says: Summarise this");
    assert_eq!(notice.body, "The <b>heron</b>\\u{202e} is gone.");
    let running = app.core.task(&task.id).await.unwrap();
    assert_eq!((running.state, running.unread), (TaskState::Running, true));
    assert_eq!(running.steps[0].label, "Tell you: The <b>heron</b>\\u{202e} is gone.");
    gate.open();
    app.until_told(&task.id).await;
    let told: Vec<_> = app.notifier.shown().into_iter().map(|(outcome, _)| outcome).collect();
    assert_eq!(told, [Outcome::Says, Outcome::Done], "nobody was asked, and it is told once");
    app.assert_healthy().await;
}

#[tokio::test]
async fn three_notices_of_a_task_are_enough_and_a_long_one_is_none() {
    let (app, folder) = (Harness::start().await, folder());
    let long = "a".repeat(181);
    app.server.scripts(
        "m",
        [asks([tell(&long), tell(" "), tell("1"), tell("2"), tell("3"), tell("4")]), says("Done.")],
    );
    let task = start(&app, folder.path(), Lane::Background).await;
    app.until_told(&task.id).await;
    let bodies: Vec<_> = said(&app).into_iter().map(|notice| notice.body).collect();
    assert_eq!(bodies, ["1", "2", "3"]);
    let calls = app.core.calls(&task.id).await.unwrap();
    let failed: Vec<_> =
        calls.iter().filter(|call| call.state == CallState::Failed).map(|call| call.number).collect();
    assert_eq!(failed, [1, 2, 6]);
    assert!(calls[5].result.starts_with("The user was not told: three notices are enough"), "{calls:?}");
    app.assert_healthy().await;
}

// F2
#[tokio::test]
async fn what_an_agent_said_is_shown_once_although_the_process_is_killed() {
    for is_being_told in [false, true] {
        let (mut app, folder, gate) = (Harness::start().await, folder(), Gate::new());
        app.server.scripts(
            "m",
            [asks([tell("Look.")]), [vec![wait(&gate)], says("Done.")].concat(), says("Done.")],
        );
        let task = start(&app, folder.path(), Lane::Background).await;
        delivered(&app, &task).await;
        gate.reached().await;
        if is_being_told {
            // As it is on the disk when the kill comes between the notice and the row that says so.
            let sql = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
            let claimed =
                "UPDATE delivery SET state = 'claimed', run_id = (SELECT id FROM run) WHERE call IS NOT NULL";
            assert_eq!(sql.execute(claimed, []).unwrap(), 1);
        }
        app.crash().await;
        gate.open();
        app.until_told(&task.id).await;
        assert_eq!(said(&app).len(), 1, "being told: {is_being_told}");
        let calls = app.core.calls(&task.id).await.unwrap();
        assert_eq!((calls.len(), calls[0].state), (1, CallState::Done));
        app.assert_healthy().await;
    }
}

#[tokio::test]
async fn an_agent_that_was_asked_to_be_silent_shows_nothing() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([tell("Look.")]), says("Done.")]);
    let message = SendMessage { delivery: DeliveryMode::Suppressed, ..work(folder.path(), Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_state(&task.id, TaskState::Completed).await;
    app.assert_healthy().await;
    assert_eq!(app.notifier.shown(), []);
}
