//! Which event is told where and when: what was chosen, quiet hours, mute, and the middle of a long task.

use crate::agents::{asks, folder, says, start};
use crate::channels::{add, answered, receipt, until, webhook};
use meanwhile_core::Shown;
use meanwhile_core::model::{
    DeliveryState, Lane, NoticeEvent, Outcome, Price, QuietHours, ReceiptState, TaskState,
};
use meanwhile_support::harness::{Harness, SetClock};
use meanwhile_support::model_server::{Gate, call, done, finish, raw, refuse, stop, text, wait};
use meanwhile_support::sink::{Does, Sink};
use serde_json::json;

// C02
#[tokio::test]
async fn in_quiet_hours_nothing_is_shown_and_messages_wait_for_their_end() {
    // 23:00 of a day in UTC.
    let night = 1_700_002_800_000;
    let clock = SetClock::at(night);
    let app = Harness::at(clock.clone()).await;
    let sink = Sink::http().await;
    add(&app, webhook("hook", &sink)).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.quiet_hours = QuietHours { on: true, from: 22 * 60, to: 7 * 60, needs_you_passes: true };
    app.core.save_settings(settings.clone()).await.unwrap();
    let task = answered(&app, "ok").await;
    let waits = until(&app, &task, "hook", ReceiptState::Due).await;
    assert_eq!(waits.due_at.unwrap().as_ms(), night + 8 * 3_600_000);
    assert_eq!(receipt(&task, "native").unwrap().state, ReceiptState::Quiet);
    assert_eq!(app.notifier.notices().len(), 0);
    app.server.script("m", [refuse(401, &[], r#"{"error":{"message":"bad key","code":"invalid_api_key"}}"#)]);
    let asks = app.send("m", Lane::Background).await;
    until(&app, &asks, "hook", ReceiptState::Sent).await;
    assert_eq!(app.notifier.notices().len(), 1, "what needs its user passes");
    clock.set(night + 8 * 3_600_000);
    app.core.save_settings(settings).await.unwrap();
    until(&app, &task, "hook", ReceiptState::Sent).await;
    assert_eq!(sink.heard().len(), 3);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_was_seen_while_a_message_waited_is_not_sent() {
    let night = 1_700_002_800_000;
    let clock = SetClock::at(night);
    let app = Harness::at(clock.clone()).await;
    let sink = Sink::http().await;
    add(&app, webhook("hook", &sink)).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.quiet_hours.on = true;
    app.core.save_settings(settings.clone()).await.unwrap();
    let task = answered(&app, "ok").await;
    app.core.mark_seen(&task.id).await.unwrap();
    clock.set(night + 8 * 3_600_000);
    app.core.save_settings(settings).await.unwrap();
    until(&app, &task, "hook", ReceiptState::Watched).await;
    assert_eq!(sink.heard().len(), 1, "its test");
}

// C02
#[tokio::test]
async fn nobody_is_told_of_a_muted_task_and_the_inbox_has_it_all_the_same() {
    let app = Harness::start().await;
    let sink = Sink::http().await;
    add(&app, webhook("hook", &sink)).await;
    let gate = Gate::new();
    app.server.script("m", [wait(&gate), text("ok"), stop()]);
    let muted = app.send("m", Lane::Background).await;
    assert!(app.core.mute(&muted.id, true).await.unwrap().muted);
    gate.open();
    let over = app.until_told(&muted.id).await;
    assert_eq!(over.state, TaskState::Completed);
    let told = over.delivery.clone().unwrap();
    assert_eq!((told.state, told.channels), (DeliveryState::Suppressed, vec!["inbox".to_owned()]));
    assert_eq!(receipt(&over, "hook"), None);
    let other = answered(&app, "ok").await;
    until(&app, &other, "hook", ReceiptState::Sent).await;
    assert_eq!((sink.heard().len(), app.notifier.notices().len()), (2, 1), "its test, and the other task");
    assert!(!app.core.mute(&muted.id, false).await.unwrap().muted);
    app.assert_healthy().await;
}

#[tokio::test]
async fn muting_a_task_takes_back_what_waits_to_be_sent() {
    let clock = SetClock::at(1_700_000_000_000);
    let app = Harness::at(clock.clone()).await;
    let sink = Sink::http().await;
    add(&app, webhook("hook", &sink)).await;
    sink.next([Does::Refuses(503, None)]);
    let task = answered(&app, "ok").await;
    until(&app, &task, "hook", ReceiptState::Due).await;
    app.until(&task.id, |task| receipt(task, "hook").is_some_and(|told| told.failure.is_some())).await;
    app.core.mute(&task.id, true).await.unwrap();
    until(&app, &task, "hook", ReceiptState::Off).await;
    clock.set(1_700_000_900_000);
    let other = answered(&app, "ok").await;
    until(&app, &other, "hook", ReceiptState::Sent).await;
    assert_eq!(sink.heard().len(), 3, "its test, the try before, and the other task");
    app.assert_healthy().await;
}

// C02
#[tokio::test]
async fn each_event_goes_where_it_was_chosen_to_go() {
    let app = Harness::start().await;
    let (one, two) = (Sink::http().await, Sink::http().await);
    add(&app, webhook("one", &one)).await;
    add(&app, webhook("two", &two)).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.notice_events.insert("native".to_owned(), vec![]);
    settings.notice_events.insert("two".to_owned(), vec![NoticeEvent::Failed]);
    app.core.save_settings(settings).await.unwrap();
    let done = answered(&app, "ok").await;
    until(&app, &done, "one", ReceiptState::Sent).await;
    assert_eq!(receipt(&done, "native").unwrap().state, ReceiptState::Off);
    assert_eq!(receipt(&done, "two"), None);
    app.server.script("m", [refuse(400, &[], r#"{"error":{"message":"no"}}"#)]);
    let failed = app.send("m", Lane::Background).await;
    let told = until(&app, &failed, "two", ReceiptState::Sent).await;
    assert_eq!(told.error, None);
    assert_eq!(two.heard()[1].json()["event"], "failed");
    assert_eq!(app.notifier.notices().len(), 0);
    app.core.remove_channel("two").await.unwrap();
    assert!(!app.core.settings().await.unwrap().notice_events.contains_key("two"));
    app.assert_healthy().await;
}

// C02
#[tokio::test]
async fn the_middle_of_a_long_task_is_told_once_and_only_where_it_was_chosen() {
    let (app, folder, sink) = (Harness::start().await, folder(), Sink::http().await);
    add(&app, webhook("hook", &sink)).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.notice_events.insert("hook".to_owned(), vec![NoticeEvent::Halfway]);
    app.core.save_settings(settings).await.unwrap();
    let plan = |done: usize, all: usize| {
        let state = |at: usize| if at < done { "done" } else { "pending" };
        let items: Vec<_> =
            (0..all).map(|at| json!({ "label": format!("Step {at}"), "state": state(at) })).collect();
        asks([call("update_plan", json!({ "plan": items }))])
    };
    app.server.scripts("m", [plan(4, 10), plan(5, 10), plan(9, 10), says("All of it.")]);
    let long = start(&app, folder.path(), Lane::Background).await;
    app.until_told(&long.id).await;
    let told = sink.until(2).await;
    assert_eq!(told[1].json()["event"], "halfway");
    assert_eq!(told[1].json()["text"], "5 of 10 steps are done.");
    app.server.scripts("m", [plan(5, 9), says("All of it.")]);
    let short = start(&app, folder.path(), Lane::Background).await;
    app.until_told(&short.id).await;
    let outcomes: Vec<_> = app.notifier.shown().into_iter().map(|(outcome, _)| outcome).collect();
    assert_eq!(outcomes, [Outcome::Done, Outcome::Done], "this desktop tells of no middle");
    assert_eq!(sink.heard().len(), 2, "its test, and one middle");
    app.assert_healthy().await;
}

// C02
#[tokio::test]
async fn what_went_into_the_trash_while_a_message_waited_is_not_sent() {
    let night = 1_700_002_800_000;
    let clock = SetClock::at(night);
    let app = Harness::at(clock.clone()).await;
    let sink = Sink::http().await;
    add(&app, webhook("hook", &sink)).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.quiet_hours.on = true;
    app.core.save_settings(settings.clone()).await.unwrap();
    let task = answered(&app, "ok").await;
    until(&app, &task, "hook", ReceiptState::Due).await;
    app.core.delete_conversation(&task.conversation_id).await.unwrap();
    clock.set(night + 8 * 3_600_000);
    app.core.save_settings(settings).await.unwrap();
    until(&app, &task, "hook", ReceiptState::Off).await;
    assert_eq!(sink.heard().len(), 1, "its test");
    app.assert_healthy().await;
}

// C02
#[tokio::test]
async fn what_the_user_is_looking_at_is_mailed_to_nobody_though_this_desktop_tells_nothing() {
    let app = Harness::start().await;
    let sink = Sink::http().await;
    add(&app, webhook("hook", &sink)).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.notice_events.insert("native".to_owned(), vec![]);
    app.core.save_settings(settings).await.unwrap();
    app.notifier.answer_with(Ok(Shown::Watched));
    let task = answered(&app, "ok").await;
    assert_eq!(receipt(&task, "native").unwrap().state, ReceiptState::Watched);
    until(&app, &task, "hook", ReceiptState::Watched).await;
    assert_eq!((sink.heard().len(), app.notifier.notices().len()), (1, 0), "its test");
    app.assert_healthy().await;
}

// C02
#[tokio::test]
async fn a_task_that_waits_at_its_cap_needs_its_user_in_quiet_hours_too() {
    let app = Harness::at(SetClock::at(1_700_002_800_000)).await;
    let sink = Sink::http().await;
    add(&app, webhook("hook", &sink)).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.quiet_hours = QuietHours { on: true, from: 22 * 60, to: 7 * 60, needs_you_passes: true };
    settings.prices.insert("sim/m".to_owned(), Price { input: 0.0, cached: None, output: 10.0 });
    settings.day_limit.usd = Some(0.001);
    app.core.save_settings(settings).await.unwrap();
    let usage = json!({ "choices": [], "usage": { "prompt_tokens": 4, "completion_tokens": 100 } });
    app.server.script("m", [text("half"), finish("length"), raw(format!("data: {usage}\n\n")), done()]);
    let task = app.send("m", Lane::Background).await;
    until(&app, &task, "hook", ReceiptState::Sent).await;
    assert_eq!(sink.heard()[1].json()["event"], "budget");
}
