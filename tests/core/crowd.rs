//! Ten thousand tasks at once.

use meanwhile_core::SendMessage;
use meanwhile_core::model::{ConversationId, Lane, Task};
use meanwhile_support::harness::{Harness, prompt};
use meanwhile_support::model_server::{Gate, stop, text, wait};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// In one conversation, and each in one of its own.
const TOGETHER: i64 = 9_000;
const ALONE: i64 = 1_000;
const PLACES: i64 = 4;
/// Answered before the rest is stopped.
const DONE: i64 = 100;

async fn send_all(
    app: &Harness,
    conversation: Option<&ConversationId>,
    name: &str,
    numbers: Range<i64>,
) -> Vec<Task> {
    let sends = numbers.map(|n| {
        app.core.send_message(SendMessage {
            conversation_id: conversation.cloned(),
            text: format!("{name} {n}"),
            ..prompt("m", Lane::Background)
        })
    });
    let sent = futures_util::future::join_all(sends).await;
    sent.into_iter().map(|sent| sent.unwrap().task).collect()
}

/// Waits until nothing is queued or running any more.
async fn until_idle(app: &Harness) {
    let mut head = app.core.head();
    while app.core.summary().await.unwrap().working > 0 {
        head.changed().await.unwrap();
    }
}

/// How many tasks there are in each state, the trash included.
fn states(app: &Harness) -> BTreeMap<String, i64> {
    let database = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    let mut query = database.prepare("SELECT state, COUNT(*) FROM task GROUP BY state").unwrap();
    let states = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    states.map(Result::unwrap).collect()
}

fn counts<const N: usize>(counts: [(&str, i64); N]) -> BTreeMap<String, i64> {
    counts.into_iter().map(|(state, count)| (state.to_owned(), count)).collect()
}

// F45
#[tokio::test(flavor = "multi_thread")]
async fn of_ten_thousand_tasks_none_is_lost_each_has_its_turn_and_all_can_be_stopped() {
    let mut app = Harness::start().await;
    let (begin, end) = (Gate::new(), Gate::new());
    let first = (0..PLACES).map(|_| vec![wait(&begin), text("ok"), stop()]);
    let others = (PLACES..DONE).map(|_| vec![text("ok"), stop()]);
    app.server.scripts("m", first.chain(others).chain([vec![text("half"), wait(&end), stop()]]));

    let home = send_all(&app, None, "together", 0..1).await.remove(0).conversation_id;
    send_all(&app, Some(&home), "together", 1..TOGETHER).await;
    let alone = send_all(&app, None, "alone", 0..ALONE).await;
    app.server.until(|stats| stats.active == PLACES as u64).await;
    let queued = TOGETHER + ALONE - PLACES;
    assert_eq!(
        states(&app),
        counts([("queued", queued), ("running", PLACES)]),
        "as many as there are places"
    );

    begin.open();
    app.server.until(|stats| (stats.completed, stats.active) == (DONE as u64, PLACES as u64)).await;
    let asked: BTreeSet<String> = app.server.requests().iter().map(|request| said(&request.body)).collect();
    // The conversation with nine thousand is one among the others, and each has its turn in the order of coming.
    let of_one = asked.iter().filter(|prompt| prompt.starts_with("together")).count() as i64;
    let mut turns: BTreeSet<String> = (0..of_one).map(|n| format!("together {n}")).collect();
    turns.extend((0..DONE + PLACES - of_one).map(|n| format!("alone {n}")));
    assert_eq!(asked, turns);
    assert!(of_one <= PLACES + DONE / 2, "{of_one} of one conversation");

    app.restart().await;
    app.server.until(|stats| stats.active == PLACES as u64).await;
    let queued = queued - DONE;
    assert_eq!(states(&app), counts([("completed", DONE), ("queued", queued), ("running", PLACES)]));

    app.core.delete_conversation(&home).await.unwrap();
    let stops = alone.iter().map(|task| app.core.stop_task(&task.id));
    let stopped = futures_util::future::join_all(stops).await.iter().filter(|done| done.is_ok()).count();
    until_idle(&app).await;
    let (cancelled, paused) = (stopped as i64, TOGETHER + ALONE - DONE - stopped as i64);
    assert_eq!(
        states(&app),
        counts([("cancelled", cancelled), ("completed", DONE), ("paused", paused)]),
        "what was not done is stopped, or set aside with its conversation"
    );
    app.assert_healthy().await;
}

/// The prompt of a request.
fn said(body: &serde_json::Value) -> String {
    body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().to_owned()
}
