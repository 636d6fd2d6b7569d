//! A file that is too long for one request is worked on part by part, in a task like any other.

use crate::make;
use meanwhile_core::model::{Budget, FinishReason, Lane, Outcome, Reason, StepState, Task, TaskState};
use meanwhile_core::{ExportFormat, SendMessage};
use meanwhile_support::harness::{Harness, prompt};
use meanwhile_support::model_server::{Gate, Seen, cut, refuse, stop, text, wait};

/// Fifty pages of two thousand letters: six parts, and the one that puts them together.
async fn fifty_pages(app: &Harness, lane: Lane) -> Task {
    fifty_pages_within(app, lane, None).await
}

async fn fifty_pages_within(app: &Harness, lane: Lane, budget: Option<Budget>) -> Task {
    let line = "The heron waits in the reeds, and nobody sees it. ";
    let texts: Vec<String> = (1..=50)
        .map(|page| format!("Leaf {page} begins.\n{}", format!("{}\n", line.repeat(2)).repeat(20)))
        .collect();
    let file =
        app.attach("book.pdf", &make::pdf(&texts.iter().map(String::as_str).collect::<Vec<_>>())).await;
    assert_eq!(file.places, 50);
    let message = SendMessage { attachments: vec![file.file], in_parts: true, budget, ..prompt("m", lane) };
    app.core.send_message(message).await.unwrap().task
}

/// An answer of one piece, for each part.
fn answers(words: &[&str]) -> Vec<Vec<meanwhile_support::model_server::Step>> {
    words.iter().map(|words| vec![text(words), stop()]).collect()
}

fn asked(seen: &Seen) -> String {
    seen.body["messages"].as_array().unwrap()[0]["content"].as_str().unwrap().to_owned()
}

const PARTS: usize = 7;

