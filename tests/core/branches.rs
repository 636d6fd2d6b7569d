//! Editing loses nothing: what followed a prompt stays with its version, and a model hears of the branch that is shown alone.

use meanwhile_core::model::{ConversationId, Lane, Origin, Task, TaskId, TaskState, Thread};
use meanwhile_core::{ErrorCode, ExportFormat, SendMessage, SystemClock, backup, doctor};
use meanwhile_support::harness::{Harness, code, prompt};
use meanwhile_support::model_server::{Gate, cut, hang, stop, text, wait};
use serde_json::{Value, json};

/// Asks `said`, of which the answer is `said` and an exclamation mark.
async fn say(app: &Harness, place: Option<&ConversationId>, edit_of: Option<&TaskId>, said: &str) -> Task {
    app.server.script("m", [text(&format!("{said}!")), stop()]);
    let task = ask(app, place, edit_of, said, "m", Lane::Interactive).await;
    app.until_state(&task.id, TaskState::Completed).await
}

async fn ask(
    app: &Harness,
    place: Option<&ConversationId>,
    edit_of: Option<&TaskId>,
    said: &str,
    model: &str,
    lane: Lane,
) -> Task {
    let message = SendMessage {
        conversation_id: place.cloned(),
        edit_of: edit_of.cloned(),
        text: said.to_owned(),
        ..prompt(model, lane)
    };
    app.core.send_message(message).await.unwrap().task
}

async fn thread(app: &Harness, id: &ConversationId) -> Thread {
    app.core.thread(id, None, 100).await.unwrap()
}

/// The prompts that are shown, and of those with versions which of how many.
async fn shown(app: &Harness, id: &ConversationId) -> Vec<String> {
    let turns = thread(app, id).await.turns;
    turns
        .iter()
        .map(|turn| {
            let task = turn.shown().unwrap();
            let at = turn.versions.iter().position(|version| version.branches.contains(&task.branch));
            at.map_or_else(
                || task.prompt.clone(),
                |at| format!("{} {}/{}", task.prompt, at + 1, turn.versions.len()),
            )
        })
        .collect()
}

