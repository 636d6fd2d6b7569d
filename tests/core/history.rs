//! What was done is found again, seen as a day, and told to whoever was away.

use meanwhile_core::model::{
    EventKind, Lane, Placement, SpanKind, Task, TaskId, TaskQuery, TaskState, Timestamp,
};
use meanwhile_core::{ErrorCode, SendMessage};
use meanwhile_support::harness::{Harness, SetClock, code, prompt};
use meanwhile_support::model_server::{Gate, hang, refuse, stop, text, wait};
use std::sync::Arc;

const MINUTE: i64 = 60 * 1_000;
const START: i64 = 1_763_700_000_000;

/// Asks `said` in the background, which is answered with `answer`.
async fn ask(app: &Harness, said: &str, answer: &str) -> Task {
    app.server.script("m", [text(answer), stop()]);
    let message = SendMessage { text: said.to_owned(), ..prompt("m", Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_told(&task.id).await
}

async fn failed(app: &Harness) -> Task {
    app.server.script("broken", [refuse(400, &[], "no")]);
    let task = app.send("broken", Lane::Background).await;
    app.until_told(&task.id).await
}

fn query() -> TaskQuery {
    TaskQuery { limit: 50, ..TaskQuery::default() }
}

async fn found(app: &Harness, query: TaskQuery) -> Vec<TaskId> {
    let found = app.core.find_tasks(query).await.unwrap();
    assert_eq!(found.total as usize, found.tasks.len(), "all of it is on one page");
    found.tasks.into_iter().map(|task| task.id).collect()
}

fn words(words: &str) -> TaskQuery {
    TaskQuery { words: Some(words.to_owned()), ..query() }
}

#[tokio::test]
async fn a_task_is_found_by_words_of_its_prompt_or_its_answer_whatever_their_accents() {
    let app = Harness::start().await;
    let heat = ask(&app, "Compare the heat pumps", "Nordkai is the cheapest.").await;
    let cafe = ask(&app, "Where is a café?", "Round the corner, behind the pumps.").await;
    assert_eq!(found(&app, words("cheapest nordkai")).await, std::slice::from_ref(&heat.id));
    assert_eq!(found(&app, words("CAFE")).await, std::slice::from_ref(&cafe.id));
    assert_eq!(found(&app, words("pumps")).await, [cafe.id.clone(), heat.id.clone()], "the newest first");
    assert_eq!(found(&app, words("is")).await, [cafe.id.clone(), heat.id.clone()], "too short for the index");
    assert_eq!(found(&app, words("heat cheapest")).await, [], "one word each is not all words in one text");
    assert_eq!(found(&app, words("  ")).await, [cafe.id, heat.id], "no words are any");
}

#[tokio::test]
async fn tasks_are_found_by_state_model_and_mark_and_those_in_the_trash_are_not() {
    let app = Harness::start().await;
    let good = ask(&app, "One", "Yes.").await;
    let bad = failed(&app).await;
    app.server.script("n", [hang()]);
    let runs = app.send("n", Lane::Background).await;
    app.until_state(&runs.id, TaskState::Running).await;
    let watched = {
        app.server.script("m", [text("Seen."), stop()]);
        let task = app.send("m", Lane::Interactive).await;
        app.until_state(&task.id, TaskState::Completed).await
    };

    let of = |states: &[TaskState]| TaskQuery { states: states.to_vec(), ..query() };
    assert_eq!(found(&app, of(&[TaskState::Failed])).await, std::slice::from_ref(&bad.id));
    let both = of(&[TaskState::Running, TaskState::Failed]);
    assert_eq!(found(&app, both).await, [runs.id.clone(), bad.id.clone()], "what goes on stands first");
    let everything = [watched.id.clone(), bad.id.clone(), good.id.clone()];
    assert_eq!(found(&app, query()).await, everything, "what ended");
    let sent_away = TaskQuery { lane: Some(Lane::Background), ..query() };
    assert_eq!(found(&app, sent_away.clone()).await, everything[1..]);
    let of_model = TaskQuery { model: Some("sim/broken".to_owned()), ..query() };
    assert_eq!(found(&app, of_model).await, std::slice::from_ref(&bad.id));

    app.core.mark_seen(&bad.id).await.unwrap();
    app.core.mark_seen(&watched.id).await.unwrap();
    assert_eq!(found(&app, TaskQuery { unread: true, ..query() }).await, std::slice::from_ref(&good.id));
    app.core.pin_task(&bad.id, true).await.unwrap();
    app.core.pin_task(&bad.id, true).await.unwrap();
    assert_eq!(found(&app, TaskQuery { pinned: true, ..query() }).await, std::slice::from_ref(&bad.id));
    assert!(app.core.task(&bad.id).await.unwrap().pinned);
    let log = app.core.log(&bad.id).await.unwrap();
    let pins = log.iter().filter(|event| matches!(event.kind, EventKind::Pinned { .. })).count();
    assert_eq!(pins, 1, "once is enough");
    app.core.pin_task(&bad.id, false).await.unwrap();
    assert_eq!(found(&app, TaskQuery { pinned: true, ..query() }).await, []);

    app.core.delete_conversation(&good.conversation_id).await.unwrap();
    assert_eq!(found(&app, sent_away).await, [bad.id]);
    app.assert_healthy().await;
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat_while_new_tasks_end() {
    let app = Harness::start().await;
    let mut expected = Vec::new();
    for number in 0..5 {
        expected.insert(0, ask(&app, &format!("Question {number}"), "Yes.").await.id);
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = TaskQuery { words: Some("question".to_owned()), limit: 2, cursor, ..TaskQuery::default() };
        let page = app.core.find_tasks(page).await.unwrap();
        seen.extend(page.tasks.into_iter().map(|task| task.id));
        ask(&app, "Another question", "Yes.").await;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, expected);
    let no_cursor = TaskQuery { cursor: Some("x".to_owned()), ..query() };
    assert_eq!(code(app.core.find_tasks(no_cursor).await), ErrorCode::Invalid);
    assert_eq!(code(app.core.find_tasks(TaskQuery::default()).await), ErrorCode::Invalid, "no limit");
}

#[tokio::test]
async fn a_day_shows_work_side_by_side_what_failed_and_what_waits_for_the_user() {
    let clock = SetClock::at(START);
    let app = Harness::at(Arc::clone(&clock)).await;
    let (one, other) = (Gate::new(), Gate::new());
    app.server.script("one", [text("A"), wait(&one), stop()]);
    app.server.script("other", [text("B"), wait(&other), refuse(400, &[], "no")]);
    let first = app.send("one", Lane::Background).await;
    let second = app.send("other", Lane::Background).await;
    app.until_text(&first.id, "A").await;
    app.until_text(&second.id, "B").await;
    clock.set(START + 10 * MINUTE);
    one.open();
    app.until_told(&first.id).await;
    app.server.script("locked", [refuse(401, &[], "no key")]);
    let locked = app.send("locked", Lane::Background).await;
    app.until_state(&locked.id, TaskState::Waiting).await;
    clock.set(START + 30 * MINUTE);

    let at = |minutes: i64| Timestamp::from_ms(START + minutes * MINUTE);
    let day = app.core.timeline(Some((at(0), at(60)))).await.unwrap();
    let shown: Vec<_> = day.spans.iter().map(|span| (&span.task_id, span.kind, span.from, span.to)).collect();
    assert_eq!(
        shown[..2],
        [(&first.id, SpanKind::Working, at(0), Some(at(10))), (&second.id, SpanKind::Working, at(0), None),]
    );
    assert!(shown.contains(&(&locked.id, SpanKind::Waiting, at(10), None)), "{shown:?}");
    assert_eq!(day.worked_ms, 40 * MINUTE as u64, "10 minutes of the one and 30 of the other so far");
    let later = app.core.timeline(Some((at(20), at(25)))).await.unwrap();
    assert_eq!(later.worked_ms, 5 * MINUTE as u64, "only what lies inside");
    assert!(later.spans.iter().all(|span| span.task_id != first.id), "it was over by then");

    other.open();
    app.until(&second.id, |task| task.state != TaskState::Running).await;
    app.core.stop_task(&locked.id).await.unwrap();
    let after = app.core.timeline(Some((at(0), at(60)))).await.unwrap();
    let ends: Vec<_> = after.spans.iter().filter(|span| span.kind == SpanKind::Waiting).collect();
    assert!(ends.iter().any(|span| span.task_id == locked.id && span.to == Some(at(30))), "{ends:?}");
    assert_eq!(code(app.core.timeline(Some((at(5), at(5)))).await), ErrorCode::Invalid);
    assert_eq!(code(app.core.timeline(Some((at(0), at(14 * 24 * 60)))).await), ErrorCode::Invalid);
}

#[tokio::test]
async fn a_request_that_failed_its_task_is_shown_as_failed() {
    let app = Harness::start().await;
    let task = failed(&app).await;
    let at = |more: i64| Timestamp::from_ms(task.created_at.as_ms() + more);
    let day = app.core.timeline(Some((at(-MINUTE), at(MINUTE)))).await.unwrap();
    let kinds: Vec<_> = day.spans.iter().map(|span| (span.task_id.clone(), span.kind)).collect();
    assert_eq!(kinds, [(task.id, SpanKind::Failed)]);
}

#[tokio::test]
async fn who_was_away_is_told_what_needs_them_what_failed_and_what_is_done_and_nothing_twice() {
    let clock = SetClock::at(START);
    let mut app = Harness::at(Arc::clone(&clock)).await;
    assert_eq!(app.core.come_back().await.unwrap(), None, "the first look is no return");
    let before = ask(&app, "Before", "Seen or not, it was there.").await;
    app.core.leave().await.unwrap();

    let done = ask(&app, "Done", "Yes.").await;
    let looked_at = ask(&app, "Looked at on the command line", "Yes.").await;
    app.core.mark_seen(&looked_at.id).await.unwrap();
    let bad = failed(&app).await;
    app.server.script("locked", [refuse(401, &[], "no key")]);
    let locked = app.send("locked", Lane::Background).await;
    app.until_state(&locked.id, TaskState::Waiting).await;
    app.server.scripts("long", [vec![text("Half "), hang()], vec![text("an answer"), stop()]]);
    let cut = app.send("long", Lane::Background).await;
    app.until_text(&cut.id, "Half ").await;
    clock.set(START + 2 * MINUTE);
    app.restart().await;
    app.until_told(&cut.id).await;
    app.core.slept(Timestamp::from_ms(START + MINUTE), Timestamp::from_ms(START + 2 * MINUTE)).await.unwrap();

    clock.set(START + 8 * 60 * MINUTE);
    let away = app.core.come_back().await.unwrap().unwrap();
    let told: Vec<_> = away.tasks.iter().map(|task| task.id.clone()).collect();
    assert_eq!(told, [locked.id, bad.id, cut.id, done.id]);
    assert!(!told.contains(&before.id), "it was there before");
    assert_eq!((away.more, away.restarts, away.went_on), (0, 1, 1));
    assert_eq!(away.slept_ms, MINUTE as u64);
    assert_eq!(away.since.as_ms(), START);
    assert_eq!(away.until.as_ms(), START + 8 * 60 * MINUTE);

    clock.set(START + 24 * 60 * MINUTE);
    assert_eq!(app.core.come_back().await.unwrap(), None, "nothing happened since");
}

#[tokio::test]
async fn who_was_away_for_a_moment_is_told_nothing() {
    let clock = SetClock::at(START);
    let app = Harness::at(Arc::clone(&clock)).await;
    app.core.leave().await.unwrap();
    ask(&app, "Done", "Yes.").await;
    clock.set(START + 4 * MINUTE);
    assert_eq!(app.core.come_back().await.unwrap(), None);
}

#[tokio::test]
async fn an_answer_kept_aside_or_discarded_is_told_to_no_model_until_it_is_brought_back() {
    let app = Harness::start().await;
    let late = ask(&app, "Slow question", "Slow answer").await;
    let heard = async |said: &str| {
        app.server.script("m", [text("Fine."), stop()]);
        let task = app.send_in(&late.conversation_id, "m", Lane::Interactive).await;
        app.until_state(&task.id, TaskState::Completed).await;
        let requests = app.server.requests();
        requests.last().unwrap().body["messages"].to_string().contains(said)
    };
    assert!(heard("Slow answer").await, "nothing was said of it");
    for (placement, is_told) in
        [(Placement::Aside, false), (Placement::Inserted, true), (Placement::Discarded, false)]
    {
        app.core.place_answer(&late.id, Some(placement)).await.unwrap();
        assert_eq!(app.core.task(&late.id).await.unwrap().placement, Some(placement));
        assert_eq!(heard("Slow").await, is_told, "{placement:?}");
    }
    app.core.place_answer(&late.id, None).await.unwrap();
    assert!(heard("Slow question").await);

    let bad = failed(&app).await;
    assert_eq!(code(app.core.place_answer(&bad.id, Some(Placement::Aside)).await), ErrorCode::Invalid);
    app.assert_healthy().await;
}
