//! What a window is sent, followed by a mirror that does what the page does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use meanwhile_core::SendMessage;
use meanwhile_core::model::{ConversationId, Lane, Origin, Task, TaskId, TaskState, Turn};
use meanwhile_render::{Node, apply, parse};
use meanwhile_support::harness::FACT_LIMIT;
use meanwhile_support::harness::{Harness, prompt};
use meanwhile_support::model_server::{Gate, cut, stop, text, wait};
use meanwhile_view::{TextChange, TextView, Texts, ThreadView, ViewFollower, ViewFrame, earlier};
use std::collections::HashMap;

/// Does with frames what a page does.
struct Mirror {
    follower: ViewFollower,
    turns: Vec<Turn>,
    tasks: HashMap<TaskId, Task>,
    texts: HashMap<TaskId, Vec<Node>>,
    words: HashMap<TaskId, u32>,
    wholes: usize,
    patches: usize,
}

impl Mirror {
    async fn open(app: &Harness, conversation_id: Option<&ConversationId>) -> Self {
        Self::over(ViewFollower::new(app.core.clone(), Texts::default(), conversation_id.cloned())).await
    }

    async fn over(follower: ViewFollower) -> Self {
        let mut mirror = Self {
            follower,
            turns: Vec::new(),
            tasks: HashMap::new(),
            texts: HashMap::new(),
            words: HashMap::new(),
            wholes: 0,
            patches: 0,
        };
        assert!(
            matches!(mirror.next().await, ViewFrame::Snapshot { .. }),
            "the first frame says where things stand"
        );
        mirror
    }

    async fn next(&mut self) -> ViewFrame {
        let next = tokio::time::timeout(FACT_LIMIT, self.follower.next()).await;
        let frame = next.expect("a frame comes").expect("the core is open").unwrap();
        match &frame {
            ViewFrame::Snapshot { tasks, thread, .. } => {
                self.tasks = tasks.iter().map(|task| (task.id.clone(), task.clone())).collect();
                for view in thread.iter().flat_map(|thread| &thread.texts) {
                    self.put(view);
                }
                self.turns = thread.iter().flat_map(|thread| thread.turns.clone()).collect();
            }
            ViewFrame::Changes { thread, texts, rows, .. } => {
                if let Some(thread) = thread {
                    self.texts.clear();
                    for view in &thread.texts {
                        self.put(view);
                    }
                    self.turns = thread.turns.clone();
                }
                let tasks = rows.iter().flat_map(|rows| &rows.tasks);
                self.tasks.extend(tasks.map(|task| (task.id.clone(), task.clone())));
                for change in texts {
                    match change {
                        TextChange::Whole(view) => {
                            self.wholes += 1;
                            self.put(view);
                        }
                        TextChange::Patches { task_id, patches, words } => {
                            self.patches += 1;
                            apply(self.texts.get_mut(task_id).expect("patches follow a whole text"), patches);
                            self.words.insert(task_id.clone(), *words);
                        }
                    }
                }
            }
            ViewFrame::Opened { .. } => panic!("this window knew nothing before"),
            ViewFrame::Show { .. } => panic!("wishes come from the shell"),
        }
        frame
    }

    fn put(&mut self, view: &TextView) {
        self.texts.insert(view.task_id.clone(), view.nodes.clone());
        self.words.insert(view.task_id.clone(), view.words);
    }

    /// Takes frames until the fact holds.
    async fn until(&mut self, fact: impl Fn(&Self) -> bool) {
        while !fact(self) {
            self.next().await;
        }
    }

    async fn until_state(&mut self, id: &TaskId, state: TaskState) {
        self.until(|mirror| mirror.tasks.get(id).is_some_and(|task| task.state == state)).await;
    }

    fn shows(&self, id: &TaskId, markdown: &str) -> bool {
        self.texts.get(id).is_some_and(|nodes| *nodes == parse(markdown))
    }
}

