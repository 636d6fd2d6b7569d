//! A task whose model cannot go on is gone on with by another one, from the text that is there.

use meanwhile_core::ErrorCode;
use meanwhile_core::model::{Lane, Reason, Seam, TaskState};
use meanwhile_support::harness::{Harness, code};
use meanwhile_support::model_server::{Gate, RemoteServer, cut, refuse, stop, text, wait};

const NO_CREDIT: &str = r#"{"error":{"code":"insufficient_quota","message":"You have no credit left."}}"#;

#[tokio::test]
async fn a_run_that_is_out_of_credit_is_finished_by_another_model_and_the_place_is_told() {
    let app = Harness::start().await;
    let broken = vec![text("The night ferry leaves "), cut()];
    app.server.scripts("dear", [broken, vec![refuse(429, &[], NO_CREDIT)]]);
    app.server.script("free", [text("at eleven."), stop()]);
    let task = app.send("dear", Lane::Background).await;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.reason, Some(Reason::Billing));

    app.core.hand_over_task(&task.id, "sim/free").await.unwrap();
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, done.model.as_str()), (TaskState::Completed, "sim/free"));
    assert_eq!(app.text(&task.id).await, "The night ferry leaves at eleven.");
    let seam = Seam { from: "sim/dear".to_owned(), after: "The night ferry leaves".to_owned() };
    assert_eq!(done.seams, [seam]);
    let asked = app.server.requests().pop().unwrap().body;
    assert_eq!(
        (asked["model"].as_str(), &asked["messages"][1]["content"]),
        (Some("free"), &"The night ferry leaves ".into())
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
    app.server.script("m", [text("a"), wait(&gate), stop()]);
    let task = app.send("m", Lane::Background).await;
    gate.reached().await;
    assert_eq!(code(app.core.hand_over_task(&task.id, "sim/other").await), ErrorCode::IllegalStep);
    app.core.pause_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Paused).await;
    assert!(app.core.hand_over_task(&task.id, "nobody/x").await.is_err());
    assert_eq!(app.core.task(&task.id).await.unwrap().model, "sim/m", "nothing changed");
    app.core.stop_task(&task.id).await.unwrap();
    assert_eq!(code(app.core.hand_over_task(&task.id, "sim/other").await), ErrorCode::IllegalStep);
    app.assert_healthy().await;
}
