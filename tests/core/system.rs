//! What the app gives itself to do, the name of a chat: it costs one short request, takes no place, asks nobody and is told nobody.

use meanwhile_core::model::{
    AttemptEnd, ChatNames, Conversation, ConversationId, Lane, Origin, Price, Settings, Summary, Task,
    TaskQuery, TaskState,
};
use meanwhile_core::{ErrorCode, ExportFormat, NewProvider, SendMessage};
use meanwhile_support::harness::{FACT_LIMIT, Harness, code, prompt, sim};
use meanwhile_support::model_server::{Gate, Step, done, finish, hang, raw, refuse, stop, text, wait};
use serde_json::json;

const NAME: &str = "Heat pump tenders";

/// The title of a chat that nobody named.
const PROMPT: &str = "Summarise this";

async fn naming(names: ChatNames) -> Harness {
    let app = Harness::start().await;
    change(&app, |settings| settings.chat_names = names).await;
    app
}

async fn change(app: &Harness, change: impl FnOnce(&mut Settings)) {
    let mut settings = app.core.settings().await.unwrap();
    change(&mut settings);
    app.core.save_settings(settings).await.unwrap();
}

/// An answer, and then another one for whoever asks next.
fn then(answer: &str, next: Vec<Step>) -> [Vec<Step>; 2] {
    [vec![text(answer), stop()], next]
}

async fn chat(app: &Harness, id: &ConversationId) -> Conversation {
    app.core.conversations().await.unwrap().into_iter().find(|chat| chat.id == *id).unwrap()
}

/// What the system did or does, the newest first.
async fn system(app: &Harness) -> Vec<Task> {
    let query =
        TaskQuery { system: true, states: TaskState::ALL.to_vec(), limit: 50, ..TaskQuery::default() };
    app.core.find_tasks(query).await.unwrap().tasks
}

/// Waits until what the system did is as the test says, and gives the newest of it.
async fn until(app: &Harness, fact: impl Fn(&Task) -> bool) -> Task {
    let mut head = app.core.head();
    let wait = async {
        loop {
            head.mark_unchanged();
            if let Some(task) = system(app).await.into_iter().next().filter(&fact) {
                return task;
            }
            let _ = head.changed().await;
        }
    };
    tokio::time::timeout(FACT_LIMIT, wait).await.expect("the system never did that")
}

async fn until_over(app: &Harness) -> Task {
    until(app, |task| task.state.is_final()).await
}

async fn answered(app: &Harness, lane: Lane) -> Task {
    let task = app.send("m", lane).await;
    app.until_state(&task.id, TaskState::Completed).await
}

/// Prompts that the server was sent, each with what was said before.
fn asked(app: &Harness) -> usize {
    app.server.requests().iter().filter(|request| request.method == "POST").count()
}

#[tokio::test]
async fn a_chat_takes_the_name_that_a_local_model_gives_it_for_one_short_request() {
    let app = naming(ChatNames::Local).await;
    app.server.scripts("m", then("Three bids came.", vec![text("\"Heat pump tenders.\"\n"), stop()]));
    let task = answered(&app, Lane::Interactive).await;
    let named = until_over(&app).await;
    assert_eq!((named.state, named.attempt), (TaskState::Completed, 1));
    assert_eq!(named.title, "Naming \u{201c}Summarise this\u{201d}");
    assert_eq!(chat(&app, &task.conversation_id).await.title, NAME);

    let request = &app.server.requests()[1].body;
    assert_eq!((&request["model"], &request["max_tokens"]), (&json!("m"), &json!(64)));
    let messages = request["messages"].as_array().unwrap();
    let words = messages[0]["content"].as_str().unwrap();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(words.contains(PROMPT) && words.contains("Three bids came."), "{words}");

    app.send_in(&task.conversation_id, "m", Lane::Interactive).await;
    let again = app.core.thread(&task.conversation_id, None, 1).await.unwrap().turns[0].tasks[0].id.clone();
    app.until_state(&again, TaskState::Completed).await;
    assert_eq!((asked(&app), system(&app).await.len()), (3, 1), "later answers name nothing");
    app.assert_healthy().await;
}