#[tokio::test]
async fn blocks_of_a_growing_answer_add_up_to_the_blocks_of_the_whole() {
    let app = Harness::start().await;
    let gates: Vec<Gate> = (0..4).map(|_| Gate::new()).collect();
    let pieces =
        ["# Title\n\nFirst *par", "agraph*.\n\n```rust\nfn main() ", "{}\n```\n\n- one\n", "- two\n"];
    let steps = pieces.iter().zip(&gates).flat_map(|(piece, gate)| [text(piece), wait(gate)]).chain([stop()]);
    app.server.script("grows", steps);
    let task = app.send("grows", Lane::Interactive).await;
    let mut mirror = Mirror::open(&app, Some(&task.conversation_id)).await;

    for (shown, gate) in gates.iter().enumerate() {
        let so_far = pieces[..=shown].concat();
        let words = so_far.split_whitespace().count() as u32;
        mirror.until(|mirror| mirror.words.get(&task.id) == Some(&words)).await;
        gate.open();
    }
    mirror.until_state(&task.id, TaskState::Completed).await;

    assert!(mirror.shows(&task.id, &pieces.concat()), "what was patched together is what one parse gives");
    assert!(mirror.wholes <= 1, "after the first text only changes travel");
    assert!(mirror.patches >= 3, "each piece travelled by itself");
}

// F12
#[tokio::test]
async fn a_window_opened_in_the_middle_of_an_answer_gets_all_of_it_once() {
    let app = Harness::start().await;
    let (first, second) = (Gate::new(), Gate::new());
    app.server.script(
        "half",
        [text("Half an "), wait(&first), text("answer. "), wait(&second), text("End."), stop()],
    );
    let task = app.send("half", Lane::Interactive).await;
    app.until_text(&task.id, "Half an ").await;

    let mut mirror = Mirror::open(&app, Some(&task.conversation_id)).await;
    assert!(mirror.shows(&task.id, "Half an"), "the snapshot has what is on disk");
    first.open();
    mirror.until(|mirror| mirror.words.get(&task.id) == Some(&3)).await;
    second.open();
    mirror.until_state(&task.id, TaskState::Completed).await;

    assert!(mirror.shows(&task.id, "Half an answer. End."));
    assert_eq!(mirror.wholes, 0, "the snapshot was continued and not repeated");
}

#[tokio::test]
async fn the_text_of_another_conversation_does_not_travel() {
    let app = Harness::start().await;
    app.server.script("here", [text("Here."), stop()]);
    app.server.script("there", [text("There."), stop()]);
    let here = app.send("here", Lane::Interactive).await;
    let mut mirror = Mirror::open(&app, Some(&here.conversation_id)).await;
    mirror.until_state(&here.id, TaskState::Completed).await;

    let there = app.send("there", Lane::Background).await;
    mirror.until_state(&there.id, TaskState::Completed).await;

    assert!(mirror.shows(&here.id, "Here."));
    assert!(!mirror.texts.contains_key(&there.id), "its row is enough for a list");
}

#[tokio::test]
async fn an_ended_answer_is_not_sent_again_when_only_its_row_changes() {
    let app = Harness::start().await;
    app.server.script("done", [text("Done."), stop()]);
    let task = app.send("done", Lane::Background).await;
    app.until_told(&task.id).await;
    let mut mirror = Mirror::open(&app, Some(&task.conversation_id)).await;
    assert!(mirror.shows(&task.id, "Done."));

    app.core.mark_seen(&task.id).await.unwrap();
    mirror.until(|mirror| mirror.tasks.get(&task.id).is_some_and(|task| !task.unread)).await;

    assert_eq!((mirror.wholes, mirror.patches), (0, 0), "the text has not changed");
}

#[tokio::test]
async fn a_new_attempt_goes_on_from_the_text_of_the_one_before() {
    let app = Harness::start().await;
    let (lost, again) = (Gate::new(), Gate::new());
    let first = vec![text("A first try that is as long as **it "), wait(&lost), cut()];
    let second = vec![wait(&again), text("is**."), stop()];
    app.server.scripts("cut", [first, second]);
    let task = app.send("cut", Lane::Background).await;
    let mut mirror = Mirror::open(&app, Some(&task.conversation_id)).await;
    mirror.until(|mirror| mirror.words.get(&task.id) == Some(&9)).await;

    lost.open();
    mirror.until(|mirror| mirror.tasks.get(&task.id).is_some_and(|task| task.attempt == 2)).await;
    again.open();
    mirror.until_state(&task.id, TaskState::Completed).await;

    assert!(mirror.shows(&task.id, "A first try that is as long as **it is**."));
}

