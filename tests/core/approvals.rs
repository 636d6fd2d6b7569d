//! Nothing is changed without a yes for exactly that, and what was changed can be put back.

use crate::agents::{asks, folder, read, results, says, start, work};
use meanwhile_core::model::{
    Approval, CallState, Decision, Detail, Lane, Outcome, Reason, StepState, Task, TaskId, TaskState,
    ToolEffect,
};
use meanwhile_core::{Clock, ErrorCode};
use meanwhile_support::harness::{Harness, SetClock};
use meanwhile_support::model_server::{Step, call};
use serde_json::json;
use std::path::Path;

pub fn edit(path: &str, old: &str, new: &str) -> Step {
    call("edit_file", json!({ "path": path, "old": old, "new": new }))
}

pub fn write(path: &str, content: &str) -> Step {
    call("write_file", json!({ "path": path, "content": content }))
}

pub fn run(line: &str) -> Step {
    call("run_command", json!({ "command": line }))
}

pub fn content(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|_| "(none)".to_owned())
}

/// Waits until it asks for a yes; gives the questions.
pub async fn asked(app: &Harness, id: &TaskId) -> Vec<Approval> {
    let waits = app.until_state(id, TaskState::Waiting).await;
    assert_eq!(waits.reason, Some(Reason::Approval));
    app.core.approvals(Some(id)).await.unwrap()
}

pub async fn decide(app: &Harness, approval: &Approval, decision: Decision) {
    app.core.decide(approval.id, decision, &approval.hash, None, "window").await.unwrap();
}

pub async fn finished(app: &Harness, id: &TaskId) -> Task {
    let done = app.until_told(id).await;
    app.assert_healthy().await;
    done
}

#[tokio::test]
async fn a_change_waits_for_a_yes_that_shows_exactly_what_will_happen() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([edit("a.txt", "heron", "stork")]), says("Changed.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    let approvals = asked(&app, &task.id).await;
    let [approval] = &approvals[..] else { panic!("{approvals:?}") };
    assert_eq!((approval.agent.as_str(), approval.effect), ("General", Some(ToolEffect::Write)));
    assert_eq!(approval.summary, "Edit a.txt");
    let Detail::Diff { path, text, added, removed, is_new } = &approval.detail else {
        panic!("{approval:?}")
    };
    assert_eq!((path.as_str(), *added, *removed, *is_new), ("a.txt", 1, 1, false));
    assert!(text.contains("-the heron waits") && text.contains("+the stork waits"), "{text}");
    assert_eq!(content(folder.path(), "a.txt"), "the heron waits\n", "nothing happened before");
    app.until(&task.id, |task| task.delivery.as_ref().is_some_and(|d| d.channels.len() == 2)).await;
    assert_eq!(app.notifier.shown().last().unwrap().0, Outcome::NeedsYou);

    decide(&app, approval, Decision::AllowOnce).await;
    let done = finished(&app, &task.id).await;
    assert_eq!(content(folder.path(), "a.txt"), "the stork waits\n");
    assert_eq!((done.files_changed, done.approvals), (1, 0));
    assert_eq!(done.steps[0].state, StepState::Done);
}

// P6
#[tokio::test]
async fn a_no_is_told_with_its_reason_and_nothing_is_changed() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([edit("a.txt", "heron", "stork")]), says("Left as it was.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    let approval = asked(&app, &task.id).await.remove(0);
    let why = Some("I like herons.");
    app.core.decide(approval.id, Decision::Reject, &approval.hash, why, "cli").await.unwrap();
    let done = finished(&app, &task.id).await;
    assert_eq!(content(folder.path(), "a.txt"), "the heron waits\n");
    assert!(results(&app)[0].contains("They say: I like herons."), "{:?}", results(&app));
    assert_eq!((done.steps[0].state, done.files_changed), (StepState::Failed, 0));
    let decided = app.core.approval(approval.id).await.unwrap();
    assert_eq!((decided.decision, decided.decided_by.as_deref()), (Some(Decision::Reject), Some("cli")));
}

