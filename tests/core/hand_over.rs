//! A task whose model cannot go on is gone on with by another one, from the text that is there.

use meanwhile_core::ErrorCode;
use meanwhile_core::model::{Lane, Reason, Seam, TaskState};
use meanwhile_support::harness::{Harness, code};
use meanwhile_support::model_server::{Gate, RemoteServer, cut, hang, refuse, stop, text, wait};

const NO_CREDIT: &str = r#"{"error":{"code":"insufficient_quota","message":"You have no credit left."}}"#;

#[tokio::test]
async fn a_run_that_is_out_of_credit_is_finished_by_another_model_and_the_place_is_told() {
    let app = Harness::start().await;
    let broken = vec![text("The **night** ferry `leaves` "), cut()];
    app.server.scripts("dear", [broken, vec![refuse(429, &[], NO_CREDIT)]]);
    app.server.script("free", [text("at eleven."), stop()]);
    let task = app.send("dear", Lane::Background).await;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.reason, Some(Reason::Billing));

    app.core.hand_over_task(&task.id, "sim/free").await.unwrap();
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, done.model.as_str()), (TaskState::Completed, "sim/free"));
    assert_eq!(app.text(&task.id).await, "The **night** ferry `leaves` at eleven.");
    let seam = Seam { from: "sim/dear".to_owned(), after: "The night ferry leaves".to_owned() };
    assert_eq!(done.seams, [seam]);
    let asked = app.server.requests().pop().unwrap().body;
    assert_eq!(
        (asked["model"].as_str(), &asked["messages"][1]["content"]),
        (Some("free"), &"The **night** ferry `leaves` ".into())
    );
    let models: Vec<_> = app.core.attempts(&task.id).await.unwrap().into_iter().map(|a| a.model).collect();
    assert_eq!(models, ["sim/dear", "sim/dear", "sim/free"]);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_waits_for_an_overloaded_model_is_asked_of_another_one_at_once_and_has_no_seam() {
    let app = Harness::start().await;
    let busy = refuse(503, &[("retry-after", "600")], r#"{"error":{"message":"overloaded"}}"#);
    app.server.script("busy", [busy]);
    let task = app.send("busy", Lane::Background).await;
    app.until(&task.id, |t| t.state == TaskState::Queued && t.due_at.is_some()).await;
    app.core.hand_over_task(&task.id, "practice/quick").await.unwrap();
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, done.model.as_str()), (TaskState::Completed, "practice/quick"));
    assert_eq!(done.seams, [], "nothing was written before");
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_answer_made_elsewhere_is_stopped_there_when_another_model_goes_on() {
    let server = RemoteServer::start().await;
    let app = Harness::start().await;
    app.core.add_provider(super::remote::responses(&server)).await.unwrap();
    let task = app.send("m", Lane::Background).await;
    app.until(&task.id, |t| t.is_remote).await;
    server.say("Begun there, ");
    app.until_text(&task.id, "Begun there, ").await;
    app.core.pause_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Paused).await;
    app.core.hand_over_task(&task.id, "practice/quick").await.unwrap();
    let done = app.until_told(&task.id).await;
    assert_eq!(done.state, TaskState::Completed);
    assert!(app.text(&task.id).await.starts_with("Begun there, "));
    server.until_asked("cancel resp_0").await;
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_is_at_work_or_over_stays_with_its_model_and_an_unknown_one_is_refused() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.scripts("m", [vec![text("a"), wait(&gate), stop()], vec![text("b"), stop()]]);
    let task = app.send("m", Lane::Background).await;
    gate.reached().await;
    assert_eq!(code(app.core.hand_over_task(&task.id, "sim/other").await), ErrorCode::IllegalStep);
    app.core.pause_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Paused).await;
    assert!(app.core.hand_over_task(&task.id, "nobody/x").await.is_err());
    assert_eq!(app.core.task(&task.id).await.unwrap().model, "sim/m", "nothing changed");
    let done = app.send("m", Lane::Background).await;
    app.until_told(&done.id).await;
    assert_eq!(code(app.core.hand_over_task(&done.id, "sim/other").await), ErrorCode::IllegalStep);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_was_stopped_stays_and_is_gone_on_from_beside_it() {
    let app = Harness::start().await;
    app.server.scripts(
        "m",
        [vec![text("The night ferry "), hang()], vec![text("leaves at eleven."), stop()], vec![hang()]],
    );
    let task = app.send("m", Lane::Interactive).await;
    app.until_text(&task.id, "The night ferry ").await;
    app.core.stop_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Cancelled).await;

    let next = app.core.resume_task(&task.id).await.unwrap();
    assert_eq!((next.turn, next.retry_of.as_ref()), (task.turn, Some(&task.id)));
    app.until_state(&next.id, TaskState::Completed).await;
    assert_eq!(app.text(&next.id).await, "The night ferry leaves at eleven.");
    assert_eq!(app.text(&task.id).await, "The night ferry ", "what is over stays so");
    let asked = &app.server.requests()[1].body["messages"][1]["content"];
    assert_eq!(asked, "The night ferry ");

    let silent = app.send("m", Lane::Background).await;
    app.until_state(&silent.id, TaskState::Running).await;
    app.core.stop_task(&silent.id).await.unwrap();
    app.until_state(&silent.id, TaskState::Cancelled).await;
    assert_eq!(
        code(app.core.resume_task(&silent.id).await),
        ErrorCode::IllegalStep,
        "there is nothing to go on from"
    );
    app.assert_healthy().await;
}

