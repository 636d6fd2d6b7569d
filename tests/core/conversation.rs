//! Turns keep their order, answers stand under their own prompt, and nothing typed is lost.

use meanwhile_core::model::{Draft, Lane, Origin, Reason, Settings, TaskState};
use meanwhile_core::{ErrorCode, SendMessage};
use meanwhile_support::harness::{Harness, code, prompt};
use meanwhile_support::model_server::{Gate, cut, hang, stop, text, wait};

#[tokio::test]
async fn an_answer_stands_under_its_own_prompt_even_if_the_conversation_moved_on() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("slow", [wait(&gate), text("the slow one"), stop()]);
    app.server.script("fast", [text("the fast one"), stop()]);
    let slow = app.send("slow", Lane::Background).await;
    let fast = app.send_in(&slow.conversation_id, "fast", Lane::Interactive).await;
    app.until_state(&fast.id, TaskState::Completed).await;
    gate.open();
    app.until_told(&slow.id).await;

    let thread = app.core.thread(&slow.conversation_id, None, 10).await.unwrap();
    let order: Vec<_> = thread.turns.iter().map(|t| (t.number, t.tasks[0].id.clone())).collect();
    assert_eq!(order, [(1, slow.id.clone()), (2, fast.id)]);
    assert_eq!(app.text(&slow.id).await, "the slow one");
}

#[tokio::test]
async fn a_prompt_carries_what_was_said_before_and_nothing_that_has_no_answer() {
    let app = Harness::start().await;
    let gate = Gate::new();
    app.server.script("open", [wait(&gate), text("late"), stop()]);
    app.server.script("m", [text("first answer"), stop()]);
    let first = app.send("m", Lane::Interactive).await;
    app.until_state(&first.id, TaskState::Completed).await;
    app.send_in(&first.conversation_id, "open", Lane::Background).await;
    let third = app.send_in(&first.conversation_id, "m", Lane::Interactive).await;
    app.until_state(&third.id, TaskState::Completed).await;

    let asked = app.server.requests().into_iter().rfind(|r| r.body["model"] == "m").unwrap();
    let said: Vec<_> = asked.body["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| format!("{}: {}", m["role"].as_str().unwrap(), m["content"].as_str().unwrap()))
        .collect();
    assert_eq!(said, ["user: Summarise this", "assistant: first answer", "user: Summarise this"]);
    gate.open();
}

#[tokio::test]
async fn an_edited_prompt_takes_the_same_turn_beside_the_old_version() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let first = app.send("m", Lane::Interactive).await;
    app.until_state(&first.id, TaskState::Completed).await;
    let edited = SendMessage {
        conversation_id: Some(first.conversation_id.clone()),
        edit_of: Some(first.id.clone()),
        text: "Summarise that".to_owned(),
        ..prompt("m", Lane::Interactive)
    };
    let edited = app.core.send_message(edited).await.unwrap().task;
    app.until_state(&edited.id, TaskState::Completed).await;

    let thread = app.core.thread(&first.conversation_id, None, 10).await.unwrap();
    assert_eq!(thread.turns.len(), 1);
    let prompts: Vec<_> = thread.turns[0].tasks.iter().map(|t| t.prompt.as_str()).collect();
    assert_eq!(prompts, ["Summarise that"]);
    let versions: Vec<_> = thread.turns[0].versions.iter().map(|version| version.task_id.clone()).collect();
    assert_eq!(versions, [first.id, edited.id]);
    let messages = &app.server.requests()[1].body["messages"];
    assert_eq!(messages.as_array().unwrap().len(), 1, "the version it replaces is not part of the context");
}

#[tokio::test]
async fn regenerating_makes_a_second_version_in_the_same_turn() {
    let app = Harness::start().await;
    app.server.scripts("m", [vec![text("one"), stop()], vec![text("two"), stop()]]);
    let first = app.send("m", Lane::Interactive).await;
    app.until_state(&first.id, TaskState::Completed).await;
    let again = app.core.retry_task(&first.id, Lane::Interactive, Origin::Window, None).await.unwrap().task;
    app.until_state(&again.id, TaskState::Completed).await;
    assert_eq!((again.turn, again.retry_of), (first.turn, Some(first.id.clone())));
    assert_eq!((app.text(&first.id).await, app.text(&again.id).await), ("one".to_owned(), "two".to_owned()));
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_conversation_is_named_after_its_first_prompt_until_it_is_renamed() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let message = SendMessage {
        text:
            "\n## Why the nightly import slows down, and what the smallest change is that fixes it for good\n"
                .to_owned(),
        ..prompt("m", Lane::Interactive)
    };
    let task = app.core.send_message(message).await.unwrap().task;
    let title = app.core.conversations().await.unwrap()[0].title.clone();
    assert_eq!(title, "Why the nightly import slows down, and what the smallest ch…");
    let renamed = app.core.rename_conversation(&task.conversation_id, "  Imports ").await.unwrap();
    assert_eq!(renamed.title, "Imports");
    let error = app.core.rename_conversation(&task.conversation_id, "  ").await.unwrap_err();
    assert_eq!(error.message, "a conversation needs a name");
}