#[tokio::test]
async fn an_answer_that_broke_off_is_shown_to_its_last_letter_without_marks_of_what_it_had_begun() {
    let app = Harness::start().await;
    app.server.script("cut", [text("It **broke** off in the *mid"), cut()]);
    let task = app.send("cut", Lane::Interactive).await;
    let mut mirror = Mirror::open(&app, Some(&task.conversation_id)).await;

    mirror.until_state(&task.id, TaskState::Waiting).await;

    assert!(mirror.shows(&task.id, "It **broke** off in the *mid*"));
    app.core.stop_task(&task.id).await.unwrap();
    mirror.until_state(&task.id, TaskState::Cancelled).await;
    let mut later = Mirror::open(&app, Some(&task.conversation_id)).await;
    later.until_state(&task.id, TaskState::Cancelled).await;
    for mirror in [mirror, later] {
        assert!(mirror.shows(&task.id, "It **broke** off in the *mid*"), "also once it is over");
    }
}

#[tokio::test]
async fn the_prompt_of_another_client_appears_with_its_text() {
    let app = Harness::start().await;
    app.server.script("one", [text("One."), stop()]);
    app.server.script("two", [text("Two."), stop()]);
    let one = app.send("one", Lane::Interactive).await;
    app.until_state(&one.id, TaskState::Completed).await;
    let mut mirror = Mirror::open(&app, Some(&one.conversation_id)).await;

    let two = app.send_in(&one.conversation_id, "two", Lane::Interactive).await;
    mirror.until_state(&two.id, TaskState::Completed).await;

    assert!(mirror.shows(&one.id, "One.") && mirror.shows(&two.id, "Two."));
}

#[tokio::test]
async fn earlier_turns_come_with_their_texts_and_without_the_draft() {
    let app = Harness::start().await;
    app.server.script("old", [text("Old."), stop()]);
    app.server.script("new", [text("New."), stop()]);
    let old = app.send("old", Lane::Interactive).await;
    app.until_state(&old.id, TaskState::Completed).await;
    let new = app.send_in(&old.conversation_id, "new", Lane::Interactive).await;
    app.until_state(&new.id, TaskState::Completed).await;

    let ThreadView { turns, texts, has_earlier, draft, .. } =
        earlier(&app.core, &Texts::default(), &old.conversation_id, new.turn).await.unwrap();

    assert_eq!(turns.len(), 1);
    assert_eq!(turns[0].tasks[0].id, old.id);
    assert_eq!(texts[0].nodes, parse("Old."));
    assert_eq!((has_earlier, draft.as_str()), (false, ""));
}

#[tokio::test]
async fn a_conversation_that_is_gone_is_no_thread_and_no_error() {
    let app = Harness::start().await;
    let gone = ConversationId::from_text("cnv_gone");
    let mut follower = ViewFollower::new(app.core.clone(), Texts::default(), Some(gone));
    match follower.next().await.unwrap().unwrap() {
        ViewFrame::Snapshot { thread, .. } => assert_eq!(thread, None),
        other => panic!("not a snapshot: {other:?}"),
    }
}

/// A prompt in a new chat, answered.
async fn ended(app: &Harness) -> Task {
    let task = app.send("m", Lane::Interactive).await;
    app.until_state(&task.id, TaskState::Completed).await
}

