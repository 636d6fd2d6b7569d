//! An agent gives parts of its work away: tasks of their own, at the same time, within its limits, and told as one.

use crate::agents::{allow_all, asks, folder, read, results, says, start, work};
use meanwhile_core::SendMessage;
use meanwhile_core::model::{
    Budget, ChildTask, Decision, Lane, Outcome, Reason, StepState, Task, TaskId, TaskState,
};
use meanwhile_support::harness::{Harness, code};
use meanwhile_support::model_server::{Gate, Step, call, done, finish, raw, text, wait};
use serde_json::json;

/// Gives away one part for each prompt.
fn give(prompts: &[&str]) -> Step {
    let tasks: Vec<_> = prompts
        .iter()
        .map(|prompt| json!({ "title": format!("About {prompt}"), "prompt": prompt }))
        .collect();
    call("start_tasks", json!({ "tasks": tasks }))
}

/// A task whose agent gives these away, once they are there.
async fn given(app: &Harness, folder: &std::path::Path, prompts: &[&str]) -> Task {
    app.server.scripts("m", [asks([give(prompts)]), says("All of it.")]);
    let task = start(app, folder, Lane::Background).await;
    app.until(&task.id, |task| task.children.len() == prompts.len()).await
}

async fn child(app: &Harness, task: &Task, number: usize) -> Task {
    let id = &app.core.task(&task.id).await.unwrap().children[number].task_id.clone();
    app.core.task(id).await.unwrap()
}

fn states(task: &Task) -> Vec<TaskState> {
    task.children.iter().map(|child| child.state).collect()
}

async fn one_place(app: &Harness) {
    let settings = app.core.settings().await.unwrap();
    app.core.save_settings(meanwhile_core::model::Settings { parallel_tasks: 1, ..settings }).await.unwrap();
}

#[tokio::test]
async fn parts_are_worked_on_at_the_same_time_and_what_they_say_comes_back_in_their_order() {
    for lane in [Lane::Background, Lane::Interactive] {
        let (app, folder) = (Harness::start().await, folder());
        let gates = [Gate::new(), Gate::new()];
        for (prompt, gate, words) in [("one", &gates[0], "The first."), ("two", &gates[1], "The second.")] {
            app.server.scripts_about(
                prompt,
                [asks([text("I look."), read("a.txt")]), [vec![wait(gate)], says(words)].concat()],
            );
        }
        app.server.scripts("m", [asks([text("I share it."), give(&["one", "two"])]), says("All of it.")]);
        let task = start(&app, folder.path(), lane).await;
        gates[0].reached().await;
        gates[1].reached().await;
        let now = app.core.task(&task.id).await.unwrap();
        assert_eq!((now.state, now.reason), (TaskState::Queued, Some(Reason::Children)));
        let titles: Vec<_> = now.children.iter().map(|child| child.title.as_str()).collect();
        assert_eq!(titles, ["Part 1 of 2: About one", "Part 2 of 2: About two"]);
        let step = now.steps.last().unwrap();
        assert_eq!((step.label.as_str(), step.state), ("Give away 2 parts", StepState::Current));
        assert_eq!(step.fact.as_deref(), Some("0 of 2 parts done"));
        gates[1].open();
        app.until(&task.id, |task| task.children[1].state == TaskState::Completed).await;
        let now = app.core.task(&task.id).await.unwrap();
        assert_eq!(now.steps.last().unwrap().fact.as_deref(), Some("1 of 2 parts done"));
        gates[0].open();
        let done = app.until_state(&task.id, TaskState::Completed).await;
        assert_eq!(app.text(&task.id).await, "I share it.\n\nAll of it.");
        assert_eq!(
            results(&app),
            ["Part 1 of 2: About one (done)\nThe first.\n\nPart 2 of 2: About two (done)\nThe second."]
        );
        assert_eq!((done.steps.len(), done.steps[0].fact.as_deref()), (1, Some("2 of 2 parts done")));
        assert_eq!(app.server.requests().len(), 6, "nothing was asked twice");
        // What they used is what the whole used.
        let own = app.core.attempts(&task.id).await.unwrap().len();
        assert_eq!((own, done.usage.input_tokens.is_some()), (2, true));
        let outcomes =
            |app: &Harness| app.notifier.shown().into_iter().map(|(outcome, _)| outcome).collect::<Vec<_>>();
        if lane == Lane::Background {
            app.until_told(&task.id).await;
            assert_eq!(outcomes(&app), [Outcome::Done], "parts are not told by themselves");
        } else {
            assert_eq!(outcomes(&app), []);
        }
        let thread = app.core.thread(&task.conversation_id, None, 20).await.unwrap();
        assert_eq!(
            (thread.turns.len(), thread.turns[0].tasks.len()),
            (1, 1),
            "parts have no place in the chat"
        );
        let page = app.core.tasks(50, None).await.unwrap();
        assert_eq!((page.active.len(), page.history.len()), (0, 1));
        let shown = app.core.show_task(&done.children[0].task_id).await.unwrap();
        assert_eq!(shown.task.id, task.id, "a part is shown where the whole is");
        app.assert_healthy().await;
    }
}

