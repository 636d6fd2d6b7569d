//! What was used is summed up by day, model and conversation; what nobody knows is not taken for nothing.

use meanwhile_core::model::{ConversationSpent, Day, Lane, Price, Spent, Timestamp};
use meanwhile_core::{Clock, ErrorCode};
use meanwhile_support::harness::{Harness, SetClock, code};
use meanwhile_support::model_server::{Step, done, finish, raw, stop, text, uncounted};
use serde_json::json;
use std::sync::Arc;

const HOUR: i64 = 3_600 * 1_000;
/// The end of the longest day of the year: it has 25 hours.
const CHANGED: i64 = 1_761_433_200_000 + 24 * HOUR;

/// A clock that is put back by an hour on the day before `CHANGED`.
struct Autumn(Arc<SetClock>);

impl Clock for Autumn {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn day(&self, at: Timestamp) -> Day {
        let (from, length) = match at.as_ms() - CHANGED {
            after @ 0.. => (CHANGED + after / (24 * HOUR) * 24 * HOUR, 24 * HOUR),
            before if before >= -25 * HOUR => (CHANGED - 25 * HOUR, 25 * HOUR),
            before => {
                let days = (-25 * HOUR - before - 1) / (24 * HOUR) + 1;
                (CHANGED - 25 * HOUR - days * 24 * HOUR, 24 * HOUR)
            }
        };
        Day {
            date: format!("day {from}"),
            start: Timestamp::from_ms(from),
            end: Timestamp::from_ms(from + length),
        }
    }
}

fn counted(read: u64, written: u64) -> Vec<Step> {
    let usage = json!({"choices": [], "usage": {"prompt_tokens": read, "completion_tokens": written}});
    vec![text("x"), finish("stop"), raw(format!("data: {usage}\n\n")), done()]
}

async fn priced(clock: Arc<SetClock>) -> Harness {
    let app = Harness::at(Arc::new(Autumn(clock))).await;
    let mut settings = app.core.settings().await.unwrap();
    settings.prices.insert("sim/m".to_owned(), Price { input: 1.0, cached: None, output: 10.0 });
    app.core.save_settings(settings).await.unwrap();
    app
}

#[tokio::test]
async fn each_request_belongs_to_the_day_on_which_it_was_made_also_when_the_clock_is_changed() {
    let clock = SetClock::at(CHANGED - 25 * HOUR);
    let app = priced(Arc::clone(&clock)).await;
    let mut used = Vec::new();
    // The first moment of the long day, its 25th hour, the first moment of the next one.
    for (at, written) in [(CHANGED - 25 * HOUR, 1), (CHANGED - 1, 2), (CHANGED, 4)] {
        clock.set(at);
        app.server.script("m", counted(10, written));
        let task = app.send("m", Lane::Background).await;
        app.until_told(&task.id).await;
        used.push(task);
    }
    let report = app.core.usage(Some(3)).await.unwrap();
    let days: Vec<_> =
        report.days.iter().map(|day| (day.start.as_ms() - CHANGED, day.spent.output_tokens)).collect();
    assert_eq!(days, [(-49 * HOUR, 0), (-25 * HOUR, 3), (0, 4)]);
    let first = &report.days[0].spent;
    assert_eq!((first.cost_usd, first.requests), (None, 0));
    let all = app.core.usage(None).await.unwrap();
    assert_eq!(all.days.len(), 2, "from the first day on which anything was used");
    assert_eq!(
        all.total,
        Spent {
            requests: 3,
            input_tokens: 30,
            output_tokens: 7,
            cost_usd: Some(0.0001),
            unpriced: 0,
            estimated: false
        }
    );
    assert_eq!(code(app.core.usage(Some(0)).await), ErrorCode::Invalid);
}

#[tokio::test]
async fn what_has_no_price_is_unknown_and_what_was_not_counted_is_estimated() {
    let app = priced(SetClock::at(CHANGED)).await;
    app.server.script("m", counted(10, 1));
    app.server.script("unknown", counted(5, 5));
    app.server.script("uncounted", [uncounted(), text("four letters"), stop()]);
    for model in ["m", "unknown", "uncounted"] {
        let task = app.send(model, Lane::Background).await;
        app.until_told(&task.id).await;
    }
    let report = app.core.usage(Some(1)).await.unwrap();
    let models: Vec<_> = report
        .models
        .iter()
        .map(|row| (row.model.as_str(), row.spent.cost_usd, row.spent.estimated))
        .collect();
    assert_eq!(
        models,
        [("sim/m", Some(0.00002), false), ("sim/unknown", None, false), ("sim/uncounted", None, true)]
    );
    assert_eq!((report.total.cost_usd, report.total.unpriced), (Some(0.00002), 2));
}

#[tokio::test]
async fn deleted_chats_still_count_without_their_names() {
    let app = priced(SetClock::at(CHANGED)).await;
    let mut chats = Vec::new();
    for written in [1, 2, 3] {
        app.server.script("m", counted(0, written));
        let task = app.send("m", Lane::Background).await;
        app.until_told(&task.id).await;
        chats.push(task.conversation_id);
    }
    app.core.delete_conversation(&chats[1]).await.unwrap();
    let rows = app.core.usage(Some(1)).await.unwrap().conversations;
    let said: Vec<_> = rows
        .iter()
        .map(|ConversationSpent { conversation_id, title, spent }| {
            (conversation_id.clone(), title.as_str(), spent.output_tokens)
        })
        .collect();
    assert_eq!(
        said,
        [
            (Some(chats[2].clone()), "Summarise this", 3),
            (Some(chats[0].clone()), "Summarise this", 1),
            (None, "1 deleted chat", 2)
        ]
    );
}