#[tokio::test]
async fn fifty_pages_become_one_answer_with_its_pages_told_once() {
    let app = Harness::start().await;
    let words: Vec<String> = (1..=PARTS).map(|part| format!("Result {part} (page {part}).")).collect();
    app.server.scripts("m", answers(&words.iter().map(String::as_str).collect::<Vec<_>>()));
    let task = fifty_pages(&app, Lane::Background).await;
    assert_eq!(task.progress.as_ref().map(|p| (p.done, p.total)), Some((0, PARTS as u64)));
    let labels: Vec<_> = task.steps.iter().map(|step| step.label.clone()).collect();
    assert_eq!(labels[0], "Pages 1–9");
    assert_eq!(labels[PARTS - 1], "All in all");

    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, done.finish_reason), (TaskState::Completed, Some(FinishReason::Stop)));
    assert!(done.steps.iter().all(|step| step.state == StepState::Done));
    assert_eq!(done.progress.map(|p| p.done), Some(PARTS as u64));
    let requests = app.server.requests();
    assert_eq!(requests.len(), PARTS, "each part is asked for once");
    for page in 1..=50 {
        let of = requests.iter().filter(|seen| asked(seen).contains(&format!("Leaf {page} begins."))).count();
        assert_eq!(of, 1, "page {page} is sent once");
    }
    assert!(
        asked(&requests[0]).contains("[book.pdf, page 9]")
            && !asked(&requests[0]).contains("[book.pdf, page 10]")
    );
    assert!(asked(&requests[PARTS - 1]).contains("## Pages 1–9\n\nResult 1 (page 1)."));

    let answer = app.text(&task.id).await;
    assert!(answer.starts_with("## Pages 1–9\n\nResult 1 (page 1).\n\n## Pages 10–"), "{answer}");
    assert!(answer.ends_with("\n\n## All in all\n\nResult 7 (page 7)."), "{answer}");
    let page = app.core.export(&task.conversation_id, ExportFormat::Markdown).await.unwrap();
    assert!(
        page.contains("\n\nResult 7 (page 7).\n\n## Pages 1–9\n\nResult 1"),
        "what it came to stands first: {page}"
    );
    let notices = app.notifier.notices();
    assert_eq!(notices.len(), 1, "one notice for all of it");
    assert_eq!(notices[0].outcome, Outcome::Done);
    assert!(notices[0].body.contains("Result 7"), "it tells what it came to: {}", notices[0].body);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_crash_in_the_middle_of_a_part_loses_no_part_and_asks_for_none_again() {
    let mut app = Harness::start().await;
    let gate = Gate::default();
    let mut scripts = answers(&["One.", "Two."]);
    scripts.push(vec![text("Thr"), wait(&gate)]);
    scripts.extend(answers(&["ee.", "Four.", "Five.", "Six.", "Together."]));
    app.server.scripts("m", scripts);
    let task = fifty_pages(&app, Lane::Background).await;
    let half = app.until(&task.id, |task| task.progress.as_ref().is_some_and(|p| p.done == 2)).await;
    app.until(&task.id, |task| task.attempt == 3).await;
    let third = half.steps[2].label.clone();
    app.until_text(
        &task.id,
        &format!("## Pages 1–9\n\nOne.\n\n## {}\n\nTwo.\n\n## {third}\n\nThr", half.steps[1].label),
    )
    .await;
    app.crash().await;

    let done = app.until_told(&task.id).await;
    assert_eq!(done.state, TaskState::Completed);
    let requests = app.server.requests();
    assert_eq!(requests.len(), PARTS + 1, "only what was cut is asked to go on");
    let messages = requests[3].body["messages"].as_array().unwrap().clone();
    assert_eq!(messages.len(), 3);
    assert_eq!(messages[1]["content"], "Thr", "from its own text, and not from that of the parts before");
    let answer = app.text(&task.id).await;
    assert!(answer.contains(&format!("## {third}\n\nThree.\n\n## ")), "{answer}");
    assert!(answer.ends_with("Together."));
    assert_eq!(app.notifier.shown().len(), 1);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_part_that_fails_is_tried_again_and_failures_of_parts_do_not_add_up() {
    let app = Harness::start().await;
    let mut scripts = Vec::new();
    for part in 1..=PARTS {
        scripts.push(vec![text(&format!("P{part}")), cut()]);
        scripts.push(vec![text("."), stop()]);
    }
    app.server.scripts("m", scripts);
    let task = fifty_pages(&app, Lane::Background).await;
    // Each is cut once; three in a row would end an ordinary task.
    let done = app.until_told(&task.id).await;
    assert_eq!(done.state, TaskState::Completed, "{:?}", done.error);
    let answer = app.text(&task.id).await;
    assert!(answer.contains("P1.\n\n## ") && answer.ends_with("P7."), "{answer}");
    app.assert_healthy().await;
}

#[tokio::test]
async fn it_is_set_aside_between_two_parts_stopped_with_what_is_there_and_asked_again_as_it_was() {
    let app = Harness::start().await;
    let gate = Gate::default();
    let mut scripts = answers(&["One."]);
    scripts.push(vec![text("Two."), wait(&gate), stop()]);
    scripts.extend(answers(&["One again.", "2", "3", "4", "5", "6"]));
    app.server.scripts("m", scripts);
    let task = fifty_pages(&app, Lane::Background).await;
    // Its second question has arrived: what is asked after this gets the next answer.
    gate.reached().await;
    app.core.pause_task(&task.id).await.unwrap();
    let paused = app.until_state(&task.id, TaskState::Paused).await;
    assert_eq!(paused.progress.map(|p| p.done), Some(1));
    app.core.stop_task(&task.id).await.unwrap();
    let stopped = app.until_state(&task.id, TaskState::Cancelled).await;
    assert!(app.text(&task.id).await.starts_with("## Pages 1–9\n\nOne."));
    app.assert_healthy().await;

    let again = app
        .core
        .retry_task(&stopped.id, Lane::Background, stopped.ownership.origin, None)
        .await
        .unwrap()
        .task;
    assert_eq!(again.progress.as_ref().map(|p| (p.done, p.total)), Some((0, PARTS as u64)));
    app.until_told(&again.id).await;
    assert!(app.text(&again.id).await.starts_with("## Pages 1–9\n\nOne again."));
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_fits_into_one_request_is_asked_in_one() {
    let app = Harness::start().await;
    app.server.script("m", [text("Short."), stop()]);
    let file = app.attach("note.txt", b"a short note").await;
    let message =
        SendMessage { attachments: vec![file.file], in_parts: true, ..prompt("m", Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    assert_eq!(task.progress, None);
    app.until_told(&task.id).await;
    assert_eq!(app.text(&task.id).await, "Short.");
    assert!(asked(&app.server.requests()[0]).contains("a short note"));
}

#[tokio::test]
async fn a_question_after_it_reads_the_answer_and_not_the_book_again() {
    let app = Harness::start().await;
    app.server.scripts("m", answers(&["1", "2", "3", "4", "5", "6", "7", "Later."]));
    let task = fifty_pages(&app, Lane::Background).await;
    app.until_told(&task.id).await;
    let next = app.send_in(&task.conversation_id, "m", Lane::Interactive).await;
    app.until_state(&next.id, TaskState::Completed).await;
    let last = app.server.requests().pop().unwrap().body["messages"].to_string();
    assert!(last.contains("All in all") && !last.contains("Leaf 7 begins"), "{last}");
}

#[tokio::test]
async fn a_cap_that_stops_it_between_two_parts_leaves_the_next_one_its_heading() {
    let app = Harness::start().await;
    let words: Vec<String> =
        (1..=PARTS).map(|part| format!("Result {part}. {}", "word ".repeat(40))).collect();
    app.server.scripts("m", answers(&words.iter().map(String::as_str).collect::<Vec<_>>()));
    let cap = Budget { tokens: Some(20), ..Budget::default() };
    let task = fifty_pages_within(&app, Lane::Background, Some(cap)).await;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(waits.reason, Some(Reason::Budget));
    app.core.set_budget(&task.id, Budget { tokens: Some(100_000), ..Budget::default() }).await.unwrap();
    let done = app.until_told(&task.id).await;
    assert_eq!(done.state, TaskState::Completed, "{:?}", done.error);
    let answer = app.text(&task.id).await;
    for step in &done.steps {
        assert_eq!(answer.matches(&format!("## {}\n\n", step.label)).count(), 1, "{}: {answer}", step.label);
    }
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_picture_is_not_dropped_without_a_word_when_a_book_is_worked_on_in_parts() {
    let app = Harness::start().await;
    let file = app.attach("a.png", &make::picture(10, 10, image::ImageFormat::Png)).await;
    let message =
        SendMessage { attachments: vec![file.file], in_parts: true, ..prompt("m", Lane::Background) };
    let refused = app.core.send_message(message).await.unwrap_err();
    assert!(refused.message.starts_with("pictures are not looked at part by part"), "{refused}");
}

#[tokio::test]
async fn one_task_whose_rows_make_no_sense_does_not_hold_up_the_others() {
    let mut app = Harness::start().await;
    let gate = Gate::default();
    app.server.script("m", [text("One."), wait(&gate), stop()]);
    let broken = fifty_pages(&app, Lane::Background).await;
    gate.reached().await;
    app.core.shutdown().await;
    let sql = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    sql.execute("DELETE FROM part", []).unwrap();
    drop(sql);
    app.restart().await;
    let other = app.send("sim-c3", Lane::Background).await;
    app.until_told(&other.id).await;
    assert_eq!(app.core.task(&broken.id).await.unwrap().state, TaskState::Queued);
}

#[tokio::test]
async fn another_model_goes_on_with_the_part_that_failed_and_asks_for_none_before_it() {
    let app = Harness::start().await;
    let mut scripts = answers(&["One.", "Two."]);
    scripts.push(vec![refuse(400, &[], r#"{"error":{"message":"no more"}}"#)]);
    app.server.scripts("m", scripts);
    app.server.scripts("n", answers(&["Three.", "Four.", "Five.", "Six.", "Together."]));
    let task = fifty_pages(&app, Lane::Background).await;
    app.until_state(&task.id, TaskState::Failed).await;
    let next = app.core.hand_over_task(&task.id, "sim/n").await.unwrap();
    assert_eq!(next.progress.as_ref().map(|p| p.done), Some(2));
    let done = app.until_told(&next.id).await;
    assert_eq!(done.state, TaskState::Completed);
    assert_eq!(app.server.requests().len(), 3 + PARTS - 2);
    let answer = app.text(&next.id).await;
    assert!(answer.starts_with("## Pages 1–9\n\nOne.") && answer.ends_with("Together."), "{answer}");
    assert_eq!(answer.matches("## Pages 1–9").count(), 1, "{answer}");
    app.assert_healthy().await;
}
