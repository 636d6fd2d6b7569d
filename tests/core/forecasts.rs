//! How long something will take is said from what took how long before, kept with its task, and scored afterwards.

use meanwhile_core::model::{
    Admission, Attached, Calibration, Forecast, Lane, Miss, ModelCalibration, Offers, Shape, Sign, Task,
    TaskState, Tier,
};
use meanwhile_core::{ErrorCode, Proposed, SendMessage};
use meanwhile_support::harness::{Harness, SetClock, code, prompt};
use meanwhile_support::model_server::{Gate, stop, text, wait};
use std::sync::Arc;

const START: i64 = 1_750_000_000_000;
const SECOND: i64 = 1_000;

/// Five that took a minute each say this of the next one.
const A_MINUTE: Forecast = Forecast { low_ms: 54_000, high_ms: 72_000, usual_ms: 60_000, from: 5 };

/// An answer that takes so many seconds by the clock.
async fn takes(app: &Harness, clock: &SetClock, at: &mut i64, seconds: i64, message: SendMessage) -> Task {
    let gate = Gate::new();
    app.server.script("m", [text("Begun"), wait(&gate), text("."), stop()]);
    clock.set(*at);
    let sent = app.core.send_message(message).await.unwrap().task;
    app.until_text(&sent.id, "Begun").await;
    *at += seconds * SECOND;
    clock.set(*at);
    gate.open();
    app.until_state(&sent.id, TaskState::Completed).await;
    sent
}

async fn with_history() -> (Harness, Arc<SetClock>, i64) {
    let clock = SetClock::at(START);
    let app = Harness::at(Arc::clone(&clock)).await;
    let mut at = START;
    for _ in 0..5 {
        let before = takes(&app, &clock, &mut at, 60, prompt("m", Lane::Background)).await;
        assert_eq!((before.forecast, before.tier), (None, Tier::Inline), "no history yet");
    }
    (app, clock, at)
}

fn asking(text: &str) -> Proposed {
    Proposed { text: text.to_owned(), model: Some("sim/m".to_owned()), ..Proposed::default() }
}

