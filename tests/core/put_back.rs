//! What an agent changed in a folder can be seen file by file, and put back; what its user edited since stays.

use crate::agents::{asks, folder, says, start};
use crate::approvals::{asked, content, decide, edit, finished, write};
use meanwhile_core::model::{Decision, Detail, Lane, Task};
use meanwhile_support::harness::Harness;
use meanwhile_support::model_server::call;
use serde_json::json;
use std::path::Path;

/// Three files changed: one edited, one made, one deleted.
async fn changed(app: &Harness, folder: &Path) -> Task {
    let delete = call("delete_file", json!({ "path": "b.txt" }));
    app.server.scripts(
        "m",
        [asks([edit("a.txt", "heron", "stork"), write("new/c.txt", "new\n"), delete]), says("Done.")],
    );
    let task = start(app, folder, Lane::Background).await;
    for approval in asked(app, &task.id).await {
        decide(app, &approval, Decision::AllowOnce).await;
    }
    let done = finished(app, &task.id).await;
    assert_eq!(done.files_changed, 3);
    done
}

// P8
#[tokio::test]
async fn everything_that_an_agent_changed_is_put_back_byte_for_byte() {
    let (app, folder) = (Harness::start().await, folder());
    let task = changed(&app, folder.path()).await;
    let of = |name| content(folder.path(), name);
    assert_eq!(
        (of("a.txt"), of("b.txt"), of("new/c.txt")),
        ("the stork waits\n".to_owned(), "(none)".to_owned(), "new\n".to_owned())
    );
    let changes = app.core.file_changes(&task.id).await.unwrap();
    let lines = |detail: &Detail| match detail {
        Detail::Diff { added, removed, .. } => (*added, *removed),
        _ => panic!("a change is a diff"),
    };
    let shown: Vec<_> = changes.iter().map(|change| (change.path.as_str(), lines(&change.detail))).collect();
    assert_eq!(shown, [("a.txt", (1, 1)), ("b.txt", (0, 1)), ("new/c.txt", (1, 0))]);
    let done = app.core.put_back(&task.id, None).await.unwrap();
    assert_eq!((done.restored.len(), done.conflicts.len()), (3, 0));
    assert_eq!(
        (of("a.txt"), of("b.txt"), of("new/c.txt")),
        ("the heron waits\n".to_owned(), "the reeds are high\n".to_owned(), "(none)".to_owned())
    );
    assert_eq!(app.core.task(&task.id).await.unwrap().files_changed, 0);
    app.assert_healthy().await;
}

// F64
#[tokio::test]
async fn what_its_user_edited_since_stays_and_is_named() {
    let (app, folder) = (Harness::start().await, folder());
    let task = changed(&app, folder.path()).await;
    std::fs::write(folder.path().join("a.txt"), "mine\n").unwrap();
    let changes = app.core.file_changes(&task.id).await.unwrap();
    assert_eq!(changes.iter().map(|change| change.is_edited_since).collect::<Vec<_>>(), [true, false, false]);
    let text = |detail: &Detail| match detail {
        Detail::Diff { text, .. } => text.clone(),
        _ => panic!("a change is a diff"),
    };
    let (its, mine) = (text(&changes[0].detail), text(changes[0].since.as_ref().unwrap()));
    assert!(its.contains("-the heron waits") && its.contains("+the stork waits"), "{its}");
    assert!(mine.contains("-the stork waits") && mine.contains("+mine"), "{mine}");
    assert!(changes[1].since.is_none() && changes[2].since.is_none());
    let done = app.core.put_back(&task.id, None).await.unwrap();
    assert_eq!(done.conflicts, ["a.txt"]);
    assert_eq!(content(folder.path(), "a.txt"), "mine\n");
    assert_eq!(content(folder.path(), "b.txt"), "the reeds are high\n");
}

#[tokio::test]
async fn what_another_agent_edited_since_is_said_to_be_its_edit() {
    let (app, folder) = (Harness::start().await, folder());
    let task = changed(&app, folder.path()).await;
    app.server.scripts("m", [asks([edit("a.txt", "stork", "crane")]), says("Done.")]);
    let other = start(&app, folder.path(), Lane::Background).await;
    decide(&app, &asked(&app, &other.id).await[0], Decision::AllowOnce).await;
    finished(&app, &other.id).await;
    let changes = app.core.file_changes(&task.id).await.unwrap();
    let editors: Vec<_> =
        changes.iter().map(|change| change.edited_by.as_ref().map(|by| by.task_id.clone())).collect();
    assert_eq!(editors, [Some(other.id.clone()), None, None]);
    let by = changes[0].edited_by.clone().unwrap();
    assert_eq!((by.agent.as_str(), by.title), ("General", other.title.clone()));
    std::fs::write(folder.path().join("a.txt"), "mine\n").unwrap();
    let changes = app.core.file_changes(&task.id).await.unwrap();
    assert_eq!((changes[0].is_edited_since, &changes[0].edited_by), (true, &None), "the last hand counts");
}

#[tokio::test]
async fn one_file_can_be_put_back_by_itself() {
    let (app, folder) = (Harness::start().await, folder());
    let task = changed(&app, folder.path()).await;
    let done = app.core.put_back(&task.id, Some("b.txt")).await.unwrap();
    assert_eq!(done.restored, ["b.txt"]);
    assert_eq!(content(folder.path(), "a.txt"), "the stork waits\n");
    assert_eq!(app.core.task(&task.id).await.unwrap().files_changed, 2);
    let unknown = app.core.put_back(&task.id, Some("../b.txt")).await.unwrap_err();
    assert_eq!(unknown.message, "there is no file that this task changed called ../b.txt");
}

#[tokio::test]
async fn nothing_is_put_back_while_the_agent_is_at_work() {
    let (app, folder) = (Harness::start().await, folder());
    let gate = meanwhile_support::model_server::Gate::new();
    let held = [vec![meanwhile_support::model_server::wait(&gate)], says("Done.")].concat();
    app.server.scripts("m", [asks([write("c.txt", "new\n")]), held]);
    let task = start(&app, folder.path(), Lane::Background).await;
    decide(&app, &asked(&app, &task.id).await[0], Decision::AllowOnce).await;
    gate.reached().await;
    let refused = app.core.put_back(&task.id, None).await.unwrap_err();
    assert!(refused.message.starts_with("it is still at work"), "{}", refused.message);
    gate.open();
    finished(&app, &task.id).await;
}

#[tokio::test]
async fn what_was_kept_survives_a_crash() {
    let (mut app, folder) = (Harness::start().await, folder());
    let task = changed(&app, folder.path()).await;
    let history = app.data_dir().join("history");
    let kept = tempfile::tempdir().unwrap();
    copy(&history, kept.path());
    app.crash().await;
    // A kill leaves the files where they are; the harness moves the database alone.
    copy(kept.path(), &app.data_dir().join("history"));
    app.core.put_back(&task.id, None).await.unwrap();
    assert_eq!(content(folder.path(), "a.txt"), "the heron waits\n");
    app.assert_healthy().await;
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