const NOT_TAKEN: &str = r#"{"error":{"message":"that is not for me"}}"#;

#[tokio::test]
async fn what_failed_stays_and_another_model_goes_on_from_its_text_in_a_task_beside_it() {
    let mut app = Harness::start().await;
    let broken = vec![text("The night ferry leaves "), cut()];
    app.server.scripts("frail", [broken, vec![refuse(400, &[], NOT_TAKEN)]]);
    let gate = Gate::new();
    app.server.scripts("sound", [vec![text("at "), wait(&gate), stop()], vec![text("eleven."), stop()]]);
    let task = app.send("frail", Lane::Background).await;
    let failed = app.until_told(&task.id).await;
    assert_eq!(failed.state, TaskState::Failed);

    let next = app.core.hand_over_task(&task.id, "sim/sound").await.unwrap();
    assert_eq!(app.core.hand_over_task(&task.id, "sim/sound").await.unwrap().id, next.id, "a second click");
    assert_eq!((next.turn, next.lane, next.retry_of.as_ref()), (task.turn, task.lane, Some(&task.id)));
    let seam = Seam { from: "sim/frail".to_owned(), after: "The night ferry leaves".to_owned() };
    assert_eq!(next.seams, [seam]);
    app.until_text(&next.id, "The night ferry leaves at ").await;
    app.crash().await;
    let done = app.until_told(&next.id).await;
    assert_eq!((done.state, done.model.as_str()), (TaskState::Completed, "sim/sound"));
    assert_eq!(app.text(&next.id).await, "The night ferry leaves at eleven.");
    assert_eq!(app.text(&task.id).await, "The night ferry leaves ");
    assert_eq!(app.core.task(&task.id).await.unwrap().state, TaskState::Failed, "what is over stays so");
    let thread = app.core.thread(&task.conversation_id, None, 10).await.unwrap();
    assert_eq!(
        thread.conversation.model.as_deref(),
        Some("sim/sound"),
        "the next question is for who can answer"
    );
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_failed_without_a_word_is_begun_by_the_other_model_and_stopped_with_what_was_there() {
    let app = Harness::start().await;
    app.server.script("frail", [refuse(400, &[], NOT_TAKEN)]);
    app.server.script("sound", [text("All of it."), stop()]);
    let task = app.send("frail", Lane::Background).await;
    app.until_state(&task.id, TaskState::Failed).await;
    assert_eq!(code(app.core.hand_over_task(&task.id, "sim/frail").await), ErrorCode::Invalid);
    let next = app.core.hand_over_task(&task.id, "sim/sound").await.unwrap();
    assert_eq!(
        (next.seams.as_slice(), app.until_told(&next.id).await.state),
        (&[][..], TaskState::Completed)
    );

    // What goes on is stopped before it wrote a word of its own.
    app.server.scripts("cut", [vec![text("Half "), cut()], vec![refuse(400, &[], NOT_TAKEN)]]);
    let gate = Gate::new();
    app.server.script("slow", [wait(&gate), stop()]);
    let half = app.send("cut", Lane::Background).await;
    app.until_state(&half.id, TaskState::Failed).await;
    let next = app.core.hand_over_task(&half.id, "sim/slow").await.unwrap();
    app.core.stop_task(&next.id).await.unwrap();
    app.until_state(&next.id, TaskState::Cancelled).await;
    assert_eq!(app.text(&next.id).await, "Half ");
    app.assert_healthy().await;
}