#[tokio::test]
async fn what_an_answer_asks_for_together_is_shown_together_and_each_is_decided_by_itself() {
    let (app, folder) = (Harness::start().await, folder());
    let calls = [
        read("a.txt"),
        edit("a.txt", "heron", "stork"),
        write("c.txt", "new\n"),
        edit("b.txt", "high", "low"),
        read("b.txt"),
    ];
    app.server.scripts("m", [asks(calls), says("Done.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    let approvals = asked(&app, &task.id).await;
    assert_eq!(
        approvals.iter().map(|a| a.summary.as_str()).collect::<Vec<_>>(),
        ["Edit a.txt", "Create c.txt", "Edit b.txt"]
    );
    decide(&app, &approvals[0], Decision::AllowOnce).await;
    decide(&app, &approvals[1], Decision::Reject).await;
    assert_eq!(app.core.task(&task.id).await.unwrap().state, TaskState::Waiting);
    assert_eq!(content(folder.path(), "a.txt"), "the heron waits\n", "it goes on when all are decided");
    decide(&app, &approvals[2], Decision::AllowOnce).await;
    let done = finished(&app, &task.id).await;
    let of = |name| content(folder.path(), name);
    assert_eq!(
        (of("a.txt"), of("b.txt"), of("c.txt")),
        ("the stork waits\n".to_owned(), "the reeds are low\n".to_owned(), "(none)".to_owned())
    );
    let states: Vec<_> = done.steps.iter().map(|step| step.state).collect();
    use StepState::{Done, Failed};
    assert_eq!(states, [Done, Done, Failed, Done, Done]);
    assert!(results(&app)[4].contains("low"), "what was read after the change is what is there then");
}

// S-31
#[tokio::test]
async fn a_yes_counts_only_for_what_was_shown_and_only_once() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([edit("a.txt", "heron", "stork")]), says("Done.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    let approval = asked(&app, &task.id).await.remove(0);
    let other = app.core.decide(approval.id, Decision::AllowOnce, "0000", None, "window").await.unwrap_err();
    assert_eq!(other.code, ErrorCode::Conflict);
    // Both at the same moment: one of them counts.
    let (yes, no) = tokio::join!(
        app.core.decide(approval.id, Decision::AllowOnce, &approval.hash, None, "window"),
        app.core.decide(approval.id, Decision::Reject, &approval.hash, None, "cli"),
    );
    assert!(yes.is_ok() != no.is_ok(), "{yes:?} {no:?}");
    finished(&app, &task.id).await;
}

#[tokio::test]
async fn a_file_that_changes_after_the_yes_is_not_written_over() {
    let (app, folder) = (Harness::start().await, folder());
    let calls = [edit("a.txt", "heron", "stork"), edit("b.txt", "high", "low")];
    app.server.scripts("m", [asks(calls), says("Done.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    let approvals = asked(&app, &task.id).await;
    decide(&app, &approvals[0], Decision::AllowOnce).await;
    std::fs::write(folder.path().join("a.txt"), "the heron waits, I say\n").unwrap();
    decide(&app, &approvals[1], Decision::AllowOnce).await;
    // What was allowed is not what would happen any more: it is asked again, with how things are now.
    let again = app.until(&task.id, |task| task.approvals == 1).await;
    assert_eq!(content(folder.path(), "a.txt"), "the heron waits, I say\n");
    let anew = app.core.approvals(Some(&again.id)).await.unwrap().remove(0);
    let Detail::Diff { text, .. } = &anew.detail else { panic!() };
    assert!(text.contains("+the stork waits, I say"), "{text}");
    decide(&app, &anew, Decision::AllowOnce).await;
    finished(&app, &task.id).await;
    assert_eq!(content(folder.path(), "a.txt"), "the stork waits, I say\n");
}

#[tokio::test]
async fn a_yes_that_comes_after_a_day_does_not_count_and_it_is_asked_again() {
    const START: i64 = 1_800_000_000_000;
    let clock = SetClock::at(START);
    let (app, folder) = (Harness::at(std::sync::Arc::clone(&clock)).await, folder());
    app.server.scripts("m", [asks([edit("a.txt", "heron", "stork")]), says("Done.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    let old = asked(&app, &task.id).await.remove(0);
    clock.set(START + 25 * 3_600_000);
    let late = app.core.decide(old.id, Decision::AllowOnce, &old.hash, None, "window").await.unwrap_err();
    assert!(late.message.starts_with("this question was more than a day old"), "{}", late.message);
    app.until(&task.id, |task| task.approvals == 1).await;
    let anew = app.core.approvals(Some(&task.id)).await.unwrap().remove(0);
    assert_ne!(anew.id, old.id);
    assert_eq!(content(folder.path(), "a.txt"), "the heron waits\n");
    assert!(anew.asked_at >= clock.now());
    decide(&app, &anew, Decision::AllowOnce).await;
    finished(&app, &task.id).await;
    assert_eq!(content(folder.path(), "a.txt"), "the stork waits\n");
}

#[tokio::test]
async fn a_standing_yes_is_narrow_listed_and_can_be_taken_back() {
    let (app, folder) = (Harness::start().await, folder());
    let other = tempfile::tempdir().unwrap();
    app.server.scripts(
        "m",
        [
            asks([write("1.txt", "1")]),
            asks([write("2.txt", "2")]),
            asks([edit("a.txt", "heron", "stork")]),
            says("Done."),
        ],
    );
    let task = start(&app, folder.path(), Lane::Background).await;
    decide(&app, &asked(&app, &task.id).await[0], Decision::AllowAlways).await;
    // The same tool in the same folder needs no more; another tool does.
    app.until(&task.id, |task| task.steps.len() == 3 && task.state == TaskState::Waiting).await;
    assert_eq!(content(folder.path(), "2.txt"), "2");
    let edit = asked(&app, &task.id).await.remove(0);
    assert_eq!(edit.summary, "Edit a.txt");
    decide(&app, &edit, Decision::Reject).await;
    finished(&app, &task.id).await;

    // Another folder asks.
    app.server.scripts("m", [asks([write("3.txt", "3")]), says("Done.")]);
    let elsewhere = app.core.send_message(work(other.path(), Lane::Background)).await.unwrap().task;
    decide(&app, &asked(&app, &elsewhere.id).await[0], Decision::Reject).await;
    finished(&app, &elsewhere.id).await;

    let permits = app.core.permits().await.unwrap();
    assert_eq!((permits.len(), permits[0].tool.as_str(), &permits[0].arguments), (1, "write_file", &None));
    app.core.revoke(permits[0].id).await.unwrap();
    app.server.scripts("m", [asks([write("4.txt", "4")]), says("Done.")]);
    let after = start(&app, folder.path(), Lane::Background).await;
    decide(&app, &asked(&app, &after.id).await[0], Decision::Reject).await;
    finished(&app, &after.id).await;
    assert_eq!(content(folder.path(), "4.txt"), "(none)");
}

// F59
#[tokio::test]
async fn a_standing_no_wins_over_every_yes_and_can_be_taken_back() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts(
        "m",
        [asks([write("1.txt", "1")]), asks([write("2.txt", "2")]), says("Done."), says("Done.")],
    );
    // Both ask, and are answered in two ways.
    let first = start(&app, folder.path(), Lane::Background).await;
    let always = asked(&app, &first.id).await.remove(0);
    let second = start(&app, folder.path(), Lane::Background).await;
    let never = asked(&app, &second.id).await.remove(0);
    decide(&app, &always, Decision::AllowAlways).await;
    finished(&app, &first.id).await;
    decide(&app, &never, Decision::RejectAlways).await;
    finished(&app, &second.id).await;
    assert_eq!(
        (content(folder.path(), "1.txt"), content(folder.path(), "2.txt")),
        ("1".into(), "(none)".into())
    );

    app.server.scripts("m", [asks([write("3.txt", "3")]), says("Done.")]);
    let third = start(&app, folder.path(), Lane::Background).await;
    finished(&app, &third.id).await;
    assert_eq!(content(folder.path(), "3.txt"), "(none)", "it was not even asked for");
    let told = results(&app);
    assert!(told[0].starts_with("The user never allows this here"), "{told:?}");

    let permits = app.core.permits().await.unwrap();
    let denies: Vec<_> = permits.iter().map(|permit| permit.denies).collect();
    assert_eq!(denies, [true, false]);
    app.core.revoke(permits[0].id).await.unwrap();
    app.server.scripts("m", [asks([write("4.txt", "4")]), says("Done.")]);
    let fourth = start(&app, folder.path(), Lane::Background).await;
    finished(&app, &fourth.id).await;
    assert_eq!(content(folder.path(), "4.txt"), "4", "the standing yes counts again");
}

#[tokio::test]
async fn a_yes_for_a_task_ends_with_it() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([write("1.txt", "1")]), asks([write("2.txt", "2")]), says("Done.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    decide(&app, &asked(&app, &task.id).await[0], Decision::AllowTask).await;
    finished(&app, &task.id).await;
    assert_eq!(content(folder.path(), "2.txt"), "2");
    assert_eq!(app.core.permits().await.unwrap(), []);
    app.server.scripts("m", [asks([write("3.txt", "3")]), says("Done.")]);
    let next = start(&app, folder.path(), Lane::Background).await;
    decide(&app, &asked(&app, &next.id).await[0], Decision::Reject).await;
    finished(&app, &next.id).await;
}

// F59
#[tokio::test]
async fn sixty_nasty_calls_that_nobody_allows_change_nothing() {
    let (app, folder) = (Harness::start().await, folder());
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("owned");
    let nasty: Vec<Step> = (0..60)
        .map(|n| match n % 6 {
            0 => write(&format!("{n}.txt"), "owned"),
            1 => write(target.to_str().unwrap(), "owned"),
            2 => write(&format!("../{n}"), "owned"),
            3 => call("delete_file", json!({ "path": "a.txt" })),
            4 => run(&format!("touch {} {n}.sh", target.display())),
            _ => call("edit_file", json!({ "path": "a.txt", "old": "heron", "new": format!("{n}") })),
        })
        .collect();
    let rounds = nasty.chunks(10).map(|calls| asks(calls.iter().cloned()));
    let before = listing(folder.path());
    app.server.scripts("m", rounds.chain([says("I give up.")]));
    let task = start(&app, folder.path(), Lane::Background).await;
    loop {
        let state = app.until(&task.id, |task| task.state.is_final() || task.approvals > 0).await;
        if state.state.is_final() {
            break;
        }
        for approval in app.core.approvals(Some(&task.id)).await.unwrap() {
            assert_eq!(listing(folder.path()), before);
            decide(&app, &approval, Decision::Reject).await;
        }
    }
    finished(&app, &task.id).await;
    assert_eq!(listing(folder.path()), before);
    assert!(!target.exists());
    let calls = app.core.calls(&task.id).await.unwrap();
    assert_eq!(calls.len(), 60);
    assert!(calls.iter().all(|call| matches!(call.state, CallState::Refused | CallState::Failed)));
}

fn listing(folder: &Path) -> Vec<(String, String)> {
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let text = content(folder, &name);
            (name, text)
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn stopping_or_pausing_a_task_that_asks_changes_nothing_and_closes_or_keeps_its_questions() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([edit("a.txt", "heron", "stork")]), says("Done.")]);
    let paused = start(&app, folder.path(), Lane::Background).await;
    asked(&app, &paused.id).await;
    let refused = app.core.resume_task(&paused.id).await.unwrap_err();
    assert!(refused.message.starts_with("it waits for your word"), "{}", refused.message);
    app.core.pause_task(&paused.id).await.unwrap();
    app.core.resume_task(&paused.id).await.unwrap();
    let open = asked(&app, &paused.id).await;
    assert_eq!(open.len(), 1, "it is the same question");
    app.core.stop_task(&paused.id).await.unwrap();
    app.until_state(&paused.id, TaskState::Cancelled).await;
    assert_eq!(app.core.approvals(None).await.unwrap(), []);
    let late = app.core.decide(open[0].id, Decision::AllowOnce, &open[0].hash, None, "window").await;
    assert!(late.is_err());
    assert_eq!(content(folder.path(), "a.txt"), "the heron waits\n");
    app.assert_healthy().await;
}

#[tokio::test]
async fn a_restart_while_it_asks_asks_the_same() {
    let (mut app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([edit("a.txt", "heron", "stork")]), says("Done.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    let before = asked(&app, &task.id).await;
    app.crash().await;
    let after = app.core.approvals(Some(&task.id)).await.unwrap();
    assert_eq!(before, after);
    decide(&app, &after[0], Decision::AllowOnce).await;
    finished(&app, &task.id).await;
    assert_eq!(content(folder.path(), "a.txt"), "the stork waits\n");
}

#[tokio::test]
async fn a_change_that_needs_the_one_before_it_is_asked_when_that_is_done() {
    let (app, folder) = (Harness::start().await, folder());
    app.server.scripts("m", [asks([write("c.txt", "one\n"), edit("c.txt", "one", "two")]), says("Done.")]);
    let task = start(&app, folder.path(), Lane::Background).await;
    decide(&app, &asked(&app, &task.id).await[0], Decision::AllowOnce).await;
    let second = app.until(&task.id, |task| task.approvals == 1 && task.files_changed == 1).await;
    decide(&app, &app.core.approvals(Some(&second.id)).await.unwrap()[0], Decision::AllowOnce).await;
    finished(&app, &task.id).await;
    assert_eq!(content(folder.path(), "c.txt"), "two\n");
}

// F61
#[cfg(unix)]
#[tokio::test]
async fn a_link_in_the_place_of_the_folder_is_not_followed() {
    let (app, place) = (Harness::start().await, tempfile::tempdir().unwrap());
    let (work, other) = (place.path().join("work"), place.path().join("other"));
    std::fs::create_dir(&work).unwrap();
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("a.txt"), "a secret\n").unwrap();
    let question = call("ask_user", json!({ "question": "Which?" }));
    app.server.scripts("m", [asks([question]), asks([read("a.txt")]), says("Done.")]);
    let task = start(&app, &work, Lane::Background).await;
    app.until_state(&task.id, TaskState::Waiting).await;
    std::fs::remove_dir(&work).unwrap();
    std::os::unix::fs::symlink(&other, &work).unwrap();
    let open = app.core.approvals(Some(&task.id)).await.unwrap().remove(0);
    app.core.decide(open.id, Decision::AllowOnce, &open.hash, Some("That."), "window").await.unwrap();
    let waits = app.until(&task.id, |task| task.reason == Some(Reason::Interrupted)).await;
    assert_eq!(waits.error.unwrap().code, "no_folder");
    assert!(results(&app).iter().all(|result| !result.contains("secret")));
    app.core.stop_task(&task.id).await.unwrap();
    app.assert_healthy().await;
}