#[tokio::test]
async fn the_practice_model_is_asked_for_no_name() {
    let app = naming(ChatNames::Always).await;
    let message = SendMessage {
        model: Some("practice/quick".to_owned()),
        ..SendMessage::new("Turn my notes into a packing list", Lane::Background, Origin::Window)
    };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_state(&task.id, TaskState::Completed).await;
    assert_eq!(system(&app).await, vec![]);
    assert_eq!(chat(&app, &task.conversation_id).await.title, "Turn my notes into a packing list");
}

#[tokio::test]
async fn a_chat_keeps_the_name_that_its_user_gave_it() {
    let app = naming(ChatNames::Local).await;
    let gate = Gate::new();
    app.server.scripts("m", then("Three bids came.", vec![wait(&gate), text(NAME), stop()]));
    let task = answered(&app, Lane::Interactive).await;
    until(&app, |task| task.state == TaskState::Running).await;
    app.core.rename_conversation(&task.conversation_id, "Mine").await.unwrap();
    gate.open();
    assert_eq!(until_over(&app).await.state, TaskState::Completed);
    assert_eq!(chat(&app, &task.conversation_id).await.title, "Mine");

    let gate = Gate::new();
    app.server.script("m", [wait(&gate), text("Yes."), stop()]);
    let other = app.send("m", Lane::Interactive).await;
    app.core.rename_conversation(&other.conversation_id, "Mine too").await.unwrap();
    gate.open();
    app.until_state(&other.id, TaskState::Completed).await;
    assert_eq!(system(&app).await.len(), 1, "and nobody is asked for another");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_name_that_does_not_come_changes_nothing_and_is_told_to_nobody() {
    for (steps, attempts, state) in [
        (vec![refuse(400, &[], "{}")], 1, TaskState::Failed),
        (vec![refuse(401, &[], "{}")], 1, TaskState::Failed),
        (vec![refuse(500, &[], "{}")], 2, TaskState::Failed),
        (vec![text("Heat"), Step::Cut], 1, TaskState::Failed),
        (vec![text("I am sorry.\nI cannot think of one."), stop()], 1, TaskState::Completed),
        (vec![stop()], 2, TaskState::Failed),
    ] {
        let app = naming(ChatNames::Local).await;
        app.server.scripts("m", then("Three bids came.", steps));
        let task = answered(&app, Lane::Interactive).await;
        app.core.mark_seen(&task.id).await.unwrap();
        let over = until_over(&app).await;
        assert_eq!((over.state, over.attempt), (state, attempts), "{over:#?}");
        assert_eq!(chat(&app, &task.conversation_id).await.title, PROMPT);
        assert_eq!(app.core.summary().await.unwrap(), Summary::default());
        assert_eq!((app.notifier.shown(), over.delivery, over.unread), (vec![], None, false));
        app.assert_healthy().await;
    }
}

// F2
#[tokio::test]
async fn a_name_that_was_asked_for_when_the_process_was_killed_is_not_asked_for_again() {
    let mut app = naming(ChatNames::Local).await;
    app.server.scripts("m", then("Three bids came.", vec![text("Heat"), hang()]));
    let task = answered(&app, Lane::Background).await;
    let named = until(&app, |task| task.state == TaskState::Running).await;
    app.until_text(&named.id, "Heat").await;
    app.crash().await;

    let over = until_over(&app).await;
    assert_eq!((over.state, over.attempt, over.unread), (TaskState::Failed, 1, false));
    let attempts = app.core.attempts(&over.id).await.unwrap();
    assert_eq!(attempts.len(), 1, "it was paid for once");
    assert_eq!((attempts[0].end, attempts[0].usage.output_tokens), (Some(AttemptEnd::Interrupted), Some(1)));
    assert_eq!(chat(&app, &task.conversation_id).await.title, PROMPT);
    app.server.script("m", [text("Yes."), stop()]);
    let next = app.send_in(&task.conversation_id, "m", Lane::Interactive).await;
    app.until_state(&next.id, TaskState::Completed).await;
    assert_eq!((asked(&app), system(&app).await.len()), (3, 1));
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_name_waits_until_nothing_of_the_user_does_also_over_a_kill() {
    let mut app = naming(ChatNames::Local).await;
    change(&app, |settings| settings.parallel_tasks = 1).await;
    let gate = Gate::new();
    let first_gate = Gate::new();
    let first = vec![wait(&first_gate), text("Three bids came."), stop()];
    app.server.scripts("m", [first, vec![text(NAME), stop()]]);
    app.server.script("long", [wait(&gate), text("Done."), stop()]);
    let first = app.send("m", Lane::Background).await;
    let [one, other] = [app.send("long", Lane::Background).await, app.send("long", Lane::Background).await];
    first_gate.open();
    app.until_state(&first.id, TaskState::Completed).await;
    let at_work = app.until_state(&one.id, TaskState::Running).await;
    assert_eq!(system(&app).await[0].state, TaskState::Queued);
    app.crash().await;

    app.until(&one.id, |task| task.attempt > at_work.attempt && task.state == TaskState::Running).await;
    let waits = system(&app).await;
    assert_eq!((waits.len(), waits[0].state, waits[0].attempt), (1, TaskState::Queued, 0));
    gate.open();
    app.until_state(&other.id, TaskState::Completed).await;
    let named = app.until_state(&waits[0].id, TaskState::Completed).await;
    assert_eq!(named.attempt, 1);
    assert_eq!(chat(&app, &first.conversation_id).await.title, NAME);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_is_asked_while_a_name_is_awaited_waits_for_no_place() {
    let app = naming(ChatNames::Local).await;
    change(&app, |settings| {
        settings.parallel_tasks = 1;
        settings.provider_tasks.insert("sim".to_owned(), 1);
    })
    .await;
    app.server.scripts("m", then("Three bids came.", vec![hang()]));
    answered(&app, Lane::Background).await;
    until(&app, |task| task.state == TaskState::Running).await;
    app.server.script("next", [text("Yes."), stop()]);
    let next = app.send("next", Lane::Background).await;
    app.until_state(&next.id, TaskState::Completed).await;
    assert_eq!(
        system(&app).await.iter().map(|task| task.state).collect::<Vec<_>>(),
        [TaskState::Queued, TaskState::Running]
    );
    app.assert_healthy().await;
}

#[tokio::test]
async fn nothing_of_it_is_shown_told_found_exported_or_sent() {
    let app = naming(ChatNames::Local).await;
    let gate = Gate::new();
    app.server.scripts("m", then("Three bids came.", vec![text("Zanzibar"), wait(&gate), stop()]));
    let task = answered(&app, Lane::Background).await;
    app.until_told(&task.id).await;
    app.core.mark_seen(&task.id).await.unwrap();
    let named = until(&app, |task| task.state == TaskState::Running).await;
    app.until_text(&named.id, "Zanzibar").await;
    for is_over in [false, true] {
        if is_over {
            gate.open();
            until_over(&app).await;
            app.core.rename_conversation(&task.conversation_id, "Mine").await.unwrap();
        }
        assert_eq!(app.core.summary().await.unwrap(), Summary::default());
        let home = chat(&app, &task.conversation_id).await;
        assert_eq!((home.working, home.waiting, home.unread, home.failed), (0, 0, 0, false));
        let page = app.core.tasks(50, None).await.unwrap();
        assert_eq!((page.active, page.history.len()), (vec![], 1));
        let query = TaskQuery { states: TaskState::ALL.to_vec(), limit: 50, ..TaskQuery::default() };
        assert_eq!(app.core.find_tasks(query).await.unwrap().total, 1);
        let changes = app.core.changes(0).await.unwrap();
        assert_eq!(changes.tasks.iter().map(|task| &task.id).collect::<Vec<_>>(), [&task.id]);
        let thread = app.core.thread(&task.conversation_id, None, 50).await.unwrap();
        assert_eq!((thread.turns.len(), thread.turns[0].tasks.len()), (1, 1));
        for words in ["Zanzibar", "Name the chat"] {
            assert_eq!(app.core.search(words, 20).await.unwrap().hits, [], "{words}");
        }
        for format in [ExportFormat::Markdown, ExportFormat::Jsonl] {
            let text = app.core.export(&task.conversation_id, format).await.unwrap();
            assert!(!text.contains("Zanzibar") && !text.contains("Name the chat"), "{text}");
        }
        let day = app.core.timeline(None).await.unwrap();
        assert_eq!(day.spans.iter().map(|span| &span.task_id).collect::<Vec<_>>(), [&task.id]);
        assert_eq!(app.notifier.shown().len(), 1, "that of the answer");
    }
    let next = app.send_in(&task.conversation_id, "m", Lane::Interactive).await;
    app.until_state(&next.id, TaskState::Completed).await;
    let sent = app.server.requests().pop().unwrap().body.to_string();
    assert!(!sent.contains("Zanzibar") && !sent.contains("Name the chat"), "{sent}");
    let today = app.core.usage(Some(1)).await.unwrap();
    assert_eq!(today.total.requests, 3, "but it is counted");
    app.assert_healthy().await;
}

#[tokio::test]
async fn no_name_is_asked_for_when_the_limit_of_the_day_is_reached() {
    let app = naming(ChatNames::Always).await;
    change(&app, |settings| {
        // A dollar for a hundred thousand tokens written, nothing for those read.
        settings.prices.insert("sim/m".to_owned(), Price { input: 0.0, cached: None, output: 10.0 });
        settings.day_limit.usd = Some(0.01);
    })
    .await;
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 1_000}});
    app.server.script("m", [text("Yes."), finish("stop"), raw(format!("data: {usage}\n\n")), done()]);
    let task = answered(&app, Lane::Interactive).await;
    let over = until_over(&app).await;
    assert_eq!((over.state, over.attempt, over.unread), (TaskState::Cancelled, 0, false));
    assert_eq!((asked(&app), chat(&app, &task.conversation_id).await.title.as_str()), (1, PROMPT));
    assert_eq!(app.core.summary().await.unwrap().needs_you, 0);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_a_name_costs_counts_for_the_day() {
    let app = naming(ChatNames::Always).await;
    change(&app, |settings| {
        settings.prices.insert("sim/m".to_owned(), Price { input: 0.0, cached: None, output: 10.0 });
        settings.day_limit.usd = Some(1.0);
    })
    .await;
    app.server.scripts("m", then("Three bids came.", vec![text(NAME), stop()]));
    answered(&app, Lane::Interactive).await;
    let named = until_over(&app).await;
    let used = app.core.usage(Some(1)).await.unwrap().total;
    assert_eq!(used.requests, 2);
    assert!(named.usage.cost_usd.is_some_and(|cost| cost > 0.0 && cost < used.cost_usd.unwrap()));
    app.assert_healthy().await;
}

#[tokio::test]
async fn off_means_off_and_local_means_nobody_who_could_bill_it() {
    let app = naming(ChatNames::Off).await;
    let base_url = app.server.base_url();
    let keyed = NewProvider { name: "keyed".to_owned(), key: Some("sk-1".to_owned()), ..sim(&base_url) };
    app.core.add_provider(keyed).await.unwrap();
    app.server.script("m", [text(NAME), stop()]);
    let ask = async |model: &str| {
        let message = SendMessage { model: Some(model.to_owned()), ..prompt("m", Lane::Interactive) };
        let task = app.core.send_message(message).await.unwrap().task;
        app.until_state(&task.id, TaskState::Completed).await
    };
    ask("sim/m").await;
    ask("keyed/m").await;
    change(&app, |settings| settings.chat_names = ChatNames::Local).await;
    ask("keyed/m").await;
    assert_eq!((asked(&app), system(&app).await), (3, vec![]));
    change(&app, |settings| settings.chat_names = ChatNames::Always).await;
    let task = ask("keyed/m").await;
    until_over(&app).await;
    assert_eq!(chat(&app, &task.conversation_id).await.title, NAME);
}

#[tokio::test]
async fn all_that_can_be_done_with_it_is_to_stop_it() {
    let app = naming(ChatNames::Local).await;
    app.server.scripts("m", then("Three bids came.", vec![text("Heat"), hang()]));
    let task = answered(&app, Lane::Interactive).await;
    let id = until(&app, |task| task.state == TaskState::Running).await.id;
    app.until_text(&id, "Heat").await;
    let core = &app.core;
    assert_eq!(code(core.continue_in_background(&id).await), ErrorCode::Invalid);
    assert_eq!(code(core.pause_task(&id).await), ErrorCode::Invalid);
    assert_eq!(code(core.show_task(&id).await), ErrorCode::Invalid);
    assert_eq!(code(core.pin_task(&id, true).await), ErrorCode::Invalid);
    assert_eq!(code(core.hand_over_task(&id, "sim/n").await), ErrorCode::Invalid);
    assert_eq!(code(core.retry_task(&id, Lane::Interactive, Origin::Window, None).await), ErrorCode::Invalid);
    let edit = SendMessage {
        conversation_id: Some(task.conversation_id.clone()),
        edit_of: Some(id.clone()),
        ..prompt("m", Lane::Interactive)
    };
    assert_eq!(code(core.send_message(edit).await), ErrorCode::Invalid);
    let forged = SendMessage { origin: Origin::System, ..prompt("m", Lane::Interactive) };
    assert_eq!(code(core.send_message(forged).await), ErrorCode::Invalid);

    core.stop_task(&id).await.unwrap();
    app.until_state(&id, TaskState::Cancelled).await;
    assert_eq!(code(core.resume_task(&id).await), ErrorCode::Invalid);
    assert_eq!(chat(&app, &task.conversation_id).await.title, PROMPT);
    app.assert_healthy().await;
}

#[tokio::test]
async fn it_ends_with_its_chat_and_when_everything_is_paused() {
    let app = naming(ChatNames::Local).await;
    app.server.scripts("m", then("Three bids came.", vec![hang()]));
    let task = answered(&app, Lane::Interactive).await;
    until(&app, |task| task.state == TaskState::Running).await;
    app.core.delete_conversation(&task.conversation_id).await.unwrap();
    app.core.restore_conversation(&task.conversation_id).await.unwrap();
    assert_eq!(until_over(&app).await.state, TaskState::Cancelled);

    app.server.scripts("m", then("Three bids came.", vec![hang()]));
    answered(&app, Lane::Interactive).await;
    until(&app, |task| task.state == TaskState::Running).await;
    app.core.pause_all().await.unwrap();
    assert_eq!(until_over(&app).await.state, TaskState::Cancelled);
    app.assert_healthy().await;
}

#[tokio::test]
async fn no_name_is_asked_of_a_provider_that_is_left_alone() {
    let app = naming(ChatNames::Local).await;
    change(&app, |settings| settings.parallel_tasks = 1).await;
    let gate = Gate::new();
    app.server.script("m", [wait(&gate), text("Three bids came."), stop()]);
    app.server.script("busy", [refuse(429, &[("retry-after", "600")], "{}")]);
    let first = app.send("m", Lane::Background).await;
    let busy = app.send("busy", Lane::Background).await;
    gate.open();
    // There was no place for it before.
    app.until(&busy.id, |task| task.due_at.is_some()).await;
    let over = until_over(&app).await;
    assert_eq!((over.state, over.attempt, asked(&app)), (TaskState::Cancelled, 0, 2));
    assert_eq!(chat(&app, &first.conversation_id).await.title, PROMPT);
    app.assert_healthy().await;
}