#[tokio::test]
async fn what_took_how_long_before_is_forecast_kept_with_the_task_and_scored() {
    let (app, clock, mut at) = with_history().await;
    let said = app.core.admit(asking("Summarise that")).await.unwrap();
    assert_eq!(said, Admission { tier: Tier::Detach, signs: vec![], forecast: Some(A_MINUTE) });
    let other = Proposed { model: Some("sim/other".to_owned()), ..asking("Summarise that") };
    assert_eq!(
        app.core.admit(other).await.unwrap(),
        Admission::default(),
        "of another model nothing is known"
    );
    let long = "Much longer. ".repeat(1_000);
    assert_eq!(app.core.admit(asking(&long)).await.unwrap().forecast, None, "nor of another size");

    assert_eq!(app.core.calibration().await.unwrap(), Calibration::default());
    let right = takes(&app, &clock, &mut at, 70, prompt("m", Lane::Interactive)).await;
    assert_eq!((right.forecast, right.tier), (Some(A_MINUTE), Tier::Detach));
    takes(&app, &clock, &mut at, 200, prompt("m", Lane::Background)).await;
    let model = ModelCalibration { name: "sim/m".to_owned(), right: 1, of: 2 };
    let score = Calibration { right: 1, of: 2, models: vec![model] };
    assert_eq!(app.core.calibration().await.unwrap(), score, "of the five without a forecast none is scored");
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_was_stopped_is_no_history() {
    let clock = SetClock::at(START);
    let app = Harness::at(Arc::clone(&clock)).await;
    for _ in 0..5 {
        let gate = Gate::new();
        app.server.script("m", [text("Begun"), wait(&gate), stop()]);
        let task = app.send("m", Lane::Interactive).await;
        app.until_text(&task.id, "Begun").await;
        app.core.stop_task(&task.id).await.unwrap();
        app.until_state(&task.id, TaskState::Cancelled).await;
    }
    assert_eq!(app.core.admit(asking("Summarise that")).await.unwrap(), Admission::default());
}

#[tokio::test]
async fn a_long_document_is_offered_upfront_until_its_user_wants_no_such_offer() {
    let app = Harness::start().await;
    let book =
        app.attach("book.txt", "The second pump is louder than the first.\n".repeat(3_000).as_bytes()).await;
    let proposed =
        || Proposed { attachments: vec![book.file.clone()], ..asking("What does it say of pumps?") };
    let signs = vec![Sign { shape: Shape::Document, count: Some(53) }];
    let said = app.core.admit(proposed()).await.unwrap();
    assert_eq!(said, Admission { tier: Tier::Upfront, signs: signs.clone(), forecast: None });
    let without = Offers { without: vec![Shape::Document], ..Offers::default() };
    for offers in [without, Offers { never: true, ..Offers::default() }] {
        let settings = app.core.settings().await.unwrap();
        app.core.save_settings(meanwhile_core::model::Settings { offers, ..settings }).await.unwrap();
        let said = app.core.admit(proposed()).await.unwrap();
        assert_eq!(said, Admission { tier: Tier::Inline, signs: signs.clone(), forecast: None });
    }
    let gone = Attached { hash: "0".repeat(64), ..book.file.clone() };
    let gone = Proposed { attachments: vec![gone], ..asking("What does it say?") };
    assert_eq!(code(app.core.admit(gone).await), ErrorCode::Invalid);
}

#[tokio::test]
async fn what_was_sat_through_is_told_with_what_went_wrong_and_nothing_else_is() {
    let clock = SetClock::at(START);
    let app = Harness::at(Arc::clone(&clock)).await;
    let mut at = START;
    let asking = |text: &str, lane| SendMessage { text: text.to_owned(), ..prompt("m", lane) };
    let research = "Research heat pumps for old houses";
    takes(&app, &clock, &mut at, 500, asking("Too long ago", Lane::Interactive)).await;
    at += 7 * 24 * 3_600 * SECOND;
    takes(&app, &clock, &mut at, 90, asking("Why do pumps hum?", Lane::Interactive)).await;
    takes(&app, &clock, &mut at, 9, asking("Is it late?", Lane::Interactive)).await;
    takes(&app, &clock, &mut at, 9, asking("Verify every claim of the report", Lane::Interactive)).await;
    takes(&app, &clock, &mut at, 90, asking(research, Lane::Interactive)).await;
    takes(&app, &clock, &mut at, 90, asking("In the background", Lane::Background)).await;
    let settings = app.core.settings().await.unwrap();
    let offers = Offers { without: vec![Shape::Release], ..Offers::default() };
    app.core.save_settings(meanwhile_core::model::Settings { offers, ..settings }).await.unwrap();
    let audit = app.core.audit().await.unwrap();
    let told = audit.watched.iter().map(|one| (one.title.as_str(), one.took_ms, one.miss));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (research, 90_000, None),
            ("Verify every claim of the report", 9_000, Some(Miss::FalsePositive)),
            ("Why do pumps hum?", 90_000, Some(Miss::Wording)),
        ]
    );
    assert_eq!((audit.offer_again, audit.offer_no_more), (vec![], vec![]));
}

// The history of older versions counts from the first day on.
#[tokio::test]
async fn what_was_done_before_forecasts_were_made_is_a_history_too() {
    let (mut app, ..) = with_history().await;
    app.core.shutdown().await;
    let sql = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    let version: i64 = sql.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    sql.execute_batch(&format!("{BEFORE}; PRAGMA user_version = {}", version - 2)).unwrap();
    drop(sql);
    app.restart().await;
    assert_eq!(app.core.admit(asking("Summarise that")).await.unwrap().forecast, Some(A_MINUTE));
    app.assert_healthy().await;
}

/// The rows as the version before forecasts left them.
const BEFORE: &str = "DROP INDEX task_system; DROP INDEX task_system_open; DROP INDEX task_alike; ALTER TABLE task DROP COLUMN system;
  ALTER TABLE conversation DROP COLUMN is_named;
  DROP INDEX task_forecast; ALTER TABLE task DROP COLUMN size;
  ALTER TABLE task DROP COLUMN forecast; ALTER TABLE task DROP COLUMN tier; ALTER TABLE task DROP COLUMN signs";