#[tokio::test]
async fn a_draft_is_kept_for_each_conversation_over_a_restart() {
    let mut app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let id = app.send("m", Lane::Interactive).await.conversation_id;
    app.core
        .save_draft(Draft {
            conversation_id: Some(id.clone()),
            text: "and then".to_owned(),
            attachments: Vec::new(),
        })
        .await
        .unwrap();
    app.core
        .save_draft(Draft {
            conversation_id: None,
            text: "something new".to_owned(),
            attachments: Vec::new(),
        })
        .await
        .unwrap();
    app.restart().await;
    assert_eq!(app.core.draft(Some(&id)).await.unwrap().text, "and then");
    assert_eq!(app.core.draft(None).await.unwrap().text, "something new");
}

#[tokio::test]
async fn a_long_thread_is_read_from_its_end_and_then_backwards() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let first = app.send("m", Lane::Interactive).await;
    let mut last = first.clone();
    for _ in 0..6 {
        last = app.send_in(&first.conversation_id, "m", Lane::Interactive).await;
    }
    app.until_state(&last.id, TaskState::Completed).await;
    let numbers = |t: &meanwhile_core::model::Thread| t.turns.iter().map(|t| t.number).collect::<Vec<_>>();
    let end = app.core.thread(&first.conversation_id, None, 3).await.unwrap();
    assert_eq!((numbers(&end), end.has_earlier), (vec![5, 6, 7], true));
    let start = app.core.thread(&first.conversation_id, Some(5), 10).await.unwrap();
    assert_eq!((numbers(&start), start.has_earlier), (vec![1, 2, 3, 4], false));
}

#[tokio::test]
async fn a_chat_keeps_its_model_also_in_the_background() {
    let app = Harness::start().await;
    for model in ["own", "default"] {
        app.server.script(model, [text("ok"), stop()]);
    }
    let first = app.send("own", Lane::Interactive).await;
    app.until_state(&first.id, TaskState::Completed).await;
    let settings = app.core.settings().await.unwrap();
    let default_model = Some("sim/default".to_owned());
    app.core.save_settings(Settings { default_model, ..settings }).await.unwrap();
    let unnamed = SendMessage {
        model: None,
        conversation_id: Some(first.conversation_id.clone()),
        ..prompt("own", Lane::Background)
    };
    assert_eq!(app.core.send_message(unnamed).await.unwrap().task.model, "sim/own");
}

#[tokio::test]
async fn what_is_in_the_trash_is_counted_and_listed_nowhere() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    assert_eq!(app.core.summary().await.unwrap().unread, 1);
    app.core.delete_conversation(&task.conversation_id).await.unwrap();
    assert_eq!(app.core.summary().await.unwrap().unread, 0);
    assert_eq!(app.core.tasks(10, None).await.unwrap().history, []);
    app.core.restore_conversation(&task.conversation_id).await.unwrap();
    assert_eq!(app.core.summary().await.unwrap().unread, 1, "restored, it is new again");
}

#[tokio::test]
async fn work_is_set_aside_with_its_conversation_and_goes_on_when_that_is_restored() {
    let app = Harness::start().await;
    let gate = Gate::new();
    let half = || vec![text("Half"), wait(&gate), text(" and half"), stop()];
    app.server.scripts("m", [half(), half(), half()]);
    let running = app.send("m", Lane::Background).await;
    app.until_text(&running.id, "Half").await;
    let paused = app.send_in(&running.conversation_id, "m", Lane::Background).await;
    app.core.pause_task(&paused.id).await.unwrap();
    app.until_state(&paused.id, TaskState::Paused).await;

    app.core.delete_conversation(&running.conversation_id).await.unwrap();
    let aside = app.until_state(&running.id, TaskState::Paused).await;
    assert_eq!(aside.reason, Some(Reason::Trash));
    assert_eq!(app.core.tasks(10, None).await.unwrap().active, [], "it is listed nowhere");
    let refused = app.core.resume_task(&running.id).await.unwrap_err();
    assert_eq!(refused.message, "its chat was deleted; bring that back first");
    app.core.resume_all().await.unwrap();
    assert_eq!(app.core.task(&running.id).await.unwrap().state, TaskState::Paused, "it is in the trash");
    assert_eq!(app.core.conversations().await.unwrap(), []);

    gate.open();
    app.core.restore_conversation(&running.conversation_id).await.unwrap();
    assert_eq!(app.core.conversations().await.unwrap().len(), 1);
    app.until_state(&running.id, TaskState::Completed).await;
    assert_eq!(
        app.core.task(&paused.id).await.unwrap().state,
        TaskState::Paused,
        "the user paused it before"
    );
    app.assert_healthy().await;
}

