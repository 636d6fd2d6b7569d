//! What an agent may do before its user is asked, and how it is told that little is left.

use crate::agents::{allow_all, asks, folder, read, says, start, work};
use meanwhile_core::SendMessage;
use meanwhile_core::model::{Budget, CallState, Decision, Lane, Outcome, Reason, TaskState, Worked};
use meanwhile_support::harness::{Harness, SetClock};
use meanwhile_support::model_server::{Gate, call, wait};
use serde_json::json;

#[tokio::test]
async fn an_agent_stops_at_its_number_of_steps_and_goes_on_after_a_yes() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([read("a.txt")]), asks([read("b.txt"), read("a.txt")]), says("Done.")]);
    let budget = |steps| Budget { steps: Some(steps), ..Budget::default() };
    let message = SendMessage { budget: Some(budget(2)), ..work(folder.path(), Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.reason, Some(Reason::Budget));
    assert_eq!(waits.error.unwrap().message, "Its cap of 2 steps is reached.");
    assert_eq!(app.server.requests().len(), 2, "the third step was asked for and not made");
    assert_eq!(app.core.calls(&task.id).await.unwrap()[2].state, CallState::Asked);
    app.core.set_budget(&task.id, budget(3)).await.unwrap();
    app.until_told(&task.id).await;
    assert_eq!(app.server.requests().len(), 3, "what was asked for is not asked again");
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_agent_asks_before_it_changes_more_files_than_its_cap() {
    let (app, folder) = (Harness::start().await, folder());
    let edit =
        |file: &str, old: &str, new: &str| call("edit_file", json!({ "path": file, "old": old, "new": new }));
    app.server.scripts(
        "m",
        [
            asks([edit("a.txt", "heron", "stork")]),
            asks([edit("a.txt", "stork", "crane"), edit("b.txt", "reeds", "banks")]),
            says("Done."),
        ],
    );
    let budget = |files| Budget { files: Some(files), ..Budget::default() };
    let message = SendMessage { budget: Some(budget(1)), ..work(folder.path(), Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until(&task.id, |task| task.approvals == 1).await;
    allow_all(&app, &task, Decision::AllowTask).await;
    let waits = app.until(&task.id, |task| task.reason == Some(Reason::Budget)).await;
    assert_eq!(waits.error.unwrap().message, "Its cap of 1 changed files is reached.");
    let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap();
    assert_eq!(
        (read("a.txt").as_str(), read("b.txt").as_str()),
        ("the crane waits\n", "the reeds are high\n")
    );
    app.core.set_budget(&task.id, budget(2)).await.unwrap();
    app.until_told(&task.id).await;
    assert_eq!(read("b.txt"), "the banks are high\n");
    app.assert_healthy().await;
}

#[tokio::test]
async fn near_a_cap_its_user_is_told_once_and_it_goes_on() {
    let (app, folder) = (Harness::start().await, folder());
    // Nine of eleven, and ten of eleven.
    let looks = [(0..9).map(|n| read(&format!("{n}.txt"))).collect::<Vec<_>>(), vec![read("a.txt")]];
    app.server.scripts("m", looks.map(asks).into_iter().chain([says("Done.")]).collect::<Vec<_>>());
    let budget = Some(Budget { steps: Some(11), ..Budget::default() });
    let message = SendMessage { budget, ..work(folder.path(), Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_told(&task.id).await;
    let notices = app.notifier.notices();
    let told: Vec<_> = notices.iter().map(|notice| notice.outcome).collect();
    assert_eq!(told, [Outcome::Nearly, Outcome::Done]);
    assert_eq!(
        notices[0].body,
        "It has used more than four fifths of its cap of 11 steps. It goes on, and asks you when the cap is reached."
    );
    app.assert_healthy().await;
}

#[tokio::test]
async fn the_time_at_work_of_an_agent_is_that_of_models_and_tools_and_not_of_its_user() {
    let clock = SetClock::at(1_000_000);
    let (app, folder, gate) = (Harness::at(std::sync::Arc::clone(&clock)).await, folder(), Gate::new());
    let question = call("ask_user", json!({ "question": "Which bird?" }));
    app.server.scripts("m", [[vec![wait(&gate)], asks([question])].concat(), says("Done.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    gate.reached().await;
    clock.set(1_007_000);
    gate.open();
    let waits = app.until(&task.id, |task| task.approvals == 1).await;
    clock.set(1_900_000);
    assert_eq!(waits.worked.unwrap(), Worked { ms: 7_000, since: None });
    let asked = app.core.approvals(Some(&task.id)).await.unwrap().remove(0);
    app.core.decide(asked.id, Decision::AllowOnce, &asked.hash, Some("heron"), "window").await.unwrap();
    let done = app.until_told(&task.id).await;
    assert_eq!(done.worked.unwrap().ms, 7_000);
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_agent_that_asks_for_the_same_again_and_again_is_told_so_and_then_its_user_is_asked() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", std::iter::repeat_n(asks([read("a.txt")]), 20).collect::<Vec<_>>());
    let task = start(&app, folder.path(), Lane::Background).await;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.error.unwrap().code, "going_round");
    let calls = app.core.calls(&task.id).await.unwrap();
    let made = calls.iter().filter(|call| call.state == CallState::Done).count();
    assert_eq!((made, calls.len()), (3, 7));
    assert!(calls[3].result.starts_with("This is the same call as several before it"));
    app.core.stop_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Cancelled).await;
    app.assert_healthy().await;
}
