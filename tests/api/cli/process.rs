//! The process behind the verbs.

use super::{background, until_state};
use meanwhile_support::binary::{Folder, Ran, Signal, signal};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

#[tokio::test]
async fn status_and_quit_start_nothing() {
    let folder = Folder::new();
    let ran = folder.run(&["status"]).await;
    assert_eq!(ran.code, 4);
    assert!(ran.err.starts_with("meanwhile: Meanwhile is not running"), "{}", ran.err);
    assert_eq!(folder.run(&["quit"]).await.code, 0);
    assert!(!folder.path().exists());
}

#[tokio::test]
async fn status_tells_what_runs() {
    let folder = Folder::new();
    let serve = folder.serve().await;
    let status = folder.run(&["status", "--json"]).await.json();
    assert_eq!(status["pid"], serve.pid());
    let said = folder.run(&["status"]).await.ok();
    assert!(said.contains(&format!("without a window, process {}", serve.pid())), "{said}");
}

#[tokio::test]
async fn quit_names_what_it_would_interrupt_and_ends_with_force() {
    let folder = Folder::new();
    let mut serve = folder.serve().await;
    let id = background(&folder, "practice/long-task").await;
    until_state(&folder, &id, "running").await;
    let ran = folder.run(&["quit"]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("Summarise this"), "{}", ran.err);
    folder.run(&["quit", "--force"]).await.ok();
    assert_eq!(serve.ended().await.code(), Some(0));
    assert_eq!(folder.run(&["status"]).await.code, 4);
}

#[tokio::test]
async fn a_pointer_that_a_crash_left_behind_is_not_believed() {
    let folder = Folder::new();
    let serve = folder.serve().await;
    let dead = serve.pid();
    serve.crash().await;
    assert_eq!(folder.pid(), Some(dead), "the crash left its pointer");
    assert_eq!(folder.run(&["status"]).await.code, 4);
    folder.run(&["tasks"]).await.ok();
    assert_ne!(folder.pid(), Some(dead), "a new process was started");
}

#[tokio::test]
async fn doctor_checks_a_folder_that_nobody_works_on() {
    let folder = Folder::new();
    folder.run(&["ask", "--model", "practice/quick", "What is up"]).await.ok();
    assert_eq!(folder.run(&["doctor"]).await.ok(), "All is well.\n");
    folder.run(&["quit"]).await.ok();
    assert_eq!(folder.run(&["doctor", "--json"]).await.json(), json!({ "findings": [] }));
    assert_eq!(folder.pid(), None, "it started nothing");
}

#[tokio::test]
async fn doctor_finds_a_hole_in_the_history_and_ends_with_1() {
    let folder = Folder::new();
    let done = folder.run(&["ask", "--json", "--model", "practice/quick", "What is up"]).await.json();
    folder.run(&["quit"]).await.ok();
    let database = rusqlite::Connection::open(folder.path().join("meanwhile.db")).unwrap();
    database.execute("DELETE FROM event WHERE kind = 'started'", []).unwrap();
    drop(database);
    let ran = folder.run(&["doctor", "--json"]).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(
        found["findings"].as_array().unwrap().iter().any(|finding| finding["task_id"] == done["id"]),
        "{found}"
    );
}

#[tokio::test]
async fn a_copy_made_beside_the_running_process_is_the_way_back() {
    let folder = Folder::new();
    let copies = folder.run(&["backup", "--list"]).await;
    assert_eq!((copies.code, copies.out.as_str()), (0, ""), "{copies:?}");
    assert!(copies.err.starts_with("There is no copy yet."), "{}", copies.err);
    let kept = folder.run(&["ask", "--json", "--model", "practice/quick", "Kept"]).await.json();
    let made = folder.run(&["backup", "--json"]).await.json();
    folder.run(&["ask", "--model", "practice/quick", "Too late"]).await.ok();
    let refused = folder.run(&["restore"]).await;
    assert_eq!(refused.code, 1);
    assert!(refused.err.ends_with("End it first with: meanwhile quit\n"), "{}", refused.err);
    folder.run(&["quit"]).await.ok();
    let back = folder.run(&["restore", "--json"]).await.json();
    assert_eq!(back["restored"], made[0]["file"]);
    let tasks = folder.run(&["tasks", "--json"]).await.json();
    let ids: Vec<&Value> = tasks["history"].as_array().unwrap().iter().map(|task| &task["id"]).collect();
    assert_eq!(ids, [&kept["id"]]);
}