/// What the last request said.
fn heard(app: &Harness) -> Vec<String> {
    let requests = app.server.requests();
    let messages = requests.last().unwrap().body["messages"].as_array().unwrap().clone();
    messages.iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

/// A chat of three prompts whose second was edited, and gone on from.
async fn edited(app: &Harness) -> (ConversationId, Vec<Task>) {
    let one = say(app, None, None, "one").await;
    let chat = one.conversation_id.clone();
    let two = say(app, Some(&chat), None, "two").await;
    let three = say(app, Some(&chat), None, "three").await;
    let second = say(app, Some(&chat), Some(&two.id), "TWO").await;
    (chat, vec![one, two, three, second])
}

#[tokio::test]
async fn an_edited_prompt_goes_on_without_what_followed_the_other_version() {
    let app = Harness::start().await;
    let (chat, tasks) = edited(&app).await;
    assert_eq!(heard(&app), ["one", "one!", "TWO"]);
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/2"]);
    assert_eq!((tasks[3].turn, &tasks[3].retry_of), (2, &Some(tasks[1].id.clone())));
    let next = say(&app, Some(&chat), None, "more").await;
    assert_eq!(heard(&app), ["one", "one!", "TWO", "TWO!", "more"]);
    assert_eq!(next.turn, 3);
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/2", "more"]);
    app.assert_healthy().await;
}

#[tokio::test]
async fn the_old_branch_is_shown_again_and_gone_on_with_also_after_a_restart() {
    let mut app = Harness::start().await;
    let (chat, tasks) = edited(&app).await;
    app.core.show_task(&tasks[1].id).await.unwrap();
    assert_eq!(shown(&app, &chat).await, ["one", "two 1/2", "three"]);
    app.restart().await;
    assert_eq!(shown(&app, &chat).await, ["one", "two 1/2", "three"]);
    say(&app, Some(&chat), None, "four").await;
    assert_eq!(heard(&app), ["one", "one!", "two", "two!", "three", "three!", "four"]);
    app.core.show_task(&tasks[3].id).await.unwrap();
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/2"]);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_version_comes_back_with_what_was_shown_below_it_last() {
    let app = Harness::start().await;
    let (chat, tasks) = edited(&app).await;
    let more = say(&app, Some(&chat), None, "more").await;
    let louder = say(&app, Some(&chat), Some(&more.id), "MORE").await;
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/2", "MORE 2/2"]);
    app.core.show_task(&tasks[1].id).await.unwrap();
    // From another version of a version there are three, and none is lost.
    let third = say(&app, Some(&chat), Some(&tasks[3].id), "Two").await;
    assert_eq!(shown(&app, &chat).await, ["one", "Two 3/3"]);
    assert_eq!(third.turn, 2);
    app.core.show_task(&tasks[3].id).await.unwrap();
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/3", "MORE 2/2"]);
    let put = app.core.show_task(&more.id).await.unwrap();
    assert_eq!(put.instead_of, Some(louder.id), "what it takes the place of can be shown again");
    assert_eq!(app.core.show_task(&more.id).await.unwrap().instead_of, None, "it is shown already");
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/3", "more 1/2"]);
    app.core.show_task(&tasks[0].id).await.unwrap();
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/3", "more 1/2"], "what is shown stays as it is");
    app.assert_healthy().await;
}

#[tokio::test]
async fn the_first_prompt_has_versions_like_any_other() {
    let app = Harness::start().await;
    let one = say(&app, None, None, "one").await;
    let chat = one.conversation_id.clone();
    say(&app, Some(&chat), None, "two").await;
    let other = say(&app, Some(&chat), Some(&one.id), "ONE").await;
    assert_eq!((heard(&app), shown(&app, &chat).await), (vec!["ONE".to_owned()], vec!["ONE 2/2".to_owned()]));
    say(&app, Some(&chat), Some(&other.id), "One").await;
    assert_eq!(shown(&app, &chat).await, ["One 3/3"]);
    app.core.show_task(&one.id).await.unwrap();
    assert_eq!(shown(&app, &chat).await, ["one 1/3", "two"]);
}

#[tokio::test]
async fn a_result_goes_to_its_own_branch_also_while_another_is_shown() {
    let app = Harness::start().await;
    let one = say(&app, None, None, "one").await;
    let chat = one.conversation_id.clone();
    let gate = Gate::new();
    app.server.script("slow", [wait(&gate), text("at last"), stop()]);
    let slow = ask(&app, Some(&chat), None, "two", "slow", Lane::Background).await;
    let other = say(&app, Some(&chat), Some(&slow.id), "TWO").await;
    gate.open();
    let told = app.until_told(&slow.id).await;

    assert_eq!((told.branch, told.turn), (slow.branch, slow.turn));
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/2"], "nothing moves under its reader");
    let turns = thread(&app, &chat).await.turns;
    assert_eq!(turns[1].tasks.iter().map(|task| &task.id).collect::<Vec<_>>(), [&other.id]);
    assert!(turns[1].versions[0].branches.contains(&slow.branch), "its version is named");
    let notice = app.notifier.notices().remove(0);
    assert_eq!(notice.task_id, slow.id);
    app.core.show_task(&notice.task_id).await.unwrap();
    assert_eq!(shown(&app, &chat).await, ["one", "two 1/2"]);
    assert_eq!(app.text(&slow.id).await, "at last");
    app.assert_healthy().await;
}

#[tokio::test]
async fn the_answer_that_is_shown_is_the_one_that_is_gone_on_from() {
    let mut app = Harness::start().await;
    app.server.scripts("m", [vec![text("first"), stop()], vec![text("second"), stop()]]);
    let first = app.send("m", Lane::Interactive).await;
    app.until_state(&first.id, TaskState::Completed).await;
    let again = app.core.retry_task(&first.id, Lane::Interactive, Origin::Window, None).await.unwrap().task;
    app.until_state(&again.id, TaskState::Completed).await;
    let chat = &first.conversation_id;
    let answer = |thread: &Thread| thread.turns[0].shown().unwrap().id.clone();
    assert_eq!(answer(&thread(&app, chat).await), again.id);

    app.core.show_task(&first.id).await.unwrap();
    app.restart().await;
    assert_eq!(answer(&thread(&app, chat).await), first.id);
    say(&app, Some(chat), None, "next").await;
    assert_eq!(heard(&app), ["Summarise this", "first", "next"]);
    app.core.show_task(&again.id).await.unwrap();
    say(&app, Some(chat), None, "next").await;
    assert_eq!(heard(&app)[..2], ["Summarise this", "second"]);
    app.assert_healthy().await;
}

#[tokio::test]
async fn while_the_answer_that_is_shown_is_written_the_one_before_it_counts() {
    let app = Harness::start().await;
    let one = say(&app, None, None, "one").await;
    app.server.script("m", [text("half"), hang()]);
    let again = app.core.retry_task(&one.id, Lane::Interactive, Origin::Window, None).await.unwrap().task;
    app.until_text(&again.id, "half").await;
    let next = ask(&app, Some(&one.conversation_id), None, "two", "other", Lane::Interactive).await;
    app.server.until(|stats| stats.requests == 3).await;
    assert_eq!(heard(&app), ["one", "one!", "two"]);
    assert_eq!(next.turn, 2);
}

#[tokio::test]
async fn an_answer_that_broke_off_is_tried_again_in_its_own_branch() {
    let app = Harness::start().await;
    let one = say(&app, None, None, "one").await;
    let chat = one.conversation_id.clone();
    app.server.script("cut", [text("half"), cut()]);
    let broken = ask(&app, Some(&chat), None, "two", "cut", Lane::Interactive).await;
    app.until_state(&broken.id, TaskState::Waiting).await;
    say(&app, Some(&chat), Some(&broken.id), "TWO").await;
    app.server.script("cut", [text("whole"), stop()]);
    let again = app.core.retry_task(&broken.id, Lane::Interactive, Origin::Window, None).await.unwrap().task;
    app.until_state(&again.id, TaskState::Completed).await;
    assert_eq!((again.branch, again.turn), (broken.branch, broken.turn));
    assert_eq!(heard(&app), ["one", "one!", "two"]);
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/2"]);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_chat_comes_out_of_the_trash_with_the_branch_that_was_shown() {
    let app = Harness::start().await;
    let (chat, tasks) = edited(&app).await;
    app.core.show_task(&tasks[2].id).await.unwrap();
    app.core.delete_conversation(&chat).await.unwrap();
    app.core.restore_conversation(&chat).await.unwrap();
    assert_eq!(shown(&app, &chat).await, ["one", "two 1/2", "three"]);
    let nobody = TaskId::from_text("tsk_none");
    assert_eq!(code(app.core.show_task(&nobody).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn earlier_turns_are_those_of_the_branch_that_is_shown() {
    let app = Harness::start().await;
    let (chat, _) = edited(&app).await;
    for said in ["a", "b", "c"] {
        say(&app, Some(&chat), None, said).await;
    }
    let end = app.core.thread(&chat, None, 2).await.unwrap();
    assert_eq!((end.turns[0].number, end.has_earlier), (4, true));
    let rest = app.core.thread(&chat, Some(4), 10).await.unwrap();
    let prompts: Vec<_> = rest.turns.iter().map(|turn| turn.tasks[0].prompt.as_str()).collect();
    assert_eq!(prompts, ["one", "TWO", "a"]);
    let path: Vec<_> = end.path.iter().map(|stretch| (stretch.branch, stretch.from)).collect();
    assert_eq!(path, [(0, 1), (1, 2)]);
}

#[tokio::test]
async fn what_is_found_in_another_branch_leads_there() {
    let app = Harness::start().await;
    let (chat, tasks) = edited(&app).await;
    let hits = app.core.search("three", 10).await.unwrap().hits;
    let answer = hits[0].task_id.clone().unwrap();
    assert_eq!((hits.len(), &answer), (1, &tasks[2].id));
    app.core.show_task(&answer).await.unwrap();
    assert_eq!(shown(&app, &chat).await, ["one", "two 1/2", "three"]);
    let both = app.core.search("two", 10).await.unwrap().hits;
    let places: Vec<_> = both.iter().map(|hit| hit.task_id.clone().unwrap()).collect();
    assert_eq!(places, [tasks[3].id.clone(), tasks[1].id.clone()], "each version is a place of its own");
}

#[tokio::test]
async fn markdown_has_the_branch_that_is_shown_and_json_lines_have_all_with_what_they_follow() {
    let app = Harness::start().await;
    let (chat, tasks) = edited(&app).await;
    let page = app.core.export(&chat, ExportFormat::Markdown).await.unwrap();
    assert!(
        page.contains("TWO\n\n*Version 2 of 2 of this prompt; the JSON lines have them all.*\n"),
        "{page}"
    );
    assert!(!page.contains("two") && !page.contains("three"), "{page}");

    let lines = app.core.export(&chat, ExportFormat::Jsonl).await.unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let prompts: Vec<&Value> = lines.iter().filter(|line| line["role"] == "user").collect();
    let follows: Vec<_> =
        prompts.iter().map(|line| (&line["text"], &line["branch"], &line["follows"])).collect();
    let (one, two) = (json!(tasks[0].prompt_id), json!(tasks[1].prompt_id));
    assert_eq!(
        follows,
        [
            (&json!("one"), &json!(0), &Value::Null),
            (&json!("two"), &json!(0), &one),
            (&json!("three"), &json!(0), &two),
            (&json!("TWO"), &json!(1), &one),
        ]
    );
    let shown = lines.iter().filter(|line| line["is_shown"] == true).map(|line| &line["text"]);
    assert_eq!(shown.collect::<Vec<_>>(), ["one", "one!", "TWO", "TWO!"]);
}

/// The rows as the version before branches left them.
const BEFORE: &str = "
  DROP INDEX task_system; DROP INDEX task_system_open; DROP INDEX task_alike; ALTER TABLE task DROP COLUMN system; ALTER TABLE conversation DROP COLUMN is_named;
  DROP INDEX task_forecast; ALTER TABLE task DROP COLUMN size; ALTER TABLE task DROP COLUMN forecast; ALTER TABLE task DROP COLUMN tier; ALTER TABLE task DROP COLUMN signs;
  DROP TABLE channel; DROP INDEX delivery_halfway; ALTER TABLE delivery DROP COLUMN event; ALTER TABLE task DROP COLUMN muted;
  ALTER TABLE task DROP COLUMN pinned; ALTER TABLE task DROP COLUMN placement; ALTER TABLE settings DROP COLUMN looked_at; ALTER TABLE settings DROP COLUMN looked_seq; DROP TABLE sleep;
         DROP INDEX task_child; ALTER TABLE task DROP COLUMN parent_id; ALTER TABLE task DROP COLUMN parent_call; ALTER TABLE task DROP COLUMN child;
   DROP INDEX delivery_said; ALTER TABLE delivery DROP COLUMN call; ALTER TABLE delivery DROP COLUMN is_near; DROP TABLE tool_server; DROP INDEX task_agent; DROP TABLE remark; DROP TABLE snapshot_gap; DROP TABLE folder_snapshot; DROP TABLE snapshot; DROP TABLE permit; DROP TABLE approval; DROP TABLE call;
  ALTER TABLE task DROP COLUMN agent; ALTER TABLE task DROP COLUMN plan; ALTER TABLE task DROP COLUMN calls;
  DROP INDEX task_in_batch; DROP INDEX task_stop; ALTER TABLE task DROP COLUMN in_batch; DROP INDEX task_turn; CREATE INDEX task_turn ON task (conversation_id, turn); CREATE INDEX message_turn ON message (conversation_id, turn);
  ALTER TABLE task DROP COLUMN branch; ALTER TABLE task DROP COLUMN shown_seq; ALTER TABLE message DROP COLUMN branch;
  ALTER TABLE conversation DROP COLUMN branch; ALTER TABLE conversation DROP COLUMN shown_seq; DROP TABLE branch;
  ALTER TABLE document DROP COLUMN left_out;
  PRAGMA user_version = 11";

#[tokio::test]
async fn of_data_of_an_older_version_the_newest_prompt_of_each_turn_is_gone_on_with() {
    let mut app = Harness::start().await;
    let (chat, tasks) = edited(&app).await;
    let again =
        app.core.retry_task(&tasks[0].id, Lane::Interactive, Origin::Window, None).await.unwrap().task;
    app.until_state(&again.id, TaskState::Completed).await;
    app.core.shutdown().await;
    let sql = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    sql.execute_batch(BEFORE).unwrap();
    drop(sql);
    app.restart().await;
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/2", "three"], "as it was shown then");
    assert_eq!(thread(&app, &chat).await.turns[0].shown().unwrap().id, again.id);
    app.core.show_task(&tasks[1].id).await.unwrap();
    assert_eq!(shown(&app, &chat).await, ["one", "two 1/2"]);
    app.core.show_task(&tasks[2].id).await.unwrap();
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/2", "three"]);
    app.assert_healthy().await;
}

#[tokio::test]
async fn branches_are_read_out_of_damaged_data_and_those_that_are_lost_get_a_stand_in() {
    let mut app = Harness::start().await;
    let (chat, tasks) = edited(&app).await;
    app.core.shutdown().await;
    backup::salvage(&app.data_dir(), &SystemClock).unwrap();
    app.restart().await;
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/2"]);

    app.core.shutdown().await;
    let sql = rusqlite::Connection::open(app.data_dir().join("meanwhile.db")).unwrap();
    sql.execute_batch("DELETE FROM branch").unwrap();
    drop(sql);
    let found = doctor::check(&app.data_dir()).unwrap();
    assert_eq!(found[0].task_id.as_deref(), Some(tasks[3].id.as_str()));
    backup::salvage(&app.data_dir(), &SystemClock).unwrap();
    assert_eq!(doctor::check(&app.data_dir()).unwrap(), []);
    app.restart().await;
    assert_eq!(shown(&app, &chat).await, ["one", "TWO 2/2"]);
    assert_eq!(app.text(&tasks[3].id).await, "TWO!");
}

/// A prompt asked of two models, whose answers are `one` and `two`; gives the tasks in the order of asking.
async fn compared(app: &Harness, lane: Lane) -> (Task, Task) {
    app.server.script("m", [text("one"), stop()]);
    app.server.script("other", [text("two"), stop()]);
    let message = SendMessage {
        compare_with: Some("sim/other".to_owned()),
        idempotency_key: Some("pressed once".to_owned()),
        ..prompt("m", lane)
    };
    let first = app.core.send_message(message.clone()).await.unwrap();
    let again = app.core.send_message(message).await.unwrap();
    assert_eq!((again.is_new, &again.task.id), (false, &first.task.id), "it is asked once");
    let turns = thread(app, &first.task.conversation_id).await.turns;
    let both: [Task; 2] = turns[0].tasks.clone().try_into().unwrap();
    for task in &both {
        app.until_state(&task.id, TaskState::Completed).await;
    }
    let [first, second] = both;
    (first, second)
}

#[tokio::test]
async fn two_models_answer_one_prompt_side_by_side_until_one_is_kept() {
    let mut app = Harness::start().await;
    let (first, second) = compared(&app, Lane::Interactive).await;
    let chat = first.conversation_id.clone();
    assert_eq!((first.model.as_str(), second.model.as_str()), ("sim/m", "sim/other"));
    assert_eq!((&first.prompt_id, first.shown_seq), (&second.prompt_id, second.shown_seq));
    assert_eq!((app.text(&first.id).await, app.text(&second.id).await), ("one".into(), "two".into()));
    app.core.show_task(&second.id).await.unwrap();
    assert_eq!(thread(&app, &chat).await.turns[0].shown().unwrap().id, first.id, "to look is not to choose");
    say(&app, Some(&chat), None, "next").await;
    assert_eq!(heard(&app), ["Summarise this", "one", "next"]);

    app.core.keep_answer(&second.id).await.unwrap();
    app.restart().await;
    let turn = thread(&app, &chat).await.turns.remove(0);
    assert_eq!((turn.shown().unwrap().id.clone(), turn.tasks.len()), (second.id, 2), "the other stays");
    assert_eq!(thread(&app, &chat).await.conversation.model.as_deref(), Some("sim/m"));
    say(&app, Some(&chat), None, "and").await;
    assert_eq!(heard(&app)[..2], ["Summarise this", "two"]);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_is_compared_in_the_background_is_told_twice_and_tried_again_beside_the_other() {
    let app = Harness::start().await;
    let (first, second) = compared(&app, Lane::Background).await;
    for task in [&first, &second] {
        app.until_told(&task.id).await;
    }
    let again = app.core.retry_task(&second.id, Lane::Background, Origin::Window, None).await.unwrap().task;
    app.until_state(&again.id, TaskState::Completed).await;
    let turn = thread(&app, &first.conversation_id).await.turns.remove(0);
    let highest = turn.tasks.iter().map(|task| task.shown_seq).max();
    let beside = turn.tasks.iter().filter(|task| Some(task.shown_seq) == highest).map(|task| &task.id);
    assert_eq!(beside.collect::<Vec<_>>(), [&first.id, &again.id]);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_model_is_compared_with_another_one_that_is_there() {
    let app = Harness::start().await;
    for (other, words) in [("sim/m", "these are the same"), ("nobody/x", "nobody")] {
        let message = SendMessage { compare_with: Some(other.to_owned()), ..prompt("m", Lane::Interactive) };
        let refused = app.core.send_message(message).await.unwrap_err();
        assert!(refused.code == ErrorCode::Invalid && refused.message.contains(words), "{refused:?}");
    }
    assert_eq!((app.core.conversations().await.unwrap(), app.server.requests().len()), (Vec::new(), 0));
}
