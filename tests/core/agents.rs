//! An agent works on a task in steps: it looks, says what it plans, asks, and ends with one answer in the chat.

use meanwhile_core::SendMessage;
use meanwhile_core::model::{
    AgentChoice, CallState, Decision, Detail, FinishReason, Lane, Outcome, Reason, StepState, Task, TaskState,
};
use meanwhile_support::harness::{Harness, prompt};
use meanwhile_support::model_server::{Gate, Step, call, done, finish, refuse, stop, text, wait};
use serde_json::{Value, json};
use std::path::Path;

/// A prompt for an agent in a folder.
pub fn work(folder: &Path, lane: Lane) -> SendMessage {
    of("General", Some(folder), lane)
}

fn of(name: &str, folder: Option<&Path>, lane: Lane) -> SendMessage {
    let folder = folder.map(|folder| folder.to_str().unwrap().to_owned());
    SendMessage {
        agent: Some(AgentChoice { name: name.to_owned(), folder, plan_first: false, in_copy: false }),
        ..prompt("m", lane)
    }
}

/// The end of an answer that asks for tools.
pub fn asks(calls: impl IntoIterator<Item = Step>) -> Vec<Step> {
    calls.into_iter().chain([finish("tool_calls"), done()]).collect()
}

/// The end of the work.
pub fn says(words: &str) -> Vec<Step> {
    vec![text(words), stop()]
}

pub fn read(path: &str) -> Step {
    call("read_file", json!({ "path": path }))
}

/// What the tools gave, as the model was told in its newest request.
pub fn results(app: &Harness) -> Vec<String> {
    let requests = app.server.requests();
    let messages = requests.last().unwrap().body["messages"].as_array().unwrap().clone();
    let results = messages.iter().filter(|message| message["role"] == "tool");
    results.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

pub async fn start(app: &Harness, folder: &Path, lane: Lane) -> Task {
    app.core.send_message(work(folder, lane)).await.unwrap().task
}

/// Says the same to all that it asks.
pub async fn allow_all(app: &Harness, task: &Task, decision: Decision) {
    for asked in app.core.approvals(Some(&task.id)).await.unwrap() {
        app.core.decide(asked.id, decision, &asked.hash, None, "window").await.unwrap();
    }
}

/// A folder with two files.
pub fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "the heron waits\n").unwrap();
    std::fs::write(folder.path().join("b.txt"), "the reeds are high\n").unwrap();
    folder
}

#[tokio::test]
async fn an_agent_looks_step_by_step_and_ends_with_one_answer_that_is_told_once() {
    for lane in [Lane::Background, Lane::Interactive] {
        let (app, folder) = (Harness::start().await, folder());
        let looks = asks([text("I look."), read("a.txt"), read("b.txt")]);
        app.server.scripts("m", [looks, asks([read("a.txt")]), says("High reeds.")]);
        let task = start(&app, folder.path(), lane).await;
        assert_eq!((task.agent.as_deref(), task.folder.is_some()), (Some("General"), true));
        let done = app.until_state(&task.id, TaskState::Completed).await;
        assert_eq!(app.text(&task.id).await, "I look.\n\nHigh reeds.");
        assert_eq!(done.finish_reason, Some(FinishReason::Stop));
        let steps: Vec<_> = done.steps.iter().map(|step| (step.label.as_str(), step.state)).collect();
        let read = |path| (path, StepState::Done);
        assert_eq!(steps, [read("Read a.txt"), read("Read b.txt"), read("Read a.txt")]);
        let results = results(&app);
        assert_eq!(results.len(), 3);
        assert!(results[0].contains("heron") && results[1].contains("reeds"), "{results:?}");
        assert_eq!(app.server.requests().len(), 3);
        if lane == Lane::Background {
            app.until_told(&task.id).await;
            let told: Vec<_> = app.notifier.shown().into_iter().map(|(outcome, _)| outcome).collect();
            assert_eq!(told, [Outcome::Done]);
        }
        app.assert_healthy().await;
    }
}