#[tokio::test]
async fn one_place_is_enough_for_a_task_and_its_parts() {
    let (app, folder) = (Harness::start().await, folder());
    one_place(&app).await;
    app.server.scripts_about("one", [asks([read("a.txt")]), says("The first.")]);
    app.server.scripts_about("two", [asks([read("b.txt")]), says("The second.")]);
    let task = given(&app, folder.path(), &["one", "two"]).await;
    let done = app.until_told(&task.id).await;
    assert_eq!(done.state, TaskState::Completed);
    assert!(results(&app)[0].contains("The first.") && results(&app)[0].contains("The second."));
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_part_that_fails_is_a_part_that_failed_and_no_task_that_did() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts_about("one", [vec![meanwhile_support::model_server::refuse(400, &[], "{}")]]);
    app.server.scripts_about("two", [says("The second.")]);
    let task = given(&app, folder.path(), &["one", "two"]).await;
    let done = app.until_told(&task.id).await;
    assert_eq!(
        (done.state, states(&done)),
        (TaskState::Completed, vec![TaskState::Failed, TaskState::Completed])
    );
    let told = results(&app).remove(0);
    assert!(
        told.starts_with("Part 1 of 2: About one (failed: ") && told.ends_with("(done)\nThe second."),
        "{told}"
    );
    assert_eq!(done.steps[0].fact.as_deref(), Some("1 of 2 parts done, 1 failed"));
    assert_eq!(app.notifier.shown().len(), 1);
    let failed = &done.children[0].task_id;
    assert!(app.core.resume_task(failed).await.is_err(), "the whole goes on with what came of it");
    assert!(
        app.core
            .retry_task(failed, Lane::Background, meanwhile_core::model::Origin::Cli, None)
            .await
            .is_err()
    );
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_part_starts_none_and_there_are_not_more_than_a_job_may_have() {
    let (app, folder) = (Harness::start().await, folder());
    let eight = |from: usize| (from..from + 8).map(|n| format!("p{n}")).collect::<Vec<_>>();
    let give_all = |names: &[String]| give(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for name in eight(0).iter().chain(&eight(8)).chain(&eight(16)) {
        app.server.scripts_about(name, [asks([give(&["deeper"])]), says("Done.")]);
    }
    app.server.scripts(
        "m",
        [
            asks([give_all(&eight(0)), give_all(&eight(8)), give_all(&eight(16))]),
            asks([give(&["one too many"])]),
            says("All."),
        ],
    );
    let task = start(&app, folder.path(), Lane::Background).await;
    let done = app.until_told(&task.id).await;
    assert_eq!(done.children.len(), 24);
    assert!(results(&app).pop().unwrap().starts_with("A job starts at most 24 tasks, and 24 were started"));
    let of_parts = app
        .server
        .requests()
        .into_iter()
        .filter(|asked| asked.body.to_string().contains("one part of a bigger job"));
    for asked in of_parts {
        let tools: Vec<_> =
            asked.body["tools"].as_array().unwrap().iter().map(|tool| &tool["function"]["name"]).collect();
        assert!(!tools.contains(&&json!("start_tasks")), "{tools:?}");
    }
    let part = app.core.calls(&done.children[0].task_id).await.unwrap();
    assert!(part[0].result.starts_with("There is no tool start_tasks"), "{}", part[0].result);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_a_part_wants_to_do_is_asked_by_its_name_and_its_changes_are_those_of_the_whole() {
    let (app, folder) = (Harness::start().await, folder());
    let edit =
        |file: &str, old: &str, new: &str| call("edit_file", json!({ "path": file, "old": old, "new": new }));
    app.server.scripts_about("one", [asks([edit("a.txt", "heron", "stork")]), says("A stork.")]);
    app.server.scripts_about(
        "two",
        [asks([edit("b.txt", "reeds", "banks"), edit("a.txt", "waits", "sleeps")]), says("Banks.")],
    );
    let task = given(&app, folder.path(), &["one", "two"]).await;
    app.until(&task.id, |task| task.children.iter().map(|child| child.approvals).sum::<u32>() == 3).await;
    let open = app.core.approvals(None).await.unwrap();
    let mut titles: Vec<_> = open.iter().map(|asked| asked.title.as_str()).collect();
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles, ["Part 1 of 2: About one", "Part 2 of 2: About two"]);
    let waiting = child(&app, &task, 0).await;
    assert_eq!((waiting.state, waiting.reason), (TaskState::Waiting, Some(Reason::Approval)));
    allow_all(&app, &waiting, Decision::AllowOnce).await;
    app.until(&task.id, |task| task.children[0].state == TaskState::Completed).await;
    // The other one was asked about the file before it changed: its yes does not count any more.
    allow_all(&app, &child(&app, &task, 1).await, Decision::AllowOnce).await;
    let again = app
        .until(&child(&app, &task, 1).await.id, |task| task.approvals == 1 && task.files_changed == 1)
        .await;
    let asked = app.core.approvals(Some(&again.id)).await.unwrap().remove(0);
    assert!(asked.note.starts_with("It changed after you allowed it"), "{}", asked.note);
    allow_all(&app, &again, Decision::AllowOnce).await;
    let done = app.until_told(&task.id).await;
    let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap();
    assert_eq!(
        (read("a.txt").as_str(), read("b.txt").as_str()),
        ("the stork sleeps\n", "the banks are high\n")
    );
    assert_eq!(done.files_changed, 2);
    let changed: Vec<_> = app
        .core
        .file_changes(&task.id)
        .await
        .unwrap()
        .into_iter()
        .map(|change| (change.path, change.is_edited_since))
        .collect();
    assert_eq!(changed, [("a.txt".to_owned(), false), ("b.txt".to_owned(), false)]);
    let back = app.core.put_back(&task.id, None).await.unwrap();
    assert_eq!((back.restored.len(), back.conflicts.len()), (2, 0));
    assert_eq!(
        (read("a.txt").as_str(), read("b.txt").as_str()),
        ("the heron waits\n", "the reeds are high\n")
    );
    assert_eq!(app.core.task(&task.id).await.unwrap().files_changed, 0);
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_stop_ends_the_parts_and_a_pause_sets_them_aside() {
    let (app, folder) = (Harness::start().await, folder());
    let gate = Gate::new();
    for prompt in ["one", "two"] {
        app.server.scripts_about(prompt, [[vec![text("So far"), wait(&gate)], says(".")].concat()]);
    }
    let task = given(&app, folder.path(), &["one", "two"]).await;
    let all = |state: TaskState| move |child: &ChildTask| child.state == state;
    app.until(&task.id, |task| task.children.iter().all(all(TaskState::Running))).await;
    app.core.pause_task(&task.id).await.unwrap();
    let paused = app.until(&task.id, |task| task.children.iter().all(all(TaskState::Paused))).await;
    assert_eq!((paused.state, paused.children[0].reason), (TaskState::Paused, Some(Reason::Children)));
    app.core.resume_task(&task.id).await.unwrap();
    app.until(&task.id, |task| {
        task.children.iter().all(all(TaskState::Running)) && task.reason == Some(Reason::Children)
    })
    .await;
    // All of them at once, with the whole.
    app.core.pause_all().await.unwrap();
    app.until(&task.id, |task| task.children.iter().all(all(TaskState::Paused))).await;
    app.core.resume_all().await.unwrap();
    app.until(&task.id, |task| {
        task.children.iter().all(all(TaskState::Running)) && task.reason == Some(Reason::Children)
    })
    .await;
    // And with their chat.
    app.core.delete_conversation(&task.conversation_id).await.unwrap();
    app.until(&task.id, |task| task.children.iter().all(all(TaskState::Paused))).await;
    app.core.restore_conversation(&task.conversation_id).await.unwrap();
    app.until(&task.id, |task| {
        task.children.iter().all(all(TaskState::Running)) && task.reason == Some(Reason::Children)
    })
    .await;
    app.core.stop_task(&task.id).await.unwrap();
    let stopped = app.until(&task.id, |task| task.children.iter().all(all(TaskState::Cancelled))).await;
    assert_eq!((stopped.state, stopped.steps[0].state), (TaskState::Cancelled, StepState::Failed));
    app.server.until(|stats| stats.active == 0).await;
    assert_eq!(app.notifier.shown(), []);
    app.assert_healthy().await;
}

fn limit_after(written: u64) -> Vec<Step> {
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": written}});
    vec![text("half"), finish("length"), raw(format!("data: {usage}\n\n")), done()]
}

#[tokio::test]
async fn parts_have_the_budget_of_the_whole_and_its_user_is_asked_once() {
    let (app, folder, gate) = (Harness::start().await, folder(), Gate::new());
    let budget = |tokens| Budget { tokens: Some(tokens), ..Budget::default() };
    let names = ["one", "two", "three"];
    for prompt in names {
        app.server.scripts_about(prompt, [[vec![wait(&gate)], limit_after(3_000)].concat(), says(".")]);
    }
    app.server.scripts("m", [asks([give(&names)]), says("All.")]);
    let message = SendMessage { budget: Some(budget(8_000)), ..work(folder.path(), Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    let parked = |task: &Task| {
        task.children.iter().filter(|child| child.reason == Some(Reason::Children)).count() == 1
            && task.children.iter().filter(|child| child.state == TaskState::Running).count() == 2
    };
    // Two have all of it between them, and the third waits for what they leave.
    app.until(&task.id, parked).await;
    gate.reached().await;
    app.server.until(|stats| stats.active == 2).await;
    let most = |asked: &meanwhile_support::model_server::Seen| asked.body["max_tokens"].as_u64().unwrap();
    let given: Vec<u64> = app.server.requests().iter().skip(1).map(most).collect();
    assert!(given.len() == 2 && given.iter().sum::<u64>() <= 8_000 && given[0] >= 3_900, "{given:?}");
    gate.open();
    let waits = app.until(&task.id, |task| task.state == TaskState::Waiting).await;
    assert_eq!(waits.reason, Some(Reason::Budget));
    assert_eq!(waits.error.unwrap().message, "Its cap of 8000 written tokens is reached.");
    app.until(&task.id, |task| !task.children.iter().any(|child| child.state == TaskState::Running)).await;
    assert_eq!(app.core.summary().await.unwrap().needs_you, 1, "nobody is asked for a part");
    app.core.set_budget(&task.id, budget(50_000)).await.unwrap();
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, states(&done)), (TaskState::Completed, vec![TaskState::Completed; 3]));
    assert!(done.usage.output_tokens.unwrap() >= 9_000, "{:?}", done.usage);
    let needs = app.notifier.shown().into_iter().filter(|(outcome, _)| *outcome == Outcome::NeedsYou).count();
    assert_eq!(needs, 1, "once");
    app.assert_healthy().await;
}

#[tokio::test]
async fn the_steps_of_parts_count_in_the_cap_of_the_whole_and_more_of_it_lets_all_of_them_go_on() {
    let (app, folder) = (Harness::start().await, folder());
    for prompt in ["one", "two"] {
        let looks = (0..3).map(|n| read(&format!("{prompt}{n}.txt"))).collect::<Vec<_>>();
        app.server.scripts_about(prompt, [asks(looks), asks([read("a.txt")]), says("Looked.")]);
    }
    app.server.scripts("m", [asks([give(&["one", "two"])]), says("All.")]);
    let budget = |steps| Budget { steps: Some(steps), ..Budget::default() };
    let message = SendMessage { budget: Some(budget(6)), ..work(folder.path(), Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    let waits = app.until(&task.id, |task| task.reason == Some(Reason::Budget)).await;
    assert_eq!(waits.error.unwrap().message, "Its cap of 6 steps is reached.");
    let parked = |task: &Task| {
        let mut open = task.children.iter().filter(|child| !child.state.is_final());
        open.all(|child| child.reason == Some(Reason::Children))
    };
    let waits = app.until(&task.id, parked).await;
    let mut made = 1;
    for child in &waits.children {
        made += app
            .core
            .calls(&child.task_id)
            .await
            .unwrap()
            .iter()
            .filter(|call| call.ended_at.is_some())
            .count();
    }
    assert_eq!(made, 6, "so many were made by all of them together");
    assert!(
        app.core.set_budget(&waits.children[0].task_id, budget(50)).await.is_err(),
        "it has none of its own"
    );
    // The same once more: it is not enough still.
    app.core.set_budget(&task.id, budget(7)).await.unwrap();
    app.until(&task.id, |task| task.reason == Some(Reason::Budget) && parked(task)).await;
    app.core.set_budget(&task.id, budget(50)).await.unwrap();
    let done = app.until_told(&task.id).await;
    assert_eq!((done.state, states(&done)), (TaskState::Completed, vec![TaskState::Completed; 2]));
    let needs = app.notifier.shown().into_iter().filter(|(outcome, _)| *outcome == Outcome::NeedsYou).count();
    assert_eq!(needs, 2, "once for each cap, and not for each part");
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_is_over_is_not_done_again_after_a_crash_and_what_is_told_is_told_once() {
    let (mut app, folder) = (Harness::start().await, folder());
    let gate = Gate::new();
    app.server.scripts_about("one", [says("The first.")]);
    app.server
        .scripts_about("two", [[vec![text("The "), wait(&gate)], says("second.")].concat(), says("second.")]);
    let task = given(&app, folder.path(), &["one", "two"]).await;
    let ids: Vec<TaskId> = task.children.iter().map(|child| child.task_id.clone()).collect();
    app.until_state(&ids[0], TaskState::Completed).await;
    app.until_text(&ids[1], "The ").await;
    app.crash().await;
    gate.open();
    let done = app.until_told(&task.id).await;
    assert_eq!(states(&done), [TaskState::Completed; 2]);
    assert_eq!(app.core.attempts(&ids[0]).await.unwrap().len(), 1);
    assert_eq!(app.core.attempts(&ids[1]).await.unwrap().len(), 2);
    assert_eq!(
        results(&app),
        ["Part 1 of 2: About one (done)\nThe first.\n\nPart 2 of 2: About two (done)\nThe second."]
    );
    assert_eq!(app.core.calls(&task.id).await.unwrap().len(), 1);
    app.assert_healthy().await;
}

#[tokio::test]
async fn what_is_asked_of_a_part_and_makes_sense_for_the_whole_alone_is_refused() {
    let (app, folder) = (Harness::start().await, folder());
    let gate = Gate::new();
    app.server.scripts_about("one", [[vec![wait(&gate)], says("The first.")].concat()]);
    let task = given(&app, folder.path(), &["one"]).await;
    let part = child(&app, &task, 0).await;
    let edit = SendMessage {
        conversation_id: Some(task.conversation_id.clone()),
        edit_of: Some(part.id.clone()),
        ..meanwhile_support::harness::prompt("m", Lane::Background)
    };
    assert_eq!(code(app.core.send_message(edit).await), meanwhile_core::ErrorCode::Invalid);
    gate.open();
    app.until_told(&task.id).await;
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_yes_for_the_rest_of_a_task_holds_for_its_parts_and_one_for_a_part_for_that_alone() {
    let (app, folder) = (Harness::start().await, folder());
    let edit =
        |file: &str, old: &str, new: &str| call("edit_file", json!({ "path": file, "old": old, "new": new }));
    app.server.scripts_about("one", [asks([edit("a.txt", "stork", "crane")]), says("A crane.")]);
    app.server.scripts("m", [asks([edit("a.txt", "heron", "stork")]), asks([give(&["one"])]), says("All.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    app.until(&task.id, |task| task.approvals == 1).await;
    allow_all(&app, &task, Decision::AllowTask).await;
    app.until_told(&task.id).await;
    assert_eq!(std::fs::read_to_string(folder.path().join("a.txt")).unwrap(), "the crane waits\n");

    app.server.scripts_about("two", [asks([edit("a.txt", "crane", "gull")]), says("A gull.")]);
    app.server.scripts_about("three", [asks([edit("b.txt", "reeds", "banks")]), says("Banks.")]);
    let task = given(&app, folder.path(), &["two", "three"]).await;
    app.until(&task.id, |task| task.children.iter().all(|child| child.approvals == 1)).await;
    allow_all(&app, &child(&app, &task, 0).await, Decision::AllowTask).await;
    let waits = app.until(&task.id, |task| task.children[0].state == TaskState::Completed).await;
    assert_eq!(waits.children[1].approvals, 1);
    app.core.stop_task(&task.id).await.unwrap();
    app.until_state(&waits.children[1].task_id, TaskState::Cancelled).await;
    app.assert_healthy().await;
}

#[tokio::test]
async fn when_parts_come_near_the_cap_of_the_whole_its_user_is_told_once() {
    let (app, folder) = (Harness::start().await, folder());
    let looks = (0..9).map(|n| read(&format!("{n}.txt"))).collect::<Vec<_>>();
    app.server.scripts_about("one", [asks(looks), says("Looked.")]);
    app.server.scripts("m", [asks([give(&["one"])]), says("All.")]);
    let budget = Some(Budget { steps: Some(12), ..Budget::default() });
    let message = SendMessage { budget, ..work(folder.path(), Lane::Background) };
    let task = app.core.send_message(message).await.unwrap().task;
    app.until_told(&task.id).await;
    let notices = app.notifier.notices();
    let told: Vec<_> = notices.iter().map(|notice| (notice.outcome, &notice.task_id)).collect();
    assert_eq!(told, [(Outcome::Nearly, &task.id), (Outcome::Done, &task.id)]);
    app.assert_healthy().await;
}
