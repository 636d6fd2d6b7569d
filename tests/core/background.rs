//! Work goes on without its reader, and nothing is started twice for it.

use meanwhile_core::model::{DeliveryState, Lane, Outcome, Task, TaskState};
use meanwhile_core::{ErrorCode, NewProvider, SendMessage};
use meanwhile_support::harness::{Harness, code, prompt, sim};
use meanwhile_support::model_server::{Gate, stop, text, wait};

#[tokio::test]
async fn a_background_prompt_is_answered_in_its_conversation_and_told_once() {
    let app = Harness::start().await;
    app.server.script("m", [text("Nordkai is the cheapest."), stop()]);
    let task = app.send("m", Lane::Background).await;
    let done = app.until_told(&task.id).await;

    assert_eq!(done.state, TaskState::Completed);
    let thread = app.core.thread(&task.conversation_id, None, 10).await.unwrap();
    assert_eq!(thread.turns.len(), 1, "the answer stands in the turn of its prompt");
    assert_eq!(app.text(&task.id).await, "Nordkai is the cheapest.");
    assert_eq!(app.notifier.shown(), [(Outcome::Done, "Done: Summarise this".to_owned())]);
    assert_eq!(done.delivery.unwrap().channels, ["inbox", "native"]);
    assert!(done.unread, "nobody has looked yet");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_running_answer_goes_to_the_background_without_being_asked_again() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [text("Half an "), wait(&gate), text("answer"), stop()]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_text(&task.id, "Half an ").await;

    let detached = app.core.continue_in_background(&task.id).await.unwrap();
    assert_eq!((detached.lane, detached.state), (Lane::Background, TaskState::Running));
    assert!(detached.detached_at.is_some());
    gate.open();
    let done = app.until_told(&task.id).await;

    assert_eq!(app.text(&task.id).await, "Half an answer");
    assert_eq!(app.server.requests().len(), 1, "the same stream went on, so nothing is billed twice");
    assert_eq!(done.attempt, 1);
    assert_eq!(app.notifier.shown().len(), 1);
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_answer_somebody_watched_is_not_told() {
    let app = Harness::start().await;
    app.server.script("m", [text("Yes."), stop()]);
    let task = app.send("m", Lane::Interactive).await;
    let done = app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!(done.delivery, None);
    assert_eq!(app.notifier.shown(), []);
    app.assert_healthy().await;
}

// F45
#[tokio::test]
async fn only_as_many_background_tasks_run_as_there_are_places() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [wait(&gate), text("ok"), stop()]);
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 2;
    app.core.save_settings(settings).await.unwrap();

    let mut tasks = Vec::new();
    for _ in 0..5 {
        tasks.push(app.send("m", Lane::Background).await);
    }
    app.server.until(|s| s.active == 2).await;
    let active = app.core.tasks(50, None).await.unwrap().active;
    let running = active.iter().filter(|t| t.state == TaskState::Running).count();
    assert_eq!((running, active.len()), (2, 5));

    gate.open();
    for task in &tasks {
        app.until_told(&task.id).await;
    }
    assert_eq!(app.server.requests().len(), 5);
    app.assert_healthy().await;
}

// F45
#[tokio::test]
async fn a_provider_with_fewer_places_keeps_no_place_from_others() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [wait(&gate), text("ok"), stop()]);
    app.core
        .add_provider(NewProvider { name: "other".to_owned(), ..sim(&app.server.base_url()) })
        .await
        .unwrap();
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 4;
    settings.provider_tasks.insert("sim".to_owned(), 1);
    app.core.save_settings(settings.clone()).await.unwrap();

    let mut own = Vec::new();
    for _ in 0..4 {
        own.push(app.send("m", Lane::Background).await);
    }
    let ask = |_| SendMessage { model: Some("other/m".to_owned()), ..prompt("m", Lane::Background) };
    let mut others = Vec::new();
    for message in (0..4).map(ask) {
        others.push(app.core.send_message(message).await.unwrap().task);
    }
    app.server.until(|s| s.active == 4).await;
    let running = async |tasks: &[Task]| {
        let active = app.core.tasks(50, None).await.unwrap().active;
        let is_one =
            |task: &&Task| task.state == TaskState::Running && tasks.iter().any(|one| one.id == task.id);
        active.iter().filter(is_one).count()
    };
    assert_eq!((running(&own).await, running(&others).await), (1, 3));

    settings.provider_tasks.insert("sim".to_owned(), 0);
    assert_eq!(code(app.core.save_settings(settings).await), ErrorCode::Invalid);
    gate.open();
    for task in own.iter().chain(&others) {
        app.until_told(&task.id).await;
    }
    app.assert_healthy().await;
}

// F45
#[tokio::test]
async fn a_watched_prompt_does_not_wait_behind_background_work() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("slow", [wait(&gate), text("later"), stop()]);
    app.server.script("fast", [text("now"), stop()]);
    for _ in 0..8 {
        app.send("slow", Lane::Background).await;
    }
    let watched = app.send("fast", Lane::Interactive).await;
    app.until_state(&watched.id, TaskState::Completed).await;
    gate.open();
}

// F45
#[tokio::test]
async fn a_conversation_with_less_running_work_goes_first() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [wait(&gate), text("ok"), stop()]);
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 2;
    app.core.save_settings(settings).await.unwrap();

    let first = app.send("m", Lane::Background).await;
    app.until_state(&first.id, TaskState::Running).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.parallel_tasks = 1;
    app.core.save_settings(settings.clone()).await.unwrap();
    let same = app.send_in(&first.conversation_id, "m", Lane::Background).await;
    let other = app.send("m", Lane::Background).await;
    settings.parallel_tasks = 2;
    app.core.save_settings(settings).await.unwrap();

    app.until_state(&other.id, TaskState::Running).await;
    assert_eq!(app.core.task(&same.id).await.unwrap().state, TaskState::Queued);
    gate.open();
    app.until_told(&same.id).await;
}

#[tokio::test]
async fn a_suppressed_answer_is_in_the_inbox_and_not_on_the_desktop() {
    use meanwhile_core::model::DeliveryMode;
    let app = Harness::start().await;
    app.server.script("m", [text("quietly"), stop()]);
    let mut message = prompt("m", Lane::Background);
    message.delivery = DeliveryMode::Suppressed;
    let task = app.core.send_message(message).await.unwrap().task;
    let done = app.until_told(&task.id).await;
    assert_eq!(done.delivery.as_ref().unwrap().state, DeliveryState::Suppressed);
    assert_eq!(done.delivery.unwrap().channels, ["inbox"]);
    assert!(done.unread);
    assert_eq!(app.notifier.shown(), []);
}