#[tokio::test]
async fn the_practice_model_shows_an_agent_to_who_has_no_other_model() {
    let (app, folder) = (Harness::start().await, folder());
    let message =
        SendMessage { model: Some("practice/quick".to_owned()), ..work(folder.path(), Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until(&task.id, |task| task.approvals == 1).await;
    allow_all(&app, &task, Decision::AllowOnce).await;
    let waits =
        app.until(&task.id, |task| task.approvals == 1 && task.plan[1].state == StepState::Done).await;
    assert_eq!(waits.files_changed, 1);
    let program = app.core.approvals(Some(&task.id)).await.unwrap().remove(0);
    assert_eq!(program.summary, "Run `wc -l practice-note.md`");
    app.core.decide(program.id, Decision::Reject, &program.hash, None, "window").await.unwrap();
    app.until_told(&task.id).await;
    let text = app.text(&task.id).await;
    assert!(text.starts_with("*Practice model:") && text.contains("The program was not run."), "{text}");
    assert!(folder.path().join("practice-note.md").exists());

    // Without a folder it asks something.
    let message =
        SendMessage { model: Some("practice/quick".to_owned()), ..of("General", None, Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until(&task.id, |task| task.approvals == 1).await;
    let asked = app.core.approvals(Some(&task.id)).await.unwrap().remove(0);
    app.core.decide(asked.id, Decision::AllowOnce, &asked.hash, Some("Heron"), "window").await.unwrap();
    app.until_told(&task.id).await;
    assert!(app.text(&task.id).await.contains("Heron"));
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_an_agent_plans_is_its_progress() {
    let (app, folder, gate) = (Harness::start().await, folder(), Gate::new());
    let plan = |first: &str, second: &str, done: u64| {
        call(
            "update_plan",
            json!({ "plan": [
                { "label": "Read all", "state": first, "done": done, "total": 2 },
                { "label": "Say it", "state": second },
            ] }),
        )
    };
    app.server.scripts(
        "m",
        [
            asks([plan("current", "pending", 0), read("a.txt")]),
            [vec![wait(&gate)], asks([plan("done", "current", 2)])].concat(),
            says("Said."),
        ],
    );
    let task = start(&app, folder.path(), Lane::Background).await;
    gate.reached().await;
    let now = app.core.task(&task.id).await.unwrap();
    let progress = now.progress.unwrap();
    assert_eq!((progress.done, progress.total, progress.unit.as_str()), (0, 2, "steps"));
    assert_eq!(progress.label, "Read all");
    assert_eq!((now.plan[0].done, now.plan[0].total), (Some(0), Some(2)));
    gate.open();
    let done = app.until_told(&task.id).await;
    assert_eq!(done.plan[0].state, StepState::Done);
    assert_eq!(done.progress.unwrap().done, 1);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_plan_that_is_wanted_first_is_agreed_to_before_anything_is_changed() {
    let (app, folder) = (Harness::start().await, folder());
    let plan = |label: &str| call("update_plan", json!({ "plan": [{ "label": label, "state": "pending" }] }));
    let edit = || call("edit_file", json!({ "path": "a.txt", "old": "heron", "new": "stork" }));
    app.server.scripts(
        "m",
        [
            // It looks, and what changes something is refused.
            asks([read("a.txt"), edit()]),
            asks([plan("Throw all away")]),
            asks([plan("Call it a stork")]),
            asks([plan("Call it a crane")]),
            asks([edit()]),
            says("A stork."),
        ],
    );
    let message = work(folder.path(), Lane::Background);
    let agent = message.agent.clone().map(|agent| AgentChoice { plan_first: true, ..agent });
    let task = app.core.send_message(SendMessage { agent, ..message }).await.unwrap().task;
    let asked = async |label: &str| {
        let fact =
            |task: &Task| task.approvals == 1 && task.plan.first().is_some_and(|item| item.label == label);
        let waits = app.until(&task.id, fact).await;
        assert_eq!(waits.reason, Some(Reason::Question));
        app.core.approvals(Some(&task.id)).await.unwrap().remove(0)
    };
    let first = asked("Throw all away").await;
    assert!(results(&app)[1].starts_with("Nothing was done: the user wants to agree to your plan"));
    app.core.decide(first.id, Decision::Reject, &first.hash, Some("Keep it"), "window").await.unwrap();
    let second = asked("Call it a stork").await;
    let Detail::Question { text, options } = &second.detail else { panic!("{second:?}") };
    assert_eq!(
        text,
        "This is my plan:\n\n1. Call it a stork\n\nShall I begin? Any other answer changes the plan."
    );
    assert_eq!(options, &["Begin"]);
    // Only one answer agrees, however another may sound.
    app.core
        .decide(second.id, Decision::AllowOnce, &second.hash, Some("Yes, but no stork"), "window")
        .await
        .unwrap();
    let third = asked("Call it a crane").await;
    assert!(results(&app)[3].ends_with("They say: Yes, but no stork"), "{:?}", results(&app));
    assert!(results(&app)[3].starts_with("The user does not agree to this plan yet."), "{:?}", results(&app));
    app.core.decide(third.id, Decision::AllowOnce, &third.hash, Some(" begin"), "window").await.unwrap();
    // The change itself has a question of its own.
    app.until(&task.id, |task| task.reason == Some(Reason::Approval)).await;
    allow_all(&app, &task, Decision::AllowOnce).await;
    app.until_told(&task.id).await;
    assert_eq!(std::fs::read_to_string(folder.path().join("a.txt")).unwrap(), "the stork waits\n");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_question_waits_for_its_answer_and_the_agent_goes_on_with_that() {
    let (app, folder) = (Harness::start().await, folder());
    let question = call("ask_user", json!({ "question": "Which bird?", "options": ["heron", "stork"] }));
    app.server.scripts("m", [asks([question]), says("The stork it is.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    let waits = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!((waits.reason, waits.approvals), (Some(Reason::Question), 1));
    assert_eq!(waits.error.unwrap().message, "General asks: Which bird?");
    app.until(&task.id, |task| task.delivery.as_ref().is_some_and(|d| !d.channels.is_empty())).await;
    let asked = app.core.approvals(Some(&task.id)).await.unwrap().remove(0);
    let refused = app.core.decide(asked.id, Decision::AllowOnce, &asked.hash, None, "window").await;
    assert_eq!(refused.unwrap_err().message, "a question needs an answer; nothing was decided");
    app.core.decide(asked.id, Decision::AllowOnce, &asked.hash, Some("The stork."), "window").await.unwrap();
    app.until_told(&task.id).await;
    assert_eq!(results(&app), ["The user answers: The stork."]);
    let again = app.core.decide(asked.id, Decision::Reject, &asked.hash, None, "cli").await;
    assert_eq!(again.unwrap_err().message, "this was decided before, and that counts");
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_cannot_be_done_is_told_to_the_model_and_the_work_goes_on() {
    let (app, folder) = (Harness::start().await, folder());
    let odd = [
        call("fly", json!({})),
        call("read_file", json!({ "file": "a.txt" })),
        read("../outside.txt"),
        read("/etc/passwd"),
        read("gone.txt"),
        call("update_plan", json!({ "plan": "none" })),
        call("ask_user", json!({ "question": " " })),
    ];
    app.server.scripts("m", [asks(odd), says("Never mind.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    let done = app.until_told(&task.id).await;
    assert!(done.steps.iter().all(|step| step.state == StepState::Failed), "{:?}", done.steps);
    assert_eq!((done.steps[0].label.as_str(), done.steps[1].label.as_str()), ("Fly", "Read file"));
    let results = results(&app);
    assert!(results[0].starts_with("There is no tool fly. There are: list_folder"), "{}", results[0]);
    assert!(results.iter().all(|result| !result.is_empty() && !result.contains("root:")), "{results:?}");
    app.assert_healthy().await;
}

#[tokio::test]
async fn an_agent_without_a_folder_has_no_tools_for_files() {
    let app = Harness::start().await;
    app.server.scripts("m", [asks([read("a.txt")]), says("I cannot look.")]);
    let task = app.core.send_message(of("General", None, Lane::Background)).await.unwrap().task;
    app.until_told(&task.id).await;
    let requests = app.server.requests();
    let offered = |body: &Value| -> Vec<String> {
        let tools = body["tools"].as_array().unwrap();
        tools.iter().map(|tool| tool["function"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        offered(&requests[0].body),
        ["update_plan", "ask_user", "fetch_page", "notify_user", "start_tasks"]
    );
    assert_eq!(results(&app), ["This needs a folder, and none was given. Go on without it."]);
}

#[tokio::test]
async fn an_agent_that_does_not_exist_or_a_folder_that_cannot_be_used_is_named_and_nothing_is_sent() {
    let app = Harness::start().await;
    let refused = |message| async { app.core.send_message(message).await.unwrap_err().message };
    let nobody = refused(of("Nobody", None, Lane::Background)).await;
    assert!(nobody.starts_with("there is no agent Nobody; there are General, Researcher"), "{nobody}");
    let inside = refused(of("General", Some(&app.data_dir()), Lane::Background)).await;
    assert!(inside.contains("Meanwhile keeps its own data there"), "{inside}");
    let mut parts = of("General", None, Lane::Background);
    parts.in_parts = true;
    assert!(refused(parts).await.starts_with("an agent does not work part by part"));
    assert_eq!(app.core.tasks(10, None).await.unwrap().active, []);
}

#[tokio::test]
async fn completed_steps_are_never_done_again_after_a_crash() {
    let (mut app, folder, gate) = (Harness::start().await, folder(), Gate::new());
    let held = [vec![wait(&gate)], says("late")].concat();
    app.server.scripts("m", [asks([text("First."), read("a.txt"), read("b.txt")]), held, says("Done now.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    gate.reached().await;
    std::fs::remove_file(folder.path().join("a.txt")).unwrap();
    app.crash().await;
    let done = app.until_told(&task.id).await;
    assert_eq!(app.text(&done.id).await, "First.\n\nDone now.");
    assert!(results(&app)[0].contains("heron"), "what was read before counts, although the file is gone");
    let calls = app.core.calls(&task.id).await.unwrap();
    assert!(calls.iter().all(|call| call.state == CallState::Done) && calls.len() == 2);
    app.assert_healthy().await;
}

#[tokio::test]
async fn another_model_goes_on_with_what_was_done() {
    let (app, folder) = (Harness::start().await, folder());
    let gone =
        refuse(404, &[], r#"{"error":{"message":"the model m does not exist","code":"model_not_found"}}"#);
    app.server.scripts("m", [asks([text("I look."), read("a.txt")]), vec![gone]]);
    app.server.scripts("other", [says("A heron.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    let stuck = app.until_state(&task.id, TaskState::Waiting).await;
    assert_eq!(stuck.reason, Some(Reason::Model));
    app.core.hand_over_task(&task.id, "sim/other").await.unwrap();
    app.until_told(&task.id).await;
    assert!(results(&app)[0].contains("heron"), "what was done is not done again");
    assert_eq!(app.text(&task.id).await, "I look.\n\nA heron.");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_pause_between_steps_keeps_what_was_asked_for() {
    let (app, folder, gate) = (Harness::start().await, folder(), Gate::new());
    let slow = [vec![text("I look."), wait(&gate)], asks([read("a.txt")])].concat();
    app.server.scripts("m", [slow, says("A heron.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    gate.reached().await;
    app.core.pause_task(&task.id).await.unwrap();
    app.until_state(&task.id, TaskState::Paused).await;
    gate.open();
    app.server.scripts("m", [asks([read("a.txt")]), says("A heron.")]);
    app.core.resume_task(&task.id).await.unwrap();
    app.until_told(&task.id).await;
    assert!(app.text(&task.id).await.ends_with("A heron."));
    app.assert_healthy().await;
}

#[tokio::test]
async fn the_next_prompt_of_the_chat_is_answered_with_what_the_agent_said() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([read("a.txt")]), says("A heron waits."), says("Yes.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    app.until_told(&task.id).await;
    let next = app.send_in(&task.conversation_id, "m", Lane::Interactive).await;
    app.until_state(&next.id, TaskState::Completed).await;
    let requests = app.server.requests();
    let last = &requests.last().unwrap().body;
    let roles: Vec<_> = last["messages"].as_array().unwrap().iter().map(|m| m["role"].clone()).collect();
    assert_eq!(roles, ["user", "assistant", "user"], "its steps stay in its task");
    assert!(last.get("tools").is_none(), "and its tools too");
}

#[tokio::test]
async fn what_its_user_says_meanwhile_is_heard_at_the_next_step() {
    let (app, folder, gate) = (Harness::start().await, folder(), Gate::new());
    let held = [vec![wait(&gate)], asks([text("I look."), read("a.txt")])].concat();
    app.server.scripts("m", [held, says("Both, then.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    gate.reached().await;
    app.core.say(&task.id, "Look at b.txt too.").await.unwrap();
    gate.open();
    app.until_told(&task.id).await;
    let requests = app.server.requests();
    let messages = requests[1].body["messages"].as_array().unwrap();
    let said: Vec<_> = messages.iter().map(|m| (m["role"].as_str().unwrap(), m["content"].clone())).collect();
    assert_eq!(said.last().unwrap(), &("user", json!("Look at b.txt too.")));
    assert_eq!(said[said.len() - 2].0, "tool", "it comes after what was done");
    let over = app.core.say(&task.id, "One more.").await.unwrap_err();
    assert_eq!(over.code, meanwhile_core::ErrorCode::IllegalStep);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_is_said_while_the_last_words_come_is_not_lost() {
    let (mut app, folder, gate) = (Harness::start().await, folder(), Gate::new());
    let last = vec![text("All done."), wait(&gate), stop()];
    app.server.scripts("m", [last, says("And that too.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    gate.reached().await;
    app.core.say(&task.id, "Also the second file.").await.unwrap();
    gate.open();
    app.until_told(&task.id).await;
    assert_eq!(app.text(&task.id).await, "All done.\n\nAnd that too.");
    let requests = app.server.requests();
    let messages = requests[1].body["messages"].as_array().unwrap();
    let said: Vec<_> = messages.iter().map(|m| m["content"].as_str().unwrap()).collect();
    assert_eq!(said[1..], ["Summarise this", "All done.", "Also the second file."]);
    app.restart().await;
    app.assert_healthy().await;
}