#[tokio::test]
async fn open_without_a_window_says_what_to_do() {
    let folder = Folder::new();
    let _serve = folder.serve().await;
    let ran = folder.run(&["open"]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("running without a window"), "{}", ran.err);
}

#[tokio::test]
async fn only_what_a_command_started_on_its_way_ends_for_a_desktop_app() {
    let folder = Folder::new();
    folder.run(&["tasks"]).await.ok();
    assert_eq!(folder.client().get("/status").await.expect(200)["gives_way"], true);
    folder.run(&["quit"]).await.ok();
    let _serve = folder.serve().await;
    assert_eq!(folder.client().get("/status").await.expect(200)["gives_way"], false);
}

#[tokio::test]
async fn a_reader_that_leaves_is_no_error() {
    let folder = Folder::new();
    folder.run(&["ask", "--model", "practice/quick", "What is up"]).await.ok();
    let mut command = folder.meanwhile(&["tasks"]);
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let ran: Ran = child.wait_with_output().await.unwrap().into();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[tokio::test]
async fn the_started_process_outlives_ctrl_c_of_the_verb_that_started_it() {
    let folder = Folder::new();
    let id = background(&folder, "practice/long-task").await;
    let child = folder.meanwhile(&["watch", &id]).spawn().unwrap();
    let watcher = child.id().unwrap();
    let mut child = child;
    child.stdout.as_mut().unwrap().read_exact(&mut [0; 10]).await.unwrap();
    signal(watcher, Signal::Int);
    let ran: Ran = child.wait_with_output().await.unwrap().into();
    assert_eq!(ran.code, 130);
    assert!(ran.err.contains("It goes on without you"), "{}", ran.err);
    until_state(&folder, &id, "running").await;
}

#[tokio::test]
async fn wrong_arguments_end_with_2() {
    let folder = Folder::new();
    for args in
        [&["nonsense"][..], &["show"], &["tasks", "--limit", "0"], &["serve", "--listen", "here"], &[]]
    {
        assert_eq!(folder.run(args).await.code, 2, "{args:?}");
    }
    assert_eq!(folder.run(&["--help"]).await.code, 0);
    assert_eq!(folder.run(&["--version"]).await.code, 0);
}

// F20
#[tokio::test]
async fn a_data_folder_that_is_synchronised_is_said_at_the_start_and_whenever_it_is_asked_about() {
    let folder = Folder::new();
    let data = folder.path().with_file_name("Dropbox").join("meanwhile");
    let at = ["--data-dir", data.to_str().unwrap()];
    let words = format!(
        "The data folder {} is in a folder that Dropbox synchronises, where a database in use can be damaged. Set \
         MEANWHILE_DATA_DIR to a folder on this computer's own disk, and move the data there while Meanwhile does not run.",
        data.display()
    );
    let mut serve = folder.serve_with(&at, |_| {}).await;
    assert_eq!(folder.log().matches(&words).count(), 1, "{}", folder.log());
    let status = folder.run(&["status", at[0], at[1]]).await.ok();
    assert!(status.lines().any(|line| line == words), "{status}");
    let doctor = folder.run(&["doctor", at[0], at[1]]).await.ok();
    assert_eq!(doctor, format!("All is well.\n{words}\n"));
    serve.signal(Signal::Term);
    serve.ended().await;
    let doctor = folder.run(&["doctor", "--json", at[0], at[1]]).await.json();
    assert_eq!(doctor, json!({ "findings": [], "warning": words }));
}
