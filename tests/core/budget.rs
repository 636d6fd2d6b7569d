//! P9: what a task spends stays within its budget, but for what a provider adds beyond the limit it was given.

use meanwhile_core::SendMessage;
use meanwhile_core::model::{Budget, FinishReason, Lane, Price, Reason, Task, TaskState};
use meanwhile_support::harness::{Harness, code, prompt};
use meanwhile_support::model_server::{Gate, done, finish, raw, stop, text, wait};
use serde_json::json;

/// A dollar for a hundred thousand tokens written, nothing for those read.
const PRICE: Price = Price { input: 0.0, cached: None, output: 10.0 };

async fn with_price() -> Harness {
    let app = Harness::start().await;
    let mut settings = app.core.settings().await.unwrap();
    settings.prices.insert("sim/m".to_owned(), PRICE);
    app.core.save_settings(settings).await.unwrap();
    app
}

async fn ask(app: &Harness, budget: Budget) -> Task {
    let message = SendMessage { budget: Some(budget), ..prompt("m", Lane::Background) };
    app.core.send_message(message).await.unwrap().task
}

fn usd(usd: f64) -> Budget {
    Budget { usd: Some(usd), ..Budget::default() }
}

fn tokens(tokens: u64) -> Budget {
    Budget { tokens: Some(tokens), ..Budget::default() }
}

/// The end that a provider gives at its limit, with what it counted.
fn limit_after(written: u64) -> Vec<meanwhile_support::model_server::Step> {
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": written}});
    vec![text("half"), finish("length"), raw(format!("data: {usage}\n\n")), done()]
}

/// What the ledger says: kind, tokens, dollars.
fn ledger(app: &Harness) -> Vec<(String, Option<i64>, Option<f64>)> {
    let sql = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    let mut rows = sql.prepare("SELECT kind, tokens, usd FROM ledger ORDER BY seq").unwrap();
    let rows = rows.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_long_answer_stops_at_its_cap_asks_its_user_and_the_ledger_proves_it() {
    let app = with_price().await;
    app.server.scripts("m", [limit_after(100), vec![text(" and half"), stop()]]);
    let task = ask(&app, usd(0.001)).await;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.reason, Some(Reason::Budget));
    let error = waits.error.unwrap();
    assert_eq!((error.code.as_str(), error.message.as_str()), ("budget", "Its cap of $0.001 is reached."));
    assert_eq!(error.hint, "The text so far is kept. Add to the cap, finish with what is there, or stop.");
    assert_eq!(app.server.requests()[0].body["max_tokens"], 100, "the provider is told the limit");
    assert_eq!(waits.usage.cost_usd, Some(0.001));
    assert_eq!(
        ledger(&app),
        [("reserve".to_owned(), Some(100), Some(0.001)), ("settle".to_owned(), Some(100), Some(0.001))]
    );
    app.assert_healthy().await;

    app.core.set_budget(&task.id, usd(0.003)).await.unwrap();
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, app.text(&task.id).await.as_str()), (TaskState::Completed, "half and half"));
    assert_eq!(app.server.requests()[1].body["max_tokens"], 200, "what was spent is spent");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_server_that_knows_no_limit_is_cut_within_one_request() {
    let app = Harness::start().await;
    let message =
        SendMessage { budget: Some(tokens(50)), ..prompt("sim-c4000-b40-nostamp-r2000", Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.reason, Some(Reason::Budget));
    let written = app.text(&task.id).await.len();
    assert!((50 * 4..50 * 16).contains(&written), "{written} bytes");
    app.server.until(|stats| stats.active == 0).await;
}

#[tokio::test]
async fn what_is_there_can_be_taken_as_the_answer_and_is_delivered_once() {
    let app = with_price().await;
    app.server.script("m", limit_after(100));
    let task = ask(&app, tokens(100)).await;
    app.until_state(&task.id, TaskState::Waiting).await;
    let done = app.core.finish_task(&task.id).await.unwrap();
    assert_eq!((done.state, done.finish_reason), (TaskState::Completed, Some(FinishReason::Accepted)));
    assert_eq!(app.text(&task.id).await, "half");
    app.until_told(&task.id).await;
    assert_eq!(code(app.core.finish_task(&task.id).await), meanwhile_core::ErrorCode::IllegalStep);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_cap_in_dollars_is_not_pretended_where_the_price_is_unknown() {
    let app = Harness::start().await;
    app.server.script("m", [text("x"), stop()]);
    let task = ask(&app, usd(1.0)).await;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(app.server.requests().len(), 0, "nothing was asked");
    let error = waits.error.unwrap();
    assert_eq!(error.message, "The price of this model is not known, so a cap in dollars cannot be kept.");
    app.core.set_budget(&task.id, tokens(100)).await.unwrap();
    assert_eq!(app.until_told(&task.id).await.state, TaskState::Completed);
}

#[tokio::test]
async fn the_time_at_work_is_a_cap_too() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [text("slow"), wait(&gate), stop()]);
    let task = ask(&app, Budget { seconds: Some(1), ..Budget::default() }).await;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.error.unwrap().message, "Its cap of 1 s at work is reached.");
    assert_eq!(app.text(&task.id).await, "slow");
}

#[tokio::test]
async fn background_work_takes_the_budget_of_the_settings_and_an_answer_somebody_watches_has_none() {
    let app = Harness::start().await;
    let settings = app.core.settings().await.unwrap();
    app.core
        .save_settings(meanwhile_core::model::Settings { task_budget: tokens(500), ..settings })
        .await
        .unwrap();
    app.server.script("m", [text("x"), stop()]);
    assert_eq!(app.send("m", Lane::Background).await.budget, Some(tokens(500)));
    assert_eq!(app.send("m", Lane::Interactive).await.budget, None);
    assert_eq!(ask(&app, Budget::default()).await.budget, None, "none at all is a choice");
    let nothing = SendMessage { budget: Some(tokens(0)), ..prompt("m", Lane::Background) };
    assert_eq!(code(app.core.send_message(nothing).await), meanwhile_core::ErrorCode::Invalid);
}
