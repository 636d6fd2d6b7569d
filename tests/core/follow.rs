//! A late or returning viewer gets everything once, without gap or repeat.

use meanwhile_core::Scope;
use meanwhile_core::model::{EventKind, Frame, Lane, Seq, TaskState};
use meanwhile_support::harness::Harness;
use meanwhile_support::model_server::{Gate, stop, text, wait};

#[tokio::test]
async fn a_late_viewer_gets_a_snapshot_and_then_the_rest() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("m", [text("Half an "), wait(&gate), text("answer"), stop()]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_text(&task.id, "Half an ").await;

    let mut follower = app.core.follow(Scope::Task(task.id.clone()), None);
    let Frame::Snapshot { tasks, texts, head, .. } = follower.next().await.unwrap().unwrap() else {
        panic!("the first frame is a snapshot");
    };
    assert_eq!((tasks[0].id.clone(), texts[0].text.as_str()), (task.id.clone(), "Half an "));
    gate.open();

    let mut seqs: Vec<Seq> = vec![head];
    let mut kinds = Vec::new();
    while !kinds.iter().any(|k| matches!(k, EventKind::Completed { .. })) {
        let Frame::Events { events, head } = follower.next().await.unwrap().unwrap() else {
            panic!("only the first frame is a snapshot");
        };
        assert_eq!(events.last().unwrap().seq, head);
        for event in events {
            seqs.push(event.seq);
            kinds.push(event.kind);
        }
    }
    assert!(seqs.is_sorted_by(|a, b| a < b), "in order, nothing twice: {seqs:?}");
    assert_eq!(app.text(&task.id).await, "Half an answer");
}

#[tokio::test]
async fn a_viewer_that_comes_back_with_its_cursor_misses_no_fact_and_gets_none_twice() {
    let app = Harness::start().await;
    app.server.script("m", [text("one "), text("two "), text("three"), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    let all = app.core.log(&task.id).await.unwrap();

    for cut in 0..all.len() {
        let after = if cut == 0 { 0 } else { all[cut - 1].seq };
        let (rest, head) = app.core.events(&task.id, after).await.unwrap();
        assert_eq!(rest, all[cut..], "from cursor {after}");
        assert_eq!(head, all.last().unwrap().seq);
    }
}

#[tokio::test]
async fn text_pieces_join_without_gap_to_the_answer() {
    let app = Harness::start().await;
    let gate = Gate::new();
    let pieces: Vec<String> = (0..200).map(|n| format!("wort{n} é漢🙂 ")).collect();
    let mut script: Vec<_> = pieces.iter().map(|p| text(p)).collect();
    script.extend([wait(&gate), stop()]);
    app.server.script("m", script);
    let mut follower = app.core.follow(Scope::All, Some(0));
    let task = app.send("m", Lane::Interactive).await;

    let whole: String = pieces.concat();
    let mut joined = String::new();
    while joined.len() < whole.len() {
        let Frame::Events { events, .. } = follower.next().await.unwrap().unwrap() else { continue };
        for event in events {
            if let EventKind::TextDelta { offset, text, .. } = event.kind {
                assert_eq!(offset, joined.len() as u64);
                joined.push_str(&text);
            }
        }
    }
    assert_eq!(joined, whole);
    gate.open();
    app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!(app.text(&task.id).await, whole);
    app.assert_healthy().await;
}

#[tokio::test]
async fn rows_that_changed_are_found_by_cursor() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let start = app.core.changes(0).await.unwrap().head;
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    let changes = app.core.changes(start).await.unwrap();
    assert_eq!(changes.tasks.len(), 1);
    assert_eq!(changes.conversations.len(), 1);
    assert_eq!(changes.settings, None);
    let nothing = app.core.changes(changes.head).await.unwrap();
    assert!(nothing.tasks.is_empty() && nothing.conversations.is_empty());
}

#[tokio::test]
async fn a_cursor_of_other_data_begins_with_where_things_stand() {
    let app = Harness::start().await;
    let mut follower = app.core.follow(Scope::All, Some(1_000_000));
    assert!(matches!(follower.next().await, Some(Ok(Frame::Snapshot { .. }))));
}

#[tokio::test]
async fn a_follower_ends_when_the_core_ends() {
    let app = Harness::start().await;
    let mut follower = app.core.follow(Scope::All, None);
    follower.next().await.unwrap().unwrap();
    let waiting = tokio::spawn(async move { follower.next().await.is_none() });
    app.core.shutdown().await;
    assert!(waiting.await.unwrap());
}