#[tokio::test]
async fn a_window_that_opens_another_chat_gets_it_with_the_rows_that_changed_and_no_others() {
    let app = Harness::start().await;
    app.server.scripts("m", ["First.", "Second.", "Third."].map(|words| vec![text(words), stop()]));
    let first = ended(&app).await;
    let second = ended(&app).await;
    let mut before =
        ViewFollower::new(app.core.clone(), Texts::default(), Some(first.conversation_id.clone()));
    let ViewFrame::Snapshot { head, .. } = before.next().await.unwrap().unwrap() else {
        panic!("a window begins with a snapshot")
    };
    let third = ended(&app).await;
    let open = Some(second.conversation_id.clone());
    let mut follower = ViewFollower::new(app.core.clone(), Texts::default(), open).knowing(head);
    let ViewFrame::Opened { thread, rows, .. } = follower.next().await.unwrap().unwrap() else {
        panic!("what it knew it knows")
    };
    let thread = thread.unwrap();
    assert_eq!(thread.turns[0].tasks[0].id, second.id);
    assert_eq!(thread.texts[0].nodes, parse("Second."));
    assert_eq!(rows.tasks.iter().map(|task| &task.id).collect::<Vec<_>>(), [&third.id]);
    assert_eq!(rows.conversations.iter().map(|one| &one.id).collect::<Vec<_>>(), [&third.conversation_id]);
    assert!(rows.head > head && rows.summary.is_some());
}

#[tokio::test]
async fn a_window_that_opens_a_chat_that_is_gone_learns_everything() {
    let app = Harness::start().await;
    let gone = ConversationId::from_text("cnv_gone");
    let mut follower = ViewFollower::new(app.core.clone(), Texts::default(), Some(gone)).knowing(1);
    assert!(matches!(follower.next().await.unwrap().unwrap(), ViewFrame::Snapshot { thread: None, .. }));
}

#[tokio::test]
async fn frames_end_with_the_core() {
    let app = Harness::start().await;
    let mut mirror = Mirror::open(&app, None).await;
    app.core.shutdown().await;
    while let Some(frame) = tokio::time::timeout(FACT_LIMIT, mirror.follower.next()).await.expect("it ends") {
        frame.unwrap();
    }
}

#[tokio::test]
async fn another_version_comes_as_a_thread_and_the_text_of_one_that_is_not_shown_stays_away() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("slow", [text("Half"), wait(&gate), text(" and half"), stop()]);
    app.server.script("fast", [text("Other"), stop()]);
    let slow = app.send("slow", Lane::Interactive).await;
    let mut mirror = Mirror::open(&app, Some(&slow.conversation_id)).await;
    mirror.until(|mirror| mirror.shows(&slow.id, "Half")).await;
    let message = SendMessage {
        conversation_id: Some(slow.conversation_id.clone()),
        edit_of: Some(slow.id.clone()),
        ..prompt("fast", Lane::Interactive)
    };
    let other = app.core.send_message(message).await.unwrap().task;
    mirror.until(|mirror| mirror.shows(&other.id, "Other")).await;
    assert_eq!((mirror.turns.len(), mirror.turns[0].versions.len()), (1, 2));
    assert!(!mirror.texts.contains_key(&slow.id), "it is not shown any more");

    gate.open();
    mirror.until_state(&slow.id, TaskState::Completed).await;
    assert!(!mirror.texts.contains_key(&slow.id), "its row comes, its text does not");
    app.core.show_task(&slow.id).await.unwrap();
    mirror.until(|mirror| mirror.shows(&slow.id, "Half and half")).await;
    assert_eq!(mirror.turns[0].tasks[0].id, slow.id);
}

#[tokio::test]
async fn an_answer_that_is_picked_comes_with_its_place_in_the_log() {
    let app = Harness::start().await;
    app.server.scripts("m", [vec![text("one"), stop()], vec![text("two"), stop()]]);
    let first = app.send("m", Lane::Interactive).await;
    app.until_state(&first.id, TaskState::Completed).await;
    let again = app.core.retry_task(&first.id, Lane::Interactive, Origin::Window, None).await.unwrap().task;
    app.until_state(&again.id, TaskState::Completed).await;
    let mut mirror = Mirror::open(&app, Some(&first.conversation_id)).await;
    app.core.show_task(&first.id).await.unwrap();
    mirror.until(|mirror| mirror.turns[0].shown().is_some_and(|shown| shown.id == first.id)).await;
}