#[tokio::test]
async fn nothing_in_the_trash_is_asked_again_or_anew() {
    let app = Harness::start().await;
    app.server.script("m", [text("ok"), stop()]);
    let task = app.send("m", Lane::Background).await;
    app.until_told(&task.id).await;
    app.core.delete_conversation(&task.conversation_id).await.unwrap();
    let again = app.core.retry_task(&task.id, Lane::Background, Origin::Window, None).await;
    assert_eq!(code(again), ErrorCode::Invalid);
    let message =
        SendMessage { conversation_id: Some(task.conversation_id.clone()), ..prompt("m", Lane::Background) };
    assert_eq!(code(app.core.send_message(message).await), ErrorCode::Invalid);
    assert_eq!(app.server.requests().len(), 1);
}

#[tokio::test]
async fn undo_that_is_faster_than_the_closing_of_a_connection_lets_the_work_go_on() {
    let app = Harness::start().await;
    let gate = Gate::new();
    let half = || vec![text("Half"), wait(&gate), text(" and half"), stop()];
    app.server.scripts("m", [half(), half()]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "Half").await;
    let (deleted, restored) = tokio::join!(
        app.core.delete_conversation(&task.conversation_id),
        app.core.restore_conversation(&task.conversation_id)
    );
    assert_eq!((deleted.is_ok(), restored.is_ok()), (true, true));
    gate.open();
    app.until_state(&task.id, TaskState::Completed).await;
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_answer_that_broke_off_waits_for_its_word_also_after_its_chat_was_deleted_and_brought_back() {
    let app = Harness::start().await;
    app.server.script("m", [text("Half"), cut()]);
    let task = app.send("m", Lane::Interactive).await;
    app.until_state(&task.id, TaskState::Waiting).await;
    app.core.delete_conversation(&task.conversation_id).await.unwrap();
    assert_eq!(app.core.summary().await.unwrap().needs_you, 0);
    app.core.restore_conversation(&task.conversation_id).await.unwrap();
    let back = app.core.task(&task.id).await.unwrap();
    assert_eq!((back.state, back.reason), (TaskState::Waiting, Some(Reason::Interrupted)));
    assert_eq!(app.core.summary().await.unwrap().needs_you, 1);
    assert_eq!(app.server.requests().len(), 1, "nothing was asked and paid for unasked");
}

#[tokio::test]
async fn what_is_not_brought_back_is_stopped_at_the_next_start() {
    let mut app = Harness::start().await;
    app.server.script("m", [text("Half"), hang()]);
    let task = app.send("m", Lane::Background).await;
    app.until_text(&task.id, "Half").await;
    app.core.delete_conversation(&task.conversation_id).await.unwrap();
    app.until_state(&task.id, TaskState::Paused).await;
    app.restart().await;
    app.until_state(&task.id, TaskState::Cancelled).await;
    assert_eq!(app.text(&task.id).await, "Half");
    app.assert_healthy().await;
}

#[tokio::test]
async fn another_model_answers_once_more_beside_the_first_and_the_chat_keeps_its_own() {
    let app = Harness::start().await;
    app.server.script("m", [text("one"), stop()]);
    app.server.script("other", [text("two"), stop()]);
    let first = app.send("m", Lane::Interactive).await;
    app.until_state(&first.id, TaskState::Completed).await;
    let retry = |model: &str| {
        app.core.retry_task(&first.id, Lane::Interactive, Origin::Window, Some(model.to_owned()))
    };
    let second = retry("sim/other").await.unwrap().task;
    app.until_state(&second.id, TaskState::Completed).await;
    assert_eq!((second.turn, second.model.as_str()), (1, "sim/other"));
    let thread = app.core.thread(&first.conversation_id, None, 1).await.unwrap();
    let versions: Vec<_> = thread.turns[0].tasks.iter().map(|task| task.id.clone()).collect();
    assert_eq!(versions, [first.id.clone(), second.id.clone()]);
    assert_eq!((app.text(&first.id).await.as_str(), app.text(&second.id).await.as_str()), ("one", "two"));
    assert_eq!(thread.conversation.model.as_deref(), Some("sim/m"), "who answers next is as it was");
    assert_eq!(code(retry("nobody/x").await), ErrorCode::Invalid);
    app.assert_healthy().await;
}
